"""How long somebody was at work: the time between keys, without the rests."""

from __future__ import annotations

import time
from collections.abc import Callable

IDLE = 30.0
"""Seconds without a key after which time no longer counts as active."""


class ActiveTime:
    """Counts from key to key."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now`: a clock in seconds that never goes back."""
        self._now = now
        self._last = 0.0
        self._seconds = 0.0

    def key(self) -> None:
        """A key was pressed."""
        now = self._now()
        if now - self._last < IDLE:
            self._seconds += now - self._last
        self._last = now

    def take(self) -> int:
        """The whole seconds counted since they were last taken; what is over stays."""
        whole = int(self._seconds)
        self._seconds -= whole
        return whole
