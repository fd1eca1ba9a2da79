"""What the workstation's screens share: work in threads, its results and refusals told on the interface's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.screen import Screen, ScreenResultType
from textual.worker import Worker, WorkerState, get_current_worker

from app.base.cancelling import Cancelled, CancelledError
from app.errors import BackspanError
from widgets.base.key_bindings import adopt
from widgets.base.steady import Steady

T = TypeVar("T")
Job = Callable[[Callable[[], bool]], T]
"""What runs in a thread. It is given a question: whether nobody waits for its result any more."""


def run_job(
    owner: App[Any] | Screen[Any],
    group: str,
    job: Job[T],
    then: Callable[[T], object] | None,
    failed: Callable[[BackspanError], object],
    *,
    exclusive: bool = True,
) -> None:
    """Run a job in a thread and hand its result to `then`, or its refusal to `failed`, here on the interface.

    An exclusive job ends the group's jobs that are under way: nothing of theirs is handed over any more, nor of one
    whose owner is gone. Of other jobs everything is, unless the job raises `Cancelled`.
    """

    def work() -> None:
        worker = get_current_worker()

        def hand_over(call: Callable[[Any], object], value: object) -> None:
            def unless_replaced() -> object:  # asked on the interface, where another job may just have begun
                return None if exclusive and worker.is_cancelled else call(value)

            if not (exclusive and worker.is_cancelled):
                owner.app.call_from_thread(unless_replaced)

        try:
            result = job(lambda: worker.is_cancelled)
        except (Cancelled, CancelledError):
            return
        except BackspanError as error:
            hand_over(failed, error)
            return
        if then is not None:
            hand_over(then, result)

    owner.run_worker(work, group=group, thread=True, exclusive=exclusive, exit_on_error=False)


class WorkScreen(Steady, Screen[ScreenResultType]):
    """A screen that does its work beside the interface."""

    if TYPE_CHECKING:

        def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete: ...

    def run(
        self,
        group: str,
        job: Job[T],
        then: Callable[[T], object] | None = None,
        failed: Callable[[BackspanError], object] | None = None,
        *,
        exclusive: bool = True,
    ) -> None:
        """Run a job of this screen (see `run_job`). Without `failed` a refusal is shown as a warning."""
        run_job(self, group, job, then, failed or self.warn_of, exclusive=exclusive)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right; the fence tells of it."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            self.work_failed(
                event.worker.group, f"something went wrong inside ({type(error).__name__}: {error})"
            )

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended; the person is told of it already."""

    def adopt(self, *parts: object) -> None:
        """Let keys reach the actions of these parts."""
        adopt(self, *parts)

    # -- what is said; nothing in these texts is interpreted

    def say(self, text: str, title: str = "", timeout: float | None = None) -> None:
        """Tell the person something. `timeout`: seconds for which it stands."""
        self.notify(text, title=title, markup=False, timeout=timeout)

    def warn(self, why: str, title: str = "", timeout: float | None = 8) -> None:
        """Tell why something is not done, or not as wished."""
        self.notify(why, title=title, severity="warning", markup=False, timeout=timeout)

    def warn_of(self, error: BackspanError) -> None:
        """Tell of a refusal, with its remedy."""
        self.warn(str(error))

    def alarm(self, why: str, title: str = "", timeout: float = 15) -> None:
        """Tell of something that went wrong."""
        self.notify(why, title=title, severity="error", markup=False, timeout=timeout)

    def alarm_of(self, error: BackspanError) -> None:
        """Tell of a refusal that ends what somebody was about to do."""
        self.alarm(str(error))

    def push(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        """Open a screen over this one; `then` is given what it leaves."""
        self.app.push_screen(screen, then)
