"""What agreement is worked out of: the verdicts that people gave, and the bytes that they took for one item.

Records are gone through one by one and only patterns are kept: a hundred thousand ratings would be a hundred thousand
objects, and each full collection of garbage would hold up the interface for a tenth of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.base.pacing import paced
from app.progress.agreement import MINIMUM, VERDICTS, AgreementReport, Given, Marked, from_reviews
from app.progress.agreement.bootstrap import SEED
from app.progress.agreement.figures import span_figures, verdict_figures
from app.progress.agreement.ratings import Pattern, RatingTally, tally, together
from app.progress.agreement.report import counts_of
from app.progress.agreement.spans import by_item
from app.progress.stats.ledgers import LEFT_OUT
from app.records.events import Review
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary


def agreement(topics: Mapping[str, Sequence[RecordState]]) -> AgreementReport:
    """How far people agree over these topics; docs/agreement.md says what it means.

    The same as `app.progress.agreement.report` of all reviews. Hand in records as the person who looks may see them.
    """
    tallies = {topic: _tally(topic, records) for topic, records in sorted(topics.items())}
    marked = (one for topic, records in topics.items() for one in _marked(topic, records))
    items = tuple(by_item(marked).values())
    whole = together(tallies.values())
    return AgreementReport(
        counts=counts_of(whole),
        figures=verdict_figures(whole),
        topics={topic: counts_of(one) for topic, one in tallies.items()},
        items=len(items),
        identical=sum(item.iou == 1 for item in items),
        spans=span_figures(items),
        minimum=MINIMUM,
        seed=SEED,
    )


def _tally(topic: str, records: Iterable[RecordState]) -> RatingTally:
    """A topic's ratings summed up. A unit is of one record, so that each record can be summed up by itself."""
    patterns: Counter[Pattern] = Counter()
    raters: set[str] = set()
    alone = {verdict: tuple(int(verdict == label) for label in VERDICTS) for verdict in VERDICTS}
    for state in paced(records):
        if len(state.events) == 1:
            continue
        reviews = [event for event in state.events.values() if isinstance(event, Review)]
        if len(reviews) == 1 and (pattern := alone.get(reviews[0].verdict)) is not None:
            patterns[pattern] += 1
            raters.add(reviews[0].by)
        elif reviews:
            ratings = from_reviews(_given(topic, state, reviews))[topic]
            one = tally(ratings, VERDICTS)
            patterns.update(dict(zip(one.patterns, one.times, strict=True)))
            raters |= one.raters
    ordered = tuple(sorted(patterns))
    return RatingTally(VERDICTS, ordered, tuple(patterns[pattern] for pattern in ordered), frozenset(raters))


def _given(topic: str, state: RecordState, reviews: Iterable[Review]) -> Iterator[Given]:
    units: dict[str, str] = {}
    for event in reviews:
        unit = units.get(event.revision)
        if unit is None:  # revisions that say exactly the same are one thing that was judged
            unit = units[event.revision] = min(state.alike(event.revision))
        yield Given(topic, unit, event.by, event.verdict, event.at, event.id)


def _marked(topic: str, records: Iterable[RecordState]) -> Iterator[Marked]:
    """What people took for the same item of the same commit; of one person's records for it the last counts.

    A plain folder has no commit, so that nobody knows whether two people saw the same bytes: it is left out.
    """
    first: dict[str, Summary] = {}
    several: dict[str, list[Summary]] = {}
    for state in paced(records):
        text = state.revision
        if text is None or not text.item or not text.commit or state.status in LEFT_OUT:
            continue
        item = f"{topic}\0{text.commit}\0{text.path}\0{text.item}"
        known = first.setdefault(item, text)
        if known is not text:
            several.setdefault(item, [known]).append(text)
    for item, found in several.items():
        for text in sorted(found, key=lambda one: (one.at, one.id)):
            ranges: dict[str, list[tuple[int, int]]] = {}
            for extent in text.extents():
                ranges.setdefault(extent.path, []).append((extent.start, extent.end))
            yield Marked(item, text.by, ranges)
