"""Small questions and answers over a screen: a line to type, a yes or no, a text to read, work under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, ProgressBar, Static

from widgets.base.drawing import safe, safe_lines
from widgets.base.ordered_keys import LineInput
from widgets.base.steady import SteadyModal

_LOOK = """
{name} {{ align: center middle; }}
{name} > Vertical {{
    width: 80%; max-width: 100; height: auto; max-height: 90%;
    background: $surface; border: round $primary; padding: 0 1;
}}
{name}.-short > Vertical {{ width: 100%; max-height: 100%; border: none; padding: 0; }}
{name} .dialog--title {{ text-style: bold; height: auto; max-height: 6; }}
{name}.-short .dialog--title {{ max-height: 2; }}
{name} Horizontal {{ height: 1; align-horizontal: right; }}
{name} Button {{ margin: 0 0 0 1; min-width: 6; }}
"""
_SIZES = [(0, "-short"), (12, "-tall")]
_BETWEEN_BUTTONS = [
    Binding("left", "app.focus_previous", "Previous", show=False),
    Binding("right", "app.focus_next", "Next", show=False),
]


def _button(label: str, name: str, *, primary: bool = False) -> Button:
    return Button(Content(safe(label)), id=name, compact=True, variant="primary" if primary else "default")


class PromptLine(SteadyModal[str | None]):
    """Asks for one line; escape gives None."""

    DEFAULT_CSS = _LOOK.format(name="PromptLine") + (
        "PromptLine Input { height: 1; border: none; }"
        "PromptLine #wrong { color: $text-error; height: auto; max-height: 2; }"
    )
    VERTICAL_BREAKPOINTS = _SIZES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel")]

    def __init__(
        self,
        question: str,
        value: str = "",
        wrong: Callable[[str], str] | None = None,
        kept: Callable[[str], str] = str,
    ) -> None:
        """`wrong` says why an answer cannot be taken (empty: it can); the line then stays open for another.

        `kept` gives an answer as it is given back.
        """
        super().__init__()
        self._question = question
        self._value = value
        self._wrong = wrong
        self._kept = kept

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._question)), classes="dialog--title")
            yield LineInput(self._value, compact=True)
            yield Static("", id="wrong", markup=False)
            with Horizontal():
                yield _button("OK", "ok", primary=True)
                yield _button("Cancel", "cancel")

    def on_mount(self) -> None:
        self.query_one("#wrong").display = False

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._answer()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._answer()
        else:
            self.dismiss(None)

    def _answer(self) -> None:
        value = self.query_one(Input).value
        why = self._wrong(value) if self._wrong else ""
        if not why:
            self.dismiss(self._kept(value))
            return
        said = self.query_one("#wrong", Static)
        said.update(Content(safe(why)))
        said.display = True

    def action_leave(self) -> None:
        """Give no answer."""
        self.dismiss(None)


class Confirm(SteadyModal[bool]):
    """Asks yes or no; escape is no, and so is enter until the person moves to yes."""

    DEFAULT_CSS = _LOOK.format(name="Confirm")
    VERTICAL_BREAKPOINTS = _SIZES
    AUTO_FOCUS = "#no"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "No"),
        Binding("y", "answer(True)", "Yes"),
        *_BETWEEN_BUTTONS,
    ]

    def __init__(self, question: str, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._question = question
        self._labels = (yes, no)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe_lines(self._question)), classes="dialog--title")
            with Horizontal():
                yield _button(self._labels[0], "yes", primary=True)
                yield _button(self._labels[1], "no")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, yes: bool) -> None:
        """Give the answer."""
        self.dismiss(yes)


class Notice(SteadyModal[None]):
    """A text to read: the summary of an export, the result of a check, an error with its remedy."""

    DEFAULT_CSS = _LOOK.format(name="Notice") + (
        "Notice VerticalScroll { height: auto; max-height: 70vh; }"
        "Notice.-short > Vertical { height: 100%; }"
        "Notice.-short VerticalScroll { height: 1fr; max-height: 100%; }"
    )
    VERTICAL_BREAKPOINTS = _SIZES
    AUTO_FOCUS = "VerticalScroll"
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
                yield _button("Close", "close", primary=True)

    @on(Button.Pressed)
    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


class ProgressDialog(SteadyModal[None]):
    """Work under way, with a bar and a way to call it off. The owner asks `cancelled` and dismisses it when done."""

    DEFAULT_CSS = _LOOK.format(name="ProgressDialog") + (
        "ProgressDialog ProgressBar { width: 1fr; } ProgressDialog Bar { width: 1fr; }"
        "ProgressDialog #phase { height: auto; max-height: 2; }"
    )
    VERTICAL_BREAKPOINTS = _SIZES
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def __init__(self, title: str, on_cancel: Callable[[], object] | None = None) -> None:
        """`on_cancel` is called once, on the interface's thread, when the person calls the work off."""
        super().__init__()
        self._title_text = title
        self._on_cancel = on_cancel
        self.cancelled = False
        """Whether the person called the work off; a worker's thread may read it."""

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._title_text)), classes="dialog--title")
            yield Static("", id="phase", markup=False)
            yield ProgressBar(show_eta=False)
            with Horizontal():
                yield _button("Cancel", "cancel")

    def update(self, phase: str, fraction: float | None) -> None:
        """Say what is being done and how far it is (0 to 1; None where nobody knows).

        On the interface's thread only. Does nothing before the dialog is on screen, or after.
        """
        for said in self.query("#phase").results(Static):
            said.update(Content("cancelling…" if self.cancelled else safe(phase)))
        for bar in self.query(ProgressBar):
            if fraction is None:
                bar.update(total=None)
            else:
                bar.update(total=100, progress=min(max(fraction, 0.0), 1.0) * 100)

    @on(Button.Pressed)
    def action_cancel(self) -> None:
        """Ask the work to stop."""
        if self.cancelled:
            return
        self.cancelled = True
        self.query_one("#phase", Static).update(Content("cancelling…"))
        if self._on_cancel is not None:
            self._on_cancel()
