"""A question with several answers, each on a row of its own, taken by its number, by enter or by a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from widgets.base.drawing import safe, safe_lines
from widgets.base.steady import SteadyModal

GRACE = 0.6
"""Seconds for `Choose.grace`: what was typed before a question could be seen is no answer to it."""


class Choose(SteadyModal[str]):
    """Asks for one of several answers; escape gives the one that changes nothing."""

    DEFAULT_CSS = """
    Choose { align: center middle; }
    Choose > Vertical {
        width: 80%; max-width: 100; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Choose.-short > Vertical { width: 100%; max-height: 100%; border: none; padding: 0; }
    Choose .choose--title { text-style: bold; height: auto; max-height: 3; }
    Choose VerticalScroll { height: auto; max-height: 50vh; margin: 0 0 1 0; }
    Choose.-short VerticalScroll { margin: 0; max-height: 40vh; }
    Choose #hint { height: 1; color: $text-muted; }
    Choose Button { width: 1fr; content-align: left middle; text-align: left; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "harmless", "Change nothing"),
        Binding("up,left", "app.focus_previous", "Previous", show=False),
        Binding("down,right", "app.focus_next", "Next", show=False),
        *(Binding(str(number), f"number({number})", show=False) for number in range(1, 10)),
    ]

    def __init__(
        self,
        title: str,
        text: str,
        answers: Sequence[tuple[str, str]],
        *,
        first: str,
        harmless: str,
        grace: float = 0.0,
    ) -> None:
        """`answers`: (id, label), at most nine; `first` has the focus; `harmless` is what escape gives.

        `grace`: seconds in which no key answers, for a question that comes up while somebody types.
        """
        super().__init__()
        self._title_text = title
        self._text = text
        self._answers = tuple(answers)
        self._first = first
        self._harmless = harmless
        self._grace = grace
        self._open = grace <= 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(safe(self._title_text)), classes="choose--title")
            with VerticalScroll(can_focus=False):
                yield Static(Content(safe_lines(self._text)))
            for number, (name, label) in enumerate(self._answers, 1):
                yield Button(Content(f"{number}  {safe(label)}"), id=f"answer-{name}", compact=True)
            yield Static(Content(self._hint if self._open else " "), id="hint")

    def on_mount(self) -> None:
        """Gives the keys to the first answer."""
        first = self.query(f"#answer-{self._first}").first(Button) if self.query(Button) else None
        if first is None:
            return  # told to end while the answers were being made
        self.set_focus(first)
        if not self._open:
            self.set_timer(self._grace, self._listen)

    def _listen(self) -> None:
        self._open = True
        self.query_one("#hint", Static).update(Content(self._hint))

    @property
    def _hint(self) -> str:
        return f"1-{len(self._answers)}, enter or a click answers; esc changes nothing"

    @property
    def listening(self) -> bool:
        """Whether keys answer by now."""
        return self._open

    def _answer(self, name: str) -> None:
        if self._open:
            self.dismiss(name)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self._answer((event.button.id or "").removeprefix("answer-"))

    def action_number(self, number: int) -> None:
        """Take the answer with this number, 1-based."""
        if number <= len(self._answers):
            self._answer(self._answers[number - 1][0])

    def action_harmless(self) -> None:
        """Change nothing."""
        self._answer(self._harmless)
