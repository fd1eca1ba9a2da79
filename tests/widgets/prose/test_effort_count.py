"""Typed or pasted, or nobody's doing."""

from __future__ import annotations

from widgets.prose.effort_count import EffortCount


def test_one_character_is_typed_and_many_are_a_paste() -> None:
    effort = EffortCount()
    for text in ("a", "b", "", "several"):
        effort.add(text)
    assert effort.take() == (2, 7)
    assert effort.take() == (0, 0)


def test_a_paste_of_one_character_is_no_typing() -> None:
    effort = EffortCount()
    with effort.pasting():
        effort.add("a")
    effort.add("b")
    assert effort.take() == (1, 1)


def test_what_nobody_wrote_is_not_counted() -> None:
    effort = EffortCount()
    with effort.uncounted():
        assert not effort.counting
        effort.add("a")
        effort.add("a whole name")
    assert effort.counting and effort.take() == (0, 0)
