"""The index of symbols, made in the background once a topic is open: how far it is, and how to stop it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from app.project.project import Project
from app.repository.index import background, building
from app.repository.index.codebase import Codebase
from app.repository.index.symbols import SymbolIndex
from app.workstation.annotate import navigation as seeking
from tests.workstation.driver import open_topic, parts_of, press, settle, workstation
from tests.workstation.host import until
from widgets.bars.status import StatusLine
from widgets.prose.editor import ProseEditor


class Builder:
    """Makes indexes that stand at 40 of 100 files until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.began = 0
        self.go = threading.Event()
        monkeypatch.setattr(background, "build_index", self.build)
        monkeypatch.setattr(seeking, "INDEX_AFTER", 0.01)
        monkeypatch.setattr(seeking, "INDEX_TOLD", 0.01)
        monkeypatch.setattr(seeking, "_STOPPED", set())

    def build(
        self, code: Codebase, cache: object, report: building.Report, cancelled: Callable[[], bool]
    ) -> SymbolIndex | None:
        self.began += 1
        report(40, 100)
        while not self.go.wait(0.005):
            if cancelled():
                return None
        index = building.build_index(code, helpers=0)
        report(100, 100)
        return index


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> Builder:
    return Builder(monkeypatch)


def told(pilot: Pilot[Any]) -> str:
    return pilot.app.screen.query_one(StatusLine).work_text


def known(pilot: Pilot[Any]) -> bool:
    """Whether the index is there; its last word may be on the screen a moment before or after."""
    screen = pilot.app.screen
    index = parts_of(screen).navigation.index
    return index is not None and index.state.ready is not None


async def test_it_begins_by_itself_tells_how_far_it_is_and_then_nothing(
    project: Project, builder: Builder
) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await until(pilot, lambda: told(pilot) == "[index 40% ■]")
        await press(pilot, "f6", "x")
        user = pilot.app.screen.query_one("#user", ProseEditor)
        assert user.text == "x", "one writes on meanwhile"
        builder.go.set()
        await until(pilot, lambda: told(pilot) == "" and known(pilot))
        await pilot.press("alt+0")
        await until(pilot, lambda: any("The index knows" in n.message for n in pilot.app._notifications))


@pytest.mark.parametrize("way", ["key", "mouse"])
async def test_it_is_stopped_stays_so_for_the_topic_and_goes_on_when_asked(
    project: Project, builder: Builder, way: str
) -> None:
    async def ask(pilot: Pilot[Any]) -> None:
        if way == "key":
            await press(pilot, "alt+0")
            return
        line = pilot.app.screen.query_one(StatusLine)
        row = "".join(segment.text for segment in line.render_line(0))
        await pilot.click(StatusLine, offset=(row.index("[index") + 2, 0))
        await settle(pilot)

    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await until(pilot, lambda: "40%" in told(pilot))
        await ask(pilot)
        await until(pilot, lambda: told(pilot) == "[index stopped]")
        await press(pilot, "alt+t")
        await open_topic(pilot)
        await pilot.pause(0.1)
        await settle(pilot)
        assert builder.began == 1, "opening the topic again does not ask for it"
        await press(pilot, "alt+0")
        await until(pilot, lambda: "40%" in told(pilot))
        assert builder.began == 2


async def test_looking_for_symbols_asks_for_it(project: Project, builder: Builder) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        await open_topic(pilot)
        await until(pilot, lambda: "40%" in told(pilot))
        await press(pilot, "alt+0")
        await until(pilot, lambda: told(pilot) == "[index stopped]")
        await press(pilot, "alt+d")
        await until(pilot, lambda: builder.began == 2)
        await press(pilot, "escape")
        await until(pilot, lambda: "40%" in told(pilot))


async def test_leaving_the_topic_ends_it(project: Project, builder: Builder) -> None:
    async with workstation(project).run_test(size=(120, 34)) as pilot:
        screen = await open_topic(pilot)
        await until(pilot, lambda: "40%" in told(pilot))
        index = parts_of(screen).navigation.index
        assert index is not None
        await press(pilot, "alt+t")
        await until(pilot, lambda: index.state.cancelled)


def test_what_the_cache_knows_all_of_is_never_mentioned() -> None:
    state = background.State(0, 0, None, None, False)
    assert seeking.index_text(state) == "", "not listed yet"
    assert seeking.index_text(state._replace(done=100, total=100)) == ""
    assert seeking.index_text(state._replace(done=1, total=3)) == "[index 33% ■]"
