"""A record's events and what was said about it in words, and which text each of them is about."""

from __future__ import annotations

from collections.abc import Sequence

from app.records.events import Comment, Retraction, Review
from app.records.history.ancestry import texts_behind
from app.records.history.deeds import chronicle, comment_deeds, deed
from app.records.history.ledger import RecordState
from app.records.history.light import Entry
from app.records.history.reversals import ReversalTrail
from app.records.history.summary import Summary
from app.workstation.records.acts import local
from widgets.record.events import EventRow


def event_rows(state: RecordState, comments: Sequence[Comment] = ()) -> list[EventRow]:
    """A row for each event of the record, and of the comments on it, newest first."""
    trail = ReversalTrail(state)
    said = comment_deeds(comments)
    heads = set(state.parents)
    return [
        EventRow(
            id=event.id,
            at=local(event.at),
            by=event.by,
            what=_what(trail, said, event),
            note="" if isinstance(event, Summary) else event.note,
            kind=_kind(event),
            head=event.id in heads,
        )
        for event in reversed(chronicle(state, comments))
    ]


def told(state: RecordState, event: Entry | Comment, comments: Sequence[Comment] = ()) -> str:
    """One event in one line: who, when, what."""
    what = _what(ReversalTrail(state), comment_deeds(comments), event)
    if isinstance(event, Review | Comment) and event.place is not None:
        what += f" {event.place.field}, characters {event.place.start:,} to {event.place.end:,}"
    return f"{event.by} · {local(event.at)} · {what}"


def text_of(state: RecordState, name: str, comments: Sequence[Comment] = ()) -> Summary | None:
    """The revision an event is about: itself, the one a review judges or a comment speaks of, the newest that a
    retraction withdraws."""
    event: Entry | Comment | None = state.events.get(name)
    event = event or next((comment for comment in comments if comment.id == name), None)
    if isinstance(event, Review | Comment):
        event = state.events.get(event.revision)
    if isinstance(event, Review) or event is None:
        return None
    return max(texts_behind(state.events, (event.id,)), key=lambda text: (text.at, text.id), default=None)


def replaced_by(state: RecordState, text: Summary) -> list[Summary]:
    """The revisions a revision replaced, as far as they are known here; withdrawals are passed through."""
    return texts_behind(state.events, text.parents)


def _what(trail: ReversalTrail, said: dict[str, str], event: Entry | Comment) -> str:
    if isinstance(event, Comment):
        return said.get(event.id, event.about).removesuffix(" on")
    what = deed(trail, event.id).removesuffix(" from")
    seconds = event.reading_seconds if isinstance(event, Review) else 0
    return f"{what} ({seconds:,} s)" if seconds else what


def _kind(event: Entry | Comment) -> str:
    if event.undoes is not None:
        return "undo"
    if isinstance(event, Comment):
        return "withdrawn" if event.withdrawn else event.about
    if isinstance(event, Review):
        return event.verdict
    return "withdrawn" if isinstance(event, Retraction) else "text"
