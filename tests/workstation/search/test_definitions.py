"""From a name in the source pane to its definition, its uses, and back."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from app.project.project import Project
from app.workstation.annotate import navigation as seeking
from app.workstation.annotate.annotate_screen import AnnotateScreen
from app.workstation.search.definitions import DefinitionFinder
from app.workstation.search.modal import SearchModal
from app.workstation.search.text import ReferenceFinder
from tests.workstation.driver import open_topic, press, settle, workstation
from widgets.pick.finder import Finder
from widgets.pick.hits import HitList
from widgets.source.pane import SourcePane


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is waited for: with others at work it may take longer than a person is left without a list."""
    monkeypatch.setattr(seeking, "PATIENCE", 60.0)


async def until(pilot: Pilot[Any], kind: type[Any]) -> None:
    """Wait for a screen, or for a finder of this kind: the index is made meanwhile."""
    for _ in range(1500):  # half a minute: others may be at work
        if isinstance(shown(pilot), kind):
            break
        await pilot.pause(0.02)
    await settle(pilot)
    assert isinstance(shown(pilot), kind)


def shown(pilot: Pilot[Any]) -> object:
    screen = pilot.app.screen
    return screen.source if isinstance(screen, SearchModal) else screen


def go_to(screen: AnnotateScreen, text: bytes) -> SourcePane:
    pane = screen.query_one(SourcePane)
    pane.go_to(pane.source.line_at(pane.source.data.index(text)))
    return pane


async def test_one_clear_definition_is_gone_to_at_once_and_back_again(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        pane = go_to(screen, b"    fn class(&self) -> Class {")
        line = pane.cursor_line
        start, _ = pane.source.line_bounds(line)
        pane.go_to(line, start + pane.source.data[start:].index(b"Class {") + 1)
        await press(pilot, "d")
        await until(pilot, AnnotateScreen)
        for _ in range(100):
            if pane.cursor_line != line:
                break
            await pilot.pause(0.02)
        start, end = pane.source.line_bounds(pane.cursor_line)
        assert pane.source.data[start:end] == b"pub enum Class {"
        await press(pilot, "comma")
        assert pane.cursor_line == line
        await press(pilot, "full_stop")
        assert pane.cursor_line != line


async def test_several_are_shown_and_one_of_another_file_is_chosen(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        pane = go_to(screen, b"    backoff::{Backoff, Entropy},")
        await press(pilot, "d")
        await until(pilot, DefinitionFinder)
        for _ in range(1500):  # half a minute: others may be at work
            if app.screen.query_one(HitList).chosen is not None:
                break
            await pilot.pause(0.02)
        await press(pilot, "enter")
        await until(pilot, AnnotateScreen)
        assert pane.source.path == "src/backoff.rs"
        start, end = pane.source.line_bounds(pane.cursor_line)
        assert pane.source.data[start:end].startswith(b"pub struct Backoff")


async def test_uses_ask_for_the_name_where_a_line_has_several(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        go_to(screen, b"    backoff::{Backoff, Entropy},")
        await press(pilot, "D")
        await until(pilot, Finder)
        await press(pilot, *"Entropy", "enter")
        await until(pilot, ReferenceFinder)
        await press(pilot, "escape")
        assert isinstance(app.screen, AnnotateScreen)


async def test_a_line_without_names_says_so(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        go_to(screen, b"//! Whether a failed")
        await press(pilot, "d", "D")
        assert app.screen is screen
