"""What any store can do. The journal of files is the first; others must pass `tests/store/conformance.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.records import Retraction, Review, Revision

Event = Revision | Review | Retraction


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that is not an event. It stays where it is."""

    line: int
    """1-based."""
    reason: str
    """One sentence, safe to show."""
    newer: bool = False
    """It may be an event that a newer version wrote: whole JSON, of a kind or with fields unknown here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a topic's journal holds at one moment."""

    topic: str
    exists: bool
    """False where there is no journal: that is not the same as an empty one."""
    events: tuple[Event, ...] = ()
    """In the order they were found. One event may occur twice; that means nothing."""
    damaged: tuple[Damaged, ...] = ()
    generation: int = 0
    """While this stays the same between two readings, the later `events` begin with all the earlier ones."""


class Store(Protocol):
    """Append-only events of topics. Methods may be called from any thread and raise only `BackspanError`."""

    def topics(self) -> tuple[str, ...]:
        """The topics that have a journal, sorted. Raises `StoreError`."""

    def append(self, topic: str, events: Sequence[Event]) -> None:
        """Make these events durable, all or none: once this returns they survive a crash.

        Raises `StoreError`, and then none is stored. Appending them again, after either, does no harm.
        """

    def read(self, topic: str) -> Reading:
        """All that is there. Writes nothing. Raises `StoreError` where what is there cannot be read."""

    def stamp(self, topic: str) -> tuple[int, ...]:
        """A small value that changes when the journal does, cheap enough for each second; `()` for none."""
