"""The rows of a text area: as they stand on the screen, and as they were drawn, kept for all keys to come."""

from __future__ import annotations

from collections.abc import Callable

from textual.strip import Strip

ROWS_KEPT = 500
"""Rows that are kept as drawn, so that a key draws again only what it changes."""


class KeptStrips:
    """Rows are 0-based, those in sight."""

    def __init__(self, draw: Callable[[int], Strip], key: Callable[[int], tuple[object, ...]]) -> None:
        """`key`: all that a row's looks hang on; () for a row that is drawn anew each time."""
        self._draw, self._key = draw, key
        self.on_screen: dict[int, Strip] = {}
        """Row → what stands there."""
        self.drawn: dict[tuple[object, ...], Strip] = {}
        """Key → the row that was drawn for it."""
        self.due = False
        """Whether somebody will ask for `changed`."""

    def paint(self, y: int) -> Strip:
        """A row, which is on the screen from now on."""
        strip = self.on_screen[y] = self._row(y)
        return strip

    def changed(self, height: int) -> list[int] | None:
        """Which of `height` rows differ from what is on the screen; None where not all of that is known."""
        self.due = False
        if any(y not in self.on_screen for y in range(height)):
            return None
        return [y for y in range(height) if self._row(y) != self.on_screen[y]]

    def forget(self) -> None:
        """Other colours or another size: all rows are to be painted."""
        self.on_screen.clear()
        self.drawn.clear()

    def _row(self, y: int) -> Strip:
        key = self._key(y)
        strip = self.drawn.get(key) if key else None
        if strip is None:
            strip = self._draw(y)
            if key:
                if len(self.drawn) >= ROWS_KEPT:
                    self.drawn.clear()
                self.drawn[key] = strip
        return strip
