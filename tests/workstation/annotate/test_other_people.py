"""What others did, as it is told while one writes; without a terminal."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.annotate.session_events import NewsHeard
from app.annotate.watcher import News
from app.project.project import Project
from app.records.draft import draft_of
from app.store.presence.claims import Claim, Claims
from app.workstation.annotate.host import Host
from app.workstation.annotate.others import OtherPeople
from tests.desk import Desk
from tests.quiet import quiet_project
from tests.store.events import moment, record_id, retraction, revision
from tests.workstation.driver import TOPIC
from tests.workstation.standin import StandIn
from widgets.dialogs.questions import Notice

ONE = revision(1, user="Pause 1.", by="ada")


class Header:
    """The words beside the state."""

    missing = others = ""
    shown = 0

    def show(self) -> None:
        self.shown += 1


class World:
    """Ada has a saved record in hand."""

    def __init__(self, project: Project) -> None:
        project.store.append(TOPIC, [ONE])
        self.project, self.screen, self.header = project, StandIn(), Header()
        self.desk = Desk(project, TOPIC, "ada")
        self.desk.take_up(draft_of(TOPIC, "ada", ONE, (ONE.id,)), ONE)
        self.saving = SimpleNamespace(under_way=False, say_nothing_new=lambda: self.screen.say("nothing new"))
        self.loaded: list[str] = []
        self.others = OtherPeople(
            cast(Host, self.screen),
            self.desk,
            cast(Any, self.header),
            cast(Any, self.saving),
            Claims(project.datasets_dir, TOPIC, "ada"),
        )
        self.others.load = self.loaded.append

    def look(self) -> list[str]:
        """Have the record looked at; what is said."""
        self.screen.said.clear()
        self.others.check_heads()
        self.screen.work()
        return list(self.screen.said)

    def hear(self, news: News) -> list[str]:
        """Have news told; what is said."""
        self.screen.said.clear()
        self.others._heard(news)
        self.screen.work()
        return list(self.screen.said)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return World(quiet_project(tmp_path / "project"))


def test_another_s_text_is_told_once_with_what_to_do(world: World) -> None:
    assert world.look() == []
    newer = revision(1, 5, (ONE,), "bob", "Pause 2.")
    world.project.store.append(TOPIC, [newer])
    (said,) = world.look()
    assert said.startswith("bob changed this record") and "F2 shows the new text" in said
    assert world.look() == [], "once is enough"
    world.desk.draft = world.desk.draft.write("user", "Pause 3.")
    world.project.store.append(TOPIC, [revision(1, 9, (newer,), "bob", "Pause 4.")])
    (said,) = world.look()
    assert "Your text stays as it is" in said and "which text stands" in said


def test_a_withdrawn_record_is_told_as_such(world: World) -> None:
    world.project.store.append(TOPIC, [retraction((ONE,), second=7, by="bob")])
    (said,) = world.look()
    assert said.startswith("bob withdrew this record") and "brings the record back" in said


def test_nothing_is_told_while_a_save_is_under_way_or_of_another_record(world: World) -> None:
    world.project.store.append(TOPIC, [revision(1, 5, (ONE,), "bob", "Pause 2.")])
    world.saving.under_way = True
    assert world.look() == []
    world.saving.under_way = False
    world.others.check_heads()
    world.desk.draft = draft_of(TOPIC, "ada", revision(2), ())
    world.screen.work()
    assert world.screen.said == []


def test_saving_what_is_unchanged_shows_the_newer_text_or_says_that_there_is_none(world: World) -> None:
    world.saving.nothing_new()
    world.screen.work()
    assert world.screen.said == ["nothing new"]
    world.project.store.append(TOPIC, [revision(1, 5, (ONE,), "bob", "Pause 2.")])
    world.saving.nothing_new()
    world.screen.work()
    assert world.loaded == [record_id(1)]


def test_missing_events_are_a_dialog_at_first_and_a_word_to_whoever_writes(world: World) -> None:
    world.hear(News(alarm="3 events are gone\nlook"))
    assert isinstance(world.screen.pushed.pop(), Notice) and world.header.missing == "3 events are gone"
    world.others._looked(None)
    assert world.hear(News(alarm="4 events are gone")) == ["4 events are gone"]
    assert world.screen.pushed == []
    assert world.hear(News(alarm="")) == [] and world.header.missing == ""


def test_whoever_is_here_stands_in_the_header_three_at_most(world: World) -> None:
    claims = [Claim(f"p{at}", "here", record_id(at), "", f"fn f{at}", moment(at)) for at in range(5)]
    world.hear(News(others=tuple(claims), meeting=(claims[1],)))
    assert world.header.others == "p0 is on fn f0 · p1 is on fn f1 · p2 is on fn f2 and 2 more"
    assert world.screen.said == ["p1 is on fn f1 as well. Nothing is locked: talk to each other."]


def test_readers_are_told_of_a_journal_that_changed_and_of_no_other_news(world: World) -> None:
    heard: list[News] = []
    world.desk.announcer.on(NewsHeard, lambda one: heard.append(one.news))
    assert world.hear(News(journal=True)) == ["readers are told"]
    assert world.hear(News(remarks=("a remark",))) == ["a remark"]
    assert len(heard) == 2
