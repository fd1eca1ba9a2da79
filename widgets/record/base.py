"""What the widgets of records share: others are shown without a layout, and their rows are sent lean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from widgets.base.drawing import Part, safe
from widgets.base.lean_strip import filtered, row
from widgets.base.line_rows import LineRows, RowSource
from widgets.base.line_view import LineView

BAR = """
overflow-y: scroll;
scrollbar-background: $background;
scrollbar-background-hover: $background;
scrollbar-background-active: $background;
"""
"""CSS of a bar that has its place whether it is needed or not: one that comes and goes has the screen laid out anew."""


class KeptRows(LineRows):
    """Keeps the styles that its rows are drawn with."""

    def __init__(self, view: RowSource) -> None:
        super().__init__(view)
        self._mixed: dict[tuple[Style, str], Style] = {}
        """The style under a row, and the name of one laid over it → both."""

    def forget(self) -> None:
        """Styles are others from now on."""
        self._mixed.clear()

    def strips(self, ys: Iterable[int], edge: Sequence[Segment] = (), left: int = 0) -> list[Strip]:
        """Rows of the view behind their edge of `left` cells.

        They end before the bar, which would only cover them.
        """
        cells, strips = self._view.cells, list[Strip]()
        for y in ys:
            base, parts = self._painted[y] = self._at(y, cells)
            segments = [*edge]
            segments += [Segment(safe(part.text), self._mix(base, part)) for part in parts if part.text]
            strips.append(row(segments, cells + left, base))
        return strips

    def _mix(self, base: Style, part: Part) -> Style:
        name = part.style
        if not name:
            return base
        style = self._mixed.get((base, name))
        if style is None:
            style = self._mixed[base, name] = base + self.over(base)(name)
        return style


class BaseKept(LineView):
    """Keeps what its rows are drawn with until styles change: working that out goes through all widgets around it."""

    DEFAULT_CSS = f"BaseKept {{ {BAR} }}"
    ROWS = KeptRows

    _rows: KeptRows
    _base: Style | None = None
    _edge: list[Segment] | None = None
    """What stands left of every row: the border, if there is one."""

    @property
    def rich_style(self) -> Style:
        if self._base is None:
            self._base = super().rich_style
        return self._base

    def notify_style_update(self) -> None:
        self._base = self._edge = None
        self._rows.forget()
        super().notify_style_update()

    def set_height(self, rows: int) -> None:
        # Nothing around the widget depends on how much there is to scroll through.
        self.set_reactive(Widget.virtual_size, Size(1, rows))
        self.vertical_scrollbar.window_virtual_size = rows
        if self.scroll_offset.y > self.max_scroll_y:
            self.scroll_to(y=self.max_scroll_y)

    def render_lines(self, crop: Region) -> list[Strip]:
        left = self.styles.gutter.left
        if self._edge is None:
            self._edge = list(super().render_lines(Region(0, 0, left, 1))[0]) if left else []
        strips = self._rows.strips(crop.line_range, self._edge, left)
        width = self.outer_size.width
        if (crop.x, crop.width) != (0, width):
            strips = [
                strip.crop(crop.x, min(crop.right, width - self.scrollbar_size_vertical)) for strip in strips
            ]
        return filtered(self, strips)

    def render_line(self, y: int) -> Strip:
        return self._rows.strips((y,))[0].adjust_cell_length(self.size.width, self.rich_style)
