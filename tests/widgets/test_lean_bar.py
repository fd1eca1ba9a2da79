from __future__ import annotations

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.scrollbar import ScrollBar

from widgets.base.drawing import Part
from widgets.base.line_view import LineView
from widgets.base.scroll_bar import LeanBar


class Rows(LineView):
    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        return (Part(f"row {row}"),)


class Host(App[None]):
    def compose(self) -> ComposeResult:
        yield Rows()


Cell = tuple[str, object, object, bool, dict[str, object]]


def drawn(bar: ScrollBar, crop: Region) -> list[list[Cell]]:
    """What each cell shows, and what it answers to the mouse."""
    rows: list[list[Cell]] = []
    for strip in bar.render_lines(crop):
        cells: list[Cell] = []
        for text, style, _ in strip:
            assert style is not None
            look = (style.color, style.bgcolor, bool(style.reverse), dict(style.meta))
            cells += [(letter, *look) for letter in text]
        rows.append(cells)
    return rows


def as_textual_draws(bar: ScrollBar, crop: Region) -> list[list[Cell]]:
    """The same bar by Textual's own means."""
    bar._styles_cache.clear()
    bar._dirty_regions.add(bar.outer_size.region)
    strips = ScrollBar.render_lines(bar, crop)
    return drawn(type("Drawn", (), {"render_lines": lambda self, crop: strips})(), crop)


@pytest.mark.parametrize("rows", [0, 5, 12, 13, 40, 5_000, 100_000])
async def test_the_bar_looks_and_answers_as_textuals_does(rows: int) -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(Rows)
        view.styles.overflow_y = "scroll"
        view.set_rows_count(rows)
        await pilot.pause()
        bar = view.vertical_scrollbar
        assert isinstance(bar, LeanBar)
        whole = bar.outer_size.region
        for position in (0, 1, rows // 3, rows):
            view.scroll_to(y=position, animate=False)
            await pilot.pause()
            assert drawn(bar, whole) == as_textual_draws(bar, whole)
            below = Region(1, 3, 1, 4)
            assert drawn(bar, below) == [row[1:2] for row in drawn(bar, whole)[3:7]]


async def test_a_press_beside_the_thumb_scrolls_by_a_page_and_the_thumb_can_be_dragged() -> None:
    app = Host()
    async with app.run_test(size=(40, 12)) as pilot:
        view = app.query_one(Rows)
        view.set_rows_count(100)
        await pilot.pause()
        bar = view.vertical_scrollbar
        await pilot.click(bar, offset=(0, 11))
        await pilot.pause(0.5)
        assert view.scroll_offset.y >= 10
        view.scroll_to(y=0, animate=False)
        await pilot.pause()
        await pilot.mouse_down(bar, offset=(0, 0))
        await pilot.hover(bar, offset=(0, 6))
        await pilot.mouse_up(bar, offset=(0, 6))
        await pilot.pause()
        assert view.scroll_offset.y > 20
