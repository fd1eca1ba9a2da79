"""What the checks have found, as marks on a text: where they stand, after edits too, and where they are drawn.

Only places: no colour and no widget is known here. A mark is about the characters that were checked; so an
edit moves it along, cuts out of it what is new, and drops it when nothing of it is left.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from rich.cells import get_character_cell_size

from app.base.text import many
from app.records.prose import changed_middle

Severity = Literal["error", "warning", "hint"]
SEVERITIES: tuple[Severity, ...] = ("hint", "warning", "error")
"""From the least to the gravest: the order in which marks are drawn over each other."""
_JOINER = "\N{ZERO WIDTH JOINER}"


class Mark(NamedTuple):
    """One place that a finding is about."""

    start: int
    """First character of the field, 0-based."""
    end: int
    """One past the last; the same as `start` for a place between two characters."""
    severity: Severity
    """How grave."""


class Stretch(NamedTuple):
    """What of a mark is drawn on one line."""

    start: int
    """First character of the line, 0-based; the line's length for the cell behind its end."""
    end: int
    """One past the last."""
    severity: Severity
    """How grave."""


Lines = Mapping[int, tuple[Stretch, ...]]
"""0-based line → what is marked on it, the gravest last."""


class ShownMarks:
    """The marks on one text. What changes them gives the 0-based lines that look different for it."""

    def __init__(self, drawn: Callable[[str], str] = str) -> None:
        """`drawn` gives a line as it is shown, one character for each of its own."""
        self._drawn = drawn
        self.marks: tuple[Mark, ...] = ()
        """Where they are now."""
        self.lines: Lines = {}
        """What is drawn of them."""

    def put(self, marks: Iterable[Mark], lines: Sequence[str]) -> set[int]:
        """These and no others, on the text that is `lines` with a line feed between them."""
        return self._show(held(marks, sum(map(len, lines)) + len(lines) - 1), lines)

    def edited(self, start: int, end: int, inserted: int, lines: Sequence[str]) -> set[int]:
        """Characters `start`-`end` were replaced by `inserted` others, and the text is `lines` now."""
        return self._show(after_edit(self.marks, start, end, inserted), lines) if self.marks else set()

    def since(self, before: str, after: str, lines: Sequence[str]) -> set[int]:
        """A change that only shows in the texts before and after it."""
        if not self.marks:
            return set()
        start, end, middle = changed_middle(before, after)
        return self.edited(start, end, len(middle), lines)

    def _show(self, marks: tuple[Mark, ...], lines: Sequence[str]) -> set[int]:
        self.marks = marks
        before, self.lines = self.lines, by_line(marks, lines, self._drawn)
        rows = before.keys() | self.lines.keys()
        return {row for row in rows if before.get(row) != self.lines.get(row)}


def held(marks: Iterable[Mark], length: int) -> tuple[Mark, ...]:
    """The marks, each once and none beyond a text of `length` characters."""
    kept = {
        Mark(start := min(max(mark.start, 0), length), min(max(mark.end, start), length), mark.severity)
        for mark in marks
    }
    return tuple(sorted(kept))


def after_edit(marks: Sequence[Mark], start: int, end: int, inserted: int) -> tuple[Mark, ...]:
    """Where the marks are once characters `start`-`end` were replaced by `inserted` others.

    No new character is ever marked: a mark around the edit becomes the two parts beside it. A place between
    two characters goes when the edit touches it.
    """
    return tuple(piece for mark in marks for piece in _pieces(mark, start, end, inserted - (end - start)))


def _pieces(mark: Mark, start: int, end: int, shift: int) -> Iterator[Mark]:
    """What is left of one mark once `start`-`end` grew by `shift` characters."""
    before, behind = mark.start < start, mark.end > end
    if mark.start == mark.end:
        if before or mark.start > end:
            moved = 0 if before else shift
            yield Mark(mark.start + moved, mark.end + moved, mark.severity)
    elif before and behind and start == end + shift:
        yield mark._replace(end=mark.end + shift)  # nothing new stands between the two parts
    else:
        if before:
            yield mark._replace(end=min(mark.end, start))
        if behind:
            yield Mark(max(mark.start, end) + shift, mark.end + shift, mark.severity)


def by_line(
    marks: Iterable[Mark], lines: Sequence[str], drawn: Callable[[str], str] = str
) -> dict[int, tuple[Stretch, ...]]:
    """What is to be drawn on each line of the text that is `lines` with a line feed between them.

    `drawn` gives a line as it is shown, one character for each of its own.

    Whole characters as people see them, so that no accent or emoji is torn. A mark that covers nothing of
    any line is drawn on the character at its place, else on the one before, else on an empty line's first cell.
    """
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    found: dict[int, set[Stretch]] = {}
    for mark in marks:
        seen = False
        first = bisect_right(starts, mark.start, hi=len(lines)) - 1
        row = first
        while row < len(lines) and starts[row] < mark.end:
            low = max(mark.start - starts[row], 0)
            high = min(mark.end - starts[row], len(lines[row]))
            if low < high:
                found.setdefault(row, set()).add(Stretch(low, high, mark.severity))
                seen = True
            row += 1
        if not seen:
            at = min(mark.start - starts[first], max(len(lines[first]) - 1, 0))
            found.setdefault(first, set()).add(Stretch(at, at + 1, mark.severity))
    return {row: _in_order(stretches, lines[row], drawn) for row, stretches in found.items()}


def _in_order(stretches: Iterable[Stretch], line: str, drawn: Callable[[str], str]) -> tuple[Stretch, ...]:
    if not line.isascii():
        shown = drawn(line)
        stretches = {
            Stretch(_seam(shown, stretch.start, -1), _seam(shown, stretch.end, 1), stretch.severity)
            for stretch in stretches
        }
    return tuple(sorted(stretches, key=lambda stretch: (SEVERITIES.index(stretch.severity), stretch)))


def _seam(shown: str, at: int, step: int) -> int:
    """The next place from `at` on, that way, where no character as people see it is cut."""
    while 0 < at < len(shown) and (shown[at - 1] == _JOINER or _joins(shown[at])):
        at += step
    return at


def _joins(char: str) -> bool:
    return char != "\t" and not get_character_cell_size(char)


def told(counts: tuple[int, int, int]) -> list[tuple[str, Severity]]:
    """How many errors, warnings and hints there are, each in words; what there is none of is left out."""
    named: tuple[Severity, ...] = ("error", "warning", "hint")
    return [(many(count, name), name) for count, name in zip(counts, named, strict=True) if count]
