"""Imports come into a block as its topic asks for them, and go on coming when the record is opened again."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from app.project.project import Project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from tests.workstation.driver import (
    journal,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
)
from widgets.panels.block_panel import BlockPanel


def asks_for(project: Project, imports: str) -> None:
    spec = project.specs_dir / "practice.toml"
    told = spec.read_text("utf-8").replace("practice = true", f'practice = true\nimports = "{imports}"')
    spec.write_text(told, "utf-8")


async def take(pilot: Pilot[Any], words: str) -> AnnotateScreen:
    screen = await open_topic(pilot)
    await press(pilot, "f4")
    await type_text(pilot, words)
    await press(pilot, "enter", "space")
    return screen


def shown(screen: AnnotateScreen) -> str:
    """How imports are taken, as the block panel says it."""
    return screen.query_one(BlockPanel)._imports


async def write_and_save(pilot: Pilot[Any]) -> None:
    await press(pilot, "f6")
    await type_text(pilot, "Give up in time.")
    await press(pilot, "f6")
    await type_text(pilot, "Use tokio, and tracing.")
    await press(pilot, "f2")


def imported(event: dict[str, Any]) -> list[str]:
    return [span["item"] for span in event["block"]["spans"] if span["role"] == "import"]


@pytest.mark.parametrize(("asked", "many"), [("none", 0), ("whole", 1), ("pruned", 1), ("all", 2)])
async def test_a_new_block_starts_with_the_imports_that_its_topic_asks_for(
    asked: str, many: int, project: Project
) -> None:
    """A new block always started with none, whatever the spec said."""
    asks_for(project, asked)
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await take(pilot, "enum Verdict")
        assert shown(screen) == asked
        await write_and_save(pilot)
    (event,) = journal(project)
    assert len(set(imported(event))) == many
    fragments = [span for span in event["block"]["spans"] if span["part"] == "fragment"]
    assert bool(fragments) == (asked == "pruned")


async def test_a_helper_that_a_reopened_record_gets_brings_its_imports(project: Project) -> None:
    """Its imports were shown as taken by hand, and a helper that was added came without its own."""
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await take(pilot, "enum Verdict")
        await write_and_save(pilot)
        (first,) = journal(project)
        await press(pilot, "f9")
        parts_of(screen).records.load(first["record"])
        await settle(pilot)
        assert shown(screen) == "whole"
        assert not parts_of(screen).session.dirty
        session = parts_of(screen).session
        before = session.composition.text
        assert before == first["block"]["text"]
        items = session.files.parsed("src/retry.rs").items
        index = next(at for at, item in enumerate(items) if item.path == "struct Policy")
        piece = session.composer.piece("src/retry.rs", items[index].start, items[index].end, index)
        parts_of(screen).editing.change(session.draft.pick(piece, "toggle"))
        await settle(pilot)
        await press(pilot, "f2")
    _, second = journal(project)
    assert len(imported(second)) > len(imported(first))
    assert second["parents"] == [first["id"]]
