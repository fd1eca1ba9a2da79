"""The text area of `user` and `think`: plain lines, nothing completed, nothing unsafe drawn, little sent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
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
from app.records.prose import Characters, changed_middle, matches, pasted
from app.rust.cells import picture
from widgets.base.key_bindings import adopt, bindings_for
from widgets.base.ordered_keys import OwnKeys
from widgets.base.steady_area import SteadyArea
from widgets.prose.effort_count import EffortCount
from widgets.prose.kept_strips import KeptStrips
from widgets.prose.marks import Mark, ShownMarks
from widgets.prose.name_row import NameRow, take_key
from widgets.prose.names import PARTS, Names
from widgets.prose.own_text import OwnText

UNDO_STEPS = 1000
"""Steps that can be undone; Textual's own 50 are a few minutes' writing."""
_JOINERS = "\u200c\u200d"


def drawn(line: str) -> str:
    """The line as it may be drawn: one character for each of its own, nothing a terminal could obey."""
    if line.isprintable():
        return line
    return "".join([char if char in _JOINERS or char == "\t" else picture(char) or char for char in line])


class ProseArea(SteadyArea):
    """A plain text area that counts how its characters came, offers names inside backticks, and repaints little."""

    BINDINGS = bindings_for("prose")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "prose-area--error",
        "prose-area--warning",
        "prose-area--hint",
        *(f"prose-area--{part}" for part in PARTS),
    }
    DEFAULT_CSS = """
    ProseArea, ProseArea:focus { border: none; padding: 0; }
    ProseArea .prose-area--error { color: $text-error; text-style: bold underline; }
    ProseArea .prose-area--warning { color: $text-warning; text-style: underline; }
    ProseArea .prose-area--hint { color: $text-primary; text-style: underline; }
    ProseArea .prose-area--names { background: $panel; color: $text; }
    ProseArea .prose-area--name-marked { background: $panel; color: $text; text-style: bold reverse; }
    ProseArea .prose-area--names-quiet { background: $panel; color: $text-muted; }
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

    def __init__(self, own: OwnText | None = None, *, id: str | None = None) -> None:
        """`own`: the words of the record that this is a field of; its own alone by default."""
        self.names = Names()
        """The names that may be offered, and those that are."""
        self._name_row = NameRow(self, self.names, partial(take_key, self))
        self._shown_marks = ShownMarks(drawn)
        self._strips = KeptStrips(partial(self._name_row.over, super().render_line), self._row_key)
        self._own = own or OwnText()
        self._effort = EffortCount(self._own.holds)
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
        adopt(self, self._name_row)
        self._own.join(self, lambda: self.text)

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

    def take_effort(self) -> Characters:
        """How the characters came that were put in since this was last asked."""
        return self._effort.take()

    # What goes in.

    def load(self, text: str) -> None:
        """Another text: undo ends here, no message is posted, and the cursor is at the start."""
        with self.prevent(TextArea.Changed):
            self.load_text(one_newline(text))
        self.set_marks(())
        self.names.offer = None
        self._effort.begin()
        self._own.load(self, self.text)

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
        with self._effort.uncounted():
            self.replace(text, start, end, maintain_selection_offset=not follow)
        self.history.checkpoint()

    def edit(self, edit: Edit) -> EditResult:
        """Performs an edit, and counts its characters: one at a time is typing, many at once are a paste or a move."""
        self._effort.add(edit.text)
        if edit.top != edit.bottom:
            self._own.take_out(self, self.document.get_text_range(edit.top, edit.bottom))
        index, marked = self.plain_document.get_index_from_location, bool(self.marks)
        start, end = (index(edit.top), index(edit.bottom)) if marked else (0, 0)
        by_hand = len(edit.text) == 1 or (not edit.text and self.names.offer is not None)
        typing = self._effort.counting and by_hand
        result = super().edit(edit)
        if marked:
            self._remark(self._shown_marks.edited(start, end, len(edit.text), self.document.lines))
        self._name_row.edited(typing)
        return result

    def undo(self) -> None:
        """Undoes the last change; marks on what it brings back or takes away go."""
        before = self.text if self.marks else ""
        super().undo()
        self.names.offer = None
        self._remark(self._shown_marks.since(before, self.text, self.document.lines))

    def redo(self) -> None:
        """Does again what was undone."""
        before = self.text if self.marks else ""
        super().redo()
        self.names.offer = None
        self._remark(self._shown_marks.since(before, self.text, self.document.lines))

    def insert_pasted(self, text: str) -> None:
        """Puts a pasted text in the place of the selection, without what may not stand in prose."""
        clean, left_out = pasted(text)
        if left_out:
            self.post_message(self.LeftOut(left_out))
        if not clean:
            return
        with self._effort.pasting():
            result = self.replace(clean, *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.insert_pasted(event.text)

    def action_paste(self) -> None:
        """Pastes what was last cut or copied in this application."""
        self.insert_pasted(self.app.clipboard)

    async def _on_key(self, event: events.Key) -> None:
        self._effort.now = event.time
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
        if event.key == "escape" and not self._name_row.refuse():
            self.let_go()
        return event.key == "escape"

    def let_go(self) -> None:
        """Drops the selection; with none, says that escape was pressed."""
        if self.selection.is_empty:
            self.post_message(self.Escaped())
        else:
            self.move_cursor(self.selection.end)

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        if self._name_row.press(event.x, event.y):
            event.stop()
            event.prevent_default()

    # Names.

    @property
    def offers_names(self) -> bool:
        """Whether what is typed now is text."""
        return True

    @property
    def names_row(self) -> int | None:
        """The 0-based row in sight on which names are offered, beside the cursor's; None while none are."""
        return self._name_row.y

    def watch_selection(self) -> None:
        """A move of the cursor ends what is offered."""
        self._name_row.moved()

    def on_blur(self) -> None:
        """Nothing is offered to somebody who writes elsewhere."""
        self._name_row.left()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for names are others' while no names are offered: tab then leaves the field."""
        if action in ("take_name", "next_name", "previous_name"):
            return self.names_row is not None
        return super().check_action(action, parameters)

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
        return self._shown_marks.marks

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Marks these places of the text and no others; only the rows that change are painted."""
        self._remark(self._shown_marks.put(marks, self.document.lines))

    def _remark(self, lines: set[int]) -> None:
        """Paints the visible rows of some 0-based lines of the text, whose marks are others now."""
        if not lines:
            return
        self._line_cache.clear()
        if not self.is_attached or self._strips.due:
            return
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
        for start, end, severity in self._shown_marks.lines.get(line_index, ()):
            style = self.get_component_rich_style(f"prose-area--{severity}", partial=True)
            line.spans.append(Span(start, end, style))  # a mark may stand on the cell behind the line's end
        return line

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:
        """None: in prose a search through the whole text at each move of the cursor finds nothing of use."""
        return None

    def render_line(self, y: int) -> Strip:
        """A row, remembered as what is on the screen there."""
        return self._strips.paint(y)

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
        return self.document.get_line(line), part, self._shown_marks.lines.get(line, ()), look

    def notify_style_update(self) -> None:
        """Other colours or another size: all rows are to be painted."""
        self._strips.forget()
        super().notify_style_update()

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> Self:
        """Repaints; where the whole would be repainted for an edit or a move, only the rows that differ.

        A TextArea asks for all its rows at each key, which over a slow line is what a person feels.
        """
        rows = repaint and not (regions or layout or recompose)
        if not rows or not self.is_attached or not self._strips.on_screen:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._strips.due:
            self._strips.due = True
            self.call_next(self._repaint_changed)
        return self

    def _repaint_changed(self) -> None:
        width, height = self.size
        changed = self._strips.changed(height)
        if changed is None:
            super().refresh()
        elif changed:
            super().refresh(*(Region(0, y, width, 1) for y in changed))
