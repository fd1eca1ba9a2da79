"""Driving the workstation as a person would, and looking at what it left on disk."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App
from textual.keys import _character_to_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from app.project.annotator import annotator
from app.project.project import Project
from app.records.draft import draft_from_payload
from app.records.events import Revision
from app.rust.items import find_item
from app.settings.person import read, settings_path
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.annotate.parts import Parts
from app.workstation.app import Workstation
from app.workstation.topics.topics_screen import TopicsScreen
from tests.desk import Desk
from widgets.dialogs.choose import Choose
from widgets.prose.editor import ProseEditor

SIZES = {"narrow": (80, 24), "normal": (120, 34), "wide": (200, 60)}
TOPIC = "practice"
USER = "Stop after the last wait."
THINK = "Use tokio, and tracing to say why."
AN_ITEM = (*("right_square_bracket",) * 3, "space")
"""Keys that take an item of the practice topic's first file."""
PATH, ITEM = "src/retry.rs", "enum Class"
"""That file, and that item."""
_KEYS: dict[str, tuple[str, str | None]] = {"\n": ("enter", None)}
"""What a character is as a key, where that is not its name."""


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing is under way: workers, and the messages they sent."""
    for _ in range(3):
        while True:
            try:
                await pilot.app.workers.wait_for_complete()
                break
            except WorkerCancelled:  # another took its place, and is waited for now
                await pilot.pause()
        await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one by one, each to its end."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def press_despite_errors(pilot: Pilot[Any], key: str) -> None:
    """Press a key whose worker ends in an error: waiting for it raises, which is not what is looked at."""
    await pilot.press(key)
    try:
        await pilot.app.workers.wait_for_complete()
    except WorkerFailed:
        pass
    await pilot.pause()


def expected(app: App[Any]) -> Exception:
    """The fault that a test made: it is forgotten here, for else `run_test` raises it at its end, as any other."""
    error, app._exception = app._exception, None
    assert error is not None, "there was no fault"
    return error


async def answer(pilot: Pilot[Any], key: str) -> None:
    """Answer the question on the screen, once it takes answers."""
    question = pilot.app.screen
    assert isinstance(question, Choose), question
    while not question.listening:
        await pilot.pause(0.05)
    await press(pilot, key)


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Type a text in one go: every letter is a key, and nobody waits for the screen between two of them."""
    app = pilot.app
    for char in text:
        key = events.Key(*_KEYS.get(char, (char if char.isalnum() else _character_to_key(char), char)))
        key.set_sender(app)
        app.post_message(key)
    for owner in (app, app.screen, app.focused or app.screen):  # the way a key goes
        taken = asyncio.Event()
        owner.call_later(taken.set)
        await taken.wait()
    await settle(pilot)


async def open_topic(pilot: Pilot[Any], topic: str = TOPIC) -> AnnotateScreen:
    """From the topic list to the annotate screen, with its file read and parsed."""
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, TopicsScreen)
    screen.highlight(topic)
    await press(pilot, "enter")
    found = pilot.app.screen
    assert isinstance(found, AnnotateScreen)
    return found


def parts_of(screen: Screen[Any]) -> Parts:
    """What works on the topic that a screen has open."""
    assert isinstance(screen, AnnotateScreen) and screen.parts is not None
    return screen.parts


async def write_a_record(pilot: Pilot[Any]) -> AnnotateScreen:
    """From the topic list to all that a record needs but its saving, each letter typed."""
    screen = await open_topic(pilot)
    await press(pilot, *AN_ITEM, "f6")
    await type_text(pilot, USER)
    await press(pilot, "f6")
    await type_text(pilot, THINK)
    return screen


async def save_a_record(pilot: Pilot[Any]) -> AnnotateScreen:
    """The screen on a record of `USER` and `THINK` that is saved, the cursor behind `THINK`: as after the save key."""
    app = pilot.app
    assert isinstance(app, Workstation)
    await settle(pilot)
    app._open(TOPIC, saved_record(Project(app.root)).record)
    await settle(pilot)
    screen = app.screen
    assert isinstance(screen, AnnotateScreen)
    think = screen.query_one("#think", ProseEditor)
    think.area.focus()
    think.go_to(len(THINK), len(THINK))
    await settle(pilot)
    return screen


def saved_record(project: Project) -> Revision:
    """The workstation's person has saved a record of an item, `USER` and `THINK`, at another time."""
    desk = Desk(project, TOPIC, annotator(project.root, read(settings_path())[0]))
    items = desk.files.parsed(PATH).items
    item = find_item(items, ITEM)
    draft = desk.draft.write("user", USER).write("think", THINK)
    draft = draft.pick(desk.composer.piece(PATH, item.start, item.end, items.index(item), "main"), "toggle")
    revision = desk.signed(draft, desk.composer.compose(draft))
    desk.append(revision)
    return revision


def left_on_a_record(project: Project) -> Revision:
    """The same, and then left: the next workstation opens it, with the keys in `think`."""
    revision = saved_record(project)
    place = {"record": revision.record, "path": PATH, "line": 0, "stop": "think"}
    place["at"] = datetime.now(UTC).isoformat()
    project.save_session({"topic": TOPIC, "topics": {TOPIC: place}})
    return revision


async def kept(pilot: Pilot[Any], project: Project) -> None:
    """Until what is written on the screen is in a draft on disk: a second, and more on a busy machine."""
    session = parts_of(pilot.app.screen).session
    for _ in range(1200):
        await pilot.pause(0.1)
        drafts = [draft_from_payload(one.payload) for one in project.drafts.all(TOPIC).drafts]
        if any(draft.same_content(session.draft) for draft in drafts):
            return
    raise AssertionError("no draft came to the disk")


def journal(project: Project, topic: str = TOPIC) -> list[dict[str, Any]]:
    """The topic's events as they stand on disk."""
    path = project.datasets_dir / f"{topic}.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def workstation(project: Project, topic: str | None = None) -> Workstation:
    """The app on a project."""
    return Workstation(Path(project.root), topic)
