"""Finding text in the file shown, and what is marked as found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.worker import get_current_worker

from widgets.source import messages
from widgets.source.painting import RowPainter
from widgets.source.search import Pattern, pattern_for, search
from widgets.source.selection import Range
from widgets.source.shown_file import ShownFile
from widgets.source.source_host import SourceHost

AT_ONCE = 1 << 20
"""Bytes of a file that are searched on the interface's thread; larger files in a worker."""


@dataclass
class MatchFound(Message, namespace="source_pane", bubble=False):
    """Where a search in a thread ended; None if the text is nowhere."""

    file: ShownFile
    """What was searched; by now another may be shown."""
    found: Range | None


class Matches:
    """A text that is looked for, in whatever file is shown."""

    def __init__(self, host: SourceHost, painter: RowPainter) -> None:
        self._host, self._painter = host, painter
        self.text = ""
        """What is looked for; empty if nothing."""

    def look_for(self, text: str, *, go: bool = True) -> None:
        """Mark every match of a text (either case, if it has no capitals) and go to the next one from the cursor."""
        if text != self.text:
            self.text = text
            self._painter.mark_matches(pattern_for(text))
        if go and text:
            self._search(self._host.file.selection.offset)

    def action_find(self) -> None:
        self._host.post_message(messages.Asked("find"))

    def action_find_next(self) -> None:
        self._search(self._host.file.selection.offset + 1)

    def action_find_previous(self) -> None:
        self._search(self._host.file.selection.offset, backward=True)

    def _search(self, start: int, *, backward: bool = False) -> None:
        pattern, file = pattern_for(self.text), self._host.file
        if pattern is None:
            self.action_find()
        elif len(file.source.data) <= AT_ONCE:
            self.go_to(search(file.source.data, pattern, start, backward))
        else:
            self._host.in_thread("find", partial(self._search_far, file, pattern, start, backward))

    def _search_far(self, file: ShownFile, pattern: Pattern, start: int, backward: bool) -> None:
        worker = get_current_worker()
        found = search(file.source.data, pattern, start, backward, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self._host.post_message(MatchFound(file, found))

    def go_to(self, found: Range | None) -> None:
        """Bring a match into sight, with the cursor on it."""
        if found is None:
            self._host.refuse(f"{self.text!r} is not in this file")
            return
        line = self._host.file.source.line_at(found[0])
        self._painter.show_byte(line, found[0])
        self._host.go_to(line, found[0])
