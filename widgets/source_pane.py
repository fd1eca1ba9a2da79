"""The source pane: one Rust file of any size, read and selected by syntax with keys and mouse.

A line-API widget: it draws only what is in sight and repaints only rows that changed, as far as they changed. It is
given a file and what is selected of it, and speaks through the messages of `widgets.source_messages`.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from textual import events, work
from textual.binding import BindingType
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker
from tree_sitter import Tree

from app.rust import highlight, syntax
from app.rust import items as rust_items
from app.rust.items import Item
from app.rust.source import SourceFile
from widgets import source_messages as messages
from widgets import source_palette
from widgets.bindings import bindings_for
from widgets.source_lines import LineDrawer, RowKey
from widgets.source_messages import How, PaneSpan
from widgets.source_palette import Palette
from widgets.source_pointer import Pointer
from widgets.source_search import pattern_for, search
from widgets.source_selection import Range, Selection
from widgets.source_strip import LeanStrip, painted_width

SIDESTEP = 8
"""Cells that a key or the wheel scrolls sideways."""
AT_ONCE = 1 << 20
"""Bytes of a file that are searched on the interface's thread; larger files in a worker."""

EMPTY = SourceFile.of("", b"")


class SourcePane(Pointer, ScrollView, can_focus=True):
    """Shows one file; everything a person does to it leaves as a message."""

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

    place: reactive[tuple[SourceFile, int, int, int, int]] = reactive((EMPTY, 0, 0, 0, 0), repaint=False)
    """File, number of items known, cursor line and byte, line at the top: set by the pane, watched by its frame.

    A reactive and no message, because a watcher draws in the pane's own frame and not in one after it.
    """

    class _Read(Message):
        """From the worker: the syntax of one `show`."""

        def __init__(self, generation: int, tree: Tree, items: Sequence[Item]) -> None:
            super().__init__()
            self.generation = generation
            self.tree = tree
            self.items = items

    class _Found(Message):
        """From the worker: where a search ended."""

        def __init__(self, generation: int, found: Range | None) -> None:
            super().__init__()
            self.generation = generation
            self.found = found

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.selection = Selection(EMPTY)
        """Cursor and selection in the file shown."""
        self.looking_for = ""
        """What find looks for; empty if nothing."""
        self._drawer: LineDrawer | None = None
        self._stale_colours = True
        self._painted: dict[int, LeanStrip] = {}  # row of the screen -> what it shows
        self._generation = 0
        self._spans: Sequence[PaneSpan] = ()
        self._covered: Sequence[Range] = ()
        self._freed: list[object] = []

    # What is shown.

    @property
    def source(self) -> SourceFile:
        """The file shown; an empty one with an empty path before the first `show`."""
        return self.selection.source

    @property
    def syntax_tree(self) -> Tree | None:
        """The file's syntax; None until it is parsed."""
        return self.selection.tree

    @property
    def items(self) -> Sequence[Item]:
        """The file's items in file order; empty until it is parsed."""
        return self.selection.items

    @property
    def current_range(self) -> Range | None:
        """Bytes selected: lines, what was widened to, or the innermost item at the cursor; None if there is none."""
        return self.selection.range

    @property
    def current_item(self) -> int | None:
        """Index of the innermost item at the cursor."""
        return self.selection.item

    @property
    def cursor_line(self) -> int:
        """0-based line of the cursor."""
        return self.selection.line

    @property
    def top(self) -> int:
        """0-based line in the first row."""
        return self.scroll_offset.y

    def show(self, source: SourceFile, *, line: int = 0) -> None:
        """Show a file at a 0-based line: as plain text at once, with syntax (`Parsed`) a little later."""
        self._generation += 1
        if self.selection.tree is not None:
            self._freed.append((self.selection.tree, self.selection.items))
        self.selection = Selection(source)
        self._spans, self._covered, self._drawer = (), (), None
        self._painted.clear()
        self.virtual_size = Size(1, source.line_count)
        self.selection.move(line)
        self.forget_pointer()
        self.scroll_to(0, max(0, self.selection.line - self.size.height // 3), animate=False, force=True)
        self.refresh()
        self._announce()
        if self.is_attached:
            self.call_after_refresh(self._start_reading, self._generation)

    def set_spans(self, spans: Sequence[PaneSpan]) -> None:
        """Tint these ranges of the file by their roles; they replace those set before."""
        spans = sorted(spans)
        if spans != self._spans:
            self._spans = spans
            self._redraw()

    def set_covered(self, ranges: Sequence[Range]) -> None:
        """Mark in the gutter what is already recorded; replaces what was marked before."""
        covered = sorted(ranges)
        if covered != self._covered:
            self._covered = covered
            self._redraw()

    def go_to(self, line: int, offset: int | None = None) -> None:
        """Put the cursor on a 0-based line (the nearest there is) and bring it into sight, with room around it."""
        selection = self.selection
        selection.move(line, offset)
        height = max(1, self.size.height)
        if not self.top <= selection.line < self.top + height:
            self._scroll_y(selection.line - height // 3)
        self._moved()

    # Reading the syntax, away from the interface's thread.

    def on_mount(self) -> None:
        self.call_after_refresh(self._start_reading, self._generation)

    def on_unmount(self) -> None:
        # A large tree takes long to free; nobody waits for it here.
        self._freed.append((self.selection.tree, self.selection.items, self._drawer))
        self.selection, self._drawer = Selection(EMPTY), None
        threading.Thread(target=self._freed.clear, daemon=True).start()

    def _start_reading(self, generation: int) -> None:
        if generation == self._generation and self.selection.tree is None and self.source is not EMPTY:
            self._read(self.source, generation)

    @work(thread=True, exclusive=True, group="parse", exit_on_error=False)
    def _read(self, source: SourceFile, generation: int) -> None:
        self._freed.clear()
        worker = get_current_worker()
        highlight.warm()
        tree = syntax.parse(source.data, lambda: worker.is_cancelled)
        if tree is None:
            return
        items = rust_items.outline(source.data, tree)
        if not worker.is_cancelled:
            self.post_message(self._Read(generation, tree, items))

    def on_source_pane__read(self, message: _Read) -> None:
        message.stop()
        if message.generation != self._generation:
            self._freed.append((message.tree, message.items))
            return
        selection = self.selection
        selection.tree, selection.items = message.tree, message.items
        if self._drawer is not None:
            self._drawer.tree, self._drawer.items = selection.tree, selection.items
            self._drawer.forget(parsed=True)
        self._update_rows()
        self.post_message(messages.Parsed(self.source, message.tree, message.items))
        self._announce()

    # Drawing.

    def render_lines(self, crop: Region) -> list[Strip]:
        drawer = self._ready_drawer()
        top, strips = self.top, list[Strip]()
        marked, here = self._marked_lines()
        for y in crop.line_range:
            strip = drawer.row(self._key(top + y, marked, here))
            self._painted[y] = strip
            strips.append(strip)
        if (crop.x, crop.width) != (0, drawer.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        # Rows hold no colours of the terminal's own, so the filter that every application has would change nothing.
        for line_filter in self.get_line_filters():
            if not isinstance(line_filter, ANSIToTruecolor):
                background = self.background_colors[1]
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._stale_colours = True

    def on_resize(self, event: events.Resize) -> None:
        self._painted.clear()
        self._keep_in_sight()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self._update_rows()
            self._say_place()

    def _ready_drawer(self) -> LineDrawer:
        drawer = self._drawer
        if drawer is None:
            drawer = self._drawer = LineDrawer(self.source, Palette(self))
            drawer.tree, drawer.items = self.selection.tree, self.selection.items
            drawer.spans, drawer.covered = self._spans, self._covered
            drawer.pattern = pattern_for(self.looking_for)
            self._stale_colours = False
        elif self._stale_colours:
            self._stale_colours = False
            palette = Palette(self)
            if palette.colours != drawer.palette.colours:
                drawer.palette = palette
                drawer.forget()
        width = self.size.width
        if drawer.width != width:
            drawer.width = width
            drawer.forget()
        return drawer

    def _marked_lines(self) -> tuple[Range | None, range]:
        """Bytes to tint (what was selected on purpose), and the lines the current selection reaches."""
        current = self.selection.range
        if current is None:
            return None, range(0)
        source = self.source
        reached = range(source.line_at(current[0]), source.line_at(max(current[0], current[1] - 1)) + 1)
        return self.selection.marked, reached

    def _key(self, line: int, marked: Range | None, here: range) -> RowKey:
        if line >= self.source.line_count:
            return RowKey(self.source.line_count, False, False, -1, -1)
        low = high = -1
        if marked is not None and line in here:
            low = max(marked[0], self.source.line_start(line))
            high = min(marked[1], self.source.line_next(line))
        return RowKey(line, line == self.selection.line, line in here, low, high)

    def _update_rows(self) -> None:
        """Repaint what differs between the rows on the screen and the rows that should be there, and no more."""
        width, height = self.size
        if not width or not height or not self.is_attached:
            return
        drawer = self._ready_drawer()
        top = self.top
        marked, here = self._marked_lines()
        regions: list[Region] = []
        for y in range(height):
            before, after = self._painted.get(y), drawer.row(self._key(top + y, marked, here))
            if before is not after and before != after:
                regions.append(Region(0, y, painted_width(before, after), 1))
        if regions:
            self.refresh(*regions)

    def _redraw(self) -> None:
        """Make all rows again from the fields as they are now."""
        drawer = self._drawer
        if drawer is not None:
            drawer.spans, drawer.covered = self._spans, self._covered
            drawer.pattern = pattern_for(self.looking_for)
            drawer.forget()
            self._update_rows()

    # Moving.

    def _scroll_y(self, top: int) -> None:
        self.scroll_to(y=top, animate=False, force=True)

    def _keep_in_sight(self) -> None:
        height, line = self.size.height, self.selection.line
        if height and line < self.top:
            self._scroll_y(line)
        elif height and line >= self.top + height:
            self._scroll_y(line - height + 1)

    def _moved(self) -> None:
        """After the cursor or the selection changed."""
        self._update_rows()
        self._announce()

    def _say_place(self) -> None:
        self.place = self.source, len(self.items), self.selection.line, self.selection.offset, self.top

    def _announce(self) -> None:
        self._say_place()
        selection = self.selection
        self.post_message(messages.CursorMoved(selection.line, selection.offset, selection.item))

    def _move(self, line: int) -> None:
        self.selection.move(line)
        self.forget_pointer()
        self._keep_in_sight()
        self._moved()

    def action_cursor_up(self) -> None:
        self._move(self.selection.line - 1)

    def action_cursor_down(self) -> None:
        self._move(self.selection.line + 1)

    def action_page_down(self) -> None:
        self._page(1)

    def action_page_up(self) -> None:
        self._page(-1)

    def _page(self, way: int) -> None:
        step = max(1, self.size.height - 2) * way
        self._scroll_y(self.top + step)
        self._move(self.selection.line + step)

    def action_top(self) -> None:
        self._move(0)

    def action_bottom(self) -> None:
        self._move(self.source.line_count - 1)

    def action_cursor_left(self) -> None:
        self.scroll_sideways(-SIDESTEP)

    def action_cursor_right(self) -> None:
        self.scroll_sideways(SIDESTEP)

    def scroll_sideways(self, cells: int) -> None:
        """Scroll left (negative) or right, as far as the longest line in sight goes."""
        drawer = self._ready_drawer()
        left = max(0, drawer.left + cells)
        rows = range(self.top, min(self.top + self.size.height, self.source.line_count))
        room = max(1, drawer.width - drawer.gutter)
        if cells > 0 and not any(drawer.line(line).reaches(drawer.left + room) for line in rows):
            return
        if left != drawer.left:
            drawer.left = left
            self._redraw()

    def action_next_item(self) -> None:
        at = bisect_right(
            self.items, self.source.line_next(self.selection.line) - 1, key=lambda item: item.start
        )
        if at < len(self.items):
            self.go_to_item(at)

    def action_previous_item(self) -> None:
        at = (
            bisect_left(self.items, self.source.line_start(self.selection.line), key=lambda item: item.start)
            - 1
        )
        if at >= 0:
            self.go_to_item(at)

    def go_to_item(self, index: int) -> None:
        """Put the cursor on the first line of an item, by its index in `items`."""
        self.go_to(self.source.line_at(self.items[index].start))

    def action_next_span(self) -> None:
        if not self._spans:
            self._refuse("nothing of this file is in the block yet")
            return
        after = [span for span in self._spans if self.source.line_at(span.start) > self.selection.line]
        self.go_to(self.source.line_at((after or self._spans)[0].start))

    # Selecting.

    def action_widen(self) -> None:
        if self.syntax_tree is None:
            self._refuse(self.source.obstacle or "the file is still being read")
        elif self.selection.widen():
            self._moved()

    def action_narrow(self) -> None:
        if self.selection.narrow():
            self._moved()

    def action_lines(self) -> None:
        if self.selection.anchor is not None:
            self.take_current()
            return
        self.selection.stack.clear()
        self.selection.anchor = self.selection.line
        self._moved()

    async def action_toggle(self, attribute_name: str = "") -> None:
        """The key's action; with a name it is Textual's own, which toggles an attribute."""
        if attribute_name:
            await super().action_toggle(attribute_name)
        else:
            self.take_current()

    def take_current(self) -> None:
        """Ask for what is selected: lines, what was widened to, or the item at the cursor."""
        selection = self.selection
        current = selection.range
        if current is None:
            waiting = self.syntax_tree is None and not self.source.obstacle
            self._refuse(
                "the file is still being read" if waiting else "there is no item here; v selects whole lines"
            )
            return
        how: How = "lines" if selection.anchor is not None else "toggle"
        selection.anchor = None
        self.take(current, how)
        self._moved()

    def take(self, chosen: Range, how: How) -> None:
        """Ask for a range to be taken, unless the file cannot be annotated or the range is empty."""
        start, end = chosen
        if self.source.obstacle:
            self._refuse(f"{self.source.path} {self.source.obstacle}")
        elif not self.source.data[start:end].strip():
            self._refuse("there is nothing but white space here")
        else:
            self.post_message(messages.Take(start, end, self.selection.item_of(start, end), how))

    def _refuse(self, reason: str) -> None:
        self.post_message(messages.Refused(reason))

    def action_role(self) -> None:
        start, end = self._at_cursor()
        self.post_message(messages.RoleRequested(start, end))

    def action_bare(self) -> None:
        start, end = self._at_cursor()
        self.post_message(messages.BareRequested(start, end, self.selection.item_of(start, end)))

    def _at_cursor(self) -> Range:
        return self.selection.range or (self.selection.offset, self.selection.offset)

    def action_undo_block(self) -> None:
        self.post_message(messages.UndoRequested())

    def action_redo_block(self) -> None:
        self.post_message(messages.RedoRequested())

    # Finding.

    def action_find(self) -> None:
        self.post_message(messages.Asked("find"))

    def action_goto(self) -> None:
        self.post_message(messages.Asked("goto"))

    def action_find_next(self) -> None:
        self._search(self.selection.offset + 1)

    def action_find_previous(self) -> None:
        self._search(self.selection.offset, backward=True)

    def look_for(self, text: str, *, go: bool = True) -> None:
        """Mark every match of a text (either case, if it has no capitals) and go to the next one from the cursor."""
        if text != self.looking_for:
            self.looking_for = text
            self._redraw()
        if go and text:
            self._search(self.selection.offset)

    def _search(self, start: int, *, backward: bool = False) -> None:
        pattern = pattern_for(self.looking_for)
        if pattern is None:
            self.action_find()
        elif len(self.source.data) <= AT_ONCE:
            self._go_to_match(search(self.source.data, pattern, start, backward))
        else:
            self._search_far(self.source.data, start, backward, self._generation)

    @work(thread=True, exclusive=True, group="find", exit_on_error=False)
    def _search_far(self, data: bytes, start: int, backward: bool, generation: int) -> None:
        pattern = pattern_for(self.looking_for)
        worker = get_current_worker()
        if pattern is not None:
            found = search(data, pattern, start, backward, lambda: worker.is_cancelled)
            if not worker.is_cancelled:
                self.post_message(self._Found(generation, found))

    def on_source_pane__found(self, message: _Found) -> None:
        message.stop()
        if message.generation == self._generation:
            self._go_to_match(message.found)

    def _go_to_match(self, found: Range | None) -> None:
        if found is None:
            self._refuse(f"{self.looking_for!r} is not in this file")
            return
        line = self.source.line_at(found[0])
        drawer = self._ready_drawer()
        cell = drawer.line(line).cell_of(found[0])
        room = max(1, drawer.width - drawer.gutter)
        if not drawer.left <= cell < drawer.left + room:
            drawer.left = max(0, cell - room // 2)
            drawer.forget()
        self.go_to(line, found[0])
