"""The author's side of a review: what others said, at its place in the text, to go through and to answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual import on, work

from app.annotate.composer import Composition
from app.annotate.session import Opening
from app.base.cancelling import never
from app.errors import BackspanError
from app.project.topics.titles import printable
from app.records.draft import Draft
from app.records.events import COMMENT, Revision
from app.records.prose import many
from app.workstation.annotate.checks import CheckedDraft, moved
from app.workstation.annotate.needs import NeedingScreen
from app.workstation.annotate.watcher import News
from widgets.dialogs.questions import PromptLine
from widgets.panels.remarks import RemarkRow, RemarksPanel
from widgets.prose.editor import ProseEditor
from widgets.prose.marks import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.review.feedback import Edit, Heard, Remark

_DONE = "done"
"""How a remark is answered without words, as it is told."""


class AnsweringScreen(NeedingScreen):
    """Shows remarks in the list and in the texts. They are placed anew with each check, beside the screen."""

    _said: Heard | None = None
    """What others say of the record on the desk; None where nothing is known of it."""
    _placing: tuple[tuple[Remark, ...], Draft | None] = ((), None)
    """The same, placed in the texts of the draft that was checked last, and that draft: set as one, from a thread."""
    _told_remarks: frozenset[str] = frozenset()
    """Ids of what the person was told of."""

    @property
    def _remarks(self) -> tuple[Remark, ...]:
        return self._placing[0]

    # -- when

    def _take_up(self, opening: Opening) -> None:
        another = self._said is None or self._said.record != opening.draft.record
        if another:
            self._said, self._placing = None, ((), None)
        super()._take_up(opening)
        self._show_remarks()
        if opening.draft.parents:
            self._listen(opening.draft.record)

    def _heard(self, news: News) -> None:
        super()._heard(news)
        if news.journal and self._desk is not None:
            self._listen(self._desk.draft.record)

    def _saved(self, sent: Draft, revision: Revision) -> None:
        super()._saved(sent, revision)
        if self._desk is not None and self._desk.draft.record == revision.record:
            self._listen(revision.record)

    @work(thread=True, exclusive=True, group="listen", exit_on_error=False)
    def _listen(self, record: str) -> None:
        from app.review.feedback import hear, viewer_of  # late: nobody waits for it who writes

        desk = self._desk
        if desk is None:
            return
        try:
            said = hear(desk.judge, record, viewer_of(desk.files.spec, desk.by))
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        draft = desk.draft
        placing = self._placed(said, draft, desk.composition), draft
        self.app.call_from_thread(self._listened, record, said, placing)

    def _listened(
        self, record: str, said: Heard | None, placing: tuple[tuple[Remark, ...], Draft | None]
    ) -> None:
        desk = self._desk
        if desk is None or not self.is_attached or desk.draft.record != record:
            return
        self._said, self._placing = said, placing
        if not self.checks_pending:  # else the places of what was checked are those of another text
            self._show_findings()
        self._show_remarks()
        self._tell()

    def _judge(
        self, draft: Draft, composition: Composition, cancelled: Callable[[], bool] = never
    ) -> CheckedDraft:
        """Worker threads only."""
        found = super()._judge(draft, composition, cancelled)
        said = self._said
        if said is not None and said.record == draft.record and not cancelled():
            self._placing = self._placed(said, draft, composition), draft
        return found

    @staticmethod
    def _placed(said: Heard | None, draft: Draft, composition: Composition) -> tuple[Remark, ...]:
        from app.review.feedback import placed

        return placed(said, draft.user, draft.think, composition.text) if said is not None else ()

    # -- what is shown

    def _show_findings(self) -> None:
        super()._show_findings()
        self._show_remarks()

    def _extra_marks(self, field: str) -> list[Mark]:
        return [
            Mark(one.start, one.end, "hint")
            for one in self._remarks
            if one.field == field
            and one.start is not None
            and one.end is not None
            and one.spoken.answer is None
        ]

    def _show_remarks(self) -> None:
        rows = self._rows()
        panels = self.query(RemarksPanel)
        if not panels and rows:
            panel = RemarksPanel(id="remarks")
            panel.set_rows(rows)
            self.query_one("#pane-write").mount(panel, before="#findings")
        for panel in panels:
            panel.display = bool(rows)
            panel.set_rows(rows)

    def _rows(self) -> list[RemarkRow]:
        said = self._said
        if said is None:
            return []
        rows = [_row(one) for one in self._remarks]
        if said.edit is not None:
            key = "enter here, or alt+shift+e, shows what"
            answer = _DONE if said.edit.settled else None
            rows.insert(
                0,
                RemarkRow(
                    said.edit.theirs, "edit", said.edit.by, "", f"changed your text: {key}", answer=answer
                ),
            )
        return rows

    def _tell(self) -> None:
        """Say once what is new of what others said."""
        said = self._said
        new = [name for name in said.open if name not in self._told_remarks] if said is not None else []
        if said is None or not new:
            return
        self._told_remarks |= frozenset(new)
        parts: list[str] = []
        if said.edit is not None and said.edit.theirs in new:
            parts.append(
                f"{printable(said.edit.by, 80)} changed your text: alt+shift+e shows what, to accept or to contest."
            )
        spoken = [one for one in said.spoken if one.event in new]
        if spoken:
            people = ", ".join(dict.fromkeys(printable(one.by, 80) for one in spoken))
            parts.append(
                f"{many(len(spoken), 'remark')} by {people}: alt+s goes from one to the next, alt+shift+a answers."
            )
        title = (
            "This record came back"
            if said.status == "returned"
            else "Others said something about this record"
        )
        self.notify(" ".join(parts), title=title, markup=False, timeout=15)

    # -- going from one to the next

    def action_next_remark(self) -> None:
        """Go to the next remark's place."""
        self._step_remark(1)

    def action_previous_remark(self) -> None:
        """Go to the place of the remark before."""
        self._step_remark(-1)

    def _step_remark(self, step: int) -> None:
        row = next((panel.step(step) for panel in self.query(RemarksPanel)), None)
        if row is None:
            self.notify("Nobody has said anything about this record.", markup=False)
        else:
            self._go_to_remark(row)

    @on(RemarksPanel.Chosen)
    def _remark_chosen(self, event: RemarksPanel.Chosen) -> None:
        if event.row.kind == "edit":
            self.action_their_edit()
        else:
            self._go_to_remark(event.row)

    def _go_to_remark(self, row: RemarkRow) -> None:
        remark = next((one for one in self._remarks if one.spoken.event == row.event), None)
        if remark is None or remark.start is None or remark.end is None:
            self._show_pane("write")
            self.set_focus(self.query_one(RemarksPanel))
        elif remark.field == "block":
            self._go_to_block(remark.start)
            if self.has_class("-narrow"):  # the list is on another pane
                said = printable(remark.spoken.note, 400)
                self.notify(f"{printable(remark.spoken.by, 80)}: {said}", markup=False, timeout=10)
        else:
            editor = self.query_one(f"#{remark.field}", ProseEditor)
            self._show_pane("write")
            self.set_focus(editor.area)
            was = getattr(self._placing[1], remark.field, editor.text)
            editor.go_to(*moved(was, editor.text, remark.start, remark.end))

    # -- answering

    def action_answer(self) -> None:
        """Answer the marked remark; what is answered: no longer."""
        row = next((panel.current for panel in self.query(RemarksPanel)), None)
        if row is None:
            self.notify("There is nothing to answer.", markup=False)
        else:
            self._answer(row, words=True)

    @on(RemarksPanel.AnswerRequested)
    def _answer_wanted(self, event: RemarksPanel.AnswerRequested) -> None:
        self._answer(event.row, event.words)

    def _answer(self, row: RemarkRow, words: bool, value: str = "") -> None:
        said, desk = self._said, self._desk
        if said is None or desk is None:
            return
        if row.kind == "edit":
            self.action_their_edit()
            return
        spoken = next((one for one in said.spoken if one.event == row.event), None)
        if spoken is None:
            return
        if spoken.answer is not None:
            if spoken.answer.by != desk.by:
                self._warn(f"{printable(spoken.answer.by, 80)} answered this: only they take it back")
            else:
                self._take_answer_back(said.record, spoken.answer.comment)
        elif not words:
            self._append_answer(said.record, row, "")
        else:
            asked = f"Answer to {row.by} (empty: just answered): {row.note}"
            self.app.push_screen(
                PromptLine(" ".join(asked.split())[:400], value, _too_long),
                partial(self._answered, said.record, row),
            )

    def _answered(self, record: str, row: RemarkRow, words: str | None) -> None:
        if words is not None:
            self._append_answer(record, row, words)

    @work(thread=True, group="answer", exit_on_error=False)
    def _append_answer(self, record: str, row: RemarkRow, words: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            desk.judge.comment(record, "answer", words, answers=row.event)
        except BackspanError as error:
            self.app.call_from_thread(self._not_answered, row, words, str(error))
            return
        self.app.call_from_thread(self._after_act, record, "Answered.")

    def _not_answered(self, row: RemarkRow, words: str, why: str) -> None:
        self.notify(why, title="Not answered", severity="error", markup=False, timeout=15)
        if words.strip():
            self._answer(row, True, words)  # what was typed comes again, to be tried again

    @work(thread=True, group="answer", exit_on_error=False)
    def _take_answer_back(self, record: str, comment: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            desk.judge.withdraw_comment(comment)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._after_act, record, "The answer is taken back.")

    def _after_act(self, record: str, said: str) -> None:
        self.notify(said, markup=False)
        if self._desk is not None and self._desk.draft.record == record:
            self._listen(record)

    # -- what others changed

    def action_their_edit(self) -> None:
        """Show what somebody else changed in my text; accept it or contest it."""
        desk, said = self._desk, self._said
        if desk is None or said is None or said.edit is None:
            self.notify("Nobody has put a text on top of yours.", markup=False)
            return
        from app.workstation.records.edited import EditedScreen  # late: only who asks waits for it

        self.app.push_screen(
            EditedScreen(desk.judge, said.edit), partial(self._edit_judged, said.record, said.edit)
        )

    def _edit_judged(self, record: str, edit: Edit, answer: str | None, value: str = "") -> None:
        if answer == "accept":
            self._append_on_edit(record, edit, answer, "")
        elif answer in ("contest", "bring_back"):
            then = ", and bring mine back" if answer == "bring_back" else ""
            question = f"What is wrong with the edit by {edit.by}? It is kept as a comment{then}"

            def said(words: str | None) -> None:
                if words is not None:
                    self._append_on_edit(record, edit, answer, words)

            self.app.push_screen(PromptLine(question, value, _empty), said)

    @work(thread=True, group="answer", exit_on_error=False)
    def _append_on_edit(self, record: str, edit: Edit, answer: str, words: str) -> None:
        from app.review.feedback import ACCEPTED

        desk = self._desk
        assert desk is not None
        done = (
            "Accepted; their text stands."
            if answer == "accept"
            else "Contested; their text stands until somebody changes it."
        )
        try:
            desk.judge.comment(record, "note", words or ACCEPTED, revision=edit.theirs)
        except BackspanError as error:
            self.app.call_from_thread(self._not_judged, record, edit, answer, words, str(error))
            return
        if answer == "bring_back":
            try:
                desk.judge.bring_back(record, edit.mine)
            except BackspanError as error:
                self.app.call_from_thread(self._warn, f"The comment is kept, your text is not back: {error}")
            else:
                done = "Contested, and your text stands again."
        self.app.call_from_thread(self._after_act, record, done)
        if answer == "bring_back":
            self.app.call_from_thread(self._came_back, record, record)

    def _not_judged(self, record: str, edit: Edit, answer: str, words: str, why: str) -> None:
        self.notify(why, title="Nothing was done", severity="error", markup=False, timeout=15)
        if words.strip():
            self._edit_judged(record, edit, answer, words)


def _row(one: Remark) -> RemarkRow:
    spoken = one.spoken
    answer = spoken.answer.note if spoken.answer is not None else None
    was = one.was if one.moved else ""
    return RemarkRow(spoken.event, spoken.said, spoken.by, one.field, spoken.note, was, answer)


def _too_long(words: str) -> str:
    return f"say it in {COMMENT:,} characters; these are {len(words):,}" if len(words) > COMMENT else ""


def _empty(words: str) -> str:
    return _too_long(words) if words.strip() else "say what is wrong: others read it"
