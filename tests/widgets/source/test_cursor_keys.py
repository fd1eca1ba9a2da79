"""Where keys put the source pane's cursor, and how far they scroll."""

from __future__ import annotations

import pytest

from tests.widgets.source.paper import PaperPane, line_of
from tests.widgets.source.test_pointer import click, pointer_of
from widgets.source import messages
from widgets.source.cursor_keys import CursorKeys
from widgets.source.messages import PaneSpan
from widgets.source.painting import RowPainter

LONG = "fn a() {}\n" * 100


def keys_of(pane: PaperPane) -> CursorKeys:
    return CursorKeys(pane, RowPainter(pane, pane.palette), pointer_of(pane))


def place(pane: PaperPane) -> tuple[int, int]:
    """The cursor's line, and the first in sight."""
    return pane.file.selection.line, pane.top


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (["cursor_up"], (0, 0)),
        (["page_down"], (8, 8)),
        (["page_down", "page_down", "cursor_up"], (15, 15)),
        (["bottom"], (99, 90)),
        (["bottom", "cursor_down", "page_up"], (91, 82)),
        (["bottom", "top"], (0, 0)),
    ],
)
def test_the_cursor_stays_in_sight(keys: list[str], wanted: tuple[int, int]) -> None:
    pane = PaperPane(LONG)
    moves = keys_of(pane)
    for key in keys:
        getattr(moves, f"action_{key}")()
    assert place(pane) == wanted
    assert pane.moves == len(keys)


def test_going_to_a_line_in_sight_scrolls_nothing_and_to_another_leaves_room_above_it() -> None:
    pane = PaperPane(LONG)
    keys = keys_of(pane)
    keys.go_to(9)
    assert place(pane) == (9, 0)
    keys.go_to(50, pane.file.source.line_start(50) + 3)
    assert place(pane) == (50, 47)
    assert pane.file.selection.offset == pane.file.source.line_start(50) + 3
    keys.go_to(999)
    assert place(pane) == (99, 90)


def test_items_are_gone_to_one_after_the_other_and_not_beyond_the_ends() -> None:
    pane = PaperPane(size=(40, 20))
    keys = keys_of(pane)
    for _ in range(6):
        keys.action_next_item()
    wanted = [line_of(text) for text in ("struct", "impl", "    fn place", "    fn other", "const")]
    assert [line for line, _ in pane.gone_to] == wanted
    keys.action_previous_item()
    assert pane.gone_to[-1] == (wanted[-2], None)
    pane.file.selection.move(0)
    keys.action_previous_item()
    assert len(pane.gone_to) == 6


def test_spans_are_gone_round() -> None:
    pane = PaperPane()
    keys = keys_of(pane)
    keys.action_next_span()
    assert pane.refused == ["nothing of this file is in the block yet"]
    lines = [line_of("struct"), line_of("const")]
    pane.file.spans = [PaneSpan(*pane.file.source.line_bounds(line), "main") for line in lines]
    for _ in range(3):
        keys.action_next_span()
    assert [line for line, _ in pane.gone_to] == [*lines, lines[0]]


def test_after_a_key_a_click_is_a_first_one() -> None:
    pane = PaperPane(size=(40, 20))
    pointer, y = pointer_of(pane), line_of("let wide")
    keys = CursorKeys(pane, RowPainter(pane, pane.palette), pointer)
    pointer.click(click(14, y))
    keys.action_cursor_down()
    pointer.click(click(14, y))
    assert [text[:8] for text, _ in pane.taken] == ["fn place", "fn place"]


def test_a_line_is_asked_for() -> None:
    pane = PaperPane()
    keys_of(pane).action_goto()
    assert pane.posted == [messages.Asked("goto")]
