"""One act at a time, told when it is on disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from textual.timer import Timer

from app.errors import BackspanError
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine

T = TypeVar("T")
LATE = "The last act is still being written; in a moment."


class ActRunner:
    """Runs a screen's durable acts in a thread; a key that comes before the last act is on disk does nothing."""

    GROUP = "act"
    """The group of its work, as the screen is told of work that failed."""

    def __init__(
        self, screen: WorkScreen[Any], *, nothing: str = "nothing was changed", slow: float = 0.0
    ) -> None:
        """`nothing`: what the status line says where an act failed. `slow`: seconds before it says "saving"."""
        self._screen = screen
        self._nothing = nothing
        self._slow = slow
        self._late: Timer | None = None
        self.busy = False
        """Whether an act is on its way to the disk."""

    @property
    def acting(self) -> bool:
        """Whether something is being written, or about to be said to be; no mere reading."""
        return self._late is not None

    def free(self) -> bool:
        """Whether an act can begin; says so to whoever asks for one too early."""
        if self.busy:
            self._screen.say(LATE)
        return not self.busy

    def run(
        self,
        do: Callable[[], T],
        done: Callable[[T], str | None],
        failed: Callable[[str], object],
    ) -> None:
        """Do it in a thread. `done` is called on the interface with what came of it, once it is on disk.

        It gives back what the status line says beside "saved"; None where that is said already. `failed` is told why.
        """
        self.busy = True
        if self._slow:
            # Said at once it would only delay what comes next by a frame.
            self._late = self._screen.set_timer(self._slow, self._say_saving)
        else:
            self._say_saving()

        def finished(result: T) -> None:
            self._over()
            said = done(result)
            if said is not None:
                self._status.set_state("saved", said)

        def refused(error: BackspanError) -> None:
            self.mistaken()
            failed(str(error))

        self._screen.run(self.GROUP, lambda _: do(), finished, refused, exclusive=False)

    def read(
        self, job: Callable[[], T], then: Callable[[T], object], failed: Callable[[BackspanError], object]
    ) -> None:
        """Read in a thread what the next act goes by: none begins meanwhile, and nothing is said of it."""
        self.busy = True

        def over(call: Callable[[Any], object], value: object) -> None:
            self.busy = False
            call(value)

        self._screen.run(
            self.GROUP,
            lambda _: job(),
            lambda result: over(then, result),
            lambda error: over(failed, error),
            exclusive=False,
        )

    def mistaken(self) -> None:
        """The act ended without being done."""
        self._over()
        self._status.set_state("unsaved", self._nothing)

    @property
    def _status(self) -> StatusLine:
        return self._screen.query_one(StatusLine)

    def _say_saving(self) -> None:
        if self.busy:
            self._status.set_state("saving")

    def _over(self) -> None:
        """Nothing is being written any more, so that a late word does not speak of what is under way by then."""
        self.busy = False
        if self._late is not None:
            self._late.stop()
            self._late = None
