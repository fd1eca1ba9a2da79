"""Rows of the source pane: which are painted again, and which byte is under a cell."""

from __future__ import annotations

from typing import cast

from textual.geometry import Region

from tests.widgets.source.paper import FlatPalette, PaperPane, line_of
from widgets.source.messages import PaneSpan
from widgets.source.painting import RowPainter
from widgets.source.palette import SourcePalette
from widgets.source.search import pattern_for

GUTTER = 6


def painter_of(pane: PaperPane) -> RowPainter:
    """A painter whose rows are all on the screen."""
    painter = RowPainter(pane, pane.palette)
    painter.rows(Region(0, 0, *pane.size))
    return painter


def test_a_move_of_the_cursor_paints_the_two_rows_it_changes() -> None:
    pane = PaperPane("fn a() {}\n\n" * 50)
    painter = painter_of(pane)
    painter.update()
    assert pane.painted == []
    pane.file.selection.move(1)
    painter.update()
    assert [region.y for region in pane.painted] == [0, 1]


def test_nothing_is_painted_before_the_pane_has_a_place() -> None:
    pane = PaperPane()
    painter = painter_of(pane)
    pane.file.selection.move(3)
    pane.is_attached = False
    painter.update()
    assert pane.painted == []


def test_a_span_and_a_match_are_painted_and_rows_without_them_are_not() -> None:
    pane = PaperPane(size=(40, 20))
    painter = painter_of(pane)
    limit = line_of("const LIMIT")
    start, end = pane.file.source.line_bounds(limit)
    pane.file.spans = [PaneSpan(start, end, "main")]
    painter.redraw()
    assert [region.y for region in pane.painted] == [limit]
    painter.rows(Region(0, 0, *pane.size))
    pane.painted.clear()
    painter.mark_matches(pattern_for("wide"))
    assert [region.y for region in pane.painted] == [line_of("wide")]


def test_a_range_is_tinted_until_it_is_a_span_of_the_block() -> None:
    pane = PaperPane()
    assert pane.file.tinted() == (None, range(1))  # the item at the cursor: nobody selected it on purpose
    pane.file.selection.anchor = 0
    marked, reached = pane.file.tinted()
    assert (marked, reached) == (pane.file.source.line_bounds(0), range(1))
    assert marked is not None
    pane.file.spans = [PaneSpan(*marked, "main")]
    assert pane.file.tinted() == (None, range(1))


def test_equal_colours_keep_the_rows_and_others_make_them_again() -> None:
    pane = PaperPane()
    palettes = [FlatPalette(), FlatPalette(), FlatPalette("night")]
    painter = RowPainter(pane, lambda: cast(SourcePalette, palettes.pop(0)))
    first = painter.drawer()
    palette = first.palette
    painter.restyled()
    assert painter.drawer().palette is palette
    painter.restyled()
    assert painter.drawer() is first and first.palette is not palette
    assert painter.drawer() is first and palettes == []


def test_sideways_goes_no_further_than_the_longest_line_in_sight() -> None:
    pane = PaperPane("let long = " + "x" * 60 + ";\nshort\n", size=(30, 5))
    painter = painter_of(pane)
    for _ in range(20):
        painter.scroll_sideways(8)
    assert painter.drawer().left == 48  # 24 cells of code in the row, and the line's 72 end there
    painter.show_byte(0, 4)
    assert painter.drawer().left == 0
    painter.show_byte(0, 70)
    assert painter.drawer().left == 58


def test_the_pointer_finds_bytes_behind_tabs_and_wide_characters() -> None:
    text = "\tlet 日本 = x;\n"
    data = text.encode()
    painter = painter_of(PaperPane(text, size=(80, 5)))
    for cell, byte in (
        (0, 0),
        (3, 0),
        (4, 1),
        (8, 5),
        (9, 5),
        (10, 8),
        (12, data.index(b" =")),
        (60, len(data) - 1),
    ):
        assert painter.place_at(GUTTER + cell, 0) == (0, byte, False)
    assert painter.place_at(1, 99) == (0, 0, True)
