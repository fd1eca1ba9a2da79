"""Settling a conflict without a terminal: with what was seen, once, and told when it is on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from app.errors import UsageError
from app.project.project import Project
from app.workstation.act_runner import LATE, ActRunner
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict_panes import ConflictPanes
from app.workstation.records.settling import ConflictResult, Settling
from app.workstation.screen import WorkScreen
from tests.store.events import retraction, revision
from tests.workstation.host import RECORD, acts_of, project_with, state_of
from tests.workstation.standin import StandIn

FIRST = revision(second=0, user="Write a pause.")
ADA = revision(second=60, parents=(FIRST,), user="Write a loud pause.")
BOB = revision(second=61, parents=(FIRST,), by="bob", user="Write a long pause.")


class Pane:
    """A version, as it is shown."""

    title = ""

    def set_title(self, title: str, about: str) -> None:
        self.title = f"{title} / {about}"

    def set_fields(self, fields: Any, keep_place: bool = False) -> None:
        """Its texts."""


class World:
    """A conflict of two texts, read and shown."""

    def __init__(self, project: Project) -> None:
        self.project, self.screen = project, StandIn()
        self.panes = {name: Pane() for name in ("first", "second", "ancestor")}
        self.screen.widgets |= {f"#{name}": pane for name, pane in self.panes.items()}
        host, acts = cast(WorkScreen[Any], self.screen), acts_of(project, "cleo")
        self.acts: JudgeActs = acts
        self.runner = ActRunner(host)
        self.shown = ConflictPanes(host, self.runner, acts, RECORD)
        self.settling = Settling(host, self.runner, acts, self.shown)
        self.shown.read()
        self.screen.work()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return World(project_with(tmp_path / "p", FIRST, ADA, BOB))


def test_both_versions_and_their_ancestor_are_shown_with_whose_they_are(world: World) -> None:
    assert world.panes["first"].title.startswith("1 · ada ")
    assert world.panes["second"].title.endswith("compared with the ancestor")
    assert world.panes["ancestor"].title.endswith("what both began from")
    assert "conflict of 2 versions" in world.screen.line.left
    world.shown.action_compare()
    world.screen.work()
    assert world.panes["first"].title.endswith("compared with version 2")


def test_a_version_settles_it_and_the_screen_stays_until_that_is_on_disk(world: World) -> None:
    world.settling.action_take_second()
    assert world.screen.left == [] and world.screen.line.state[0] == "saving"
    world.settling.action_back()
    assert world.screen.said == [LATE] and world.screen.left == []
    world.screen.work()
    assert world.screen.left == [ConflictResult("settled", RECORD)]
    state = state_of(world.project)
    assert state.status == "submitted" and state.revision is not None


def test_nobody_settles_what_they_have_not_seen(world: World) -> None:
    world.project.store.append("practice", [revision(second=70, parents=(BOB,), by="bob", user="Another.")])
    world.settling.action_take_first()
    world.screen.work()
    assert world.screen.left == [] and world.screen.line.state[0] == "unsaved"
    assert "somebody else" in world.screen.said[0], "why"
    assert "look again" in world.screen.said[-1], "and what it says now is shown"
    assert state_of(world.project).status == "conflict"


def test_what_somebody_else_settled_is_told_and_leads_to_nothing(world: World) -> None:
    acts_of(world.project, "dora").settle(RECORD, ADA.id, [ADA.id, BOB.id])
    world.shown.read()
    world.screen.work()
    assert "dora has settled this conflict" in world.screen.line.left
    world.settling.action_take_first()
    assert world.screen.jobs == []
    world.settling.action_back()
    assert world.screen.left == [ConflictResult("elsewhere", RECORD)]


def test_both_are_kept_as_records_of_their_own(world: World) -> None:
    world.settling.action_both()
    world.screen.work()
    (left,) = world.screen.left
    assert left.outcome == "both" and len(left.records) == 1
    assert "kept as 2 records" in world.screen.said[-1]


def test_a_draft_begins_with_the_marked_version_or_the_ancestor(world: World) -> None:
    for side, text in ((0, ADA), (1, BOB), (2, FIRST)):
        world.shown.side = side
        world.settling.action_edit()
        assert world.screen.left.pop() == ConflictResult("edit", RECORD, text.id, (ADA.id, BOB.id))


def test_a_withdrawn_version_says_so_and_its_draft_begins_with_what_was_withdrawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    gone = retraction((FIRST,), second=80, by="eve")
    world = World(project_with(tmp_path / "p", FIRST, ADA, gone))
    assert "eve" in world.panes["second"].title and "withdrawn" in world.panes["second"].title
    world.shown.side = 1
    world.settling.action_edit()
    assert world.screen.left[0].text == FIRST.id


def test_a_refusal_of_the_store_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("the journal is only read here")

    monkeypatch.setattr(world.acts, "settle", refuse)
    world.settling.action_take_first()
    world.screen.work()
    assert world.screen.said == ["the journal is only read here"] and world.runner.free()
