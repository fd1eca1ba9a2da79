"""The keys that move the source pane's cursor, and what it shows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from widgets.source import messages
from widgets.source.painting import RowPainter
from widgets.source.pointer import SIDESTEP, Pointer
from widgets.source.source_host import SourceHost


class CursorKeys:
    """Moves the cursor by lines, pages, items and spans. Lines are 0-based."""

    def __init__(self, host: SourceHost, painter: RowPainter, pointer: Pointer) -> None:
        self._host, self._painter, self._pointer = host, painter, pointer

    def _move(self, line: int, scroll: int = 0) -> None:
        """The cursor to a line, and the pane so many lines on."""
        top = self._host.top
        self._host.file.selection.move(line)
        self._pointer.forget()
        if scroll:
            self._host.scroll_to_line(top + scroll)
        self.keep_in_sight()
        self._host.moved(top)

    def keep_in_sight(self) -> None:
        """Scroll as little as brings the cursor into sight."""
        height, line, top = self._host.size.height, self._host.file.selection.line, self._host.top
        if height and line < top:
            self._host.scroll_to_line(line)
        elif height and line >= top + height:
            self._host.scroll_to_line(line - height + 1)

    def go_to(self, line: int, offset: int | None = None) -> None:
        """The cursor to a line (the nearest there is), and the pane with room around it, if it has to scroll."""
        selection = self._host.file.selection
        selection.move(line, offset)
        height, top = max(1, self._host.size.height), self._host.top
        if not top <= selection.line < top + height:
            self._host.scroll_to_line(selection.line - height // 3)
        self._host.moved(top)

    def action_cursor_up(self) -> None:
        self._move(self._host.file.selection.line - 1)

    def action_cursor_down(self) -> None:
        self._move(self._host.file.selection.line + 1)

    def action_page_down(self) -> None:
        self._page(1)

    def action_page_up(self) -> None:
        self._page(-1)

    def _page(self, way: int) -> None:
        step = max(1, self._host.size.height - 2) * way
        self._move(self._host.file.selection.line + step, step)

    def action_top(self) -> None:
        self._move(0)

    def action_bottom(self) -> None:
        self._move(self._host.file.source.line_count - 1)

    def action_cursor_left(self) -> None:
        self._painter.scroll_sideways(-SIDESTEP)

    def action_cursor_right(self) -> None:
        self._painter.scroll_sideways(SIDESTEP)

    def action_next_item(self) -> None:
        selection = self._host.file.selection
        after = selection.source.line_next(selection.line) - 1
        at = bisect_right(selection.items, after, key=lambda item: item.start)
        if at < len(selection.items):
            self._go_to_item(at)

    def action_previous_item(self) -> None:
        selection = self._host.file.selection
        before = selection.source.line_start(selection.line)
        at = bisect_left(selection.items, before, key=lambda item: item.start) - 1
        if at >= 0:
            self._go_to_item(at)

    def _go_to_item(self, index: int) -> None:
        selection, height = self._host.file.selection, self._host.size.height
        line = selection.source.line_at(selection.items[index].start)
        if line >= self._host.top + max(1, height) * 2 // 3:
            self._host.scroll_to_line(line - height // 4)
        self._host.go_to(line)

    def action_next_span(self) -> None:
        file = self._host.file
        if not file.spans:
            self._host.refuse("nothing of this file is in the block yet")
            return
        after = [span for span in file.spans if file.source.line_at(span.start) > file.selection.line]
        self._host.go_to(file.source.line_at((after or file.spans)[0].start))

    def action_goto(self) -> None:
        self._host.post_message(messages.Asked("goto"))
