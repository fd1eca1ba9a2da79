"""The source pane: one Rust file of any size, read and selected by syntax with keys and mouse.

It is given a file and what is selected of it, and speaks through the messages of `widgets.source.messages`. What it
does is in its parts: `SyntaxReader` reads, `RowPainter` draws, `CursorKeys`, `Pointer` and `Matches` move and find,
`Taker` asks for what is selected.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from textual import events, on
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from app.rust.source import SourceFile
from widgets.base.key_bindings import adopt, bindings_for
from widgets.base.lean_strip import filtered
from widgets.source import messages
from widgets.source import palette as source_palette
from widgets.source.cursor_keys import CursorKeys
from widgets.source.matches import Matches, MatchFound
from widgets.source.messages import PaneMark, PaneSpan
from widgets.source.painting import RowPainter
from widgets.source.palette import SourcePalette
from widgets.source.pointer import Pointer
from widgets.source.selection import Range, SourceSelection
from widgets.source.shown_file import EMPTY, ShownFile
from widgets.source.syntax_reader import Read, SyntaxReader
from widgets.source.taking import Taker

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.items import Item


class SourcePane(ScrollView, can_focus=True):
    """Shows one file with its cursor and selection; everything a person does to it leaves as a message."""

    Parsed: TypeAlias = messages.Parsed
    Take: TypeAlias = messages.Take
    Refused: TypeAlias = messages.Refused
    CursorMoved: TypeAlias = messages.CursorMoved
    TokenChosen: TypeAlias = messages.TokenChosen
    Asked: TypeAlias = messages.Asked
    RoleRequested: TypeAlias = messages.RoleRequested
    BareRequested: TypeAlias = messages.BareRequested
    UndoRequested: TypeAlias = messages.UndoRequested
    RedoRequested: TypeAlias = messages.RedoRequested

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("source")
    COMPONENT_CLASSES: ClassVar[set[str]] = set(source_palette.COMPONENTS)
    DEFAULT_CSS = f"SourcePane {{ overflow: hidden hidden; {source_palette.CSS} }}"

    place: reactive[tuple[object, ...]] = reactive((EMPTY, 0, 0, 0, 0, None), repaint=False)
    """File, number of items known, cursor line and byte, line at the top: set by the pane, watched by its frame.

    A reactive and no message, because a watcher draws in the pane's own frame and not in one after it.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.tab_size = 4
        """Cells from one tab stop to the next; for files shown from now on."""
        self.file = ShownFile()
        """What is shown; an empty file with an empty path before the first `show`."""
        self._reader = SyntaxReader(self)
        self._painter = RowPainter(self, partial(SourcePalette, self))
        self._taker = Taker(self)
        self._matches = Matches(self, self._painter)
        self._pointer = Pointer(self, self._painter, self._taker, self._matches)
        self._keys = CursorKeys(self, self._painter, self._pointer)
        adopt(self, self._taker, self._matches, self._keys)

    # -- what it is given

    def show(self, source: SourceFile, *, line: int = 0) -> None:
        """Show a file at a 0-based line: as plain text at once, with syntax (`Parsed`) a little later."""
        self._pointer.forget()
        before = self.file.selection
        if before.tree is not None:
            self._reader.drop(before.tree, before.items)
        self.file = ShownFile(source, line)
        self._painter.begin()
        self.virtual_size = Size(1, source.line_count)
        self.scroll_to_line(max(0, self.cursor_line - self.size.height // 3))
        self.refresh()
        self._announce()
        if self.is_attached:
            self.call_after_refresh(self._reader.begin, self.file)

    def set_spans(self, spans: Sequence[PaneSpan]) -> None:
        """Tint these ranges of the file by their roles; they replace those set before."""
        spans = sorted(spans)
        if spans != self.file.spans:
            self.file.spans = spans
            self._painter.redraw()

    def set_marks(self, marks: Sequence[PaneMark]) -> None:
        """Show in the gutter what is known of these ranges; they replace those set before."""
        marks = sorted(marks)
        if marks != self.file.marks:
            self.file.marks = marks
            self._painter.redraw()
            self._say_place()

    def go_to(self, line: int, offset: int | None = None) -> None:
        """Put the cursor on a 0-based line (the nearest there is) and bring it into sight, with room around it."""
        self._keys.go_to(line, offset)

    def look_for(self, text: str, *, go: bool = True) -> None:
        """Mark every match of a text (either case, if it has no capitals) and go to the next one from the cursor."""
        self._matches.look_for(text, go=go)

    # -- what it says of itself

    @property
    def selection(self) -> SourceSelection:
        """Cursor and selection in the file shown."""
        return self.file.selection

    @property
    def source(self) -> SourceFile:
        """The file shown."""
        return self.file.source

    @property
    def syntax_tree(self) -> Tree | None:
        """The file's syntax; None until it is parsed."""
        return self.file.selection.tree

    @property
    def items(self) -> Sequence[Item]:
        """The file's items in file order; empty until it is parsed."""
        return self.file.selection.items

    @property
    def current_range(self) -> Range | None:
        """Bytes selected: lines, what was widened to, or the innermost item at the cursor; None if there is none."""
        return self.file.selection.range

    @property
    def current_item(self) -> int | None:
        """Index of the innermost item at the cursor."""
        return self.file.selection.item

    @property
    def cursor_line(self) -> int:
        """0-based line of the cursor."""
        return self.file.selection.line

    @property
    def mark(self) -> PaneMark | None:
        """What is known of the byte the cursor stands on."""
        return self.file.mark

    @property
    def looking_for(self) -> str:
        """What find looks for; empty if nothing."""
        return self._matches.text

    @property
    def top(self) -> int:
        """0-based line in the first row."""
        return self.scroll_offset.y

    # -- what its parts ask of it

    def scroll_to_line(self, top: int) -> None:
        """Put a 0-based line in the first row, as far as the file goes."""
        self.scroll_to(y=top, animate=False, force=True)

    def moved(self, top_before: int | None = None) -> None:
        """After the cursor or the selection changed; `top_before` is the first row's line from before, if known.

        If the pane has scrolled since, its rows have been looked at already.
        """
        if top_before is None or top_before == self.top:
            self._painter.update()
        self._announce()

    def refuse(self, reason: str) -> None:
        """Say why something asked for cannot be done, in a sentence without its full stop."""
        self.post_message(messages.Refused(reason))

    def in_thread(self, group: str, job: Callable[[], None]) -> None:
        """Run a job beside the interface; it takes the place of its group's last one."""
        self.run_worker(job, thread=True, exclusive=True, group=group, exit_on_error=False)

    def _announce(self) -> None:
        """Tell everybody where the cursor is."""
        self._say_place()
        selection = self.file.selection
        self.post_message(messages.CursorMoved(selection.line, selection.offset, selection.item))

    def _say_place(self) -> None:
        """Tell the frame where the pane is."""
        selection = self.file.selection
        self.place = self.source, len(selection.items), selection.line, selection.offset, self.top, self.mark

    # -- what happens to it

    def on_mount(self) -> None:
        self.call_after_refresh(self._reader.begin, self.file)

    def on_unmount(self) -> None:
        self._reader.drop(self.file.selection, self._painter.begin())
        self.file = ShownFile()
        self._reader.end()

    def on_source_pane_read(self, message: Read) -> None:
        message.stop()
        if not self._reader.keep(message):
            return
        self._painter.parsed()
        if message.items is not None:
            self.post_message(messages.Parsed(self.source, message.tree, message.items))
            self._announce()

    def on_source_pane_match_found(self, message: MatchFound) -> None:
        message.stop()
        if message.file is self.file:
            self._matches.go_to(message.found)

    def render_lines(self, crop: Region) -> list[Strip]:
        return filtered(self, self._painter.rows(crop))

    def render_line(self, y: int) -> Strip:
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.restyled()

    def on_resize(self, event: events.Resize) -> None:
        self._painter.resized()
        self._keys.keep_in_sight()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self._painter.update()
            self._say_place()

    async def action_toggle(self, attribute_name: str = "") -> None:
        """The key's action; with a name it is Textual's own, which toggles an attribute."""
        if attribute_name:
            await super().action_toggle(attribute_name)
        else:
            self._taker.take_current()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._pointer.down(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._pointer.move(event)

    def on_mouse_up(self) -> None:
        self._pointer.up()

    def on_mouse_release(self) -> None:
        self._pointer.let_go()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self._pointer.click(event)

    @on(events.MouseScrollDown)
    @on(events.MouseScrollUp)
    @on(events.MouseScrollLeft)
    @on(events.MouseScrollRight)
    def _wheel(self, event: events.MouseEvent) -> None:
        event.stop()
        event.prevent_default()
        self._pointer.wheel(event)
