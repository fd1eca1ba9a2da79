"""The rows of a `LineView` as they stand on the screen: what each shows, and which would look different now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rich.style import Style
from textual.geometry import Offset, Size
from textual.strip import Strip

from widgets.base.drawing import Part, strip_of

Look = tuple[Style, Sequence[Part]]
"""The style under a row, and what the row shows."""


class RowSource(Protocol):
    """A view, as its rows see it: see `LineView`."""

    pinned: int

    @property
    def cells(self) -> int: ...
    @property
    def size(self) -> Size: ...
    @property
    def scroll_offset(self) -> Offset: ...
    @property
    def rich_style(self) -> Style: ...
    @property
    def look(self) -> Callable[[str], Style]: ...
    def pinned_parts(self, y: int, width: int) -> Sequence[Part]: ...
    def row_parts(self, row: int, width: int) -> Sequence[Part]: ...
    def row_look(self, row: int) -> Style: ...


class LineRows:
    """`y` is a 0-based row of the view, pinned ones among them; `row` a 0-based scrolling one."""

    def __init__(self, view: RowSource) -> None:
        self._view = view
        self.count = 0
        """How many rows can be scrolled through."""
        self._painted: dict[int, Look] = {}

    def under(self, y: int) -> int | None:
        """The scrolling row at a row of the view; None at a pinned one, and below the last."""
        row = self._view.scroll_offset.y + y - self._view.pinned
        return row if y >= self._view.pinned and row < self.count else None

    def changed(self) -> list[int]:
        """The rows of the view that would look different from what was painted."""
        cells = self._view.cells
        return [y for y in range(self._view.size.height) if self._painted.get(y) != self._at(y, cells)]

    def strip(self, y: int) -> Strip:
        """A row of the view, which is painted from now on."""
        cells = self._view.cells
        base, parts = self._painted[y] = self._at(y, cells)
        strip = strip_of(parts, cells, base, self.over(base))
        return strip.adjust_cell_length(
            self._view.size.width, base
        )  # what lies under the scroll bar stays blank

    def over(self, base: Style) -> Callable[[str], Style]:
        """What is laid over the style under a row, by name."""
        # The parts' colours would not stand out from the cursor's background: there only their weight stays.
        if base == self._view.rich_style:
            return self._view.look
        return lambda name: self._view.look(name).without_color

    def _at(self, y: int, cells: int) -> Look:
        view = self._view
        if y < view.pinned:
            return view.rich_style, view.pinned_parts(y, cells)
        row = view.scroll_offset.y + y - view.pinned
        if not 0 <= row < self.count:
            return view.rich_style, ()
        return view.row_look(row), view.row_parts(row, cells)
