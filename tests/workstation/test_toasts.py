"""Toasts: two at a time, the newest always, and an error outlasts what is merely told."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from app.project.project import Project
from tests.workstation.driver import settle, workstation


def standing(pilot: Pilot[None]) -> list[str]:
    """What the toasts on the screen say, from the top."""
    return [str(toast.render()) for toast in pilot.app.screen.query("Toast")]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("one two", "one two"),
        ("one two three", "two three"),
        ("!one two three", "!one three"),
        ("!one two three four", "!one four"),
        ("!one !two !three four", "!three four"),
    ],
)
async def test_the_newest_and_errors_stay(project: Project, said: str, left: str) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34), notifications=True) as pilot:
        await settle(pilot)
        for word in said.split():
            app.screen.notify(word, severity="error" if word.startswith("!") else "information", timeout=60)
            await settle(pilot)
        assert standing(pilot) == left.split()
