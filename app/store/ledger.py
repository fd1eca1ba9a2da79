"""What a journal's events amount to: each record's status, heads and history. Independent of their order.

A revision or retraction replaces the events it names as parents; what nothing replaces is a head. Two heads
are a conflict. Reviews speak of one revision, and count while it is the head: the latest of each person.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

from app.records import Retraction, Review, Revision, Role
from app.store.protocol import Event

Status = Literal["submitted", "returned", "accepted", "rejected", "retracted", "conflict"]
STATUSES: tuple[Status, ...] = ("submitted", "returned", "accepted", "rejected", "retracted", "conflict")


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


def _order(event: Event) -> tuple[datetime, str]:
    return (event.at, event.id)


@dataclass(frozen=True)
class RecordState:
    """One record, as the events known so far tell it."""

    record: str
    events: dict[str, Event]
    """By id: every event that names the record."""
    needed: int
    """Accepts a revision needs."""

    @cached_property
    def heads(self) -> tuple[Revision | Retraction, ...]:
        """What no other event replaces, by time; one unless people disagree."""
        texts = [event for event in self.events.values() if not isinstance(event, Review)]
        replaced = {parent for event in texts for parent in event.parents}
        return tuple(sorted((event for event in texts if event.id not in replaced), key=_order))

    @cached_property
    def revisions(self) -> tuple[Revision, ...]:
        """The newest text of each head, by time: of a retraction, the revisions it withdrew."""
        found: dict[str, Revision] = {}
        todo: list[str] = [head.id for head in self.heads]
        done: set[str] = set()
        while todo:
            name = todo.pop()
            event = self.events.get(name)
            if name in done or event is None:
                continue
            done.add(name)
            if isinstance(event, Revision):
                found[name] = event
            elif isinstance(event, Retraction):
                todo.extend(event.parents)
        return tuple(sorted(found.values(), key=_order))

    @property
    def revision(self) -> Revision | None:
        """The newest text of all; None only where another copy of the journal has it."""
        return self.revisions[-1] if self.revisions else None

    @cached_property
    def verdicts(self) -> tuple[Review, ...]:
        """The reviews that count, by time: of the only head, each person's latest."""
        if len(self.heads) != 1:
            return ()
        latest: dict[str, Review] = {}
        for event in sorted(self.events.values(), key=_order):
            if isinstance(event, Review) and event.revision == self.heads[0].id:
                latest[event.by] = event
        given = (review for review in latest.values() if review.verdict != "clear")
        return tuple(sorted(given, key=_order))

    @cached_property
    def status(self) -> Status:
        """Derived from heads and reviews; withdrawn by two people at once is withdrawn, not a conflict."""
        if all(isinstance(head, Retraction) for head in self.heads):
            return "retracted"
        if len(self.heads) > 1:
            return "conflict"
        verdicts = [review.verdict for review in self.verdicts]
        if "reject" in verdicts:
            return "rejected"
        if "return" in verdicts:
            return "returned"
        return "accepted" if verdicts.count("accept") >= self.needed else "submitted"

    @cached_property
    def history(self) -> tuple[Event, ...]:
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
        order: list[Event] = []
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


class Ledger:
    """A topic's records. Events may be added in any order, any number of times."""

    def __init__(self, events: Iterable[Event] = (), reviews: int = 1) -> None:
        self.reviews = max(1, reviews)
        """Accepts a record needs; the spec's `reviews`."""
        self._events: defaultdict[str, dict[str, Event]] = defaultdict(dict)
        self._states: dict[str, RecordState] = {}
        self.add(events)

    def add(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Take events in; gives back the ids of the records that changed by it, sorted."""
        changed: set[str] = set()
        for event in events:
            known = self._events[event.record]
            if event.id not in known:
                known[event.id] = event
                changed.add(event.record)
                self._states.pop(event.record, None)
        return tuple(sorted(changed))

    def get(self, record: str) -> RecordState | None:
        """One record; None where nothing but reviews is known of it."""
        if record not in self._states:
            events = self._events.get(record, {})
            if all(isinstance(event, Review) for event in events.values()):
                return None
            self._states[record] = RecordState(record, dict(events), self.reviews)
        return self._states[record]

    @property
    def records(self) -> tuple[RecordState, ...]:
        """All records, sorted by id, which is by the time they were begun."""
        states = (self.get(record) for record in sorted(self._events))
        return tuple(state for state in states if state is not None)

    @property
    def strays(self) -> tuple[Review, ...]:
        """Reviews of records that are not here, by time: another copy of the journal has them."""
        lost = [record for record in self._events if self.get(record) is None]
        found = (event for record in lost for event in self._events[record].values())
        return tuple(sorted((event for event in found if isinstance(event, Review)), key=_order))

    def counts(self) -> dict[Status, int]:
        """How many records have each status, zeros included."""
        counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
        for state in self.records:
            counts[state.status] += 1
        return counts

    def covered(
        self, without: frozenset[Status] = frozenset({"retracted", "rejected"})
    ) -> dict[str, tuple[Covered, ...]]:
        """By path, sorted: what the newest revisions hold, but for records of the statuses in `without`."""
        found: defaultdict[str, set[Covered]] = defaultdict(set)
        for state in self.records:
            if state.status in without:
                continue
            for revision in state.revisions:
                commit = revision.block.commit
                for s in revision.block.spans:
                    found[s.path].add(Covered(s.start, s.end, s.item, s.role, state.record, commit))
        return {
            path: tuple(sorted(spans, key=lambda span: (*span[:5], span.commit or "")))
            for path, spans in sorted(found.items())
        }
