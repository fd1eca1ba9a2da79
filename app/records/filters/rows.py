"""Records as one person may see them, as rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import overload

from app.records.events import Review
from app.records.filters.row import NO_FACTS, Facts, Row
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.records.history.viewpoint import Viewer, viewpoint, wrote

FactsOf = Callable[[str], Facts]
"""What is known of a revision, by its id; must be quick and touch no disk."""


def no_facts(revision: str) -> Facts:
    """Nothing is known of any revision."""
    return NO_FACTS


def row_of(state: RecordState, viewer: Viewer, topic: str = "", facts: FactsOf = no_facts) -> Row:
    """The record as this person may see it."""
    state = viewpoint(state, viewer)
    revisions = state.revisions
    newest = revisions[-1] if revisions else None
    if newest is None:
        return Row(state.record, topic, state.status, parents=state.parents, revisions=0)
    if len(revisions) > 1 and state.agreed:
        revisions = revisions[-1:]  # twins say the same
    me, status, verdicts = viewer.me, state.status, state.verdicts
    mine = wrote(state, revisions, me)
    return Row(
        state.record,
        topic,
        status,
        newest.id,
        newest.by,
        newest.at,
        newest.item,
        newest.path,
        newest.opening,
        tuple([text.id for text in revisions]),
        state.parents,
        1 if len(state.events) == 1 else sum(isinstance(event, Summary) for event in state.events.values()),
        tuple(sorted((review.by, review.verdict) for review in verdicts)),
        any(review.by == me for review in verdicts),
        len(state.events) > 2 and status not in ("conflict", "retracted") and _stale(state, me),
        status == "returned" and mine,
        mine,
        viewer.brief > 0 and any(_brief(review, viewer) for review in verdicts),
        facts(newest.id),
    )


def _brief(review: Review, viewer: Viewer) -> bool:
    seconds = viewer.reading(review)
    return seconds is not None and seconds < viewer.brief


def _stale(state: RecordState, me: str) -> bool:
    """Whether I judged an earlier text and not this one, or anyone did and nobody this one."""
    now = {review.by for review in state.verdicts}
    if me in now:
        return False
    latest: dict[tuple[str, frozenset[str]], Review] = {}
    current = state.alike(state.heads[-1].id)
    for event in sorted(state.events.values(), key=lambda event: (event.at, event.id)):
        if isinstance(event, Review) and event.revision not in current and event.revision in state.events:
            latest[event.by, state.alike(event.revision)] = event
    before = {review.by for review in latest.values() if review.verdict != "clear"}
    return me in before or (bool(before) and not now)


class Views:
    """Makes one person's rows of one topic, each once as long as its record stays the same. Any thread may ask."""

    def __init__(self, topic: str, viewer: Viewer, facts: FactsOf = no_facts) -> None:
        self.topic = topic
        self.viewer = viewer
        self._facts = facts
        self._made: dict[str, tuple[RecordState, Row]] = {}
        """By record."""

    def row(self, state: RecordState) -> Row:
        """The record's row: the same object while neither the record nor its facts changed."""
        made = self._made.get(state.record)
        if made is not None and made[0] is state and self._facts(made[1].revision) == made[1].facts:
            return made[1]
        row = row_of(state, self.viewer, self.topic, self._facts)
        if made is not None and made[1] == row:
            row = made[1]  # what changed is hidden, or tells nothing
        self._made[state.record] = state, row
        return row

    def rows(self, states: Sequence[RecordState], drafts: Sequence[Row] = ()) -> Rows:
        """The rows of these records, which are sorted by id, as `Ledger.records` are; then those of drafts."""
        return Rows(self, states, drafts)


class Rows(Sequence[Row]):
    """Rows in the order of the records' ids, then drafts. A row is made when it is looked at; making this is free."""

    def __init__(self, views: Views, states: Sequence[RecordState], drafts: Sequence[Row] = ()) -> None:
        self._views = views
        self._states = states
        self._drafts = drafts

    def __len__(self) -> int:
        return len(self._states) + len(self._drafts)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        place = at if at >= 0 else len(self) + at
        saved = len(self._states)
        return self._views.row(self._states[place]) if 0 <= place < saved else self._drafts[place - saved]

    def place(self, record: str) -> int | None:
        """The record's 0-based place; None if it is not here."""
        states = self._states
        at = bisect_left(states, record, key=lambda state: state.record)
        if at < len(states) and states[at].record == record:
            return at
        drafts = (number for number, draft in enumerate(self._drafts) if draft.record == record)
        return next((len(states) + number for number in drafts), None)
