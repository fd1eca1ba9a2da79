"""What a coefficient of agreement is here: something worked out from sums over units.

Because each unit adds its part, a resample is had by multiplying the parts of each pattern, without going over the
units again. That makes thousands of resamples of any number of units cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import mul
from typing import NamedTuple

from app.progress.agreement.ratings import Pattern, RatingTally


class Coefficient(NamedTuple):
    """A coefficient of agreement over a nominal scale."""

    name: str
    """`raw`, `ac1` or `alpha`: its key in JSON."""
    title: str
    """What it is called before people."""
    parts: Callable[[Pattern], tuple[float, ...]]
    """What one unit adds to the sums; of the same length for each pattern of a scale."""
    value: Callable[[Sequence[float]], float | None]
    """The figure, from the sums; None where it is not defined."""

    def of(self, tally: RatingTally) -> float | None:
        """The figure of a tally, at most 1; None where it is not defined."""
        return self.value(sums(self.columns(tally), tally.times))

    def columns(self, tally: RatingTally) -> tuple[tuple[float, ...], ...]:
        """The parts of each pattern, one column a sum."""
        return tuple(zip(*map(self.parts, tally.patterns), strict=True))


def sums(columns: Sequence[Sequence[float]], times: Sequence[int]) -> list[float]:
    """The sums over units, each pattern taken so many times. No columns, as without any units, give no sums."""
    return [sum(map(mul, column, times)) for column in columns]


def agreeing(pattern: Pattern) -> float:
    """The share of a unit's pairs of people who gave the same label. At least two people must have given one."""
    people = sum(pattern)
    return sum(count * (count - 1) for count in pattern) / (people * (people - 1))
