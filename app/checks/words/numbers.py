"""Numbers that a reasoning says with a unit, and those that code and request bear.

Times are seconds and sizes bytes, whatever unit they are said in. Places are characters, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import Literal, NamedTuple

from app.checks.reading import BlockCode, listed

Kind = Literal["time", "size", "share", "tries", "things", "kinds"]

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPELT = {word: value for value, word in enumerate(_SMALL)} | {w: 10 * (n + 2) for n, w in enumerate(_TENS)}
_SECONDS = {
    "ns": 1e-9, "nanosecond": 1e-9, "µs": 1e-6, "us": 1e-6, "microsecond": 1e-6, "ms": 1e-3, "millisecond": 1e-3,
    "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hour": 3600.0, "day": 86400.0,
    "week": 604800.0,
}  # fmt: skip
_BYTES = {
    "byte": 1.0, "kb": 1e3, "kib": 1024.0, "kilobyte": 1e3, "mb": 1e6, "mib": 1048576.0, "megabyte": 1e6, "gb": 1e9,
    "gib": 1073741824.0, "gigabyte": 1e9,
}  # fmt: skip
_SHARES = frozenset({"%", "percent", "per cent"})
_TRIES = listed("time try tries attempt retry retries failure")
_THINGS = listed(
    "worker thread task connection entry entries row item message record permit slot bucket shard partition batch "
    "batches"
)
_KINDS = listed(
    "kind variant arm case branch branches field method function command parameter argument state status"
)
_UNIT = "|".join(
    sorted(
        (*_SECONDS, *_BYTES, *_TRIES, *_THINGS, *_KINDS, "per cent", "percent", "%"), key=len, reverse=True
    )
)
_SAID = re.compile(
    rf"(?<![\w.`/:-])(?<![*+/^~-]\s)(?P<number>\d[\d,_ ]*(?:\.\d+)?|(?:(?:{'|'.join(_TENS)})"
    rf"(?:[ -](?:{'|'.join(_SMALL[1:10])}))?|{'|'.join(_SMALL[2:])}))[ \t\n-]?(?P<unit>{_UNIT})(?:e?s)?(?!\w)",
    re.IGNORECASE,
)
_LITERAL = re.compile(r"(?<![\w.])(?:0x[0-9a-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?)")
_CONSTANT = re.compile(
    r"\b(?:const|static)\s+(?:mut\s+)?\w+\s*:[^=]{0,200}=\s*(.{1,400}?);[ \t]*(?://[^\n]*)?(?:\n|\Z)",
    re.DOTALL,
)
_FACTORS = (1.0, 1e3, 1e6, 1e9, 1 / 60, 1 / 3600, 1 / 86400, 1 / 604800)
_SIZES = (1.0, 1 / 1e3, 1 / 1024, 1 / 1e6, 1 / 1048576, 1 / 1e9, 1 / 1073741824, 1000 / 1024, 1024 / 1000)
_MOST = 12
"""Numbers of the code of which sums and differences are looked at."""


class SpokenNumber(NamedTuple):
    """A number with its unit."""

    kind: Kind
    value: float
    """In seconds, bytes, per cent or pieces."""
    number: float
    """As it is said, whatever the unit."""
    start: int
    end: int


@lru_cache(maxsize=64)
def said_numbers(text: str) -> tuple[SpokenNumber, ...]:
    """The numbers of a text that have a unit, in order; of what is counted only three and more."""
    return tuple(_said(text))


def _said(text: str) -> Iterator[SpokenNumber]:
    for match in _SAID.finditer(text):
        value = _value(match["number"])
        if value is not None:
            kind, factor = _measure(match["unit"])
            if value > 2 or kind in ("time", "size", "share"):
                yield SpokenNumber(kind, value * factor, value, match.start(), match.end())


def _value(said: str) -> float | None:
    if said[0].isdigit():
        return float(re.sub(r"[,_ ]", "", said))
    parts = re.split("[ -]", said.casefold())
    return float(sum(_SPELT[part] for part in parts)) if all(part in _SPELT for part in parts) else None


def _measure(unit: str) -> tuple[Kind, float]:
    """What a unit measures, and what one of it is."""
    name = unit.casefold()
    if name in _SECONDS:
        return "time", _SECONDS[name]
    if name in _BYTES:
        return "size", _BYTES[name]
    if name in _SHARES:
        return "share", 1.0
    return ("kinds" if name in _KINDS else "tries" if name in _TRIES else "things"), 1.0


def literals(text: str) -> Iterator[float]:
    """The numbers of some code, and the products that stand in it, as `60 * 5`."""
    product, end = 1.0, -1
    for match in _LITERAL.finditer(text):
        digits = match[0].replace("_", "")
        value = float(int(digits, 16)) if digits[:2] in ("0x", "0X") else float(digits)
        joined = end >= 0 and re.fullmatch(r"(?:_?[a-z]\w*)?\s*\*\s*", text[end : match.start()]) is not None
        product = product * value if joined else value
        end = match.end()
        yield value
        if joined:
            yield product


def constants(text: str) -> frozenset[float]:
    """The numbers of a file's constants."""
    return frozenset(value for match in _CONSTANT.finditer(text) for value in literals(match[1]))


