"""The list of a topic's records and drafts: open, withdraw, restore, accept."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import overload

from textual import on
from textual.app import ComposeResult
from textual.message import Message
from textual.widgets import Footer, Input

from app.annotate.session import AnnotateSession
from app.base.cancelling import CancelledError
from app.base.text import many
from app.errors import BackspanError
from app.project.topics.viewer import viewer_of
from app.records.draft import Draft
from app.records.history.ledger import Ledger, RecordState
from app.records.history.summary import Summary, opening_of
from app.records.history.viewpoint import Viewer, viewpoint
from app.review.acts.undo import redo, undo
from app.review.acts.verdicts import Judge
from app.store.follower import Stage
from app.workstation.records.acts import JudgeActs
from app.workstation.records.draft_trash import DraftTrash
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.ordered_keys import LineInput
from widgets.record.list import RecordList, RecordRow

_ALL_SEEING = Viewer("")
"""To whom nothing is hidden."""


class RecordsScreen(WorkScreen[str | None]):
    """Shows what the journal and the drafts folder hold; gives back the record to open, or None."""

    HELP_SCOPES = ("records",)
    DEFAULT_CSS = """
    RecordsScreen RecordList { height: 1fr; }
    RecordsScreen Input { dock: bottom; height: 1; border: none; }
    """
    BINDINGS = [*bindings_for("records")]

    class _Read(Message):
        """A worker has read the journal, or a part of a long one."""

        def __init__(self, rows: RecordRows, share: float) -> None:
            super().__init__()
            self.rows = rows
            self.share = share
            """How much of the journal that is, 0 to 1."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RecordsScreen._Read)

    def __init__(self, session: AnnotateSession, judge: Judge) -> None:
        """`judge` acts on the records that are saved, `session` on the drafts."""
        super().__init__()
        self._session = session
        self._judge = judge
        self.adopt(DraftTrash(self, session))

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Back", "back"),))
        yield RecordList()
        yield LineInput(
            placeholder="filter: words in the item, path, status, author or request", compact=True
        )
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RecordList))
        self._read()

    def _read(self) -> None:
        self.run("records", self._read_rows, failed=self._unread)

    def _read_rows(self, stopped: Callable[[], bool]) -> None:
        viewer = viewer_of(self._session.files.spec, self._session.by)
        rows = RecordRows(Ledger(), (), viewer)

        def part(stage: Stage) -> None:
            nonlocal rows
            if stopped() or not self.is_attached:
                raise CancelledError("the list was left while its records were being read")
            if len(stage.ledger) >= 2 * rows.written:  # all of them at each part would cost more than reading
                rows = RecordRows(stage.ledger, (), viewer)
            self.post_message(self._Read(rows, stage.done / stage.total))

        follower = self._judge.signer.follower
        follower.refresh(part)
        rows = RecordRows(follower.ledger, self._session.own_drafts(), viewer)
        self.post_message(self._Read(rows, 1.0))  # behind the parts, which wait as messages

    def on_records_screen__read(self, message: _Read) -> None:
        message.stop()
        rows = message.rows
        self.query_one(RecordList).set_rows(rows, rows.place)
        drafts = len(rows) - rows.written
        said = f"{self._session.files.spec.title} · {many(rows.written, 'record')}"
        said += f" · {many(drafts, 'draft')}" if drafts else ""
        said += f" · reading… {message.share:.0%}" if message.share < 1 else ""
        self.query_one(StatusLine).set_left(said)

    def _unread(self, error: BackspanError) -> None:
        self.query_one(StatusLine).set_left(f"{self._session.files.spec.title} · the journal cannot be read")
        self._refused(error)

    def _refused(self, error: BackspanError) -> None:
        self._say(str(error))

    def _say(self, text: str) -> None:
        self.alarm(text, timeout=10)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one(RecordList).set_filter(event.value)

    def on_input_submitted(self) -> None:
        self.set_focus(self.query_one(RecordList))

    @on(StatusLine.Pressed)
    @on(RecordList.BackRequested)
    def _back(self) -> None:
        self.action_back()

    def action_back(self) -> None:
        """Leave without choosing."""
        self.dismiss(None)

    def on_record_list_edit_requested(self, event: RecordList.EditRequested) -> None:
        self.dismiss(event.record)

    def on_record_list_withdraw_requested(self, event: RecordList.WithdrawRequested) -> None:
        record = event.record
        self._change("withdrawn; u restores it, z takes it back", lambda: self._judge.withdraw(record))

    def on_record_list_restore_requested(self, event: RecordList.RestoreRequested) -> None:
        record = event.record
        self._change("restored", lambda: self._judge.restore(record))

    def on_record_list_accept_requested(self, event: RecordList.AcceptRequested) -> None:
        record, revision = event.record, event.revision

        def accept() -> None:
            self._judge.accept(record, revision)

        self._change("accepted", accept)

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: read it anew; cursor, filter and focus stay."""
        self._read()

    def action_history(self) -> None:
        """Show the record's history."""
        row = self.query_one(RecordList).chosen
        if row is None or row.status == "draft":
            self._say("Put the cursor on a saved record: drafts have no history yet.")
        else:
            screen = HistoryScreen(JudgeActs(self._judge), row.record)
            self.push(screen, self._came_back)

    def _came_back(self, _: str | None) -> None:
        self._read()

    def action_undo(self) -> None:
        """Take back this person's last act in the topic."""
        self._change("taken back", lambda: f"Taken back: {undo(self._judge).target.deed}")

    def action_redo(self) -> None:
        """Do it again."""
        self._change("done again", lambda: f"Done again: {redo(self._judge).target.deed}")

    def _change(self, done: str, change: Callable[[], str | None]) -> None:
        def changed(said: str) -> None:
            self.say(said)
            self._read()

        self.run("records-change", lambda _: change() or done, changed, self._refused, exclusive=False)


