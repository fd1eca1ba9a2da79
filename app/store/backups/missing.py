"""Holding what a journal holds against what was seen of it: the count that `app.store.backups.last_seen` asks for."""

from __future__ import annotations

from app.errors import StoreError
from app.store.backups.last_seen import SAMPLE, Alarm, Memory
from app.store.protocol import Store, Survey

_NEVER = -1
"""The generation before anything was counted."""


class Muster:
    """Counts the events of one topic, from one survey to the next only what is new. Not for two threads at once."""

    def __init__(self, memory: Memory, topic: str) -> None:
        self._memory = memory
        self._topic = topic
        self._ids: set[str] = set()
        self._generation = _NEVER
        self._taken = 0
        """How many of the survey's entries are in `_ids`."""

    @property
    def begun(self) -> bool:
        """Whether anything was counted yet."""
        return self._generation != _NEVER

    def take(self, survey: Survey, size: int) -> Alarm | None:
        """What the journal lacks of what was seen of it; where it lacks nothing, remember what there is.

        `size`: the journal's length in bytes. Raises `StoreError` where the memory cannot be read or written, which
        is to be told, and stops nothing.
        """
        if survey.generation != self._generation:
            self._ids, self._taken = set(), 0
        self._ids.update(entry.id for entry in survey.entries[self._taken :])
        self._generation, self._taken = survey.generation, len(survey.entries)
        return self._memory.observe(
            self._topic,
            survey.exists,
            len(self._ids),
            size,
            [entry.id for entry in survey.entries[-SAMPLE:]],
            self._ids.__contains__,
            proven=not survey.unproven,
        )


def look(store: Store, memory: Memory, topic: str) -> tuple[Alarm | None, str]:
    """Survey a topic once, and say what is missing and what is wrong with the memory itself (empty if nothing).

    Raises `StoreError` where the journal cannot be read.
    """
    survey = store.survey(topic)
    stamp = store.stamp(topic)
    try:
        return Muster(memory, topic).take(survey, stamp[2] if len(stamp) > 2 else 0), ""
    except StoreError as error:
        return None, str(error)
