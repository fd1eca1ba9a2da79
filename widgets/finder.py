"""The fuzzy finder: type a few letters, choose a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static
from textual.worker import get_current_worker

from widgets.drawing import Part, cut, cut_left, safe
from widgets.fuzzy import match, rank
from widgets.line_view import LineList

Value = TypeVar("Value")

AT_ONCE = 400
"""Choices that are ranked on the interface's thread; more than that in a worker."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """One line to choose from."""

    text: str
    """What is shown and searched."""
    value: Value
    detail: str = ""
    """Shown at the right, not searched."""
    group: str = ""
    """Told apart from other groups; earlier groups win ties."""


class Results(LineList):
    """The lines that match, best first."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"results--match", "results--muted"}
    DEFAULT_CSS = """
    Results > .results--match { color: $text-accent; text-style: bold; }
    Results > .results--muted { color: $text-muted; }
    """

    @dataclass
    class Picked(Message, namespace="results"):
        """A line was clicked."""

        row: int

    def __init__(self, choices: Sequence[Choice[Value]]) -> None:
        super().__init__()
        self.can_focus = False
        self._choices = choices
        self._order: Sequence[int] = range(len(choices))
        self._query = ""

    def show(self, query: str, order: Sequence[int]) -> None:
        """Show these choices, by index."""
        self._query, self._order = query, order
        self.cursor = 0
        self.set_rows_count(len(order))

    @property
    def chosen(self) -> int | None:
        """Index of the choice under the cursor."""
        return self._order[self.cursor] if self.cursor < len(self._order) else None

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        choice = self._choices[self._order[row]]
        detail = f"  {choice.detail or choice.group}"
        room = max(width - len(detail) - 2, 8)
        text = cut_left(choice.text, room) if "/" in choice.text else cut(choice.text, room)
        hit = match(self._query, text) if self._query else None
        places = set(hit.positions) if hit is not None else set()
        parts = [Part(" ")]
        parts += [Part(char, "results--match" if at in places else "") for at, char in enumerate(text)]
        parts += [Part(" " * max(width - len(text) - len(detail) - 1, 0)), Part(detail, "results--muted")]
        return parts

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row >= 0:
            self.cursor = row
            self.post_message(self.Picked(row))


class Finder(ModalScreen[Value | None], Generic[Value]):
    """Gives back the value chosen, or None."""

    DEFAULT_CSS = """
    Finder { align: center top; }
    Finder > Vertical {
        width: 90%; max-width: 120; height: 80%; margin-top: 1;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Finder Input { height: 1; border: none; }
    Finder Results { height: 1fr; }
    Finder #count { color: $text-muted; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Page down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Page up", show=False, priority=True),
    ]

    def __init__(self, choices: Sequence[Choice[Value]], title: str = "Find") -> None:
        super().__init__()
        self._choices = choices
        self._title_text = title
        groups = list(dict.fromkeys(choice.group for choice in choices))
        self._groups = [groups.index(choice.group) for choice in choices]

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Input(placeholder=safe(self._title_text), compact=True)
            yield Results(self._choices)
            yield Static(Content(""), id="count")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show("", range(len(self._choices)))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        query = event.value
        texts = [choice.text for choice in self._choices]
        if len(texts) <= AT_ONCE:
            self._show(query, rank(query, texts, self._groups) or [])
            return

        def work() -> None:
            worker = get_current_worker()
            order = rank(query, texts, self._groups, lambda: worker.is_cancelled)
            if order is not None and not worker.is_cancelled:
                self.app.call_from_thread(self._show, query, order)

        self.run_worker(work, thread=True, exclusive=True, group="rank", exit_on_error=False)

    def _show(self, query: str, order: Sequence[int]) -> None:
        self.query_one(Results).show(query, order)
        self.query_one("#count", Static).update(Content(f"{len(order)} of {len(self._choices)}"))

    @on(Input.Submitted)
    @on(Results.Picked)
    def _choose(self) -> None:
        chosen = self.query_one(Results).chosen
        if chosen is not None:
            self.dismiss(self._choices[chosen].value)

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.query_one(Results).cursor += step

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
