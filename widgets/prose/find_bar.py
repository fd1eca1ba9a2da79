"""The find bar under a text."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input, Static

from widgets.base.ordered_keys import LineInput


class FindBar(Horizontal):
    """What to look for, which match is shown, and buttons for the mouse. Hidden until `open`."""

    BINDINGS = [
        Binding("down,ctrl+f", "step(1)", "Next", priority=True),
        Binding("up", "step(-1)", "Previous", priority=True),
        Binding("escape", "close", "Close", priority=True),
    ]
    DEFAULT_CSS = """
    FindBar { height: 1; display: none; background: $boost; }
    FindBar.-open { display: block; }
    FindBar Input { width: 1fr; }
    FindBar Static { width: auto; padding: 0 1; }
    FindBar .find-bar--none { color: $text-error; }
    FindBar Button { min-width: 3; width: 3; }
    """

    class Wanted(Message):
        """Show a match."""

        def __init__(self, text: str, step: int) -> None:
            super().__init__()
            self.text = text
            """What to look for, as typed."""
            self.step = step
            """0: the first from the cursor on, 1: the next, -1: the one before."""

    class Closed(Message):
        """The person is done; the text wants its focus back."""

    def compose(self) -> ComposeResult:
        # Nothing a terminal could obey gets in, not even by a paste.
        yield LineInput(
            placeholder="find", compact=True, restrict=r"[^\x00-\x1f\x7f-\x9f]*", select_on_focus=True
        )
        yield Static(Content(""), id="count")
        yield Button("↑", id="previous", compact=True)
        yield Button("↓", id="next", compact=True)
        yield Button("×", id="close", compact=True)

    @property
    def is_open(self) -> bool:
        """Whether the bar is shown."""
        return self.has_class("-open")

    @property
    def text(self) -> str:
        """What is looked for, or was when the bar was last open."""
        return self.query_one(Input).value

    def open(self) -> None:
        """Shows the bar and goes to its field."""
        self.add_class("-open")
        self.query_one(Input).focus()

    def show_count(self, number: int, total: int) -> None:
        """Which match is shown, 1-based, of how many."""
        nothing = bool(self.text) and not total
        count = self.query_one("#count", Static)
        count.set_class(nothing, "find-bar--none")
        count.update(Content("no match" if nothing else f"{number}/{total}" if total else ""))

    def action_step(self, step: int) -> None:
        """Asks for the next (1) or previous (-1) match."""
        self.post_message(self.Wanted(self.text, step))

    def action_close(self) -> None:
        """Hides the bar; what was looked for is remembered."""
        self.remove_class("-open")
        self.post_message(self.Closed())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Wanted(event.value, 0))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_step(1)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "close":
            self.action_close()
        else:
            self.action_step(1 if event.button.id == "next" else -1)

    def on_paste(self, event: events.Paste) -> None:
        """A paste belongs to the field, not to the text above."""
        event.stop()
