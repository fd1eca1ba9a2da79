"""Every screen at three sizes, as pictures. After a change on purpose: look at the report, then `--snapshot-update`."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from app.progress.stats.board import Gathering
from app.project.bundled import samples_dir
from app.project.project import Project, init_project
from app.settings.person import Settings
from app.workstation.annotate import navigation as seeking
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.app import Workstation
from app.workstation.overview.overview_screen import OverviewScreen
from app.workstation.queue.queue_screen import QueueScreen
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.review import reader as review_reader
from app.workstation.review import sections as review_told
from app.workstation.review.review_screen import ReviewScreen
from tests.desk import Desk
from tests.store.events import record_id, review, revision
from tests.workstation.driver import SIZES, open_topic, press, settle, type_text, workstation
from widgets.dialogs.choose import Choose
from widgets.panels.preview import Preview
from widgets.prose.area import ProseArea
from widgets.prose.editor import ProseEditor

Scene = Callable[[Pilot[Any]], Awaitable[None]]

USER = "Deliveries that fail are tried again at once. Let the waits grow, and never let them pass the cap."
THINK = "A fixed wait keeps the herd together, so it has to grow.\n\nWith `tokio` it is cheap; v[i] and [red] are text."


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(
        seeking, "INDEX_AFTER", 3600.0
    )  # its progress would be on some pictures, by the machine's load
    for module in (review_told, review_reader):
        monkeypatch.setattr(module, "age", lambda moment: "8 days ago")
    return init_project(tmp_path / "project")[0]


async def _still(pilot: Pilot[Any]) -> None:
    """Nothing blinks, nothing is on its way: the preview draws a moment late, the guidelines in several steps."""
    for _ in range(100):
        await settle(pilot)
        late = any(
            preview.pending
            for screen in pilot.app.screen_stack
            for preview in screen.query(Preview)
            if preview.size  # one that is out of sight waits until it is looked at
        )
        if not late and not any(
            one.parts is None or one.parts.checks.pending
            for one in pilot.app.screen_stack
            if isinstance(one, AnnotateScreen)
        ):
            break
        await pilot.pause(0.02)
    await pilot.pause(0.3)
    for field in (*pilot.app.screen.query(ProseArea), *pilot.app.screen.query(Input)):
        field.cursor_blink = False
    pilot.app.clear_notifications()
    await settle(pilot)


async def topics(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    await _still(pilot)


async def source(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    await press(pilot, "f4")
    await type_text(pilot, "fail")
    await press(pilot, "enter", "space")
    await _still(pilot)


async def write(pilot: Pilot[Any]) -> None:
    await source(pilot)
    screen = pilot.app.screen
    screen.query_one("#user", ProseEditor).replace_all(USER)
    screen.query_one("#think", ProseEditor).replace_all(THINK)
    await press(pilot, "f6", "f6")
    await _still(pilot)


async def guide(pilot: Pilot[Any]) -> None:
    await write(pilot)
    if not pilot.app.screen.has_class("-wide"):  # there it stands beside the work anyway
        await press(pilot, "f10")
    await _still(pilot)


async def prompt(pilot: Pilot[Any]) -> None:
    app = pilot.app
    assert isinstance(app, Workstation)
    project = Project(app.root)
    spec = project.specs_dir / "practice.toml"
    spec.write_text(f'prompt = "prompts/practice.txt"\n{spec.read_text("utf-8")}', "utf-8")
    (project.root / "prompts").mkdir()
    lines = (f"- Take [whole] functions that wait, {at} of 60\x1b[31m" for at in range(60))
    text = "\n".join(("Role: you keep the queue, and know it best.", "", "Code extraction strategy:", *lines))
    (project.root / "prompts" / "practice.txt").write_text(text, "utf-8")
    await open_topic(pilot)
    await press(pilot, "alt+shift+g", "slash")
    await type_text(pilot, "wait")
    await press(pilot, "enter", "n")
    await _still(pilot)


async def finding_explained(pilot: Pilot[Any]) -> None:
    await write(pilot)
    pilot.app.screen.query_one("#user", ProseEditor).replace_all(f"{USER} It is important to note 漢字.")
    await _still(pilot)
    await press(pilot, "alt+x", "alt+h")
    await _still(pilot)


async def warnings(pilot: Pilot[Any]) -> None:
    await write(pilot)
    await press(pilot, "f2")
    for _ in range(100):
        question = pilot.app.screen
        if isinstance(question, Choose) and question.listening:
            break
        await pilot.pause(0.05)
    await _still(pilot)


async def names(pilot: Pilot[Any]) -> None:
    await write(pilot)
    editor = pilot.app.screen.query_one("#think", ProseEditor)
    editor.cursor = len(THINK)
    await type_text(pilot, " So ")
    await pilot.press("grave_accent", "r", "e")
    await _still(pilot)


async def conversation(pilot: Pilot[Any]) -> None:
    await write(pilot)
    await press(pilot, "f8")
    await _still(pilot)


async def finder(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    await press(pilot, "f3")
    await type_text(pilot, "back")
    await _still(pilot)


async def needs(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    await press(pilot, "f4")
    await type_text(pilot, "fail")
    await press(pilot, "enter", "space", "a", "c")
    await _still(pilot)


async def covered(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    two_versions(pilot)
    await press(pilot, "f4")
    await type_text(pilot, "classify")
    await press(pilot, "enter", "x")
    await type_text(pilot, "Too [small].")
    await press(pilot, "enter", "o", "space")
    await _still(pilot)


async def explained(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    await press(pilot, "f1")
    await _still(pilot)


async def question(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    body = (
        "backspan ended without notice while it was being written.\nThe draft was last written 3 minutes ago."
    )
    answers = (
        ("keep", "Go on with the draft"),
        ("look", "Look at the difference first"),
        ("open", "Begin anew"),
    )
    title = "A draft was found that was not left in good order"
    pilot.app.push_screen(Choose(title, body, answers, first="keep", harmless="keep"))
    await _still(pilot)


async def history(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    desk = two_versions(pilot)
    pilot.app.push_screen(HistoryScreen(JudgeActs(desk.judge), record_id(1)))
    await _still(pilot)


async def conflict(pilot: Pilot[Any]) -> None:
    await open_topic(pilot)
    desk = two_versions(pilot)
    pilot.app.push_screen(ConflictScreen(JudgeActs(desk.judge), record_id(1)))
    await _still(pilot)


def two_versions(pilot: Pilot[Any]) -> Desk:
    """A journal in which two people changed one record; gives a desk of one of them."""
    assert isinstance(pilot.app, Workstation)
    project = Project(pilot.app.root)
    first = revision(user="Write a pause.", think=THINK)
    mine = revision(
        second=60, parents=(first,), user="Write a pause of [seven] seconds.", think=THINK + "\n\nSo be it."
    )
    other = revision(second=90, parents=(first,), by="bob", user="Write a short pause.", think=THINK)
    project.store.append("practice", [first, review(first, "return", 30), mine, other])
    return Desk(project, "practice", "ada")


def _samples(pilot: Pilot[Any]) -> Workstation:
    """Put the sample records there, to be read by the next screen."""
    app = pilot.app
    assert isinstance(app, Workstation)
    folder = Project(app.root).datasets_dir
    copyfile(samples_dir() / "practice.jsonl", folder / "practice.jsonl")
    return app


async def queue(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    app = _samples(pilot)
    project = Project(app.root)
    await app.push_screen(QueueScreen(project, Settings(), "dov", "practice", "permit", section="all"))
    await _still(pilot)


async def reviewing(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    app = _samples(pilot)
    await app.push_screen(ReviewScreen(Project(app.root), "practice", Settings(), "cleo"))
    await _still(pilot)


async def overview(pilot: Pilot[Any]) -> None:
    await settle(pilot)
    app = _samples(pilot)
    project = Project(app.root)
    gathering = Gathering(project, "cleo", lambda: datetime(2026, 1, 20, 12, tzinfo=UTC))
    await app.push_screen(OverviewScreen(project, Settings(), "cleo", "practice", gathering))
    await _still(pilot)


SCENES: tuple[Scene, ...] = (
    topics,
    source,
    write,
    guide,
    prompt,
    finding_explained,
    warnings,
    names,
    conversation,
    finder,
    needs,
    covered,
    explained,
    question,
    history,
    conflict,
    queue,
    reviewing,
    overview,
)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_picture(project: Project, snap_compare: Any, scene: Scene, size: tuple[int, int]) -> None:
    assert snap_compare(workstation(project), run_before=scene, terminal_size=size)
