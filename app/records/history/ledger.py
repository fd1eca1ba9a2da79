"""What a journal's events amount to: the status, heads and history of records; skips; comments. Order means nothing.

A revision or retraction replaces the events it names as parents; what nothing replaces is a head. Two heads
are a conflict, unless they say exactly the same. Reviews speak of what one revision says, and count while the head
says just that, be it another revision: the latest of each person.
Revisions are held as summaries; their texts are fetched from the store when they are needed.
"""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from app.records.events import Comment, Retraction, Review, Revision, Role, TopicEvent
from app.records.history.ancestry import texts_behind
from app.records.history.comments import Comments
from app.records.history.light import Entry, Event, Light
from app.records.history.skips import Skips
from app.records.history.summary import Summary, summarise

Status = Literal["submitted", "returned", "accepted", "rejected", "retracted", "conflict"]
STATUSES: tuple[Status, ...] = ("submitted", "returned", "accepted", "rejected", "retracted", "conflict")
_FEW = 16
"""New records that are put in their places one by one; more are sorted in."""
_UNCOUNTED: frozenset[Status] = frozenset({"retracted", "rejected"})


class Covered(NamedTuple):
    """A range of a file that a record has in its block."""

    start: int
    """First byte."""
    end: int
    """One past the last byte."""
    item: str
    role: Role
    record: str
    commit: str | None
    """The commit whose file these bytes are counted in."""


def _entry(event: Entry | Revision) -> Entry:
    return summarise(event) if isinstance(event, Revision) else event


def _order(event: Entry) -> tuple[datetime, str]:
    return (event.at, event.id)


def _texts(events: Mapping[str, Entry]) -> list[Summary | Retraction]:
    # Summaries are asked for first: that is a tenth of the price of asking about a model.
    return [e for e in events.values() if isinstance(e, Summary) or not isinstance(e, Review)]


class RecordState(Struct, gc=False, eq=False):
    """One record, as the events known so far tell it. Never changes: a record that changed has another state."""

    record: str
    events: dict[str, Entry]
    """By id: every event that names the record. Not to be changed."""
    needed: int
    """Accepts a revision needs."""
    _heads: tuple[Summary | Retraction, ...] | None = None
    _revisions: tuple[Summary, ...] | None = None
    _verdicts: tuple[Review, ...] | None = None
    _status: Status | None = None

    @property
    def heads(self) -> tuple[Summary | Retraction, ...]:
        """What no other event replaces, by time; one unless people wrote at once."""
        if self._heads is None:
            texts = _texts(self.events)
            if len(texts) > 1:
                replaced = {parent for event in texts for parent in event.parents}
                texts = sorted((event for event in texts if event.id not in replaced), key=_order)
            elif texts and texts[0].id in texts[0].parents:  # names itself, as no hash can
                texts = []
            self._heads = tuple(texts)
        return self._heads

    @property
    def revisions(self) -> tuple[Summary, ...]:
        """The newest text of each head, by time: of a retraction, the revisions it withdrew."""
        if self._revisions is None:
            self._revisions = self._newest()
        return self._revisions

    def _newest(self) -> tuple[Summary, ...]:
        heads = self.heads
        if len(heads) == 1 and isinstance(heads[0], Summary):
            return (heads[0],)
        return tuple(sorted(texts_behind(self.events, [head.id for head in heads]), key=_order))

    @property
    def revision(self) -> Summary | None:
        """The newest text of all; None only where another copy of the journal has it."""
        return self.revisions[-1] if self.revisions else None

    @property
    def verdicts(self) -> tuple[Review, ...]:
        """The reviews that count, by time: of what the record says now, each person's latest."""
        if self._verdicts is None:
            self._verdicts = self._counted() if len(self.events) > 1 and self.agreed else ()
        return self._verdicts

    @property
    def agreed(self) -> bool:
        """Whether there is one head, or all say exactly the same: one text, or that the record is withdrawn."""
        heads = self.heads
        return len(heads) == 1 or len({h.content if isinstance(h, Summary) else None for h in heads}) == 1

    def alike(self, name: str) -> frozenset[str]:
        """The ids of the revisions known here that say exactly what this one does; itself among them, known or not."""
        event = self.events.get(name)
        if not isinstance(event, Summary):
            return frozenset((name,))
        content = event.content
        return frozenset(
            e.id for e in self.events.values() if isinstance(e, Summary) and e.content == content
        )

    def _counted(self) -> tuple[Review, ...]:
        latest: dict[str, Review] = {}
        spoken_of = self.alike(self.heads[0].id)
        for event in sorted(self.events.values(), key=_order):
            if isinstance(event, Review) and event.revision in spoken_of:
                latest[event.by] = event
        given = (review for review in latest.values() if review.verdict != "clear")
        return tuple(sorted(given, key=_order))

    @property
    def status(self) -> Status:
        """Derived from heads and reviews; what two people did alike at once is no conflict."""
        if self._status is None:
            self._status = self._derived()
        return self._status

    def _derived(self) -> Status:
        heads = self.heads
        if not any(isinstance(head, Summary) for head in heads):
            return "retracted"
        if not self.agreed:
            return "conflict"
        if len(self.events) == 1:
            return "submitted"
        verdicts = [review.verdict for review in self.verdicts]
        if "reject" in verdicts:
            return "rejected"
        if "return" in verdicts:
            return "returned"
        return "accepted" if verdicts.count("accept") >= self.needed else "submitted"

    @property
    def history(self) -> tuple[Entry, ...]:
        """Every event, each after what it speaks of, otherwise by time."""
        waits: dict[str, int] = {}
        frees: defaultdict[str, list[str]] = defaultdict(list)
        for event in self.events.values():
            named = (event.revision,) if isinstance(event, Review) else event.parents
            known = {name for name in named if name in self.events}
            waits[event.id] = len(known)
            for name in known:
                frees[name].append(event.id)
        ready = [_order(self.events[name]) for name, count in waits.items() if not count]
        heapq.heapify(ready)
        order: list[Entry] = []
        while ready:
            _, name = heapq.heappop(ready)
            order.append(self.events[name])
            for freed in frees[name]:
                waits[freed] -= 1
                if not waits[freed]:
                    heapq.heappush(ready, _order(self.events[freed]))
        return tuple(order)

    @property
    def parents(self) -> tuple[str, ...]:
        """What the next revision or retraction of this record replaces: the ids of all heads."""
        return tuple(head.id for head in self.heads)

    def covered(self, path: str) -> Iterator[Covered]:
        """What the newest texts hold of one file."""
        for revision in self.revisions:
            for span in revision.extents():
                if span.path == path:
                    yield Covered(span.start, span.end, span.item, span.role, self.record, revision.commit)


