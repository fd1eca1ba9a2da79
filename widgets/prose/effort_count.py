"""How much of a text is a person's own typing: characters typed, pasted and moved, counted as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.records.prose import Characters
from widgets.prose.pace import Pace


class EffortCount:
    """Counts since it was last taken."""

    def __init__(self, own: Callable[[str], bool] = lambda text: False) -> None:
        """`own` says of a text whether it is the record's own already."""
        self._own = own
        self._pace = Pace()
        self._typed = self._pasted = self._rapid = self._moved = 0
        self._pasting = False
        self.now = 0.0
        """When the key came that is being answered, in seconds of a clock that never goes back.

        When it came to us, not when it is answered: a busy program answers many at once.
        """
        self.counting = True
        """Whether what is put into the text is somebody's doing."""

    def add(self, text: str) -> None:
        """A text was put in: one character at a time is typing, many at once are a paste, or moved if they are own."""
        if not self.counting or not text:
            return
        if len(text) == 1 and not self._pasting:
            typed, rapid = self._pace.key(text, self.now)
            self._typed += typed
            self._rapid += rapid
        elif self._own(text):
            self._moved += len(text)
        else:
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

    def begin(self) -> None:
        """Another text: nothing that was counted is of it."""
        self._pace.begin()
        self.take()

    def take(self) -> Characters:
        """What came since this was last asked. Typed is below zero where what was taken before came too fast."""
        effort = Characters(self._typed, self._pasted, self._rapid, self._moved)
        self._typed = self._pasted = self._rapid = self._moved = 0
        return effort
