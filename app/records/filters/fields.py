"""The fields of the filter language: what each may be given, and when it holds of what a row has there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from app.base.letters import folded
from app.base.moments import utc
from app.base.text import did_you_mean, nearest
from app.records.check_codes import CODES
from app.records.filters.row import Row
from app.records.filters.words import phrase

STATUSES = ("submitted", "returned", "accepted", "rejected", "retracted", "conflict", "draft")
"""Every status a row may have: the ledger's, and `draft` for what was never saved."""
SEVERITIES = ("error", "warning")
"""What `finding:` takes besides codes."""

Test = Callable[[Any], bool]
"""Whether what a row has in a field is what is wanted."""
_DAY = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_AGO = re.compile(r"(\d{1,4})([hdwmy])")
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
_UNITS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}


class ValueRefusedError(ValueError):
    """A value that a field cannot take; the text says why and what it takes."""


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that exist, so that a mistyped one is told and not merely never found. None: not known, so not judged."""

    people: Collection[str] | None = None
    """Authors and reviewers."""
    topics: Collection[str] | None = None
    crates: Collection[str] | None = None


NOTHING_KNOWN = KnownNames()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the language."""

    name: str
    help: str
    """A sentence for people."""
    example: str
    of: Callable[[Row], Hashable]
    """What a row has there, texts and names folded: once a row, so that no test need do it."""
    read: Callable[[str, KnownNames], str]
    """A value as it is kept. Raises `ValueRefusedError`."""
    test: Callable[[str, datetime], Test]
    """When a kept value holds; the time is now, UTC."""
    single: bool = False
    """Whether it takes one value only, no list."""


def pattern(value: str, anywhere: bool) -> Test:
    """The test of a text that is folded: `*` in the value stands for anything. Linear, whatever the text."""
    first, *rest = folded(value).split("*")
    if not rest:
        return (lambda text: first in text) if anywhere else first.__eq__
    *middle, last = rest

    def matches(text: str) -> bool:
        at = text.find(first) if anywhere else (0 if text.startswith(first) else -1)
        if at < 0:
            return False
        at += len(first)
        for piece in middle:
            at = text.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return text.find(last, at) >= 0 if anywhere else len(text) - at >= len(last) and text.endswith(last)

    return matches


def moment(value: str, now: datetime) -> datetime:
    """The time that a date or an age such as `2w` means; a day begins where `now`'s zone says of that day.

    Raises `ValueRefusedError`.
    """
    if value in ("today", "yesterday"):
        day = now.date() - timedelta(days=value == "yesterday")
        return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
    try:
        if ago := _AGO.fullmatch(value):  # of time that passed, whatever clocks did meanwhile
            return now.astimezone(UTC) - timedelta(days=int(ago[1]) * _UNITS[ago[2]])
        if said := _DAY.fullmatch(value):
            return datetime(int(said[1]), int(said[2]), int(said[3] or 1), tzinfo=now.tzinfo)
    except (ValueError, OverflowError):
        pass
    raise ValueRefusedError(
        f"{value!a} is no date: write 2026-11-01, 2026-11, today, yesterday, or an age such as 36h, 3d, 2w, 6m, 1y"
    )


def _date(value: str, known: KnownNames) -> str:
    kept = value.strip().casefold()
    moment(kept, _LONG_AGO)  # an age that reaches no further back than this can be said of any later day
    return kept


def _one_of(names: Collection[str], what: str) -> Callable[[str, KnownNames], str]:
    def read(value: str, known: KnownNames) -> str:
        kept = value.casefold()
        if kept not in names:
            raise ValueRefusedError(f"{value!a} is no {what}" + _meant(kept, names))
        return kept

    return read


def _finding(value: str, known: KnownNames) -> str:
    kept = value.casefold()
    if kept in SEVERITIES or kept == "*":
        return kept
    code = value.upper()
    if any(one.startswith(code) for one in CODES):
        return code
    raise ValueRefusedError(
        f"{value!a} is no check's code, nor the beginning of one" + _meant(code, (*CODES, *SEVERITIES))
    )


def _name(which: str, what: str) -> Callable[[str, KnownNames], str]:
    """Reads a name that must exist, if it is known which do. It is kept as it was typed."""

    def read(value: str, known: KnownNames) -> str:
        names: Collection[str] | None = getattr(known, which)
        if names is not None and "*" not in value:
            there = {folded(name) for name in names}
            if folded(value) not in there:
                raise ValueRefusedError(
                    f"no {what} is called {value!a}" + _meant(folded(value), sorted(there))
                )
        return value

    return read


