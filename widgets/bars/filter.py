"""The line in which a filter is typed, and below it what is wrong with it, at its place."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from widgets.base.drawing import cut, safe, width
from widgets.base.ordered_keys import LineInput

_LABEL = "filter "


class FilterBar(Vertical):
    """Speaks at every change. Who owns it reads the filter and says what is wrong."""

    DEFAULT_CSS = """
    FilterBar { height: auto; }
    FilterBar Horizontal { height: 1; }
    FilterBar #filter-label { width: auto; color: $text-muted; }
    FilterBar Input { width: 1fr; height: 1; border: none; padding: 0; }
    FilterBar #filter-told { height: auto; max-height: 3; }
    FilterBar #filter-told.-wrong { color: $text-error; }
    FilterBar #filter-told.-hint { color: $text-warning; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,down", "leave", "To the list", show=False)]

    class Changed(Message):
        """Another filter stands there."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text
            """As it was typed."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FilterBar.Changed)

    class Left(Message):
        """The person is done with it, for now."""

    def __init__(self, value: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._value = value
        self._told = ""

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(_LABEL, id="filter-label", markup=False)
            yield LineInput(
                self._value,
                placeholder="words, status:returned, author:ada, finding:BS4, item:Retry, after:2w …",
                compact=True,
            )
        told = Static("", id="filter-told", markup=False)
        told.display = False
        yield told

    @property
    def value(self) -> str:
        """What stands there."""
        return self.query_one(Input).value

    @property
    def told(self) -> str:
        """What is said below it; empty if nothing is."""
        return self._told

    def set_value(self, text: str) -> None:
        """Put another filter there. It is told as a change."""
        self.query_one(Input).value = text

    def begin(self) -> None:
        """Give it the keys."""
        self.screen.set_focus(self.query_one(Input))

    def set_problem(self, reason: str, remedy: str, start: int) -> None:
        """Say what is wrong below the 0-based character where it is, and what to do."""
        line = self.query_one(Input)
        at = len(_LABEL) + width(line.value[:start]) - line.scroll_offset.x
        at = min(max(at, 0), max(self.size.width - 1, 0))
        said = f"{reason} → {remedy}" if remedy else reason
        row, length = " " * at + "▲ " + said, width(said)
        if at + 2 + length > self.size.width:  # no room to the right: to the left, or on lines of its own
            row = f"{' ' * (at - length - 1)}{said} ▲" if at > length else f"{' ' * at}▲\n{said}"
        self._say(row, "-wrong")

    def set_hint(self, text: str) -> None:
        """Say something else about it; empty takes away what was said."""
        self._say(cut(text, 400), "-hint")

    def _say(self, text: str, style: str) -> None:
        if text == self._told:
            return  # laying out the screen anew costs more than the filter
        self._told = text
        told = self.query_one("#filter-told", Static)
        told.display = bool(text)
        told.set_class(style == "-wrong", "-wrong")
        told.set_class(style == "-hint", "-hint")
        told.update(Content("\n".join(safe(line) for line in text.split("\n"))))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Left())

    def action_leave(self) -> None:
        """Give the keys back."""
        self.post_message(self.Left())
