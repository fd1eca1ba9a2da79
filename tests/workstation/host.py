"""A small app around one screen, and a topic's journal for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen

from app.project.project import Project, init_project
from app.records.events import Retraction, Review, Revision
from app.records.history.ledger import RecordState
from app.workstation.fence import FencedApp
from app.workstation.opening import ScreenRoutes
from app.workstation.records.acts import JudgeActs
from app.workstation.routes import Routes
from tests.acting import Acting
from tests.store.events import record_id
from tests.workstation.driver import TOPIC

RECORD = record_id(1)


class Host(FencedApp[None]):
    """Shows one screen and remembers what it gave back."""

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._made = screen
        self.results: list[Any] = []
        self.routes: Routes = ScreenRoutes(self, Path())

    def on_mount(self) -> None:
        self.push_screen(self._made, self.results.append)

    @property
    def said(self) -> str:
        """Every notification there was, one a line."""
        return "\n".join(note.message for note in self._notifications)


def project_with(root: Path, *events: Revision | Review | Retraction) -> Project:
    """A project whose practice topic holds these events."""
    project = init_project(root)[0]
    project.store.append(TOPIC, events)
    return project


def acts_of(project: Project, by: str = "ada") -> JudgeActs:
    """One person at work on that topic."""
    return JudgeActs(Acting(project, TOPIC, 1, by))


def state_of(project: Project) -> RecordState:
    """The record as the journal has it now."""
    state = acts_of(project).state(RECORD)
    assert state is not None
    return state


async def until(pilot: Pilot[Any], done: Callable[[], bool]) -> None:
    """Let work go on until `done` says so; a busy machine has two minutes for it."""
    for _ in range(6000):
        await pilot.pause(0.01)
        if done():
            return
    raise AssertionError("it never came to that")
