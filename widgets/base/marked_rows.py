"""A list of which one is marked, and told in as many rows as its words need: a plain object, no widget."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Generic, TypeVar

One = TypeVar("One")


def beside(live: Sequence[int], marked: int, visited: bool, delta: int) -> int:
    """Of the rows one may step to, the next (`delta` 1) or the one before (-1), round the ends.

    `live` are 0-based and rise, one at least; a marked row that nobody came to yet is itself the next one.
    """
    if delta < 0:
        at = bisect_left(live, marked) + delta
    else:
        at = (bisect_right if visited else bisect_left)(live, marked) + delta - 1
    return live[at % len(live)]


class MarkedRows(Generic[One]):
    """What is listed. Numbers and rows are 0-based; a row is one of the screen."""

    def __init__(self) -> None:
        self.given: tuple[One, ...] = ()
        """What is listed, in its order."""
        self.marked = 0
        """Number of the marked one; 0 in an empty list."""
        self.visited = False
        """Whether the person came to the marked one; else the next step goes to it, not past it."""
        self.words: Sequence[str] = ()
        """The marked one in its rows; empty where it takes one as the others do."""

    @property
    def current(self) -> One | None:
        """The marked one; None in an empty list."""
        return self.given[self.marked] if self.given else None

    def replace(self, given: Sequence[One], marked: int | None) -> None:
        """List others, with the mark on that number; None: what was marked is gone, and the mark stays at its row."""
        self.given = tuple(given)
        if marked is None:
            self.visited = False
            marked = self._held(self.marked)
        self.marked = marked

    def mark(self, at: int) -> None:
        """The person comes to the one of this number, or the nearest there is."""
        self.marked = self._held(at)
        self.visited = True

    def step(self, live: Sequence[int], delta: int) -> None:
        """To the next of `live` (1), or the one before (-1), round the ends; see `beside`."""
        self.mark(beside(live, self.marked, self.visited, delta))

    @property
    def rows(self) -> int:
        """How many rows all of them take."""
        return len(self.given) + self._extra

    def at_row(self, row: int) -> tuple[int, int]:
        """Whose row this is, and which of its rows."""
        if row <= self.marked:
            return row, 0
        last = self.marked + self._extra
        return (self.marked, row - self.marked) if row <= last else (row - self._extra, 0)

    def top(self, top: int, page: int) -> int:
        """The first row in sight, if the marked one is to be among the `page` in sight and `top` is the first now."""
        return min(max(top, self.marked + self._extra - page + 1), self.marked)

    @property
    def _extra(self) -> int:
        return max(len(self.words) - 1, 0)

    def _held(self, at: int) -> int:
        return min(max(at, 0), max(len(self.given) - 1, 0))
