"""What is a record's own words: what its fields say, said when they were loaded, or lost since; nothing else."""

from __future__ import annotations

import pytest

from widgets.prose.own_text import MOST, OwnText


@pytest.fixture
def said() -> dict[str, str]:
    return {"user": "Give up after the last wait.", "think": "A pause grows,\nand is capped."}


@pytest.fixture
def own(said: dict[str, str]) -> OwnText:
    own = OwnText()
    own.join("user", lambda: said["user"])
    own.join("think", lambda: said["think"])
    return own


@pytest.mark.parametrize("text", ["after the last", "grows,\nand is", "grows, and   is", "A", " wait.\n"])
def test_what_a_field_says_is_own_however_its_lines_break(own: OwnText, text: str) -> None:
    assert own.holds(text)


@pytest.mark.parametrize("text", ["wait. A pause", "a  pause", "elsewhere", "\n", ""])
def test_what_no_field_says_is_not(own: OwnText, text: str) -> None:
    assert not own.holds(text)


def test_what_was_taken_out_stays_own_until_the_field_is_loaded_anew(own: OwnText) -> None:
    own.take_out("user", "Cap the\npause.")
    assert own.holds("the pause")
    own.load("think", "Another.")
    assert own.holds("the pause"), "of the other field nothing was loaded"
    own.load("user", "Another.")
    assert not own.holds("the pause")


def test_what_was_loaded_stays_own_whatever_is_written_over_it(own: OwnText, said: dict[str, str]) -> None:
    own.load("user", said["user"])
    said["user"] = ""
    assert own.holds("the last wait")


def test_single_characters_are_not_remembered_nor_more_than_so_many(own: OwnText) -> None:
    own.take_out("user", "q")
    assert not own.holds("q")
    own.take_out("user", "the oldest of all")
    own.take_out("user", "x" * MOST)
    assert not own.holds("the oldest of all") and own.holds("xxx")
