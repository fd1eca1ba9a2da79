"""From record to record, and which keys do nothing on the way."""

from __future__ import annotations

from app.errors import BackspanError
from app.workstation.act_runner import ActRunner
from app.workstation.review.reader import ReviewReader
from app.workstation.review.sections import ReviewSections
from app.workstation.review.type_ahead import TypeAhead
from app.workstation.screen import WorkScreen

LATE = "The last act is still being written; that key did nothing. Press it again in a moment."


class Passing:
    """Goes to other records of the pass."""

    def __init__(self, screen: WorkScreen[None], reader: ReviewReader, runner: ActRunner) -> None:
        self._screen = screen
        self._reader = reader
        self._runner = runner
        self._typed = TypeAhead()
        self.deaf = self._typed.deaf
        """Whether a key that comes now was typed on behind one that did nothing."""

    def refuse(self, why: str) -> None:
        """Say why a key did nothing. Those typed on behind it do nothing either."""
        self._typed.refuse()
        self._screen.say(why)

    def free(self, repeated: bool = False) -> bool:
        """Whether an act can begin. `repeated`: of a key that is held down, which may come too soon without a word."""
        self._reader.touch()
        if self.deaf():
            return False
        if self._runner.busy and not (repeated and not self._runner.acting):
            self.refuse(LATE)
        return not self._runner.busy

    def action_skip(self) -> None:
        """Go on; the record stays open."""
        session, sheet = self._reader.session, self._reader.sheet
        if session is not None and self.free(repeated=True):
            self.go(session.next(sheet.record if sheet is not None else None), 1)

    def action_next(self) -> None:
        """Go to the next record."""
        self._step(1)

    def action_previous(self) -> None:
        """Go to the record before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        session, sheet = self._reader.session, self._reader.sheet
        if session is None or not self.free(repeated=True):
            return
        if sheet is not None:
            self.go(session.neighbour(sheet.record, 1 if step > 0 else -1), step)
            return
        last = session.records[-1] if session.records else None
        self.go(session.next(None, 1 if step > 0 else -1) or last, step)

    def go(self, record: str | None, way: int) -> None:
        """Show a record that was read ahead or is read now; says so where there is none. `way`: 1 on, -1 back."""
        if record is None:
            self._screen.say(f"This is the {'last' if way > 0 else 'first'} one of this pass.")
            return
        session = self._reader.session
        assert session is not None

        def failed(error: BackspanError) -> None:
            self._screen.alarm_of(error)

        def gone(told: ReviewSections | None) -> None:
            self._reader.show(told)

        self._runner.read(lambda: self._reader.read(session, record), gone, failed)
