"""The file that the source pane shows, and what is known of it: a plain object, no widget."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from app.rust.source import SourceFile
from widgets.source.messages import PaneMark, PaneSpan
from widgets.source.selection import Range, SourceSelection

EMPTY = SourceFile.of("", b"")


class ShownFile:
    """One file from when it is shown until another is: what comes late for an earlier one is told by this object."""

    def __init__(self, source: SourceFile = EMPTY, line: int = 0) -> None:
        self.selection = SourceSelection(source)
        """The file, its syntax, and the cursor and selection in it."""
        self.selection.move(line)
        self.outlined = False
        """Whether the file's items are known."""
        self.strange: Sequence[Range] = ()
        """Bytes of the places of this file that are not understood, ordered; empty until it is parsed."""
        self.spans: Sequence[PaneSpan] = ()
        """Ranges of this file that are in the block, ordered."""
        self.marks: Sequence[PaneMark] = ()
        """What is known of ranges of this file, ordered."""

    @property
    def source(self) -> SourceFile:
        """The file itself."""
        return self.selection.source

    @property
    def mark(self) -> PaneMark | None:
        """What is known of the byte the cursor stands on."""
        at = bisect_right(self.marks, self.selection.offset, key=lambda mark: mark.start) - 1
        return self.marks[at] if at >= 0 and self.selection.offset < self.marks[at].end else None

    def tinted(self) -> tuple[Range | None, range]:
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
