"""A person who adds events to one topic's journal: who signs, when, and what the journal holds."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from app.errors import StoreError, UsageError
from app.records import Revision
from app.store.follow import Follower
from app.store.ledger import Ledger, RecordState
from app.store.lines import printable
from app.store.protocol import Event, Store

_TICK = timedelta(milliseconds=1)
_guard = threading.Lock()
_last = datetime.min.replace(tzinfo=UTC)
_ahead: set[datetime] = set()
"""Moments given that lie ahead of the clock."""


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
            # A clock that went back must not make the newest verdict the older one.
            ahead = after + _TICK
            while ahead in _ahead:
                ahead += _TICK
            _ahead.add(ahead)
            return ahead
        _last = now
    return now


def unfit(error: ValueError) -> UsageError:
    """Why an event cannot be made of what a person gave, safe to show."""
    return UsageError(f"that cannot be kept: {printable(str(error))[:300]}", "say it in plain words")


class HasStore(Protocol):
    """A project, as far as verdicts need one."""

    @property
    def store(self) -> Store: ...


class Signer:
    """One person at one topic. Touches the disk: worker threads and the command line only."""

    def __init__(self, project: HasStore, topic: str, reviews: int, by: str) -> None:
        self.project = project
        """Whose topic it is."""
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

    def text(self, revision: str) -> Revision:
        """A revision with its texts. Raises `StoreError` where it is none."""
        found = self.fetch(revision)
        if not isinstance(found, Revision):
            raise StoreError(f"event {revision[:12]} of {self.topic} has no text", "name a revision")
        return found

    def state(self, record: str) -> RecordState:
        """What is known of a record now. Raises `UsageError` where nothing is."""
        return self.known(self.ledger(), record)

    def known(self, ledger: Ledger, record: str) -> RecordState:
        """What a ledger knows of a record. Raises `UsageError` where that is nothing."""
        state = ledger.get(record)
        if state is None:
            raise UsageError(f"no record {record} in {self.topic}", "see 'backspan records'")
        return state
