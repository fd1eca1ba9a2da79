"""The filter language: `status:submitted author:ada -reviewer:cleo (item:Retry or text:"thundering herd") words`.

Terms beside each other must all hold; `or` is weaker than that, `-` or `not` stronger. A list `a,b` means either.
What does not look like a field is full text. `parse(str(filter)) == filter` for every filter.
Places in errors are characters of the text, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, NoReturn

from app.base.moments import LOCAL
from app.base.text import did_you_mean, nearest
from app.errors import UsageError
from app.records.filters.fields import FIELDS, NOTHING_KNOWN, OTHER_NAMES, KnownNames, ValueRefusedError
from app.records.filters.row import Row, TextOf, opening_text
from app.records.filters.words import spaced

LONGEST = 4_000
"""Characters of the longest filter."""
DEEPEST = 40
"""Parentheses in each other."""

_FIELD = re.compile(r"([A-Za-z_]+):(?!:)")
_BARE_WORD = re.compile(r'[^\s"(),\-][^\s"(),]*')
_BARE_VALUE = re.compile(r'[^\s"(),:][^\s"(),]*')
"""Behind a field's colon another one would make it no field any more: `item:::run` is a word."""
_KEYWORDS = frozenset({"or", "and", "not"})


class FilterError(UsageError):
    """A filter that cannot be meant so."""

    def __init__(self, what: str, start: int, end: int, remedy: str = "") -> None:
        super().__init__(f"filter, character {start + 1}: {what}", remedy or "see docs/filters.md")
        self.start = start
        """First character that is wrong, 0-based."""
        self.end = end
        """One past the last; may be `start` where something is missing."""
        self.reason = what
        """What is wrong, without the place."""


