"""The records of a topic: any number of them, filtered by what is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.worker import get_current_worker

from widgets.base.drawing import Part, cut_left, pad
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList

STATUSES = ("draft", "submitted", "returned", "accepted", "rejected", "retracted", "conflict")
_AT_ONCE = 1_000
"""Rows gone through on the interface's thread; more go to a worker."""

Places = Callable[[str], int | None]
"""The 0-based row of a record, quickly; None if it is not among the rows."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record, as the list shows it."""

    record: str
    """The record's id."""
    status: str
    """One of `STATUSES`; anything else is shown plain."""
    item: str
    """Item path of its main span."""
    path: str
    """File of its main span."""
    by: str
    """Who wrote its newest revision."""
    at: str
    """When, as it is to be shown."""
    opening: str
    """The first words of `user`."""
    revisions: int = 1
    revision: str = ""
    """Id of the newest revision; empty of a draft."""


class _RecordMessage(Message):
    """The person asked something of one record."""

    def __init__(self, record: str) -> None:
        super().__init__()
        self.record = record
        """The record's id."""


class RecordList(LineList):
    """Rows in the order they are given."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-list--head",
        "record-list--quiet",
        *(f"record-list--{status}" for status in STATUSES),
    }
    DEFAULT_CSS = """
    RecordList > .record-list--head { text-style: bold; }
    RecordList > .record-list--quiet { text-style: dim; }
    RecordList > .record-list--draft { text-style: dim italic; }
    RecordList > .record-list--submitted { color: $text-primary; }
    RecordList > .record-list--returned { color: $text-warning; }
    RecordList > .record-list--accepted { color: $text-success; }
    RecordList > .record-list--rejected { color: $text-error; }
    RecordList > .record-list--retracted { text-style: dim strike; }
    RecordList > .record-list--conflict { color: $text-error; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("records")
    pinned = 1

    class EditRequested(_RecordMessage):
        """Open the record."""

    class WithdrawRequested(_RecordMessage):
        """Withdraw the record."""

    class RestoreRequested(_RecordMessage):
        """Restore the withdrawn record."""

    class AcceptRequested(_RecordMessage):
        """Accept the revision that is shown."""

        def __init__(self, record: str, revision: str) -> None:
            super().__init__(record)
            self.revision = revision
            """The revision's id; empty of a draft."""

    class BackRequested(Message):
        """Go back."""

    class RecordHighlighted(Message):
        """Another record is under the cursor."""

        def __init__(self, row: RecordRow | None) -> None:
            super().__init__()
            self.row = row
            """None if no record is shown."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RecordList.RecordHighlighted)

    class _Filtered(Message):
        """A worker has gone through all rows."""

        def __init__(
            self, rows: Sequence[RecordRow], text: str, shown: Sequence[RecordRow], places: Places
        ) -> None:
            super().__init__()
            self.rows = rows
            self.text = text
            self.shown = shown
            self.places = places

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._all: Sequence[RecordRow] = ()
        self._places: Places | None = None
        self._shown_rows: Sequence[RecordRow] = ()
        self._filter = ""
        self._told: RecordRow | None = None

    @property
    def chosen(self) -> RecordRow | None:
        """The record at the cursor; None if none is shown."""
        return self._shown_rows[self.cursor] if self._shown_rows else None

    @property
    def count(self) -> int:
        """How many records are shown."""
        return len(self._shown_rows)

    def set_rows(self, rows: Sequence[RecordRow], places: Places | None = None) -> None:
        """Show these records; the cursor stays on its record if that is still there. `rows` must not change after.

        Only rows in sight are asked for, so `rows` may make each when it is. Of very many, `places` says where one
        is; without it they are gone through.
        """
        self._all, self._places = rows, places
        self._apply()

    def set_filter(self, text: str) -> None:
        """Show only records that hold each of the words, whatever their case, in any column."""
        if text != self._filter:
            self._filter = text
            self._apply()

    def _apply(self) -> None:
        if not self._filter.strip():
            self._show_rows(self._all, self._places)
        elif len(self._all) <= _AT_ONCE:
            self._show_rows(filtered(self._all, self._filter))
        else:
            work = partial(self._filter_in_thread, self._all, self._filter)
            self.run_worker(work, thread=True, exclusive=True, group="filter", exit_on_error=False)

    def _filter_in_thread(self, rows: Sequence[RecordRow], text: str) -> None:
        worker = get_current_worker()
        shown = filtered(rows, text, lambda: worker.is_cancelled)
        places = {row.record: place for place, row in enumerate(shown)}.get
        if not worker.is_cancelled:
            self.post_message(self._Filtered(rows, text, shown, places))

    def on_record_list__filtered(self, message: _Filtered) -> None:
        message.stop()
        if message.rows is self._all and message.text == self._filter:
            self._show_rows(message.shown, message.places)

    def _show_rows(self, rows: Sequence[RecordRow], places: Places | None = None) -> None:
        before = self.chosen
        self._shown_rows = rows
        self.set_rows_count(len(rows))
        if before is not None and not (self.chosen and self.chosen.record == before.record):
            place = places(before.record) if places else _place(rows, before.record)
            if place is not None:
                self.cursor = place
        self._tell()

    def _tell(self) -> None:
        if self.chosen != self._told:
            self._told = self.chosen
            self.post_message(self.RecordHighlighted(self.chosen))

    def watch_cursor(self, old: int, new: int) -> None:
        super().watch_cursor(old, new)
        self._tell()

    # -- drawing

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        many = (
            f"{len(self._shown_rows):,} of {len(self._all):,}"
            if self._filter.strip()
            else f"{len(self._all):,}"
        )
        return (Part(f"{many} record{'' if many == '1' else 's'}", "record-list--head"),)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        record = self._shown_rows[row]
        style = f"record-list--{record.status}" if record.status in STATUSES else ""
        parts = [Part(pad(record.status, 10 if width >= 40 else 4), style), Part(" ")]
        rest = max(width - (11 if width >= 40 else 5), 0)
        if rest < 60:
            item = min(max(rest // 2, 8), rest)
            return (*parts, Part(pad(record.item or record.path, item - 1)), Part(" "), Part(record.opening))
        edits = f" ×{record.revisions}" if record.revisions > 1 else ""
        item, path = rest // 4, rest // 6
        return (
            *parts,
            Part(pad(record.item, item)),
            Part(" "),
            Part(pad(cut_left(record.path, path), path), "record-list--quiet"),
            Part(" "),
            Part(pad(record.by, 10), "record-list--quiet"),
            Part(" "),
            Part(pad(record.at, 16), "record-list--quiet"),
            Part(f"{edits:4} ", "record-list--quiet"),
            Part(record.opening),
        )

    # -- what the person does

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row < 0:
            return
        self.cursor = row
        if times == 2:
            self.action_edit()

    def _ask(self, message: type[_RecordMessage]) -> None:
        if row := self.chosen:
            self.post_message(message(row.record))

    def action_edit(self) -> None:
        self._ask(self.EditRequested)

    def action_withdraw(self) -> None:
        self._ask(self.WithdrawRequested)

    def action_restore(self) -> None:
        self._ask(self.RestoreRequested)

    def action_accept(self) -> None:
        if row := self.chosen:
            self.post_message(self.AcceptRequested(row.record, row.revision))

    def action_back(self) -> None:
        self.post_message(self.BackRequested())


def _place(rows: Sequence[RecordRow], record: str) -> int | None:
    return next((place for place, row in enumerate(rows) if row.record == record), None)


def filtered(
    rows: Sequence[RecordRow], text: str, cancelled: Callable[[], bool] = lambda: False
) -> list[RecordRow]:
    """The rows that hold each word of `text` in any column, whatever its case; some of them once cancelled."""
    words = text.casefold().split()

    def holds(row: RecordRow) -> bool:
        columns = (row.record, row.status, row.item, row.path, row.by, row.at, row.opening)
        hay = "\n".join(columns).casefold()
        return all(word in hay for word in words)

    found: list[RecordRow] = []
    for start in range(0, len(rows), _AT_ONCE):
        if cancelled():
            break
        found += (row for row in rows[start : start + _AT_ONCE] if holds(row))
    return found
