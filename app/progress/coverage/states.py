"""What of a topic is done, by whom, and what is left: each of its items has exactly one main state.

What is counted are units (`app.progress.coverage.units`): items that one would write a record about. Those of the
sources are the topic's, and those of the related files that `app.progress.coverage.importance` finds to be.

Everything here is pure: from files, and from what was recorded, begun, claimed and skipped of them.
`app.progress.coverage.tracker` gathers these. Offsets are bytes, 0-based, end exclusive; lines are 0-based.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from app.base.text import printable
from app.progress.coverage.importance import UNRANKED, Importance
from app.progress.coverage.units import NEVER, FileUnits, Unit, around
from app.records.events import Role, Skip
from app.records.history.ledger import Status
from app.rust.items import Item
from app.store.presence.claims import Claim

State = Literal["recorded", "draft", "claimed", "skipped", "other", "excluded", "partly", "open"]
"""`recorded`: all of it is in records; `draft`: in a draft; `claimed`: another workstation is on it; `skipped`: a
person left it out; `other`: all of it is in records of another topic; `excluded`: the spec left it out; `partly`: some
bytes are in a record; `open`: nothing of all that."""
STATES: tuple[State, ...] = (
    "recorded",
    "draft",
    "claimed",
    "skipped",
    "other",
    "excluded",
    "partly",
    "open",
)
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
    importance: Importance = UNRANKED
    """How it is the topic's, and how soon it is offered."""

    @property
    def counted(self) -> bool:
        """Whether it is work of its own; what is a part of other items is done with them."""
        return not self.importance.part_of

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
        if self.state == "other":
            return f"in {', '.join(sorted({printable(use.topic, 80) for use in self.uses if use.counts}))}"
        if self.state == "open" and not self.counted:
            return f"a part of {printable(', '.join(self.importance.part_of), 200)}"
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
    """Its units, in file order; of a related file those that are the topic's, or that somebody did something to."""
    states: tuple[State | None, ...]
    """Of every item of the outline, by its index; None for tests and declarations. A container has what its units
    have if they agree, and `partly` where some are done and some are not."""
    counts: Mapping[State, int]
    """Units by state, zeros included; without those that are parts of others."""
    overlaps: tuple[Overlap, ...] = ()
    strange: tuple[int, ...] = ()
    """The 0-based lines on which places begin that are not understood: what stands there is not counted."""
    problem: str = ""
    """Why the file cannot be annotated; then there are no items."""
    related: bool = False
    """Whether it is none of the sources."""

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
    importance: Mapping[tuple[str, int], Importance] | None = None,
) -> FileCoverage:
    """The coverage of a file for a topic: `claims` are those on this file, `skips` what is skipped of it.

    `importance`: by path and index how each unit is the topic's; without it all are, equally.
    """
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
        known = importance.get((unit.path, unit.index), UNRANKED) if importance is not None else UNRANKED
        if file.related and not (known.belongs or own or there or on or skip):
            continue
        state = _state(file.source.data, unit, topic, own, bool(there), bool(on), skip is not None)
        covered.append(ItemCoverage(unit, state, own, there, on, skip, known))
        if len(own) > 1:
            overlaps += _overlaps(unit, own)
    counts: dict[State, int] = dict.fromkeys(STATES, 0)
    for one in covered:
        # What a record takes along of a related file is no work of the topic's by that.
        counts[one.state] += one.counted and (not file.related or bool(one.importance.belongs))
    return FileCoverage(
        file.source.path,
        tuple(covered),
        _outlined(file.items, covered),
        counts,
        tuple(overlaps),
        file.strange,
        related=file.related,
    )


def uncovered(path: str, problem: str, related: bool = False) -> FileCoverage:
    """The coverage of a file that cannot be annotated."""
    return FileCoverage(path, (), (), dict.fromkeys(STATES, 0), problem=problem, related=related)


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
    others = [(use.start, use.end) for use in uses if use.counts and use.topic != topic]
    if missing == "all" and others and _missing(data, unit, others) == "none":
        return "other"
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
        if not one.counted and one.state == "open":
            continue  # a part of others has no sign of its own
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

Order = Literal["importance", "file"]
"""In which order items are offered: what matters most first, or as the files stand."""


