"""The floor of every Textual program: one Static, and one key that changes it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.widgets import Static


class Bare(App[None]):
    """Shows one line; `down` shows the next number in it."""

    BINDINGS: ClassVar[list[BindingType]] = [("down", "count", "Count")]
    presses = 0

    def compose(self) -> ComposeResult:
        yield Static("bare and ready")

    def action_count(self) -> None:
        self.presses += 1
        self.query_one(Static).update(f"pressed {self.presses} times")


if __name__ == "__main__":
    Bare().run()
