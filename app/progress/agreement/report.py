"""Agreement over a project: figures for all of it, counts for a topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.progress.agreement.bootstrap import LEVEL, RESAMPLES, SEED
from app.progress.agreement.figures import MINIMUM, Figure, span_figures, verdict_figures
from app.progress.agreement.ratings import VERDICTS, Rating, RatingTally, tally, together
from app.progress.agreement.spans import Marked, by_item

METHOD = (
    "Each unit is one revision that somebody judged, with the latest verdict of each person. Intervals are percentile"
    " intervals of a bootstrap over units"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What was judged, by how many, in plain numbers: true however few they are."""

    units: int
    """Revisions with a verdict."""
    shared: int
    """Of these, judged by two or more people."""
    alike: int
    """Of those, judged alike by all who did."""
    ratings: int
    """Verdicts that count."""
    raters: int
    """People who gave one."""
    labels: Mapping[str, int]
    """How often each label was given; zeros included, in the order of the scale."""

    @property
    def told(self) -> str:
        """One sentence for people."""
        if not self.units:
            return "Nothing has been judged."
        judged = f"{_many(self.units, 'revision')} judged by {_many(self.raters, 'person', 'people')}"
        if not self.shared:
            return f"{judged}; none by two or more."
        return f"{judged}; {self.shared} by two or more, who agreed on {self.alike}."

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "units": self.units,
            "shared": self.shared,
            "alike": self.alike,
            "ratings": self.ratings,
            "raters": self.raters,
            "labels": dict(self.labels),
        }


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """Agreement over a project."""

    counts: Counts
    """Of all topics together."""
    figures: tuple[Figure, ...]
    """Raw agreement, AC1 and alpha over all topics, in that order."""
    topics: Mapping[str, Counts]
    """By topic, sorted: a topic has counts only, because it is too small for figures."""
    items: int
    """Items that two or more people annotated."""
    identical: int
    """Of these, with the same bytes taken by all."""
    spans: tuple[Figure, ...]
    """Byte IoU and exact edges, in that order."""
    minimum: int
    """Units, or items, from which figures are given."""
    seed: int
    """Of the resampling."""

    @property
    def method(self) -> str:
        """How the figures came about, for people."""
        return f"{METHOD} ({100 * LEVEL:.0f} %, seed {self.seed}); no figures under {self.minimum} units."

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `json.dumps` takes them."""
        return {
            "counts": self.counts.as_json(),
            "figures": {figure.name: figure.as_json() for figure in self.figures},
            "topics": {topic: counts.as_json() for topic, counts in self.topics.items()},
            "spans": {
                "items": self.items,
                "identical": self.identical,
                "figures": {figure.name: figure.as_json() for figure in self.spans},
            },
            "minimum": self.minimum,
            "seed": self.seed,
            "method": self.method,
        }


def report(
    topics: Mapping[str, Iterable[Rating]],
    marked: Iterable[Marked] = (),
    *,
    labels: Sequence[str] = VERDICTS,
    minimum: int = MINIMUM,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> AgreementReport:
    """The report over ratings by topic (see `from_reviews`), and over what people took for the same items.

    Takes up to about a second: not for an interface's thread. Raises `ValueError` for a label that is not in `labels`.
    """
    tallies = {topic: tally(ratings, labels) for topic, ratings in sorted(topics.items())}
    whole = together(tallies.values(), labels)
    items = tuple(by_item(marked).values())
    return AgreementReport(
        counts=counts_of(whole),
        figures=verdict_figures(whole, minimum=minimum, resamples=resamples, seed=seed),
        topics={topic: counts_of(one) for topic, one in tallies.items()},
        items=len(items),
        identical=sum(item.iou == 1 for item in items),
        spans=span_figures(items, minimum=minimum, resamples=resamples, seed=seed),
        minimum=minimum,
        seed=seed,
    )


def counts_of(one: RatingTally) -> Counts:
    """A tally in plain numbers."""
    rows = list(zip(one.patterns, one.times, strict=True))
    shared = [(pattern, times) for pattern, times in rows if sum(pattern) > 1]
    return Counts(
        units=sum(one.times),
        shared=sum(times for _, times in shared),
        alike=sum(times for pattern, times in shared if max(pattern) == sum(pattern)),
        ratings=sum(sum(pattern) * times for pattern, times in rows),
        raters=len(one.raters),
        labels={
            label: sum(pattern[at] * times for pattern, times in rows) for at, label in enumerate(one.labels)
        },
    )


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count} {one if count == 1 else more or one + 's'}"
