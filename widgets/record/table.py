"""A list of any number of records, one line each. It draws only what is in sight and never goes through its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from app.base.moments import local
from app.records.filters.row import Row
from widgets.base.drawing import Part, cut, cut_left, pad
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.record.base import BAR, BaseKept

SIGNS = {
    "submitted": "·",
    "returned": "<",
    "accepted": "✓",
    "rejected": "✗",
    "retracted": "-",
    "conflict": "≠",
    "draft": "~",
}
"""What stands before each status's word, so that colour is never alone."""
_VERDICTS = {"accept": "✓", "return": "<", "reject": "✗"}
_SCANNED = 1_000
"""Rows that are gone through for the marked record where no `place` was given; longer lists must bring one."""
_STATUS = 11
"""Cells of sign, blank and the longest status."""
_NARROW, _WIDE = 44, 100
"""Cells below which statuses are shortened, and from which on every column is shown."""

Place = Callable[[str], int | None]
"""The 0-based row of a record, quickly; None if it is not among the rows."""


class RecordTable(LineList, BaseKept):  # Textual inherits styles along the first
    """Records in the order they are given; the mark stays on its record when others come and go."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "record-table--head",
        "record-table--quiet",
        "record-table--error",
        "record-table--warning",
        *(f"record-table--{status}" for status in SIGNS),
    }
    DEFAULT_CSS = f"""
    RecordTable {{ {BAR} }}
    RecordTable > .record-table--head {{ text-style: bold; }}
    RecordTable > .record-table--quiet {{ text-style: dim; }}
    RecordTable > .record-table--error {{ color: $text-error; }}
    RecordTable > .record-table--warning {{ color: $text-warning; }}
    RecordTable > .record-table--submitted {{ color: $text-primary; }}
    RecordTable > .record-table--returned {{ color: $text-warning; }}
    RecordTable > .record-table--accepted {{ color: $text-success; }}
    RecordTable > .record-table--rejected {{ color: $text-error; }}
    RecordTable > .record-table--retracted {{ text-style: dim strike; }}
    RecordTable > .record-table--conflict {{ color: $text-error; text-style: bold; }}
    RecordTable > .record-table--draft {{ text-style: dim italic; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("table")
    pinned = 1

    class _AboutRecord(Message):
        """Something about one record."""

        def __init__(self, table: RecordTable, record: str) -> None:
            super().__init__()
            self.table = table
            """The table it happened in."""
            self.record = record
            """The record's id; empty where no record is shown."""

        @property
        def control(self) -> RecordTable:
            return self.table

    class Chosen(_AboutRecord):
        """The person wants to open the record."""

    class Marked(_AboutRecord):
        """Another record is marked, by the person or because the one before is gone."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, RecordTable.Marked) and message.table is self.table

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._all: Sequence[Row] = ()
        self._place: Place | None = None
        self._told = ""
        self._note = ""
        self._total: int | None = None
        self._settling = False

    # -- what it shows

    @property
    def marked(self) -> Row | None:
        """The marked record; None if none is shown."""
        return self._all[self.cursor] if self.cursor < len(self._all) else None

    @property
    def count(self) -> int:
        """How many records are shown."""
        return len(self._all)

    def set_rows(self, rows: Sequence[Row], place: Place | None = None, total: int | None = None) -> None:
        """Show these, in this order; `rows` must not change after. Costs the same whatever their number.

        The mark stays on its record, or else on its line. `place` finds a record's row; without it, it is looked for
        only in short lists. `total`: how many there are without the filter, where there is one.
        """
        before = self._told
        self._all, self._place, self._total = rows, place, total
        self._settling = True  # on the way to its record the mark may stand on others
        try:
            self.set_rows_count(len(rows))
            if before and (self.marked is None or self.marked.record != before):
                self.mark(before)
        finally:
            self._settling = False
        self._tell()

    def mark(self, record: str) -> bool:
        """Put the mark on a record; whether it is shown."""
        place = self._place(record) if self._place is not None else self._look_for(record)
        if place is None:
            return False
        self.cursor = place
        return True

    def set_note(self, note: str) -> None:
        """Say something beside the count, such as the order, or what is wrong with the filter."""
        if note != self._note:
            self._note = note
            self.repaint_changed()

    def _look_for(self, record: str) -> int | None:
        if len(self._all) > _SCANNED:
            return None
        return next((place for place, row in enumerate(self._all) if row.record == record), None)

    def _tell(self) -> None:
        row = self.marked
        record = "" if row is None else row.record
        if record != self._told:
            self._told = record
            self.post_message(self.Marked(self, record))

    def watch_cursor(self, old: int, new: int) -> None:
        super().watch_cursor(old, new)
        if not self._settling:
            self._tell()

    # -- drawing

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        shown = f"{len(self._all):,}"
        of = f" of {self._total:,}" if self._total is not None and self._total != len(self._all) else ""
        many = f"{shown}{of} record{'' if (of or shown) == '1' else 's'}"
        note = f" · {self._note}" if self._note else ""
        return (
            Part(many, "record-table--head"),
            Part(cut(note, max(width - len(many), 0)), "record-table--quiet"),
        )

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        record = self._all[row]
        style = f"record-table--{record.status}" if record.status in SIGNS else ""
        sign = SIGNS.get(record.status, "?")
        cells = _STATUS if width >= _NARROW else 6
        parts = [Part(pad(f"{sign} {record.status}", cells), style), Part(" ")]
        rest = max(width - cells - 1, 0)
        title = record.title or record.path or "nothing selected"
        if width < _WIDE:
            item = min(max(rest // 2, 8), rest)
            return (
                *parts,
                Part(pad(title, item - 1)),
                Part(" "),
                *self._findings(record),
                Part(record.opening),
            )
        item, path = rest // 4, rest // 6
        return (
            *parts,
            Part(pad(title, item)),
            Part(" "),
            Part(pad(cut_left(record.path, path), path), "record-table--quiet"),
            Part(" "),
            Part(pad(record.by, 10), "record-table--quiet"),
            Part(" "),
            Part(pad(_age(record), 16), "record-table--quiet"),
            Part(" "),
            Part(pad(_verdicts(record), 12), "record-table--quiet"),
            Part(" "),
            *self._findings(record),
            Part(record.opening),
        )

    def _findings(self, record: Row) -> Sequence[Part]:
        facts = record.facts
        parts = []
        if facts.errors:
            parts.append(Part(f"✗{facts.errors} ", "record-table--error"))
        if facts.warnings:
            parts.append(Part(f"!{facts.warnings} ", "record-table--warning"))
        return parts

    # -- what the person does

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row < 0:
            return
        self.cursor = row
        if times == 2:
            self.action_choose()

    def action_choose(self) -> None:
        if (row := self.marked) is not None:
            self.post_message(self.Chosen(self, row.record))

    def action_copy_id(self) -> None:
        if (row := self.marked) is not None:
            self.app.copy_to_clipboard(row.record)


def _age(record: Row) -> str:
    if not record.revision:
        return "not saved" if record.status == "draft" else ""
    return f"{local(record.at):%Y-%m-%d %H:%M}"


def _verdicts(record: Row) -> str:
    """Each reviewer's verdict as its sign and their name."""
    return " ".join(_VERDICTS.get(verdict, "?") + name for name, verdict in record.reviewers)
