"""What two heads of one record have in common: the text both began from."""

from __future__ import annotations

from app.records.events import Retraction, Review
from app.records.history.ledger import RecordState


def common_ancestor(state: RecordState, first: str, second: str) -> str | None:
    """The id of the nearest revision that both events come from; None if there is none, or it is not known here.

    An event counts among its own ancestors. Retractions are passed through. Of several that are equally near
    (none of them comes from another) it is the newest, by time, then id. The order of the two does not matter.
    """
    shared = ancestors(state, first) & ancestors(state, second)
    texts = {name for name in shared if not isinstance(state.events[name], Retraction)}
    further: set[str] = set()
    for name in texts:
        if name not in further:
            further |= ancestors(state, name) - {name}
    nearest = [state.events[name] for name in texts - further]
    newest = max(nearest, key=lambda event: (event.at, event.id), default=None)
    return newest.id if newest is not None else None


def ancestors(state: RecordState, name: str) -> set[str]:
    """The ids of an event and of all it replaced, directly or not, as far as they are known here."""
    found: set[str] = set()
    todo = [name]
    while todo:
        event = state.events.get(todo.pop())
        if event is None or isinstance(event, Review) or event.id in found:
            continue
        found.add(event.id)
        todo.extend(event.parents)
    return found
