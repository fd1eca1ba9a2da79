"""What a person asks of the range at the cursor: into the block, larger, in another role."""

from __future__ import annotations

from widgets.source import messages
from widgets.source.messages import How
from widgets.source.selection import Range
from widgets.source.source_host import SourceHost


class Taker:
    """Sends what is selected to the screen, or says why not."""

    def __init__(self, host: SourceHost) -> None:
        self._host = host

    def take(self, chosen: Range, how: How) -> None:
        """Ask for a range to be taken, unless the file cannot be annotated or the range is empty."""
        start, end = chosen
        file = self._host.file
        if file.source.obstacle:
            self._host.refuse(f"{file.source.path} {file.source.obstacle}")
        elif not file.source.data[start:end].strip():
            self._host.refuse("there is nothing but white space here")
        else:
            self._host.post_message(
                messages.Take(file.source.path, start, end, file.selection.item_of(start, end), how)
            )

    def take_current(self, how: How = "toggle") -> None:
        """Ask for what is selected: lines, what was widened to, or the item at the cursor."""
        selection = self._host.file.selection
        current = selection.range
        if current is None:
            waiting = not self._host.file.outlined
            self._host.refuse(
                "the file is still being read" if waiting else "there is no item here; v selects whole lines"
            )
            return
        lines = selection.anchor is not None and how == "toggle"
        selection.anchor = None
        self.take(current, "lines" if lines else how)
        self._host.moved()

    def action_lines(self) -> None:
        selection = self._host.file.selection
        if selection.anchor is not None:
            self.take_current()
            return
        selection.stack.clear()
        selection.anchor = selection.line
        self._host.moved()

    def action_widen(self) -> None:
        selection = self._host.file.selection
        if selection.tree is None:
            self._host.refuse(selection.source.obstacle or "the file is still being read")
        elif selection.widen():
            self._host.moved()

    def action_narrow(self) -> None:
        if self._host.file.selection.narrow():
            self._host.moved()

    def action_main(self) -> None:
        self.take_current("main")

    def action_role(self) -> None:
        start, end = self._at_cursor()
        self._host.post_message(messages.RoleRequested(self._host.file.source.path, start, end))

    def action_bare(self) -> None:
        start, end = self._at_cursor()
        file = self._host.file
        item = file.selection.item_of(start, end)
        self._host.post_message(messages.BareRequested(file.source.path, start, end, item))

    def _at_cursor(self) -> Range:
        selection = self._host.file.selection
        return selection.range or (selection.offset, selection.offset)

    def action_undo_block(self) -> None:
        self._host.post_message(messages.UndoRequested())

    def action_redo_block(self) -> None:
        self._host.post_message(messages.RedoRequested())
