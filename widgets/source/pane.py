"""The source pane: one Rust file of any size, read and selected by syntax with keys and mouse.

It is given a file and what is selected of it, and speaks through the messages of `widgets.source.messages`. Drawing
is in `SourceCanvas`, finding in `Finder`, the mouse in `Pointer`; the keys are here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import ClassVar, TypeAlias

from textual.binding import BindingType

from widgets.base.key_bindings import bindings_for
from widgets.source import messages
from widgets.source.pointer import Pointer
from widgets.source.selection import Range

SIDESTEP = 8
"""Cells that a key scrolls sideways."""


class SourcePane(Pointer, can_focus=True):
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

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("source")

    def _move(self, line: int, scroll: int = 0) -> None:
        top = self.top
        self.selection.move(line)
        self.forget_pointer()
        if scroll:
            self.scroll_to_line(top + scroll)
        self.keep_in_sight()
        self.moved(top)

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
        self._move(self.selection.line + step, step)

    def action_top(self) -> None:
        self._move(0)

    def action_bottom(self) -> None:
        self._move(self.source.line_count - 1)

    def action_cursor_left(self) -> None:
        self.scroll_sideways(-SIDESTEP)

    def action_cursor_right(self) -> None:
        self.scroll_sideways(SIDESTEP)

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
        line = self.source.line_at(self.items[index].start)
        if line >= self.top + max(1, self.size.height) * 2 // 3:
            self.scroll_to_line(line - self.size.height // 4)
        self.go_to(line)

    def action_next_span(self) -> None:
        if not self.spans:
            self.refuse("nothing of this file is in the block yet")
            return
        after = [span for span in self.spans if self.source.line_at(span.start) > self.selection.line]
        self.go_to(self.source.line_at((after or self.spans)[0].start))

    def action_widen(self) -> None:
        if self.syntax_tree is None:
            self.refuse(self.source.obstacle or "the file is still being read")
        elif self.selection.widen():
            self.moved()

    def action_narrow(self) -> None:
        if self.selection.narrow():
            self.moved()

    def action_lines(self) -> None:
        if self.selection.anchor is not None:
            self.take_current()
            return
        self.selection.stack.clear()
        self.selection.anchor = self.selection.line
        self.moved()

    async def action_toggle(self, attribute_name: str = "") -> None:
        """The key's action; with a name it is Textual's own, which toggles an attribute."""
        if attribute_name:
            await super().action_toggle(attribute_name)
        else:
            self.take_current()

    def action_role(self) -> None:
        start, end = self._at_cursor()
        self.post_message(messages.RoleRequested(self.source.path, start, end))

    def action_bare(self) -> None:
        start, end = self._at_cursor()
        self.post_message(
            messages.BareRequested(self.source.path, start, end, self.selection.item_of(start, end))
        )

    def _at_cursor(self) -> Range:
        return self.selection.range or (self.selection.offset, self.selection.offset)

    def action_undo_block(self) -> None:
        self.post_message(messages.UndoRequested())

    def action_redo_block(self) -> None:
        self.post_message(messages.RedoRequested())

    def action_goto(self) -> None:
        self.post_message(messages.Asked("goto"))
