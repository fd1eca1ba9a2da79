"""Which of a list is marked, and which rows of the screen that takes."""

from __future__ import annotations

import pytest

from widgets.base.marked_rows import MarkedRows, beside


def listed(*names: str, marked: int = 0) -> MarkedRows[str]:
    rows: MarkedRows[str] = MarkedRows()
    rows.replace(names, marked)
    return rows


def test_an_empty_list_marks_nothing() -> None:
    rows = listed()
    rows.mark(3)
    assert (rows.current, rows.marked, rows.rows, rows.top(0, 5)) == (None, 0, 0, 0)


def test_the_mark_goes_where_it_is_told_and_else_stays_at_its_row() -> None:
    rows = listed("a", "b", "c")
    rows.mark(2)
    assert rows.current == "c" and rows.visited
    rows.replace(("x", "c"), 1)
    assert rows.current == "c" and rows.visited
    rows.replace(("x",), None)
    assert rows.current == "x" and not rows.visited


@pytest.mark.parametrize(
    ("visited", "delta", "wanted"), [(False, 1, 3), (True, 1, 5), (False, -1, 1), (True, -1, 1)]
)
def test_a_marked_row_that_nobody_came_to_is_itself_the_next(visited: bool, delta: int, wanted: int) -> None:
    assert beside([1, 3, 5], 3, visited, delta) == wanted


def test_steps_go_round_the_ends() -> None:
    rows = listed("a", "b", "c")
    found = []
    for delta in (1, 1, 1, -1, -1):
        rows.step([0, 2], delta)
        found.append(rows.current)
    assert found == ["a", "c", "a", "c", "a"]


def test_the_rows_below_an_unfolded_one_are_counted_on() -> None:
    rows = listed("a", "b", "c", marked=1)
    rows.words = ["one", "two", "three"]
    assert rows.rows == 5
    assert [rows.at_row(row) for row in range(5)] == [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0)]


@pytest.mark.parametrize(("top", "page", "wanted"), [(0, 5, 0), (0, 3, 1), (3, 3, 1), (1, 2, 1), (0, 1, 1)])
def test_the_marked_one_is_brought_into_sight_with_its_first_row_before_its_last(
    top: int, page: int, wanted: int
) -> None:
    rows = listed("a", "b", "c", marked=1)
    rows.words = ["one", "two", "three"]
    assert rows.top(top, page) == wanted
