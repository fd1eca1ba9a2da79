"""The list of a topic's records and drafts: open, withdraw, restore, accept."""

from __future__ import annotations

from collections.abc import Callable

from textual import on, work
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer, Input

from app.desk import Desk
from app.errors import BackspanError
from app.store.summary import Summary
from widgets.bindings import bindings_for
from widgets.record_list import RecordList, RecordRow
from widgets.status_line import StatusLine


class RecordsScreen(Screen[str | None]):
    """Shows what the journal and the drafts folder hold; gives back the record to open, or None."""

    HELP_SCOPES = ("records",)
    DEFAULT_CSS = """
    RecordsScreen RecordList { height: 1fr; }
    RecordsScreen Input { dock: bottom; height: 1; border: none; }
    """
    BINDINGS = [*bindings_for("records")]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Back", "back"),))
        yield RecordList()
        yield Input(placeholder="filter: words in the item, path, status, author or request", compact=True)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.query_one(RecordList))
        self._read()

    @work(thread=True, exclusive=True, group="records", exit_on_error=False)
    def _read(self) -> None:
        try:
            rows = record_rows(self._desk)
        except BackspanError as error:
            self.app.call_from_thread(self._say, str(error))
            return
        self.app.call_from_thread(self._show, rows)

    def _show(self, rows: list[RecordRow]) -> None:
        self.query_one(RecordList).set_rows(rows)
        written = sum(row.status != "draft" for row in rows)
        drafts = len(rows) - written
        self.query_one(StatusLine).set_left(
            f"{self._desk.bench.spec.title} · {written} records" + (f" · {drafts} drafts" if drafts else "")
        )

    def _say(self, text: str) -> None:
        self.notify(text, severity="error", markup=False, timeout=10)

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
        self._change("withdrawn; u restores it", lambda: self._desk.judge.withdraw(record))

    def on_record_list_restore_requested(self, event: RecordList.RestoreRequested) -> None:
        record = event.record
        self._change("restored", lambda: self._desk.judge.restore(record))

    def on_record_list_accept_requested(self, event: RecordList.AcceptRequested) -> None:
        record = event.record
        self._change("accepted", lambda: self._desk.judge.accept(record))

    @work(thread=True, group="records-change", exit_on_error=False)
    def _change(self, done: str, change: Callable[[], None]) -> None:
        try:
            change()
        except BackspanError as error:
            self.app.call_from_thread(self._say, str(error))
            return
        self.app.call_from_thread(self.notify, done, markup=False)
        self.app.call_from_thread(self._read)


def record_rows(desk: Desk) -> list[RecordRow]:
    """The topic's records, newest last, then this person's drafts that were never saved."""
    ledger = desk.ledger()
    rows: list[RecordRow] = []
    for state in ledger.records:
        revision = state.revision
        if revision is None:
            continue
        rows.append(
            RecordRow(
                record=state.record,
                status=state.status,
                item=revision.item,
                path=revision.path,
                by=revision.by,
                at=f"{revision.at:%Y-%m-%d %H:%M}",
                opening=revision.opening,
                revisions=sum(isinstance(e, Summary) for e in state.events.values()),
            )
        )
    for draft in desk.own_drafts():
        if ledger.get(draft.record) is not None:
            continue
        first = next(iter(draft.selection.pieces), None)
        rows.append(
            RecordRow(
                record=draft.record,
                status="draft",
                item=first.item if first else "nothing selected",
                path=first.path if first else "",
                by=draft.by,
                at="not saved",
                opening=" ".join(draft.user.split())[:120],
                revisions=0,
            )
        )
    return rows
