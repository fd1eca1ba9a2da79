"""The block being assembled: its spans, what each is for, and the few things one can do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message

from widgets.base.drawing import Part, cut, cut_left, pad, width
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList

ROLES = ("main", "import", "helper", "context")
_ROLE_CELLS = 8
_ROOM = 80
"""Cells in which a reason can be told besides."""
_EMPTY = (
    "The block is empty.",
    "Keys: in the source pane, space takes the item at the cursor;",
    "      v begins a selection of lines, w widens it.",
    "Mouse: click an item to take it, ctrl+click to add another,",
    "      drag to take whole lines.",
)


@dataclass(frozen=True, slots=True)
class BlockRow:
    """One span of the block, as the panel shows it."""

    path: str
    """From the repository's root."""
    lines: tuple[int, int]
    """First and last line, 1-based."""
    role: str
    """`main`, `import`, `helper` or `context`."""
    item: str
    """Item path; empty for plain lines."""
    start: int
    """First byte of the piece in its file: with the path, its name."""
    nbytes: int
    cuts: int = 0
    """Places where it leaves source out."""
    wrapped: bool = False
    """Whether its impl's header and closing brace stand around it."""
    automatic: bool = False
    """Whether the import mode took it, not the person."""
    reason: str = ""
    """Why the block's code needs it, where that is known; shown where there is room."""
    note: str = ""
    """What else there is to say, such as that it holds a syntax error."""


class _SpanMessage(Message):
    """The person asked something of one span."""

    def __init__(self, path: str, start: int) -> None:
        super().__init__()
        self.path = path
        """File of the span."""
        self.start = start
        """First byte of the span."""


class BlockPanel(LineList):
    """The spans of the block in its order."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "block-panel--head",
        "block-panel--button",
        "block-panel--quiet",
        "block-panel--note",
        *(f"block-panel--{role}" for role in ROLES),
    }
    DEFAULT_CSS = """
    BlockPanel { scrollbar-size-vertical: 1; }
    BlockPanel > .block-panel--head { text-style: bold; }
    BlockPanel > .block-panel--button { text-style: underline; }
    BlockPanel > .block-panel--quiet { text-style: dim; }
    BlockPanel > .block-panel--note { color: $text-warning; }
    BlockPanel > .block-panel--main { color: $text-success; text-style: bold; }
    BlockPanel > .block-panel--import { color: $text-secondary; }
    BlockPanel > .block-panel--helper { color: $text-warning; }
    BlockPanel > .block-panel--context { color: $text-accent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("block")
    pinned = 1

    class RoleRequested(_SpanMessage):
        """Give the span its next role."""

    class MainRequested(_SpanMessage):
        """Make the span main code too, or a helper again."""

    class BareRequested(_SpanMessage):
        """Take the method with or without its impl's header."""

    class GoRequested(_SpanMessage):
        """Show the span in its file."""

    class DropRequested(_SpanMessage):
        """Drop the span from the block."""

        def __init__(self, path: str, start: int, item: str) -> None:
            super().__init__(path, start)
            self.item = item
            """Item path of the span."""

    class ImportsRequested(Message):
        """Choose the next import mode."""

    class UndoRequested(Message):
        """Undo the last change to the block."""

    class RedoRequested(Message):
        """Redo the change to the block just undone."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._spans: tuple[BlockRow, ...] = ()
        self._bytes = 0
        self._lines = 0
        self._imports = "none"

    @property
    def chosen(self) -> BlockRow | None:
        """The span at the cursor; None in an empty block."""
        return self._spans[self.cursor] if self._spans else None

    def set_rows(
        self, rows: Sequence[BlockRow], total_bytes: int, total_lines: int, imports_mode: str
    ) -> None:
        """Show these spans, the size of the composed block, and how imports are taken.

        The cursor stays on its span, also when others come or go before it.
        """
        before = self.chosen
        self._spans = tuple(rows)
        self._bytes, self._lines, self._imports = total_bytes, total_lines, imports_mode
        self.set_rows_count(len(rows) or len(_EMPTY))
        if before is not None:
            for index, row in enumerate(rows):
                if (row.path, row.start) == (before.path, before.start):
                    self.cursor = index
                    break

    # -- drawing

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        imports = Part(f"imports: {self._imports}", "block-panel--button", "imports")
        if width < 48:
            return (imports, Part(f"  {self._bytes:,} B", "block-panel--head"))
        count = len(self._spans)
        size = f"{count} span{'' if count == 1 else 's'} · {self._lines:,} lines · {self._bytes:,} bytes"
        tail = (
            Part("  undo", "block-panel--button", "undo"),
            Part(" "),
            Part("redo", "block-panel--button", "redo"),
        )
        return (Part(pad(size, min(len(size) + 2, width - 30)), "block-panel--head"), imports, *tail)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        if not self._spans:
            return (Part(_EMPTY[row], "block-panel--quiet"),)
        span = self._spans[row]
        role = Part(
            pad(span.role, _ROLE_CELLS), f"block-panel--{span.role}" if span.role in ROLES else "", "role"
        )
        drop = (Part(" "), Part("✕", "block-panel--note", "drop"))
        return (role, *self._middle(span, max(width - _ROLE_CELLS - 2, 0)), *drop)

    def _middle(self, span: BlockRow, cells: int) -> Sequence[Part]:
        """Path, lines, item and remarks in exactly `cells`."""
        lines = f":{span.lines[0]}-{span.lines[1]}"
        place = cut_left(span.path, max(cells // 3, 8) - width(lines)) + lines
        place = pad(place, min(max(cells // 3, 8), cells))
        left = cells - width(place)
        remarks = _remarks(span, cells >= _ROOM)
        remarks = cut(f" {remarks}", left // 2) if remarks else ""
        item = pad(f" {span.item or 'lines'}", left - width(remarks))
        return (Part(place, "block-panel--quiet"), Part(item), Part(remarks, "block-panel--note"))

    # -- what the person does

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row < 0:
            asked = {"imports": self.ImportsRequested, "undo": self.UndoRequested, "redo": self.RedoRequested}
            if zone in asked:
                self.post_message(asked[zone]())
            return
        if not self._spans:
            return
        self.cursor = row
        {"role": self.action_role, "drop": self.action_drop}.get(zone, self.action_go)()

    def action_role(self) -> None:
        if span := self.chosen:
            self.post_message(self.RoleRequested(span.path, span.start))

    def action_main(self) -> None:
        if span := self.chosen:
            self.post_message(self.MainRequested(span.path, span.start))

    def action_drop(self) -> None:
        if span := self.chosen:
            self.post_message(self.DropRequested(span.path, span.start, span.item))

    def action_bare(self) -> None:
        if span := self.chosen:
            self.post_message(self.BareRequested(span.path, span.start))

    def action_go(self) -> None:
        if span := self.chosen:
            self.post_message(self.GoRequested(span.path, span.start))

    def action_undo_block(self) -> None:
        self.post_message(self.UndoRequested())

    def action_redo_block(self) -> None:
        self.post_message(self.RedoRequested())


def _remarks(span: BlockRow, room: bool) -> str:
    said = [f"{span.nbytes:,} B"]
    if span.cuts:
        said.append(f"{span.cuts} cut{'' if span.cuts == 1 else 's'}")
    if span.wrapped:
        said.append("in its impl")
    if span.automatic:
        said.append("automatic")
    if span.note:
        said.append(span.note)
    if span.reason and room:
        said.append(span.reason)
    return ", ".join(said)
