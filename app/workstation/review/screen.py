"""The review screen: one record, one screen, single keys. Each verdict is on disk before the next record comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual import on

from app.errors import BackspanError
from app.records.events import Place, Verdict
from app.review import Acted, Sheet
from app.workstation.review.beside import LATE, ReviewOver
from app.workstation.review.sections import ReviewSections
from widgets.bars.status import StatusLine
from widgets.dialogs.note import NoteDialog
from widgets.record.view import RecordView

_SLOW = 0.15
"""Seconds after which it is said that an act is still being written."""
_EARLY = "This record has only just come; look at it first. That key did nothing."


class ReviewScreen(ReviewOver):
    """Acts on the record that is in sight, and on no other: a key pressed before it was painted does nothing."""

    # -- acts: one at a time, in a thread

    def _ready(self) -> Sheet | None:
        """The sheet that can be acted on; None, with a word why, where there is none."""
        self._touch()
        if self._deaf():
            return None
        if self._busy:
            self._refuse(LATE)
        elif self._sheet is None:
            self.notify("There is no record here. u takes the last act back; q leaves.", markup=False)
        elif not self._seen:
            self._refuse(_EARLY)
        else:
            return self._sheet
        return None

    def _act(
        self,
        do: Callable[[], Acted],
        follow: Callable[[Acted], str | None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `do` in a thread; on disk, show the record that `follow` names and say what was done."""
        self._busy = True
        # Said at once it would only delay the next record by a frame.
        self._slow = self.set_timer(_SLOW, self._still_saving)
        going = self._going
        assert going is not None

        def run() -> None:
            try:
                act = do()
            except BackspanError as error:
                self.app.call_from_thread(self._failed, str(error), failed)
                return
            try:
                record = follow(act)
                told = self._read(going, record)
            except BackspanError as error:  # what was asked for is done all the same
                self.app.call_from_thread(self._warn, str(error))
                self.app.call_from_thread(self._done, act, self._told)
                return
            self.app.call_from_thread(self._done, act, told)

        self.run_worker(run, thread=True, group="act", exit_on_error=False)

    def _written(self) -> None:
        """Nothing is being written any more, so that a late word does not speak of what is under way by then."""
        self._busy = False
        if self._slow is not None:
            self._slow.stop()
            self._slow = None

    def _still_saving(self) -> None:
        if self._busy:
            self.query_one(StatusLine).set_state("saving")

    def _done(self, act: Acted, told: ReviewSections | None) -> None:
        self._written()
        before = self._sheet
        if before is not None and told is not None and before.revision == told.sheet.revision is not None:
            self._update(told)  # only what is said about the text changed
        else:
            self._show(told)
        self.query_one(StatusLine).set_state("saved", f"{datetime.now():%H:%M} · {act.deed}")

    def _failed(self, why: str, failed: Callable[[str], None] | None) -> None:
        self._written()
        self.query_one(StatusLine).set_state("unsaved", "nothing was written")
        if failed is not None:
            failed(why)
        else:
            self._warn(why)
        self.journal_changed()

    # -- verdicts

    def action_accept(self) -> None:
        """Accept what is in sight."""
        sheet = self._ready()
        if sheet is not None:
            self._judge(sheet, "accept", "", self._attention.seconds(self._clock()))

    def action_return_it(self) -> None:
        """Ask for changes."""
        self._judge_with_note("return", "What is to be changed?")

    def action_reject(self) -> None:
        """Reject, with a reason."""
        self._judge_with_note("reject", "Why is it rejected?")

    def _judge_with_note(self, verdict: Verdict, question: str) -> None:
        sheet = self._ready()
        if sheet is not None:
            self._ask(sheet, verdict, question, "", "", self._attention.seconds(self._clock()))

    def _ask(
        self, sheet: Sheet, verdict: Verdict, question: str, note: str, wrong: str, seconds: int
    ) -> None:
        place = self._marked()

        def answered(said: str | None) -> None:
            if said is not None:
                self._judge(sheet, verdict, said, seconds, place, question)

        self.app.push_screen(NoteDialog(question, note, wrong=wrong), answered)

    def _judge(
        self,
        sheet: Sheet,
        verdict: Verdict,
        note: str,
        seconds: int,
        place: Place | None = None,
        question: str = "",
    ) -> None:
        going = self._going
        assert going is not None
        if self._busy:
            self.notify(LATE, markup=False)
            return

        def failed(why: str) -> None:
            if question:  # nobody's words are lost with a full disk, or to somebody who was quicker
                self._ask(sheet, verdict, question, note, why, seconds)
            else:
                self._warn(why)

        def follow(act: Acted) -> str | None:
            if act.brief:
                said = f"{act.deed.capitalize()} after {seconds} s of reading; u takes it back."
                self.app.call_from_thread(self.notify, said, severity="warning", markup=False)
            return going.next(act.record)

        self._act(lambda: going.verdict(sheet, verdict, note, place, seconds), follow, failed)

    # -- comments and flags

    def action_mark(self) -> None:
        """Begin to mark a range, or forget it."""
        self._touch()
        view = self.focused
        if not isinstance(view, RecordView):
            self.notify("Go to request, reasoning or code first (1, 2).", markup=False)
        elif view.toggle_marking():
            self.notify(
                "Marking: move to the range's end, then c comments on it, or r returns with it.", markup=False
            )

    def _marked(self) -> Place | None:
        view = self.focused
        found = view.selected if isinstance(view, RecordView) else None
        if found is None or not isinstance(view, RecordView):
            return None
        return Place(field=view.field, start=found[0], end=found[1])

    def action_comment(self) -> None:
        """Comment on what is marked, or on the field."""
        sheet = self._ready()
        if sheet is None:
            return
        place = self._marked()
        if place is None and isinstance(self.focused, RecordView):
            field = self.focused.field
            length = len(dict(zip(("user", "think", "block"), sheet.texts, strict=True))[field])
            place = Place(field=field, start=0, end=length)
        self._ask_comment(sheet, place, "", "")

    def _ask_comment(self, sheet: Sheet, place: Place | None, note: str, wrong: str) -> None:
        going = self._going
        assert going is not None
        about = f"Comment on {place.field}" if place is not None else "Comment on the record"

        def answered(said: str | None) -> None:
            if said is None:
                return
            if self._busy:
                self._ask_comment(sheet, place, said, LATE)
                return
            if isinstance(self.focused, RecordView):
                self.focused.forget_range()
            self._act(
                lambda: going.comment(sheet, said, place),
                lambda act: act.record,
                lambda why: self._ask_comment(sheet, place, said, why),
            )

        self.app.push_screen(NoteDialog(about, note, wrong=wrong), answered)

    def action_flag(self) -> None:
        """Flag the record, or take one's flag off."""
        sheet, going = self._ready(), self._going
        if sheet is not None and going is not None:
            self._act(lambda: going.flag(sheet), lambda act: act.record)

    # -- editing on the spot

    def action_edit(self) -> None:
        """Edit request and reasoning."""
        sheet, going = self._ready(), self._going
        if sheet is None or going is None:
            return
        if sheet.revision is None or sheet.state.status in ("conflict", "retracted"):
            self.notify(f"A record that is {sheet.state.status} cannot be edited here.", markup=False)
            return
        from app.workstation.review.edit import EditScreen

        self.app.push_screen(EditScreen(going, sheet, self._settings), self._edited)

    def _edited(self, act: Acted | None) -> None:
        if act is None or not self.query(StatusLine):  # the program is ending: it is saved, and nobody looks
            return
        self.query_one(StatusLine).set_state("saved", f"{datetime.now():%H:%M} · {act.deed}")
        self._go(act.record, 1)

    # -- the way back

    def action_undo(self) -> None:
        """Take back the last act of this pass."""
        going = self._going
        if self._free() and going is not None:
            self._act(lambda: _taken_back(going.undo()), lambda act: act.record)

    def action_redo(self) -> None:
        """Do it again."""
        going = self._going
        if self._free() and going is not None:
            self._act(lambda: _done_again(going.redo()), lambda act: act.record)

    # -- from record to record

    def action_skip(self) -> None:
        """Go on; the record stays open."""
        going = self._going
        if going is not None and self._free(repeated=True):
            self._go(going.next(self._sheet.record if self._sheet is not None else None), 1)

    def action_next(self) -> None:
        """Go to the next record."""
        self._step(1)

    def action_previous(self) -> None:
        """Go to the record before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        going = self._going
        if going is None or not self._free(repeated=True):
            return
        way = 1 if step > 0 else -1
        if self._sheet is None:
            self._go(
                going.next(None, -1 if way < 0 else 1) or (going.records[-1] if going.records else None), way
            )
        else:
            self._go(going.neighbour(self._sheet.record, 1 if step > 0 else -1), way)

    def _go(self, record: str | None, way: int) -> None:
        """Show a record that was read ahead or is read now; says so where there is none."""
        if record is None:
            self.notify(f"This is the {'last' if way > 0 else 'first'} one of this pass.", markup=False)
            return
        self._busy = True
        going = self._going
        assert going is not None

        def run() -> None:
            try:
                told = self._read(going, record)
            except BackspanError as error:
                self.app.call_from_thread(self._not_gone, str(error))
            else:
                self.app.call_from_thread(self._gone, told)

        self.run_worker(run, thread=True, group="act", exit_on_error=False)

    def _gone(self, told: ReviewSections | None) -> None:
        self._busy = False
        self._show(told)

    def _not_gone(self, why: str) -> None:
        self._busy = False
        self._warn(why)

    # -- leaving

    @on(StatusLine.Pressed)
    async def _pressed(self, event: StatusLine.Pressed) -> None:
        if event.action_id == "help":
            await self.run_action("app.help")
        else:
            getattr(self, f"action_{event.action_id}")()

    def action_leave(self) -> None:
        """Forget a mark, or leave once what was asked for is on disk."""
        view = self.focused
        if isinstance(view, RecordView) and view.marking:
            view.forget_range()
        elif not self._busy:
            self.dismiss(None)
        else:
            self.notify("The last act is still being written; in a moment.", markup=False)

    @property
    def waiting(self) -> int:
        """How many acts are on their way to the disk."""
        return int(self._busy)

    def leave(self) -> bool:
        """Whether nothing would be lost by the end of the program."""
        return not self._busy


def _taken_back(act: Acted) -> Acted:
    return act._replace(deed=f"took back: {act.deed}")


def _done_again(act: Acted) -> Acted:
    return act._replace(deed=f"again: {act.deed}")
