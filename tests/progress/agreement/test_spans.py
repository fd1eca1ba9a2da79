"""Bytes that two people took for one item, against a set of every single byte."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.agreement.spans import Alike, Marked, by_item, byte_iou, edge_iou, merged

Taken = dict[str, list[tuple[int, int]]]
TAKEN: st.SearchStrategy[Taken] = st.dictionaries(
    st.sampled_from(["a.rs", "b.rs"]), st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=5)
)


def every_byte(taken: Taken) -> set[tuple[str, int]]:
    return {(path, at) for path, pieces in taken.items() for start, end in pieces for at in range(start, end)}


@given(TAKEN, TAKEN)
def test_iou_is_that_of_the_sets_of_bytes(one: Taken, other: Taken) -> None:
    a, b = every_byte(one), every_byte(other)
    assert byte_iou(one, other) == (pytest.approx(len(a & b) / len(a | b)) if a | b else None)


@given(TAKEN, TAKEN)
def test_it_does_not_matter_who_is_asked_first(one: Taken, other: Taken) -> None:
    assert byte_iou(one, other) == byte_iou(other, one)
    assert edge_iou(one, other) == edge_iou(other, one)


@given(TAKEN, TAKEN)
def test_both_are_one_only_for_the_same_bytes(one: Taken, other: Taken) -> None:
    same = every_byte(one) == every_byte(other) != set()
    assert (byte_iou(one, other) == 1) == same
    assert (edge_iou(one, other) == 1) == same


@given(TAKEN)
def test_merging_keeps_every_byte_in_ranges_that_do_not_touch(taken: Taken) -> None:
    found = merged(taken)
    assert every_byte(found) == every_byte(taken)
    for pieces in found.values():
        assert all(a[1] < b[0] for a, b in itertools.pairwise(pieces))


def test_spans_that_touch_are_one() -> None:
    assert edge_iou({"a.rs": [(0, 10), (10, 20)]}, {"a.rs": [(0, 20)]}) == 1


def test_the_same_offsets_of_another_file_are_other_bytes() -> None:
    assert byte_iou({"a.rs": [(0, 10)]}, {"b.rs": [(0, 10)]}) == 0
    assert edge_iou({"a.rs": [(0, 10)]}, {"b.rs": [(0, 10)]}) == 0


def test_a_start_is_not_an_end() -> None:
    assert edge_iou({"a.rs": [(0, 10)]}, {"a.rs": [(10, 20)]}) == 0


def test_a_worked_example() -> None:
    """100 bytes against the last 60 of them and 20 in another file: 60 of 120 bytes, and 1 of 5 edges."""
    one: Taken = {"a.rs": [(100, 200)]}
    other: Taken = {"a.rs": [(140, 200)], "b.rs": [(0, 20)]}
    assert byte_iou(one, other) == 0.5
    assert edge_iou(one, other) == 0.2


def test_an_item_counts_once_whatever_the_number_of_its_people() -> None:
    whole: Taken = {"a.rs": [(0, 100)]}
    half: Taken = {"a.rs": [(0, 50)]}
    found = by_item(
        [
            Marked("two", "ann", whole),
            Marked("two", "bob", half),
            Marked("three", "ann", whole),
            Marked("three", "bob", whole),
            Marked("three", "cy", half),
            Marked("alone", "ann", whole),
            Marked("empty", "ann", whole),
            Marked("empty", "bob", {"a.rs": [(7, 7)]}),
        ]
    )
    assert list(found) == ["three", "two"]
    assert tuple(found["two"]) == pytest.approx((1 / 2, 1 / 3))
    assert tuple(found["three"]) == pytest.approx((2 / 3, 5 / 9))


def test_what_a_person_took_last_counts() -> None:
    whole: Taken = {"a.rs": [(0, 100)]}
    found = by_item(
        [Marked("it", "ann", {"a.rs": [(0, 1)]}), Marked("it", "bob", whole), Marked("it", "ann", whole)]
    )
    assert found == {"it": Alike(1, 1)}
