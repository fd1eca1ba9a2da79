"""What joins two pieces of a block beside a name: a call the other way, a type that both speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from app.checks.findings import SpanFact
from app.checks.reading import BlockCode, Token, names_of
from app.checks.word_lists import std_names

_TYPE = re.compile(r"[A-Z]\w*[a-z]\w*")
_PATHS = frozenset({"crate", "self", "super"})


def last_name(item: str) -> str:
    """The name that uses of an item show; of an impl that of its type."""
    found = names_of(_plain(item))
    return found[-1] if found else ""


def related(code: BlockCode, span: SpanFact, main: SpanFact) -> bool:
    """Whether a piece calls the main one, or shares a type with it that is not the standard library's."""
    own = last_name(main.item)
    if own and any(token.text.removeprefix("r#") == own for token in _names(code, span)):
        return True
    return not types(code, span).isdisjoint(types(code, main))


@lru_cache(maxsize=64)
def types(code: BlockCode, span: SpanFact) -> frozenset[str]:
    """The types that a piece names or is a member of, without those that any code may name."""
    named = {token.text for token in _names(code, span) if _TYPE.fullmatch(token.text)}
    owners = {name for name in names_of(_plain(span.item)) if _TYPE.fullmatch(name)}
    return frozenset((named | owners) - std_names())


def _plain(item: str) -> str:
    """An item path without the arguments of its types."""
    return re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", item))


def _names(code: BlockCode, span: SpanFact) -> Iterator[Token]:
    """The names of a piece outside its attributes, without variants and other members behind a type."""
    depth, before = 0, list[str]()
    for token in code.tokens:
        if token.kind == "comment" or not span.start <= token.start < span.end:
            continue
        if token.text == "[" and (depth or before[-1:] == ["#"] or before[-2:] == ["#", "!"]):
            depth += 1
        elif token.text == "]" and depth:
            depth -= 1
        elif token.kind == "name" and not depth and not _is_member(before):
            yield token
        before = [*before[-2:], token.text]


def _is_member(before: list[str]) -> bool:
    """Whether a name stands behind `Type::`, so that it is a variant or a function of it."""
    return before[1:] == [":", ":"] and before[0] not in _PATHS and before[0][:1].isupper()
