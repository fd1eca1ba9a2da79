"""The history of a record: what it shows, and what it does to the journal."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from app.errors import StoreError
from app.records.events import Place, Revision, make_comment, make_review
from app.settings.actions import scoped
from app.workstation.records.acts import JudgeActs
from app.workstation.records.history_screen import HistoryScreen
from tests.acting import Acting
from tests.store.events import comment, moment, record_id, retraction, review, revision
from tests.widgets.drawn import HOSTILE, check_clean, rows, screen_rows
from tests.workstation.driver import SIZES, TOPIC, press, settle
from tests.workstation.host import RECORD, Host, acts_of, project_with, state_of, until
from widgets.bars.status import StatusLine
from widgets.record.diff import RevisionDiff
from widgets.record.events import EventList

FIRST = revision(second=0, user="Write a pause.")
SECOND = revision(second=60, parents=(FIRST,), by="bob", user="Write a longer pause.")
THIRD = revision(second=120, parents=(SECOND,), user="Write a shorter pause, please.")
RETURNED = review(SECOND, "return", second=90, by="eve")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


def listed(app: Host) -> list[str]:
    return [row.rstrip() for row in rows(app.screen.query_one(EventList)) if row.strip()]


def shown(app: Host) -> list[str]:
    return [row.strip() for row in rows(app.screen.query_one(RevisionDiff)) if row.strip()]


async def test_events_are_listed_newest_first_with_who_when_and_what(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND, RETURNED, THIRD)
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        lines = listed(app)
        assert [line.split()[-2:] for line in lines] == [
            ["ada", "saved"],
            ["eve", "returned"],
            ["bob", "saved"],
            ["ada", "began"],
        ]
        assert lines[0].startswith("● 2026-01-31 12:02")
        assert "pause · submitted · history of 4 events" in rows(app.screen.query_one(StatusLine))[0]
        assert "ada · 2026-01-31 12:02 · saved" in shown(app)[0]
        assert "bob · 2026-01-31 12:01" in shown(app)[1]


async def test_what_was_said_stands_among_the_events_and_is_read_beside(tmp_path: Path) -> None:
    asked = make_comment(
        record=RECORD,
        by="eve",
        comment=record_id(9001),
        revision=FIRST.id,
        about="note",
        note="Which pause?",
        place=Place(field="user", start=8, end=13),
        at=moment(30),
    )
    answer = comment(FIRST, "The worker's.", 40, "ada", 9002, "answer", asked.id)
    flag = comment(SECOND, "", 70, "eve", 9003, "flag")
    gone = comment(SECOND, "", 80, "eve", 9003, "flag", withdrawn=True)
    verdict = make_review(
        record=RECORD, by="eve", revision=SECOND.id, verdict="return", reading_seconds=41, at=moment(90)
    )
    project = project_with(tmp_path / "p", FIRST, SECOND, verdict)
    project.store.append(TOPIC, [gone, flag, answer, asked])
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(160, 34)) as pilot:
        await settle(pilot)
        lines = [line[2:].split(maxsplit=3)[2:] for line in listed(app)]
        assert lines == [
            ["eve", "returned (41 s)"],
            ["eve", "took back: flagged"],
            ["eve", "flagged"],
            ["bob", "saved"],
            ["ada", "answered  The worker's."],
            ["eve", "commented  Which pause?"],
            ["ada", "began"],
        ]
        await press(pilot, *["down"] * 5)
        assert "commented user, characters 8 to 13" in shown(app)[0]
        assert "Which pause?" in shown(app) and "Write a pause." in shown(app)


async def test_what_a_person_may_not_see_yet_is_not_listed(tmp_path: Path) -> None:
    others = comment(FIRST, "too short", 30, "bob")
    project = project_with(tmp_path / "p", FIRST, review(FIRST, "reject", 40, "bob"))
    project.store.append(TOPIC, [others])
    spec = project.root / "specs" / f"{TOPIC}.toml"
    spec.write_text(spec.read_text() + "\n[review]\nblind = true\n")
    app = Host(HistoryScreen(acts_of(project, "eve"), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert len(listed(app)) == 1
        assert "submitted · history of 1 event" in rows(app.screen.query_one(StatusLine))[0]


async def test_the_difference_follows_the_mark_and_the_comparison(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND, RETURNED, THIRD)
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert "Write a longer shorter pause, please." in shown(app)
        await press(pilot, "down")  # the review is about the second revision
        assert "eve" in shown(app)[0] and "Write a longer pause." in shown(app)
        await press(pilot, "down", "j")
        assert "first revision" in shown(app)[1]
        assert "Write a pause." in shown(app)
        await press(pilot, "c")
        assert "newest" in shown(app)[1]
        assert any(row.startswith("Write a shorter pause") for row in shown(app))
        await press(pilot, "c", "up", "k")
        assert "bob" in shown(app)[0] or "eve" in shown(app)[0]


async def test_an_old_revision_is_brought_back_as_a_new_one_and_that_undone_and_done_again(
    tmp_path: Path,
) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)
    app = Host(HistoryScreen(acts_of(project, "eve"), RECORD))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "end", "enter")
        assert texts(project, FIRST) and "u takes it back" in app.said
        assert len(state_of(project).events) == 3
        assert app.screen.query_one(EventList).cursor == 0
        await press(pilot, "u")
        assert texts(project, SECOND) and "undone: brought back" in app.said
        await press(pilot, "r")
        assert texts(project, FIRST) and "done again" in app.said
        assert len(state_of(project).events) == 5
        await press(pilot, "escape")
    assert app.results == [RECORD]


def texts(project: Any, like: Revision) -> bool:
    """Whether the record says what this revision said."""
    state = state_of(project)
    assert len(state.heads) == 1
    text = acts_of(project).text(state.heads[0].id)
    return (text.user, text.think, text.block) == (like.user, like.think, like.block)


async def test_leaving_with_nothing_done_says_so_and_what_cannot_be_undone_is_told(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST)
    app = Host(HistoryScreen(acts_of(project, "eve"), RECORD))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "u", "b")
        assert "nothing of yours to undo" in app.said
        assert "says just that already" in app.said
        await press(pilot, "escape")
    assert app.results == [None]
    assert len(state_of(project).events) == 1


async def test_everything_by_mouse(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)
    app = Host(HistoryScreen(acts_of(project, "eve"), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await pilot.click(EventList, offset=(5, 1))
        await settle(pilot)
        assert "first revision" in shown(app)[1]
        await click_button(pilot, "Bring back")
        assert texts(project, FIRST)
        await click_button(pilot, "Undo")
        assert texts(project, SECOND)
        await click_button(pilot, "Redo")
        assert texts(project, FIRST)
        await click_button(pilot, "Compare")
        assert "newest" in shown(app)[1]
        await click_button(pilot, "Back")
    assert app.results == [RECORD]


async def click_button(pilot: Pilot[Any], label: str) -> None:
    row = rows(pilot.app.screen.query_one(StatusLine))[0]
    await pilot.click(StatusLine, offset=(row.index(f"[{label}]") + 1, 0))
    await settle(pilot)


async def test_a_double_click_brings_back(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await pilot.double_click(EventList, offset=(5, 1))
        await settle(pilot)
        assert texts(project, FIRST)


async def test_what_others_write_appears_and_the_mark_stays(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)
    screen = HistoryScreen(acts_of(project), RECORD)
    app = Host(screen)
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        project.store.append(TOPIC, [THIRD, retraction((THIRD,), second=150)])
        screen.journal_changed()
        await settle(pilot)
        assert len(listed(app)) == 4
        chosen = app.screen.query_one(EventList).chosen
        assert chosen is not None and chosen.id == FIRST.id
        assert "retracted" in rows(app.screen.query_one(StatusLine))[0]


async def test_a_settled_conflict_is_compared_with_each_version_it_replaced(tmp_path: Path) -> None:
    other = revision(second=70, parents=(FIRST,), by="eve", user="Write a loud pause.")
    both = revision(second=130, parents=(SECOND, other), user="Write a long and loud pause.")
    project = project_with(tmp_path / "p", FIRST, SECOND, other, both)
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        assert "1 of 2 that it replaced: bob" in shown(app)[1]
        await press(pilot, "c")
        assert "2 of 2 that it replaced: eve" in shown(app)[1]
        await press(pilot, "c")
        assert "this is the newest" in shown(app)[1]
        await press(pilot, "c")
        assert "1 of 2" in shown(app)[1]


async def test_a_parent_in_another_copy_of_the_journal_is_no_trouble(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", THIRD, review(SECOND))
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        for _ in range(2):
            assert "not in this copy" in shown(app)[1]
            await press(pilot, "down", "b")


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
async def test_hostile_texts_are_drawn_clean(tmp_path: Path, size: tuple[int, int]) -> None:
    odd = revision(second=9, parents=(FIRST,), by=HOSTILE, user=HOSTILE + "漢" * 300, think=HOSTILE * 30)
    gone = retraction((odd,), second=12, by="ada")
    project = project_with(tmp_path / "p", FIRST, odd, gone)
    project.store.append(TOPIC, [comment(odd, HOSTILE * 30, 10, HOSTILE)])
    app = Host(HistoryScreen(acts_of(project), RECORD))
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for _ in range(4):
            check_clean(screen_rows(app), size[0])
            await press(pilot, "z", "n", "p", "down")


class Broken(JudgeActs):
    """Acts that fail, or that take as long as they are told to."""

    def __init__(self, judge: Acting, act: Callable[[], None]) -> None:
        super().__init__(judge)
        self._act = act

    def bring_back(self, record: str, revision: str) -> None:
        self._act()
        super().bring_back(record, revision)


async def test_an_act_that_fails_is_told_and_changes_nothing(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)

    def full() -> None:
        raise StoreError("the disk is full [red]", "free some room")

    app = Host(HistoryScreen(Broken(Acting(project, TOPIC, 1, "ada"), full), RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "b")
        assert "the disk is full [red]" in app.said and "free some room" in app.said
        assert "NOT SAVED" in rows(app.screen.query_one(StatusLine))[0]
        await press(pilot, "escape")
    assert app.results == [None]
    assert len(state_of(project).events) == 2


async def test_the_screen_stays_until_the_act_is_on_disk_and_takes_no_second_one(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p", FIRST, SECOND)
    go = threading.Event()
    slow = Broken(Acting(project, TOPIC, 1, "ada"), lambda: assert_in_time(go))
    app = Host(HistoryScreen(slow, RECORD))
    async with app.run_test(size=(120, 34)) as pilot:
        await settle(pilot)
        await pilot.press("down", "b", "b", "escape")
        await pilot.pause()
        assert app.results == []
        assert "saving" in rows(app.screen.query_one(StatusLine))[0]
        go.set()
        await until(pilot, lambda: "brought back" in app.said)
        await press(pilot, "escape")
    assert app.results == [RECORD]
    assert len(state_of(project).events) == 3


def test_every_action_of_the_table_is_there_and_help_tells_of_them(tmp_path: Path) -> None:
    screen = HistoryScreen(acts_of(project_with(tmp_path / "p")), RECORD)
    assert HistoryScreen.HELP_SCOPES == ("history",)
    missing = [a.id for a in scoped("history") if not hasattr(screen, f"action_{a.method}")]
    assert missing == []


def assert_in_time(go: threading.Event) -> None:
    assert go.wait(20)
