"""What of the source pane shows a file: reading its syntax, drawing its rows, scrolling, asking for a range.

A line-API widget: it draws only what is in sight and repaints only rows that changed, as far as they changed. Finding,
mouse and keys are added by its subclasses.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.worker import get_current_worker

from app.rust.source import SourceFile
from widgets.base.lean_strip import LeanStrip, filtered, painted_width
from widgets.source import messages
from widgets.source import palette as source_palette
from widgets.source.lines import LineDrawer, RowKey
from widgets.source.messages import How, PaneMark, PaneSpan
from widgets.source.palette import SourcePalette
from widgets.source.search import pattern_for
from widgets.source.selection import Range, SourceSelection

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.items import Item

EMPTY = SourceFile.of("", b"")


class SourceCanvas(ScrollView):
    """Shows one file with its cursor and selection."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = set(source_palette.COMPONENTS)
    DEFAULT_CSS = f"SourceCanvas {{ overflow: hidden hidden; {source_palette.CSS} }}"

    place: reactive[tuple[object, ...]] = reactive((EMPTY, 0, 0, 0, 0, None), repaint=False)
    """File, number of items known, cursor line and byte, line at the top: set by the pane, watched by its frame.

    A reactive and no message, because a watcher draws in the pane's own frame and not in one after it.
    """

    def __init__(
        self,
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.tab_size = 4
        """Cells from one tab stop to the next; for files shown from now on."""
        self.selection = SourceSelection(EMPTY)
        """Cursor and selection in the file shown."""
        self.outlined = False
        """Whether the file's items are known."""
        self.strange: Sequence[Range] = ()
        """Bytes of the places of this file that are not understood, ordered; empty until it is parsed."""
        self.looking_for = ""
        """What find looks for; empty if nothing."""
        self._drawer: LineDrawer | None = None
        self._stale_colours = True
        self._painted: dict[int, LeanStrip] = {}  # row of the screen -> what it shows
        self.generation = 0
        """Counts calls of `show`: what a worker brings from an earlier one is dropped."""
        self.spans: Sequence[PaneSpan] = ()
        """Ranges of this file that are in the block, ordered; set by `set_spans`."""
        self.marks: Sequence[PaneMark] = ()
        """What is known of ranges of this file, ordered; set by `set_marks`."""
        self._freed: list[object] = []

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
        self.generation += 1
        if self.selection.tree is not None:
            self._freed.append((self.selection.tree, self.selection.items))
        self.selection, self.outlined = SourceSelection(source), False
        self.spans, self.marks, self.strange, self._drawer = (), (), (), None
        self._painted.clear()
        self.virtual_size = Size(1, source.line_count)
        self.selection.move(line)
        self.scroll_to(0, max(0, self.selection.line - self.size.height // 3), animate=False, force=True)
        self.refresh()
        self.announce()
        if self.is_attached:
            self.call_after_refresh(self._start_reading, self.generation)

    def set_spans(self, spans: Sequence[PaneSpan]) -> None:
        """Tint these ranges of the file by their roles; they replace those set before."""
        spans = sorted(spans)
        if spans != self.spans:
            self.spans = spans
            self.redraw()

    def set_marks(self, marks: Sequence[PaneMark]) -> None:
        """Show in the gutter what is known of these ranges; they replace those set before."""
        marks = sorted(marks)
        if marks != self.marks:
            self.marks = marks
            self.redraw()
            self.say_place()

    @property
    def mark(self) -> PaneMark | None:
        """What is known of the byte the cursor stands on."""
        at = bisect_right(self.marks, self.selection.offset, key=lambda mark: mark.start) - 1
        return self.marks[at] if at >= 0 and self.selection.offset < self.marks[at].end else None

    def go_to(self, line: int, offset: int | None = None) -> None:
        """Put the cursor on a 0-based line (the nearest there is) and bring it into sight, with room around it."""
        selection = self.selection
        selection.move(line, offset)
        height, top = max(1, self.size.height), self.top
        if not self.top <= selection.line < self.top + height:
            self.scroll_to_line(selection.line - height // 3)
        self.moved(top)

    def on_mount(self) -> None:
        self.call_after_refresh(self._start_reading, self.generation)

    def on_unmount(self) -> None:
        # A large tree takes long to free; nobody waits for it here.
        self._freed.append((self.selection.tree, self.selection.items, self._drawer))
        self.selection, self._drawer = SourceSelection(EMPTY), None
        threading.Thread(target=self._freed.clear, daemon=True).start()

    def _start_reading(self, generation: int) -> None:
        if generation == self.generation and self.selection.tree is None and self.source is not EMPTY:
            self._read(self.source, generation)

    @work(thread=True, exclusive=True, group="parse", exit_on_error=False)
    def _read(self, source: SourceFile, generation: int) -> None:
        from app.rust import highlight, syntax
        from app.rust.items import outline, unknowns

        self._freed.clear()
        worker = get_current_worker()
        highlight.warm()
        data = source.data if source.is_code else b""
        tree = syntax.parse(data, lambda: worker.is_cancelled)
        if tree is None:
            return
        self.post_message(messages.Read(generation, tree, None))
        items = outline(data, tree)
        # What cannot be annotated says so already.
        strange = () if source.obstacle else unknowns(data, tree, items)
        if not worker.is_cancelled:
            self.post_message(messages.Read(generation, tree, items, strange))

    def on_source_canvas_read(self, message: messages.Read) -> None:
        message.stop()
        tree, items = message.tree, message.items
        if message.generation != self.generation:
            self._freed.append((tree, items))
            return
        self.selection.tree = tree
        self.selection.items = items or ()
        self.outlined, self.strange = items is not None, message.strange
        if self._drawer is not None:
            self._drawer.tree, self._drawer.items = tree, self.selection.items
            self._drawer.strange = self.strange
            self._drawer.forget(parsed=True)
        self.update_rows()
        if items is not None:
            self.post_message(messages.Parsed(self.source, tree, items))
            self.announce()

    def render_lines(self, crop: Region) -> list[Strip]:
        drawer = self.drawer()
        top, strips = self.top, list[Strip]()
        marked, here = self._marked_lines()
        for y in crop.line_range:
            strip = drawer.row(self._key(top + y, marked, here))
            self._painted[y] = strip
            strips.append(strip)
        if (crop.x, crop.width) != (0, drawer.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return filtered(self, strips)

    def render_line(self, y: int) -> Strip:
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._stale_colours = True

    def on_resize(self, event: events.Resize) -> None:
        self._painted.clear()
        self.keep_in_sight()
        self.refresh()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            self.update_rows()
            self.say_place()

    def drawer(self) -> LineDrawer:
        """What draws the file's lines, with the colours and the width of now."""
        drawer = self._drawer
        if drawer is None:
            drawer = self._drawer = LineDrawer(self.source, SourcePalette(self))
            drawer.tab_size = self.tab_size
            drawer.tree, drawer.items = self.selection.tree, self.selection.items
            drawer.spans, drawer.marks, drawer.strange = self.spans, self.marks, self.strange
            drawer.pattern = pattern_for(self.looking_for)
            self._stale_colours = False
        elif self._stale_colours:
            self._stale_colours = False
            palette = SourcePalette(self)
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
        marked = self.selection.marked
        if marked is not None and any((span.start, span.end) == marked for span in self.spans):
            marked = None  # taken just now: its role's tint says more
        return marked, reached

    def _key(self, line: int, marked: Range | None, here: range) -> RowKey:
        if line >= self.source.line_count:
            return RowKey(self.source.line_count, False, False, -1, -1)
        low = high = -1
        if marked is not None and line in here:
            low = max(marked[0], self.source.line_start(line))
            high = min(marked[1], self.source.line_next(line))
        return RowKey(line, line == self.selection.line, line in here, low, high)

    def update_rows(self) -> None:
        """Repaint what differs between the rows on the screen and the rows that should be there, and no more."""
        width, height = self.size
        if not width or not height or not self.is_attached:
            return
        drawer = self.drawer()
        top = self.top
        marked, here = self._marked_lines()
        regions: list[Region] = []
        for y in range(height):
            before, after = self._painted.get(y), drawer.row(self._key(top + y, marked, here))
            if before is not after and before != after:
                regions.append(Region(0, y, painted_width(before, after), 1))
        if regions:
            self.refresh(*regions)

    def redraw(self) -> None:
        """Make all rows again from the fields as they are now."""
        drawer = self._drawer
        if drawer is not None:
            drawer.spans, drawer.marks = self.spans, self.marks
            drawer.pattern = pattern_for(self.looking_for)
            drawer.forget()
            self.update_rows()

    def scroll_to_line(self, top: int) -> None:
        """Put a 0-based line in the first row, as far as the file goes."""
        self.scroll_to(y=top, animate=False, force=True)

    def keep_in_sight(self) -> None:
        """Scroll as little as brings the cursor into sight."""
        height, line = self.size.height, self.selection.line
        if height and line < self.top:
            self.scroll_to_line(line)
        elif height and line >= self.top + height:
            self.scroll_to_line(line - height + 1)

    def moved(self, top_before: int | None = None) -> None:
        """After the cursor or the selection changed; `top_before` is the first row's line from before, if known.

        If the pane has scrolled since, its rows have been looked at already.
        """
        if top_before is None or top_before == self.top:
            self.update_rows()
        self.announce()

    def say_place(self) -> None:
        """Tell the frame where the pane is."""
        selection = self.selection
        self.place = self.source, len(self.items), selection.line, selection.offset, self.top, self.mark

    def announce(self) -> None:
        """Tell everybody where the cursor is."""
        self.say_place()
        selection = self.selection
        self.post_message(messages.CursorMoved(selection.line, selection.offset, selection.item))

    def scroll_sideways(self, cells: int) -> None:
        """Scroll left (negative) or right, as far as the longest line in sight goes."""
        drawer = self.drawer()
        left = max(0, drawer.left + cells)
        rows = range(self.top, min(self.top + self.size.height, self.source.line_count))
        room = max(1, drawer.width - drawer.gutter)
        if cells > 0 and not any(drawer.line(line).reaches(drawer.left + room) for line in rows):
            return
        if left != drawer.left:
            drawer.left = left
            self.redraw()

    def take_current(self) -> None:
        """Ask for what is selected: lines, what was widened to, or the item at the cursor."""
        selection = self.selection
        current = selection.range
        if current is None:
            waiting = not self.outlined
            self.refuse(
                "the file is still being read" if waiting else "there is no item here; v selects whole lines"
            )
            return
        how: How = "lines" if selection.anchor is not None else "toggle"
        selection.anchor = None
        self.take(current, how)
        self.moved()

    def take(self, chosen: Range, how: How) -> None:
        """Ask for a range to be taken, unless the file cannot be annotated or the range is empty."""
        start, end = chosen
        if self.source.obstacle:
            self.refuse(f"{self.source.path} {self.source.obstacle}")
        elif not self.source.data[start:end].strip():
            self.refuse("there is nothing but white space here")
        else:
            self.post_message(
                messages.Take(self.source.path, start, end, self.selection.item_of(start, end), how)
            )

    def refuse(self, reason: str) -> None:
        """Say why something asked for cannot be done, in a sentence without its full stop."""
        self.post_message(messages.Refused(reason))
