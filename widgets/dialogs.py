"""Small questions and answers over a screen: a line to type, a yes or no, a text to read, work under way."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, ProgressBar, Static

from widgets.drawing import safe, safe_lines

_LOOK = """
{name} {{ align: center middle; }}
{name} > Vertical {{
    width: 80%; max-width: 100; height: auto; max-height: 90%;
    background: $surface; border: round $primary; padding: 0 1;
}}
{name} .dialog--title {{ text-style: bold; height: auto; }}
{name} Horizontal {{ height: auto; align-horizontal: right; }}
{name} Button {{ margin: 0 0 0 1; }}
"""


class PromptLine(ModalScreen[str | None]):
    """Asks for one line; escape gives None."""

    DEFAULT_CSS = _LOOK.format(name="PromptLine")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(self, question: str, value: str = "") -> None:
        super().__init__()
        self._question = question
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._question)), classes="dialog--title")
            yield Input(self._value, compact=True)
            with Horizontal():
                yield Button("OK", id="ok", compact=True, variant="primary")
                yield Button("Cancel", id="cancel", compact=True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(self.query_one(Input).value if event.button.id == "ok" else None)

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


class Confirm(ModalScreen[bool]):
    """Asks yes or no; escape is no."""

    DEFAULT_CSS = _LOOK.format(name="Confirm")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
    ]

    def __init__(self, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question = question
        self._labels = (yes, no)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe_lines(self._question)), classes="dialog--title")
            with Horizontal():
                yield Button(self._labels[0], id="yes", compact=True, variant="primary")
                yield Button(self._labels[1], id="no", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)


class Notice(ModalScreen[None]):
    """A text to read: the summary of an export, the result of a check, an error with its remedy."""

    DEFAULT_CSS = _LOOK.format(name="Notice") + "Notice VerticalScroll { height: auto; max-height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q", "leave", "Close")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._title_text)), classes="dialog--title")
            with VerticalScroll():
                yield Static(Content(safe_lines(self._text)))
            with Horizontal():
                yield Button("Close", id="close", compact=True, variant="primary")

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    @on(Button.Pressed)
    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


class ProgressDialog(ModalScreen[None]):
    """Work under way, with a bar and a way to call it off. The owner asks `cancelled` and dismisses it when done."""

    DEFAULT_CSS = (
        _LOOK.format(name="ProgressDialog")
        + "ProgressDialog ProgressBar { width: 1fr; } ProgressDialog Bar { width: 1fr; }"
    )
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title_text = title
        self.cancelled = False
        """Whether the person called the work off; read from the worker thread."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._title_text)), classes="dialog--title")
            yield Static("", id="phase", markup=False)
            yield ProgressBar(show_eta=False)
            with Horizontal():
                yield Button("Cancel", id="cancel", compact=True)

    def update(self, phase: str, fraction: float | None) -> None:
        """Say what is being done and how far it is (0 to 1; None where nobody knows)."""
        if not self.is_mounted:
            return
        self.query_one("#phase", Static).update(Content(safe(phase)))
        bar = self.query_one(ProgressBar)
        bar.update(
            total=None if fraction is None else 100, progress=0 if fraction is None else fraction * 100
        )

    @on(Button.Pressed)
    def action_cancel(self) -> None:
        """Ask the work to stop."""
        self.cancelled = True
        self.query_one("#phase", Static).update("cancelling…")
