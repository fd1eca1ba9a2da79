"""A record's events in words, and which text each of them is about."""

from __future__ import annotations

from app.acts import deed
from app.records import Retraction, Review
from app.screens.record_acts import local
from app.store.ledger import RecordState
from app.store.protocol import Entry
from app.store.summary import Summary
from app.turns import Trail
from widgets.event_list import EventRow


def event_rows(state: RecordState) -> list[EventRow]:
    """A row for each event of the record, newest first."""
    trail = Trail(state)
    heads = set(state.parents)
    return [
        EventRow(
            id=event.id,
            at=local(event.at),
            by=event.by,
            what=_deed(trail, event),
            note="" if isinstance(event, Summary) else event.note,
            kind=_kind(event),
            head=event.id in heads,
        )
        for event in reversed(state.history)
    ]


def told(state: RecordState, event: Entry) -> str:
    """One event in one line: who, when, what."""
    return f"{event.by} · {local(event.at)} · {_deed(Trail(state), event)}"


def text_of(state: RecordState, name: str) -> Summary | None:
    """The revision an event is about: itself, the one a review judges, the newest that a retraction withdraws."""
    event = state.events.get(name)
    if isinstance(event, Review):
        event = state.events.get(event.revision)
    if isinstance(event, Review) or event is None:
        return None
    return max(_texts(state, (event.id,)), key=lambda text: (text.at, text.id), default=None)


def replaced_by(state: RecordState, text: Summary) -> list[Summary]:
    """The revisions a revision replaced, as far as they are known here; withdrawals are passed through."""
    return _texts(state, text.parents)


def _texts(state: RecordState, names: tuple[str, ...]) -> list[Summary]:
    found: list[Summary] = []
    todo = list(reversed(names))
    done: set[str] = set()
    while todo:
        name = todo.pop()
        event = state.events.get(name)
        if name in done or event is None:
            continue
        done.add(name)
        if isinstance(event, Summary):
            found.append(event)
        elif isinstance(event, Retraction):
            todo.extend(reversed(event.parents))
    return found


def _deed(trail: Trail, event: Entry) -> str:
    return deed(trail, event.id).removesuffix(" from")


def _kind(event: Entry) -> str:
    if event.undoes is not None:
        return "undo"
    if isinstance(event, Review):
        return event.verdict
    return "withdrawn" if isinstance(event, Retraction) else "text"
