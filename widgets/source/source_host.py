"""What the parts of the source pane ask of the pane, so that each of them also works without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from textual.geometry import Region, Size
from textual.message import Message
from textual.timer import Timer

from widgets.source.shown_file import ShownFile


class SourceHost(Protocol):
    """The pane, as its parts see it."""

    tab_size: int
    """Cells from one tab stop to the next."""

    @property
    def file(self) -> ShownFile:
        """What is shown now."""

    @property
    def size(self) -> Size:
        """Cells of a row, and rows."""

    @property
    def top(self) -> int:
        """0-based line in the first row."""

    @property
    def is_attached(self) -> bool:
        """Whether the pane can be painted."""

    def refresh(self, *regions: Region) -> object:
        """Paint these regions again, or everything."""

    def scroll_to_line(self, top: int) -> None:
        """Put a 0-based line in the first row, as far as the file goes."""

    def go_to(self, line: int, offset: int | None = None) -> None:
        """Put the cursor on a 0-based line, and on a byte of it, and bring it into sight."""

    def moved(self, top_before: int | None = None) -> None:
        """The cursor or the selection changed."""

    def refuse(self, reason: str) -> None:
        """Say why something asked for cannot be done."""

    def post_message(self, message: Message) -> bool:
        """Tell whoever listens to the pane."""

    def in_thread(self, group: str, job: Callable[[], None]) -> None:
        """Run a job beside the interface; it takes the place of its group's last one."""

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call back every `interval` seconds until the timer is stopped."""

    def capture_mouse(self) -> None:
        """Have all that the mouse does told to the pane."""

    def release_mouse(self) -> None:
        """Have it told to whatever is under the pointer again."""
