"""What clicks, drags and wheels do in the source pane."""

from __future__ import annotations

from textual import events

from tests.widgets.source.paper import PaperPane, line_of
from widgets.source import messages
from widgets.source.matches import Matches
from widgets.source.painting import RowPainter
from widgets.source.pointer import WHEEL_LINES, Pointer
from widgets.source.taking import Taker

CODE = 14
"""A cell within the code of an indented line."""


def pointer_of(pane: PaperPane) -> Pointer:
    painter = RowPainter(pane, pane.palette)
    return Pointer(pane, painter, Taker(pane), Matches(pane, painter))


def click(x: int, y: int, *, control: bool = False, chain: int = 1) -> events.Click:
    return events.Click(None, x, y, 0, 0, 1, False, False, control, chain=chain)


def down(x: int, y: int) -> events.MouseDown:
    return events.MouseDown(None, x, y, 0, 0, 1, False, False, False)


def move(x: int, y: int) -> events.MouseMove:
    return events.MouseMove(None, x, y, 0, 0, 1, False, False, False)


def test_a_further_click_takes_the_item_around_until_there_is_none() -> None:
    pane = PaperPane(size=(40, 20))
    pointer, y = pointer_of(pane), line_of("let wide")
    for _ in range(3):
        pointer.click(click(CODE, y))
    assert [text[:8] for text, _ in pane.taken] == ["fn place", "impl Poi"]
    assert pane.refused == ["no item is around this one"]
    pointer.forget()  # a key has moved the cursor
    pointer.click(click(CODE, y))
    assert [how for _, how in pane.taken] == ["click"] * 3
    assert pane.taken[2] == pane.taken[0]


def test_the_second_click_of_a_double_click_takes_a_widening_back() -> None:
    pane = PaperPane(size=(40, 20))
    pointer, y = pointer_of(pane), line_of("let wide")
    pointer.click(click(CODE, y))
    pointer.click(click(CODE, y))  # widens to the impl
    pointer.click(click(CODE, y, chain=2))
    assert [text[:4] for text, _ in pane.taken] == ["fn p", "impl", "fn p"]
    assert [message.text for message in pane.posted if isinstance(message, messages.TokenChosen)] == ["let"]


def test_beyond_the_last_line_a_click_does_nothing() -> None:
    pane = PaperPane(size=(40, 20))
    pointer_of(pane).click(click(CODE, 18))
    assert pane.posted == [] and pane.moves == 0


def test_a_drag_takes_whole_lines_and_the_click_after_it_nothing() -> None:
    pane = PaperPane(size=(40, 20))
    pointer = pointer_of(pane)
    pointer.down(down(CODE, 2))
    assert pane.captured
    pointer.move(move(CODE, 2))
    assert pane.timers == []
    pointer.move(move(0, 3))
    pointer.up()
    pointer.click(click(0, 3))
    assert pane.taken == [("struct Point {\n    x: u32,", "lines")]
    assert pane.timers[0].stopped and not pane.captured


def test_a_drag_held_beyond_an_edge_scrolls_on() -> None:
    pane = PaperPane("fn a() {}\n" * 30, size=(40, 5))
    pointer = pointer_of(pane)
    pointer.down(down(CODE, 1))
    pointer.move(move(CODE, 9))
    assert pane.file.selection.line == 9
    pane.timers[0].ring()
    assert (pane.top, pane.file.selection.line) == (1, 5)
    pointer.move(move(CODE, -1))
    pane.timers[0].ring()
    assert (pane.top, pane.file.selection.line) == (0, 0)
    pointer.move(move(CODE, 2))
    pane.timers[0].ring()
    assert (pane.top, pane.file.selection.line) == (0, 2)


def test_the_wheel_scrolls_and_with_shift_sideways() -> None:
    pane = PaperPane("fn a() { " + "b" * 60 + " }\n" + "x\n" * 30, size=(30, 5))
    painter = RowPainter(pane, pane.palette)
    pointer = Pointer(pane, painter, Taker(pane), Matches(pane, painter))
    plain = (None, 0, 0, 0, 0, 0)
    pointer.wheel(events.MouseScrollDown(*plain, True, False, False))
    assert (pane.top, painter.drawer().left) == (0, 8)
    pointer.wheel(events.MouseScrollRight(*plain, False, False, False))
    assert painter.drawer().left == 16
    pointer.wheel(events.MouseScrollLeft(*plain, False, False, False))
    pointer.wheel(events.MouseScrollUp(*plain, False, False, True))
    assert painter.drawer().left == 0
    pointer.wheel(events.MouseScrollDown(*plain, False, False, False))
    assert pane.top == WHEEL_LINES
    pointer.wheel(events.MouseScrollUp(*plain, False, False, False))
    assert pane.top == 0
