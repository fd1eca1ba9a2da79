"""A record's text as it is drawn: wrapped, coloured, with marks over it, and every cell known by its character.

What is drawn may be longer or shorter than the text (a tab is blanks up to its stop, a carriage return is not drawn),
so characters of the text are told from characters that are drawn. All are 0-based.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from widgets.base.drawing import RULER, Part
from widgets.base.wrapped_text import StyledRun, WrappedText

_TAB = 4


class Tint(NamedTuple):
    """A stretch of the text that looks different."""

    start: int
    """First character of the text."""
    end: int
    """One past the last."""
    style: str
    """Name of a component class; of tints that meet, all are laid over each other in their order."""


class Drawn:
    """The text as it is drawn, and the way between its characters and those drawn."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.text = text
        self._starts: list[int] | None = None
        """For each character of the text, the first one drawn for it; None where they are the same."""
        if "\t" not in text and "\r\n" not in text:
            return
        pieces, starts, column, at = [], [], 0, 0
        for place, char in enumerate(text):
            starts.append(at)
            if char == "\t":
                shown = " " * (_TAB - column % _TAB)
            elif char == "\r" and text[place + 1 : place + 2] == "\n":
                shown = ""
            else:
                shown = char
            pieces.append(shown)
            at += len(shown)
            column = 0 if char == "\n" else column + len(shown)
        self.text, self._starts = "".join(pieces), starts

    def shown_at(self, char: int) -> int:
        """Where a character of the text is drawn; its end for one at or past the end."""
        char = max(char, 0)
        if self._starts is None:
            return min(char, len(self.text))
        return self._starts[char] if char < len(self._starts) else len(self.text)

    def char_at(self, shown: int) -> int:
        """The character of the text that a drawn one stands for; the text's end past the last."""
        if self._starts is None:
            return min(max(shown, 0), len(self.source))
        if shown >= len(self.text):
            return len(self.source)
        return max(bisect_right(self._starts, shown) - 1, 0)


class Page:
    """One text laid out in rows of so many cells. Rows are 0-based."""

    def __init__(self, text: str, colours: Sequence[Tint], cells: int, words: bool) -> None:
        """`colours` are in order and do not overlap; `words`: rows break at blanks where they can."""
        self.drawn = Drawn(text)
        self.cells = max(cells, 1)
        self._wrapped = WrappedText(_runs(self.drawn, colours), self.cells, words)
        self._rows = self._wrapped.rows
        self._line_rows = [
            row
            for row, (start, _) in enumerate(self._rows)
            if start == 0 or self.drawn.text[start - 1] == "\n"
        ]

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def line_of(self, row: int) -> int | None:
        """The 0-based line that begins on a row; None where a line goes on."""
        at = bisect_left(self._line_rows, row)
        return at if at < len(self._line_rows) and self._line_rows[at] == row else None

    def row_of(self, char: int) -> int:
        """The row that a character of the text is on."""
        shown = self.drawn.shown_at(char)
        return max(bisect_right(self._rows, shown, key=lambda row: row[0]) - 1, 0)

    def bounds(self, row: int) -> tuple[int, int]:
        """The characters of the text that a row holds."""
        start, end = self._rows[row]
        return self.drawn.char_at(start), self.drawn.char_at(end)

    def column(self, char: int) -> int:
        """The 0-based cell of its row where a character is drawn."""
        shown = self.drawn.shown_at(char)
        start = self._rows[self.row_of(char)][0]
        return sum(RULER[one][1] for one in self.drawn.text[start:shown])

    def at(self, row: int, cell: int) -> int:
        """The character of the text at a cell of a row; the row's end for a cell past it."""
        start, end = self._rows[min(max(row, 0), len(self._rows) - 1)]
        for shown in range(start, end):
            cell -= RULER[self.drawn.text[shown]][1]
            if cell < 0:
                return self.drawn.char_at(shown)
        # On a row that was broken, its end is the next row's first character: the last of this one is meant.
        broken = end < len(self.drawn.text) and self.drawn.text[end] != "\n"
        return self.drawn.char_at(max(end - 1, start) if broken else end)

    def parts(self, row: int, tints: Sequence[Tint]) -> list[Part]:
        """What a row shows, with tints over its colours; a tint of no characters is shown on the next one."""
        start, end = self._rows[row]
        over = [
            (low, max(high, low + 1), style)
            for first, last, style in tints
            for low, high in ((self.drawn.shown_at(first), self.drawn.shown_at(last)),)
            if low <= end and max(high, low + 1) > start
        ]
        base = self._wrapped.parts(row)
        if not over:
            return list(base)
        text = "".join(part.text for part in base)
        # A place at the very end of a line has a cell of its own.
        if any(low <= start + len(text) < high for low, high, _ in over):
            base = (*base, Part(" "))
        found: list[Part] = []
        at = start
        for part in base:
            stop = at + len(part.text)
            edges = sorted({at, stop, *(e for low, high, _ in over for e in (low, high) if at < e < stop)})
            for low, high in pairwise(edges):
                styles = [part.style, *(style for first, last, style in over if first <= low < last)]
                found.append(Part(part.text[low - at : high - at], "+".join(filter(None, styles))))
            at = stop
        return found


def _runs(drawn: Drawn, colours: Sequence[Tint]) -> list[StyledRun]:
    runs: list[StyledRun] = []
    at = 0
    for start, end, style in colours:
        low, high = drawn.shown_at(start), drawn.shown_at(end)
        if low > at:
            runs.append(StyledRun(drawn.text[at:low], ""))
        if high > low:
            runs.append(StyledRun(drawn.text[low:high], style))
        at = max(at, high)
    runs.append(StyledRun(drawn.text[at:], ""))
    return runs
