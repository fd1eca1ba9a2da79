"""Rows as they stand on the screen: which row is under the mouse, and which would look different."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style
from textual.geometry import Offset, Size

from widgets.base.drawing import Part
from widgets.base.line_rows import LineRows

PLAIN, CURSOR = Style(), Style(bgcolor="blue")


class PaperView:
    """Four rows of a list under a title; the row of the cursor is set off."""

    pinned = 1

    def __init__(self) -> None:
        self.cells = 6
        self.size = Size(8, 5)
        self.scroll_offset = Offset(0, 0)
        self.rich_style = PLAIN
        self.cursor = 0
        self.title = "title"

    @property
    def look(self) -> Callable[[str], Style]:
        return lambda name: Style(color=name)

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        return (Part(self.title),)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        return (Part(f"row {row}", "red"),)

    def row_look(self, row: int) -> Style:
        return CURSOR if row == self.cursor else PLAIN


def rows_of(view: PaperView, count: int) -> LineRows:
    rows = LineRows(view)
    rows.count = count
    return rows


def test_the_row_under_the_mouse_counts_from_what_is_scrolled_to() -> None:
    view = PaperView()
    rows = rows_of(view, 6)
    view.scroll_offset = Offset(0, 3)
    assert [rows.under(y) for y in range(5)] == [None, 3, 4, 5, None]


def test_what_was_painted_changes_only_where_it_would_look_different() -> None:
    view = PaperView()
    rows = rows_of(view, 3)
    assert rows.changed() == [0, 1, 2, 3, 4]
    drawn = [rows.strip(y).text for y in range(5)]
    assert drawn == ["title   ", "row 0   ", "row 1   ", "row 2   ", "        "]
    assert rows.changed() == []
    view.cursor = 2
    assert rows.changed() == [1, 3]
    view.title = "other"
    assert rows.changed() == [0, 1, 3]
    rows.count = 2
    assert rows.changed() == [0, 1, 3]


def test_on_the_cursor_parts_lose_their_colours() -> None:
    rows = rows_of(PaperView(), 2)
    assert rows.over(PLAIN)("red").color is not None
    assert rows.over(CURSOR)("red").color is None
