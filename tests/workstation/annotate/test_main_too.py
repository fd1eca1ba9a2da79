"""A struct and its method are both main code by one key, in the source and in the block panel."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from app.project.project import Project
from tests.workstation.driver import journal, open_topic, parts_of, press, type_text, workstation
from widgets.panels.block_panel import BlockPanel


async def take(pilot: Pilot[Any], words: str, key: str) -> None:
    await press(pilot, "f4")
    await type_text(pilot, words)
    await press(pilot, "enter", key)


async def test_two_items_of_one_idea_are_saved_as_main_code(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await take(pilot, "struct Retry", "space")
        await take(pilot, "retry::fail", "m")
        await press(pilot, "f6")
        await type_text(pilot, "Give up in time.")
        await press(pilot, "f6")
        await type_text(pilot, "Use tokio, and tracing.")
        await press(pilot, "f2")
    (event,) = journal(project)
    spans = event["block"]["spans"]
    assert [one["item"] for one in spans if one["role"] == "main"] == ["struct Retry", "Retry::fail"]


async def test_the_block_panel_has_the_same_key(project: Project) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await take(pilot, "struct Retry", "space")
        await take(pilot, "enum Verdict", "space")
        panel = screen.query_one(BlockPanel)
        panel.focus()
        helper = next(at for at, row in enumerate(panel._spans) if row.role == "helper")
        panel.cursor = helper
        await press(pilot, "m")
        mains = [one.item for one in parts_of(screen).session.draft.selection.pieces if one.role == "main"]
        assert mains == ["struct Retry", "enum Verdict"]
        await press(pilot, "m")
        assert [one.role for one in parts_of(screen).session.draft.selection.pieces] == ["main", "helper"]
