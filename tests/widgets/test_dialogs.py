"""The dialogs: each by keyboard alone and by mouse alone, at a usual size and at the smallest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, ProgressBar

from tests.widgets.drawn import HOSTILE, Bench, check_clean, screen_rows, settle
from widgets.dialogs.questions import Confirm, Notice, ProgressDialog, PromptLine

SIZES = pytest.mark.parametrize("size", [(80, 24), (20, 5)])


async def ask(app: Bench, pilot: Pilot[Any], dialog: ModalScreen[Any], act: Callable[[], Any]) -> list[Any]:
    """Show a dialog, check its picture, act; its answer, in a list."""
    answers: list[Any] = []
    await app.push_screen(dialog, answers.append)
    await settle(pilot)
    check_clean(screen_rows(app), app.size.width)
    await act()
    await settle(pilot)
    return answers


@SIZES
async def test_prompt_line(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        assert await ask(app, pilot, PromptLine("Go to line"), lambda: pilot.press("4", "2", "enter")) == [
            "42"
        ]
        assert await ask(app, pilot, PromptLine(HOSTILE, "7"), lambda: pilot.press("escape")) == [None]
        assert await ask(app, pilot, PromptLine("Line", "7"), partial(pilot.click, "#ok")) == ["7"]
        assert await ask(app, pilot, PromptLine("Line", "7"), partial(pilot.click, "#cancel")) == [None]


@SIZES
async def test_a_prompt_line_that_cannot_be_taken_says_why_and_stays(size: tuple[int, int]) -> None:
    def wrong(value: str) -> str:
        return "" if value.isdigit() else f"not a [line]: {value}"

    app = Bench()
    async with app.open(size) as pilot:
        answers = await ask(app, pilot, PromptLine("Go", "x", wrong), lambda: pilot.press("enter"))
        assert answers == []
        assert any("not a [line]: x"[:12] in row for row in screen_rows(app))
        app.screen.query_one(Input).value = "3"
        await pilot.press("enter")
        await settle(pilot)
        assert answers == ["3"]


@SIZES
async def test_confirm(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        for keys, answer in (("y", True), ("n", False), ("escape", False), ("enter", False)):
            act = partial(pilot.press, keys)
            assert await ask(app, pilot, Confirm(f"Drop {HOSTILE}?"), act) == [answer]
        assert await ask(app, pilot, Confirm("Drop?"), lambda: pilot.press("left", "enter")) == [True]
        assert await ask(app, pilot, Confirm("Drop?", "Drop [it]", "Keep"), partial(pilot.click, "#yes")) == [
            True
        ]
        assert await ask(app, pilot, Confirm("Drop?"), partial(pilot.click, "#no")) == [False]


@SIZES
async def test_notice_shows_the_text_as_it_is_and_scrolls(size: tuple[int, int]) -> None:
    app = Bench()
    text = "[bold]first[/bold]\n" + "\n".join(f"{HOSTILE} {number}" for number in range(50)) + "\nthe last"
    async with app.open(size) as pilot:

        async def read() -> None:
            assert any("[bold]first" in row for row in screen_rows(app))
            await pilot.press("end")
            await settle(pilot)
            await pilot.pause()
            check_clean(screen_rows(app), size[0])
            await pilot.press("enter")

        assert await ask(app, pilot, Notice("Export", text), read) == [None]
        assert await ask(app, pilot, Notice("Export", "short"), partial(pilot.click, "#close")) == [None]


@SIZES
async def test_progress_is_shown_and_can_be_cancelled(size: tuple[int, int]) -> None:
    app = Bench()
    async with app.open(size) as pilot:
        for cancel in (partial(pilot.press, "escape"), partial(pilot.click, "#cancel")):
            called: list[bool] = []
            dialog = ProgressDialog("Cloning [x]", partial(called.append, True))
            dialog.update("too early", 0.5)
            await app.push_screen(dialog)
            await settle(pilot)
            dialog.update(f"Receiving {HOSTILE}", 0.5)
            await settle(pilot)
            check_clean(screen_rows(app), size[0])
            assert dialog.query_one(ProgressBar).percentage == 0.5
            dialog.update("Counting", None)
            await cancel()
            await cancel()
            await settle(pilot)
            assert dialog.cancelled and called == [True]
            assert app.screen is dialog  # the owner takes it away when the work has stopped
            dialog.dismiss(None)
            await settle(pilot)
            dialog.update("too late", 1.0)
