"""Where a place of a text is once somebody has edited the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.prose import changed_middle, moved

TEXT = st.text("ab ", max_size=12)


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [
        (0, 2, (0, 2)),
        (1, 3, (1, 2)),  # its end was edited: what stands before stays
        (3, 6, (5, 7)),  # its beginning was edited: what is new is no part of it
        (3, 4, (5, 5)),
        (4, 6, (5, 7)),
        (0, 6, (0, 7)),
    ],
)
def test_a_place_keeps_what_an_edit_left_of_it(start: int, end: int, place: tuple[int, int]) -> None:
    was, now = "abcdef", "abXYZef"
    assert moved(was, now, start, end) == place


@given(TEXT, TEXT, st.integers(0, 12), st.integers(0, 12))
def test_a_place_beside_the_edit_says_what_it_said(was: str, now: str, start: int, end: int) -> None:
    start, end = sorted((min(start, len(was)), min(end, len(was))))
    first, last = moved(was, now, start, end)
    assert 0 <= first <= last <= len(now)
    head, edited, _ = changed_middle(was, now)
    if end <= head or start >= edited:
        assert now[first:last] == was[start:end]
    elif head < start:
        assert was.endswith(now[first:])
    else:
        assert was[start:head] == now[first:head]
