"""Typed or pasted, or nobody's doing."""

from __future__ import annotations

from app.records.prose import Characters
from widgets.prose.effort_count import EffortCount


def test_one_character_is_typed_and_many_are_a_paste() -> None:
    effort = EffortCount()
    for text in ("a", "b", "", "several"):
        effort.add(text)
    assert effort.take() == Characters(2, 7)
    assert effort.take() == Characters()


def test_a_paste_of_one_character_is_no_typing() -> None:
    effort = EffortCount()
    with effort.pasting():
        effort.add("a")
    effort.add("b")
    assert effort.take() == Characters(1, 1)


def test_what_nobody_wrote_is_not_counted() -> None:
    effort = EffortCount()
    with effort.uncounted():
        assert not effort.counting
        effort.add("a")
        effort.add("a whole name")
    assert effort.counting and effort.take() == Characters()
