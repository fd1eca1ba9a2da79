"""A save that cannot be made: the text stays, it is tried again, and the person can write it elsewhere."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from textual.widgets import Input

from app.project.project import Project
from app.records.events import EVENTS
from app.store.journal.merge import merge_into
from app.workstation.annotate.annotate_screen import AnnotateScreen
from tests.workstation.driver import (
    THINK,
    TOPIC,
    USER,
    journal,
    open_topic,
    parts_of,
    press,
    settle,
    type_text,
    workstation,
    write_a_record,
)
from widgets.bars.status import StatusLine
from widgets.dialogs.questions import PromptLine
from widgets.prose.editor import ProseEditor


def state(screen: AnnotateScreen) -> str:
    return screen.query_one(StatusLine).state_text


async def test_it_is_tried_again_until_it_is_saved_and_only_then_says_so(project: Project) -> None:
    app = workstation(project)
    aside = project.datasets_dir.with_name("aside")
    async with app.run_test(size=(160, 34)) as pilot:
        screen = await write_a_record(pilot)
        project.datasets_dir.rename(aside)
        await press(pilot, "f2")
        assert state(screen).startswith("NOT SAVED")
        assert "again in" in state(screen)
        await type_text(pilot, " And more.")  # the person writes on meanwhile
        aside.rename(project.datasets_dir)
        for _ in range(240):  # it is tried every few seconds; a busy machine has two minutes for it
            await pilot.pause(0.5)
            if journal(project):
                break
        await settle(pilot)
        (event,) = journal(project)
        assert event["think"] == THINK  # what was asked to be saved
        assert state(screen) == "draft"  # and what was written since is a draft on top of it
        await press(pilot, "f2")
        assert state(screen).startswith("saved")
    first, second = journal(project)
    assert second["parents"] == [first["id"]]
    assert second["think"] == THINK + " And more."


async def test_asking_again_sends_what_stands_there_now_and_makes_one_revision(project: Project) -> None:
    app = workstation(project)
    aside = project.datasets_dir.with_name("aside")
    async with app.run_test(size=(160, 34)) as pilot:
        await write_a_record(pilot)
        project.datasets_dir.rename(aside)
        await press(pilot, "f2")
        await type_text(pilot, " And more.")
        aside.rename(project.datasets_dir)
        await press(pilot, "f2")
        await settle(pilot)
    (event,) = journal(project)
    assert event["think"] == THINK + " And more."


async def test_a_record_can_be_written_to_a_file_that_merge_takes(project: Project, tmp_path: Path) -> None:
    app = workstation(project)
    aside = project.datasets_dir.with_name("aside")
    out = tmp_path / "kept.jsonl"
    async with app.run_test(size=(160, 34)) as pilot:
        screen = await write_a_record(pilot)
        project.datasets_dir.rename(aside)
        await press(pilot, "f2")
        parts_of(screen).saving.action_write_out()
        await settle(pilot)
        assert isinstance(app.screen, PromptLine)
        app.screen.query_one(Input).value = str(out)
        await press(pilot, "enter")
        await settle(pilot)
    event = EVENTS.validate_json(out.read_bytes())
    aside.rename(project.datasets_dir)
    merged = merge_into(project.store, TOPIC, [str(out)])
    assert [e["id"] for e in journal(project)] == [event.id]
    assert merged is not None


async def test_what_is_no_valid_record_yet_is_written_as_text(project: Project, tmp_path: Path) -> None:
    app = workstation(project)
    out = tmp_path / "texts.txt"
    async with app.run_test(size=(160, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, "f6")
        await type_text(pilot, USER)
        parts_of(screen).saving.action_write_out()
        await settle(pilot)
        app.screen.query_one(Input).value = str(out)
        await press(pilot, "enter")
        await settle(pilot)
    assert f"# user\n\n{USER}\n" in out.read_text("utf-8")


async def test_a_quit_with_a_save_waiting_leaves_the_draft(project: Project) -> None:
    app = workstation(project)
    aside = project.datasets_dir.with_name("aside")
    async with app.run_test(size=(160, 34)) as pilot:
        await write_a_record(pilot)
        project.datasets_dir.rename(aside)
        await press(pilot, "f2", "ctrl+q")
    aside.rename(project.datasets_dir)
    shutil.rmtree(project.datasets_dir / ".claims")  # could not be taken back; this process is still alive
    (draft,) = (project.work_dir / "drafts" / TOPIC).glob("*.json")
    assert json.loads(draft.read_text("utf-8"))["payload"]["think"] == THINK
    again = workstation(project)
    async with again.run_test(size=(160, 34)) as pilot:
        await settle(pilot)
        assert again.screen.query_one("#think", ProseEditor).text == THINK
