"""How numbers spread, ranges of lengths, and days: held against the standard library and against counting by hand."""

from __future__ import annotations

import statistics
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.stats.figures import NONE, Count, Spread, lengths, monday, ranked, spread, steps

NUMBERS = st.lists(st.integers(0, 100_000), min_size=2, max_size=60)


@given(NUMBERS)
def test_quartiles_are_those_of_the_standard_library(numbers: list[int]) -> None:
    found = spread(numbers)
    told = (found.lower, found.median, found.upper)
    assert told == pytest.approx(statistics.quantiles(numbers, n=4, method="inclusive"))
    assert (found.least, found.most, found.count) == (min(numbers), max(numbers), len(numbers))
    assert found.mean == pytest.approx(statistics.fmean(numbers))


def test_of_no_numbers_there_is_no_spread() -> None:
    assert spread([]) == NONE
    assert NONE.as_json() is None
    assert spread([7]) == Spread(1, 7, 7, 7, 7, 7, 7)


@given(NUMBERS)
def test_every_length_is_in_one_range_and_ranges_leave_no_gap(numbers: list[int]) -> None:
    found = lengths("words", numbers)
    assert sum(one.count for one in found.bins) == len(numbers)
    assert 1 <= len(found.bins) <= 13
    ends = [tuple(map(int, one.name.rstrip("+").split("-"))) for one in found.bins]
    for before, after in pairwise(ends):
        assert after[0] == before[-1] + 1
    for (first, *last), one in zip(ends, found.bins, strict=True):
        top = last[0] if last else (max(numbers) if one.name.endswith("+") else first)
        assert one.count == sum(first <= number <= top for number in numbers)


def test_one_monster_does_not_widen_the_ranges() -> None:
    found = lengths("words", [*range(20, 60), 90_000])
    assert found.bins[0].name == "20-29"
    assert found.bins[-1].name.endswith("+")
    assert found.bins[-1].count == 1


def test_the_largest_counts_come_first_and_equals_by_name() -> None:
    found = ranked({"b": 2, "a": 2, "c": 5}, lambda name: f"author:{name}", 2)
    assert found == (Count("c", 5, "author:c"), Count("a", 2, "author:a"))


def test_a_week_begins_on_monday() -> None:
    assert [monday(day) for day in range(1, 16)] == [1] * 7 + [8] * 7 + [15]  # 0001-01-01 was a Monday


def test_days_and_weeks_have_no_gaps_and_the_last_are_kept() -> None:
    assert steps([5, 9, 5], 1, 100) == [5, 6, 7, 8, 9]
    assert steps([3, 20], 7, 100) == [1, 8, 15]
    assert steps([1, 1000], 1, 3) == [998, 999, 1000]
    assert steps([], 7, 3) == []
