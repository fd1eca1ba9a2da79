"""Where bytes and cells meet: one line's bytes as the text that is drawn, and the way back.

Nothing that a terminal could obey is ever drawn: control characters, direction marks, invisible characters
and bytes that are no UTF-8 become one-cell pictures. A tab fills up to its stop. Combining marks take
no cell. Long lines are measured in chunks and only as far as somebody looks.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from app.rust.source import SourceFile

CHUNK = 2048
"""Bytes of a long line that are measured at once."""
MARKS = 8
"""Combining marks drawn on one cell; further ones are kept in the bytes and not drawn."""
STRAY = "\N{REPLACEMENT CHARACTER}"
"""Drawn for a byte that is not UTF-8."""
UNSEEN = "\N{APL FUNCTIONAL SYMBOL QUAD QUESTION}"
"""Drawn for a character that shows nothing, or that turns the direction of the text around it."""
NEWLINE = "\N{SYMBOL FOR NEWLINE}"
"""Drawn for characters that other programs take for line ends: U+0085, U+2028, U+2029."""

_IGNORABLE = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x2065, 0x2065),
        (0x3164, 0x3164),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
    )
    for code in range(first, last + 1)
)
_PICTURED = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


def picture(char: str) -> str | None:
    """What is drawn, in one cell, for a character that must not reach a terminal; None for any other."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code < 0x7F:
        return None
    if char in "\x85\u2028\u2029":
        return NEWLINE
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if 0xD800 <= code <= 0xDFFF:
        return STRAY
    if char in _IGNORABLE or 0xE0000 <= code <= 0xE0FFF or code & 0xFFFE == 0xFFFE:
        return UNSEEN
    category = unicodedata.category(char)
    if category == "Cn":  # unassigned here, though a newer terminal may know it; but never a control
        return UNSEEN if 0xFDD0 <= code <= 0xFDEF else None
    return UNSEEN if category in _PICTURED else None


def plain_width(char: str) -> int:
    """Cells of a printable character by Unicode's own tables: 0, 1 or 2."""
    if unicodedata.category(char) in ("Mn", "Me") or 0x1160 <= ord(char) <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Ruler(dict[str, tuple[str, int]]):
    """Character → (what is drawn, its cells), for all but tabs; learns as it goes.

    `width_of` gives the cells of a printable character; a screen passes its own, so that both always agree.
    """

    def __init__(self, width_of: Callable[[str], int] = plain_width) -> None:
        super().__init__()
        self._width_of = width_of

    def __missing__(self, char: str) -> tuple[str, int]:
        if "\ufe00" <= char <= "\ufe0f":
            drawn, cells = "", 0  # variation selectors change widths in ways terminals do not agree on
        elif (stand_in := picture(char)) is not None:
            drawn, cells = stand_in, 1
        else:
            drawn, cells = char, self._width_of(char)
        self[char] = drawn, cells
        return drawn, cells


RULER = Ruler()
"""Measures by Unicode's tables; for people's terminals a screen brings its own."""


class CellLine:
    """One line, drawn: here the common kind, printable ASCII, where a byte is a cell.

    Bytes are offsets into the file; cells are 0-based columns of the line.
    """

    __slots__ = ("_text", "end", "start")

    def __init__(self, start: int, end: int, text: str = "") -> None:
        self.start = start
        """First byte of the line."""
        self.end = end
        """One past the line's last byte, its line end left out."""
        self._text = text

    @property
    def text(self) -> str:
        """The whole line as drawn; for a long line ask `between` for what is visible instead."""
        return self._text

    @property
    def width(self) -> int:
        """Cells of the whole line."""
        return self.end - self.start

    def cell_of(self, byte: int) -> int:
        """The cell where the character that holds a byte begins; the line's width at its end and beyond."""
        return min(max(byte, self.start), self.end) - self.start

    def byte_of(self, cell: int) -> int:
        """First byte of the character that covers a cell; the line's end right of its last character."""
        return min(self.start + max(cell, 0), self.end)

    def reaches(self, cell: int) -> bool:
        """Whether the line has more than `cell` cells; cheaper than `width` on long lines."""
        return self.width > cell

    def between(self, start: int, end: int, left: int, right: int) -> str:
        """What is drawn of bytes `start`-`end` in cells `left`-`right`; half a wide character is blank."""
        low, high = max(start - self.start, left, 0), min(end - self.start, right)
        return self._text[low:high] if low < high else ""


class _Chunk:
    """A measured stretch of a line: parallel lists of first bytes, first cells and what is drawn."""

    __slots__ = ("bytes", "cells", "drawn", "end", "width_end")

    def __init__(self, text: str, start: int, column: int, tab_size: int, ruler: Ruler) -> None:
        self.bytes: list[int] = []
        self.cells: list[int] = []
        self.drawn: list[str] = []
        marks = 0
        for char in text:
            self.bytes.append(start)
            self.cells.append(column)
            if char == "\t":
                cells = tab_size - column % tab_size
                drawn = " " * cells
            else:
                drawn, cells = ruler[char]
            marks = 0 if cells else marks + 1
            self.drawn.append(drawn if marks <= MARKS else "")
            start += _byte_length(char)
            column += cells
        self.end = start
        self.width_end = column


def _byte_length(char: str) -> int:
    code = ord(char)
    if code < 0x80 or 0xDC80 <= code <= 0xDCFF:
        return 1
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4


