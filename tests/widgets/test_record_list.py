"""The record list and the status line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import pytest

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.bars.status import SaveState, StatusLine
from widgets.record.list import STATUSES, RecordList, RecordRow, filtered


def record(number: int, status: str = "submitted", opening: str = "Write a queue") -> RecordRow:
    return RecordRow(
        f"R{number}", status, f"item_{number}", "src/worker.rs", "ada", "2026-01-31 12:00", opening, 2
    )


async def test_every_request_by_key_and_by_mouse() -> None:
    app = Bench(RecordList)
    async with app.open((120, 20)) as pilot:
        records = app.query_one(RecordList)
        records.set_rows([record(n) for n in range(5)])
        records.focus()
        await pilot.press("down", "enter", "d", "u", "a", "escape")
        await pilot.click(records, offset=(20, 4))
        await settle(pilot)
        asked = [
            [m.record for m in app.said(kind)]
            for kind in (
                RecordList.EditRequested,
                RecordList.WithdrawRequested,
                RecordList.RestoreRequested,
                RecordList.AcceptRequested,
            )
        ]
        assert asked == [["R1"]] * 4
        assert len(app.said(RecordList.BackRequested)) == 1
        assert records.chosen == record(3)
        await pilot.double_click(records, offset=(20, 5))
        await settle(pilot)
        assert [m.record for m in app.said(RecordList.EditRequested)] == ["R1", "R4"]
        highlighted = app.said(RecordList.RecordHighlighted)[-1].row
        assert highlighted == record(4)


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (200, 60)])
async def test_rows_are_clean_at_any_size(size: tuple[int, int]) -> None:
    app = Bench(RecordList)
    async with app.open(size) as pilot:
        records = app.query_one(RecordList)
        odd = RecordRow(HOSTILE, HOSTILE, HOSTILE, HOSTILE + "漢" * 50, "漢字" * 9, HOSTILE, HOSTILE * 5)
        records.set_rows([*(record(n, status) for n, status in enumerate(STATUSES)), odd])
        await settle(pilot)
        drawn = rows(records)
        check_clean(drawn, records.size.width)
        if size[0] >= 80:
            assert all(any(status in row for row in drawn) for status in STATUSES)


async def test_a_hundred_thousand_records_scroll_and_only_those_in_sight_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Bench(RecordList)
    async with app.open((120, 20)) as pilot:
        records = app.query_one(RecordList)
        drawn: set[int] = set()
        draw = RecordList.row_parts

        def counting(self: RecordList, row: int, width: int) -> object:
            drawn.add(row)
            return draw(self, row, width)

        monkeypatch.setattr(RecordList, "row_parts", counting)
        records.set_rows([record(n) for n in range(100_000)])
        records.focus()
        await pilot.press("end", "pageup", "home", "pagedown")
        await settle(pilot)
        assert "100,000 records" in rows(records)[0]
        assert records.cursor == records.page
        assert 0 < len(drawn) < 200


class Made(Sequence[RecordRow]):
    """Rows from a number to 100,000 that are made when they are asked for."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.made = 0

    def __len__(self) -> int:
        return 100_000 - self.start

    @overload
    def __getitem__(self, at: int) -> RecordRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[RecordRow]: ...
    def __getitem__(self, at: int | slice) -> RecordRow | Sequence[RecordRow]:
        if isinstance(at, slice):
            return [self[place] for place in range(*at.indices(len(self)))]
        if at >= len(self):
            raise IndexError
        self.made += 1
        return record(self.start + at)

    def place(self, name: str) -> int | None:
        place = int(name[1:]) - self.start
        return place if place >= 0 else None


async def test_of_rows_made_when_asked_for_few_are_made_and_the_cursor_stays_on_its_record() -> None:
    app = Bench(RecordList)
    async with app.open((120, 20)) as pilot:
        records = app.query_one(RecordList)
        some, more, fewer = Made(50_000), Made(10), Made(80_000)
        records.set_rows(some, some.place)
        records.cursor = 40_000
        await settle(pilot)
        records.set_rows(more, more.place)
        await settle(pilot)
        assert records.cursor == 89_990
        assert records.chosen == record(90_000)
        records.set_filter("item_90001")
        await settle(pilot)
        assert "1 of 99,990" in rows(records)[0]
        records.set_filter("")
        before = more.made
        records.set_rows(fewer, fewer.place)
        await settle(pilot)
        assert records.chosen == record(90_001)
        assert fewer.made < 500
        assert some.made < 500
        assert more.made - before < 500


async def test_the_filter_keeps_what_holds_every_word_and_the_cursor_its_record() -> None:
    app = Bench(RecordList)
    async with app.open((120, 20)) as pilot:
        records = app.query_one(RecordList)
        records.set_rows(
            [record(n, "accepted" if n % 2 else "returned", f"Opening {n}") for n in range(3_000)]
        )
        records.cursor = 77
        records.set_filter("ACCEPTED item_77")
        await settle(pilot)
        assert records.chosen is not None and records.chosen.record == "R77"
        assert "6 of 3,000" in rows(records)[0]
        records.set_filter("no such thing")
        await settle(pilot)
        assert records.chosen is None
        records.focus()
        await pilot.press("enter", "down", "end")
        assert not app.said(RecordList.EditRequested)
        records.set_filter("")
        await settle(pilot)
        assert "3,000 records" in rows(records)[0]


def test_filtering_is_plain_text() -> None:
    some = [record(1, opening="a.*b"), record(2, opening="axxb")]
    assert filtered(some, ".*") == [some[0]]


@pytest.mark.parametrize(
    ("state", "detail", "said"),
    [
        ("draft", "", "draft"),
        ("draft", "changed", "draft: changed"),
        ("saving", "", "saving…"),
        ("saved", "12:31", "saved 12:31"),
        ("unsaved", "the disk is full", "NOT SAVED: the disk is full"),
    ],
)
async def test_the_state_of_saving_is_always_in_sight(state: SaveState, detail: str, said: str) -> None:
    app = Bench(lambda: StatusLine([("Save", "save"), ("Files", "files")]))
    async with app.open((100, 4)) as pilot:
        line = app.query_one(StatusLine)
        line.set_left(f"topic {HOSTILE} · " + "漢" * 80)
        line.set_state(state, detail)
        await settle(pilot)
        drawn = rows(line)
        check_clean(drawn, 100)
        assert drawn[0].rstrip().endswith(said)
        await pilot.resize_terminal(20, 5)
        await settle(pilot)
        check_clean(rows(line), 20)
        assert said[:5] in rows(line)[0]


async def test_buttons_say_which_was_pressed_and_give_way_where_there_is_no_room() -> None:
    app = Bench(lambda: StatusLine([("Save", "save"), ("Files", "files")]))
    async with app.open((60, 4)) as pilot:
        line = app.query_one(StatusLine)
        await settle(pilot)
        for label in ("[Save]", "[Files]"):
            await pilot.click(line, offset=(rows(line)[0].index(label) + 1, 0))
        await pilot.click(line, offset=(1, 0))
        assert [m.action_id for m in app.said(StatusLine.Pressed)] == ["save", "files"]
        await pilot.resize_terminal(22, 5)
        await settle(pilot)
        assert "[Save]" in rows(line)[0] and "[Files]" not in rows(line)[0]
