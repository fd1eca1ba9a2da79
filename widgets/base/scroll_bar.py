"""A scroll bar drawn without going through a renderable: its column would cost more than the rows beside it.

Measured on a page of 30 rows: 2 to 3 ms for the bar as Textual draws it, and six of them on the review screen.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

from widgets.base.lean_strip import LeanStrip, filtered


class LeanBar(ScrollBar):
    """Looks and acts as Textual's does: the same colours, glyphs and answers to the mouse."""

    def render_lines(self, crop: Region) -> list[Strip]:
        width, height = self.outer_size
        drawn: dict[int, Strip] = {}
        strips: list[Strip] = []
        under = self.rich_style
        for segment in self._column(width, height)[crop.y : crop.bottom]:
            strip = drawn.get(id(segment))
            if strip is None:
                row = LeanStrip([Segment(segment.text, under + segment.style)], width)
                strip = drawn[id(segment)] = row.crop(crop.x, crop.right)
            strips.append(strip)
        return filtered(self, strips)

    def _column(self, width: int, height: int) -> list[Segment]:
        """A segment for each row; equal rows share theirs."""
        bar = self.render()
        assert isinstance(bar, ScrollBarRender)
        look = self.app.console.get_style(bar.style)
        assert look.bgcolor is not None and look.color is not None
        drawn = bar.render_bar(
            size=height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=width,
            vertical=True,
            back_color=look.bgcolor,
            bar_color=look.color,
        )
        return list(drawn.segments)
