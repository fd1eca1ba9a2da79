"""The list of remarks: what it shows at three sizes, what it asks for, and the way from one to the next."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from tests.widgets.drawn import HOSTILE, Bench, check_clean, rows, settle
from widgets.panels.remarks_panel import RemarkRow, RemarksPanel, told

SIZES = pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 12)])
LONG = (
    "The request says what the code does, word for word, and nobody would ask like that. " * 3 + "Ask anew."
)
BACK = RemarkRow("1", "return", "cleo", "", "Say why.")
WAIT = RemarkRow("2", "note", "cleo", "user", LONG)
GONE = RemarkRow("3", "note", "dov", "think", "漢字 is what?", was="the last wait")
FLAG = RemarkRow("4", "flag", "dov", "", "")
DONE = RemarkRow("5", "note", "dov", "block", "Too long.", answer="Cut.")
ALL = (BACK, WAIT, GONE, FLAG, DONE)


async def fill(app: Bench, pilot: Pilot[Any], *given: RemarkRow) -> RemarksPanel:
    panel = app.query_one(RemarksPanel)
    panel.set_rows(given)
    app.set_focus(panel)
    await settle(pilot)
    return panel


@SIZES
async def test_a_summary_and_a_row_for_each_the_marked_one_in_full(size: tuple[int, int]) -> None:
    app = Bench(RemarksPanel)
    async with app.open(size) as pilot:
        panel = await fill(app, pilot, *ALL)
        panel.styles.height = 12
        await settle(pilot)
        drawn = rows(panel)
        check_clean(drawn, panel.size.width)
        assert drawn[0].startswith("5 remarks, 1 answered") and drawn[0].rstrip().endswith("answer")
        assert [row[:9].split() for row in drawn[1:] if row[0] != " "] == [
            ["←"],
            ["»", "user"],
            ["»", "think"],
            ["!"],
            ["✓", "block"],
        ]
        assert "cleo asks for changes: Say" in drawn[1]
        panel.mark(1)
        await settle(pilot)
        drawn = rows(panel)
        check_clean(drawn, panel.size.width)
        unfolded = " ".join(row[9:].strip() for row in drawn[2:6])
        assert ("Ask anew." in unfolded) is (size[0] >= 80), "four rows at most"


async def test_the_next_one_is_the_next_that_nobody_answered() -> None:
    app = Bench(RemarksPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, DONE, BACK, WAIT)
        went = [panel.step(1), panel.step(1), panel.step(1), panel.step(-1)]
        assert went == [BACK, WAIT, BACK, WAIT]
        panel.set_rows((DONE,))
        assert panel.step(1) == DONE
        panel.set_rows(())
        assert (panel.step(1), panel.current) == (None, None)


async def test_the_mark_stays_on_its_remark_when_others_come() -> None:
    app = Bench(RemarksPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, BACK, GONE)
        panel.mark(1)
        panel.set_rows((BACK, WAIT, GONE))
        assert panel.current == GONE
        panel.set_rows((BACK,))
        assert panel.current == BACK


async def test_keys_ask_for_the_marked_one() -> None:
    app = Bench(RemarksPanel)
    async with app.open() as pilot:
        await fill(app, pilot, BACK, WAIT)
        await pilot.press("enter", "down", "a", "w")
        await settle(pilot)
        assert [message.row for message in app.said(RemarksPanel.Chosen)] == [BACK]
        asked = [(message.row, message.words) for message in app.said(RemarksPanel.AnswerRequested)]
        assert asked == [(WAIT, False), (WAIT, True)]


async def test_a_click_goes_to_a_remark_and_the_summary_answers() -> None:
    app = Bench(RemarksPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, BACK, WAIT)
        await pilot.click(RemarksPanel, offset=(12, 2))
        await settle(pilot)
        assert [message.row for message in app.said(RemarksPanel.Chosen)] == [WAIT]
        await pilot.click(RemarksPanel, offset=(panel.size.width - 3, 0))
        await settle(pilot)
        assert [message.row for message in app.said(RemarksPanel.AnswerRequested)] == [WAIT]


async def test_what_somebody_wrote_reaches_no_terminal() -> None:
    app = Bench(RemarksPanel)
    async with app.open() as pilot:
        panel = await fill(app, pilot, RemarkRow("1", "note", HOSTILE, "user", HOSTILE, HOSTILE, HOSTILE))
        check_clean(rows(panel), panel.size.width)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (BACK, "cleo asks for changes: Say why."),
        (FLAG, "dov flags it"),
        (GONE, "dov: 漢字 is what? (was: “the last wait”)"),
        (DONE, "dov: Too long. → Cut."),
        (RemarkRow("6", "reject", "dov", "", "No.", answer=""), "dov rejects it: No. → answered"),
        (RemarkRow("7", "edit", "dov", "", "changed your text"), "dov changed your text"),
    ],
)
def test_a_remark_in_one_line(row: RemarkRow, said: str) -> None:
    assert told(row) == said
