"""A small app around one widget, what it has drawn, and what it has said."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.worker import WorkerCancelled

M = TypeVar("M", bound=Message)

HOSTILE = "a\x1b]52;c;x\x07b\x9bc\u202ed[red]e[/red]\x00\t\u2028f"
"""Escapes, an override of direction, markup and line breaks, in one text."""


class Bench(App[object]):
    """Holds one widget and remembers every message that reaches it."""

    def __init__(self, make: Callable[[], Widget] | None = None) -> None:
        super().__init__()
        self._make = make
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        if self._make is not None:
            yield self._make()

    def hear(self, message: Message) -> None:
        """The pilot's message hook: a message passes here at every widget on its way up."""
        if not any(message is known for known in self.heard[-200:]):
            self.heard.append(message)

    def open(self, size: tuple[int, int] = (80, 24)) -> Any:
        """Run on a screen of this many cells; `async with app.open() as pilot`."""
        return self.run_test(size=size, message_hook=self.hear)

    def said(self, kind: type[M]) -> list[M]:
        """The messages of one kind, in order."""
        return [message for message in self.heard if isinstance(message, kind)]


def rows(widget: Widget) -> list[str]:
    """What a widget shows, row by row."""
    return [widget.render_line(y).text for y in range(widget.size.height)]


def screen_rows(app: App[Any]) -> list[str]:
    """What the whole screen shows, row by row."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def check_clean(drawn: list[str], cells: int) -> None:
    """Nothing a terminal could obey, and every row exactly as wide as it may be."""
    for row in drawn:
        bad = [char for char in row if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
        assert not bad, (row, bad)
        assert cell_len(row) == cells, row


async def settle(pilot: Pilot[Any], done: Callable[[], bool] = lambda: True) -> None:
    """Wait until workers and messages have come to rest, and `done` says so."""
    for _ in range(200):
        with suppress(WorkerCancelled):  # a newer one has taken its place
            await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        if done():
            return
    raise AssertionError("it never came to rest")