def _meant(name: str, names: Iterable[str]) -> str:
    known = tuple(names)
    near = nearest(name, known)
    if near:
        return did_you_mean(near if near.isalnum() else f"{near!a}", lead="; ")
    return f"; there is {', '.join(known)}" if 0 < len(known) <= 8 else ""


def _text(value: str, known: KnownNames) -> str:
    return value


def _words(value: str, known: KnownNames) -> str:
    if not phrase(value):
        raise ValueRefusedError(f"{value!a} holds no letter or digit, and only words are found in texts")
    return value


def _any(test: Callable[[str, datetime], Test]) -> Callable[[str, datetime], Test]:
    """The test of a field of which a row may have several."""

    def tests(value: str, now: datetime) -> Test:
        one = test(value, now)
        return lambda values: any(one(value) for value in values)

    return tests


def _whole(value: str, now: datetime) -> Test:
    return pattern(value, anywhere=False)


def _part(value: str, now: datetime) -> Test:
    return pattern(value, anywhere=True)


def _findings(value: str, now: datetime) -> Test:
    if value == "*":
        return lambda facts: bool(facts[0])
    if value in SEVERITIES:
        place = 1 + SEVERITIES.index(value)
        return lambda facts: facts[place] > 0
    return lambda facts: any(code.startswith(value) for code in facts[0])


def _after(value: str, now: datetime) -> Test:
    return utc(moment(value, now)).__le__  # of one zone, times are compared five times as fast


def _before(value: str, now: datetime) -> Test:
    return utc(moment(value, now)).__gt__


def _phrase(value: str, now: datetime) -> Test:
    wanted = phrase(value)
    return lambda spaced_text: wanted in spaced_text


_FIELDS = (
    Field("status", "Its status: " + ", ".join(STATUSES) + ".", "status:returned,conflict",
          lambda row: row.status, _one_of(STATUSES, "status"), _whole),
    Field("author", "Who wrote its newest text; the whole name, or part of it with `*`.", "author:ada",
          lambda row: folded(row.by), _name("people", "person"), _whole),
    Field("reviewer", "Who has a verdict on what it says now, as far as you may see.", "reviewer:cleo",
          lambda row: tuple([folded(name) for name, _ in row.reviewers]), _name("people", "person"), _any(_whole)),
    Field("verdict", "What a reviewer said of what it says now: accept, return or reject.", "verdict:return",
          lambda row: tuple([verdict for _, verdict in row.reviewers]),
          _one_of(("accept", "return", "reject"), "verdict"), _any(_whole)),
    Field("finding", "A check's code or the beginning of one, `error`, `warning`, or `*` for any.", "finding:BS4",
          lambda row: (row.facts.codes, row.facts.errors, row.facts.warnings), _finding, _findings),
    Field("crate", "A crate that its code brings in or its reasoning names.", "crate:tokio",
          lambda row: tuple([folded(crate) for crate in row.facts.crates]), _name("crates", "crate"), _any(_whole)),
    Field("item", "A part of its item's path.", "item:Retry", lambda row: folded(row.title), _text, _part),
    Field("path", "A part of its file's path.", "path:src/retry", lambda row: folded(row.path), _text, _part),
    Field("topic", "The topic it is of.", "topic:practice",
          lambda row: folded(row.topic), _name("topics", "topic"), _whole),
    Field("record", "The beginning of its id.", "record:01J0",
          lambda row: row.record.casefold(), _text, lambda value, now: pattern(value + "*", anywhere=False)),
    Field("after", "Its newest text is of that day or later, or younger than such an age.", "after:2026-11-01",
          lambda row: row.at, _date, _after, single=True),
    Field("before", "Its newest text is of before that day, or older than such an age.", "before:2w",
          lambda row: row.at, _date, _before, single=True),
    Field("text", "Words in a row of the request, the reasoning or the code; the last may be only begun.",
          'text:"thundering herd"', lambda row: None, _words, _phrase),
)  # fmt: skip
FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
"""Every field by its name, in the order people are told them."""
OTHER_NAMES = {"by": "author", "file": "path", "since": "after"}
"""What a field may also be called; it is told under its own name."""
