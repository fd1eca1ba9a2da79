"""Krippendorff's alpha for labels without an order: one less the disagreement seen over that expected by chance.

Only units with two or more labels count. Seen: over those units, the sum of (pairs of unlike labels, each way round) /
(labels of the unit - 1). Expected: the pairs of unlike labels among all n labels, each way round, over n - 1
(Krippendorff 2011; the coincidence matrix's diagonal and margins are these sums).
"""

from __future__ import annotations

from collections.abc import Sequence

from app.progress.agreement.coefficient import Coefficient
from app.progress.agreement.ratings import Pattern


def _parts(pattern: Pattern) -> tuple[float, ...]:
    people = sum(pattern)
    if people < 2:
        return (0.0,) * (len(pattern) + 1)
    unlike = people * people - sum(count * count for count in pattern)
    return (unlike / (people - 1), *map(float, pattern))


def _value(sums: Sequence[float]) -> float | None:
    given = sums[1:]
    total = sum(given)
    expected = total * total - sum(count * count for count in given)
    if not expected:
        return None
    return 1 - sums[0] * (total - 1) / expected


ALPHA = Coefficient("alpha", "Krippendorff's alpha", _parts, _value)
"""From -1 to 1. Not defined where the units that two people judged bear one label only."""
