"""What random hands found on the real screens: keys and sizes that come while something else is still under way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from app.errors import SourceError
from app.project.project import Project
from app.project.topic_files import TopicFiles
from tests.monkey.hands import do_one
from tests.monkey.plan import Press
from tests.workstation.driver import AN_ITEM, open_topic, parts_of, press, settle, workstation
from widgets.base.steady import SteadyScreen
from widgets.panels.block_panel import BlockPanel
from widgets.source.pane import SourcePane

ROUNDS = 40
"""Layouts after which two sizes that follow each other would do so for ever."""


async def test_two_sizes_that_wait_do_not_follow_each_other_for_ever(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key was taken any more, and one core was busy: each size told the screen of the other."""
    laid: list[Size] = []
    usual = Screen._screen_resized

    def counted(self: Screen[Any], size: Size) -> None:
        laid.append(size)
        if len(laid) < ROUNDS:
            usual(self, size)

    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(Screen, "_screen_resized", counted)
        for width in (100, 80, 100, 80):
            size = Size(width, 24)
            app.screen.post_message(Resize(size, size))
            app.screen.call_later(lambda: None)  # so that the next does not take its place
        await settle(pilot)
        assert len(laid) < ROUNDS


async def test_the_newest_size_is_taken(project: Project) -> None:
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        for size in ((80, 24), (160, 45), (90, 30)):
            await pilot.resize_terminal(*size)
        await settle(pilot)
        assert app.screen.size == Size(90, 30)
        assert app.screen.has_class("-narrow") and not app.screen.has_class("-wide")


class Slow(SteadyScreen[None]):
    """A screen that takes its time, and acts on a key."""

    BINDINGS = [("a", "act", "Act"), ("ctrl+s", "act", "Act")]

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()
        self.acted = 0

    def compose(self) -> ComposeResult:
        yield Static("here", id="here")

    async def _on_compose(self, event: Any) -> None:
        await self.go.wait()
        await super()._on_compose(event)

    def action_act(self) -> None:
        self.query_one("#here")
        self.acted += 1


@pytest.mark.parametrize("key", ["a", "ctrl+s"])
async def test_a_key_that_comes_before_its_screen_is_made_waits_for_it(project: Project, key: str) -> None:
    """`v` and `/` at once: the queue's filter was looked for before the queue was there."""
    app = workstation(project)
    async with app.run_test() as pilot:
        await settle(pilot)
        screen = Slow()
        app.push_screen(screen)
        do_one(app, Press(key))
        for _ in range(20):
            await asyncio.sleep(0)
        screen.go.set()
        await settle(pilot)
        assert screen.acted == 1


async def test_what_is_taken_is_taken_of_the_file_that_was_seen(project: Project) -> None:
    """`IndexError`, or another file's code: the place was of one file, and by then another was shown."""
    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, *AN_ITEM)
        session = parts_of(screen).session
        (piece,) = session.draft.selection.pieces
        await press(pilot, "u")
        seen = screen.query_one(SourcePane)
        index = next(at for at, item in enumerate(seen.items) if item.start == piece.start)
        parts_of(screen).browsing.path = "src/main.rs"
        screen.post_message(SourcePane.Take(piece.path, piece.start, piece.end, index, "toggle"))
        await settle(pilot)
        assert session.draft.selection.pieces == (piece,)
        screen.post_message(SourcePane.RoleRequested(piece.path, piece.start, piece.end))
        await settle(pilot)
        (changed,) = session.draft.selection.pieces
        assert changed.role != piece.role


async def test_the_place_of_a_piece_whose_file_is_gone_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`SourceError` ended the program at enter in the block's panel."""

    def gone(self: TopicFiles, path: str, *_: object) -> Any:
        raise SourceError(f"{path} is not there", "look for it")

    app = workstation(project)
    async with app.run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await press(pilot, *AN_ITEM)
        with monkeypatch.context() as patch:
            patch.setattr(TopicFiles, "open", gone)
            patch.setattr(TopicFiles, "parsed", gone)
            screen.post_message(BlockPanel.GoRequested("src/gone.rs", 7))
            await settle(pilot)
            (piece,) = parts_of(screen).session.draft.selection.pieces
            screen.post_message(BlockPanel.BareRequested(piece.path, piece.start))
            await settle(pilot)
        assert [note.message.splitlines()[0] for note in app._notifications if "is not there" in note.message]
