"""An order that stays while one goes over it, made so that no other thread stands still meanwhile. Pure."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from app.records.filters.row import Row
from app.review.passes import Key

_STRETCH = 2_048
"""Rows sorted in one go: a millisecond or two, in which no other thread runs."""
_REST = 0.0005
"""Seconds left to others."""


def going_on(
    earlier: Iterable[str], rows: Iterable[Row], here: Mapping[str, int], key: Callable[[Row], Key]
) -> list[str]:
    """The ids of an earlier order that are still `here`, in their order, then those of the other rows by `key`.

    What left a section keeps its place in this way, for the case that it comes back.
    """
    kept = [record for record in earlier if record in here]
    known = set(kept)
    return [*kept, *by_key((row for row in rows if row.record not in known), key)]


def by_key(rows: Iterable[Row], key: Callable[[Row], Key]) -> list[str]:
    """The ids of the rows, by a key that no two share."""
    keyed = [(key(row), row.record) for row in rows]
    stretches = [sorted(keyed[at : at + _STRETCH]) for at in range(0, len(keyed), _STRETCH)]
    return [record for _, record in heapq.merge(*stretches)]


def stretches(count: int) -> Iterator[slice]:
    """Parts of so many things, one after the other, with a rest after each for other threads."""
    for at in range(0, count, _STRETCH):
        yield slice(at, at + _STRETCH)
        time.sleep(_REST)


def resting(cancelled: Callable[[], bool]) -> Callable[[], bool]:
    """The same question, asked with a rest: who waits for the interpreter gets it at once, not after 5 ms."""

    def asked() -> bool:
        time.sleep(_REST)
        return cancelled()

    return asked
