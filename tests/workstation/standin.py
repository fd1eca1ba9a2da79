"""A screen that is none: parts work on it without a terminal, and a test says when what they asked for happens."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, Self

from app.base.cancelling import Cancelled, CancelledError
from app.errors import BackspanError


class StandInJob(NamedTuple):
    """Work that a part asked for, and that waits for the test."""

    group: str
    job: Callable[[Callable[[], bool]], Any]
    then: Callable[[Any], object] | None
    failed: Callable[[BackspanError], object]


class StandInTimer:
    """A timer that goes when the test says so."""

    def __init__(self, callback: Callable[[], Any]) -> None:
        self.go = callback
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class StandInLine:
    """A status line, which keeps what was last said."""

    def __init__(self) -> None:
        self.state: tuple[str, str] = ("", "")
        self.left = self.work = ""
        self.buttons: tuple[tuple[str, str], ...] = ()

    def set_state(self, state: str, text: str = "") -> None:
        self.state = (state, text)

    def set_left(self, text: str) -> None:
        self.left = text

    def set_work(self, text: str, stop: str = "") -> None:
        self.work = text

    def set_buttons(self, buttons: tuple[tuple[str, str], ...]) -> None:
        self.buttons = buttons


class StandIn:
    """What `WorkScreen` offers to parts. Jobs run in this thread, when `work` is called."""

    def __init__(self) -> None:
        self.jobs: list[StandInJob] = []
        self.timers: list[StandInTimer] = []
        self.frames: list[Callable[[], Any]] = []
        self.said: list[str] = []
        self.pushed: list[Any] = []
        self.posted: list[Any] = []
        self.left: list[Any] = []
        self.line = StandInLine()
        self.widgets: dict[Any, Any] = {}
        """By kind or selector; whatever is not there is the status line."""
        self.is_attached = self.is_current = True
        self._answers: list[Callable[[Any], None] | None] = []

    # -- work

    def run(
        self,
        group: str,
        job: Callable[[Callable[[], bool]], Any],
        then: Callable[[Any], object] | None = None,
        failed: Callable[[BackspanError], object] | None = None,
        *,
        exclusive: bool = True,
    ) -> None:
        if exclusive:
            self.jobs = [one for one in self.jobs if one.group != group]
        self.jobs.append(StandInJob(group, job, then, failed or self.warn_of))

    def work(self, *, cancelled: bool = False) -> None:
        """Do all that was asked for, and what is asked for by that."""
        while self.jobs:
            one = self.jobs.pop(0)
            try:
                result = one.job(lambda: cancelled)
            except (Cancelled, CancelledError):
                continue
            except BackspanError as error:
                one.failed(error)
            else:
                if one.then is not None:
                    one.then(result)

    @property
    def app(self) -> Self:
        return self

    def call_from_thread(self, call: Callable[..., Any], *values: Any, **named: Any) -> Any:
        return call(*values, **named)

    def set_timer(self, delay: float, callback: Callable[[], Any]) -> StandInTimer:
        self.timers.append(StandInTimer(callback))
        return self.timers[-1]

    set_interval = set_timer

    def call_after_refresh(self, callback: Callable[..., Any], *values: Any) -> None:
        self.frames.append(partial(callback, *values))

    def paint(self) -> None:
        """Draw what is to be drawn."""
        frames, self.frames = self.frames, []
        for frame in frames:
            frame()

    # -- what is said, and opened

    def notify(self, text: str, **_: Any) -> None:
        self.said.append(text)

    def say(self, text: str, title: str = "", timeout: float | None = None) -> None:
        self.said.append(text)

    warn = alarm = say

    def warn_of(self, error: BackspanError) -> None:
        self.said.append(str(error))

    alarm_of = warn_of

    def push(self, screen: Any, then: Callable[[Any], None] | None = None) -> None:
        self.pushed.append(screen)
        self._answers.append(then)

    def answer(self, value: Any) -> None:
        """Leave the screen that was opened last."""
        self.pushed.pop()
        then = self._answers.pop()
        if then is not None:
            then(value)

    def dismiss(self, value: Any = None) -> None:
        self.left.append(value)

    def post_message(self, message: Any) -> None:
        self.posted.append(message)

    def query_one(self, *wanted: Any) -> Any:
        return self.widgets.get(wanted[0], self.line)

    def set_focus(self, widget: Any) -> None:
        """Nothing here has the focus."""

    def tell_readers(self) -> None:
        self.said.append("readers are told")
