"""Figures with their intervals, or the reason why there is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.progress.agreement.ac1 import AC1
from app.progress.agreement.alpha import ALPHA
from app.progress.agreement.bootstrap import (
    RESAMPLES,
    SEED,
    Interval,
    interval,
    resampled,
    resamples_for,
)
from app.progress.agreement.coefficient import Coefficient, sums
from app.progress.agreement.ratings import RatingTally
from app.progress.agreement.raw import RAW
from app.progress.agreement.spans import Alike

MINIMUM = 30
"""Units that two or more people judged from which figures are given; docs/agreement.md says why."""

COEFFICIENTS: tuple[Coefficient, ...] = (RAW, AC1, ALPHA)

ONE_LABEL = "not defined: only one label was given, so nothing shows whether people can tell the labels apart"
NONE_SHARED = "not defined: nothing was judged by two people"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. Either it has a value, or `reason` says why not; likewise its interval."""

    name: str
    """Its key in JSON."""
    title: str
    """What it is called before people."""
    value: float | None
    reason: str
    """Why there is no value, for people; else empty."""
    interval: Interval | None
    interval_reason: str
    """Why there is no interval, for people; empty where there is one, or where there is no value either."""

    @property
    def told(self) -> str:
        """One line for people, without its title: `0.62 [0.41, 0.80]`, or why there is none."""
        if self.value is None:
            return self.reason
        if self.interval is None:
            return f"{_two(self.value)} ({self.interval_reason})"
        return f"{_two(self.value)} [{_two(self.interval.low)}, {_two(self.interval.high)}]"

    def as_json(self) -> dict[str, Any]:
        """Plain values, figures to 6 decimals; what is not there is null."""
        return {
            "value": None if self.value is None else round(self.value, 6),
            "reason": self.reason or None,
            "interval": None if self.interval is None else self.interval.as_json(),
            "interval_reason": self.interval_reason or None,
        }


def verdict_figures(
    tally: RatingTally, *, minimum: int = MINIMUM, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[Figure, ...]:
    """Raw agreement, AC1 and alpha, in that order; without values under `minimum` units that two people judged."""
    shared = sum(t for pattern, t in zip(tally.patterns, tally.times, strict=True) if sum(pattern) > 1)
    if shared < minimum:
        return tuple(
            _none(each, too_few(shared, minimum, "judged by two or more people")) for each in COEFFICIENTS
        )
    reasons = [_undefined(each, tally) for each in COEFFICIENTS]
    columns = [each.columns(tally) for each in COEFFICIENTS]
    drawn: list[list[float | None]] = [[] for _ in COEFFICIENTS]
    # One set of resamples for all, so that their intervals can be compared.
    for times in resampled(tally.times, resamples_for(len(tally.times), resamples), seed):
        for at, each in enumerate(COEFFICIENTS):
            if not reasons[at]:
                drawn[at].append(each.value(sums(columns[at], times)))
    return tuple(
        _none(each, reason) if reason else _with_interval(each.name, each.title, each.of(tally), figures)
        for each, reason, figures in zip(COEFFICIENTS, reasons, drawn, strict=True)
    )


def span_figures(
    items: Sequence[Alike], *, minimum: int = MINIMUM, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[Figure, ...]:
    """The means over items of byte IoU and of exact edges; without values under `minimum` items."""
    titles = (("iou", "byte IoU"), ("edges", "exact edges"))
    if len(items) < minimum or not items:
        reason = too_few(len(items), minimum, "annotated by two or more people")
        return tuple(Figure(name, title, None, reason, None, "") for name, title in titles)
    counted = sorted(Counter(items).items())
    times = [count for _, count in counted]
    columns = [[getattr(alike, name) for alike, _ in counted] for name, _ in titles]
    drawn = [sums(columns, t) for t in resampled(times, resamples_for(len(times), resamples), seed)]
    total = len(items)
    return tuple(
        _with_interval(name, title, sums(columns, times)[at] / total, [each[at] / total for each in drawn])
        for at, (name, title) in enumerate(titles)
    )


def too_few(shared: int, minimum: int, done: str) -> str:
    """The sentence that stands for a figure where too little is there."""
    return f"no figure: {shared} {done}, and under {minimum} a figure says too little"


def _undefined(coefficient: Coefficient, tally: RatingTally) -> str:
    """Why a coefficient has no value; empty where it has one."""
    if RAW.of(tally) is None:
        return NONE_SHARED
    given = sum(any(column) for column in zip(*tally.patterns, strict=True))
    if coefficient is AC1 and given < 2:
        # Over a longer scale the formula gives 1, which would be taken for proof of what nobody was put to.
        return ONE_LABEL
    return "" if coefficient.of(tally) is not None else ONE_LABEL


def _two(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}"  # adding nothing makes -0.00 of a tiny negative 0.00


def _none(coefficient: Coefficient, reason: str) -> Figure:
    return Figure(coefficient.name, coefficient.title, None, reason, None, "")


def _with_interval(name: str, title: str, value: float | None, figures: Sequence[float | None]) -> Figure:
    found, reason = interval(figures)
    return Figure(name, title, value, "", found, reason)
