"""What leaves the source pane for the block, and what is refused."""

from __future__ import annotations

from tests.widgets.source.paper import RUST, PaperPane, line_of
from widgets.source import messages
from widgets.source.taking import Taker


def at(text: str, *, parsed: bool = True) -> tuple[PaperPane, Taker]:
    pane = PaperPane(parsed=parsed)
    pane.file.selection.move(line_of(text))
    return pane, Taker(pane)


def test_the_item_at_the_cursor_is_taken_and_named() -> None:
    pane, taker = at("x: u32")
    taker.take_current()
    assert pane.taken == [("struct Point {\n    x: u32,\n}", "toggle")]
    take = pane.posted[0]
    assert isinstance(take, messages.Take) and take.item_index is not None
    assert pane.file.selection.items[take.item_index].path == "struct Point"
    assert pane.moves == 1


def test_where_no_item_is_the_reason_is_told() -> None:
    pane, taker = at("}\n\nimpl")
    pane.file.selection.move(pane.file.selection.line + 1)
    taker.take_current()
    pane.file.outlined = False
    taker.take_current()
    assert pane.refused == ["there is no item here; v selects whole lines", "the file is still being read"]
    assert pane.posted == []


def test_lines_are_begun_and_taken_by_the_same_key() -> None:
    pane, taker = at("x: u32")
    taker.action_lines()
    pane.file.selection.move(pane.file.selection.line + 1)
    taker.action_lines()
    assert pane.taken == [("    x: u32,\n}", "lines")]
    assert pane.file.selection.anchor is None


def test_white_space_is_not_taken() -> None:
    pane, taker = at("use")
    taker.take((RUST.index("\n\n"), RUST.index("\n\n") + 2), "lines")
    assert pane.refused == ["there is nothing but white space here"] and pane.posted == []


def test_widening_waits_for_the_syntax_and_narrowing_goes_back() -> None:
    pane, taker = at("x: u32", parsed=False)
    taker.action_widen()
    assert pane.refused == ["the file is still being read"]
    pane, taker = at("x: u32")
    before = pane.file.selection.range
    taker.action_widen()
    assert pane.file.selection.range != before
    taker.action_narrow()
    assert pane.file.selection.range == before and pane.moves == 2


def test_a_role_is_asked_for_with_the_range_at_the_cursor() -> None:
    pane, taker = at("fn place")
    taker.action_role()
    taker.action_bare()
    role, bare = pane.posted
    assert isinstance(role, messages.RoleRequested) and isinstance(bare, messages.BareRequested)
    assert (role.start, role.end) == (bare.start, bare.end) == pane.file.selection.range
    assert bare.item_index == pane.file.selection.item
