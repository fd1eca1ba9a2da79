"""What one person may see of the records, as rows. Blind: others' verdicts stay out until one has given one's own.

Nothing is taken out of a finished row: a hidden verdict is taken out of the events, before anything is derived of them.
So status, counts, order and sections cannot tell of it, nor can whatever is derived one day.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import overload

from app.base.letters import person
from app.records.events import Comment, Retraction, Review
from app.records.filters.row import NO_FACTS, Facts, Row
from app.records.history.ledger import RecordState
from app.records.history.light import Entry
from app.records.history.summary import Summary

FactsOf = Callable[[str], Facts]
"""What is known of a revision, by its id; must be quick and touch no disk."""
ReadingOf = Callable[[Review], float | None]
"""Seconds of reading before a verdict; None if that was not kept."""


def no_facts(revision: str) -> Facts:
    """Nothing is known of any revision."""
    return NO_FACTS


def _recorded(review: Review) -> float | None:
    return review.reading_seconds or None  # none were counted: an older backspan, or the command line


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, and what the project lets them see."""

    me: str
    blind: bool = False
    """Whether others' verdicts on a text are hidden until one has given one's own."""
    judges_own: bool = False
    """Whether people may judge what they wrote themselves; authors are then blind too."""
    brief: float = 0
    """Seconds of reading under which a verdict counts as brief; 0 for none."""
    reading: ReadingOf = _recorded

    def __post_init__(self) -> None:
        """Let the person be the one they are in the records, however their name was typed."""
        object.__setattr__(self, "me", person(self.me))


def viewpoint(state: RecordState, viewer: Viewer) -> RecordState:
    """The record as this person may see it: the very same state where nothing is hidden.

    Hidden are others' reviews of a text that one has no verdict on, a taken-back one being none. Whoever wrote a text
    sees what is said of it, unless people judge their own.
    """
    if not viewer.blind or len(state.events) == 1:
        return state
    known: dict[str, bool] = {}
    """By revision: whether it is open."""
    kept: dict[str, Entry] = {}
    for name, event in state.events.items():
        # Only what is known to be no verdict stays: a kind of event that comes one day is hidden at first.
        if isinstance(event, Summary | Retraction) or event.by == viewer.me:
            kept[name] = event
        else:
            of = event.revision
            if of not in known:
                known[of] = opened(state, of, viewer)
            if known[of]:
                kept[name] = event
    return state if len(kept) == len(state.events) else RecordState(state.record, kept, state.needed)


def opened(state: RecordState, revision: str, viewer: Viewer) -> bool:
    """Whether what others say of a text is open to this person; `state` is the record with all its events.

    Blind, it is to whoever has a verdict on the text, one that was taken back being none, and to its author unless
    people judge their own.
    """
    if not viewer.blind:
        return True
    alike = state.alike(revision)
    if not viewer.judges_own:
        # The very rule of who may judge it: whoever may must not have seen what others said.
        known = (state.events.get(name) for name in alike)
        if wrote(state, [text for text in known if isinstance(text, Summary)], viewer.me):
            return True
    own = [
        event
        for event in state.events.values()
        if isinstance(event, Review) and event.by == viewer.me and event.revision in alike
    ]
    return bool(own) and max(own, key=lambda event: (event.at, event.id)).verdict != "clear"


def visible(comments: Iterable[Comment], state: RecordState, viewer: Viewer) -> tuple[Comment, ...]:
    """The comments that this person may see; `state` is the record with all its events."""
    return tuple(
        comment for comment in comments if comment.by == viewer.me or opened(state, comment.revision, viewer)
    )


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


def wrote(state: RecordState, texts: Sequence[Summary], me: str) -> bool:
    """Whether one of a record's texts is mine, whoever put it there again.

    An edit that was taken back is its author's, and what stands there again is not whose edit it was.
    """
    if len(state.events) == 1:
        return any(text.by == me for text in texts)
    said = {
        event.content
        for event in state.events.values()
        if isinstance(event, Summary) and event.by == me and event.undoes not in state.events
    }
    return any(text.content in said for text in texts)


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
