"""What others said of the record being written: a summary, then a row for each; the marked one is told in full.

What people wrote is drawn as plain parts, and nothing in it is interpreted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from app.base.text import many
from widgets.base.drawing import Part, cut, pad, parts_width
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineView, cursor_css
from widgets.base.marked_rows import MarkedRows
from widgets.panels.finding_rows import folded

Kind = Literal["edit", "reject", "return", "accept", "note", "flag", "answer"]
SIGNS: dict[str, str] = {
    "edit": "±",
    "reject": "✗",
    "return": "←",
    "accept": "+",
    "note": "»",
    "flag": "!",
    "answer": "»",
}
"""What stands before what was said: told apart without colour."""
DONE = "✓"
"""Stands before what is answered."""
LOOK = "remarks-panel--"
LEAD = 9
"""Cells before a row's words: sign and field."""
UNFOLDED = 4
"""Rows that the marked one takes at most."""
_LONGEST = 4000
"""Characters of what was said that are looked at: more never fit."""


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """One thing that somebody said."""

    event: str
    """Tells it from the others."""
    kind: Kind
    by: str
    field: str
    """`user`, `think`, `block`, or empty for the whole record."""
    note: str
    """What was said; may be empty."""
    was: str = ""
    """The words it is about as they were, where they do not stand like that any more."""
    answer: str | None = None
    """What was answered, perhaps nothing in words; None before it is answered."""


class _RemarkMessage(Message):
    """The person asked something of one remark."""

    def __init__(self, row: RemarkRow) -> None:
        super().__init__()
        self.row = row


def told(row: RemarkRow) -> str:
    """A remark as one line: who, what, what it was about, and the answer."""
    said = {"return": "asks for changes", "reject": "rejects it", "accept": "accepts it", "flag": "flags it"}
    note = row.note[:_LONGEST]
    if row.kind in said:
        note = f"{said[row.kind]}: {note}" if note.strip() else said[row.kind]
    text = f"{row.by} {note}" if row.kind in said or row.kind == "edit" else f"{row.by}: {note}"
    if row.was:
        text += f" (was: “{row.was[:_LONGEST]}”)"
    if row.answer is not None:
        text += f" → {row.answer[:_LONGEST]}" if row.answer.strip() else " → answered"
    return " ".join(text.split())


