"""Finding text in the file shown, and what is marked as found."""

from __future__ import annotations

from textual import work
from textual.worker import get_current_worker

from widgets.source import messages
from widgets.source.canvas import SourceCanvas
from widgets.source.search import pattern_for, search
from widgets.source.selection import Range

AT_ONCE = 1 << 20
"""Bytes of a file that are searched on the interface's thread; larger files in a worker."""


class SourceFinder(SourceCanvas):
    """The canvas with a text that is looked for."""

    def action_find(self) -> None:
        self.post_message(messages.Asked("find"))

    def action_find_next(self) -> None:
        self._search(self.selection.offset + 1)

    def action_find_previous(self) -> None:
        self._search(self.selection.offset, backward=True)

    def look_for(self, text: str, *, go: bool = True) -> None:
        """Mark every match of a text (either case, if it has no capitals) and go to the next one from the cursor."""
        if text != self.looking_for:
            self.looking_for = text
            self.redraw()
        if go and text:
            self._search(self.selection.offset)

    def _search(self, start: int, *, backward: bool = False) -> None:
        pattern = pattern_for(self.looking_for)
        if pattern is None:
            self.action_find()
        elif len(self.source.data) <= AT_ONCE:
            self._go_to_match(search(self.source.data, pattern, start, backward))
        else:
            self._search_far(self.source.data, start, backward, self.generation)

    @work(thread=True, exclusive=True, group="find", exit_on_error=False)
    def _search_far(self, data: bytes, start: int, backward: bool, generation: int) -> None:
        pattern = pattern_for(self.looking_for)
        worker = get_current_worker()
        if pattern is not None:
            found = search(data, pattern, start, backward, lambda: worker.is_cancelled)
            if not worker.is_cancelled:
                self.post_message(messages.Found(generation, found))

    def on_source_finder_found(self, message: messages.Found) -> None:
        message.stop()
        if message.generation == self.generation:
            self._go_to_match(message.found)

    def _go_to_match(self, found: Range | None) -> None:
        if found is None:
            self.refuse(f"{self.looking_for!r} is not in this file")
            return
        line = self.source.line_at(found[0])
        drawer = self.drawer()
        cell = drawer.line(line).cell_of(found[0])
        room = max(1, drawer.width - drawer.gutter)
        if not drawer.left <= cell < drawer.left + room:
            drawer.left = max(0, cell - room // 2)
            drawer.forget()
        self.go_to(line, found[0])
