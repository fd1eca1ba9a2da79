"""When the draft is checked and what is shown of it, without a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.annotate.session_events import BlockComposed, CheckedDraft, DraftChanged, DraftOpened
from app.project.project import Project
from app.records.draft import Draft
from app.records.finding import Finding
from app.workstation.annotate.checks import DELAY, LONGEST, LiveChecks
from app.workstation.annotate.host import Host
from tests.desk import Desk
from tests.quiet import quiet_project
from tests.workstation.driver import TOPIC
from tests.workstation.standin import StandIn
from widgets.dialogs.questions import PromptLine
from widgets.record.facts import FactSection

STOCK = Finding("BS702", "warning", "user", 0, 4, "a stock phrase", "Say it plainly.")
EMPTY = Finding("BS101", "error", "user", None, None, "the request is empty", "Write the request.")


class Panes:
    """What findings are shown in."""

    def __init__(self) -> None:
        self.findings = self.guide = self
        self.editors: tuple[Any, ...] = ()
        self.current: Finding | None = None
        self.shown: Sequence[Finding] = ()
        self.note = ""

    def set_findings(self, findings: Sequence[Finding], note: str = "", busy: bool = False) -> None:
        self.shown, self.note = findings, note

    def set_asked(self, asked: Sequence[FactSection]) -> None:
        """The guide ticks them."""


class Editing:
    """The draft as it is changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.problems: Any = list
        self.lines = 0

    def change(self, draft: Draft) -> None:
        before, self._desk.draft = self._desk.draft, draft
        self._desk.announcer.tell(DraftChanged(before, draft))

    def show_line(self) -> None:
        self.lines += 1


class World:
    """The checks of one desk, with a clock that the test turns."""

    def __init__(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = Desk(project, TOPIC, "ada")
        self.screen, self.panes, self.editing = StandIn(), Panes(), Editing(self.desk)
        self.now = 100.0
        self.findings: tuple[Finding, ...] = ()
        self.judged: list[Draft] = []
        monkeypatch.setattr("app.workstation.annotate.checks.monotonic", lambda: self.now)
        self.checks = LiveChecks(
            cast(Host, self.screen),
            self.desk,
            cast(Any, self.panes),
            cast(Any, SimpleNamespace()),
            cast(Any, self.editing),
        )
        monkeypatch.setattr(self.checks, "judge", self.judge)
        self.checks.listen()
        self.desk.announcer.tell(BlockComposed(self.desk.composition))
        self.rest()

    def judge(self, draft: Draft, *_: object) -> CheckedDraft:
        self.judged.append(draft)
        return CheckedDraft(draft, self.findings, {}, {}, None)

    def write(self, text: str) -> None:
        self.editing.change(self.desk.draft.write("user", text))

    def pass_time(self, seconds: float) -> None:
        """Let time go by; the newest timer goes, as Textual's would."""
        self.now += seconds
        self.screen.timers[-1].go()

    def rest(self) -> None:
        """The hands rest, and the thread answers."""
        self.pass_time(DELAY)
        self.screen.work()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return World(quiet_project(tmp_path / "project"), monkeypatch)


def test_what_is_typed_at_a_stretch_is_checked_once(world: World) -> None:
    world.judged.clear()
    world.write("S")
    timers = len(world.screen.timers)
    world.write("St")
    world.write("Sto")
    assert len(world.screen.timers) == timers, "to stop a timer and begin another is what each key would feel"
    world.rest()
    assert [draft.user for draft in world.judged] == ["Sto"]


def test_who_never_rests_is_told_all_the_same(world: World) -> None:
    world.judged.clear()
    for at in range(10):
        world.write("S" * (at + 1))
        world.pass_time(LONGEST / 6)
        world.screen.work()
        if world.judged:
            break
    assert 5 <= at <= 7


def test_an_answer_about_an_older_text_is_not_shown(world: World) -> None:
    world.findings = (EMPTY,)
    world.write("")
    world.write("S")
    world.pass_time(DELAY)
    world.write("St")
    world.screen.work()
    assert not world.panes.shown and world.checks.pending
    world.rest()
    assert list(world.panes.shown) == [EMPTY]


def test_a_block_that_is_still_composed_is_checked_once_it_is_there(world: World) -> None:
    world.judged.clear()
    world.editing.change(world.desk.draft.take_imports("pruned"))
    world.rest()
    assert world.judged == []
    world.desk.announcer.tell(BlockComposed(world.desk.composition))
    world.rest()
    assert world.judged == [world.desk.draft]


def test_the_line_is_shown_anew_only_where_its_errors_changed(world: World) -> None:
    lines = world.editing.lines
    world.findings = (STOCK,)
    world.write("S")
    world.rest()
    assert world.editing.lines == lines and world.editing.problems() == []
    world.findings = (STOCK, EMPTY)
    world.write("")
    world.rest()
    assert world.editing.lines == lines + 1
    assert world.editing.problems() == ["user: the request is empty"]


def test_it_is_pending_until_the_others_are_read(world: World) -> None:
    world.write("S")
    world.rest()
    assert world.checks.pending and "others not read yet" in world.panes.note
    world.checks.learn_others()
    world.screen.work()
    world.rest()
    assert not world.checks.pending and "others" not in world.panes.note


def test_another_draft_is_told_of_no_finding_of_the_one_before(world: World) -> None:
    world.findings = (EMPTY,)
    world.write("")
    world.write("S")
    world.rest()
    assert list(world.panes.shown) == [EMPTY]
    world.desk.announcer.tell(DraftOpened(cast(Any, None)))
    assert not world.panes.shown and world.checks.found is None and world.editing.problems() == []


def test_a_finding_stands_with_a_reason_and_counts_again_without(world: World) -> None:
    world.panes.current = STOCK
    world.checks.action_waive()
    assert isinstance(world.screen.pushed[-1], PromptLine)
    world.screen.answer("it quotes the source")
    assert [waiver.reason for waiver in world.desk.draft.waivers] == ["it quotes the source"]
    waived = world.desk.draft
    world.panes.current = replace(STOCK, waived="it quotes the source")
    world.checks.action_waive()
    assert world.desk.draft.waivers == () and waived.waivers != ()


def test_a_reason_that_comes_for_another_record_lets_nothing_stand(world: World) -> None:
    world.panes.current = STOCK
    world.checks.action_waive()
    world.desk.draft = Draft(TOPIC, "another", "ada")
    world.screen.answer("it quotes the source")
    assert world.desk.draft.waivers == ()


def test_what_no_reason_lets_stand_is_not_asked_about(world: World) -> None:
    world.panes.current = EMPTY
    world.checks.action_waive()
    assert world.screen.pushed == [] and "cannot be waived" in world.screen.said[-1]
