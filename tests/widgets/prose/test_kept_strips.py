"""Rows of a text area: drawn once for a key, and painted again only where they differ."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.strip import Strip

from widgets.prose import kept_strips
from widgets.prose.kept_strips import KeptStrips


class Paper:
    """Lines of text that can change; the row of the cursor has no key."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.cursor = -1
        self.drawn: list[int] = []
        self.strips = KeptStrips(self.draw, self.key)

    def draw(self, y: int) -> Strip:
        self.drawn.append(y)
        return Strip([Segment(self.lines[y])])

    def key(self, y: int) -> tuple[object, ...]:
        return () if y == self.cursor else (self.lines[y],)


def test_only_rows_that_differ_are_painted_and_only_new_ones_drawn() -> None:
    paper = Paper("one", "two", "three")
    assert paper.strips.changed(3) is None  # nothing is known of the screen yet
    for y in range(3):
        paper.strips.paint(y)
    assert paper.strips.changed(3) == [] and paper.drawn == [0, 1, 2]
    paper.lines[1] = "other"
    assert paper.strips.changed(3) == [1] and paper.drawn == [0, 1, 2, 1]
    assert paper.strips.changed(4) is None


def test_a_line_that_moves_is_not_drawn_again() -> None:
    paper = Paper("one", "two")
    for y in range(2):
        paper.strips.paint(y)
    paper.lines = ["two", "one"]
    assert paper.strips.changed(2) == [0, 1] and paper.drawn == [0, 1]


def test_a_row_without_a_key_is_drawn_each_time() -> None:
    paper = Paper("one")
    paper.cursor = 0
    for _ in range(3):
        paper.strips.paint(0)
    assert paper.drawn == [0, 0, 0]


def test_other_colours_forget_everything() -> None:
    paper = Paper("one")
    paper.strips.paint(0)
    paper.strips.forget()
    assert paper.strips.changed(1) is None
    paper.strips.paint(0)
    assert paper.drawn == [0, 0]


def test_no_more_rows_are_kept_than_were_meant_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_strips, "ROWS_KEPT", 3)
    paper = Paper(*(str(number) for number in range(10)))
    for y in range(10):
        paper.strips.paint(y)
    assert len(paper.strips.drawn) <= 3
