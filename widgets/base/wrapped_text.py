"""Texts as rows no wider than the screen: wrapped once, and again only from where they changed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from widgets.base.drawing import RULER, Part

_PREFIX_STEP = 256
_TAB = "    "


class StyledRun(NamedTuple):
    """A stretch of a text that looks the same."""

    text: str
    style: str
    """Name of a component class; empty for plain."""


class WrappedText:
    """One text, cut into rows of at most `width` cells.

    Rows are (start, end) in characters; with the line feeds between them, their texts give the text back.
    """

    def __init__(
        self, runs: Iterable[StyledRun], width: int, words: bool, before: WrappedText | None = None
    ) -> None:
        """`words` breaks at blanks where it can; `before` is an older state, whose unchanged rows are kept."""
        self.runs = tuple(run for run in runs if run.text)
        self.text = "".join([run.text for run in self.runs])
        self.width = max(width, 1)
        self.words = words
        ends, at = [], 0
        for run in self.runs:
            at += len(run.text)
            ends.append(at)
        self._ends = ends
        kept = before._kept(self) if before is not None else []
        self.rows: list[tuple[int, int]] = kept
        self._wrap_from(_next_start(self.text, kept))

    def same(self, runs: Sequence[StyledRun], width: int, words: bool) -> bool:
        """Whether wrapping these would give the same rows."""
        return (
            self.width == max(width, 1)
            and self.words == words
            and self.runs == tuple(r for r in runs if r.text)
        )

    def parts(self, row: int) -> tuple[Part, ...]:
        """What a 0-based row shows."""
        start, end = self.rows[row]
        if self.words:
            while end > start and self.text[end - 1] == " ":
                end -= 1  # blanks at a row's end may hang over the edge
        found: list[Part] = []
        index = bisect_right(self._ends, start)
        while start < end:
            stop = min(end, self._ends[index])
            found.append(Part(self.text[start:stop], self.runs[index].style))
            start = stop
            index += 1
        return tuple(found)

    def _kept(self, now: WrappedText) -> list[tuple[int, int]]:
        """The rows that a change leaves as they are: those that end, with the row after them, before it."""
        if (self.width, self.words) != (now.width, now.words):
            return []
        same = common_prefix(self.text, now.text)
        safe = bisect_right(self.rows, same - 1, key=lambda row: row[1])
        return self.rows[: max(safe - 1, 0)]

    def _wrap_from(self, start: int) -> None:
        text, rows = self.text, self.rows
        if start < 0:
            return
        while True:
            stop = text.find("\n", start)
            stop = len(text) if stop < 0 else stop
            while (end := self._row_end(start, stop)) < stop:
                rows.append((start, end))
                start = end
            rows.append((start, stop))
            if stop == len(text):
                return
            start = stop + 1

    def _row_end(self, start: int, stop: int) -> int:
        end = _hard_end(self.text, start, stop, self.width)
        if end == stop or not self.words:
            return end
        if self.text[end] != " ":
            blank = self.text.rfind(" ", start, end)
            if blank < 0:
                return end
            end = blank
        while end < stop and self.text[end] == " ":
            end += 1
        return end


def _next_start(text: str, rows: list[tuple[int, int]]) -> int:
    if not rows:
        return 0
    end = rows[-1][1]
    if end == len(text):
        return -1
    return end + 1 if text[end] == "\n" else end


def _hard_end(text: str, start: int, stop: int, width: int) -> int:
    """One past the last character that fits in a row from `start`; always at least one character."""
    end = min(start + width, stop)
    if text[start:end].isascii():  # a character is a cell
        while end < stop and not text[end].isascii() and RULER[text[end]][1] == 0:
            end += 1
        return end
    cells, end = 0, start
    while end < stop:
        cells += RULER[text[end]][1]
        if cells > width and end > start:
            break
        end += 1
    return end


def common_prefix(a: str, b: str) -> int:
    """How many characters two texts begin with in common."""
    limit = min(len(a), len(b))
    low, step = 0, _PREFIX_STEP
    while low < limit and a[low : low + step] == b[low : low + step]:
        low = min(low + step, limit)
        step *= 2
    high = min(low + step, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


class ChapterHeading(NamedTuple):
    """A row between two texts."""

    text: str


class WrappedChapters:
    """Headings and wrapped texts under each other, as one sequence of rows."""

    def __init__(self, chapters: Sequence[WrappedText | ChapterHeading]) -> None:
        self.chapters = chapters
        self._ends: list[int] = []
        at = 0
        for chapter in chapters:
            at += 1 if isinstance(chapter, ChapterHeading) else len(chapter.rows)
            self._ends.append(at)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def parts(self, row: int, heading_style: str) -> tuple[Part, ...]:
        """What a 0-based row shows."""
        index = bisect_right(self._ends, row)
        chapter = self.chapters[index]
        if isinstance(chapter, ChapterHeading):
            return (Part(chapter.text, heading_style),)
        return chapter.parts(row - (self._ends[index - 1] if index else 0))


class Chapter(NamedTuple):
    """What a document is to hold under one heading."""

    heading: str
    """Empty for none."""
    runs: tuple[StyledRun, ...]
    words: bool
    """Whether rows break at blanks where they can."""


def lay_out(chapters: Sequence[Chapter], width: int, before: WrappedChapters) -> WrappedChapters:
    """The document for `width` cells, made of as much of the one `before` as still holds."""
    old = [chapter for chapter in before.chapters if isinstance(chapter, WrappedText)]
    laid: list[WrappedText | ChapterHeading] = []
    for index, chapter in enumerate(chapters):
        if chapter.heading:
            laid.append(ChapterHeading(chapter.heading))
        last = old[index] if index < len(old) else None
        if last is not None and last.same(chapter.runs, width, chapter.words):
            laid.append(last)
        else:
            laid.append(WrappedText(chapter.runs, width, chapter.words, last))
    return WrappedChapters(laid)


def untabbed(text: str) -> str:
    """Code with its tabs as blanks up to the next stop of four and its CRLF as line feeds, for showing."""
    if "\t" in text:
        text = text.expandtabs(len(_TAB))
    return text.replace("\r\n", "\n")
