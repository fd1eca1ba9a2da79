"""A topic's records as one person may see them, kept in step at the price of what changed."""

from __future__ import annotations

from collections.abc import Sequence

from app.records.filters.rows import Viewer, viewpoint
from app.records.history.ledger import RecordState


class SeenRecords:
    """Looks at each state of a record once. Any thread may ask."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        """Who looks."""
        self._known: dict[str, tuple[RecordState, RecordState]] = {}
        """By record: it as it was last given here, and what of it may be seen."""

    def state(self, state: RecordState) -> RecordState:
        """The record as this person may see it: the same object while the record stays the same."""
        if not self.viewer.blind or len(state.events) == 1:
            return state
        known = self._known.get(state.record)
        if known is None or known[0] is not state:
            known = self._known[state.record] = state, viewpoint(state, self.viewer)
        return known[1]

    def states(self, states: Sequence[RecordState]) -> Sequence[RecordState]:
        """All of these; where nobody is blind, the very same sequence."""
        if not self.viewer.blind:
            return states
        return [self.state(state) for state in states]
