"""How long a record was read. Pure; told the time by whoever asks."""

from __future__ import annotations

IDLE = 30.0
"""Seconds without a sign of life after which reading no longer counts. The same as while annotating."""


class Attention:
    """Adds up the seconds between signs of life; of a longer silence only the first `IDLE` count.

    Who reads a long text touches nothing meanwhile, so the beginning of a silence is reading.
    """

    def __init__(self) -> None:
        self._last: float | None = None
        self._seconds = 0.0

    def begin(self, now: float) -> None:
        """Another record is on the screen; `now` is any clock's time in seconds that only grows."""
        self._last, self._seconds = now, 0.0

    def touch(self, now: float) -> None:
        """A key, a click, a turn of the wheel."""
        if self._last is not None:
            self._seconds += min(max(now - self._last, 0.0), IDLE)
            self._last = now

    def pause(self, now: float) -> None:
        """Something else covers the record: until the next `resume` nothing counts."""
        self.touch(now)
        self._last = None

    def resume(self, now: float) -> None:
        """The record is in sight again."""
        if self._last is None:
            self._last = now

    def seconds(self, now: float) -> int:
        """Whole seconds of reading up to now."""
        self.touch(now)
        return int(self._seconds)
