"""What statistics are made of: counts that lead somewhere, how numbers spread, and days.

Everything here is frozen and says itself as plain JSON values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Count:
    """So many of something."""

    name: str
    """Of what: a status, a person, a check's code. It may be anybody's text: nothing in it is safe to draw."""
    count: int
    link: str = ""
    """The filter expression that leads to the records behind it; empty where the language has none."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"name": self.name, "count": self.count, "filter": self.link or None}


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers lie: five of them, and their mean. In the unit of what was measured."""

    count: int
    """How many numbers there are; with none, the others are 0."""
    least: float = 0.0
    lower: float = 0.0
    """The lower quartile: a quarter of the numbers is below."""
    median: float = 0.0
    upper: float = 0.0
    """The upper quartile."""
    most: float = 0.0
    mean: float = 0.0

    def as_json(self) -> dict[str, Any] | None:
        """Plain values; None where there are no numbers."""
        if not self.count:
            return None
        return {
            "count": self.count,
            "least": self.least,
            "lower_quartile": self.lower,
            "median": self.median,
            "upper_quartile": self.upper,
            "most": self.most,
            "mean": round(self.mean, 3),
        }


NONE = Spread(0)
"""Of no numbers."""


def spread(numbers: Iterable[float]) -> Spread:
    """How these lie. Quartiles are interpolated between the nearest two (Hyndman and Fan's type 7)."""
    ranked = sorted(numbers)
    if not ranked:
        return NONE
    return Spread(
        len(ranked),
        float(ranked[0]),
        _quantile(ranked, 0.25),
        _quantile(ranked, 0.5),
        _quantile(ranked, 0.75),
        float(ranked[-1]),
        sum(ranked) / len(ranked),
    )


def _quantile(ranked: Sequence[float], share: float) -> float:
    at = share * (len(ranked) - 1)
    below = int(at)
    rest = at - below
    if not rest:
        return float(ranked[below])
    return float(ranked[below] + rest * (ranked[below + 1] - ranked[below]))


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long something is over many records."""

    unit: str
    """What is counted: words or lines."""
    spread: Spread
    bins: tuple[Count, ...]
    """How many lie in each range, such as `20-39`; without gaps, from the shortest to the longest."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        bins = [{"range": one.name, "count": one.count} for one in self.bins]
        return {"unit": self.unit, "spread": self.spread.as_json(), "bins": bins}


_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000, 1_000_000)
_BINS = 12
"""Ranges at most; what is longer than the last begins falls into it."""


def lengths(unit: str, numbers: Sequence[int]) -> Lengths:
    """How these whole numbers lie, in ranges of one width.

    A few texts that are far longer than all others do not widen the ranges: the last one is open then (`240+`).
    """
    if not numbers:
        return Lengths(unit, NONE, ())
    found = spread(numbers)
    usual = min(found.most, found.upper + 3 * max(found.upper - found.lower, 1))
    low = found.least
    step = next((step for step in _STEPS if (usual - low) / step < _BINS - 1), _STEPS[-1])
    first = int(low) // step
    last = int(usual) // step
    counts = [0] * (last - first + 1)
    for number in numbers:
        counts[min(number // step, last) - first] += 1
    is_open = int(found.most) // step > last
    names = [_range((first + at) * step, step) for at in range(len(counts))]
    if is_open:
        names[-1] = f"{last * step}+"
    return Lengths(unit, found, tuple(Count(name, count) for name, count in zip(names, counts, strict=True)))


def _range(start: int, step: int) -> str:
    return str(start) if step == 1 else f"{start}-{start + step - 1}"


def ranked(
    counts: Mapping[str, int], link: Callable[[str], str] | None = None, most: int | None = None
) -> tuple[Count, ...]:
    """The largest counts, most first, then by name; `most`: how many at most."""
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Count(name, count, link(name) if link else "") for name, count in order[:most])


# -- days


def monday(day: int) -> int:
    """The number of the Monday of that day's week."""
    return day - (day - 1) % 7


def day_named(day: int) -> date:
    """The date of a day's number."""
    return date.fromordinal(day)


def steps(days: Iterable[int], step: int, most: int) -> list[int]:
    """Every day, or every Monday (`step` 7), from the first to the last of these; of too many, the last `most`."""
    known = sorted({monday(day) if step == 7 else day for day in days})
    if not known:
        return []
    start = max(known[0], known[-1] - (most - 1) * step)
    found = list(range(start, known[-1] + 1, step))
    assert all(after - before == step for before, after in pairwise(found))
    return found