@dataclass(frozen=True, slots=True)
class Term:
    """One field, and the values of which one must hold."""

    field: str
    """One of `FIELDS`."""
    values: tuple[str, ...]
    """As the field keeps them; at least one."""

    def __str__(self) -> str:
        if self.field == "text" and len(self.values) == 1:
            word = self.values[0]
            plain = _BARE_WORD.fullmatch(word) and not _FIELD.match(word) and word.casefold() not in _KEYWORDS
            return word if plain else _quoted(word)
        values = (value if _BARE_VALUE.fullmatch(value) else _quoted(value) for value in self.values)
        return f"{self.field}:{','.join(values)}"


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold; never another `Not`."""

    part: Term | AllOf | AnyOf

    def __str__(self) -> str:
        return f"-{self.part}" if isinstance(self.part, Term) else f"-({self.part})"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Two or more parts, none of them an `AllOf`; or none at all, which everything is."""

    parts: tuple[Term | Not | AnyOf, ...] = ()

    def __str__(self) -> str:
        return " ".join(f"({part})" if isinstance(part, AnyOf) else str(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Two or more parts, none of them an `AnyOf`."""

    parts: tuple[Term | Not | AllOf, ...]

    def __str__(self) -> str:
        return " or ".join(map(str, self.parts))


Node = Term | Not | AllOf | AnyOf


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are meant. Equal filters pick the same."""

    root: Node = AllOf()

    def __str__(self) -> str:
        """The filter as a person would type it; `parse` gives the same one back."""
        return str(self.root)

    def __bool__(self) -> bool:
        """Whether it leaves anything out at all."""
        return self.root != AllOf()

    def terms(self) -> Iterator[Term]:
        """Every term, in order, those under `not` among them."""
        return _terms(self.root)

    def matches(self, row: Row, text: TextOf = opening_text, now: datetime | None = None) -> bool:
        """Whether the row is meant. `text` is asked only where words are sought and all else holds; `now` is UTC's.

        Without `text` only the beginning of the request, the item and the path are looked through.
        """
        return _holds(self.root, row, _Once(row, text), now or datetime.now(LOCAL))


class _Once:
    """A row's text, fetched when it is first needed."""

    def __init__(self, row: Row, text: TextOf) -> None:
        self._row, self._text = row, text
        self._spaced: str | None = None

    def __call__(self) -> str:
        if self._spaced is None:
            self._spaced = spaced(self._text(self._row))
        return self._spaced


def _holds(node: Node, row: Row, text: Callable[[], str], now: datetime) -> bool:
    if isinstance(node, Term):
        field = FIELDS[node.field]
        has = text() if node.field == "text" else field.of(row)
        return any(field.test(value, now)(has) for value in node.values)
    if isinstance(node, Not):
        return not _holds(node.part, row, text, now)
    parts = sorted(node.parts, key=_costs)  # what is in the row first: a text may have to be fetched
    holds = (_holds(part, row, text, now) for part in parts)
    return all(holds) if isinstance(node, AllOf) else any(holds)


def _costs(node: Node) -> bool:
    return any(term.field == "text" for term in _terms(node))


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from _terms(node.part)
    else:
        for part in node.parts:
            yield from _terms(part)


# -- making


def negate(node: Node) -> Node:
    """What holds where the node does not."""
    return node.part if isinstance(node, Not) else Not(node)


def all_of(nodes: list[Node]) -> Node:
    """What holds where all do."""
    flat: list[Term | Not | AnyOf] = []
    for node in nodes:
        if isinstance(node, AllOf):
            flat += node.parts
        else:
            flat.append(node)
    return flat[0] if len(flat) == 1 else AllOf(tuple(flat))


def any_of(nodes: list[Node]) -> Node:
    """What holds where one does; at least one node."""
    flat: list[Term | Not | AllOf] = []
    for node in nodes:
        if isinstance(node, AnyOf):
            flat += node.parts
        else:
            flat.append(node)
    return flat[0] if len(flat) == 1 else AnyOf(tuple(flat))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- reading


def parse(text: str, known: KnownNames = NOTHING_KNOWN) -> Filter:
    """The filter that a text says; an empty text means every record. Raises `FilterError`.

    With `known`, names of people, topics and crates that do not exist are errors too.
    """
    if len(text) > LONGEST:
        _fail(f"a filter has {LONGEST:,} characters at most", LONGEST, len(text), "leave something out")
    tokens = list(_tokens(text, known))
    if not tokens:
        return Filter()
    return Filter(_Parser(tokens, len(text)).whole())


def _fail(what: str, start: int, end: int, remedy: str = "") -> NoReturn:
    raise FilterError(what, start, end, remedy)


class _Token(NamedTuple):
    kind: str
    """`(`, `)`, `not`, `and`, `or` or `term`."""
    start: int
    end: int
    term: Term | None = None


def _tokens(text: str, known: KnownNames) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
        elif char in "()":
            yield _Token(char, at, at + 1)
            at += 1
        elif char == "-":
            yield _Token("not", at, at + 1)
            at += 1
            if at == len(text) or text[at].isspace():
                _fail("nothing follows the -", at - 1, at, "write what to leave out right after it")
        elif field := _FIELD.match(text, at):
            values, end = _values(text, field.end(), field[0])
            yield _Token("term", at, end, _term(field, values, known))
            at = end
        else:
            word, end = _value(text, at, listed=False)
            if text[at] != '"' and word.casefold() in _KEYWORDS:
                yield _Token(word.casefold(), at, end)
            else:
                yield _Token("term", at, end, Term("text", (_kept("text", word, at, end, known),)))
            at = end


def _term(found: re.Match[str], values: list[tuple[str, int, int]], known: KnownNames) -> Term:
    typed = found[1].casefold()
    name = OTHER_NAMES.get(typed, typed)
    if name not in FIELDS:
        near = nearest(name, (*FIELDS, *OTHER_NAMES))
        hint = did_you_mean(near and f"{near}:", f"there is {', '.join(FIELDS)}")
        remedy = f'write "{found[0]}…" in quotes to find it as text'
        _fail(f"there is no field {found[0]} ({hint})", found.start(), found.end(), remedy)
    if FIELDS[name].single and len(values) > 1:
        _fail(f"{name}: takes one date, not a list", values[1][1] - 1, values[-1][2], "write one")
    kept = [_kept(name, value, start, end, known) for value, start, end in values]
    return Term(name, tuple(dict.fromkeys(kept)))


def _kept(name: str, value: str, start: int, end: int, known: KnownNames) -> str:
    try:
        return FIELDS[name].read(value, known)
    except ValueRefusedError as problem:
        _fail(str(problem), start, end)


def _values(text: str, at: int, field: str) -> tuple[list[tuple[str, int, int]], int]:
    found: list[tuple[str, int, int]] = []
    while True:
        if at == len(text) or text[at].isspace() or text[at] in ",)":
            after = "the comma" if found else field
            _fail(f"nothing follows {after}", at, at, "write a value right after it")
        value, end = _value(text, at, listed=True)
        found.append((value, at, end))
        if end == len(text) or text[end] != ",":
            return found, end
        at = end + 1


def _value(text: str, at: int, listed: bool) -> tuple[str, int]:
    """The word or quoted text that begins here, and where it ends."""
    if text[at] == '"':
        return _in_quotes(text, at, listed)
    depth, end = 0, at
    while end < len(text) and not text[end].isspace() and not (listed and text[end] == ","):
        char = text[end]
        if char == '"':
            _fail("a quote stands in the middle of a word", end, end + 1, "put the whole of it in quotes")
        depth += (char == "(") - (char == ")")
        if depth < 0:
            break
        end += 1
    return text[at:end], end


def _in_quotes(text: str, at: int, listed: bool) -> tuple[str, int]:
    out: list[str] = []
    end = at + 1
    while end < len(text) and text[end] != '"':
        if text[end] == "\\" and text[end + 1 : end + 2] in ("\\", '"'):
            end += 1
        out.append(text[end])
        end += 1
    if end >= len(text):
        _fail("the quote is not closed", at, len(text), 'close it with "')
    end += 1
    if end < len(text) and not text[end].isspace() and text[end] != ")" and not (listed and text[end] == ","):
        _fail("something follows the quote", end, end + 1, "put a blank between")
    if not out:
        _fail("nothing stands between the quotes", at, end, "write what is to be found")
    return "".join(out), end


class _Parser:
    """Tokens to a tree, by recursive descent."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._length = length
        """Characters of the text: where something is missing at its end."""
        self._at = 0
        self._depth = 0

    def whole(self) -> Node:
        node = self._either()
        if (extra := self._peek()) is not None:
            _fail("this parenthesis closes nothing", extra.start, extra.end, "take it away")
        return node

    def _peek(self, *kinds: str) -> _Token | None:
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        return token if not kinds or token.kind in kinds else None

    def _take(self, *kinds: str) -> _Token | None:
        token = self._peek(*kinds)
        self._at += token is not None
        return token

    def _either(self) -> Node:
        parts = [self._together()]
        while self._take("or"):
            parts.append(self._together())
        return any_of(parts)

    def _together(self) -> Node:
        parts = [self._part()]
        while self._take("and") or self._peek("(", "not", "term"):
            parts.append(self._part())
        return all_of(parts)

    def _part(self) -> Node:
        negated = False
        while self._take("not"):
            negated = not negated
        token = self._take("(", "term")
        if token is None:
            found = self._peek()
            where = (found.start, found.end) if found else (self._length, self._length)
            _fail(
                "something to look for is missing here",
                *where,
                "to find the words or, and, not: put them in quotes",
            )
        node: Node = self._inside(token) if token.term is None else token.term
        return negate(node) if negated else node

    def _inside(self, opened: _Token) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            _fail(
                f"more than {DEEPEST} parentheses stand in each other",
                opened.start,
                opened.end,
                "simplify it",
            )
        node = self._either()
        if not self._take(")"):
            _fail("this parenthesis is not closed", opened.start, opened.end, "close it with )")
        self._depth -= 1
        return node
