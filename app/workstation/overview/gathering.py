"""A screen that gathers a project's figures in the background, and draws what is known so far."""

from __future__ import annotations

import importlib
import threading
from typing import Literal

from textual import on, work
from textual.message import Message
from textual.worker import Worker, WorkerState, get_current_worker

from app.base.cancelling import Cancelled
from app.errors import BackspanError
from app.progress.stats.board import Board, Gathering
from widgets.bars.status import StatusLine
from widgets.base.steady import SteadyScreen

_GROUP = "overview"


class GatheringScreen(SteadyScreen[None]):
    """For a subclass that has a status line with the id `status`.

    `journal_changed()` may be called at any time on the interface's thread.
    """

    class _Known(Message):
        """A worker knows more."""

        def __init__(self, board: Board) -> None:
            super().__init__()
            self.board = board

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, GatheringScreen._Known)

    class _Doing(Message):
        """What a worker is at."""

        def __init__(self, what: str, share: float) -> None:
            super().__init__()
            self.what, self.share = what, share

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, GatheringScreen._Doing)

    class _Ended(Message):
        """A worker has come to its end, with what went wrong, if anything did."""

        def __init__(self, run: int, problem: str, stopped: bool) -> None:
            super().__init__()
            self.run, self.problem, self.stopped = run, problem, stopped

    def __init__(self, gathering: Gathering) -> None:
        super().__init__()
        self.board = Board()
        """What is known."""
        self.learned = False
        """Whether anything is known of the project, be it that there is nothing."""
        self._gathering = gathering
        self._one_at_a_time = threading.Lock()
        self._run = 0
        """Counts the workers, so that one that was replaced says nothing."""
        self._busy = False
        self._again = False
        """Whether the journals changed while figures were being gathered."""
        self._told: set[str] = set()
        """Remarks that were told."""

    def show(self) -> None:
        """Draw what is known now."""
        raise NotImplementedError

    def journal_changed(self) -> None:
        """Read what is new; findings and near-duplicates stay as they were until they are asked for again."""
        if self._busy:
            self._again = True
        else:
            self.start(costly=self.board.clusters is None)

    def start(self, costly: bool) -> None:
        """Gather figures, findings and near-duplicates only with `costly`; what is under way is stopped."""
        self._run += 1
        self._busy, self._again = True, False
        self._gather(self._run, costly)

    @work(thread=True, exclusive=True, group=_GROUP, exit_on_error=False)
    def _gather(self, run: int, costly: bool) -> None:
        worker = get_current_worker()
        problem, last = "", -1

        def gone() -> bool:
            return worker.is_cancelled or not self.is_attached

        def doing(what: str, done: int, total: int) -> None:
            nonlocal last
            if gone():
                raise Cancelled("gathering figures was stopped")
            share = done / total if total else 1.0
            if int(share * 100) != last:  # a message a record would be most of the work
                last = int(share * 100)
                self.post_message(self._Doing(what, share))

        try:
            with self._one_at_a_time:  # one that was cancelled may still be at its last record
                for board in self._gathering.steps(doing, gone, costly):
                    if gone():
                        break
                    self.post_message(self._Known(board))
            importlib.import_module(
                "app.workstation.queue.queue_screen"
            )  # where figures lead: at hand once a row is chosen
        except Cancelled:
            pass
        except BackspanError as error:
            problem = str(error)
        self.post_message(self._Ended(run, problem, gone()))

    @on(_Known)
    def _take(self, message: _Known) -> None:
        message.stop()
        self.board, self.learned = message.board, True
        self.show()
        new = [text for text in self.board.remarks if text not in self._told]
        if new:
            self._told.update(new)
            more = f"\n… and {len(new) - 3} more" if len(new) > 3 else ""
            self.say("\n".join(new[:3]) + more, "warning")

    @on(_Doing)
    def _tell(self, message: _Doing) -> None:
        message.stop()
        if self._busy:
            self.query_one("#status", StatusLine).set_work(f"{message.what} {message.share:.0%}", "stop")

    @on(_Ended)
    def _end(self, message: _Ended) -> None:
        message.stop()
        if message.run != self._run:
            return
        self._busy = False
        self.query_one("#status", StatusLine).set_work("stopped; r goes on" if message.stopped else "")
        if message.problem:
            self.say(message.problem, "error")
        elif self._again:
            self.journal_changed()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What hangs on work that ended by a mistake of ours is put right; the fence tells of it."""
        if event.state is WorkerState.ERROR and event.worker.group == _GROUP:
            self._busy = False
            self.query_one("#status", StatusLine).set_work("")

    def stop(self) -> None:
        """Stop gathering; what is known stays."""
        if self._busy:
            self.workers.cancel_group(self, _GROUP)

    def say(self, text: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """Tell the person something, as it stands."""
        self.notify(text, severity=severity, markup=False, timeout=12)