class MeasuredLine(CellLine):
    """A line with anything but printable ASCII in it, measured chunk by chunk from the left."""

    __slots__ = ("_bytes", "_cells", "_chunks", "_data", "_ruler", "_tab_size")

    def __init__(self, data: bytes, start: int, end: int, tab_size: int, ruler: Ruler) -> None:
        super().__init__(start, end)
        self._data = data
        self._tab_size = tab_size
        self._ruler = ruler
        self._bytes = [start]  # where each known chunk begins, and the one to be measured next
        self._cells = [0]
        self._chunks: dict[int, _Chunk] = {}

    @property
    def text(self) -> str:
        self._measure(lambda byte, cell: False)
        return "".join("".join(self._chunk(index).drawn) for index in range(len(self._bytes) - 1))

    @property
    def width(self) -> int:
        self._measure(lambda byte, cell: False)
        return self._cells[-1]

    def cell_of(self, byte: int) -> int:
        byte = min(max(byte, self.start), self.end)
        self._measure(lambda known, cell: known > byte)
        if byte >= self.end:
            return self._cells[-1]
        chunk = self._chunk(bisect_right(self._bytes, byte) - 1)
        return chunk.cells[bisect_right(chunk.bytes, byte) - 1]

    def byte_of(self, cell: int) -> int:
        cell = max(cell, 0)
        self._measure(lambda byte, known: known > cell)
        if cell >= self._cells[-1]:
            return self.end
        chunk = self._chunk(bisect_right(self._cells, cell) - 1)
        return chunk.bytes[bisect_right(chunk.cells, cell) - 1]

    def reaches(self, cell: int) -> bool:
        self._measure(lambda byte, known: known > cell)
        return self._cells[-1] > cell

    def between(self, start: int, end: int, left: int, right: int) -> str:
        start, end = max(start, self.start), min(end, self.end)
        self._measure(lambda byte, cell: byte >= end or cell > right)
        first = max(bisect_right(self._bytes, start) - 1, bisect_left(self._cells, left) - 1, 0)
        parts: list[str] = []
        for index in range(first, min(len(self._bytes) - 1, first + 64)):
            if self._bytes[index] >= end or self._cells[index] > right:
                break
            parts.append(_drawn(self._chunk(index), start, end, left, right))
        return "".join(parts)

    def _measure(self, enough: Callable[[int, int], bool]) -> None:
        """Measure further chunks until `enough(byte, cell)` of the next one's place, or the line's end."""
        while self._bytes[-1] < self.end and not enough(self._bytes[-1], self._cells[-1]):
            start = self._bytes[-1]
            end = _boundary(self._data, start, min(start + CHUNK, self.end), self.end)
            text = self._data[start:end].decode("utf-8", "surrogateescape")
            self._cells.append(_measured(text, self._cells[-1], self._tab_size, self._ruler))
            self._bytes.append(end)

    def _chunk(self, index: int) -> _Chunk:
        chunk = self._chunks.get(index)
        if chunk is None:
            if len(self._chunks) >= 8:
                self._chunks.clear()
            start, end = self._bytes[index], self._bytes[index + 1]
            text = self._data[start:end].decode("utf-8", "surrogateescape")
            chunk = _Chunk(text, start, self._cells[index], self._tab_size, self._ruler)
            self._chunks[index] = chunk
        return chunk


def _boundary(data: bytes, start: int, at: int, end: int) -> int:
    """The last place up to `at` where no character is cut; at most three bytes back."""
    back = at
    while at < end and back > max(start + 1, at - 3) and data[back] & 0xC0 == 0x80:
        back -= 1
    return back if at < end and data[back] & 0xC0 != 0x80 else at


def _measured(text: str, column: int, tab_size: int, ruler: Ruler) -> int:
    """The column after `text`, without building anything."""
    for number, part in enumerate(text.split("\t")):
        if number:
            column += tab_size - column % tab_size
        column += len(part) if part.isascii() else sum([ruler[char][1] for char in part])
    return column


def _drawn(chunk: _Chunk, start: int, end: int, left: int, right: int) -> str:
    """What a chunk shows of bytes `start`-`end` in cells `left`-`right`; half a character is blank."""
    cells = [*chunk.cells, chunk.width_end]
    first = bisect_left(chunk.bytes, start)
    low, high = max(first, bisect_left(cells, left)), bisect_left(chunk.bytes, end)
    before = after = ""
    if first < low <= high and cells[low] > left:
        before = " " * (min(cells[low], right) - left)
    if low < high and cells[high] > right:
        high = bisect_right(cells, right, low, high) - 1
        after = " " * (right - cells[high]) if high >= low else ""
    return before + "".join(chunk.drawn[low:high]) + after


def cell_line(source: SourceFile, line: int, tab_size: int = 4, ruler: Ruler = RULER) -> CellLine:
    """A 0-based line of a file, ready to be drawn. Raises IndexError for a line that is not there."""
    start, end = source.line_bounds(line)
    text = source.data[start:end].decode("utf-8", "surrogateescape")
    if text.isascii() and text.isprintable():
        return CellLine(start, end, text)
    return MeasuredLine(source.data, start, end, tab_size, ruler)


def one_line(text: str, ruler: Ruler = RULER) -> str:
    """Any text of somebody else's (a path, an item path) as one safe line, with pictures in it."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([ruler[char][0] for char in text])
