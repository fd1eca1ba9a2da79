"""One row that says where one is, what goes on in the background, and whether the work is safe on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from textual import events
from textual.message import Message
from textual.strip import Strip

from widgets.base.drawing import Painter, Part, cut, pad, parts_width, strip_of, zone_at

SaveState = Literal["", "draft", "saving", "saved", "unsaved"]
"""Nothing to save yet; not saved yet; being saved; safe on disk; could not be saved."""

_MIN_LEFT = 12
"""Cells that buttons leave to the text on the left."""


class StatusLine(Painter):
    """Left: topic, record, place. Then background work and buttons.

    Right: the state of saving, which is never cut for the others.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "status-line--button",
        "status-line--draft",
        "status-line--saving",
        "status-line--saved",
        "status-line--unsaved",
    }
    DEFAULT_CSS = """
    StatusLine { height: 1; width: 1fr; background: $panel; }
    StatusLine > .status-line--button { text-style: underline; }
    StatusLine > .status-line--draft { color: $text-warning; }
    StatusLine > .status-line--saving { color: $text-accent; }
    StatusLine > .status-line--saved { color: $text-success; }
    StatusLine > .status-line--unsaved { color: $text-error; text-style: bold reverse; }
    """

    class Pressed(Message):
        """A button was clicked."""

        def __init__(self, action_id: str) -> None:
            super().__init__()
            self.action_id = action_id
            """What the button was given to say."""

    def __init__(
        self, buttons: Sequence[tuple[str, str]] = (), *, id: str | None = None, classes: str | None = None
    ) -> None:
        """`buttons`: (label, action id), from left to right."""
        super().__init__(id=id, classes=classes)
        self._buttons = tuple(buttons)
        self._left = ""
        self._state: SaveState = ""
        self._detail = ""
        self._work: tuple[str, str] = ("", "")

    def set_left(self, text: str) -> None:
        """Say what is worked on, such as topic, record and place."""
        if text != self._left:
            self._left = text
            self.refresh()

    @property
    def left(self) -> str:
        """What it says of that."""
        return self._left

    def set_state(self, state: SaveState, detail: str = "") -> None:
        """Say how saving stands; `detail` is the time of `saved`, the reason of `unsaved`."""
        if (state, detail) != (self._state, self._detail):
            self._state, self._detail = state, detail
            self.refresh()

    def set_buttons(self, buttons: Sequence[tuple[str, str]]) -> None:
        """Other buttons: (label, action id)."""
        if tuple(buttons) != self._buttons:
            self._buttons = tuple(buttons)
            self.refresh()

    def set_work(self, text: str, action_id: str = "") -> None:
        """Say what goes on in the background and how far it is; empty: nothing. A click on it says `action_id`."""
        if (text, action_id) != self._work:
            self._work = (text, action_id)
            self.refresh()

    @property
    def work_text(self) -> str:
        """What it says of that."""
        return self._work[0]

    @property
    def state_text(self) -> str:
        """The state in words."""
        words = {"": "", "draft": "draft", "saving": "saving…", "saved": "saved", "unsaved": "NOT SAVED"}[
            self._state
        ]
        if not self._detail:
            return words
        return f"{words} {self._detail}" if self._state == "saved" else f"{words}: {self._detail}"

    def _row(self) -> list[Part]:
        cells = self.size.width
        # A long reason leaves room for the buttons, which are the ways out; on a narrow screen it goes before them.
        ways_out = parts_width([Part(f"[{label}] ") for label, _ in self._buttons[:3]])
        most = max(cells - ways_out - _MIN_LEFT, cells // 2) if self._state == "unsaved" else cells // 2
        state = cut(f" {self.state_text} ", max(most, 8))
        if not self._state:
            state = ""
        room = cells - parts_width([Part(state)])
        buttons: list[Part] = []
        text, action = self._work
        if text and parts_width([Part(text)]) < room - _MIN_LEFT:
            buttons += [Part(text, "status-line--button" if action else "", action), Part(" ")]
        for label, action in self._buttons:
            more = [Part(f"[{label}]", "status-line--button", action), Part(" ")]
            if parts_width(buttons + more) > room - _MIN_LEFT:
                break
            buttons += more
        left = pad(f" {self._left} ", room - parts_width(buttons))
        return [Part(left), *buttons, Part(state, f"status-line--{self._state}" if self._state else "")]

    def render_line(self, y: int) -> Strip:
        base = self.rich_style
        return strip_of(self._row() if y == 0 else (), self.size.width, base, self.look)

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and (action := zone_at(self._row(), offset.x)):
            event.stop()
            self.post_message(self.Pressed(action))
