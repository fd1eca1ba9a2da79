"""What agreement is worked out of: the verdicts that people gave, and the bytes that they took for one item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.agreement import Given, Marked, Report, from_reviews, report
from app.records import Review
from app.stats.ledgers import LEFT_OUT
from app.store.ledger import RecordState
from app.store.summary import Summary


def agreement(topics: Mapping[str, Iterable[RecordState]]) -> Report:
    """How far people agree over these topics; docs/agreement.md says what it means.

    Up to about a second for 100,000 records. Hand in records as the person who looks may see them.
    """
    given: list[Given] = []
    marked: list[Marked] = []
    for topic, records in topics.items():
        states = tuple(records)
        for state in states:
            if len(state.events) > 1:
                given += _given(topic, state)
        marked += _marked(topic, states)
    ratings = from_reviews(given)
    return report({topic: ratings.get(topic, ()) for topic in topics}, marked)


def _given(topic: str, state: RecordState) -> Iterator[Given]:
    units: dict[str, str] = {}
    for event in state.events.values():
        if isinstance(event, Review):
            unit = units.get(event.revision)
            if unit is None:  # revisions that say exactly the same are one thing that was judged
                unit = units[event.revision] = min(state.alike(event.revision))
            yield Given(topic, unit, event.by, event.verdict, event.at, event.id)


def _marked(topic: str, states: Iterable[RecordState]) -> Iterator[Marked]:
    """What people took for the same item of the same commit; of one person's records for it the last counts.

    A plain folder has no commit, so that nobody knows whether two people saw the same bytes: it is left out.
    """
    items: dict[tuple[str, str, str], list[Summary]] = {}
    for state in states:
        text = state.revision
        if text is not None and text.item and text.commit and state.status not in LEFT_OUT:
            items.setdefault((text.commit, text.path, text.item), []).append(text)
    for key, found in items.items():
        if len(found) < 2 or len({text.by for text in found}) < 2:
            continue
        name = "\0".join((topic, *key))
        for text in sorted(found, key=lambda one: (one.at, one.id)):
            ranges: dict[str, list[tuple[int, int]]] = {}
            for extent in text.extents():
                ranges.setdefault(extent.path, []).append((extent.start, extent.end))
            yield Marked(name, text.by, ranges)
