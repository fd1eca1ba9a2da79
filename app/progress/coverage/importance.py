"""What of the related files is the topic's, and which of its items matter most: from the code and the specs alone.

An item of a related file is the topic's where the spec names it, where its name holds a focus word, where its code
holds them often enough, or where an item of the sources uses it by name. What another topic of the same repository
holds by far more words of is rather that one's, and comes last.

A score adds the focus words, the size and the branches of an item, and how often it is used and what it calls, the
last four as logarithms to base 2, each in the weight that the spec gives it (`offer`). Uses are counted by name in the
files of the topic and of its crates: names that several items have share them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log2
from typing import NamedTuple

from app.base.text import many, printable
from app.progress.coverage.units import FileUnits, Rules, Unit
from app.repository.index.columns import bare_name

_WORD = re.compile(
    rb"//[^\n]*|/\*.*?\*/|[bc]?r(#*)\".*?\"\1|[bc]?\"(?:\\.|[^\"\\])*\"|([A-Za-z_]\w*)", re.DOTALL
)
"""A comment, a string, or (second group) a word of code. Nested comments end early: a word too many is counted."""
_BRANCHES = (b"if", b"match", b"while", b"for", b"loop")
_OFTEN = 3
"""Times that code must hold focus words to be the topic's, where it holds only one of them."""
_COMMON = 10
"""Further files that hold a name, from which on its use in the sources says nothing: it may be another's."""
_FAR = 3.0
"""By how much another topic must hold more of an item to be the one whose it is."""
_FIRST = {
    "function_item": 0,
    "impl_item": 0,
    "trait_item": 1,
    "struct_item": 1,
    "enum_item": 1,
    "union_item": 1,
}
"""Kinds by when they are offered: what does something, what it works on, the rest."""
_LAST = 2
_KINDS = {"function_item": "function", "impl_item": "impl", "trait_item": "trait", "struct_item": "struct"}
_KINDS |= {"enum_item": "enum", "const_item": "constant", "static_item": "static", "type_item": "type alias"}


class Rank(NamedTuple):
    """Where an item stands in the order in which a topic's items are offered; less comes first."""

    theirs: bool
    """Whether another topic's it rather is."""
    related: bool
    """Whether it is in a related file."""
    kind: int
    score: float
    """Negative: what matters more is less."""


@dataclass(frozen=True, slots=True)
class Importance:
    """How an item is the topic's, and how soon it is offered."""

    rank: Rank
    belongs: str = ""
    """Why an item of a related file is the topic's, for people; empty where it is not, and for the sources' own."""
    owner: str = ""
    """Another topic whose it rather is."""
    part_of: tuple[str, ...] = ()
    """The units (item paths) that it is a part of: it is no work of its own."""
    reasons: tuple[str, ...] = ()
    """Why it stands where it does, for people; safe to print."""


UNRANKED = Importance(Rank(False, False, 0, 0.0))
"""Of an item of which nothing but its place is known."""


class Neighbour(NamedTuple):
    """Another topic of the same repository, as far as it says whose an item is."""

    topic: str
    rules: Rules
    sources: frozenset[str]
    related: frozenset[str]


class _Code(NamedTuple):
    """What one unit's code holds."""

    unit: Unit
    file: FileUnits
    words: Counter[bytes]
    """Of code: neither of comments nor of strings."""

    @property
    def key(self) -> tuple[str, int]:
        """Its path and its index in the outline."""
        return self.unit.path, self.unit.index

    @property
    def name(self) -> str:
        """What code calls it; empty where it has no name."""
        return bare_name(self.unit.kind, self.unit.item)

    @property
    def owner(self) -> str:
        """The type whose it is: `Retry` of `Retry::run`; empty where it is a function of its own."""
        path, _, _ = self.unit.item.rpartition("::")
        return path.rsplit("::", 1)[-1].split("<")[0]

    @property
    def called(self) -> tuple[bytes, ...]:
        """The words that stand wherever it is used: its name, and that of the type whose it is."""
        return tuple(word.encode() for word in (self.name, self.owner) if word) if self.name else ()

    @property
    def branches(self) -> int:
        """Words that branch or loop."""
        return sum(self.words[word] for word in _BRANCHES)


