"""A reader's cursor: where keys take it, what is marked, and what is scrolled to."""

from __future__ import annotations

from typing import Any

import pytest
from textual.geometry import Offset

from widgets.record.record_text import Page
from widgets.record.text_cursor import TextCursor, word_beside

TEXT = "one two\nthree\n\nfour five six\nseven\neight\nnine\n"


class PaperScroll:
    """A view of four rows."""

    def __init__(self) -> None:
        self.page = 4
        self.scroll_offset = Offset(0, 0)
        self.repainted = 0

    def scroll_to(self, x: float | None = None, y: float | None = None, **how: Any) -> None:
        self.scroll_offset = Offset(0, max(int(y or 0), 0))

    def repaint_changed(self) -> None:
        self.repainted += 1


def reading(text: str = TEXT) -> tuple[TextCursor, PaperScroll, list[int]]:
    """The cursor, its view, and where the person was after each move."""
    view, moves = PaperScroll(), list[int]()
    cursor = TextCursor(view, True, lambda: moves.append(cursor.at))
    cursor.begin(text)
    cursor.page = Page(text, (), 30, True)
    return cursor, view, moves


def test_moves_are_told_and_being_taken_somewhere_is_none() -> None:
    cursor, view, moves = reading()
    cursor.action_step(3)
    cursor.show(10)
    assert moves == [3] and cursor.at == 10 and view.repainted == 2


def test_a_move_by_rows_keeps_its_column_where_the_row_is_long_enough() -> None:
    cursor, _, moves = reading()
    cursor.go(TEXT.index("two") + 1)
    cursor.action_move(1)
    cursor.action_move(2)
    assert moves[1:] == [TEXT.index("three") + 5, TEXT.index("four") + 5]


def test_the_page_follows_by_as_little_as_it_has_to() -> None:
    cursor, view, _ = reading()
    cursor.action_move(4)
    assert view.scroll_offset.y == 1
    cursor.action_edge(-1)
    assert view.scroll_offset.y == 0
    cursor.action_turn(1)
    assert view.scroll_offset.y == 3 and cursor.page.row_of(cursor.at) == 3
    cursor.action_edge(1)
    assert cursor.at == len(TEXT) - 1


def test_what_is_shown_stands_a_third_down_the_page() -> None:
    cursor, view, _ = reading()
    cursor.show(TEXT.index("nine"))
    assert view.scroll_offset.y == 5
    cursor.show(TEXT.index("nine") + 2)
    assert view.scroll_offset.y == 5


def test_a_range_is_marked_from_either_side_and_forgotten() -> None:
    cursor, _, _ = reading()
    cursor.go(4)
    assert cursor.toggle_marking() and cursor.selected == (4, 5)
    cursor.action_step(2)
    assert cursor.selected == (4, 7)
    cursor.action_step(-6)
    assert cursor.selected == (0, 5)
    cursor.forget_range()
    assert cursor.selected is None
    cursor.toggle_marking()
    assert not cursor.toggle_marking()
    cursor.begin("")
    assert not cursor.toggle_marking()


@pytest.mark.parametrize(
    ("at", "way", "wanted"),
    [(0, 1, 4), (1, 1, 4), (3, 1, 4), (4, 1, 8), (9, 1, 9), (4, -1, 0), (6, -1, 4), (8, -1, 4), (0, -1, 0)],
)
def test_words_are_what_stands_between_blanks(at: int, way: int, wanted: int) -> None:
    assert word_beside("one two x", at, way) == wanted
