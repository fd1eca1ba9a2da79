"""A store in memory, and people who act on it: for laws that need thousands of journals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.errors import StoreError
from app.records.events import Retraction, Review, Revision, Verdict
from app.records.history.ledger import RecordState
from app.records.history.light import Event, light
from app.store.protocol import Damaged, JournalReading, OnPart, Store, Survey
from tests.acting import Acting


class MemoryStore:
    """One journal for every topic; keeps each `append` apart, to see what was stored together."""

    def __init__(self) -> None:
        self.appends: list[tuple[Event, ...]] = []

    @property
    def store(self) -> Store:
        """So that it can stand for a project."""
        return self

    def topics(self) -> tuple[str, ...]:
        """The one topic."""
        return ("t",)

    def append(self, topic: str, events: Sequence[Event], check: Callable[[], None] | None = None) -> None:
        """Keep them."""
        if check is not None:
            check()
        self.appends.append(tuple(events))

    def read(self, topic: str) -> JournalReading:
        """Everything, newest first: order must mean nothing."""
        events = [event for stored in self.appends for event in stored]
        return JournalReading(topic, True, tuple(reversed(events)), generation=len(self.appends))

    def survey(self, topic: str, on_part: OnPart | None = None) -> Survey:
        """The same, light."""
        reading = self.read(topic)
        return Survey(topic, True, tuple(light(event) for event in reading.events), (), reading.generation)

    def fetch(self, topic: str, event: str) -> Event:
        """One event."""
        found = next((one for one in self.read(topic).events if one.id == event), None)
        if found is None:
            raise StoreError(f"event {event[:12]} is not here")
        return found

    def verify(
        self,
        topic: str,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> tuple[Damaged, ...]:
        """Nothing here can be damaged."""
        return ()

    def stamp(self, topic: str) -> tuple[int, ...]:
        """How much there is."""
        return (len(self.appends),)


def judge(store: MemoryStore, by: str = "ada", own: bool = True) -> Acting:
    """A person at that store, where people may judge their own texts unless it is said."""
    return Acting(store, "t", 1, by, own)


def give(of: Acting, record: str, verdict: Verdict, note: str = "", seconds: int = 0) -> Review:
    """A verdict of somebody who was shown what the record says now."""
    shown = of.state(record).heads[0].id
    return of.verdict(record, verdict, note, reading_seconds=seconds, revision=shown)


def state(store: MemoryStore, record: str) -> RecordState:
    """What the record is now."""
    found = judge(store).ledger().get(record)
    assert found is not None
    return found


def says(store: MemoryStore, record: str) -> list[str]:
    """What the heads of a record say, sorted: the request, or that it is withdrawn."""
    whole = judge(store)
    texts = []
    for head in state(store, record).heads:
        event = whole.fetch(head.id)
        texts.append(event.user if isinstance(event, Revision) else "(withdrawn)")
        assert isinstance(event, Revision | Retraction)
    return sorted(texts)
