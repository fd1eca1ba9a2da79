"""Where a reader is in a text, how keys take them on, and the range that they mark. Characters and rows are 0-based."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from textual.geometry import Offset

from widgets.record.record_text import Page


class Scrolled(Protocol):
    """The view of the text, as its cursor sees it."""

    @property
    def page(self) -> int:
        """Rows in sight."""

    @property
    def scroll_offset(self) -> Offset:
        """`y`: the first row in sight."""

    def scroll_to(self, x: float | None = None, y: float | None = None, **how: Any) -> None:
        """Bring a row to the top."""

    def repaint_changed(self) -> None:
        """Draw again what looks different."""


class TextCursor:
    """The cursor of a reader; its actions are reached by keys."""

    def __init__(self, view: Scrolled, words: bool, moved: Callable[[], object]) -> None:
        """`words`: rows break at blanks where they can; `moved` hears of each move that the person makes."""
        self._view, self._moved = view, moved
        self.text = ""
        self.page = Page("", (), 1, words)
        """The text in rows; whoever lays it out anew sets this."""
        self.at = 0
        """The character that the cursor is on."""
        self.anchor: int | None = None
        """Where the range that is being marked began; None where none is."""

    def begin(self, text: str) -> None:
        """Another text is read, from its top."""
        self.text, self.at, self.anchor = text, 0, None

    @property
    def selected(self) -> tuple[int, int] | None:
        """The marked range, its end exclusive; None where nothing is marked."""
        if self.anchor is None:
            return None
        low, high = sorted((self.anchor, self.at))
        return low, min(high + 1, len(self.text))

    def toggle_marking(self) -> bool:
        """Begin to mark a range here, or forget it; whether one is being marked now."""
        self.anchor = self.at if self.anchor is None and self.text else None
        self._view.repaint_changed()
        return self.anchor is not None

    def forget_range(self) -> None:
        """Nothing is marked any more."""
        self.anchor = None
        self._view.repaint_changed()

    def show(self, char: int) -> None:
        """Put the cursor on a character, a third down the page if it was out of sight. No move of the person's."""
        self.at = min(max(char, 0), len(self.text))
        row, page = self.page.row_of(self.at), self._view.page
        top = self._view.scroll_offset.y
        if not top <= row < top + page - 1:
            self._view.scroll_to(y=max(row - page // 3, 0))
        self._view.repaint_changed()

    def go(self, char: int) -> None:
        """The person moves to a character, or the nearest there is."""
        self.at = min(max(char, 0), max(len(self.text) - 1, 0))
        row, top, page = self.page.row_of(self.at), self._view.scroll_offset.y, self._view.page
        if row < top:
            self._view.scroll_to(y=row)
        elif row >= top + page:
            self._view.scroll_to(y=row - page + 1)
        self._view.repaint_changed()
        self._moved()

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        row = self.page.row_of(self.at)
        to = min(max(row + rows, 0), len(self.page) - 1)
        self.go(self.page.at(to, self.page.column(self.at)))

    def action_turn(self, pages: int) -> None:
        """Move by pages; a row of the one before stays in sight."""
        rows = pages * max(self._view.page - 1, 1)
        self._view.scroll_to(y=self._view.scroll_offset.y + rows)
        self.action_move(rows)

    def action_step(self, chars: int) -> None:
        """Move the cursor by characters."""
        self.go(self.at + chars)

    def action_word(self, way: int) -> None:
        """Move the cursor to the word before, or the next one."""
        self.go(word_beside(self.text, self.at, way))

    def action_edge(self, way: int) -> None:
        """Go to the first or the last row."""
        self.go(0 if way < 0 else len(self.text))


def word_beside(text: str, at: int, way: int) -> int:
    """Where the next word after a character begins, or (`way` below 0) the one before it; the text's ends else."""
    if way > 0:
        while at < len(text) and not text[at].isspace():
            at += 1
        while at < len(text) and text[at].isspace():
            at += 1
        return at
    at = max(at + way, 0)
    while at > 0 and text[at].isspace():
        at -= 1
    while at > 0 and not text[at - 1].isspace():
        at -= 1
    return at
