"""The text area of `user` and `think`: plain lines, nothing completed, nothing unsafe drawn, little sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self, cast

from rich.text import Span, Text
from textual import events
from textual.document._document import Document, EditResult, Location, Selection
from textual.document._edit import Edit
from textual.geometry import Offset, Region
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from app.base.text import one_newline
from app.records.prose import changed_middle, matches, pasted
from app.rust.cells import picture
from widgets.base.key_bindings import bindings_for
from widgets.base.ordered_keys import OwnKeys
from widgets.prose.marks import Lines, Mark, after_edit, by_line, held
from widgets.prose.names import NamesArea

UNDO_STEPS = 1000
"""Steps that can be undone; Textual's own 50 are a few minutes' writing."""
ROWS_KEPT = 500
"""Rows that are kept as drawn, so that a key draws again only what it changes."""
_JOINERS = "\u200c\u200d"


def drawn(line: str) -> str:
    """The line as it may be drawn: one character for each of its own, nothing a terminal could obey."""
    if line.isprintable():
        return line
    return "".join([char if char in _JOINERS or char == "\t" else picture(char) or char for char in line])


class ProseArea(NamesArea):
    """A plain text area that counts what is typed and pasted, and repaints only the rows that changed."""

    BINDINGS = bindings_for("prose")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "prose-area--error",
        "prose-area--warning",
        "prose-area--hint",
    }
    DEFAULT_CSS = """
    ProseArea, ProseArea:focus { border: none; padding: 0; }
    ProseArea .prose-area--error { color: $text-error; text-style: bold underline; }
    ProseArea .prose-area--warning { color: $text-warning; text-style: underline; }
    ProseArea .prose-area--hint { color: $text-primary; text-style: underline; }
    """

    class FindWanted(Message):
        """The person asks for the find bar, or for a match when it knows what to look for."""

        def __init__(self, step: int = 0) -> None:
            super().__init__()
            self.step = step
            """0 to open the bar, 1 for the next match, -1 for the one before."""

    class LeftOut(Message):
        """A paste held characters that may not stand in prose."""

        def __init__(self, count: int) -> None:
            super().__init__()
            self.count = count
            """Characters left out."""

    class Escaped(Message):
        """Escape was pressed and there was nothing selected to let go."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            soft_wrap=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            max_checkpoints=UNDO_STEPS,
            id=id,
        )
        self.cursor_blink = False  # a blinking cursor sends bytes for as long as the screen is open
        self.match_cursor_bracket = False
        self._keys = OwnKeys(self)
        self._typed = 0
        self._pasted = 0
        self._counting = True
        self._on_screen: dict[int, Strip] = {}
        self._drawn: dict[tuple[object, ...], Strip] = {}
        self._repaint_due = False
        self._marks: tuple[Mark, ...] = ()
        self._marked: Lines = {}

    @property
    def plain_document(self) -> Document:
        """The document; no other kind is ever set here."""
        return cast(Document, self.document)

    @property
    def cursor(self) -> int:
        """Where the cursor is, in characters from the text's start, 0-based."""
        return self.plain_document.get_index_from_location(self.cursor_location)

    @cursor.setter
    def cursor(self, offset: int) -> None:
        self.move_cursor(self.location(offset))

    def location(self, offset: int) -> Location:
        """The row and column of a character offset, held to the text."""
        for row, line in enumerate(self.document.lines):
            if offset <= len(line):
                return row, max(0, offset)
            offset -= len(line) + 1
        return self.document.end

    def take_effort(self) -> tuple[int, int]:
        """Characters typed and pasted since this was last asked."""
        effort = self._typed, self._pasted
        self._typed = self._pasted = 0
        return effort

    # What goes in.

    def load(self, text: str) -> None:
        """Another text: undo ends here, no message is posted, and the cursor is at the start."""
        with self.prevent(TextArea.Changed):
            self.load_text(one_newline(text))
        self.set_marks(())
        self.names.offer = None
        self.take_effort()

    def replace_all(self, text: str) -> None:
        """The same text, changed elsewhere: one step that can be undone; the cursor stays where it can."""
        start, end, middle = changed_middle(self.text, one_newline(text))
        if start == end and not middle:
            return
        self.replace_uncounted(middle, self.location(start), self.location(end))

    def replace_uncounted(self, text: str, start: Location, end: Location, follow: bool = False) -> None:
        """Replaces a range in one step that can be undone, and counts nothing as typed or pasted.

        The cursor stays where it can, or follows to the end of what is new.
        """
        self.history.checkpoint()
        self._counting = False
        try:
            self.replace(text, start, end, maintain_selection_offset=not follow)
        finally:
            self._counting = True
        self.history.checkpoint()

    def edit(self, edit: Edit) -> EditResult:
        """Performs an edit, and counts its characters: one at a time is typing, many at once are a paste."""
        if self._counting and len(edit.text) == 1:
            self._typed += 1
        elif self._counting:
            self._pasted += len(edit.text)
        index = self.plain_document.get_index_from_location
        start, end = (index(edit.top), index(edit.bottom)) if self._marks else (0, 0)
        typing = self._counting and (len(edit.text) == 1 or (not edit.text and self.names.offer is not None))
        result = super().edit(edit)
        if self._marks:
            self._show_marks(after_edit(self._marks, start, end, len(edit.text)))
        self.offer_names(typing)
        return result

    def undo(self) -> None:
        """Undoes the last change; marks on what it brings back or takes away go."""
        before = self.text if self._marks else ""
        super().undo()
        self.names.offer = None
        self._marks_since(before)

    def redo(self) -> None:
        """Does again what was undone."""
        before = self.text if self._marks else ""
        super().redo()
        self.names.offer = None
        self._marks_since(before)

    def insert_pasted(self, text: str) -> None:
        """Puts a pasted text in the place of the selection, without what may not stand in prose."""
        clean, left_out = pasted(text)
        if left_out:
            self.post_message(self.LeftOut(left_out))
        if not clean:
            return
        typed = self._typed
        result = self.replace(clean, *self.selection, maintain_selection_offset=False)
        self._pasted += self._typed - typed  # a paste of one character is no typing
        self._typed = typed
        self.move_cursor(result.end_location)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_pasted(event.text)

    def action_paste(self) -> None:
        """Pastes what was last cut or copied in this application."""
        self.insert_pasted(self.app.clipboard)

    async def _on_key(self, event: events.Key) -> None:
        if event.key.startswith("alt+"):
            event.character = None  # the text area would type the letter; bindings still see the key
        elif self.command_key(event):
            event.stop()
            event.prevent_default()
            return
        await self._keys.act(event)

    def command_key(self, event: events.Key) -> bool:
        """Does what a key commands here; False leaves the key to Textual's text area and to bindings.

        Escape never goes on to the screen, where it would leave in the middle of a sentence.
        """
        if event.key == "escape" and not self.refuse_names():
            self.let_go()
        return event.key == "escape"

    def let_go(self) -> None:
        """Drops the selection; with none, says that escape was pressed."""
        if self.selection.is_empty:
            self.post_message(self.Escaped())
        else:
            self.move_cursor(self.selection.end)

    # Finding.

    def action_find(self) -> None:
        """Asks for the find bar."""
        self.post_message(self.FindWanted())

    def find_match(self, wanted: str, step: int) -> tuple[int, int]:
        """Selects a match of `wanted`: the first from the cursor on (0), the next (1), the one before (-1).

        Goes round at the ends. Gives its 1-based number and how many there are; (0, 0) for none.
        """
        found = matches(self.text, wanted)
        if not found:
            return 0, 0
        start = self.plain_document.get_index_from_location(min(self.selection))
        if step < 0:
            number = sum(match[0] < start for match in found) - 1
        else:
            number = sum(match[0] < start + (step > 0) for match in found)
        first, last = found[number % len(found)]
        self.selection = Selection(self.location(first), self.location(last))
        self.scroll_cursor_visible()
        return number % len(found) + 1, len(found)

    def show_range(self, start: int, end: int) -> None:
        """Selects characters `start`-`end` with the cursor at `start`, and scrolls there."""
        first, last = self.location(start), self.location(max(start, end))
        self.selection = Selection(last, last)
        self.scroll_cursor_visible()  # first the end, so that as much as can be of the range is seen
        self.selection = Selection(last, first)
        self.scroll_cursor_visible()
        self.record_cursor_width()
        self.history.checkpoint()

    # Marks.

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Where the marks are now, after the edits since `set_marks`."""
        return self._marks

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Marks these places of the text and no others; only the rows that change are painted."""
        self._show_marks(held(marks, self.length))

    @property
    def length(self) -> int:
        """Characters of the text."""
        lines = self.document.lines
        return sum(map(len, lines)) + len(lines) - 1

    def _marks_since(self, before: str) -> None:
        """Moves the marks along with a change that only shows in the text itself."""
        if not self._marks:
            return
        start, end, middle = changed_middle(before, self.text)
        self._show_marks(after_edit(self._marks, start, end, len(middle)))

    def _show_marks(self, marks: tuple[Mark, ...]) -> None:
        self._marks = marks
        marked = by_line(marks, self.document.lines, drawn)
        if marked == self._marked:
            return
        before, self._marked = self._marked, marked
        self._line_cache.clear()
        if self.is_attached and not self._repaint_due:
            rows = {row for row in before.keys() | marked.keys() if before.get(row) != marked.get(row)}
            self._repaint_lines(rows)

    def _repaint_lines(self, lines: Iterable[int]) -> None:
        """Paints the visible rows of some 0-based lines of the text."""
        width, height = self.size
        top, place = self.scroll_offset.y, self.wrapped_document.location_to_offset
        regions = []
        for line in lines:
            if line >= self.document.line_count:
                continue
            first = place((line, 0)).y - top
            last = place((line, len(self.document[line]))).y - top
            regions += [Region(0, y, width, 1) for y in range(max(first, 0), min(last + 1, height))]
        if regions:
            super().refresh(*regions)

    # What goes out to the terminal.

    def get_line(self, line_index: int) -> Text:
        """A line as it is drawn, one character for each of its own, with its marks."""
        line = Text(drawn(self.document.get_line(line_index)), end="", no_wrap=True)
        for start, end, severity in self._marked.get(line_index, ()):
            style = self.get_component_rich_style(f"prose-area--{severity}", partial=True)
            line.spans.append(Span(start, end, style))  # a mark may stand on the cell behind the line's end
        return line

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """None: in prose a search through the whole text at each move of the cursor finds nothing of use."""
        return None

    def render_line(self, y: int) -> Strip:
        """A row, remembered as what is on the screen there."""
        strip = self._row(y)
        self._on_screen[y] = strip
        return strip

    def _row(self, y: int) -> Strip:
        """A row; one that the cursor and the selection do not touch is drawn once for all keys to come."""
        key = self._row_key(y)
        strip = self._drawn.get(key) if key else None
        if strip is None:
            strip = super().render_line(y)
            if key:
                if len(self._drawn) >= ROWS_KEPT:
                    self._drawn.clear()
                self._drawn[key] = strip
        return strip

    def _row_key(self, y: int) -> tuple[object, ...]:
        """All that a row's looks hang on, for rows that are nothing but text and marks; else ()."""
        wrapped, at = self.wrapped_document, y + self.scroll_offset.y
        if at >= wrapped.height or y == self.names_row:
            return ()
        line = wrapped.offset_to_location(Offset(0, at))[0]
        first, last = sorted(self.selection)
        if first[0] <= line <= last[0]:
            return ()
        part = (*wrapped.get_offsets(line), at - wrapped.location_to_offset((line, 0)).y)
        look = (self.size, self.virtual_size.width, self.theme)
        return self.document.get_line(line), part, self._marked.get(line, ()), look

    def notify_style_update(self) -> None:
        """Other colours or another size: all rows are to be painted."""
        self._on_screen.clear()
        self._drawn.clear()
        super().notify_style_update()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Repaints; where the whole would be repainted for an edit or a move, only the rows that differ.

        A TextArea asks for all its rows at each key, which over a slow line is what a person feels.
        """
        rows = repaint and not (regions or layout or recompose)
        if not rows or not self.is_attached or not getattr(self, "_on_screen", None):
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._repaint_due:
            self._repaint_due = True
            self.call_next(self._repaint_changed)
        return self

    def _repaint_changed(self) -> None:
        self._repaint_due = False
        width, height = self.size
        before = self._on_screen
        if any(y not in before for y in range(height)):
            super().refresh()
            return
        changed = [y for y in range(height) if self._row(y) != before[y]]
        if changed:
            super().refresh(*(Region(0, y, width, 1) for y in changed))
