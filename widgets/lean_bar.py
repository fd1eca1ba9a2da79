"""A scroll bar drawn without going through a renderable: its column would cost more than the rows beside it.

Measured on a page of 30 rows: 2 to 3 ms for the bar as Textual draws it, and six of them on the review screen.
"""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual.filter import ANSIToTruecolor
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip

from widgets.source_strip import LeanStrip


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
                strip = drawn[id(segment)] = self._strip(segment, under, width).crop(crop.x, crop.right)
            strips.append(strip)
        return strips

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

    def _strip(self, segment: Segment, under: Style, width: int) -> Strip:
        ground = self.background_colors[1]
        strip: Strip = LeanStrip([Segment(segment.text, under + segment.style)], width)
        for line_filter in self.get_line_filters():
            if not isinstance(line_filter, ANSIToTruecolor):  # the bar holds no colours of the terminal's own
                strip = strip.apply_filter(line_filter, ground)
        return strip
