"""Keys typed on behind one that did nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

SPELL = 0.8
"""Seconds without a key after which keys act again."""


class TypeAhead:
    """The spell in which keys do nothing: they are the words for a note that was not opened.

    An `a` among them would accept the record.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """`now`: a clock in seconds that never goes back."""
        self._now = now
        self._until = 0.0

    def refuse(self) -> None:
        """A key did nothing: those behind it do nothing either."""
        self._until = self._now() + SPELL

    def deaf(self) -> bool:
        """Whether a key that comes now does nothing; if so, those right behind it do nothing either."""
        if self._now() >= self._until:
            return False
        self.refuse()
        return True
