"""The table of records: what it draws, what it says, and that its price does not grow with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import overload

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from app.base.letters import JOINERS
from app.records.filters.fields import STATUSES
from app.records.filters.row import Facts, Row
from tests.base.test_letters import ALI, CHILLU, JOINED, SRI
from tests.clocks import zone
from tests.records.filters.rows import NOW
from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.base.drawing import cut_left, pad, safe, width
from widgets.record.table import SIGNS, RecordTable


def record(number: int, status: str = "submitted") -> Row:
    return Row(
        f"R{number}",
        status=status,
        revision="r",
        by="ada",
        at=NOW,
        title=f"item_{number}",
        path="src/worker.rs",
        opening=f"Write queue {number}",
        reviewers=(("cleo", "return"),),
        facts=Facts(("BS409",), 1, 2),
    )


class Made(Sequence[Row]):
    """Rows from a number to 100,000, made when they are asked for and counted."""

    def __init__(self, start: int = 0) -> None:
        self.start = start
        self.made = 0

    def __len__(self) -> int:
        return 100_000 - self.start

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        if at >= len(self):
            raise IndexError
        self.made += 1
        return record(self.start + at)

    def place(self, name: str) -> int | None:
        place = int(name[1:]) - self.start
        return place if place >= 0 else None


@pytest.mark.parametrize("size", [(20, 5), (40, 12), (80, 24), (120, 40), (200, 60)])
async def test_rows_are_clean_at_any_size(size: tuple[int, int]) -> None:
    app = Bench(RecordTable)
    async with app.open(size) as pilot:
        table = app.query_one(RecordTable)
        odd = Row(
            HOSTILE,
            status=HOSTILE,
            revision="r",
            by="漢字" * 9,
            title=HOSTILE,
            path=HOSTILE + "漢" * 50,
            opening=HOSTILE * 5,
            reviewers=((HOSTILE, HOSTILE),),
        )
        wide = replace(record(7), title="漢字" * 40, opening="é\u0301" * 90)
        table.set_rows([*(record(n, status) for n, status in enumerate(STATUSES)), odd, wide])
        table.set_note(HOSTILE)
        await settle(pilot)
        drawn = rows(table)
        check_clean(drawn, table.size.width)
        if size[0] >= 80:
            assert all(any(f"{SIGNS[status]} {status}" in row for row in drawn) for status in STATUSES)


async def test_times_that_no_clock_shows_are_drawn_all_the_same() -> None:
    """Of the year 9999 or 1 no local time can be made in some zones: the list ended the workstation."""
    for name in ("Pacific/Kiritimati", "Pacific/Niue"):
        app = Bench(RecordTable)
        with zone(name):
            async with app.open((160, 10)) as pilot:
                table = app.query_one(RecordTable)
                edges = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
                table.set_rows([replace(record(1), at=at) for at in edges])
                await settle(pilot)
                drawn = "\n".join(rows(table))
                assert "1-01-01 " in drawn and "9999-12-31 " in drawn


async def test_a_wide_table_shows_every_column() -> None:
    app = Bench(RecordTable)
    async with app.open((160, 10)) as pilot:
        table = app.query_one(RecordTable)
        table.set_rows([record(1, "returned")], total=5)
        table.set_note("oldest first")
        await settle(pilot)
        head, line, *_ = rows(table)
        assert head.startswith("1 of 5 records · oldest first")
        for shown in ("< returned", "item_1", "src/worker.rs", "ada", "<cleo", "✗1 !2", "Write queue 1"):
            assert shown in line


def test_every_status_has_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(STATUSES)
    assert len(set(SIGNS.values())) == len(SIGNS)


async def test_keys_and_clicks_mark_and_choose() -> None:
    app = Bench(RecordTable)
    async with app.open((120, 20)) as pilot:
        table = app.query_one(RecordTable)
        table.set_rows([record(n) for n in range(9)])
        table.focus()
        await pilot.press("down", "enter", "end", "y")
        await pilot.click(table, offset=(20, 4))
        await settle(pilot)
        assert table.marked == record(3)
        await pilot.double_click(table, offset=(20, 5))
        await pilot.click(table, offset=(5, 0))
        await settle(pilot)
        assert [message.record for message in app.said(RecordTable.Chosen)] == ["R1", "R4"]
        assert app.said(RecordTable.Marked)[-1].record == "R4"
        assert app.said(RecordTable.Marked)[-1].control is table
        assert app.clipboard == "R8"


async def test_an_empty_table_says_nothing() -> None:
    app = Bench(RecordTable)
    async with app.open((120, 20)) as pilot:
        table = app.query_one(RecordTable)
        table.focus()
        await pilot.press("enter", "down", "y", "end")
        assert table.marked is None and not table.mark("R1")
        assert not app.said(RecordTable.Chosen) and not app.said(RecordTable.Marked)
        table.set_rows([record(1)])
        table.set_rows([])
        await settle(pilot)
        assert app.said(RecordTable.Marked)[-1].record == ""
        assert "0 records" in rows(table)[0]


async def test_the_mark_stays_on_its_record_and_else_on_its_line() -> None:
    app = Bench(RecordTable)
    async with app.open((120, 10)) as pilot:
        table = app.query_one(RecordTable)
        table.set_rows([record(n) for n in range(50)])
        assert table.mark("R30")
        await settle(pilot)
        told = len(app.said(RecordTable.Marked))
        table.set_rows([record(n) for n in range(20, 50)])
        await settle(pilot)
        assert table.marked == record(30) and table.cursor == 10
        assert any("item_30 " in row for row in rows(table))
        table.set_rows([replace(record(n), status="accepted") for n in range(10, 50)])
        await settle(pilot)
        assert len(app.said(RecordTable.Marked)) == told
        table.set_rows([record(n) for n in range(50) if n != 30])
        await settle(pilot)
        assert table.marked == record(20)
        table.set_rows([record(3)])
        await settle(pilot)
        assert table.marked == record(3) and app.said(RecordTable.Marked)[-1].record == "R3"


async def test_of_a_hundred_thousand_rows_only_those_in_sight_are_ever_made() -> None:
    app = Bench(RecordTable)
    async with app.open((120, 20)) as pilot:
        table = app.query_one(RecordTable)
        every, later = Made(), Made(80_000)
        table.set_rows(every, every.place)
        table.focus()
        await pilot.press("end", "pageup", "home", "pagedown")
        await settle(pilot)
        assert "100,000 records" in rows(table)[0]
        assert table.cursor == table.page
        table.mark("R90000")
        table.set_rows(later, later.place, total=100_000)
        await settle(pilot)
        assert table.marked == record(90_000) and table.cursor == 10_000
        assert "20,000 of 100,000 records" in rows(table)[0]
        assert 0 < every.made < 800 and 0 < later.made < 300
        before = later.made
        table.set_rows(later, later.place)
        assert later.made - before < 5


@pytest.mark.parametrize("name", [*JOINED, f"{ALI}\u200c", f"\u200d{SRI}", f"{SRI} {CHILLU}"])
async def test_a_name_is_drawn_with_its_joiners_at_any_width(name: str) -> None:
    app = Bench(RecordTable)
    for cells in (1, 2, 3, 4, 5, 6, 7, 8, 20):
        drawn = safe(pad(name, cells))
        assert width(drawn) == cell_len(drawn) == cells
        left = cut_left(name, cells)
        assert width(left) == cell_len(safe(left)) <= cells
    assert safe(ALI) == ALI and safe(SRI) == SRI and width(ALI) == 6
    async with app.open((160, 10)) as pilot:
        table = app.query_one(RecordTable)
        table.set_rows([replace(record(1), by=name)])
        await settle(pilot)
        drawn_rows = rows(table)
        assert {cell_len(row) for row in drawn_rows} == {160}
        check_clean([row for row in drawn_rows if not any(joiner in row for joiner in JOINERS)], 160)
        assert any(safe(pad(name, 10)) in row for row in drawn_rows)
