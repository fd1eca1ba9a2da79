"""What all revisions of a record took, which each line tells of itself alone. Touches the disk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from app.errors import StoreError
from app.records.events import Effort, Revision
from app.records.history.ancestry import ancestors
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.store.protocol import Store


class Behind(NamedTuple):
    """The revisions that a text comes from, itself not among them."""

    effort: Effort = Effort()
    """What they took, together."""
    revisions: int = 0
    """How many there are."""


class Efforts:
    """One topic's efforts; what was read is kept, because no revision ever changes. Any thread may ask."""

    def __init__(self, store: Store, topic: str) -> None:
        self._store = store
        self._topic = topic
        self._known: dict[str, Effort] = {}

    def behind(self, state: RecordState | None, parents: Iterable[str]) -> Behind:
        """The revisions that a text with these parents comes from, as far as they are here. Raises nothing."""
        if state is None:
            return Behind()
        names = set[str]().union(*(ancestors(state.events, parent) for parent in parents))
        texts = sorted(name for name in names if isinstance(state.events[name], Summary))
        effort = Effort()
        for name in texts:
            effort = effort.plus(self._of(name))
        return Behind(effort, len(texts))

    def _of(self, revision: str) -> Effort:
        known = self._known.get(revision)
        if known is None:
            try:
                event = self._store.fetch(self._topic, revision)
            except StoreError:
                return Effort()  # a damaged line: the doctor tells of it
            known = event.effort if isinstance(event, Revision) else Effort()
            self._known[revision] = known
        return known