class RecordRows(Sequence[RecordRow]):
    """The topic's records, newest last, then this person's drafts that were never saved.

    A row is made when it is looked at: of a hundred thousand, few ever are. It tells what `viewer` may see.
    """

    def __init__(self, ledger: Ledger, drafts: Sequence[Draft], viewer: Viewer = _ALL_SEEING) -> None:
        """Goes through all records: for a worker thread."""
        self._states = [state for state in ledger.records if state.revision is not None]
        self._drafts = [draft for draft in drafts if ledger.get(draft.record) is None]
        self._viewer = viewer
        self.written = len(self._states)
        """How many are records."""

    def __len__(self) -> int:
        return self.written + len(self._drafts)

    @overload
    def __getitem__(self, at: int) -> RecordRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RecordRow]: ...
    def __getitem__(self, at: int | slice) -> RecordRow | Sequence[RecordRow]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        place = at if at >= 0 else len(self) + at
        if place < self.written:
            return _saved_row(viewpoint(self._states[place], self._viewer))
        return _draft_row(self._drafts[place - self.written])

    def place(self, record: str) -> int | None:
        """The record's row."""
        at = bisect_left(self._states, record, key=lambda state: state.record)
        if at < self.written and self._states[at].record == record:
            return at
        drafts = (number for number, draft in enumerate(self._drafts) if draft.record == record)
        return next((self.written + number for number in drafts), None)


def _saved_row(state: RecordState) -> RecordRow:
    revision = state.revision
    assert revision is not None
    return RecordRow(
        record=state.record,
        status=state.status,
        item=revision.item,
        path=revision.path,
        by=revision.by,
        at=f"{revision.at:%Y-%m-%d %H:%M}",
        opening=revision.opening,
        revision=revision.id,
        revisions=sum(isinstance(event, Summary) for event in state.events.values()),
    )


def _draft_row(draft: Draft) -> RecordRow:
    first = next(iter(draft.selection.pieces), None)
    return RecordRow(
        record=draft.record,
        status="draft",
        item=first.item if first else "nothing selected",
        path=first.path if first else "",
        by=draft.by,
        at="not saved",
        opening=opening_of(draft.user),
        revisions=0,
    )
