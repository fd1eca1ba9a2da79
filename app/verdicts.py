"""What can be done to a saved record without opening it. Each act is new events, stored together or not at all."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from ulid import ULID

from app.errors import StoreError, UsageError
from app.records import (
    Place,
    Retraction,
    Review,
    Revision,
    Verdict,
    make_retraction,
    make_review,
    make_revision,
)
from app.store.follow import Follower
from app.store.ledger import Ledger, RecordState
from app.store.protocol import Event, Store

_TICK = timedelta(milliseconds=1)
_guard = threading.Lock()
_last = datetime.min.replace(tzinfo=UTC)


def moment(after: datetime | None = None) -> datetime:
    """Now, in whole milliseconds, later than every earlier answer of this process and than `after`.

    Two acts of a person never share a moment, so that their order can be told, and the events of one act can.
    """
    global _last
    with _guard:
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        if now <= _last < now + timedelta(seconds=1):
            now = _last + _TICK
        if after is not None and now <= after:
            return after + _TICK  # a clock that went back must not make the newest verdict the older one
        _last = now
    return now


class HasStore(Protocol):
    """A project, as far as verdicts need one."""

    @property
    def store(self) -> Store: ...


class Judge:
    """One person acting on one topic's records. Touches the disk: worker threads and the command line only."""

    def __init__(self, project: HasStore, topic: str, reviews: int, by: str) -> None:
        self._store = project.store
        self.topic = topic
        self.follower = Follower(project.store, topic, reviews)
        """What knows the topic's records."""
        self.by = by
        """Who signs."""
        self.own: set[str] = set()
        """Ids of the events that were stored here: they are no news from elsewhere."""

    def ledger(self) -> Ledger:
        """What the topic's journal amounts to now. Raises `StoreError`."""
        self.follower.refresh()
        return self.follower.ledger

    def fetch(self, event: str) -> Event:
        """One event whole, with its texts. Raises `StoreError`."""
        return self._store.fetch(self.topic, event)

    def append(self, events: Sequence[Event]) -> None:
        """Store the events of one act, all or none. Raises `StoreError`."""
        self._store.append(self.topic, events)
        self.own.update(event.id for event in events)

    # -- verdicts

    def accept(self, record: str) -> None:
        """Append an accept of the record's newest revision. Raises `BackspanError`."""
        self.verdict(record, "accept")

    def verdict(self, record: str, verdict: Verdict, note: str = "", place: Place | None = None) -> Review:
        """Append a verdict on what the record says now. Raises `BackspanError`."""
        state = self.state(record)
        if state.revision is None or state.status in ("retracted", "conflict"):
            raise UsageError(
                f"record {record} is {state.status}: there is no one revision to {verdict}",
                "restore it first" if state.status == "retracted" else "settle the conflict first",
            )
        revision = state.heads[0].id
        if verdict == "clear" and all(given.by != self.by for given in state.verdicts):
            raise UsageError(f"there is no verdict of yours on record {record} to take back", "leave it")
        event = make_review(
            record=record,
            by=self.by,
            revision=revision,
            verdict=verdict,
            note=note,
            place=place,
            at=self.review_moment(state, revision),
        )
        self.append([event])
        return event

    def review_moment(self, state: RecordState, revision: str) -> datetime:
        """A time for a verdict that makes it this person's latest on what that revision says."""
        alike = state.alike(revision)
        given = (e for e in state.events.values() if isinstance(e, Review) and e.revision in alike)
        return moment(max((e.at for e in given if e.by == self.by), default=None))

    # -- there and gone

    def withdraw(self, record: str, note: str = "") -> None:
        """Append a retraction of the record's heads. Raises `BackspanError`."""
        state = self.state(record)
        if state.status == "retracted":
            raise UsageError(f"record {record} is withdrawn already", "restore it, or leave it")
        event = make_retraction(record=record, by=self.by, parents=state.parents, note=note, at=moment())
        self.append([event])

    def restore(self, record: str) -> None:
        """Append the withdrawn revision again, as a child of its retraction. Raises `BackspanError`."""
        state = self.state(record)
        last = state.revision
        if state.status != "retracted" or last is None:
            raise UsageError(
                f"record {record} is {state.status}, not withdrawn", "there is nothing to restore"
            )
        self.append([self.again(last.id, state.parents)])

    def bring_back(self, record: str, revision: str) -> Revision:
        """Append what an old revision said, on top of all heads. Raises `BackspanError`."""
        state = self.state(record)
        known = state.events.get(revision)
        if known is None or isinstance(known, Review | Retraction):
            raise UsageError(
                f"record {record} has no revision {revision[:12]}", f"see 'backspan log {record}'"
            )
        if state.agreed and revision in state.alike(state.heads[0].id):
            raise UsageError(f"record {record} says just that already", "there is nothing to bring back")
        event = self.again(revision, state.parents)
        self.append([event])
        return event

    # -- conflicts

    def settle(self, record: str, winner: str) -> Event:
        """Append what the head `winner` says on top of all heads. Raises `BackspanError`.

        A head that is a withdrawal can win too: the record is withdrawn then.
        """
        state = self._in_conflict(record)
        head = next((head for head in state.heads if head.id == winner), None)
        if head is None:
            there = ", ".join(head.id[:12] for head in state.heads)
            raise UsageError(
                f"{winner[:12]} is not one of the texts in conflict of record {record}",
                f"keep one of {there}",
            )
        event: Event
        if isinstance(head, Retraction):
            event = make_retraction(
                record=record, by=self.by, parents=state.parents, note=head.note, at=moment()
            )
        else:
            event = self.again(head.id, state.parents)
        self.append([event])
        return event

    def keep_both(self, record: str) -> tuple[str, ...]:
        """Settle with the first text, and make each other one a record of its own; gives back those records' ids.

        A new record begins with a revision that names the head it comes from as its `origin`. Its `by` is who
        keeps both, not who wrote the text: an event is signed by whoever makes it, or nobody could tell who to
        ask about it, nor undo it; who wrote the text stands in the `origin`. A text that occurs twice is kept
        once. All events share one moment: that, and the origin, make them one act. Raises `BackspanError`.
        """
        state = self._in_conflict(record)
        texts: list[Revision] = []
        for head in state.heads:
            if isinstance(head, Retraction):
                continue
            text = self.text(head.id)
            if not any(_same(text, other) for other in texts):
                texts.append(text)
        if len(texts) < 2:
            raise UsageError(
                f"the conflict of record {record} has one text only", "settle it with one of its heads"
            )
        at = moment()
        first, *others = texts
        events = [_copy(first, self.by, record, parents=state.parents, at=at)]
        events += [_copy(other, self.by, str(ULID()), origin=other.id, at=at) for other in others]
        self.append(events)
        return tuple(event.record for event in events[1:])

    # -- what undo needs too

    def text(self, revision: str) -> Revision:
        """A revision with its texts. Raises `StoreError` where it is none."""
        found = self.fetch(revision)
        if not isinstance(found, Revision):
            raise StoreError(f"event {revision[:12]} of {self.topic} has no text", "name a revision")
        return found

    def again(
        self,
        revision: str,
        parents: Sequence[str],
        undoes: str | None = None,
        origin: str | None = None,
        at: datetime | None = None,
    ) -> Revision:
        """A new revision that says what an old one does; not stored yet. Raises `StoreError`."""
        text = self.text(revision)
        return _copy(
            text,
            self.by,
            text.record,
            parents=tuple(parents),
            undoes=undoes,
            origin=origin,
            at=at or moment(),
        )

    def state(self, record: str) -> RecordState:
        """What is known of a record now. Raises `UsageError` where nothing is."""
        state = self.ledger().get(record)
        if state is None:
            raise UsageError(f"no record {record} in {self.topic}", "see 'backspan records'")
        return state

    def _in_conflict(self, record: str) -> RecordState:
        state = self.state(record)
        if state.status != "conflict":
            raise UsageError(
                f"record {record} is {state.status}, not in conflict", "there is nothing to settle"
            )
        return state


def _same(a: Revision, b: Revision) -> bool:
    return (a.block, a.user, a.think) == (b.block, b.user, b.think)


def _copy(
    text: Revision,
    by: str,
    record: str,
    *,
    at: datetime,
    parents: tuple[str, ...] = (),
    origin: str | None = None,
    undoes: str | None = None,
) -> Revision:
    return make_revision(
        record=record,
        by=by,
        block=text.block,
        user=text.user,
        think=text.think,
        parents=parents,
        waivers=text.waivers,
        origin=origin,
        undoes=undoes,
        at=at,
    )