class TopicItems:
    """The units of a topic's files together: what uses what, whose it is, and what matters most."""

    def __init__(
        self, rules: Rules, files: Iterable[FileUnits], elsewhere: Mapping[bytes, int] | None = None
    ) -> None:
        """`elsewhere`: by a word of code, how many further files of the repository hold it."""
        self._rules = rules
        self._elsewhere = elsewhere or {}
        self._codes = [
            _Code(unit, file, words_of(file.source.data, unit.start, unit.end))
            for file in files
            for unit in file.units
        ]

    @cached_property
    def _defined(self) -> Counter[str]:
        """How many units have a name."""
        return Counter(code.name for code in self._codes if code.name)

    @cached_property
    def _held(self) -> Mapping[tuple[str, int], _Held]:
        """By path and index: which of the topic's focus words each unit holds."""
        return {code.key: _held(self._rules, code) for code in self._codes}

    @cached_property
    def _holders(self) -> Mapping[bytes, Mapping[tuple[str, int], _Code]]:
        """By a word that names a unit or the type whose it is: the units in whose code it stands."""
        named = {word for code in self._codes for word in (*_names(code), *code.called)}
        found: dict[bytes, dict[tuple[str, int], _Code]] = {word: {} for word in named}
        for code in self._codes:
            for word in named.intersection(code.words):
                found[word][code.key] = code
        return found

    @cached_property
    def _called(self) -> Mapping[str, str]:
        """By a name that the sources' own units use: one that does."""
        found: dict[str, str] = {}
        for code in self._codes:
            if not code.file.related and not code.unit.excluded:
                for word in code.words:
                    found.setdefault(word.decode(), code.unit.item)
        return found

    @cached_property
    def _whose(self) -> Mapping[tuple[str, int], str]:
        """Why units of related files are the topic's, by path and index; the others are not among them.

        A small one is only where the spec names it, or with what it is a part of.
        """
        related = [code for code in self._codes if code.file.related]
        found = {code.key: why for code in related if not code.unit.small and (why := self._belongs(code))}
        for code in related:
            if code.unit.small and not code.unit.excluded:
                parts = self._parts(code, found)
                why = "named by the spec" if self._rules.named(code.unit.within) else ""
                if why or parts:
                    found[code.key] = why or f"{printable(parts[0], 80)} uses it"
        return found

    def importance(self, neighbours: Sequence[Neighbour] = ()) -> dict[tuple[str, int], Importance]:
        """By path and index in the outline: how each unit of the topic's files is the topic's."""
        return {code.key: self._of(code, neighbours) for code in self._codes}

    def _of(self, code: _Code, neighbours: Sequence[Neighbour]) -> Importance:
        unit, related = code.unit, code.file.related
        belongs = self._whose.get(code.key, "")
        held = self._held[code.key]
        owner = _owner(code, _strength(self._rules, code, held, related), neighbours)
        score, reasons = self._score(code, held)
        kind = _FIRST.get(unit.kind, _LAST)
        told = [f"{_KINDS.get(unit.kind, 'item')} of {'a related file' if related else 'the sources'}"]
        if belongs:
            told.append(belongs)
        if owner:
            told.append(f"rather {printable(owner, 80)}'s")
        rank = Rank(bool(owner), related, kind, -score)
        return Importance(rank, belongs, owner, self._parts(code, self._whose), (*told, *reasons))

    def _parts(self, code: _Code, whose: Mapping[tuple[str, int], str]) -> tuple[str, ...]:
        """The topic's units that a small one is a part of."""
        if not code.unit.small:
            return ()
        users = [user for word in _names(code) for user in self._holders[word].values()]
        users = [user for user in users if not user.unit.small]
        own = [user for user in users if user.key in whose or not (user.file.related or user.unit.excluded)]
        return tuple(dict.fromkeys(user.unit.item for user in own))

    def _belongs(self, code: _Code) -> str:
        unit = code.unit
        if unit.excluded:
            return ""
        if self._rules.named(unit.within):
            return "named by the spec"
        held = self._held[code.key]
        if held.named or held.around:
            return f"called after {_listed(held.named or held.around)}"
        if len(held.held) > 1 or held.times >= _OFTEN:
            return "the focus is in its code"
        user = self._called.get(code.name) if code.name and "::" not in unit.item else None
        alone = self._defined[code.name] == 1 and self._elsewhere.get(code.name.encode(), 0) <= _COMMON
        return f"{printable(user, 80)} uses it" if user is not None and alone else ""

    def _score(self, code: _Code, held: _Held) -> tuple[float, list[str]]:
        offer, unit, branches = self._rules.offer, code.unit, code.branches
        used = self._uses(code)
        calls = sum(word.decode() in self._defined for word in code.words) - bool(code.name)
        focus = (
            5.0 * len(held.named) + 2.0 * len(held.around) + min(len(held.held), 3) + min(held.times, 6) / 3
        )
        score = (
            focus * offer.focus
            + log2(1 + unit.lines) * offer.size
            + log2(1 + branches) * offer.branches
            + log2(1 + used) * offer.callers
            + log2(1 + max(calls, 0)) / 2 * offer.callees
        ) / 100
        told = [f"holds {_listed(held.held)}"] if held.held else []
        told.append(many(unit.lines, "line"))
        told += [many(branches, "branch", "branches")] if branches else []
        told += [f"used in {many(used, 'place')}"] if used else []
        told += [f"uses {calls}"] if calls > 0 else []
        return score, told

    def _uses(self, code: _Code) -> int:
        """How many units here and files elsewhere use it by name; units that share a name share them.

        What is a type's own counts where the type is named as well.
        """
        if not code.name:
            return 0
        here = set.intersection(*(set(self._holders[word]) for word in code.called)) - {code.key}
        there = min(self._elsewhere.get(word, 0) for word in code.called)
        return (len(here) + there) // (1 if code.owner else self._defined[code.name])


