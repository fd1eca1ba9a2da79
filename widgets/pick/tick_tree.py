"""A tree of rows to tick, under headings, with what is known of the marked one below."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from widgets.base.drawing import Part, cut, pad, width
from widgets.base.line_view import LineList

_KIND_CELLS = 9
_LEAST = 60
"""Cells a row must have for the reason to stand in it."""


@dataclass(frozen=True, slots=True)
class TickRow:
    """One row. Texts may hold anything: they are made safe where they are drawn."""

    text: str
    kind: str = ""
    """What it is, in a word; a heading has none and cannot be ticked."""
    where: str = ""
    reason: str = ""
    depth: int = 0
    certain: bool = True
    near: bool = True
    """Whether it is among what `action_certain` ticks."""

    @property
    def heading(self) -> bool:
        return not self.kind


class TickTree(LineList):
    """The rows; which of them are ticked is told by `ticked`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tick-tree--head",
        "tick-tree--on",
        "tick-tree--kind",
        "tick-tree--quiet",
        "tick-tree--likely",
    }
    DEFAULT_CSS = """
    TickTree > .tick-tree--head { text-style: bold; color: $text-accent; }
    TickTree > .tick-tree--on { color: $text-success; text-style: bold; }
    TickTree > .tick-tree--kind { color: $text-muted; }
    TickTree > .tick-tree--quiet { text-style: dim; }
    TickTree > .tick-tree--likely { color: $text-warning; }
    """

    class Changed(Message):
        """Something was ticked or unticked."""

    class Taken(Message):
        """What is ticked is wanted: a double click."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tick_rows: tuple[TickRow, ...] = ()
        self._where_cells = 0
        self.ticked: set[int] = set()
        """0-based rows."""

    def show(self, rows: Sequence[TickRow], ticked: Collection[int]) -> None:
        """Show these rows with these ticked, the cursor on the first that can be."""
        self._tick_rows, self.ticked = tuple(rows), set(ticked)
        self._where_cells = max((width(row.where) for row in rows), default=0) + 1
        self.set_rows_count(len(rows))
        self.cursor = next((at for at, row in enumerate(rows) if not row.heading), 0)

    def tick(self, rows: Collection[int], on: bool) -> None:
        """Tick or untick rows; headings stay as they are."""
        some = {row for row in rows if not self._tick_rows[row].heading}
        self.ticked = self.ticked | some if on else self.ticked - some
        self.refresh()
        self.post_message(self.Changed())

    def action_tick(self) -> None:
        """Tick the row or untick it."""
        if self._tick_rows:
            self.tick([self.cursor], self.cursor not in self.ticked)

    def action_below(self) -> None:
        """Tick the row and all below it, or untick them; a heading's all are its group."""
        if not self._tick_rows:
            return
        rows = [row for row in self._group(self.cursor) if not self._tick_rows[row].heading]
        self.tick(rows, not self.ticked.issuperset(rows))

    def action_certain(self) -> None:
        """Tick everything near that is certain."""
        self.tick([at for at, row in enumerate(self._tick_rows) if row.certain and row.near], True)

    def _group(self, at: int) -> list[int]:
        first = self._tick_rows[at]
        rows = [at]
        for index in range(at + 1, len(self._tick_rows)):
            row = self._tick_rows[index]
            if row.heading or (not first.heading and row.depth <= first.depth):
                break
            rows.append(index)
        return rows

    # -- drawing

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        shown = self._tick_rows[row]
        if shown.heading:
            return (Part(cut(f" {shown.text}", width_), "tick-tree--head"),)
        mark = ("[x] " if row in self.ticked else "[ ] ", "tick-tree--on" if row in self.ticked else "")
        lead = "  " * min(shown.depth, 8) + ("└ " if shown.depth else "")
        kind = pad(shown.kind, _KIND_CELLS)
        doubt = "" if shown.certain else "likely: "
        left = max(width_ - 1 - width(mark[0]) - _KIND_CELLS - 1, 0)
        if width_ >= _LEAST:
            name = pad(lead + shown.text, left * 2 // 5)
            rest = left - width(name)
            where = pad(f" {shown.where}", min(self._where_cells, rest // 2))
            said = cut(f"  {doubt}{shown.reason}", rest - width(where))
        else:
            said = cut(f" {doubt.strip(': ')}", left // 4)
            name, where = pad(lead + shown.text, left - width(said)), ""
        return (
            Part(" "),
            Part(mark[0], mark[1], "tick"),
            Part(kind, "tick-tree--kind"),
            Part(" "),
            Part(name),
            Part(where, "tick-tree--quiet"),
            Part(said, "" if shown.certain else "tick-tree--likely"),
        )

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row < 0:
            return
        self.cursor = row
        if times == 2 and zone != "tick":
            self.post_message(self.Taken())
        elif zone == "tick":
            self.action_tick()
