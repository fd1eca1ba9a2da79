"""The rows of the source pane: only those in sight are drawn, and painted again only as far as they changed."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Region
from textual.strip import Strip

from widgets.base.lean_strip import LeanStrip, painted_width
from widgets.source.lines import LineDrawer, RowKey
from widgets.source.palette import SourcePalette
from widgets.source.search import Pattern
from widgets.source.selection import Range
from widgets.source.source_host import SourceHost


class RowPainter:
    """What stands on the pane's rows now, and what should."""

    def __init__(self, host: SourceHost, palette: Callable[[], SourcePalette]) -> None:
        """`palette` makes the styles of now."""
        self._host, self._palette = host, palette
        self._pattern: Pattern | None = None
        self._drawer: LineDrawer | None = None
        self._stale_colours = True
        self._painted: dict[int, LeanStrip] = {}  # row of the screen -> what it shows

    def begin(self) -> LineDrawer | None:
        """Another file is shown; what has drawn the one before is given back."""
        self._painted.clear()
        before, self._drawer = self._drawer, None
        return before

    def resized(self) -> None:
        """Nothing that was painted can be relied on."""
        self._painted.clear()

    def restyled(self) -> None:
        """Colours may be others from now on."""
        self._stale_colours = True

    def parsed(self) -> None:
        """The file's syntax is known, or its items besides."""
        drawer, file = self._drawer, self._host.file
        if drawer is not None:
            drawer.tree, drawer.items = file.selection.tree, file.selection.items
            drawer.strange = file.strange
            drawer.forget(parsed=True)
        self.update()

    def mark_matches(self, pattern: Pattern | None) -> None:
        """Tint what matches from now on."""
        self._pattern = pattern
        self.redraw()

    def rows(self, crop: Region) -> list[Strip]:
        """The rows of a region, which are on the screen from now on."""
        drawer = self.drawer()
        top, strips = self._host.top, list[Strip]()
        marked, here = self._host.file.tinted()
        for y in crop.line_range:
            strip = drawer.row(self._key(top + y, marked, here))
            self._painted[y] = strip
            strips.append(strip)
        if (crop.x, crop.width) != (0, drawer.width):
            strips = [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def drawer(self) -> LineDrawer:
        """What draws the file's lines, with the colours and the width of now."""
        drawer = self._drawer
        if drawer is None:
            drawer = self._drawer = self._made()
        elif self._stale_colours:
            self._stale_colours = False
            palette = self._palette()
            if palette.colours != drawer.palette.colours:
                drawer.palette = palette
                drawer.forget()
        width = self._host.size.width
        if drawer.width != width:
            drawer.width = width
            drawer.forget()
        return drawer

    def _made(self) -> LineDrawer:
        file = self._host.file
        drawer = LineDrawer(file.source, self._palette())
        drawer.tab_size = self._host.tab_size
        drawer.tree, drawer.items = file.selection.tree, file.selection.items
        drawer.spans, drawer.marks, drawer.strange = file.spans, file.marks, file.strange
        drawer.pattern = self._pattern
        self._stale_colours = False
        return drawer

    def _key(self, line: int, marked: Range | None, here: range) -> RowKey:
        source = self._host.file.source
        if line >= source.line_count:
            return RowKey(source.line_count, False, False, -1, -1)
        low = high = -1
        if marked is not None and line in here:
            low = max(marked[0], source.line_start(line))
            high = min(marked[1], source.line_next(line))
        return RowKey(line, line == self._host.file.selection.line, line in here, low, high)

    def update(self) -> None:
        """Repaint what differs between the rows on the screen and the rows that should be there, and no more."""
        width, height = self._host.size
        if not width or not height or not self._host.is_attached:
            return
        drawer = self.drawer()
        top = self._host.top
        marked, here = self._host.file.tinted()
        regions: list[Region] = []
        for y in range(height):
            before, after = self._painted.get(y), drawer.row(self._key(top + y, marked, here))
            if before is not after and before != after:
                regions.append(Region(0, y, painted_width(before, after), 1))
        if regions:
            self._host.refresh(*regions)

    def redraw(self) -> None:
        """Make all rows again from what is known now."""
        drawer, file = self._drawer, self._host.file
        if drawer is not None:
            drawer.spans, drawer.marks = file.spans, file.marks
            drawer.pattern = self._pattern
            drawer.forget()
            self.update()

    def scroll_sideways(self, cells: int) -> None:
        """Scroll left (negative) or right, as far as the longest line in sight goes."""
        drawer, top = self.drawer(), self._host.top
        left = max(0, drawer.left + cells)
        rows = range(top, min(top + self._host.size.height, self._host.file.source.line_count))
        room = max(1, drawer.width - drawer.gutter)
        if cells > 0 and not any(drawer.line(line).reaches(drawer.left + room) for line in rows):
            return
        if left != drawer.left:
            drawer.left = left
            self.redraw()

    def show_byte(self, line: int, offset: int) -> None:
        """Scroll sideways to a byte of a 0-based line, if it is beside what is seen."""
        drawer = self.drawer()
        cell = drawer.line(line).cell_of(offset)
        room = max(1, drawer.width - drawer.gutter)
        if not drawer.left <= cell < drawer.left + room:
            drawer.left = max(0, cell - room // 2)
            drawer.forget()

    def place_at(self, x: int, y: int) -> tuple[int, int, bool]:
        """Line and byte under a cell of the pane (the nearest line there is), and whether the cell is in the gutter."""
        drawer = self.drawer()
        line = min(max(self._host.top + y, 0), self._host.file.source.line_count - 1)
        cell = max(0, x - drawer.gutter) + drawer.left
        return line, drawer.line(line).byte_of(cell), x < drawer.gutter