class RemarksPanel(LineView):
    """The remarks, in the order they are given. The marked one is told in full, so that it is read while one writes."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "remarks-panel--cursor",
        "remarks-panel--head",
        "remarks-panel--button",
        "remarks-panel--quiet",
        "remarks-panel--done",
        *(f"remarks-panel--{kind}" for kind in SIGNS),
    }
    DEFAULT_CSS = """
    RemarksPanel { height: 4; scrollbar-size: 0 1; }
    .-tall RemarksPanel { height: 7; }
    RemarksPanel > .remarks-panel--head { text-style: bold; }
    RemarksPanel > .remarks-panel--button { text-style: underline; }
    RemarksPanel > .remarks-panel--quiet { text-style: dim; }
    RemarksPanel > .remarks-panel--done { text-style: dim; }
    RemarksPanel > .remarks-panel--reject { color: $text-error; text-style: bold; }
    RemarksPanel > .remarks-panel--return { color: $text-warning; text-style: bold; }
    RemarksPanel > .remarks-panel--edit { color: $text-accent; text-style: bold; }
    RemarksPanel > .remarks-panel--accept { color: $text-success; }
    RemarksPanel > .remarks-panel--flag { color: $text-warning; text-style: bold; }
    """ + cursor_css("RemarksPanel", "remarks-panel")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("remarks"),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("home,g", "move(-100000)", "First", show=False),
        Binding("end,G", "move(100000)", "Last", show=False),
    ]
    pinned = 1

    class Chosen(_RemarkMessage):
        """Go to the remark's place."""

    class AnswerRequested(_RemarkMessage):
        """Answer it, with words or without; what is answered: no longer."""

        def __init__(self, row: RemarkRow, words: bool) -> None:
            super().__init__(row)
            self.words = words
            """Whether the person wants to say something."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._marks: MarkedRows[RemarkRow] = MarkedRows()
        """The remarks, the marked one in its rows."""

    # -- what it is given

    def set_rows(self, rows: Sequence[RemarkRow]) -> None:
        """Show these. The mark stays on its remark; where that is gone, at its row."""
        given, before = tuple(rows), self.current
        if given == self._marks.given:
            return
        names = [row.event for row in given]
        self._marks.replace(
            given, names.index(before.event) if before is not None and before.event in names else None
        )
        self._lay_out()

    @property
    def current(self) -> RemarkRow | None:
        """The marked remark; None in an empty list."""
        return self._marks.current

    def step(self, delta: int) -> RemarkRow | None:
        """Mark the next (1) or the previous (-1) that is not answered, round the ends; any if all are. None of none."""
        given = self._marks.given
        if not given:
            return None
        live = [at for at, row in enumerate(given) if row.answer is None]
        self._marks.step(live or list(range(len(given))), delta)
        self._lay_out()
        return self.current

    def mark(self, at: int) -> None:
        """Mark the remark of this 0-based number, and bring it into sight."""
        self._marks.mark(at)
        self._lay_out()

    # -- rows

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        given = self._marks.given
        done = sum(row.answer is not None for row in given)
        said = f"{many(len(given), 'remark')}, {done} answered"
        row = self.current
        if row is None:
            button = Part("")
        elif row.kind == "edit":
            button = Part("look", LOOK + "button", "go")
        else:
            button = Part("answer" if row.answer is None else "not answered", LOOK + "button", "answer")
        return (Part(pad(said, max(width - parts_width((button,)), 0)), LOOK + "head"), button)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        marks = self._marks
        at, line = marks.at_row(row)
        one = marks.given[at]
        done = one.answer is not None
        look = LOOK + ("done" if done else one.kind)
        words = LOOK + "done" if done else ""
        if at == marks.marked and line:
            return (Part(" " * LEAD), Part(marks.words[line], words))
        text = marks.words[0] if at == marks.marked and marks.words else cut(told(one), max(width - LEAD, 1))
        sign = DONE if done else SIGNS[one.kind]
        return (Part(f"{sign} ", look), Part(pad(one.field, LEAD - 2), LOOK + "quiet"), Part(text, words))

    def row_look(self, row: int) -> Style:
        marked = self._marks.at_row(row)[0] == self._marks.marked
        return self.rich_style + self.look("remarks-panel--cursor") if marked else self.rich_style

    def _lay_out(self) -> None:
        if not self.is_mounted:
            return
        row, room = self.current, max(self.cells - LEAD, 1)
        self._marks.words = folded(told(row), room, room, min(UNFOLDED, self.page)) if row is not None else []
        self.set_rows_count(self._marks.rows)
        top = self._marks.top(self.scroll_offset.y, self.page)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top)
        self.refresh()

    def on_mount(self) -> None:
        """What was given before is shown."""
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out()

    # -- what the person does

    def on_click(self, event: events.Click) -> None:
        """A click marks a remark and goes to its place; on the summary's word it answers."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.pinned:
            return
        event.stop()
        event.prevent_default()
        row = self._rows.under(offset.y)
        if row is not None:
            self.mark(self._marks.at_row(row)[0])
            self.action_go()

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if zone == "answer":
            self.action_answer()
        elif zone == "go":
            self.action_go()

    def action_go(self) -> None:
        """Go to the marked remark's place."""
        if self.current is not None:
            self._marks.visited = True
            self.post_message(self.Chosen(self.current))

    def action_answer(self) -> None:
        """Mark it answered, or no longer."""
        if self.current is not None:
            self.post_message(self.AnswerRequested(self.current, words=False))

    def action_reply(self) -> None:
        """Answer it with words."""
        if self.current is not None:
            self.post_message(self.AnswerRequested(self.current, words=True))

    def action_move(self, rows: int) -> None:
        """Mark the remark so many further."""
        self.mark(self._marks.marked + rows)
