"""Gathering a project's figures in the background, and telling what is known so far."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.message import Message

from app.base.cancelling import Cancelled
from app.errors import BackspanError
from app.progress.stats.board import Board, Gathering
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine

GROUP = "overview"
"""The group of the work in threads."""


class BoardKnown(Message):
    """A worker knows more."""

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BoardKnown)


class Counting(Message):
    """What a worker is at."""

    def __init__(self, what: str, share: float) -> None:
        super().__init__()
        self.what, self.share = what, share

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, Counting)


class CountingEnded(Message):
    """A worker has come to its end, with what went wrong, if anything did."""

    def __init__(self, run: int, problem: str, stopped: bool) -> None:
        super().__init__()
        self.run, self.problem, self.stopped = run, problem, stopped


class FigureGathering:
    """Gathers for a screen that has a status line with the id `status`, and that hands on the messages here."""

    def __init__(
        self, screen: WorkScreen[None], gathering: Gathering, ready: Callable[[], object] = lambda: None
    ) -> None:
        """`ready` is called in the thread once everything is counted."""
        self.board = Board()
        """What is known."""
        self.learned = False
        """Whether anything is known of the project, be it that there is nothing."""
        self._screen = screen
        self._gathering = gathering
        self._ready = ready
        self._one_at_a_time = threading.Lock()
        self._run = 0
        """Counts the workers, so that one that was replaced says nothing."""
        self._busy = False
        self._again = False
        """Whether the journals changed while figures were being gathered."""
        self._told: set[str] = set()
        """Remarks that were told."""

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
        run = self._run
        self._screen.run(GROUP, lambda cancelled: self._gather(run, costly, cancelled))

    def stop(self) -> None:
        """Stop gathering; what is known stays."""
        if self._busy:
            self._screen.workers.cancel_group(self._screen, GROUP)

    def failed(self) -> None:
        """The work was ended by a mistake of ours."""
        self._busy = False
        self._status.set_work("")

    # -- in the thread

    def _gather(self, run: int, costly: bool, cancelled: Callable[[], bool]) -> None:
        problem, last = "", -1

        def gone() -> bool:
            return cancelled() or not self._screen.is_attached

        def doing(what: str, done: int, total: int) -> None:
            nonlocal last
            if gone():
                raise Cancelled("gathering figures was stopped")
            share = done / total if total else 1.0
            if int(share * 100) != last:  # a message a record would be most of the work
                last = int(share * 100)
                self._screen.post_message(Counting(what, share))

        try:
            with self._one_at_a_time:  # one that was cancelled may still be at its last record
                for board in self._gathering.steps(doing, gone, costly):
                    if gone():
                        break
                    self._screen.post_message(BoardKnown(board))
            self._ready()
        except Cancelled:
            pass
        except BackspanError as error:
            problem = str(error)
        self._screen.post_message(CountingEnded(run, problem, gone()))

    # -- what the thread tells

    @property
    def _status(self) -> StatusLine:
        return self._screen.query_one("#status", StatusLine)

    def know(self, board: Board) -> None:
        """Take what is known now, and say what is new among its remarks."""
        self.board, self.learned = board, True
        new = [text for text in board.remarks if text not in self._told]
        if new:
            self._told.update(new)
            more = f"\n… and {len(new) - 3} more" if len(new) > 3 else ""
            self._screen.warn("\n".join(new[:3]) + more, timeout=12)

    def tell(self, message: Counting) -> None:
        """Say how far the work is."""
        if self._busy:
            self._status.set_work(f"{message.what} {message.share:.0%}", "stop")

    def ended(self, message: CountingEnded) -> None:
        """Say how it ended, and begin anew where the journals changed meanwhile."""
        if message.run != self._run:
            return
        self._busy = False
        self._status.set_work("stopped; r goes on" if message.stopped else "")
        if message.problem:
            self._screen.alarm(message.problem, timeout=12)
        elif self._again:
            self.journal_changed()
