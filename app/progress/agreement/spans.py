"""How far two people who annotated one item took the same bytes.

Offsets are bytes, 0-based, end exclusive. Ranges that touch or overlap are one, so it does not matter how many spans
somebody's block is made of, nor what role they have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

Ranges = Mapping[str, Iterable[tuple[int, int]]]
"""By path: the byte ranges somebody took of that file."""

Edge = tuple[str, int, bool]
"""A path, an offset, and whether a range starts there (or ends)."""


class Marked(NamedTuple):
    """What one person took for one item."""

    item: str
    """Names the item and the very bytes it was taken from: offsets of two commits' files cannot be compared."""
    by: str
    ranges: Ranges


class Alike(NamedTuple):
    """How far the people of one item agree: means over its pairs of people, each from 0 to 1."""

    iou: float
    """Bytes that both took, over bytes that either took."""
    edges: float
    """Starts and ends that both have, over those that either has."""


def merged(ranges: Ranges) -> dict[str, list[tuple[int, int]]]:
    """The same bytes as few ranges, sorted; without empty ranges, and without files that have none."""
    found: dict[str, list[tuple[int, int]]] = {}
    for path, pieces in sorted(ranges.items()):
        joined: list[tuple[int, int]] = []
        for start, end in sorted(piece for piece in pieces if piece[0] < piece[1]):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        if joined:
            found[path] = joined
    return found


def byte_iou(one: Ranges, other: Ranges) -> float | None:
    """Bytes in both over bytes in either, from 0 to 1; None where neither has any."""
    a, b = merged(one), merged(other)
    both = sum(_common(a[path], b[path]) for path in a.keys() & b.keys())
    either = _size(a) + _size(b) - both
    return both / either if either else None


def edge_iou(one: Ranges, other: Ranges) -> float | None:
    """Starts and ends in both over those in either, from 0 to 1; None where neither has any."""
    a, b = _edges(one), _edges(other)
    return len(a & b) / len(a | b) if a or b else None


def by_item(marked: Iterable[Marked]) -> dict[str, Alike]:
    """For each item that two or more people annotated, sorted: how far they agree.

    Of several by one person for one item the last counts; who took no byte is left out.
    """
    items: dict[str, dict[str, Ranges]] = {}
    for one in marked:
        items.setdefault(one.item, {})[one.by] = merged(one.ranges)
    found: dict[str, Alike] = {}
    for item, people in sorted(items.items()):
        taken = [people[by] for by in sorted(people) if people[by]]
        pairs = list(combinations(taken, 2))
        if pairs:
            bytes_, edges = (
                sum(measure(a, b) or 0.0 for a, b in pairs) / len(pairs) for measure in (byte_iou, edge_iou)
            )
            found[item] = Alike(bytes_, edges)
    return found


def _size(ranges: Mapping[str, list[tuple[int, int]]]) -> int:
    return sum(end - start for pieces in ranges.values() for start, end in pieces)


def _common(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int:
    """Bytes in both of two sorted lists of ranges that do not touch."""
    i = j = common = 0
    while i < len(one) and j < len(other):
        common += max(0, min(one[i][1], other[j][1]) - max(one[i][0], other[j][0]))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return common


def _edges(ranges: Ranges) -> set[Edge]:
    return {
        (path, offset, offset == piece[0])
        for path, pieces in merged(ranges).items()
        for piece in pieces
        for offset in piece
    }
