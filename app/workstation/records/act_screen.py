"""A screen on one record, from which it can be changed: one durable act at a time, each told when it is on disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from textual.worker import Worker, WorkerState

from app.errors import BackspanError
from app.workstation.records.acts import RecordActs
from widgets.bars.status import StatusLine
from widgets.base.steady import SteadyScreen

Result = TypeVar("Result")
_DONE = "acting-done"


class ActingScreen(SteadyScreen[Result]):
    """Runs acts in a worker thread. It stays until they are acknowledged, and tells what went wrong."""

    def __init__(self, acts: RecordActs, record: str) -> None:
        super().__init__()
        self._acts = acts
        self._record = record
        self._busy = False

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether an act is on its way to the disk; says so to whoever asks for another."""
        if self._busy:
            self.notify("The last act is still being written; in a moment.", markup=False)
        return self._busy

    def _act(self, work: Callable[[], Callable[[], None]]) -> None:
        """Run `work` in a thread; what it gives back is called here once it is done."""
        if self.busy:
            return
        self._busy = True
        self.query_one(StatusLine).set_state("saving")

        def run() -> None:
            try:
                after = work()
            except BackspanError as error:
                self.app.call_from_thread(self._failed, str(error))
            else:
                self.app.call_from_thread(self._done, after)

        self.run_worker(run, thread=True, group=_DONE, exit_on_error=False)

    def _done(self, after: Callable[[], None]) -> None:
        self._busy = False
        self.query_one(StatusLine).set_state("saved", f"{datetime.now():%H:%M}")
        after()

    def _failed(self, why: str) -> None:
        """`why` is empty where it was told already."""
        self._busy = False
        self.query_one(StatusLine).set_state("unsaved", "nothing was changed")
        if why:
            self._say(why)
        self.journal_changed()

    def _say(self, why: str) -> None:
        self.notify(why, severity="error", markup=False, timeout=15)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right; the fence tells of it."""
        if event.state is WorkerState.ERROR and event.worker.group == _DONE:
            self._failed("")
