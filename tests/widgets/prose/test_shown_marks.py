"""Which lines look different once marks come, move and go."""

from __future__ import annotations

from widgets.prose.marks import Mark, ShownMarks

TEXT = "one two\nthree\nfour"
LINES = TEXT.split("\n")


def test_only_lines_whose_marks_changed_look_different() -> None:
    shown = ShownMarks()
    assert shown.put([Mark(0, 3, "error"), Mark(14, 18, "hint")], LINES) == {0, 2}
    assert shown.put([Mark(0, 3, "error"), Mark(14, 18, "hint")], LINES) == set()
    assert shown.put([Mark(0, 3, "error"), Mark(8, 99, "hint")], LINES) == {1}
    assert shown.marks[-1] == Mark(8, 18, "hint")
    assert shown.put((), LINES) == {0, 1, 2}


def test_an_edit_moves_marks_along() -> None:
    shown = ShownMarks()
    shown.put([Mark(8, 13, "error")], LINES)
    assert shown.edited(0, 0, 1, ["x" + LINES[0], *LINES[1:]]) == set()  # a letter on the line before
    assert shown.marks == (Mark(9, 14, "error"),)


def test_a_change_is_found_in_the_texts_before_and_after_it() -> None:
    shown = ShownMarks()
    shown.put([Mark(8, 13, "error")], LINES)
    after = "\n" + TEXT
    assert shown.since(TEXT, after, after.split("\n")) == {1, 2}
    assert shown.marks == (Mark(9, 14, "error"),)
    shown.put((), LINES)
    assert shown.since(TEXT, after, LINES) == set()
