"""What of the records is listed, and how. Pure; nothing here changes once it is made."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import NamedTuple, overload

from app.records.filters.row import Row
from app.review.passes import Order, Section

_STRETCH = 8_192
"""Rows that are gone through in one go: half a millisecond, in which the interface's thread waits."""


class Wish(NamedTuple):
    """What a person wants listed."""

    section: Section = "review"
    order: Order = "oldest"
    filter: str = ""
    """As it was typed."""


class Ordered:
    """The rows of one section in one order, ready to be filtered."""

    def __init__(self, rows: Sequence[Row], places: Sequence[int]) -> None:
        """`places`: 0-based places in `rows`, as they are to be shown. Goes through them: for a worker thread."""
        self.rows = rows
        self.places = array("L", places)
        self._stand = array("L", bytes(array("L").itemsize * len(rows)))
        """For each row one more than its place in the order; 0 for one that is not of the section."""
        for at, place in enumerate(self.places, 1):
            self._stand[place] = at

    def __len__(self) -> int:
        return len(self.places)

    def all(self, where: Mapping[str, int]) -> Selected:
        """Every row. `where`: each record's place in `rows`."""
        return Selected(self, range(len(self.places)), where)

    def picked(self, places: Sequence[int], where: Mapping[str, int]) -> Selected:
        """Those at these 0-based places of `rows`, in the order."""
        flags = bytearray(len(self.rows))
        for place in places:
            flags[place] = 1
        stretches = range(0, len(self.places), _STRETCH)
        chosen = b"".join(
            [bytes(map(flags.__getitem__, self.places[at : at + _STRETCH])) for at in stretches]
        )
        return Selected(self, array("L", compress(range(len(chosen)), chosen)), where)

    def stands(self, place: int) -> int | None:
        """Where in the order, 0-based, the row at a place of `rows` is; None if it is not of the section."""
        return self._stand[place] - 1 if self._stand[place] else None


class Selected(Sequence[Row]):
    """Some rows of an order. Never changes; a row is looked up when it is asked for."""

    def __init__(self, ordered: Ordered, chosen: Sequence[int], where: Mapping[str, int]) -> None:
        """`chosen`: rising 0-based places in the order; `where`: each record's place among all rows."""
        self._ordered = ordered
        self._chosen = chosen
        self._where = where

    def __len__(self) -> int:
        return len(self._chosen)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        rows, places = self._ordered.rows, self._ordered.places
        if isinstance(at, slice):
            return [rows[places[one]] for one in self._chosen[at]]
        return rows[places[self._chosen[at]]]

    def place(self, record: str) -> int | None:
        """The record's 0-based place here, quickly; None if it is not among them."""
        row = self._where.get(record)
        stands = self._ordered.stands(row) if row is not None and row < len(self._ordered.rows) else None
        if row is None or stands is None or self._ordered.rows[row].record != record:
            return None
        at = bisect_left(self._chosen, stands)
        return at if at < len(self._chosen) and self._chosen[at] == stands else None


class Shown(NamedTuple):
    """What is listed."""

    wish: Wish
    rows: Selected
    total: int
    """How many the section has without the filter."""
    counts: Mapping[Section, int]
    """How many records each section has, as far as one may see."""
    unread: int = 0
    """Rows whose texts are not in the index of words yet, so that words do not find them; 0 where none are sought."""
    hint: str = ""
    """Why nothing was found, where a name in the filter is nobody's."""
    partial: bool = False
    """Whether it is only a beginning, while the order is being made."""
