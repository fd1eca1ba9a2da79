"""Screens and lists that quick hands do not break: the bases of every screen here, and what Textual lacks for them.

A key or a click is on its way while the screen it is meant for goes. So a screen answers once, it takes away itself
and no other, and what it draws no more takes no mouse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen
from textual.widgets import OptionList

if TYPE_CHECKING:
    from textual.geometry import Offset
    from textual.widget import Widget

    _Screen = Screen[Any]
    _List = OptionList
else:
    _Screen = _List = object  # not a node: Textual takes styles from a class's first base alone

Result = TypeVar("Result")


class Steady(_Screen):
    """What makes a screen steady. Stands before the kind of screen among the bases."""

    @property
    def answered(self) -> bool:
        """Whether this screen is on its way out, or never came: nothing is asked of it."""
        return self not in self.app._screen_stack

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Give the answer and go. A second answer is none, and what stands above this screen stays.

        Textual would take the topmost screen away, whoever is dismissed.
        """
        if self.answered:
            return AwaitComplete()
        return super().dismiss(result) if self.app.screen is self else self._go_from_below(result)

    def _go_from_below(self, result: Any) -> AwaitComplete:
        if self._result_callbacks:
            self._result_callbacks[-1](result)
        self.app._screen_stack.remove(self)
        self._pop_result_callback()
        self.app.screen.refresh()
        return AwaitComplete(self.remove()).call_next(self.app)

    async def _on_resize(self, event: events.Resize) -> None:
        """Takes the newest size alone.

        Textual lays the screen out at the size of the event, and tells the screen of each new size that makes: two
        sizes that wait with anything between them follow each other for ever, and nothing else is done any more.
        """
        if event.size != self.app.size:
            event.prevent_default()

    def get_widget_and_offset_at(self, x: int, y: int) -> tuple[Widget | None, Offset | None]:
        """What stands at a cell of the screen, unless it is gone and only its picture is left."""
        widget, offset = super().get_widget_and_offset_at(x, y)
        if widget is None or widget is self or widget.parent is not None:
            return widget, offset
        return None, None


class SteadyScreen(Steady, Screen[Result]):
    """A screen that answers once."""

    if TYPE_CHECKING:

        def dismiss(self, result: Result | None = None) -> AwaitComplete: ...


class SteadyModal(Steady, ModalScreen[Result]):
    """A modal screen that answers once."""

    if TYPE_CHECKING:

        def dismiss(self, result: Result | None = None) -> AwaitComplete: ...


class SteadyRows(_List):
    """What makes a list of options steady. Stands before the kind of list among the bases."""

    def _move_page(self, direction: Any) -> None:
        """By a page, where there are rows: none are known before the list has a size."""
        if self._lines and (self.highlighted or 0) in self._index_to_line:
            super()._move_page(direction)

    async def _on_click(self, event: events.Click) -> None:
        """Choose what was clicked, unless the click was on a row that is not there any more."""
        option = event.style.meta.get("option")
        if option is not None and option >= self.option_count:
            event.prevent_default()


class SteadyList(SteadyRows, OptionList):
    """A list of options in which keys and clicks may come at any time."""
