"""Who gave which label to what, and that summed up: all that the figures need is how many gave each label to a unit.

A unit is what people judge: for verdicts, one revision of a record. Which person gave which label does not matter to
the coefficients here, so units with the same numbers of labels are one pattern, which is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

VERDICTS: tuple[str, ...] = ("accept", "return", "reject")
"""The scale of a review. `clear` takes a verdict back, and is none."""

CLEAR = "clear"

Pattern = tuple[int, ...]
"""How many people gave a unit each label, in the order of the scale."""


class Rating(NamedTuple):
    """One person's label for one unit."""

    unit: str
    rater: str
    label: str


class Given(NamedTuple):
    """A review, as far as agreement needs one; in the order of `Review`'s own fields where they have one."""

    topic: str
    revision: str
    """What was judged: the revision's id, or one name for all revisions that say exactly the same."""
    by: str
    verdict: str
    """`accept`, `return`, `reject` or `clear`."""
    at: datetime
    id: str
    """The review's id; settles which of two at the same moment is the later."""


@dataclass(frozen=True, slots=True)
class RatingTally:
    """Units by their pattern: the same for any order of units, people and ratings."""

    labels: tuple[str, ...]
    """The scale: every label that could have been given, whether anybody gave it or not."""
    patterns: tuple[Pattern, ...]
    """Sorted, each once."""
    times: tuple[int, ...]
    """How many units have each pattern."""
    raters: frozenset[str]


def from_reviews(reviews: Iterable[Given]) -> dict[str, tuple[Rating, ...]]:
    """By topic, sorted: the latest verdict of each person on each revision, unless that is `clear`.

    Later is by `at`, then `id`, as in a ledger. Topics in which no verdict counts are there, and empty.
    """
    latest: dict[tuple[str, str, str], Given] = {}
    topics: set[str] = set()
    for given in reviews:
        topics.add(given.topic)
        key = (given.topic, given.revision, given.by)
        known = latest.get(key)
        if known is None or (known.at, known.id) < (given.at, given.id):
            latest[key] = given
    found: dict[str, list[Rating]] = {topic: [] for topic in sorted(topics)}
    for key in sorted(latest):
        topic, revision, by = key
        verdict = latest[key].verdict
        if verdict != CLEAR:
            found[topic].append(Rating(revision, by, verdict))
    return {topic: tuple(ratings) for topic, ratings in found.items()}


def tally(ratings: Iterable[Rating], labels: Sequence[str] = ()) -> RatingTally:
    """Ratings summed up over a scale; without one, the scale is the labels that were given.

    Of several labels by one person for one unit the last counts. Raises `ValueError` for a label off the scale.
    """
    last = {(rating.unit, rating.rater): rating.label for rating in ratings}
    scale = tuple(labels) or tuple(sorted(set(last.values())))
    index = {label: at for at, label in enumerate(scale)}
    units: dict[str, list[int]] = {}
    for (unit, _), label in last.items():
        if label not in index:
            raise ValueError(f"the label {label!r} is not one of {', '.join(scale)}")
        units.setdefault(unit, [0] * len(scale))[index[label]] += 1
    counted = Counter(tuple(pattern) for pattern in units.values())
    return _tally(scale, counted, frozenset(rater for _, rater in last))


def together(tallies: Iterable[RatingTally], labels: Sequence[str] = VERDICTS) -> RatingTally:
    """Several tallies over one scale as one; their units are different ones, whatever their names."""
    counted: Counter[Pattern] = Counter()
    raters: frozenset[str] = frozenset()
    for one in tallies:
        if one.labels != tuple(labels):
            raise ValueError("tallies over different scales cannot be added up")
        counted.update(dict(zip(one.patterns, one.times, strict=True)))
        raters |= one.raters
    return _tally(tuple(labels), counted, raters)


def _tally(labels: tuple[str, ...], counted: Mapping[Pattern, int], raters: frozenset[str]) -> RatingTally:
    patterns = tuple(sorted(counted))
    return RatingTally(labels, patterns, tuple(counted[pattern] for pattern in patterns), raters)
