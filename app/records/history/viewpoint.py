"""What one person may see of the records. Blind: others' verdicts stay out until one has given one's own.

Nothing is taken out of what was derived: a hidden verdict is taken out of the events, before anything is derived of
them. So status, counts, order and sections cannot tell of it, nor can whatever is derived one day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.base.letters import person
from app.records.events import Comment, Retraction, Review
from app.records.history.ledger import RecordState
from app.records.history.light import Entry
from app.records.history.summary import Summary

ReadingOf = Callable[[Review], float | None]
"""Seconds of reading before a verdict; None if that was not kept."""


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