class _Held(NamedTuple):
    """Which focus words an item holds. Words that differ in capitals only count once."""

    named: tuple[str, ...]
    """In its own name."""
    around: tuple[str, ...]
    """Only in the name of its type, or of the modules around it."""
    held: tuple[str, ...]
    """In its code."""
    times: int
    """How often, all of them together."""


def words_of(data: bytes, start: int = 0, end: int | None = None) -> Counter[bytes]:
    """The words of code in a range of bytes, without those of comments and strings."""
    found = _WORD.finditer(data, start, len(data) if end is None else end)
    return Counter(match[2] for match in found if match[2] is not None)


def _listed(words: Sequence[str]) -> str:
    return ", ".join(printable(word, 40) for word in words)


def _names(code: _Code) -> tuple[bytes, ...]:
    """What a unit is known by in the code of others: of a macro call, every word in it."""
    if code.unit.kind == "macro_invocation":
        return tuple(code.words)
    return (code.name.encode(),) if code.name else ()


def _held(rules: Rules, code: _Code) -> _Held:
    unit, data = code.unit, code.file.source.data
    own = b"" if unit.kind == "impl_item" else unit.item.rsplit("::", 1)[-1].encode()
    named: dict[str, str] = {}
    around: dict[str, str] = {}
    held: dict[str, str] = {}
    times = 0
    for word, pattern in rules.words:
        count = sum(1 for _ in pattern.finditer(data, unit.start, unit.end))
        fresh = word.casefold() not in held
        if count:
            held.setdefault(word.casefold(), word)
            times += count if fresh else 0
        if pattern.search(own):
            named.setdefault(word.casefold(), word)
        elif pattern.search(unit.item.encode()):
            around.setdefault(word.casefold(), word)
    only = (word for key, word in around.items() if key not in named)
    return _Held(tuple(named.values()), tuple(only), tuple(held.values()), times)


def _strength(rules: Rules, code: _Code, held: _Held, related: bool) -> float:
    """How much an item is a topic's; what the spec names is wholly its own."""
    named = 10.0 if related and rules.named(code.unit.within) else 0.0
    words = 4.0 * len(held.named) + 2.0 * len(held.around) + len(held.held) + min(held.times, 6) / 2
    return named + words + (0.0 if related else 3.0)


def _owner(code: _Code, own: float, neighbours: Sequence[Neighbour]) -> str:
    """The topic that an item rather belongs to; empty where it is this one."""
    best, owner = own + _FAR, ""
    for topic, rules, sources, related in neighbours:
        if code.unit.path not in sources | related or rules.excluded(code.unit.within):
            continue
        strength = _strength(rules, code, _held(rules, code), code.unit.path not in sources)
        if strength >= best:
            best, owner = strength, topic
    return owner
