"""What of a topic is done, by whom, and what is left: each item of its sources has exactly one main state.

What is counted are units (`app.progress.coverage.units`): items that one would write a record about.

Everything here is pure: from files, and from what was recorded, begun, claimed and skipped of them.
`app.progress.coverage.tracker` gathers these. Offsets are bytes, 0-based, end exclusive; lines are 0-based.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from app.base.text import printable
from app.progress.coverage.units import NEVER, FileUnits, Unit, around
from app.records.events import Role, Skip
from app.records.history.ledger import Status
from app.rust.items import Item
from app.store.presence.claims import Claim

State = Literal["recorded", "draft", "claimed", "skipped", "excluded", "partly", "open"]
"""`recorded`: all of it is in records; `draft`: in a draft; `claimed`: another workstation is on it; `skipped`: a
person left it out; `excluded`: the spec did; `partly`: some bytes are in a record; `open`: nothing of all that."""
STATES: tuple[State, ...] = ("recorded", "draft", "claimed", "skipped", "excluded", "partly", "open")
"""In the order in which they are asked: the first that holds is an item's main state."""

UNCOUNTED: frozenset[Status] = frozenset({"retracted", "rejected"})
"""Records of these statuses cover nothing; they are told all the same."""
_CLAIMED_ITEM = 500
"""Characters of an item path that a claim tells."""


class Use(NamedTuple):
    """A range of a file that a record has in its block."""

    topic: str
    record: str
    status: Status
    role: Role
    start: int
    end: int
    exact: bool = True
    """False where the record was made from another text of the item."""

    @property
    def counts(self) -> bool:
        """Whether what it covers is done."""
        return self.status not in UNCOUNTED


class Begun(NamedTuple):
    """A range of a file that a draft has in its block."""

    record: str
    by: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """What is known of one unit."""

    unit: Unit
    state: State
    uses: tuple[Use, ...] = ()
    """Records with bytes of it, of this topic and of others; also those that do not count."""
    drafts: tuple[Begun, ...] = ()
    claims: tuple[Claim, ...] = ()
    skip: Skip | None = None
    """The newest skip of it, in force."""

    @property
    def reason(self) -> str:
        """Why the state is as it is, for people; safe to print."""
        if self.state == "skipped" and self.skip is not None:
            return f"{printable(self.skip.by, 80)}: {printable(self.skip.reason, 1000)}"
        if self.state == "excluded":
            return self.unit.excluded
        if self.state == "claimed":
            return ", ".join(dict.fromkeys(f"{claim.by} on {claim.host}" for claim in self.claims))
        if self.state == "draft":
            return ", ".join(dict.fromkeys(printable(draft.by, 80) for draft in self.drafts))
        return ", ".join(dict.fromkeys(f"{use.record} {use.status}" for use in self.uses))


