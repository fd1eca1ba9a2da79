"""The text area with vim's modes and motions: `textual-vim-textarea`, and what it gets wrong put right."""

from __future__ import annotations

from textual import events
from textual.document._document import EditResult, Location
from textual_vim_textarea import VimTextArea  # type: ignore[import-untyped]
from textual_vim_textarea.vim_textarea import Mode  # type: ignore[import-untyped]

from widgets.prose.area import ProseArea

_ELSEWHERE = {
    "enter": "cursor_down",
    "backspace": "cursor_left",
    "ctrl+b": "cursor_page_up",
    "ctrl+u": "cursor_page_up",
    "ctrl+d": "cursor_page_down",
}
"""Keys that move in vim's normal mode, and would change the text in a plain text area."""
_FIND = {"/": 0, "n": 1, "N": -1}


class VimProseArea(ProseArea, VimTextArea):  # type: ignore[misc]
    """A prose area that begins in vim's normal mode."""

    def load(self, text: str) -> None:
        """Another text, in normal mode."""
        self.mode = Mode.NORMAL
        super().load(text)

    @property
    def offers_names(self) -> bool:
        """Only insert mode types."""
        return self.mode is Mode.INSERT

    def command_key(self, event: events.Key) -> bool:
        """What the library leaves to the plain text area, or does not know; it handles all the rest."""
        self.call_next(_stay_on_line, self)
        idle = self.status_text == "NORMAL"
        if idle and event.key == "escape":
            self.let_go()
        elif idle and event.character in _FIND:
            self.post_message(self.FindWanted(_FIND[event.character]))
        elif self.mode is Mode.NORMAL and event.key in _ELSEWHERE:
            getattr(self, f"action_{_ELSEWHERE[event.key]}")()
        else:
            return False
        return True

    def _apply_operator_range(
        self, op: str, a: Location, b: Location, linewise: bool = False, inclusive: bool = False
    ) -> None:
        # The library lets `dw` on the last word of a line take the line's end too; vim does not.
        start, end = min(a, b), max(a, b)
        before = self.document[end[0]][: end[1]] if end[0] < self.document.line_count else ""
        if not linewise and not inclusive and end[0] > start[0] and not before.strip():
            a, b = start, (end[0] - 1, len(self.document[end[0] - 1]))
        super()._apply_operator_range(op, a, b, linewise=linewise, inclusive=inclusive)

    def insert(
        self, text: str, location: Location | None = None, *, maintain_selection_offset: bool = True
    ) -> EditResult:
        """Inserts; whole lines put under the last line get their line feed before them, not behind."""
        if location == (self.document.line_count, 0) and text.endswith("\n"):
            text, location = "\n" + text[:-1], self.document.end
        return super().insert(text, location, maintain_selection_offset=maintain_selection_offset)


def _stay_on_line(area: VimProseArea) -> None:
    """In normal mode the cursor stands on a character, never behind the last one."""
    row, column = area.cursor_location
    if area.mode is Mode.NORMAL and area.selection.is_empty and 0 < column == len(area.document[row]):
        area.move_cursor((row, column - 1))
