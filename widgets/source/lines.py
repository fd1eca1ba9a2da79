"""One line of source as a row of the screen: gutter, code in its colours, and what lies over it.

Rows are kept, and made again only when something about their own line changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment

from app.rust.cells import CellLine, cell_line
from app.rust.source import SourceFile
from widgets.base.drawing import RULER
from widgets.base.lean_strip import LeanStrip, row
from widgets.source.messages import SIGNS, PaneMark, PaneSpan
from widgets.source.palette import SourcePalette
from widgets.source.search import Pattern
from widgets.source.selection import item_at

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.highlight import Highlight
    from app.rust.items import Item

BLOCK = 64
"""Lines whose highlights are fetched at once."""
BLOCK_BYTES = 1 << 15
"""A block of lines larger than this is highlighted line by line, and only where it is seen."""
KEPT = 1024
"""Rows and lines kept."""

Range = tuple[int, int]


class RowKey(NamedTuple):
    """What about a row changes while the file, its colours and the window stay: equal keys, equal rows."""

    line: int
    """0-based line; past the last one for an empty row."""
    cursor: bool
    """Whether the cursor stands on it."""
    here: bool
    """Whether the current selection reaches it."""
    low: int
    """First selected byte of the line; -1 if none is tinted."""
    high: int
    """One past the last selected byte."""


class LineDrawer:
    """Draws lines of one file. Whoever changes a field calls `forget`."""

    tab_size = 4

    def __init__(self, source: SourceFile, palette: SourcePalette) -> None:
        self.source = source
        self.palette = palette
        self.tree: Tree | None = None
        self.items: Sequence[Item] = ()
        self.spans: Sequence[PaneSpan] = ()
        """Ordered by their first byte."""
        self.marks: Sequence[PaneMark] = ()
        """What is known of ranges of the file, ordered."""
        self.strange: Sequence[Range] = ()
        """Places that are not understood, ordered."""
        self.pattern: Pattern | None = None
        self.left = 0
        """First cell of the lines that is seen."""
        self.width = 0
        """Cells of a row."""
        self.number_width = max(3, len(str(source.line_count)))
        self._rows: dict[int, tuple[RowKey, LeanStrip]] = {}
        self._lines: dict[int, CellLine] = {}
        self._blocks: dict[int, dict[int, list[Highlight]]] = {}
        self._marks: dict[int, tuple[str, bool]] = {}

    @property
    def gutter(self) -> int:
        """Cells before the code: mark, number, item."""
        return self.number_width + 3

    def forget(self, parsed: bool = False) -> None:
        """Drop rows made so far; with `parsed`, also what was read from the tree."""
        self._rows.clear()
        if parsed:
            self._blocks.clear()
            self._marks.clear()

    def line(self, line: int) -> CellLine:
        """A line's text and cells."""
        known = self._lines.get(line)
        if known is None:
            if len(self._lines) >= KEPT:
                self._lines.clear()
            known = self._lines[line] = cell_line(self.source, line, self.tab_size, RULER)
        return known

    def row(self, key: RowKey) -> LeanStrip:
        """The row of exactly `width` cells for that key."""
        known = self._rows.get(key.line)
        if known is not None and known[0] == key:
            return known[1]
        if len(self._rows) >= KEPT:
            self._rows.clear()
        strip = self._draw(key)
        self._rows[key.line] = key, strip
        return strip

    def _draw(self, key: RowKey) -> LeanStrip:
        palette, line = self.palette, key.line
        base = "cursor" if key.cursor else ""
        if line >= self.source.line_count:
            return row([], self.width, palette.style("text"))
        glyph, dim = self._mark(line)
        segments = self._gutter(key, glyph, base)
        cells = self.line(line)
        layers = self._layers(key, cells)
        if layers:
            self._layered(segments, line, cells, layers, base, dim)
        else:
            self._plain(segments, line, cells, base, dim)
        rest = base
        for low, high, layer in layers:
            if low <= cells.end < high and layer != "match":
                rest = layer
        return row(segments, self.width, palette.style("text", rest, dim))

    def _gutter(self, key: RowKey, glyph: str, base: str) -> list[Segment]:
        style = self.palette.style
        state = self._state(key.line)
        number = f"{key.line + 1:>{self.number_width}} "
        plain = style("text" if key.cursor else "gutter", base)
        parts = (
            [Segment(SIGNS[state], style(state, base)), Segment(number, plain)]
            if state
            else [Segment(" " + number, plain)]
        )
        parts.append(Segment("▌", style("here", base)) if key.here else Segment(glyph, plain))
        return parts

    def _mark(self, line: int) -> tuple[str, bool]:
        """The item column's sign for a line, and whether the line is test code."""
        known = self._marks.get(line)
        if known is None:
            if len(self._marks) >= 4 * KEPT:
                self._marks.clear()
            known = self._marks[line] = self._look_up(line)
        return known

    def _look_up(self, line: int) -> tuple[str, bool]:
        start, end = self.source.line_bounds(line)
        offset = (
            end - len(self.source.data[start : min(end, start + 4096)].lstrip())
            if end - start < 4096
            else start
        )
        at = item_at(self.items, offset)
        if at is None:
            return " ", False
        item = self.items[at]
        begins = item.start >= start
        ends = item.end <= self.source.line_next(line)
        return "╶" if begins and ends else "╭" if begins else "╰" if ends else "│", item.test

    def _state(self, line: int) -> str:
        """What is known of a line's code: the first of `SIGNS` that holds of any of it; empty for nothing."""
        if not self.marks and not self.strange:
            return ""
        first, last = self.source.line_start(line), self.source.line_bounds(line)[1]
        states: list[str] = []
        at = bisect_right(self.strange, last, key=itemgetter(0)) - 1
        if at >= 0 and first < max(self.strange[at][1], self.strange[at][0] + 1):
            states.append("strange")
        for at in range(bisect_right(self.marks, last, key=lambda mark: mark.start) - 1, -1, -1):
            if self.marks[at].end <= first:
                break
            states.append(self.marks[at].state)
        return next((state for state in SIGNS if state in states), "")

    def _plain(self, segments: list[Segment], number: int, line: CellLine, base: str, dim: bool) -> None:
        left, right = self.left, self.left + self.width
        style = self.palette.style
        at = line.start
        default = style("text", base, dim)
        between = line.between
        for low, high, name in self._highlights(number, line):
            if low > at:
                segments.append(Segment(between(at, low, left, right), default))
            segments.append(Segment(between(low, high, left, right), style(name, base, dim)))
            at = high
        if at < line.end:
            segments.append(Segment(between(at, line.end, left, right), default))

    def _layered(
        self,
        segments: list[Segment],
        number: int,
        line: CellLine,
        layers: list[Highlight],
        base: str,
        dim: bool,
    ) -> None:
        left, right = self.left, self.left + self.width
        colours = self._highlights(number, line)
        edges = {line.start, line.end}
        for low, high, _ in (*colours, *layers):
            edges.update((max(low, line.start), min(high, line.end)))
        cuts = sorted(edges)
        starts = [low for low, _, _ in colours]
        for low, high in pairwise(cuts):
            at = bisect_right(starts, low) - 1
            name = colours[at][2] if at >= 0 and low < colours[at][1] else "text"
            layer = base
            for first, last, over in layers:
                if first <= low and high <= last:
                    layer = over
            segments.append(
                Segment(line.between(low, high, left, right), self.palette.style(name, layer, dim))
            )

    def _layers(self, key: RowKey, line: CellLine) -> list[Highlight]:
        """Backgrounds over a line, the uppermost last. Those that go on into the next line end after its end."""
        found: list[Highlight] = []
        if not self.spans and key.low < 0 and self.pattern is None:
            return found
        after = self.source.line_next(key.line)
        for span in self._near(self.spans, after):
            if span[1] > line.start:
                found.append((span[0], span[1], span[2]))
        if key.low >= 0:
            found.append((key.low, key.high, "range"))
        if self.pattern is not None:
            low, high = self._seen(line)
            found += [
                (*match.span(), "match") for match in self.pattern.finditer(self.source.data, low, high)
            ]
        return found

    def _near(self, spans: Sequence[PaneSpan], end: int) -> Iterable[PaneSpan]:
        return spans[: bisect_left(spans, end, key=lambda span: span.start)]

    def _seen(self, line: CellLine) -> Range:
        """Bytes of a line to look at: all of it, or of a long one what the window shows and a little around."""
        if line.end - line.start <= BLOCK_BYTES:
            return line.start, line.end
        low, high = line.byte_of(self.left), line.byte_of(self.left + self.width)
        return max(line.start, low - 256), min(line.end, high + 256)

    def _highlights(self, number: int, line: CellLine) -> list[Highlight]:
        if self.tree is None:
            return []
        from app.rust.highlight import highlight

        first = number // BLOCK * BLOCK
        block = self._blocks.get(first)
        if block is not None:
            return block.get(number, [])
        start, end = (
            self.source.line_start(first),
            self.source.line_next(min(first + BLOCK, self.source.line_count) - 1),
        )
        if end - start > BLOCK_BYTES:
            return highlight(self.tree, self.source.data, *self._seen(line))
        if len(self._blocks) >= KEPT // BLOCK:
            self._blocks.clear()
        block = self._blocks[first] = self._by_line(highlight(self.tree, self.source.data, start, end))
        return block.get(number, [])

    def _by_line(self, spans: list[Highlight]) -> dict[int, list[Highlight]]:
        """Highlights cut at line ends, by line."""
        source = self.source
        lines: dict[int, list[Highlight]] = {}
        number, after = -1, -1
        for low, high, name in spans:
            if low >= after:
                number = source.line_at(low)
                after = source.line_next(number)
            while True:
                start, end = source.line_bounds(number)
                first, last = max(low, start), min(high, end)
                if first < last:
                    lines.setdefault(number, []).append((first, last, name))
                if high <= after:
                    break
                number += 1
                after = source.line_next(number)
        return lines
