"""Driving the workstation as a person would, and looking at what it left on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerCancelled, WorkerFailed

from app.project.project import Project
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.annotate.parts import Parts
from app.workstation.app import Workstation
from app.workstation.topics.topics_screen import TopicsScreen
from widgets.dialogs.choose import Choose

SIZES = {"narrow": (80, 24), "normal": (120, 34), "wide": (200, 60)}
TOPIC = "practice"
USER = "Stop after the last wait."
THINK = "Use tokio, and tracing to say why."
AN_ITEM = (*("right_square_bracket",) * 3, "space")
"""Keys that take an item of the practice topic's first file."""


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
    """Type a text as fast as the pilot can."""
    names = {" ": "space", "\n": "enter", ".": "full_stop", ",": "comma", "-": "minus", ":": "colon"}
    await pilot.press(*(names.get(char, char) for char in text))
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
    """The same, and saved."""
    screen = await write_a_record(pilot)
    await press(pilot, "f2")
    return screen


def journal(project: Project, topic: str = TOPIC) -> list[dict[str, Any]]:
    """The topic's events as they stand on disk."""
    path = project.datasets_dir / f"{topic}.jsonl"
    return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def workstation(project: Project, topic: str | None = None) -> Workstation:
    """The app on a project."""
    return Workstation(Path(project.root), topic)
