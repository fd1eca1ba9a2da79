"""How much of a text is a person's own typing: characters typed and pasted, counted as they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class EffortCount:
    """Counts since it was last taken."""

    def __init__(self) -> None:
        self._typed = 0
        self._pasted = 0
        self._pasting = False
        self.counting = True
        """Whether what is put into the text is somebody's doing."""

    def add(self, text: str) -> None:
        """A text was put in: one character at a time is typing, many at once are a paste."""
        if self.counting and len(text) == 1 and not self._pasting:
            self._typed += 1
        elif self.counting:
            self._pasted += len(text)

    @contextmanager
    def uncounted(self) -> Iterator[None]:
        """What is put in meanwhile counts as nothing."""
        self.counting = False
        try:
            yield
        finally:
            self.counting = True

    @contextmanager
    def pasting(self) -> Iterator[None]:
        """What is put in meanwhile is a paste, also where it is one character."""
        self._pasting = True
        try:
            yield
        finally:
            self._pasting = False

    def take(self) -> tuple[int, int]:
        """Characters typed and pasted since this was last asked."""
        effort = self._typed, self._pasted
        self._typed = self._pasted = 0
        return effort
