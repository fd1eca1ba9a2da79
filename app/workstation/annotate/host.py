"""What a part of the annotate screen may ask of its screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from textual.screen import Screen
from textual.timer import Timer

from app.errors import BackspanError
from app.workstation.screen import Job

T = TypeVar("T")


class Host(Protocol):
    """The screen, as its parts know it. The interface's thread only."""

    @property
    def is_attached(self) -> bool:
        """Whether the screen is still there."""

    @property
    def is_current(self) -> bool:
        """Whether it is the one that is seen."""

    def run(
        self,
        group: str,
        job: Job[T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[BackspanError], object] | None = None,
        *,
        exclusive: bool = True,
    ) -> None:
        """Run a job in a thread; see `WorkScreen.run`."""

    def say(self, text: str, title: str = "", timeout: float | None = None) -> None:
        """Tell the person something."""

    def warn(self, why: str, title: str = "", timeout: float = 8) -> None:
        """Tell why something is not done, or not as wished."""

    def alarm(self, why: str, title: str = "", timeout: float = 15) -> None:
        """Tell of something that went wrong."""

    def push(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        """Open a screen over this one; `then` is given what it leaves."""

    def tell_readers(self) -> None:
        """Let every open screen that reads a journal look again."""

    def set_timer(self, delay: float, callback: Callable[[], Any] | None = None) -> Timer:
        """Call once after so many seconds."""

    def set_interval(self, interval: float, callback: Callable[[], Any] | None = None) -> Timer:
        """Call every so many seconds."""
