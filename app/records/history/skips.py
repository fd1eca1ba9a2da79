"""What a topic asks for, as people say it: its skips and closings. Independent of their order and repetition.

A skip (and a closing) has an id of its own (`record`); whatever takes it back, or gives it again, shares it. Of the
events that share one, the latest counts, by `at`, then `id`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime

from app.records.events import Closing, Skip, TopicEvent


def _order(event: TopicEvent) -> tuple[datetime, str]:
    return (event.at, event.id)


class Skips:
    """A topic's skips. Any thread may ask; who adds holds the guard, and so does whoever asks."""

    def __init__(self, guard: threading.RLock) -> None:
        self._guard = guard
        self._events: dict[str, dict[str, TopicEvent]] = {}
        """By the skip's own id, then by the event's; an inner one is never changed, only replaced."""
        self._current: tuple[Skip, ...] | None = ()

    def add(self, event: TopicEvent) -> None:
        """Take an event in, whether it is known or not."""
        with self._guard:
            known = self._events.get(event.record, {})
            if event.id not in known:
                self._events[event.record] = known | {event.id: event}
                self._current = None

    @property
    def events(self) -> tuple[TopicEvent, ...]:
        """Every event, by time."""
        with self._guard:
            found = [event for events in self._events.values() for event in events.values()]
        return tuple(sorted(found, key=_order))

    def of(self, skip: str) -> Mapping[str, TopicEvent]:
        """The events of one skip, by id; empty where it is not known."""
        with self._guard:
            return self._events.get(skip, {})

    def latest(self, skip: str) -> TopicEvent | None:
        """What counts of one skip now; None where it is not known."""
        return max(self.of(skip).values(), key=_order, default=None)

    @property
    def current(self) -> tuple[Skip, ...]:
        """The skips in force, by time. The same tuple while nothing came."""
        with self._guard:
            if self._current is None:
                self._current = tuple(one for one in self._in_force() if isinstance(one, Skip))
            return self._current

    @property
    def closing(self) -> Closing | None:
        """The latest word that all code there is is recorded; None where nobody says so."""
        with self._guard:
            return max(
                (one for one in self._in_force() if isinstance(one, Closing)), key=_order, default=None
            )

    def _in_force(self) -> list[TopicEvent]:
        latest = (max(events.values(), key=_order) for events in self._events.values())
        return sorted((one for one in latest if not one.withdrawn), key=_order)
