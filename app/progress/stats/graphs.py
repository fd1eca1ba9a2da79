"""A topic's figures as rows of numbers to be plotted or tabled. Only data: what draws them knows nothing of topics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from app.progress.stats.figures import Lengths
from app.progress.stats.ledgers import LedgerStats, Period
from app.progress.stats.overview import TopicStats
from app.progress.stats.quality import FindingStats
from app.progress.stats.texts import TextStats

Row = tuple[str, tuple[float, ...]]
"""A name, and a number for each place."""


class Graph(NamedTuple):
    """What can be plotted. The fields are those of `widgets.panels.chart.Plot`, in order; `series` are pairs."""

    title: str
    labels: tuple[str, ...]
    """The places, from left to right."""
    series: tuple[Row, ...]
    kind: Literal["bars", "lines"]
    unit: str
    links: tuple[str, ...]
    """For each place the filter that leads to its records; empty where there is none."""


def graphs(stats: TopicStats) -> tuple[Graph, ...]:
    """Every graph there is something to see in."""
    found = [*ledger_graphs(stats.ledger)]
    if stats.texts is not None:
        found += _of_texts(stats.texts)
    if stats.findings is not None:
        found += _of_findings(stats.findings)
    return tuple(graph for graph in found if graph.labels)


def ledger_graphs(ledger: LedgerStats) -> Iterator[Graph]:
    """Of one topic, or of several taken together: records by status, and what was done by week and day."""
    statuses = [one for one in ledger.statuses if one.count]
    yield Graph(
        "Records by status",
        tuple(one.name for one in statuses),
        (("records", tuple(float(one.count) for one in statuses)),),
        "bars",
        "records",
        tuple(one.link for one in statuses),
    )
    yield _done("Work by week", ledger.weeks, "bars")
    yield _done("Work by day", ledger.days, "lines")


def _done(title: str, periods: Sequence[Period], kind: Literal["bars", "lines"]) -> Graph:
    return Graph(
        title,
        tuple(one.start for one in periods),
        (
            ("begun", tuple(float(one.begun) for one in periods)),
            ("revised", tuple(float(one.revised) for one in periods)),
            ("accepted", tuple(float(one.accepted) for one in periods)),
        ),
        kind,
        "records",
        tuple(one.link for one in periods),
    )


def _of_texts(texts: TextStats) -> Iterator[Graph]:
    yield _length("Length of requests", texts.request)
    yield _length("Length of reasonings", texts.think)
    yield _length("Length of blocks", texts.block)
    weeks = texts.effort
    starts, links = tuple(one.start for one in weeks), tuple(one.link for one in weeks)
    minutes = tuple(one.median_seconds / 60 for one in weeks)
    yield Graph("Minutes a revision, in the middle", starts, (("minutes", minutes),), "lines", "min", links)
    typed = ("typed", tuple(float(one.typed) for one in weeks))
    pasted = ("pasted", tuple(float(one.pasted) for one in weeks))
    yield Graph("Typed and pasted by week", starts, (typed, pasted), "bars", "characters", links)


def _length(title: str, found: Lengths) -> Graph:
    counts = tuple(float(one.count) for one in found.bins)
    labels = tuple(one.name for one in found.bins)
    return Graph(title, labels, (("records", counts),), "bars", f"records, by {found.unit}", ())


def _of_findings(found: FindingStats) -> Iterator[Graph]:
    codes = [one for one in found.codes if one.records]
    yield Graph(
        "Records by finding",
        tuple(one.code for one in codes),
        (("records", tuple(float(one.records) for one in codes)),),
        "bars",
        "records",
        tuple(one.link for one in codes),
    )
