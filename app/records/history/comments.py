"""What people say about a topic's records, from its comments alone. Independent of their order and repetition.

A comment has an id of its own (`comment`); whatever changes it, takes it back, or gives it again, shares it. Of the
events of one record that share one, the latest counts, by `at`, then `id`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime

from app.records.events import Comment

_NONE: Mapping[str, Comment] = {}


def _order(event: Comment) -> tuple[datetime, str]:
    return (event.at, event.id)


class Comments:
    """A topic's comments. Any thread may ask; who adds holds the guard, and so does whoever asks."""

    def __init__(self, guard: threading.RLock) -> None:
        self._guard = guard
        self._events: dict[str, dict[str, dict[str, Comment]]] = {}
        """By the record, by the comment's own id, by the event's; an innermost one is only ever replaced."""
        self._records: dict[str, tuple[str, ...]] = {}
        """By a comment's own id, the records that have it: one, unless a journal was changed by hand."""
        self._current: dict[str, tuple[Comment, ...]] = {}
        """By record, as far as they were asked for: the comments in force."""

    def add(self, event: Comment) -> bool:
        """Take an event in; whether it was new."""
        with self._guard:
            of_record = self._events.setdefault(event.record, {})
            known = of_record.get(event.comment, {})
            if event.id in known:
                return False
            if not known:
                self._records[event.comment] = (*self._records.get(event.comment, ()), event.record)
            of_record[event.comment] = known | {event.id: event}
            self._current.pop(event.record, None)
            return True

    @property
    def events(self) -> tuple[Comment, ...]:
        """Every event, by time."""
        with self._guard:
            found = [
                e for comments in self._events.values() for one in comments.values() for e in one.values()
            ]
        return tuple(sorted(found, key=_order))

    def about(self, record: str) -> tuple[Comment, ...]:
        """Every event about one record, by time, those that were taken back and that take back among them."""
        with self._guard:
            found = [event for one in self._events.get(record, {}).values() for event in one.values()]
        return tuple(sorted(found, key=_order))

    def events_of(self, record: str, comment: str) -> Mapping[str, Comment]:
        """The events of one comment of a record, by id; empty where it is not known."""
        with self._guard:
            return self._events.get(record, {}).get(comment, _NONE)

    def named(self, comment: str) -> tuple[Comment, ...]:
        """What counts now of the comment with this id of its own, withdrawn or not; empty where it is not known.

        One, unless a journal was changed by hand: then one of each record, by record.
        """
        with self._guard:
            records = sorted(self._records.get(comment, ()))
            return tuple(max(self.events_of(record, comment).values(), key=_order) for record in records)

    def of(self, record: str) -> tuple[Comment, ...]:
        """The comments in force about a record, by time. The same tuple while nothing came; it may not be here."""
        with self._guard:
            found = self._current.get(record)
            if found is None:
                latest = (
                    max(events.values(), key=_order) for events in self._events.get(record, {}).values()
                )
                found = tuple(sorted((one for one in latest if not one.withdrawn), key=_order))
                if found:
                    self._current[record] = found
            return found
