"""The row of pane names on a narrow screen, where one pane is seen at a time."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static


class _Name(Static):
    """One name; a click on it chooses the pane."""

    def __init__(self, pane: str) -> None:
        super().__init__(pane, markup=False)
        self.pane = pane

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(PaneBar.Chosen(self.pane))


class PaneBar(Widget):
    """Clickable names of panes; the owner shows the chosen one and sets `active`."""

    DEFAULT_CSS = """
    PaneBar { layout: horizontal; height: 1; background: $panel; }
    PaneBar _Name { width: auto; padding: 0 2; color: $text-muted; }
    PaneBar _Name.-active { color: $text; background: $primary-muted; text-style: bold; }
    """

    active: reactive[str] = reactive("")
    """Name of the pane that is shown; set by the owner."""

    class Chosen(Message):
        """A name was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane
            """The name."""

    def __init__(self, panes: Sequence[str]) -> None:
        super().__init__()
        self._panes = tuple(panes)

    def compose(self) -> ComposeResult:
        yield from (_Name(pane) for pane in self._panes)

    def watch_active(self, active: str) -> None:
        """Mark the shown pane's name."""
        for name in self.query(_Name):
            name.set_class(name.pane == active, "-active")
