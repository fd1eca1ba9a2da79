"""What others said of the record in hand: shown beside it, placed in its texts, answered one by one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.annotate.composer import Composition
from app.annotate.session import AnnotateSession
from app.annotate.session_events import DraftChecked, DraftOpened, NewsHeard, RecordSaved
from app.base.text import many, printable
from app.errors import BackspanError
from app.project.topics.viewer import viewer_of
from app.records.draft import Draft
from app.records.events import COMMENT
from app.records.prose import moved
from app.review.acts.remarks import Remarks
from app.review.acts.verdicts import Judge
from app.workstation.annotate.checks import LiveChecks
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.annotate.records import Records
from widgets.dialogs.questions import PromptLine
from widgets.panels.remarks_panel import RemarkRow, RemarksPanel
from widgets.prose.marks import Mark

if TYPE_CHECKING:
    from app.review.feedback import Edit, Remark, Spoken
    from app.review.feedback import Heard as Said

_DONE = "done"
"""How a remark is answered without words, as it is told."""
Placing = tuple["tuple[Remark, ...]", Draft | None]
"""Remarks placed in the texts of a draft, and that draft: set as one, from a thread."""


class SpokenRemarks:
    """Shows remarks in the list and in the texts. They are placed anew with each check, beside the screen."""

    def __init__(
        self,
        host: Host,
        session: AnnotateSession,
        panes: AnnotatePanes,
        checks: LiveChecks,
        records: Records,
        judge: Judge,
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._checks = checks
        checks.marks = self._marks
        checks.beside = self._place_beside
        self._records = records
        self._judge = judge
        self._own = Remarks(judge.signer)
        self._said: Said | None = None
        """What others say of the record in hand; None where nothing is known of it."""
        self._placing: Placing = ((), None)
        """The same, placed in the texts of the draft that was checked last."""
        self._told: frozenset[str] = frozenset()
        """Ids of what the person was told of."""

    def listen(self) -> None:
        """Look for remarks whenever there may be new ones."""
        on = self._session.announcer.on
        on(DraftOpened, lambda _: self._opened())
        on(NewsHeard, self._heard)
        on(RecordSaved, lambda saved: self._listen_to(saved.revision.record))
        on(DraftChecked, lambda _: self._show())

    # -- when

    def _opened(self) -> None:
        draft = self._session.draft
        if self._said is None or self._said.record != draft.record:
            self._said, self._placing = None, ((), None)
        self._show()
        if draft.parents:
            self._listen_to(draft.record)

    def _heard(self, heard: NewsHeard) -> None:
        if heard.news.journal:
            self._listen_to(self._session.draft.record)

    def _listen_to(self, record: str) -> None:
        """Read what others say of a record, if it is the one in hand."""
        if self._session.draft.record == record:
            self._host.run("listen", lambda _: self._read(record), lambda read: self._listened(record, *read))

    def _read(self, record: str) -> tuple[Said | None, Placing]:
        from app.review.feedback import hear  # late: nobody waits for it who writes

        session = self._session
        said = hear(self._judge.signer, record, viewer_of(session.files.spec, session.by))
        draft = session.draft
        return said, (_placed(said, draft, session.composition), draft)

    def _listened(self, record: str, said: Said | None, placing: Placing) -> None:
        if not self._host.is_attached or self._session.draft.record != record:
            return
        self._said, self._placing = said, placing
        if not self._checks.pending:  # else the places of what was checked are those of another text
            self._checks.show()
        self._show()
        self._tell()

    def _place_beside(self, draft: Draft, composition: Composition, cancelled: Callable[[], bool]) -> None:
        """Place the remarks in the texts that are being checked. Worker threads only."""
        said = self._said
        if said is not None and said.record == draft.record and not cancelled():
            self._placing = _placed(said, draft, composition), draft

    # -- what is shown

    @property
    def _remarks(self) -> tuple[Remark, ...]:
        return self._placing[0]

    def _marks(self, field: str) -> list[Mark]:
        return [
            Mark(one.start, one.end, "hint")
            for one in self._remarks
            if one.field == field
            and one.start is not None
            and one.end is not None
            and one.spoken.answer is None
        ]

    @property
    def _panel(self) -> RemarksPanel | None:
        """The list; None until there was something to show."""
        return self._panes.remarks

    def _show(self) -> None:
        rows, panel = self._rows(), self._panel
        if panel is not None:
            panel.display = bool(rows)
            panel.set_rows(rows)
        elif rows:
            panel = RemarksPanel(id="remarks")
            panel.set_rows(rows)
            self._panes.mount_before_findings(panel)

    def _rows(self) -> list[RemarkRow]:
        said = self._said
        if said is None:
            return []
        rows = [_row(one) for one in self._remarks]
        if said.edit is not None:
            key = "enter here, or alt+shift+e, shows what"
            answer = _DONE if said.edit.settled else None
            note = f"changed your text: {key}"
            rows.insert(0, RemarkRow(said.edit.theirs, "edit", said.edit.by, "", note, answer=answer))
        return rows

    def _tell(self) -> None:
        """Say once what is new of what others said."""
        said = self._said
        new = [name for name in said.open if name not in self._told] if said is not None else []
        if said is None or not new:
            return
        self._told |= frozenset(new)
        parts: list[str] = []
        if said.edit is not None and said.edit.theirs in new:
            who = printable(said.edit.by, 80)
            parts.append(f"{who} changed your text: alt+shift+e shows what, to accept or to contest.")
        spoken = [one for one in said.spoken if one.event in new]
        if spoken:
            people = ", ".join(dict.fromkeys(printable(one.by, 80) for one in spoken))
            count = many(len(spoken), "remark")
            parts.append(f"{count} by {people}: alt+s goes from one to the next, alt+shift+a answers.")
        back = said.status == "returned"
        title = "This record came back" if back else "Others said something about this record"
        self._host.say(" ".join(parts), title=title, timeout=15)

    # -- going from one to the next

    def action_next_remark(self) -> None:
        """Go to the next remark's place."""
        self._step(1)

    def action_previous_remark(self) -> None:
        """Go to the place of the remark before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        row = self._panel.step(step) if self._panel is not None else None
        if row is None:
            self._host.say("Nobody has said anything about this record.")
        else:
            self._go_to(row)

    def chosen(self, event: RemarksPanel.Chosen) -> None:
        """A remark was chosen in the list."""
        if event.row.kind == "edit":
            self.action_their_edit()
        else:
            self._go_to(event.row)

    def _go_to(self, row: RemarkRow) -> None:
        remark = next((one for one in self._remarks if one.spoken.event == row.event), None)
        if remark is None or remark.start is None or remark.end is None:
            self._panes.show("write")
            if self._panel is not None:
                self._panes.focus(self._panel)
        elif remark.field == "block":
            self._checks.go_to_block(remark.start)
            if self._panes.narrow:  # the list is on another pane
                said = printable(remark.spoken.note, 400)
                self._host.say(f"{printable(remark.spoken.by, 80)}: {said}", timeout=10)
        else:
            editor = self._panes.editor(remark.field)
            self._panes.show("write")
            self._panes.focus(editor.area)
            was: str = getattr(self._placing[1], remark.field, editor.text)
            editor.go_to(*moved(was, editor.text, remark.start, remark.end))

    # -- answering

    def action_answer(self) -> None:
        """Answer the marked remark; what is answered: no longer."""
        row = self._panel.current if self._panel is not None else None
        if row is None:
            self._host.say("There is nothing to answer.")
        else:
            self._answer(row, words=True)

    def answer_wanted(self, event: RemarksPanel.AnswerRequested) -> None:
        """An answer was asked for in the list."""
        self._answer(event.row, event.words)

    def _answer(self, row: RemarkRow, words: bool, value: str = "") -> None:
        said = self._said
        if row.kind == "edit":
            self.action_their_edit()
            return
        spoken = next((one for one in said.spoken if one.event == row.event), None) if said else None
        if said is None or spoken is None:
            return
        if spoken.answer is not None:
            self._take_answer_back(said.record, spoken)
        elif not words:
            self._append_answer(said.record, row, "")
        else:
            asked = f"Answer to {row.by} (empty: just answered): {row.note}"
            question = PromptLine(" ".join(asked.split())[:400], value, _too_long)
            self._host.push(question, partial(self._answered, said.record, row))

    def _answered(self, record: str, row: RemarkRow, words: str | None) -> None:
        if words is not None:
            self._append_answer(record, row, words)

    def _append_answer(self, record: str, row: RemarkRow, words: str) -> None:
        def refused(error: BackspanError) -> None:
            self._host.alarm(str(error), title="Not answered")
            if words.strip():
                self._answer(row, True, words)  # what was typed comes again, to be tried again

        self._host.run(
            "answer",
            lambda _: self._own.comment(record, "answer", words, answers=row.event),
            lambda _: self._after_act(record, "Answered."),
            refused,
            exclusive=False,
        )

    def _take_answer_back(self, record: str, spoken: Spoken) -> None:
        answer = spoken.answer
        assert answer is not None
        if answer.by != self._session.by:
            self._host.warn(f"{printable(answer.by, 80)} answered this: only they take it back")
            return
        self._host.run(
            "answer",
            lambda _: self._own.withdraw_comment(answer.comment),
            lambda _: self._after_act(record, "The answer is taken back."),
            exclusive=False,
        )

    def _after_act(self, record: str, said: str) -> None:
        self._host.say(said)
        self._listen_to(record)

    # -- what others changed

    def action_their_edit(self) -> None:
        """Show what somebody else changed in my text; accept it or contest it."""
        said = self._said
        if said is None or said.edit is None:
            self._host.say("Nobody has put a text on top of yours.")
            return
        from app.workstation.records.edited import EditedScreen  # late: only who asks waits for it

        judged = partial(self._edit_judged, said.record, said.edit)
        self._host.push(EditedScreen(self._judge.signer, said.edit), judged)

    def _edit_judged(self, record: str, edit: Edit, answer: str | None, value: str = "") -> None:
        if answer == "accept":
            self._append_on_edit(record, edit, answer, "")
        elif answer in ("contest", "bring_back"):
            then = ", and bring mine back" if answer == "bring_back" else ""
            question = f"What is wrong with the edit by {edit.by}? It is kept as a comment{then}"

            def said(words: str | None) -> None:
                if words is not None:
                    self._append_on_edit(record, edit, answer, words)

            self._host.push(PromptLine(question, value, _empty), said)

    def _append_on_edit(self, record: str, edit: Edit, answer: str, words: str) -> None:
        def refused(error: BackspanError) -> None:
            self._host.alarm(str(error), title="Nothing was done")
            if words.strip():
                self._edit_judged(record, edit, answer, words)

        def done(said: tuple[str, str]) -> None:
            told, why = said
            if why:
                self._host.warn(why)
            self._after_act(record, told)
            if answer == "bring_back":
                self._records.came_back(record, record)

        self._host.run(
            "answer", lambda _: self._act_on_edit(record, edit, answer, words), done, refused, exclusive=False
        )

    def _act_on_edit(self, record: str, edit: Edit, answer: str, words: str) -> tuple[str, str]:
        """What was done, and why not all of it. Raises `BackspanError` where nothing was."""
        from app.review.feedback import ACCEPTED

        self._own.comment(record, "note", words or ACCEPTED, revision=edit.theirs)
        if answer == "accept":
            return "Accepted; their text stands.", ""
        contested = "Contested; their text stands until somebody changes it."
        if answer != "bring_back":
            return contested, ""
        try:
            self._judge.bring_back(record, edit.mine)
        except BackspanError as error:
            return contested, f"The comment is kept, your text is not back: {error}"
        return "Contested, and your text stands again.", ""


def _placed(said: Said | None, draft: Draft, composition: Composition) -> tuple[Remark, ...]:
    from app.review.feedback import placed

    return placed(said, draft.user, draft.think, composition.text) if said is not None else ()


def _row(one: Remark) -> RemarkRow:
    spoken = one.spoken
    answer = spoken.answer.note if spoken.answer is not None else None
    was = one.was if one.moved else ""
    return RemarkRow(spoken.event, spoken.said, spoken.by, one.field, spoken.note, was, answer)


def _too_long(words: str) -> str:
    return f"say it in {COMMENT:,} characters; these are {len(words):,}" if len(words) > COMMENT else ""


def _empty(words: str) -> str:
    return _too_long(words) if words.strip() else "say what is wrong: others read it"
