"""The line under the source: what to find, or which line to go to."""

from __future__ import annotations

from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widgets import Input

from widgets.source.pane import SourcePane


class SourcePrompt(Input):
    """Enter goes there, escape goes back."""

    DEFAULT_CSS = """
    SourcePrompt { dock: bottom; height: 1; border: none; padding: 0 1; background: $panel; display: none;
        &:focus { border: none; } &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close")]

    def __init__(self, pane: SourcePane) -> None:
        super().__init__(compact=True)
        self._pane = pane
        self.kind: Literal["find", "goto"] = "find"
        """What the line is for."""
        self._came_from = (0, 0, 0)

    def open(self, kind: Literal["find", "goto"]) -> None:
        """Ask; the line that was looked for last stands there, selected."""
        self.kind = kind
        self.placeholder = "find" if kind == "find" else "line number"
        self.value = self._pane.looking_for if kind == "find" else ""
        self.add_class("-open")
        self.focus()
        self.select_all()

    def action_close(self) -> None:
        """Give up and go back to the source; matches are no longer marked."""
        if self.kind == "find":
            self._pane.look_for("", go=False)
        self._leave()

    def _leave(self) -> None:
        self.remove_class("-open")
        self._pane.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave()
        if self.kind == "find":
            self._pane.look_for(event.value)
        elif event.value.strip().isdecimal():
            self._pane.go_to(int(event.value[:12]) - 1)
        elif event.value.strip():
            self._pane.refuse(f"{event.value.strip()[:40]!r} is not a line number")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.kind == "find" and self.has_class("-open"):
            self._pane.look_for(event.value, go=False)