@lru_cache(maxsize=8)
def code_numbers(code: BlockCode) -> frozenset[float]:
    """The numbers of a block, those in its strings and comments too."""
    return frozenset(literals(code.text))


class _Borne(NamedTuple):
    """The numbers that a reasoning may say."""

    own: frozenset[float]
    """Those of the code, of its files' constants and of the request."""
    made: frozenset[float]
    """Their sums and differences, which count only in the unit that is said, and in seconds or bytes."""


@lru_cache(maxsize=64)
def _borne(code: BlockCode, request: str, near: frozenset[float]) -> _Borne:
    said = said_numbers(request)
    plain = {value for value in (_value(word) for word in _words(request)) if value is not None}
    own = {*code_numbers(code), *near, *plain, *(one.value for one in said)}
    few = sorted(own)[:_MOST]
    made = {value for one, other in combinations(few, 2) for value in (one + other, other - one)}
    ways = (value for one in said for value in _ways(one))
    return _Borne(frozenset(_rounded({*own, *ways})), frozenset(_rounded(made)))


def _words(text: str) -> Iterator[str]:
    for match in re.finditer(r"\d[\d,_]*(?:\.\d+)?|[a-z]+", text, re.IGNORECASE):
        if match[0][0].isdigit() or match[0].casefold() in _SPELT:
            yield match[0].rstrip(",")


def _ways(said: SpokenNumber) -> Iterator[float]:
    """The numbers that may stand in code for what was said."""
    if said.kind == "time":
        yield from (said.value * factor for factor in _FACTORS)
    elif said.kind == "size":
        yield from (said.value * factor for factor in _SIZES)
    elif said.kind == "share":
        yield from (said.value, said.value / 100, 1 - said.value / 100, 1 + said.value / 100)
    else:
        yield said.value


def _rounded(values: Iterable[float]) -> Iterator[float]:
    return (float(f"{value:.6g}") for value in values)


def unborne(code: BlockCode, request: str, near: frozenset[float], said: SpokenNumber) -> bool:
    """Whether neither the code nor its files' constants nor the request bear a number."""
    borne = _borne(code, request, near)
    made = borne.made.intersection(_rounded((said.value, said.number)))
    return not made and not borne.own.intersection(_rounded(_ways(said)))


@lru_cache(maxsize=8)
def shape(code: BlockCode) -> frozenset[int]:
    """How many variants, fields, arms, parameters, functions … the code has, each kind and place as a number."""
    tokens = [token for token in code.tokens if token.kind != "comment"]
    found = {sum(token.text == "fn" for token in tokens)}
    open_at: list[tuple[int, int]] = [(0, 0)]
    """Of each open bracket the commas and the arrows in it so far."""
    before = ""
    for token in tokens:
        commas, arrows = open_at[-1]
        if token.text in ("{", "(", "["):
            open_at.append((0, 0))
        elif token.text in ("}", ")", "]") and len(open_at) > 1:
            open_at.pop()
            found |= {commas, commas + (before != ","), arrows}
        elif token.text == "," or (token.text == ">" and before == "="):
            open_at[-1] = (commas + (token.text == ","), arrows + (token.text == ">"))
        before = token.text
    return frozenset(found)
