"""Two versions of one record: seen side by side, settled in every way, and never behind anybody's back."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.errors import StoreError
from app.project.project import Project
from app.settings.actions import scoped
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict_screen import ConflictScreen
from app.workstation.records.history_screen import HistoryScreen
from app.workstation.records.settling import ConflictResult
from tests.acting import Acting
from tests.store.events import retraction, revision
from tests.widgets.drawn import HOSTILE, check_clean, rows, screen_rows
from tests.workstation.driver import SIZES, TOPIC, press, settle
from tests.workstation.host import RECORD, Host, acts_of, project_with, state_of, until
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.record.diff import RevisionDiff

ROOT = revision(second=0, user="Write a pause.")
ADA = revision(second=60, parents=(ROOT,), by="ada", user="Write a long pause.")
BOB = revision(second=70, parents=(ROOT,), by="bob", user="Write a loud pause.", code="fn pause() {}")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_with(tmp_path / "p", ROOT, ADA, BOB)


def side(app: Host, name: str) -> list[str]:
    return [row.strip() for row in rows(app.screen.query_one(f"#{name}", RevisionDiff)) if row.strip()]


def says(project: Project, user: str) -> bool:
    state = state_of(project)
    return len(state.heads) == 1 and acts_of(project).text(state.heads[0].id).user == user


async def test_both_versions_stand_side_by_side_with_who_when_and_what_they_changed(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        left, right = side(app, "first"), side(app, "second")
        assert left[0] == "1 · ada · 2026-01-31 12:01"
        assert right[0] == "2 · bob · 2026-01-31 12:01"
        assert "Write a long pause." in left and "Write a loud pause." in right
        assert any(row.startswith("block unchanged") for row in left)
        assert any(row.startswith("block −") for row in right)
        assert "2 versions" in rows(app.screen.query_one(StatusLine))[0]
        await press(pilot, "a")
        assert "Write a pause." in side(app, "ancestor")
        await press(pilot, "c")
        assert "Write a loud long pause." in side(app, "first")
        assert "compared with version 1" in side(app, "second")[1]


@pytest.mark.parametrize(("key", "user"), [("1", "Write a long pause."), ("2", "Write a loud pause.")])
async def test_choosing_settles_it_and_the_history_takes_that_back(
    project: Project, key: str, user: str
) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, key)
        assert app.results == [ConflictResult("settled", RECORD)]
        assert says(project, user) and state_of(project).status == "submitted"
        await app.push_screen(HistoryScreen(acts_of(project), RECORD))
        await settle(pilot)
        await press(pilot, "u")
    assert state_of(project).status == "conflict"


@pytest.mark.parametrize(("moves", "text"), [((), ADA), (("tab",), BOB), (("tab", "tab"), ADA)])
async def test_editing_begins_with_the_marked_version_and_replaces_both(
    project: Project, moves: Sequence[str], text: Any
) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *moves, "e")
    assert app.results == [ConflictResult("edit", RECORD, text.id, (ADA.id, BOB.id))]
    assert len(state_of(project).events) == 3


async def test_both_are_kept_as_two_records(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "b")
    (result,) = app.results
    assert result.outcome == "both" and len(result.records) == 1
    assert says(project, "Write a long pause.")
    other = acts_of(project).state(result.records[0])
    assert other is not None and other.revision is not None and other.revision.origin == BOB.id


async def test_escape_settles_nothing(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "escape")
    assert app.results == [None]
    assert state_of(project).status == "conflict"


async def test_everything_by_mouse(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await click_button(pilot, "Ancestor")
        assert app.screen.query_one("#ancestor").display
        await click_button(pilot, "Ancestor")
        assert not app.screen.query_one("#ancestor").display
        await pilot.click("#second", offset=(5, 20))
        await settle(pilot)
        await click_button(pilot, "Edit")
    assert app.results == [ConflictResult("edit", RECORD, BOB.id, (ADA.id, BOB.id))]
    for label in ("Back", "Take 2"):
        app = Host(ConflictScreen(acts_of(project), RECORD))
        async with app.run_test(size=(120, 34)) as pilot:
            await settle(pilot)
            await click_button(pilot, label)
    assert says(project, "Write a loud pause.")


async def click_button(pilot: Pilot[Any], label: str) -> None:
    row = rows(pilot.app.screen.query_one(StatusLine))[0]
    await pilot.click(StatusLine, offset=(row.index(f"[{label}]") + 1, 0))
    await settle(pilot)


async def test_a_narrow_screen_shows_one_side_at_a_time(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert visible(app) == ["first"]
        await press(pilot, "tab")
        assert visible(app) == ["second"]
        await press(pilot, "a")
        assert visible(app) == ["ancestor"]
        await press(pilot, "a")
        assert visible(app) == ["first"]
        row = rows(app.screen.query_one(PaneBar).children[1])[0]
        assert "version 2" in row
        await pilot.click(app.screen.query_one(PaneBar).children[1])
        await settle(pilot)
        assert visible(app) == ["second"]
        await pilot.resize_terminal(120, 34)
        await settle(pilot)
        assert visible(app) == ["first", "second"]


def visible(app: Host) -> list[str]:
    return [view.id or "" for view in app.screen.query(RevisionDiff) if view.display]


async def test_somebody_elses_settling_is_told_and_nothing_more_can_be_done(project: Project) -> None:
    screen = ConflictScreen(acts_of(project), RECORD)
    app = Host(screen)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        Acting(project, TOPIC, 1, "eve").settle(RECORD, ADA.id)
        screen.journal_changed()
        await settle(pilot)
        assert "eve has settled this conflict" in app.said
        assert "eve has settled" in rows(app.screen.query_one(StatusLine))[0]
        before = len(state_of(project).events)
        await press(pilot, "1", "2", "b", "e")
        assert app.results == [] and len(state_of(project).events) == before
        await press(pilot, "escape")
    assert app.results == [ConflictResult("elsewhere", RECORD)]


async def test_what_came_unseen_in_the_meantime_is_never_settled_away(project: Project) -> None:
    app = Host(ConflictScreen(acts_of(project), RECORD))
    third = revision(second=80, parents=(ROOT,), by="eve", user="Write a pink pause.")
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        project.store.append(TOPIC, [third])
        await press(pilot, "1")
        assert app.results == []
        assert "changed by somebody else" in app.said
        assert "look again" in app.said
        assert len(state_of(project).heads) == 3
        await press(pilot, "1")
        assert app.results == [ConflictResult("settled", RECORD)]
    assert says(project, "Write a long pause.")


async def test_of_three_versions_any_two_are_compared(project: Project) -> None:
    third = revision(second=80, parents=(ADA,), by="eve", user="Write a long pink pause.")
    fourth = revision(second=90, parents=(ADA,), by="zoe", user="Write a long blue pause.")
    project.store.append(TOPIC, [third, fourth])
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert "3 versions" in rows(app.screen.query_one(StatusLine))[0]
        assert "bob" in side(app, "first")[0] and "eve" in side(app, "second")[0]
        await press(pilot, "o")
        assert "zoe" in side(app, "first")[0] and "version 3 of 3" in side(app, "first")[0]
        assert "Write a long blue pause." in side(app, "first")
        await press(pilot, "2")
    assert says(project, "Write a long pink pause.")


async def test_a_withdrawal_against_a_text_can_be_settled_either_way(tmp_path: Path) -> None:
    gone = retraction((ROOT,), second=50, by="ada")
    project = project_with(tmp_path / "p", ROOT, gone, BOB)
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert "withdrawn" in side(app, "first")[0]
        await press(pilot, "1")
    assert app.results == [ConflictResult("settled", RECORD)]
    assert state_of(project).status == "retracted"


async def test_versions_without_a_common_ancestor_are_compared_with_each_other(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", ADA, BOB)
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert "Write a loud long pause." in side(app, "first")
        await press(pilot, "a")
        assert "no common ancestor" in side(app, "ancestor")[0]


def test_every_action_of_the_table_is_there_and_help_tells_of_them(tmp_path: Path) -> None:
    screen = ConflictScreen(acts_of(project_with(tmp_path / "p")), RECORD)
    assert ConflictScreen.HELP_SCOPES == ("conflict",)
    missing = [a.id for a in scoped("conflict") if not hasattr(screen, f"action_{a.method}")]
    assert missing == []


class Slow(JudgeActs):
    """Acts that wait until they may, then fail or not."""

    def __init__(self, judge: Acting, error: Exception | None = None) -> None:
        super().__init__(judge)
        self.go = threading.Event()
        self._error = error

    def settle(self, record: str, winner: str, seen: Sequence[str]) -> None:
        assert self.go.wait(20)
        if self._error is not None:
            raise self._error
        super().settle(record, winner, seen)


async def test_the_screen_stays_until_the_choice_is_on_disk(project: Project) -> None:
    acts = Slow(Acting(project, TOPIC, 1, "ada"))
    app = Host(ConflictScreen(acts, RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await pilot.press("1", "2", "b", "e", "escape")
        await pilot.pause()
        assert app.results == []
        assert "saving" in rows(app.screen.query_one(StatusLine))[0]
        acts.go.set()
        await until(pilot, lambda: bool(app.results))
    assert app.results == [ConflictResult("settled", RECORD)]
    assert says(project, "Write a long pause.")
    assert len(state_of(project).events) == 4


async def test_ones_own_settling_is_not_taken_for_somebody_elses(project: Project) -> None:
    class Noticed(JudgeActs):
        """The watcher sees the event on disk before the act is acknowledged."""

        def settle(self, record: str, winner: str, seen: Sequence[str]) -> None:
            super().settle(record, winner, seen)
            app.call_from_thread(screen.journal_changed)
            asyncio.run_coroutine_threadsafe(reading_is_done(), loop).result(20)

    loop = asyncio.get_running_loop()

    async def reading_is_done() -> None:
        for reading in [worker for worker in app.workers if worker.group == "conflict"]:
            await reading.wait()

    screen = ConflictScreen(Noticed(Acting(project, TOPIC, 1, "ada")), RECORD)
    app = Host(screen)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "1")
        assert app.results == [ConflictResult("settled", RECORD)]
        assert "has settled" not in app.said


async def test_a_choice_that_cannot_be_stored_is_told_and_can_be_made_again(project: Project) -> None:
    acts = Slow(Acting(project, TOPIC, 1, "ada"), StoreError("the disk is full", "free some room"))
    acts.go.set()
    app = Host(ConflictScreen(acts, RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "1")
        assert app.results == [] and "the disk is full" in app.said
        assert "NOT SAVED" in rows(app.screen.query_one(StatusLine))[0]
        acts._error = None
        await press(pilot, "2")
    assert says(project, "Write a loud pause.")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_hostile_texts_are_drawn_clean(tmp_path: Path, size: tuple[int, int]) -> None:
    one = revision(second=9, parents=(ROOT,), by=HOSTILE, user=HOSTILE + "漢" * 300)
    two = revision(second=9, parents=(ROOT,), by="漢" * 90, think=HOSTILE * 30)
    project = project_with(tmp_path / "p", ROOT, one, two)
    app = Host(ConflictScreen(acts_of(project), RECORD))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("tab", "a", "z", "c", "n", "p"):
            check_clean(screen_rows(app), size[0])
            await press(pilot, key)
