"""Which keys come faster than hands type: in a burst, over a stalled line, held down, and for long."""

from __future__ import annotations

import pytest

from widgets.prose.pace import AHEAD, HANDS, Pace

LETTERS = "retry with a pause that grows "


def pressed(pace: Pace, count: int, apart: float, start: float = 100.0) -> tuple[int, int, float]:
    """Typed and too fast, of so many keys so many seconds apart, and when the next would come."""
    typed = rapid = 0
    for number in range(count):
        more, fast = pace.key(LETTERS[number % len(LETTERS)], start + number * apart)
        typed, rapid = typed + more, rapid + fast
    return typed, rapid, start + count * apart


@pytest.mark.parametrize("a_second", [3, 8, 12.5, 18, HANDS])
def test_no_hand_is_too_fast_however_long_it_types(a_second: float) -> None:
    assert pressed(Pace(), 20_000, 1 / a_second)[:2] == (20_000, 0)


def test_a_sprint_of_a_quarter_of_a_minute_is_typed() -> None:
    assert pressed(Pace(), 380, 15 / 380)[:2] == (380, 0)


def test_what_was_typed_while_a_line_stood_still_is_typed_though_it_comes_at_once() -> None:
    assert pressed(Pace(), AHEAD, 0.0)[:2] == (AHEAD, 0)


@pytest.mark.parametrize(("count", "seconds"), [(1_434, 8), (1_434, 0), (2_000, 60), (AHEAD + 1, 0)])
def test_all_that_comes_faster_for_longer_is_counted_apart(count: int, seconds: float) -> None:
    typed, rapid, _ = pressed(Pace(), count, seconds / count)
    assert (typed, rapid) == (0, count)


def test_hands_that_go_on_after_a_second_are_hands() -> None:
    pace = Pace()
    *_, end = pressed(pace, 1_434, 0.005)
    assert pressed(pace, 600, 0.1, end + 1.1)[:2] == (600, 0)


def test_a_script_that_goes_on_after_a_second_is_one() -> None:
    pace = Pace()
    *_, end = pressed(pace, 1_434, 0.005)
    assert pressed(pace, 600, 0.005, end + 1.1)[:2] == (0, 600)


def test_a_key_that_is_held_down_is_typed() -> None:
    pace = Pace()
    assert [pace.key("-", number / 30) for number in range(1_000)] == [(1, 0)] * 1_000


def test_what_was_typed_before_another_text_is_never_taken_from_it() -> None:
    pace = Pace()
    pressed(pace, AHEAD, 0.0)
    pace.begin()
    assert pace.key("z", 100.0) == (0, 1)


def test_a_clock_that_stands_or_goes_back_pays_nothing_back() -> None:
    pace = Pace()
    assert pressed(pace, AHEAD + 1, -1.0)[:2] == (0, AHEAD + 1)
