"""Gwet's AC1: agreement beyond chance, which stays steady where nearly everything gets the same label.

`(pa - pe) / (1 - pe)`: pa is the raw agreement; pe is the sum over labels of `p (1 - p)`, divided by the number of
labels on the scale less one, where p is the mean over all units, also those that one person judged, of the share of
the unit's people who gave that label (Gwet 2008; with missing ratings, Gwet 2014).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.progress.agreement.coefficient import Coefficient, agreeing
from app.progress.agreement.ratings import Pattern


def _parts(pattern: Pattern) -> tuple[float, ...]:
    people = sum(pattern)
    shares = (count / people for count in pattern)
    shared = (1.0, agreeing(pattern)) if people > 1 else (0.0, 0.0)
    return (*shared, 1.0, *shares)


def _value(sums: Sequence[float]) -> float | None:
    labels = len(sums) - 3
    if labels < 2 or not sums[0]:
        return None
    shares = [total / sums[2] for total in sums[3:]]
    # At most 1 / labels, so that 1 less it is never nothing.
    chance = sum(share * (1 - share) for share in shares) / (labels - 1)
    return (sums[1] / sums[0] - chance) / (1 - chance)


AC1 = Coefficient("ac1", "Gwet's AC1", _parts, _value)
"""From -1 to 1. Not defined over a scale of one label, or without a unit that two people judged."""