class Ledger:
    """A topic's records. Events may be added in any order, any number of times; any thread may add and ask.

    What was worked out stays until the record it is about changes, so that one more event costs little at any
    number of records.
    """

    def __init__(self, events: Iterable[Light | Event] = (), reviews: int = 1) -> None:
        self.reviews = max(1, reviews)
        """Accepts a record needs; the spec's `reviews`."""
        self._guard = threading.RLock()
        self.skips = Skips(self._guard)
        """What people leave out; no records, whatever their ids."""
        self.comments = Comments(self._guard)
        """What people say about records; no part of what a record's state tells."""
        self._states: dict[str, RecordState] = {}
        self._lost: dict[str, dict[str, Entry]] = {}
        """Of records of which nothing but reviews is known: those, by id."""
        self._order: list[str] = []
        """The records, sorted."""
        self._sorted: list[RecordState] = []
        """Their states in the same order, if `_listed`; else out of date."""
        self._listed = True
        self._latest: dict[str, datetime] = {}
        """By person: the time of their latest event."""
        self._counts: dict[Status, int] | None = None
        self._cover: Cover | None = None
        self.add(events)

    def add(self, events: Iterable[Light | Event]) -> tuple[str, ...]:
        """Take events in; gives back the ids of the records that changed by it, sorted. Skips change none.

        A record of which only a comment came is among them, though its state stays the same.
        """
        fresh: dict[str, dict[str, Entry]] = {}
        spoken_of: set[str] = set()
        with self._guard:
            states, lost, latest = self._states, self._lost, self._latest
            for event in events:
                by, at = event.by, event.at
                if by not in latest or latest[by] < at:
                    latest[by] = at
                if isinstance(event, TopicEvent):
                    self.skips.add(event)
                    continue
                if isinstance(event, Comment):
                    if self.comments.add(event):
                        spoken_of.add(event.record)
                    continue
                record = event.record
                known = fresh.get(record)
                if known is None:
                    state = states.get(record)
                    before = lost.get(record) if state is None else state.events
                    if before is not None and event.id in before:
                        continue
                    fresh[record] = known = {} if before is None else dict(before)
                if event.id not in known:
                    known[event.id] = _entry(event)
            self._take(tuple(sorted(fresh)), fresh)
            return tuple(sorted(spoken_of.union(fresh)))

    def _take(self, changed: tuple[str, ...], fresh: dict[str, dict[str, Entry]]) -> None:
        new: list[str] = []
        followed = self._counts is not None or self._cover is not None
        for record in changed:
            events = fresh[record]
            old = self._states.get(record)
            if old is None:
                if not _texts(events):
                    self._lost[record] = events
                    continue
                self._lost.pop(record, None)
                new.append(record)
            self._states[record] = state = RecordState(record, events, self.reviews)
            if old is not None or followed:
                self._follow(old, state)
        if len(new) > _FEW:
            self._order = sorted(self._order + new)
            self._listed = False
            return
        for record in new:
            at = bisect_left(self._order, record)
            self._order.insert(at, record)
            if self._listed:
                self._sorted.insert(at, self._states[record])

    def _follow(self, old: RecordState | None, state: RecordState) -> None:
        """Keep what was worked out in step with one record's change."""
        if old is not None and self._listed:
            self._sorted[bisect_left(self._order, state.record)] = state
        if self._counts is not None:
            if old is not None:
                self._counts[old.status] -= 1
            self._counts[state.status] += 1
        if self._cover is not None:
            self._cover.replace(old, state)

    def latest(self, by: str) -> datetime | None:
        """When a person did last whatever is known here, by the clock they did it by; None where that is nothing."""
        return self._latest.get(by)

    def get(self, record: str) -> RecordState | None:
        """One record; None where nothing but reviews is known of it."""
        return self._states.get(record)

    def __len__(self) -> int:
        """How many records there are."""
        return len(self._order)

    @property
    def records(self) -> tuple[RecordState, ...]:
        """All records, sorted by id, which is by the time they were begun."""
        with self._guard:
            if not self._listed:
                self._sorted = [self._states[record] for record in self._order]
                self._listed = True
            return tuple(self._sorted)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all records, sorted."""
        with self._guard:
            return tuple(self._order)

    @property
    def strays(self) -> tuple[Review, ...]:
        """Reviews of records that are not here, by time: another copy of the journal has them."""
        with self._guard:
            found = [event for events in self._lost.values() for event in events.values()]
        return tuple(sorted((event for event in found if isinstance(event, Review)), key=_order))

    def counts(self) -> dict[Status, int]:
        """How many records have each status, zeros included."""
        with self._guard:
            if self._counts is None:
                counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
                for state in self._states.values():
                    counts[state.status] += 1
                self._counts = counts
            return dict(self._counts)

    def covered(self, without: frozenset[Status] = _UNCOUNTED) -> Mapping[str, tuple[Covered, ...]]:
        """By path, sorted: what the newest revisions hold, but for records of the statuses in `without`.

        A path's ranges are worked out when they are asked for, from the records as they are then.
        """
        with self._guard:
            if self._cover is None:
                self._cover = Cover(self._guard)
                for state in self._states.values():
                    self._cover.replace(None, state)
            return _Covering(self._cover, without)


class Cover:
    """Which records have code of which file."""

    def __init__(self, guard: threading.RLock) -> None:
        self.guard = guard
        self.records: dict[str, dict[str, RecordState]] = {}
        """By path, then by record."""
        self._kept: dict[tuple[str, frozenset[Status]], tuple[Covered, ...]] = {}

    def replace(self, old: RecordState | None, state: RecordState) -> None:
        """Take one record's change in."""
        before = _paths(old) if old is not None else set()
        after = _paths(state)
        for path in before - after:
            self.records[path].pop(state.record, None)
        for path in after:
            self.records.setdefault(path, {})[state.record] = state
        if self._kept:
            touched = before | after
            for key in [key for key in self._kept if key[0] in touched]:
                del self._kept[key]

    def of(self, path: str, without: frozenset[Status]) -> tuple[Covered, ...]:
        """The sorted ranges of one file."""
        with self.guard:
            found = self._kept.get((path, without))
            if found is None:
                states = self.records.get(path, {}).values()
                spans = {span for s in states if s.status not in without for span in s.covered(path)}
                found = tuple(sorted(spans, key=lambda span: (*span[:5], span.commit or "")))
                self._kept[path, without] = found
            return found


def _paths(state: RecordState) -> set[str]:
    return {path for revision in state.revisions for path in revision.paths()}


class _Covering(Mapping[str, tuple[Covered, ...]]):
    """What `Ledger.covered` gives."""

    def __init__(self, cover: Cover, without: frozenset[Status]) -> None:
        self._cover = cover
        self._without = without

    def __getitem__(self, path: str) -> tuple[Covered, ...]:
        found = self._cover.of(path, self._without)
        if not found:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        with self._cover.guard:
            paths = sorted(self._cover.records)
        return (path for path in paths if self._cover.of(path, self._without))

    def __len__(self) -> int:
        return sum(1 for _ in self)
