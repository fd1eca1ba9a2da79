"""What any store can do. The journal of files is the first; others must pass `tests/store/conformance.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.records.history.light import Event, Light


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
class JournalReading:
    """What a topic's journal holds at one moment."""

    topic: str
    exists: bool
    """False where there is no journal: that is not the same as an empty one."""
    events: tuple[Event, ...] = ()
    """In the order they were found. One event may occur twice; that means nothing."""
    damaged: tuple[Damaged, ...] = ()
    generation: int = 0
    """While this stays the same between two readings, the later `events` begin with all the earlier ones."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The light form of a `JournalReading`. Making one costs the same whatever the journal's length."""

    topic: str
    exists: bool
    """False where there is no journal: that is not the same as an empty one."""
    entries: Sequence[Light] = ()
    """In the order they were found; never changes. One event may occur twice; that means nothing."""
    damaged: tuple[Damaged, ...] = ()
    """What is known not to be an event. More may be found where `unproven` is not 0."""
    generation: int = 0
    """While this stays the same between two surveys, the later `entries` begin with all the earlier ones."""
    unproven: int = 0
    """How much of the journal was looked at but not validated yet, in the store's own measure (bytes, for a file)."""


OnPart = Callable[[Survey, int, int], None]
"""Told while a long journal is surveyed: what is known so far, how far that is, and of how much."""


class Store(Protocol):
    """Append-only events of topics. Methods may be called from any thread and raise only `BackspanError`.

    Two ways lead to what a topic holds. `read` is strict and whole: every event validated, every text in memory;
    for merging, checking and small tools. `survey` with `fetch` is for work on topics of any size: entries without
    texts, and each text validated when it is fetched. A survey may take a line for a revision that strict
    validation would refuse (its hash does not fit, say), but never the other way round: each valid event is found.
    Such a line does no harm, because its text cannot be fetched; `verify` finds it and takes it out.
    """

    def topics(self) -> tuple[str, ...]:
        """The topics that have a journal, sorted. Raises `StoreError`."""

    def append(self, topic: str, events: Sequence[Event], check: Callable[[], None] | None = None) -> None:
        """Make these events durable, all or none: once this returns they survive a crash.

        `check` is called while nobody else can add to the topic; it may survey it, and append nothing. Raises
        `StoreError`, and what `check` raises, and then none is stored. Appending them again, after either, does no
        harm.
        """

    def read(self, topic: str) -> JournalReading:
        """All that is there, strictly. Writes nothing. Raises `StoreError` where what is there cannot be read."""

    def survey(self, topic: str, on_part: OnPart | None = None) -> Survey:
        """All that is there, light, and at once what is new. Writes nothing. Raises `StoreError` as `read` does.

        What was surveyed before is not looked at again, nor copied. `on_part` is called now and then in the first,
        long survey, in the calling thread; an exception from it ends the survey and is passed on.
        """

    def fetch(self, topic: str, event: str) -> Event:
        """The event with this id, validated strictly, from where it is stored now.

        Raises `StoreError` where it is not there, or is not valid.
        """

    def verify(
        self,
        topic: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Damaged, ...]:
        """Validate strictly all that a survey has taken lightly. Gives back what is damaged, as known then.

        What is not valid leaves the entries, which starts a new generation. `progress` gets how far it is and of
        how much, every few milliseconds, so that it can also rest; what was verified when `cancelled` said yes
        stays so. Raises `StoreError`.
        """

    def stamp(self, topic: str) -> tuple[int, ...]:
        """A small value that changes when the journal does, cheap enough for each second; `()` for none."""
