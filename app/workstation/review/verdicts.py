"""What a reviewer does to the record in sight: verdicts, comments, flags, edits, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.errors import BackspanError
from app.records.events import Place, Verdict
from app.review import Acted, Reviewing, Sheet
from app.settings.person import Settings
from app.workstation.act_runner import ActRunner
from app.workstation.review.passing import LATE, Passing
from app.workstation.review.reader import ReviewReader
from app.workstation.review.sections import ReviewSections
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.dialogs.note import NoteDialog
from widgets.record.view import RecordView

_EARLY = "This record has only just come; look at it first. That key did nothing."


class Verdicts:
    """Acts on the record that is in sight, and on no other: a key pressed before it was painted does nothing."""

    def __init__(
        self,
        screen: WorkScreen[None],
        reader: ReviewReader,
        runner: ActRunner,
        passing: Passing,
        settings: Settings,
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._runner = runner
        self._passing = passing
        self._settings = settings

    @property
    def _session(self) -> Reviewing:
        session = self._reader.session
        assert session is not None
        return session

    # -- acts: one at a time, in a thread

    def _ready(self) -> Sheet | None:
        """The sheet that can be acted on; None, with a word why, where there is none."""
        self._reader.touch()
        if self._passing.deaf():
            return None
        if self._runner.busy:
            self._passing.refuse(LATE)
        elif self._reader.sheet is None:
            self._screen.say("There is no record here. u takes the last act back; q leaves.")
        elif not self._reader.seen:
            self._passing.refuse(_EARLY)
        else:
            return self._reader.sheet
        return None

    def _act(
        self,
        do: Callable[[], Acted],
        follow: Callable[[Acted], str | None],
        failed: Callable[[str], object] | None = None,
    ) -> None:
        """Run `do` in a thread; on disk, show the record that `follow` names and say what was done."""
        session = self._session

        def act() -> tuple[Acted, ReviewSections | None, str]:
            acted = do()
            try:
                return acted, self._reader.read(session, follow(acted)), ""
            except BackspanError as error:  # what was asked for is done all the same
                return acted, self._reader.told, str(error)

        def refused(why: str) -> None:
            (failed or self._screen.alarm)(why)
            self._reader.look_again()

        self._runner.run(act, self._done, refused)

    def _done(self, found: tuple[Acted, ReviewSections | None, str]) -> str:
        act, told, why = found
        if why:
            self._screen.alarm(why)
        self._reader.show_act(told)
        return _at(act)

    # -- verdicts

    def action_accept(self) -> None:
        """Accept what is in sight."""
        sheet = self._ready()
        if sheet is not None:
            self._judge(sheet, "accept", "", self._reader.seconds)

    def action_return_it(self) -> None:
        """Ask for changes."""
        self._judge_with_note("return", "What is to be changed?")

    def action_reject(self) -> None:
        """Reject, with a reason."""
        self._judge_with_note("reject", "Why is it rejected?")

    def _judge_with_note(self, verdict: Verdict, question: str) -> None:
        sheet = self._ready()
        if sheet is not None:
            self._ask(sheet, verdict, question, "", "", self._reader.seconds)

    def _ask(
        self, sheet: Sheet, verdict: Verdict, question: str, note: str, wrong: str, seconds: int
    ) -> None:
        place = self._marked()

        def answered(said: str | None) -> None:
            if said is not None:
                self._judge(sheet, verdict, said, seconds, place, question)

        self._screen.push(NoteDialog(question, note, wrong=wrong), answered)

    def _judge(
        self,
        sheet: Sheet,
        verdict: Verdict,
        note: str,
        seconds: int,
        place: Place | None = None,
        question: str = "",
    ) -> None:
        session = self._session
        if self._runner.busy:
            self._screen.say(LATE)
            return

        def failed(why: str) -> None:
            if question:  # nobody's words are lost with a full disk, or to somebody who was quicker
                self._ask(sheet, verdict, question, note, why, seconds)
            else:
                self._screen.alarm(why)

        def follow(act: Acted) -> str | None:
            if act.brief:
                said = f"{act.deed.capitalize()} after {seconds} s of reading; u takes it back."
                self._screen.app.call_from_thread(self._screen.notify, said, severity="warning", markup=False)
            return session.next(act.record)

        self._act(lambda: session.verdict(sheet, verdict, note, place, seconds), follow, failed)

    # -- comments and flags

    def action_mark(self) -> None:
        """Begin to mark a range, or forget it."""
        self._reader.touch()
        view = self._view
        if view is None:
            self._screen.say("Go to request, reasoning or code first (1, 2).")
        elif view.toggle_marking():
            self._screen.say("Marking: move to the range's end, then c comments on it, or r returns with it.")

    @property
    def _view(self) -> RecordView | None:
        """The text that has the focus."""
        view = self._screen.focused
        return view if isinstance(view, RecordView) else None

    def _marked(self) -> Place | None:
        view = self._view
        if view is None or view.selected is None:
            return None
        start, end = view.selected
        return Place(field=view.field, start=start, end=end)

    def action_comment(self) -> None:
        """Comment on what is marked, or on the field."""
        sheet = self._ready()
        if sheet is None:
            return
        place = self._marked()
        if place is None and self._view is not None:
            field = self._view.field
            length = len(dict(zip(("user", "think", "block"), sheet.texts, strict=True))[field])
            place = Place(field=field, start=0, end=length)
        self._ask_comment(sheet, place, "", "")

    def _ask_comment(self, sheet: Sheet, place: Place | None, note: str, wrong: str) -> None:
        session = self._session
        about = f"Comment on {place.field}" if place is not None else "Comment on the record"

        def answered(said: str | None) -> None:
            if said is None:
                return
            if self._runner.busy:
                self._ask_comment(sheet, place, said, LATE)
                return
            if self._view is not None:
                self._view.forget_range()
            self._act(
                lambda: session.comment(sheet, said, place),
                lambda act: act.record,
                lambda why: self._ask_comment(sheet, place, said, why),
            )

        self._screen.push(NoteDialog(about, note, wrong=wrong), answered)

    def action_flag(self) -> None:
        """Flag the record, or take one's flag off."""
        sheet = self._ready()
        if sheet is not None:
            session = self._session
            self._act(lambda: session.flag(sheet), lambda act: act.record)

    # -- editing on the spot

    def action_edit(self) -> None:
        """Edit request and reasoning."""
        sheet = self._ready()
        if sheet is None:
            return
        if sheet.revision is None or sheet.state.status in ("conflict", "retracted"):
            self._screen.say(f"A record that is {sheet.state.status} cannot be edited here.")
            return
        from app.workstation.review.edit import EditScreen

        self._screen.push(EditScreen(self._session, sheet, self._settings), self._edited)

    def _edited(self, act: Acted | None) -> None:
        if act is None or not self._screen.query(StatusLine):
            return  # the program is ending: it is saved, and nobody looks
        self._screen.query_one(StatusLine).set_state("saved", _at(act))
        self._passing.go(act.record, 1)

    # -- the way back

    def action_undo(self) -> None:
        """Take back the last act of this pass."""
        if self._passing.free() and self._reader.session is not None:
            session = self._session
            self._act(lambda: _prefixed("took back", session.undo()), lambda act: act.record)

    def action_redo(self) -> None:
        """Do it again."""
        if self._passing.free() and self._reader.session is not None:
            session = self._session
            self._act(lambda: _prefixed("again", session.redo()), lambda act: act.record)


def _at(act: Acted) -> str:
    return f"{datetime.now():%H:%M} · {act.deed}"


def _prefixed(word: str, act: Acted) -> Acted:
    return act._replace(deed=f"{word}: {act.deed}")
