"""One field of a record to be read: its text with colours and marks, a gutter, and a range to point at.

A reader's keys are single letters of the screen, so only keys that move act here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from app.rust.styles import STYLES
from widgets.base.drawing import Part, cut, pad, width
from widgets.base.key_bindings import adopt
from widgets.record.base import BaseKept
from widgets.record.record_text import Page, Tint
from widgets.record.text_cursor import TextCursor

Field = Literal["user", "think", "block"]
MARKS = ("error", "warning", "hint", "note", "current")
"""What a mark may be, by rising precedence; `current` is the one that was gone to."""
_LOOK = "record-view--"
_GUTTER = 8


@dataclass(frozen=True, slots=True)
class Line:
    """What the gutter says beside one line of the text."""

    role: str = ""
    """The role of the code on it; empty of what stands between spans."""
    number: int | None = None
    """1-based line of its file; None where that is not known."""


class RecordView(BaseKept):
    """One field. `set_text` shows another one, `set_marks` and `set_lines` add what is known of it later."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"{_LOOK}{name}" for name in ("title", "quiet", "cursor", "range", "gutter", "count")),
        *(f"{_LOOK}{name}" for name in MARKS),
        *(f"{_LOOK}role-{name}" for name in ("main", "import", "helper", "context")),
        *(f"{_LOOK}{name}" for name in STYLES),
    }
    DEFAULT_CSS = """
    RecordView { scrollbar-size-vertical: 1; }
    RecordView > .record-view--title { background: $panel; text-style: bold; }
    RecordView:focus > .record-view--title { background: $primary-muted; text-style: bold; }
    RecordView > .record-view--quiet { text-style: dim; }
    RecordView > .record-view--count { text-style: dim; }
    RecordView > .record-view--gutter { color: $foreground 45%; }
    RecordView > .record-view--role-main { color: $success; }
    RecordView > .record-view--role-import { color: $primary-lighten-3; }
    RecordView > .record-view--role-helper { color: $secondary; }
    RecordView > .record-view--role-context { color: $foreground 60%; }
    RecordView > .record-view--cursor { text-style: reverse; }
    RecordView > .record-view--range { background: $accent 40%; }
    RecordView > .record-view--error { text-style: underline; color: $text-error; }
    RecordView > .record-view--warning { text-style: underline; color: $text-warning; }
    RecordView > .record-view--hint { text-style: underline; }
    RecordView > .record-view--note { background: $secondary 35%; }
    RecordView > .record-view--current { text-style: bold underline; background: $warning 35%; }
    RecordView > .record-view--constant { color: $text-error; }
    RecordView > .record-view--type { color: $text-primary; }
    RecordView > .record-view--function { color: $primary-lighten-3; }
    RecordView > .record-view--macro { color: $text-warning; }
    RecordView > .record-view--keyword { color: $text-accent; }
    RecordView > .record-view--lifetime { color: $text-warning; }
    RecordView > .record-view--number { color: $text-error; }
    RecordView > .record-view--comment { color: $foreground 55%; }
    RecordView > .record-view--doc { color: $text-success 80%; }
    RecordView > .record-view--attribute { color: $foreground 65%; }
    RecordView > .record-view--string { color: $text-success; }
    RecordView > .record-view--escape { color: $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("left", "step(-1)", "Left", show=False),
        Binding("right", "step(1)", "Right", show=False),
        Binding("ctrl+left", "word(-1)", "Word left", show=False),
        Binding("ctrl+right", "word(1)", "Word right", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
        Binding("pagedown,space", "turn(1)", "Page down", show=False),
        Binding("home", "edge(-1)", "Top", show=False),
        Binding("end", "edge(1)", "End", show=False),
    ]
    pinned = 1

    class Moved(Message):
        """The person moved in the text: a sign that somebody reads."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RecordView.Moved)

    def __init__(
        self,
        field: Field,
        *,
        words: bool = True,
        gutter: bool = False,
        called: str = "",
        id: str | None = None,
    ) -> None:
        """`words`: rows break at blanks where they can; `gutter`: room for lines' numbers and roles.

        `called` is what the first row says instead of the field: for a text that is none.
        """
        super().__init__(id=id)
        self.field: Field = field
        """Which field this is."""
        self._called = called or field
        self._words = words
        self._gutter = _GUTTER if gutter else 0
        self._title = ""
        self._colours: tuple[Tint, ...] = ()
        self._lines: Sequence[Line] = ()
        self._marks: tuple[Tint, ...] = ()
        self._reader = TextCursor(self, words, lambda: self.post_message(self.Moved()))
        adopt(self, self._reader)
        self._pressed: int | None = None

    # -- what it is given

    def set_text(
        self,
        text: str,
        colours: Sequence[tuple[int, int, str]] = (),
        title: str = "",
        *,
        marks: Sequence[tuple[int, int, str]] = (),
        lines: Sequence[Line] = (),
    ) -> None:
        """Another text, from its top, with what is known of it: see `set_marks` and `set_lines`.

        `colours` are (start, end, one of `STYLES`) in characters, in order, not overlapping.
        """
        self._title = title
        self._reader.begin(text)
        self._colours = tuple(Tint(start, end, _LOOK + style) for start, end, style in colours)
        self._marks, self._lines = _tints(marks), lines
        self._pressed = None
        if self.scroll_offset.y:
            self.scroll_to(y=0)
        self._lay_out()

    def set_marks(self, marks: Sequence[tuple[int, int, str]]) -> None:
        """Places in the text that something is said about: (start, end, one of `MARKS`) in characters."""
        known = _tints(marks)
        if known != self._marks:
            self._marks = known
            self.repaint_changed()

    def set_lines(self, lines: Sequence[Line]) -> None:
        """What the gutter says, for each line of the text."""
        if list(lines) != list(self._lines):
            self._lines = lines
            self.repaint_changed()

    def go_to(self, start: int) -> None:
        """Bring a character into sight, a third down the page, and put the cursor on it. Focuses nothing."""
        self._reader.show(start)

    # -- the range that is pointed at

    @property
    def cursor(self) -> int:
        """The character of the text that the cursor is on, 0-based."""
        return self._reader.at

    @property
    def marking(self) -> bool:
        """Whether a range is being marked."""
        return self._reader.anchor is not None

    @property
    def selected(self) -> tuple[int, int] | None:
        """The marked range in characters of the text; None where nothing is marked."""
        return self._reader.selected

    def toggle_marking(self) -> bool:
        """Begin to mark a range at the cursor, or forget it; whether one is being marked now."""
        return self._reader.toggle_marking()

    def forget_range(self) -> None:
        """Nothing is marked any more."""
        self._reader.forget_range()

    # -- rows

    def look(self, name: str) -> Style:
        first, _, rest = name.partition("+")
        return super().look(first) + self.look(rest) if rest else super().look(first)

    def pinned_parts(self, y: int, width_: int) -> Sequence[Part]:
        left = f" {self._called}"
        right = cut(self._title, max(width_ - width(left) - 3, 0))
        return (
            Part(left, f"{_LOOK}title"),
            Part(pad(f"  {right}" if right else "", width_ - width(left)), f"{_LOOK}title+{_LOOK}count"),
        )

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        page = self._reader.page
        if row >= len(page):
            return ()
        return (*self._gutter_parts(row), *page.parts(row, self._tints(row)))

    def _tints(self, row: int) -> list[Tint]:
        reader = self._reader
        first, last = reader.page.bounds(row)
        tints = [mark for mark in self._marks if mark.start <= last and max(mark.end, mark.start + 1) > first]
        if (chosen := reader.selected) is not None:
            tints.append(Tint(*chosen, f"{_LOOK}range"))
        if self.has_focus and reader.page.row_of(reader.at) == row:
            tints.append(Tint(reader.at, reader.at + 1, f"{_LOOK}cursor"))
        return tints

    def _gutter_parts(self, row: int) -> tuple[Part, ...]:
        if not self._gutter:
            return (Part(" "),)
        line = self._reader.page.line_of(row)
        known = self._lines[line] if line is not None and line < len(self._lines) else Line()
        number = f"{known.number}" if known.number is not None else ""
        bar = "▌" if known.role else " "
        if line is None:
            bar, number = " ", "↪"
        return (
            Part(f"{number:>{self._gutter - 2}}", f"{_LOOK}gutter"),
            Part(f"{bar} ", f"{_LOOK}role-{known.role}" if known.role else ""),
        )

    def _lay_out(self) -> None:
        if not self.is_mounted or self.cells < 4:
            return
        cells = self.cells - (self._gutter or 1) - 1
        self._reader.page = Page(self._reader.text, self._colours, cells, self._words)
        self.set_rows_count(len(self._reader.page))
        self.refresh()

    def on_resize(self) -> None:
        self._lay_out()

    def on_focus(self) -> None:
        self.repaint_changed()
        self.refresh_line(self.scroll_offset.y)  # the title's background follows the focus

    def on_blur(self) -> None:
        self.call_later(self.refresh)

    # -- what the person does

    def on_mouse_down(self, event: events.MouseDown) -> None:
        at = self._under(event)
        if at is None:
            return
        self._pressed, self._reader.anchor = at, None
        self.capture_mouse()
        self._reader.go(at)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._pressed is None:
            return
        at = self._under(event)
        if at is not None and at != self._reader.at:
            self._reader.anchor = self._pressed
            self._reader.go(at)

    def on_mouse_up(self) -> None:
        self._pressed = None
        self.release_mouse()

    def _under(self, event: events.MouseEvent) -> int | None:
        """The character under the mouse; while a range is drawn, the nearest."""
        offset = event.get_content_offset(self)
        if offset is None or not self._reader.text:
            return None
        row = self.scroll_offset.y + offset.y - self.pinned
        if offset.y < self.pinned and self._pressed is None:
            return None
        return self._reader.page.at(row, offset.x - (self._gutter or 1))


def _tints(marks: Sequence[tuple[int, int, str]]) -> tuple[Tint, ...]:
    known = [Tint(start, end, _LOOK + kind) for start, end, kind in marks if kind in MARKS]
    return tuple(sorted(known, key=lambda tint: MARKS.index(tint.style.removeprefix(_LOOK))))
