"""What can be done to a saved record without opening it: accept, withdraw, restore. Each is one new event."""

from __future__ import annotations

from app.errors import UsageError
from app.project import Project
from app.records import make_retraction, make_review, make_revision
from app.store.ledger import Ledger, RecordState


class Judge:
    """One person acting on one topic's records. Touches the disk: worker threads and the command line only."""

    def __init__(self, project: Project, topic: str, reviews: int, by: str) -> None:
        self._store = project.store
        self._topic = topic
        self._reviews = reviews
        self._by = by

    def ledger(self) -> Ledger:
        """What the topic's journal amounts to now. Raises `StoreError`."""
        return Ledger(self._store.read(self._topic).events, self._reviews)

    def accept(self, record: str) -> None:
        """Append an accept of the record's newest revision. Raises `BackspanError`."""
        state = self._state(record)
        if state.revision is None or state.status in ("retracted", "conflict"):
            raise UsageError(
                f"record {record} is {state.status}: there is no one revision to accept",
                "restore it first" if state.status == "retracted" else "settle the conflict first",
            )
        event = make_review(record=record, by=self._by, revision=state.revision.id, verdict="accept")
        self._store.append(self._topic, [event])

    def withdraw(self, record: str, note: str = "") -> None:
        """Append a retraction of the record's heads. Raises `BackspanError`."""
        state = self._state(record)
        if state.status == "retracted":
            raise UsageError(f"record {record} is withdrawn already", "restore it, or leave it")
        event = make_retraction(record=record, by=self._by, parents=state.parents, note=note)
        self._store.append(self._topic, [event])

    def restore(self, record: str) -> None:
        """Append the withdrawn revision again, as a child of its retraction. Raises `BackspanError`."""
        state = self._state(record)
        last = state.revision
        if state.status != "retracted" or last is None:
            raise UsageError(
                f"record {record} is {state.status}, not withdrawn", "there is nothing to restore"
            )
        event = make_revision(
            record=record,
            by=self._by,
            block=last.block,
            user=last.user,
            think=last.think,
            parents=state.parents,
        )
        self._store.append(self._topic, [event])

    def _state(self, record: str) -> RecordState:
        state = self.ledger().get(record)
        if state is None:
            raise UsageError(f"no record {record} in {self._topic}", "see 'backspan records'")
        return state
