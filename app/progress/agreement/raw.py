"""Raw agreement: how often two people who judged the same unit gave it the same label.

For each unit with two or more labels, the share of its pairs of people who agree; then the mean over those units, each
counting the same (Gwet 2014; "percent agreement"). Nothing is taken off for what chance would give.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.progress.agreement.coefficient import Coefficient, agreeing
from app.progress.agreement.ratings import Pattern


def _parts(pattern: Pattern) -> tuple[float, ...]:
    return (1.0, agreeing(pattern)) if sum(pattern) > 1 else (0.0, 0.0)


def _value(sums: Sequence[float]) -> float | None:
    if not sums or not sums[0]:
        return None
    return sums[1] / sums[0]


RAW = Coefficient("raw", "raw agreement", _parts, _value)
"""From 0 to 1. Not defined without a unit that two people judged."""
