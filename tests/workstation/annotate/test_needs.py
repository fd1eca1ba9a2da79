"""Helpers by one key, all that the code needs as a tree to tick, and the next open item: what the block then holds."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from app.project.project import Project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.annotate.needs_screen import NeedsScreen
from tests.workstation.driver import (
    SIZES,
    journal,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from widgets.bars.status import StatusLine
from widgets.pick.tick_tree import TickTree
from widgets.source.pane import SourcePane


async def begin(pilot: Pilot[Any], words: str = "retry::fail") -> AnnotateScreen:
    screen = await open_topic(pilot)
    await press(pilot, "f4")
    await type_text(pilot, words)
    await press(pilot, "enter", "space")
    return screen


def roles(screen: AnnotateScreen) -> list[tuple[str, str]]:
    assert screen.parts is not None
    return [(p.role, p.item) for p in parts_of(screen).session.composition.pieces]


def said(pilot: Pilot[Any]) -> str:
    return "\n".join(note.message for note in pilot.app._notifications)


async def test_one_key_takes_the_helpers_one_after_the_other(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await begin(pilot)
        await press(pilot, "a")
        first = [item for role, item in roles(screen) if role == "helper"]
        assert len(first) == 1
        for _ in range(9):
            await press(pilot, "a")
        helpers = {item for role, item in roles(screen) if role == "helper"}
        assert {"struct Retry", "struct Policy", "enum Reason", "enum Verdict"} <= helpers
        assert "every certain helper" in screen.query_one(StatusLine).left
        await press(pilot, "u")
        assert len({item for role, item in roles(screen) if role == "helper"}) == len(helpers) - 1


async def test_presses_that_come_faster_than_the_answers_each_take_one(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await begin(pilot)
        await pilot.press("a", "a", "a")
        await settle(pilot)
        assert sum(role == "helper" for role, _ in roles(screen)) == 3


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_what_is_ticked_in_the_tree_is_saved(project: Project, size: tuple[int, int]) -> None:
    async with workstation(project).run_test(size=size) as pilot:
        await begin(pilot)
        await press(pilot, "c")
        assert isinstance(pilot.app.screen, NeedsScreen)
        await press(pilot, "c", "enter", "f6")
        await type_text(pilot, "Give up in time.")
        await press(pilot, "f6")
        await type_text(pilot, "Use tokio, and tracing.")
        await press(pilot, "f2")
    (event,) = journal(project)
    spans = [(span["role"], span["item"]) for span in event["block"]["spans"]]
    assert ("import", "use std::{fmt, num::NonZeroU32, time::Duration}") in spans
    assert ("helper", "struct Retry") in spans
    assert not any("mod tests" in item for _, item in spans)


async def test_leaving_the_tree_changes_nothing_and_going_there_shows_the_code(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await begin(pilot)
        before = roles(screen)
        await press(pilot, "alt+c", "c", "escape")
        assert roles(screen) == before
        await press(pilot, "c")
        tree = pilot.app.screen.query_one(TickTree)
        wanted = next(at for at, row in enumerate(tree._tick_rows) if row.text == "struct Retry")
        tree.cursor = wanted
        await press(pilot, "o")
        pane = screen.query_one(SourcePane)
        assert pane.items[pane.current_item or 0].path == "struct Retry"
        assert roles(screen) == before


async def test_space_and_the_mouse_tick(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await begin(pilot)
        await press(pilot, "c")
        tree = pilot.app.screen.query_one(TickTree)
        before = set(tree.ticked)
        await press(pilot, "space")
        assert tree.ticked == before ^ {tree.cursor}
        await pilot.click(TickTree, offset=(2, tree.cursor))
        assert tree.ticked == before
        heading = next(at for at, row in enumerate(tree._tick_rows) if row.text.startswith("Helpers"))
        tree.cursor = heading
        await press(pilot, "b")
        assert len(tree.ticked) >= 2, "a heading stands for its group"
        assert heading not in tree.ticked


async def test_without_a_block_the_keys_say_what_to_do_first(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await press(pilot, "a", "c")
        assert said(pilot).count("take an item first") == 2


async def test_the_next_open_item_is_another_each_time(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        pane = screen.query_one(SourcePane)
        seen: list[int] = []
        for _ in range(3):
            await press(pilot, "o")
            seen.append(pane.cursor_line)
        assert len(set(seen)) == 3
