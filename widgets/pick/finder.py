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
from textual.widgets import Input, Label
from textual.worker import get_current_worker

from widgets.base.drawing import Part, cut, cut_left, safe, width
from widgets.base.line_view import LineList
from widgets.base.ordered_keys import LineInput
from widgets.base.steady import SteadyModal
from widgets.pick.fuzzy import match, rank

Value = TypeVar("Value")

AT_ONCE = 400
"""Choices that are ranked on the interface's thread; more than that in a worker."""


@dataclass(frozen=True, slots=True)
class Choice(Generic[Value]):
    """One line to choose from."""

    text: str
    """What is shown and searched."""
    value: Value
    """What the finder gives back."""
    detail: str = ""
    """Shown at the right, not searched."""
    group: str = ""
    """Told apart from other groups, at the right; earlier groups win ties."""


class Results(LineList, can_focus=False):
    """The lines that match, best first. The keys stay with the input above."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"results--match", "results--quiet"}
    DEFAULT_CSS = """
    Results > .line-list--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
    }
    Results > .results--match { color: $text-accent; text-style: bold underline; }
    Results > .results--quiet { text-style: dim; }
    """

    class Picked(Message):
        """A line was clicked."""

    def __init__(self, choices: Sequence[Choice[Value]]) -> None:
        super().__init__()
        self._choices = choices
        self._order: Sequence[int] = ()
        self._query = ""

    def show(self, query: str, order: Sequence[int]) -> None:
        """Show these choices, by index, as what `query` found."""
        self._query, self._order = query, order
        self.cursor = 0
        self.set_rows_count(len(order))

    @property
    def chosen(self) -> int | None:
        """Index of the choice under the cursor; None if nothing matches."""
        return self._order[self.cursor] if self.cursor < len(self._order) else None

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        choice = self._choices[self._order[row]]
        remark = "  ".join(word for word in (choice.detail, choice.group) if word)
        remark = cut(remark, width_ // 2 - 2) if width_ >= 40 else ""  # else the text needs the room
        room = max(width_ - width(remark) - 3, 1)
        text = self._emphasised(choice.text, room)
        gap = width_ - 2 - width(remark) - sum(width(part.text) for part in text)
        return (Part(" "), *text, Part(" " * max(gap, 0)), Part(remark, "results--quiet"))

    def _emphasised(self, text: str, cells: int) -> list[Part]:
        """The text in at most `cells`, with the characters that matched set off."""
        hit = match(self._query, text)
        places = set(hit.positions) if hit is not None else set()
        path = "/" in text  # a path's end says more than its beginning
        shown = cut_left(text, cells) if path else cut(text, cells)
        shift = len(text) - len(shown) if path else 0
        if shown != text:
            mark = 0 if path else len(shown) - 1  # the ellipsis matched nothing
            places.discard(mark + shift)
        parts: list[Part] = []
        for index, char in enumerate(shown):
            style = "results--match" if index + shift in places else ""
            if parts and parts[-1].style == style:
                parts[-1] = Part(parts[-1].text + char, style)
            else:
                parts.append(Part(char, style))
        return parts

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row >= 0:
            self.cursor = row
            self.post_message(self.Picked())


class _Close(Label):
    """The mouse's way out."""

    class Pressed(Message):
        """It was clicked."""

    def on_click(self) -> None:
        self.post_message(self.Pressed())


class Finder(SteadyModal[Value | None], Generic[Value]):
    """Gives back the value chosen, or None."""

    DEFAULT_CSS = """
    Finder { align: center top; }
    Finder > Vertical {
        width: 90%; max-width: 120; height: 80%; margin-top: 1;
        background: $surface; border: round $primary; padding: 0 1;
    }
    Finder.-short > Vertical { width: 100%; height: 100%; margin: 0; border: none; padding: 0; }
    Finder Input { height: 1; border: none; }
    Finder Results { height: 1fr; }
    Finder _Close { width: 100%; height: 1; text-style: dim; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
    ]

    class _Ranked(Message):
        """A worker has found what matches."""

        def __init__(self, query: str, order: Sequence[int]) -> None:
            super().__init__()
            self.query = query
            self.order = order

    def __init__(self, choices: Sequence[Choice[Value]], title: str = "Find") -> None:
        """`choices` in the order an empty query shows them; `title` says what is looked for."""
        super().__init__()
        self._choices = choices
        self._texts = [choice.text for choice in choices]
        self._title_text = title
        numbers: dict[str, int] = {}
        self._groups = [numbers.setdefault(choice.group, len(numbers)) for choice in choices]
        self._query = ""
        self._shown: str | None = None  # the query that the results on screen belong to
        self._choose_when_shown = False

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LineInput(placeholder=safe(self._title_text), compact=True)
            yield Results(self._choices)
            yield _Close("", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._show("", range(len(self._choices)))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._query = query = event.value
        self._choose_when_shown = False
        if len(self._texts) <= AT_ONCE or not query.strip():
            self._show(query, rank(query, self._texts, self._groups) or [])
            return

        def work() -> None:
            worker = get_current_worker()
            order = rank(query, self._texts, self._groups, lambda: worker.is_cancelled)
            if order is not None and not worker.is_cancelled:
                self.post_message(self._Ranked(query, order))

        self.run_worker(work, thread=True, exclusive=True, group="rank", exit_on_error=False)

    @on(_Ranked)
    def _ranked(self, event: _Ranked) -> None:
        event.stop()
        self._show(event.query, event.order)

    def _show(self, query: str, order: Sequence[int]) -> None:
        if query != self._query or not self.is_attached:
            return  # the person has typed on, or left
        self._shown = query
        self.query_one(Results).show(query, order)
        self.query_one(_Close).update(Content(f"{len(order):,} of {len(self._choices):,} · ✕ close"))
        if self._choose_when_shown:
            self._choose()

    @on(Input.Submitted)
    @on(Results.Picked)
    def _choose(self) -> None:
        if self._shown != self._query:
            self._choose_when_shown = True  # what is on screen answers an older query: wait for this one's
            return
        chosen = self.query_one(Results).chosen
        if chosen is not None:
            self.dismiss(self._choices[chosen].value)

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.query_one(Results).cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        results = self.query_one(Results)
        results.cursor += pages * results.page

    @on(_Close.Pressed)
    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)
