"""What people leave out of a topic, from its skips alone. Independent of their order and repetition.

A skip has an id of its own (`record`); whatever takes it back, or gives it again, shares it. Of the events that share
one, the latest counts, by `at`, then `id`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime

from app.records.events import Skip


def _order(event: Skip) -> tuple[datetime, str]:
    return (event.at, event.id)


class Skips:
    """A topic's skips. Any thread may ask; who adds holds the guard, and so does whoever asks."""

    def __init__(self, guard: threading.RLock) -> None:
        self._guard = guard
        self._events: dict[str, dict[str, Skip]] = {}
        """By the skip's own id, then by the event's; an inner one is never changed, only replaced."""
        self._current: tuple[Skip, ...] | None = ()

    def add(self, event: Skip) -> None:
        """Take an event in, whether it is known or not."""
        with self._guard:
            known = self._events.get(event.record, {})
            if event.id not in known:
                self._events[event.record] = known | {event.id: event}
                self._current = None

    @property
    def events(self) -> tuple[Skip, ...]:
        """Every event, by time."""
        with self._guard:
            found = [event for events in self._events.values() for event in events.values()]
        return tuple(sorted(found, key=_order))

    def of(self, skip: str) -> Mapping[str, Skip]:
        """The events of one skip, by id; empty where it is not known."""
        with self._guard:
            return self._events.get(skip, {})

    def latest(self, skip: str) -> Skip | None:
        """What counts of one skip now; None where it is not known."""
        return max(self.of(skip).values(), key=_order, default=None)

    @property
    def current(self) -> tuple[Skip, ...]:
        """The skips in force, by time. The same tuple while nothing came."""
        with self._guard:
            if self._current is None:
                latest = (max(events.values(), key=_order) for events in self._events.values())
                self._current = tuple(sorted((s for s in latest if not s.withdrawn), key=_order))
            return self._current
