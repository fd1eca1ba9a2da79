"""A person who adds events to one topic's journal: who signs, when, and what the journal holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from ulid import ULID

from app.base.letters import person, spelt_out
from app.base.moments import END, possible
from app.errors import StoreError, UsageError
from app.records.events import Revision
from app.records.history.ledger import Ledger, RecordState
from app.records.history.light import Event
from app.store.follower import Follower
from app.store.protocol import Store

_TICK = timedelta(milliseconds=1)
_guard = threading.Lock()
_last = datetime.min.replace(tzinfo=UTC)


def clock() -> datetime:
    """What this machine takes for now, UTC."""
    return datetime.now(UTC)


def moment(after: datetime | None = None) -> datetime:
    """Now, in whole milliseconds, later than every earlier answer of this process and than `after`.

    An `after` with no time left behind it, whoever made that up, keeps nobody from working on: it counts for nothing.
    Raises `UsageError` where that is no year an event can be of: this machine's clock is set wrong.
    """
    found = _later(after)
    if not possible(found):
        raise UsageError(f"this machine's clock says the year {found.year}", "set its date; nothing was kept")
    return found


def _later(after: datetime | None) -> datetime:
    global _last
    with _guard:
        now = clock()
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        if now <= _last < now + timedelta(seconds=1):
            now = _last + _TICK
        _last = now
    return max(now, after + _TICK) if after is not None and after < END - _TICK else now


class Stamp(NamedTuple):
    """What all events of one act share."""

    at: datetime
    """When it is done, UTC."""
    act: str
    """The act's own name, a ULID."""


def unfit(error: ValueError) -> UsageError:
    """Why an event cannot be made of what a person gave, safe to show."""
    return UsageError(f"that cannot be kept: {spelt_out(str(error))[:300]}", "say it in plain words")


class HasStore(Protocol):
    """A project, as far as verdicts need one."""

    @property
    def store(self) -> Store: ...


class Signer:
    """One person at one topic. Touches the disk: worker threads and the command line only."""

    def __init__(self, project: HasStore, topic: str, reviews: int, by: str, own: bool = False) -> None:
        """`reviews`: accepts a record needs. `own`: whether people may judge what they wrote themselves."""
        self.project = project
        """Whose topic it is."""
        self._store = project.store
        self.topic = topic
        self.follower = Follower(project.store, topic, reviews)
        """What knows the topic's records."""
        self.by = person(by)
        """Who signs."""
        self.judges_own = own
        self.own: set[str] = set()
        """Ids of the events that were stored here: they are no news from elsewhere."""

    def ledger(self) -> Ledger:
        """What the topic's journal amounts to now. Raises `StoreError`."""
        self.follower.refresh()
        return self.follower.ledger

    def stamp(self, after: datetime | None = None) -> Stamp:
        """For a new act: later than all that this person did as far as the ledger knows, and than `after`.

        So their acts stand in the order in which they did them, though the clock of their other machine was ahead.
        """
        known = self.follower.ledger.latest(self.by)
        return Stamp(moment(max((t for t in (known, after) if t is not None), default=None)), str(ULID()))

    def fetch(self, event: str) -> Event:
        """One event whole, with its texts. Raises `StoreError`."""
        return self._store.fetch(self.topic, event)

    def append(self, events: Sequence[Event], check: Callable[[], None] | None = None) -> None:
        """Store the events of one act, all or none; `check` as in `Store.append`. Raises `StoreError`."""
        self._store.append(self.topic, events, check)
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
