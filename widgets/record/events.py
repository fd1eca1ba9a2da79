"""What was done to one record, a row each: when, who, what, and what was said about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from widgets.base.drawing import Part, cut, pad
from widgets.base.line_view import LineList

KINDS = ("text", "accept", "return", "reject", "withdrawn", "undo", "note", "flag", "answer")
_WHEN = 16
_WHO = 10
_ROOMY = 44
"""From this many cells on, the day's year and a note have room."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event, as the list shows it."""

    id: str
    """The event's id."""
    at: str
    """When, local time, as `2026-01-31 12:00`."""
    by: str
    """Who."""
    what: str
    """What was done, one or a few words."""
    note: str = ""
    """What was said about it; any text."""
    kind: str = ""
    """One of `KINDS`; anything else is shown plain."""
    head: bool = False
    """Whether it is what the record says now."""


class EventList(LineList):
    """Rows in the order they are given, newest first."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"event-list--quiet", *(f"event-list--{kind}" for kind in KINDS)}
    DEFAULT_CSS = """
    EventList { scrollbar-size-vertical: 1; }
    EventList > .event-list--quiet { text-style: dim; }
    EventList > .event-list--accept { color: $text-success; }
    EventList > .event-list--return { color: $text-warning; }
    EventList > .event-list--reject { color: $text-error; }
    EventList > .event-list--withdrawn { color: $text-error; }
    EventList > .event-list--note { color: $text-accent; }
    EventList > .event-list--flag { color: $text-warning; }
    EventList > .event-list--answer { color: $text-accent; }
    EventList > .event-list--undo { color: $text-secondary; }
    """

    class Opened(Message):
        """A row was clicked twice."""

        def __init__(self, row: EventRow) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._events: Sequence[EventRow] = ()

    @property
    def chosen(self) -> EventRow | None:
        """The event at the cursor; None if there is none."""
        return self._events[self.cursor] if self._events else None

    def set_events(self, events: Sequence[EventRow], chosen: str | None = None) -> None:
        """Show these events; the cursor goes to the one with the id `chosen`, else it stays on its event."""
        before = chosen if chosen is not None else self.chosen.id if self.chosen else None
        self._events = events
        self.set_rows_count(len(events))
        self.cursor = next((at for at, event in enumerate(events) if event.id == before), 0)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        event = self._events[row]
        when = event.at if width >= _ROOMY else event.at[5:]
        who = _WHO if width < 60 else 16
        mark = "●" if event.head else " "
        style = f"event-list--{event.kind}" if event.kind in KINDS else ""
        parts = [
            Part(f"{mark} "),
            Part(pad(when, min(_WHEN, len(when))), "event-list--quiet"),
            Part(" "),
            Part(pad(event.by, who)),
            Part(" "),
            Part(cut(event.what, max(width - 4 - len(when) - who, 4)), style),
        ]
        if event.note:
            parts += [Part("  "), Part(" ".join(event.note.split())[:width], "event-list--quiet")]
        return parts

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        self.cursor = row
        if times == 2 and self.chosen is not None:
            self.post_message(self.Opened(self.chosen))
