"""The text area with vim's modes and motions: `textual-vim-textarea`, and what it gets wrong put right."""

from __future__ import annotations

from textual import events
from textual.document._document import EditResult, Location
from textual_vim_textarea import VimTextArea  # type: ignore[import-untyped]
from textual_vim_textarea.vim_textarea import Mode  # type: ignore[import-untyped]

from widgets.prose_area import ProseArea

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

    async def _on_key(self, event: events.Key) -> None:
        if event.key.startswith("alt+"):
            event.prevent_default()
        elif self.mode in (Mode.NORMAL, Mode.VISUAL, Mode.VISUAL_LINE):
            self._command_key(event)

    def _command_key(self, event: events.Key) -> None:
        """What the library leaves to the plain text area, or does not know."""
        idle = self.status_text == "NORMAL"
        if idle and event.key == "escape":
            self.let_go()
        elif idle and event.character in _FIND:
            self.post_message(self.FindWanted(_FIND[event.character]))
        elif event.key in _ELSEWHERE and self.mode is Mode.NORMAL:
            getattr(self, f"action_{_ELSEWHERE[event.key]}")()
        else:
            return
        event.stop()
        event.prevent_default()

    def insert(
        self, text: str, location: Location | None = None, *, maintain_selection_offset: bool = True
    ) -> EditResult:
        """Inserts; whole lines put under the last line get their line feed before them, not behind."""
        if location == (self.document.line_count, 0) and text.endswith("\n"):
            text, location = "\n" + text[:-1], self.document.end
        return super().insert(text, location, maintain_selection_offset=maintain_selection_offset)
