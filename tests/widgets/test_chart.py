"""A plot: its dots say its numbers, the table says the same, and no label reaches the terminal as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.base.drawing import plain, width
from widgets.panels.chart import Chart, Kind, Plot, Series, ceiling, draw, figure

BLANK = 0x2800
PLOT = Plot(
    "Saved",
    ("1 Jan", "8 Jan", "15 Jan", "22 Jan"),
    (Series("begun", (0, 5, 10, 2)), Series("accepted", (0, 0, 10, 1))),
    "bars",
    "records",
    ("after:a", "after:b", "after:c", "after:d"),
)


def chart(app: Bench) -> Chart:
    return app.query_one(Chart)


async def drawn(app: Bench, pilot: object) -> list[str]:
    """What is shown once the thread has drawn."""
    await settle(pilot)  # type: ignore[arg-type]
    return rows(chart(app))


def heights(found: list[str], columns: int) -> list[int]:
    """How many dots stand in each column of cells, right of the axis."""
    lines = [row.split("│", 1)[1].ljust(columns) for row in found if "│" in row]
    return [
        sum((ord(line[x]) - BLANK).bit_count() for line in lines if ord(line[x]) >= BLANK)
        for x in range(columns)
    ]


async def test_higher_bars_are_larger_numbers() -> None:
    app = Bench(lambda: Chart(Plot("", PLOT.labels, PLOT.series[:1])))
    async with app.open((60, 12)) as pilot:
        found = await drawn(app, pilot)
        wide = chart(app).cells - found[1].index("│") - 1
        dots = heights(found, wide)
        quarters = [sum(dots[wide * at // 4 : wide * (at + 1) // 4]) for at in range(4)]
        assert quarters[0] == 0
        assert quarters[2] > quarters[1] > quarters[3] > 0
        assert found[1].lstrip().startswith("10 │")
        assert any(row.lstrip().startswith("0 │") for row in found)


@pytest.mark.parametrize("kind", ["bars", "lines"])
@pytest.mark.parametrize("size", [(80, 24), (200, 60), (40, 8), (12, 7), (11, 4), (5, 4)])
async def test_it_fills_its_room_and_no_more(kind: Kind, size: tuple[int, int]) -> None:
    series = (*PLOT.series, Series(HOSTILE, (1e300, -3, float("nan"), float("inf"))))
    app = Bench(lambda: Chart(Plot(HOSTILE, (HOSTILE, "漢字", "c", "d"), series, kind, HOSTILE)))
    async with app.open(size) as pilot:
        for _ in range(2):
            check_clean(await drawn(app, pilot), size[0])
            chart(app).action_toggle_table()


async def test_the_table_says_each_number() -> None:
    app = Bench(lambda: Chart(PLOT))
    async with app.open((60, 12)) as pilot:
        chart(app).focus()
        await pilot.press("t")
        found = await drawn(app, pilot)
        assert found[1].split() == ["begun", "accepted"]
        assert [row.split() for row in found[2:6]] == [
            ["1", "Jan", "0", "0"],
            ["8", "Jan", "5", "0"],
            ["15", "Jan", "10", "10"],
            ["22", "Jan", "2", "1"],
        ]
        await pilot.press("t")
        assert any("│" in row for row in await drawn(app, pilot))


async def test_a_long_table_scrolls_to_the_mark() -> None:
    labels = tuple(f"day {number}" for number in range(400))
    app = Bench(lambda: Chart(Plot("Days", labels, (Series("n", tuple(range(400))),))))
    async with app.open((40, 10)) as pilot:
        chart(app).focus()
        await pilot.press("t", "end")
        assert any("day 399" in row for row in await drawn(app, pilot))
        await pilot.press("t")
        found = await drawn(app, pilot)
        assert "day 399" in found[0]
        assert not chart(app).show_vertical_scrollbar


async def test_the_marked_place_is_told_with_its_numbers_and_leads_on() -> None:
    app = Bench(lambda: Chart(PLOT))
    async with app.open((70, 12)) as pilot:
        chart(app).focus()
        await pilot.press("right", "right", "left", "enter")
        found = await drawn(app, pilot)
        assert "8 Jan" in found[0]
        assert "begun 5" in found[0]
        assert [(m.place, m.link) for m in app.said(Chart.Picked)] == [(1, "after:b")]
        assert app.said(Chart.Marked)[-1].place == 1
        assert "▲" in found[-1]


async def test_a_click_marks_a_place_and_two_choose_it() -> None:
    app = Bench(lambda: Chart(PLOT))
    async with app.open((60, 12)) as pilot:
        await drawn(app, pilot)
        await pilot.click(Chart, offset=(55, 5))
        assert chart(app).cursor == 3
        await pilot.click(Chart, offset=(55, 5), times=2)
        await pilot.pause()
        assert app.said(Chart.Picked)[-1].link == "after:d"


async def test_another_plot_takes_the_place_of_the_first() -> None:
    app = Bench(lambda: Chart(PLOT))
    async with app.open((60, 12)) as pilot:
        chart(app).cursor = 3
        chart(app).show(Plot("Other", ("only",), (Series("n", (1,)),)))
        found = await drawn(app, pilot)
        assert "Other" in found[0]
        assert chart(app).cursor == 0
        chart(app).show(Plot("None", (), ()))
        chart(app).action_pick()
        assert "nothing yet" in (await drawn(app, pilot))[0]
        assert app.said(Chart.Picked) == []


NUMBERS = st.lists(st.floats(0, 1e6) | st.integers(0, 50), min_size=1, max_size=90)


@given(NUMBERS, st.sampled_from(("bars", "lines")), st.integers(12, 100), st.integers(5, 20))
@settings(max_examples=40, deadline=None)
def test_every_number_that_is_not_nothing_can_be_seen(
    numbers: list[float], kind: Kind, cells: int, high: int
) -> None:
    plot = Plot("", tuple(map(str, numbers)), (Series("n", tuple(numbers)),), kind)
    found = draw(plot, cells, high)
    assert len(found.rows) == high
    assert {width(plain(row)) for row in found.rows} == {cells}
    if max(numbers) > 0:
        assert any(ord(char) > BLANK for row in found.rows for char in plain(row) if ord(char) < BLANK + 256)
    places = {int(part.zone) for row in found.rows for part in row if part.zone}
    assert places <= set(range(len(numbers)))


@given(st.floats(0, 1e12))
def test_an_axis_ends_at_a_round_number_not_far_above(most: float) -> None:
    top = ceiling(most)
    assert top >= most
    assert top == 1 or top <= 2.5 * most


def test_figures_are_short() -> None:
    assert [figure(number) for number in (0, 7.0, 2.5, 12_000)] == ["0", "7", "2.5", "12,000"]
