"""Percentile intervals from resampled units.

A resample draws as many units as there are, with replacement. How often each pattern is drawn is multinomial, and so is
drawn at once, at a price that goes by the number of patterns and not of units.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

RESAMPLES = 2_000
"""How many are drawn, where there are not too many patterns."""
FEWEST = 200
"""How many are drawn at least."""
SEED = 2011
"""Of the draws, so that the same data give the same interval."""
LEVEL = 0.95
"""The share of resamples an interval holds."""
UNDEFINED = 0.05
"""The largest share of resamples without a figure that an interval may leave out."""
_DRAWS = 400_000
"""Patterns times resamples: about half a second."""
_ROUGH = 10.0
"""Expected draws from which rejection is quicker than counting gaps, and valid."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the figure of most resamples lies."""

    low: float
    high: float
    level: float
    """The share of resamples between `low` and `high`."""
    resamples: int
    """How many were drawn."""
    undefined: int
    """How many of them have no figure, and are left out."""

    def as_json(self) -> dict[str, Any]:
        """Plain values, the bounds to 6 decimals."""
        return {
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "level": self.level,
            "resamples": self.resamples,
            "undefined": self.undefined,
        }


def resamples_for(patterns: int, wanted: int = RESAMPLES) -> int:
    """How many resamples are drawn of so many patterns: what is wanted, or fewer so that nobody has to wait."""
    return min(wanted, max(FEWEST, _DRAWS // max(1, patterns)))


def resampled(times: Sequence[int], resamples: int, seed: int = SEED) -> Iterator[list[int]]:
    """For each resample, how often each pattern was drawn; the sum is always that of `times`."""
    rng = Random(seed)  # noqa: S311 - no secret: it must be the same each time
    units = sum(times)
    for _ in range(resamples):
        left, still = units, units
        drawn: list[int] = []
        for count in times:
            # Given what the patterns before took, the next takes its share of the rest.
            got = binomial(rng, left, count / still) if count else 0
            drawn.append(got)
            left -= got
            still -= count
        yield drawn


def interval(figures: Sequence[float | None], level: float = LEVEL) -> tuple[Interval | None, str]:
    """The percentile interval of the resamples' figures; or None, and why there is none."""
    defined = sorted(figure for figure in figures if figure is not None)
    undefined = len(figures) - len(defined)
    if not defined or undefined > UNDEFINED * len(figures):
        share = math.ceil(100 * undefined / len(figures)) if figures else 100
        return None, f"no interval: the figure is not defined in {share} % of the resamples"
    outside = (1 - level) / 2
    low, high = percentile(defined, outside), percentile(defined, 1 - outside)
    if math.isclose(low, high, abs_tol=1e-12):
        return None, "no interval: nearly all resamples give the same figure, which does not make it certain"
    return Interval(low, high, level, len(figures), undefined), ""


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share (0 to 1) of them lies, with a straight line between neighbours.

    `ordered` is sorted and not empty.
    """
    at = share * (len(ordered) - 1)
    below = math.floor(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def binomial(rng: Random, trials: int, chance: float) -> int:
    """How many of so many trials succeed, each with the same chance (0 to 1). The same on every Python."""
    if trials <= 0 or chance <= 0:
        return 0
    if chance >= 1:
        return trials
    if chance > 0.5:
        return trials - binomial(rng, trials, 1 - chance)
    return _by_gaps(rng, trials, chance) if trials * chance < _ROUGH else _by_rejection(rng, trials, chance)


def _by_gaps(rng: Random, trials: int, chance: float) -> int:
    # The number of trials from one success to the next is geometric.
    scale = math.log1p(-chance)
    at = successes = 0
    while True:
        gap = math.log(1 - rng.random()) / scale
        if gap >= trials - at:  # asked before it is made whole: of a minute chance it may be infinite
            return successes
        at += math.floor(gap) + 1
        successes += 1


def _by_rejection(rng: Random, trials: int, chance: float) -> int:
    # Hörmann, "The generation of binomial random variates" (1993), algorithm BTRS; the names are the paper's.
    spread = math.sqrt(trials * chance * (1 - chance))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * chance
    c = trials * chance + 0.5
    v_r = 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * spread
    odds = math.log(chance / (1 - chance))
    mode = math.floor((trials + 1) * chance)
    h = math.lgamma(mode + 1) + math.lgamma(trials - mode + 1)
    while True:
        u = rng.random() - 0.5
        us = 0.5 - abs(u)
        if not us:
            continue
        k = math.floor((2 * a / us + b) * u + c)
        if not 0 <= k <= trials:
            continue
        v = 1 - rng.random()
        if us >= 0.07 and v <= v_r:
            return k
        v *= alpha / (a / (us * us) + b)
        if math.log(v) <= h - math.lgamma(k + 1) - math.lgamma(trials - k + 1) + (k - mode) * odds:
            return k
