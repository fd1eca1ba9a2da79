"""What keeps the list of topics true, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from textual.app import App

from app.errors import BackspanError
from app.project.project import Project
from app.workstation.topics import news as module
from app.workstation.topics.news import TopicNews
from app.workstation.topics.topics_screen import TopicFacts, TopicProgress, TopicsScreen
from tests.store.events import revision
from tests.workstation.standin import StandIn

TOPIC = "practice"


class ShownList(TopicsScreen):
    """A list of topics that only notes what it is told."""

    def __init__(self) -> None:
        self.facts: list[list[TopicFacts]] = []
        self.progress: list[TopicProgress] = []

    @property
    def topic(self) -> str | None:
        return TOPIC

    def set_facts(self, facts: list[TopicFacts]) -> None:
        self.facts.append(facts)

    def set_progress(self, progress: TopicProgress) -> None:
        self.progress.append(progress)


class OpenedTopic:
    """A screen with a topic open."""

    waiting = 0

    def leave(self) -> bool:
        return True


class StandInApp(StandIn):
    """An app with a list of topics."""

    def __init__(self) -> None:
        super().__init__()
        self.list = ShownList()
        self.screen_stack: list[Any] = [self.list]

    @property
    def screen(self) -> Any:
        return self.screen_stack[-1]


def counter(counted: list[str | None]) -> type[Any]:
    """A counter that notes with which topic it was to begin."""

    class Counter:
        def __init__(self, project: Project, by: str) -> None:
            assert by == "ada"

        def count(self, first: str | None, cancelled: Callable[[], bool]) -> Iterator[TopicProgress]:
            counted.append(first)
            yield TopicProgress(TOPIC, f"{len(counted)} counted", "")

    return Counter


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> StandInApp:
    made = StandInApp()

    def run_job(
        owner: StandInApp,
        group: str,
        job: Callable[[Callable[[], bool]], Any],
        then: Callable[[Any], object],
        failed: Callable[[BackspanError], object],
    ) -> None:
        owner.run(group, job, then, failed)

    monkeypatch.setattr(module, "run_job", run_job)
    return made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    calls: list[str | None] = []
    monkeypatch.setattr("app.workstation.topics.facts.ItemCounter", counter(calls))
    return calls


def news(app: StandInApp, project: Project, opened: Callable[[Project], object] = str) -> TopicNews:
    return TopicNews(cast(App[Any], app), project.root, lambda: "ada", opened)


def test_the_project_is_opened_once_and_every_topic_is_told(
    app: StandInApp, project: Project, counted: list[str | None]
) -> None:
    opened: list[Project] = []
    one = news(app, project, opened.append)
    one.learn()
    app.work()
    one.learn()
    app.work()
    assert len(opened) == 1 and one.project is opened[0]
    assert len(app.list.facts) == 2 and len(app.timers) == 1
    assert TOPIC in {fact.topic for fact in app.list.facts[0]}
    assert counted == [TOPIC, TOPIC] and app.list.progress[-1].counts == "2 counted"


def test_items_are_counted_only_while_the_list_is_seen_and_once(
    app: StandInApp, project: Project, counted: list[str | None]
) -> None:
    one = news(app, project)
    app.screen_stack.append(object())
    one.learn()
    app.work()
    assert counted == [], "something is over the list"
    app.screen_stack.pop()
    one.count()
    app.work()
    one.count()
    app.work()
    assert counted == [TOPIC], "nothing is to be counted any more"


def test_a_counting_that_was_called_off_is_taken_up_again(
    app: StandInApp, project: Project, counted: list[str | None]
) -> None:
    one = news(app, project)
    one.learn()
    learn = app.jobs.pop()
    assert learn.then is not None
    learn.then(learn.job(lambda: False))
    app.jobs.clear()  # as the manager of workers does it
    one.count()
    app.work()
    assert counted == [TOPIC]


def test_a_journal_that_changed_is_read_again_unless_a_topic_is_open(
    app: StandInApp, project: Project, counted: list[str | None]
) -> None:
    one = news(app, project)
    one.learn()
    app.work()
    look = app.timers[0].go
    look()
    app.work()
    assert len(app.list.facts) == 1, "nothing changed"
    project.store.append(TOPIC, [revision(1)])
    app.screen_stack.append(OpenedTopic())
    look()
    assert app.jobs == [], "an open topic looks for itself"
    app.screen_stack.pop()
    look()
    app.work()
    assert len(app.list.facts) == 2
