"""What the events of one record come from: all that they replaced, and the texts nearest behind them.

`events` are a record's, by id, as far as they are known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from app.records.events import Retraction, Review
from app.records.history.light import Entry
from app.records.history.summary import Summary

Events = Mapping[str, Entry]


def common_ancestor(events: Events, first: str, second: str) -> str | None:
    """The id of the nearest revision that both events come from; None if there is none, or it is not known here.

    An event counts among its own ancestors. Retractions are passed through. Of several that are equally near
    (none of them comes from another) it is the newest, by time, then id. The order of the two does not matter.
    """
    shared = ancestors(events, first) & ancestors(events, second)
    texts = {name for name in shared if not isinstance(events[name], Retraction)}
    further: set[str] = set()
    for name in texts:
        if name not in further:
            further |= ancestors(events, name) - {name}
    nearest = [events[name] for name in texts - further]
    newest = max(nearest, key=lambda event: (event.at, event.id), default=None)
    return newest.id if newest is not None else None


def ancestors(events: Events, name: str) -> set[str]:
    """The ids of an event and of all it replaced, directly or not."""
    return {event.id for event in _walked(events, (name,), lambda event: True)}


def texts_behind(
    events: Events, names: Iterable[str], through: Callable[[Summary], bool] = lambda text: False
) -> list[Summary]:
    """The events of these ids where they are texts, else the nearest texts behind them, in the order of the names.

    Retractions are passed through, and so are texts that `through` says so of.
    """
    walked = _walked(events, names, lambda event: not isinstance(event, Summary) or through(event))
    return [event for event in walked if isinstance(event, Summary) and not through(event)]


def _walked(
    events: Events, names: Iterable[str], goes_on: Callable[[Summary | Retraction], bool]
) -> Iterator[Summary | Retraction]:
    """Each event once: those of these ids, and what they replaced as far as one goes on there."""
    waiting, seen = list(names)[::-1], set[str]()
    while waiting:
        name = waiting.pop()
        event = events.get(name)
        if event is None or name in seen or isinstance(event, Review):
            continue
        seen.add(name)
        yield event
        if goes_on(event):
            waiting.extend(reversed(event.parents))
