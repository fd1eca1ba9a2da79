"""Where the cursor stands in a file, and what is selected there: a plain object, no widget.

The selection is the innermost item at the cursor, until it is widened by syntax (a stack, so that narrowing goes back
exactly) or turned into whole lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.rust.source import SourceFile

if TYPE_CHECKING:  # the parser is imported when there is something to parse, after the first paint
    from tree_sitter import Tree

    from app.rust.items import Item

Range = tuple[int, int]
BLANKS = b" \t\r\x0b\x0c"


def item_at(items: Sequence[Item], offset: int) -> int | None:
    """Index of the innermost item that holds the byte; none before the items are known."""
    if not items:
        return None
    from app.rust import items as rust_items

    return rust_items.item_at(items, offset)


class SourceSelection:
    """Cursor and selection in one file. Offsets are bytes; lines are 0-based."""

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        self.tree: Tree | None = None
        """None until the file is parsed."""
        self.items: Sequence[Item] = ()
        """Items of the file, in file order; empty until it is parsed."""
        self.line = 0
        """The cursor's line."""
        self.offset = 0
        """The byte the cursor stands on."""
        self.anchor: int | None = None
        """The line where a selection of whole lines began; None if there is none."""
        self.stack: list[Range] = []
        """Ranges widened to, the last one being selected; empty if the item at the cursor is."""
        self._pointed = False
        self.move(0)

    def move(self, line: int, offset: int | None = None) -> None:
        """Put the cursor on a line (the nearest there is), on the byte pointed at or the first not blank."""
        self.line = min(max(line, 0), self.source.line_count - 1)
        start, end = self.source.line_bounds(self.line)
        self._pointed = offset is not None
        if offset is None:
            offset = end - len(self.source.data[start:end].lstrip(BLANKS))
        self.offset = min(max(offset, start), end)
        self.stack.clear()

    @property
    def item(self) -> int | None:
        """Index of the innermost item at the cursor."""
        return item_at(self.items, self.offset)

    @property
    def marked(self) -> Range | None:
        """What was selected on purpose, by widening or by lines; None if only the cursor says."""
        if self.anchor is not None:
            first, last = sorted((self.anchor, self.line))
            return self.lines(first, last)
        return self.stack[-1] if self.stack else None

    @property
    def range(self) -> Range | None:
        """What is selected; None where nothing is."""
        marked = self.marked
        if marked is None and (at := self.item) is not None:
            marked = self.items[at].start, self.items[at].end
        return marked

    def lines(self, first: int, last: int) -> Range:
        """Bytes of whole lines, without the last one's line end."""
        return self.source.line_bounds(first)[0], self.source.line_bounds(last)[1]

    def item_of(self, start: int, end: int) -> int | None:
        """Index of the item whose range, with its lead, is exactly this one."""
        at = item_at(self.items, start)
        while at is not None:
            item = self.items[at]
            if (item.start, item.end) == (start, end):
                return at
            at = item.parent
        return None

    def widen(self) -> bool:
        """Select the next larger piece of syntax; False if the whole file is selected, or nothing is parsed."""
        if self.tree is None:
            return False
        wider = self._larger(*self.stack[-1]) if self.stack else self._seed()
        if wider is not None:
            self.anchor = None
            self.stack.append(wider)
        return wider is not None

    def widen_item(self) -> bool:
        """Select the item around what is selected; False if there is none."""
        current = self.range
        wider = self._around(*current) if current is not None else None
        if wider is not None:
            self.stack.append(wider)
        return wider is not None

    def narrow(self) -> bool:
        """Take back one widening, or give up a selection of lines; False if there is nothing to take back."""
        if self.anchor is not None:
            self.anchor = None
            return True
        if self.stack:
            self.stack.pop()
            return True
        return False

    def token(self) -> str:
        """The token at the cursor; empty in white space or before the file is parsed."""
        from app.rust.syntax import token_at

        found = token_at(self.tree, self.source.data, self.offset) if self.tree is not None else None
        return self.source.data[slice(*found)].decode("utf-8", "replace").strip() if found else ""

    def _seed(self) -> Range | None:
        """The first widening: the token pointed at, or the smallest syntax around what stands on the line."""
        from app.rust.syntax import token_at

        tree, data = self.tree, self.source.data
        assert tree is not None
        if self._pointed:
            return token_at(tree, data, self.offset) or self._larger(self.offset, self.offset)
        start, end = self.offset, self.source.line_bounds(self.line)[1]
        end = start + len(data[start:end].rstrip(BLANKS))
        if start == end:
            return self._larger(start, end)
        found = self._larger(start, start + 1)
        while found is not None and found[1] < end:
            found = self._larger(*found)
        return found

    def _larger(self, start: int, end: int) -> Range | None:
        from app.rust.syntax import widen

        assert self.tree is not None
        wider = widen(self.tree, self.source.data, start, end)
        around = self._around(start, end)
        if wider is None or (around is not None and around[1] - around[0] < wider[1] - wider[0]):
            return around
        return wider

    def _around(self, start: int, end: int) -> Range | None:
        """The smallest item strictly larger than a range it contains."""
        at = item_at(self.items, start)
        while at is not None:
            item = self.items[at]
            if item.start <= start and end <= item.end and (item.start, item.end) != (start, end):
                return item.start, item.end
            at = item.parent
        return None