@dataclass(frozen=True)
class TopicCoverage:
    """What is known of a topic. Never changes: what changed is another one, with the files that did not."""

    topic: str
    files: Mapping[str, FileCoverage]
    """By path: the spec's sources in their order, then the related files in theirs."""
    elsewhere: tuple[str, ...] = ()
    """Records of the topic whose code is in none of these files: it is elsewhere, or gone."""
    problems: tuple[str, ...] = ()
    """What could not be looked at, for people."""
    order: Order = "importance"
    """The order that the spec asks for."""

    @cached_property
    def counts(self) -> dict[State, int]:
        """Units by state, zeros included."""
        return _added(self.files.values())

    @cached_property
    def related_counts(self) -> dict[State, int]:
        """The same of the related files alone."""
        return _added(file for file in self.files.values() if file.related)

    @property
    def items(self) -> Iterator[ItemCoverage]:
        """Every unit, in the order of the files."""
        for file in self.files.values():
            yield from file.items

    @property
    def overlaps(self) -> tuple[Overlap, ...]:
        """What several records use, in the order of the sources."""
        return tuple(overlap for file in self.files.values() for overlap in file.overlaps)

    @property
    def complete(self) -> bool:
        """Whether there is code of the topic, and none of it is left: nothing is open, partly done or in a draft."""
        left = sum(self.counts[state] for state in ("open", "partly", "draft", "claimed"))
        return not left and self.counts["recorded"] + self.counts["other"] > 0

    @property
    def empty(self) -> bool:
        """Whether no code of the topic was found: nothing of nothing is done."""
        return not any(item.counted for item in self.items)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        """By path: the number of each file."""
        return {path: number for number, path in enumerate(self.files)}

    @cached_property
    def _ranked(self) -> list[tuple[_Key, ItemCoverage]]:
        """What is open, with its place by importance."""
        return self._open(lambda item, path: (*item.importance.rank, self._numbers[path], item.unit.start))

    @cached_property
    def _in_files(self) -> list[tuple[_Key, ItemCoverage]]:
        """What is open, with its place in the order of the files."""
        return self._open(lambda item, path: self._filed(item, path, item.unit.start))

    def _open(self, place: Callable[[ItemCoverage, str], _Key]) -> list[tuple[_Key, ItemCoverage]]:
        found = [
            (place(item, path), item)
            for path, file in self.files.items()
            for item in file.items
            if item.state == "open" and item.counted
        ]
        return sorted(found, key=lambda pair: pair[0])

    def _filed(self, item: ItemCoverage | None, path: str, start: int) -> _Key:
        """Where an item stands in the order of the files; of None, where a place without an item does."""
        theirs = item is not None and item.importance.rank.theirs
        unsought = item is not None and not item.unit.focus
        return (theirs, self.files[path].related, unsought, self._numbers[path], start)

    def _offered(self, order: Order | None) -> list[tuple[_Key, ItemCoverage]]:
        return self._ranked if (order or self.order) == "importance" else self._in_files

    def to_do(self, order: Order | None = None) -> tuple[ItemCoverage, ...]:
        """What is open, in the order in which it is offered: the spec's, where none is given."""
        return tuple(item for _, item in self._offered(order))

    def next_open(
        self, path: str = "", line: int = 0, item: str = "", order: Order | None = None
    ) -> ItemCoverage | None:
        """The open item that is offered after the one at a 0-based line, round and round; None if nothing is open.

        `item` (its path) tells which is meant where several stand on that line. By importance, what is at no open item
        has the first of all after it. In the order of the files, outside any item and in a file of another topic the
        first that holds a focus word comes.
        """
        open_items = self._offered(order)
        if not open_items:
            return None
        if (order or self.order) == "file":
            at = bisect_right(open_items, self._place(path, line, item), key=lambda pair: pair[0])
            return open_items[at % len(open_items)][1]
        here = self._here(path, line, item)
        at = next((number for number, (_, one) in enumerate(open_items) if one is here), -1)
        return open_items[(at + 1) % len(open_items)][1]

    def _here(self, path: str, line: int, item: str) -> ItemCoverage | None:
        file = self.files.get(path)
        if file is None:
            return None
        named = next((one for one in file.items if one.unit.item == item), None) if item else None
        return named or file.at(line)

    def _place(self, path: str, line: int, item: str) -> _Key:
        file = self.files.get(path)
        if file is None:
            return (False, False, False, -1, 0)
        here = self._here(path, line, item)
        if here is not None:
            return self._filed(here, path, here.unit.start)
        after = bisect_left(file.items, line, key=lambda one: one.unit.first)
        start = file.items[after].unit.start - 1 if after < len(file.items) else 1 << 62
        return self._filed(None, path, start)


_Key = tuple[float, ...]


def _added(files: Iterable[FileCoverage]) -> dict[State, int]:
    found = list(files)
    return {state: sum(file.counts[state] for file in found) for state in STATES}
