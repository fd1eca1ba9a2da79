"""Filters over all rows at once say what they say of each row alone, whatever came before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.base.cancelling import CancelledError
from app.records.filters.language import Filter, parse
from app.records.filters.matching import RowColumns
from app.records.filters.row import Row
from app.review.queue.text_index import TextIndex
from tests.records.filters.rows import NOW, filters, rows, texts

lists = st.lists(rows, max_size=12, unique_by=lambda row: row.record)


def picked(columns: RowColumns, wanted: Filter) -> list[Row]:
    return list(columns.select(wanted, NOW))


@given(lists, filters)
def test_all_at_once_is_one_by_one(some: list[Row], wanted: Filter) -> None:
    columns = RowColumns()
    columns.take(some)
    assert picked(columns, wanted) == [row for row in some if wanted.matches(row, now=NOW)]


@given(st.lists(st.tuples(rows, texts), max_size=8), filters)
def test_words_are_found_by_the_index_just_as_one_by_one(some: list[tuple[Row, str]], wanted: Filter) -> None:
    said = {str(number): text for number, (_, text) in enumerate(some)}
    read = [replace(row, record=f"R{name}", texts=(name,)) for name, (row, _) in zip(said, some, strict=True)]
    index, columns = TextIndex(), RowColumns()
    assert index.take(list(said), said.__getitem__) == len(said)
    columns.take(read)
    expected = [row for row in read if wanted.matches(row, lambda row: said[row.texts[0]], NOW)]
    assert list(columns.select(wanted, NOW, index)) == expected
    index.close()


@given(st.lists(lists, max_size=4), st.lists(filters, min_size=1, max_size=3))
def test_what_was_there_before_changes_nothing(turns: list[list[Row]], asked: list[Filter]) -> None:
    columns = RowColumns()
    for some in turns:
        columns.take(some)
        for wanted in asked:
            assert picked(columns, wanted) == [row for row in some if wanted.matches(row, now=NOW)]


def test_a_changed_row_and_new_ones_are_seen() -> None:
    some = [Row(f"R{n}", status="submitted") for n in range(5)]
    columns = RowColumns()
    columns.take(some)
    assert len(picked(columns, parse("status:submitted"))) == 5
    some = [*some, Row("R9", status="submitted")]
    some[2] = replace(some[2], status="accepted")
    columns.take(some)
    assert [row.record for row in picked(columns, parse("status:submitted"))] == [
        "R0",
        "R1",
        "R3",
        "R4",
        "R9",
    ]
    columns.take(some[1:])
    assert len(columns) == 5
    assert [row.record for row in picked(columns, parse("-status:submitted"))] == ["R2"]


def test_one_row_that_changed_among_as_many_is_seen_by_a_filter_that_was_asked_before() -> None:
    some = [Row(f"R{n}", status="submitted") for n in range(3)]
    columns = RowColumns()
    columns.take(some)
    assert len(picked(columns, parse("status:submitted"))) == 3
    columns.take([some[0], replace(some[1], status="accepted"), some[2]])
    assert [row.record for row in picked(columns, parse("status:submitted"))] == ["R0", "R2"]


def test_of_a_conflict_either_text_is_found() -> None:
    index, columns = TextIndex(), RowColumns()
    said = {"a": "first words", "b": "second words", "c": "others"}
    index.take(list(said), said.__getitem__)
    columns.take(
        [Row("R1", texts=("a", "b")), Row("R2", texts=("c",)), Row("R3", texts=("unread",)), Row("R4")]
    )
    names = {
        typed: [row.record for row in columns.select(parse(typed), NOW, index)]
        for typed in ("second", "first", "o", "oth", "-words")
    }
    assert names == {"second": ["R1"], "first": ["R1"], "o": [], "oth": ["R2"], "-words": ["R2", "R3", "R4"]}
    assert columns.unread(index) == 1
    index.take(["unread"], lambda revision: "came later")
    assert [row.record for row in columns.select(parse("later"), NOW, index)] == ["R3"]
    assert columns.unread(index) == 0


def test_work_that_is_not_wanted_any_more_stops() -> None:
    columns = RowColumns()
    with pytest.raises(CancelledError):
        columns.take([Row("R1")], lambda: True)
    columns.take([Row("R1")])
    with pytest.raises(CancelledError):
        columns.select(parse("a"), NOW, cancelled=lambda: True)
    assert [row.record for row in columns.select(Filter(), NOW)] == ["R1"]


def test_picked_rows_are_found_by_record_in_any_order() -> None:
    some = [Row(f"R{n}", status="draft" if n % 2 else "submitted") for n in range(6)]
    columns = RowColumns()
    columns.take(some)
    chosen = columns.select(parse("status:submitted"), NOW)
    assert [row.record for row in chosen] == ["R0", "R2", "R4"]
    assert [chosen.place(name) for name in ("R4", "R0", "R1", "R9")] == [2, 0, None, None]
    assert (chosen[-1].record, [row.record for row in chosen[1:]]) == ("R4", ["R2", "R4"])
    columns.take([*some, Row("R9", status="submitted")])
    assert chosen.place("R9") is None and chosen.place("R4") == 2