@dataclass(frozen=True, slots=True)
class Overlap:
    """Bytes of one unit that several records use."""

    unit: Unit
    start: int
    end: int
    uses: tuple[Use, ...]
    """Of at least two records, by topic and record."""

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics that use them, sorted."""
        return tuple(sorted({use.topic for use in self.uses}))


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """What is known of one file."""

    path: str
    items: tuple[ItemCoverage, ...]
    """Its units, in file order."""
    states: tuple[State | None, ...]
    """Of every item of the outline, by its index; None for tests and declarations. A container has what its units
    have if they agree, and `partly` where some are done and some are not."""
    counts: Mapping[State, int]
    """Units by state, zeros included."""
    overlaps: tuple[Overlap, ...] = ()
    strange: tuple[int, ...] = ()
    """The 0-based lines on which places begin that are not understood: what stands there is not counted."""
    problem: str = ""
    """Why the file cannot be annotated; then there are no items."""

    def at(self, line: int) -> ItemCoverage | None:
        """The unit that holds a 0-based line; the last of several, None if there is none."""
        at = bisect_right(self.items, line, key=lambda item: item.unit.first) - 1
        return self.items[at] if at >= 0 and line <= self.items[at].unit.last else None


# -- what is known of a file


def cover_file(
    file: FileUnits,
    topic: str,
    uses: Iterable[Use] = (),
    drafts: Iterable[Begun] = (),
    claims: Sequence[Claim] = (),
    skips: Sequence[tuple[Unit, Skip]] = (),
) -> FileCoverage:
    """The coverage of a file for a topic: `claims` are those on this file, `skips` what is skipped of it."""
    found = file.units
    used: dict[int, list[Use]] = {}
    begun: dict[int, list[Begun]] = {}
    for use in uses:
        if use.role != "import":
            for at in _touched(found, use.start, use.end):
                used.setdefault(at, []).append(use)
    for draft in drafts:
        for at in _touched(found, draft.start, draft.end):
            begun.setdefault(at, []).append(draft)
    claimed = _claimed(claims)
    skipped = {unit.index: skip for unit, skip in sorted(skips, key=lambda pair: (pair[1].at, pair[1].id))}
    covered: list[ItemCoverage] = []
    overlaps: list[Overlap] = []
    for at, unit in enumerate(found):
        own = tuple(sorted(set(used.get(at, ()))))
        on = tuple(claim for name in unit.within for claim in claimed.get(printable(name, _CLAIMED_ITEM), ()))
        skip = skipped.get(unit.index)
        there = tuple(begun.get(at, ()))
        state = _state(file.source.data, unit, topic, own, bool(there), bool(on), skip is not None)
        covered.append(ItemCoverage(unit, state, own, there, on, skip))
        if len(own) > 1:
            overlaps += _overlaps(unit, own)
    counts: dict[State, int] = dict.fromkeys(STATES, 0)
    for one in covered:
        counts[one.state] += 1
    return FileCoverage(
        file.source.path,
        tuple(covered),
        _outlined(file.items, covered),
        counts,
        tuple(overlaps),
        file.strange,
    )


def uncovered(path: str, problem: str) -> FileCoverage:
    """The coverage of a file that cannot be annotated."""
    return FileCoverage(path, (), (), dict.fromkeys(STATES, 0), problem=problem)


def _touched(found: Sequence[Unit], start: int, end: int) -> Iterator[int]:
    at = bisect_right(found, start, key=lambda unit: unit.end)
    while at < len(found) and found[at].start < end:
        yield at
        at += 1


def _claimed(claims: Sequence[Claim]) -> dict[str, list[Claim]]:
    by_item: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.item:
            by_item.setdefault(claim.item, []).append(claim)
    return by_item


def _state(
    data: bytes, unit: Unit, topic: str, uses: Sequence[Use], drafts: bool, claims: bool, skipped: bool
) -> State:
    ranges = [(use.start, use.end) for use in uses if use.counts and use.topic == topic]
    missing = _missing(data, unit, ranges) if ranges else "all"
    if missing == "none":
        return "recorded"
    if drafts:
        return "draft"
    if claims:
        return "claimed"
    if skipped:
        return "skipped"
    if unit.excluded:
        return "excluded"
    return "partly" if missing == "some" else "open"


def _missing(data: bytes, unit: Unit, ranges: list[tuple[int, int]]) -> Literal["none", "some", "all"]:
    """How much of a unit the ranges leave out. White space does not count, nor that its lead is not there."""
    at, gap, held = unit.name_start, False, False
    for start, end in sorted(ranges):
        start, end = max(start, unit.start), min(end, unit.end)
        held = held or bool(data[start:end].strip())
        if start > at:
            gap = gap or bool(data[at:start].strip())
        at = max(at, end)
    gap = gap or bool(data[at : unit.end].strip())
    return "all" if not held else "some" if gap else "none"


def _overlaps(unit: Unit, uses: Sequence[Use]) -> Iterator[Overlap]:
    counted = [use for use in uses if use.counts]
    if len({use[:2] for use in counted}) < 2:
        return
    edges = sorted({edge for use in counted for edge in _clipped(unit, use)})
    last: Overlap | None = None
    for start, end in pairwise(edges):
        there = tuple(use for use in counted if use.start <= start and end <= use.end)
        several = len({use[:2] for use in there}) > 1
        if several and last is not None and last.end == start and last.uses == there:
            last = Overlap(unit, last.start, end, there)
            continue
        if last is not None:
            yield last
        last = Overlap(unit, start, end, there) if several else None
    if last is not None:
        yield last


def _clipped(unit: Unit, use: Use) -> tuple[int, int]:
    return max(use.start, unit.start), min(use.end, unit.end)


def _outlined(items: Sequence[Item], covered: Sequence[ItemCoverage]) -> tuple[State | None, ...]:
    """Each item's own state, its container's where that is taken whole, or what its units amount to."""
    states: list[State | None] = [None] * len(items)
    inside: dict[int, set[State]] = {}
    for one in covered:
        states[one.unit.index] = one.state
        for at in around(items, one.unit.index):
            inside.setdefault(at, set()).add(one.state)
    for index, item in enumerate(items):  # a container stands before what is in it
        if states[index] is None and not item.test:
            if index in inside:
                states[index] = _together(inside[index])
            elif item.whole is not None and item.kind not in NEVER:
                states[index] = states[item.whole]
    return tuple(states)


def _together(states: set[State]) -> State:
    if len(states) == 1:
        return next(iter(states))
    left = states & {"open", "partly"}
    if left:
        touched = states & {"recorded", "draft", "claimed", "partly"}
        return "partly" if touched else "open"
    return next(state for state in ("draft", "claimed", *STATES) if state in states)


# -- a topic


@dataclass(frozen=True)
class TopicCoverage:
    """What is known of a topic. Never changes: what changed is another one, with the files that did not."""

    topic: str
    files: Mapping[str, FileCoverage]
    """By path, in the order of the spec's sources."""
    elsewhere: tuple[str, ...] = ()
    """Records of the topic whose code is in none of these files: it is elsewhere, or gone."""
    problems: tuple[str, ...] = ()
    """What could not be looked at, for people."""
    _order: list[tuple[tuple[bool, int, int], ItemCoverage]] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        """Put what is open in the order in which it is offered."""
        places = {path: number for number, path in enumerate(self.files)}
        self._order.extend(
            ((not item.unit.focus, places[path], item.unit.start), item)
            for path, file in self.files.items()
            for item in file.items
            if item.state == "open"
        )
        self._order.sort(key=lambda pair: pair[0])

    @property
    def counts(self) -> dict[State, int]:
        """Units by state, zeros included."""
        return {state: sum(file.counts[state] for file in self.files.values()) for state in STATES}

    @property
    def items(self) -> Iterator[ItemCoverage]:
        """Every unit, in the order of the sources."""
        for file in self.files.values():
            yield from file.items

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """What several records use, in the order of the sources."""
        return tuple(overlap for file in self.files.values() for overlap in file.overlaps)

    @property
    def to_do(self) -> tuple[ItemCoverage, ...]:
        """What is open, in the order in which it is offered: items with a focus word first."""
        return tuple(item for _, item in self._order)

    def next_open(self, path: str = "", line: int = 0, item: str = "") -> ItemCoverage | None:
        """The open item that is offered after the one at a 0-based line, round and round; None if nothing is open.

        `item` (its path) tells which is meant where several stand on that line. Outside any item, and in a file that
        is not among the sources, the first that holds a focus word comes.
        """
        if not self._order:
            return None
        at = bisect_right(self._order, self._place(path, line, item), key=lambda pair: pair[0])
        return self._order[at % len(self._order)][1]

    def _place(self, path: str, line: int, item: str) -> tuple[bool, int, int]:
        file = self.files.get(path)
        if file is None:
            return (False, -1, 0)
        number = list(self.files).index(path)
        here = next((one for one in file.items if one.unit.item == item), None) if item else None
        here = here or file.at(line)
        if here is not None:
            return (not here.unit.focus, number, here.unit.start)
        after = bisect_left(file.items, line, key=lambda one: one.unit.first)
        start = file.items[after].unit.start - 1 if after < len(file.items) else 1 << 62
        return (False, number, start)
