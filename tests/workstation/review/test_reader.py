"""One record after the other, without a terminal: what is in sight, what counts as reading, what comes too late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import pytest

from app.base.cancelling import never
from app.errors import UsageError
from app.project.project import Project
from app.workstation.act_runner import ActRunner
from app.workstation.review import reader as module
from app.workstation.review.reader import PassWish, ReviewReader
from app.workstation.review.record_panes import RecordPanes
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn


class Told(NamedTuple):
    """What is said of a record."""

    sheet: Any
    studied: Any


def sheet(record: str, text: str = "1", by: str = "ada", status: str = "submitted", said: int = 0) -> Any:
    """A record's sheet; `text`: which of its texts; `said`: how much was said of it."""
    one = SimpleNamespace(
        record=record,
        revision=SimpleNamespace(id=record + text, by=by),
        state=SimpleNamespace(status=status, parents=(record + text,)),
        row=SimpleNamespace(title=f"fn {record}", by=by, at=datetime(2026, 1, 1, tzinfo=UTC), judged=False),
        comments=(),
        said=said,
    )
    one.same_as = lambda other: (other.revision.id, other.said) == (one.revision.id, one.said)
    return one


class Session:
    """A pass over `a`, `b` and `c`."""

    def __init__(self, *_: object) -> None:
        self.sheets = {record: sheet(record) for record in "abc"}
        self.records = ("a", "b", "c")
        self.open_count = 3
        self.news = False
        self.studied: list[str] = []
        self.places: list[str] = []
        self.learnt = 0

    def refresh(self) -> None:
        self.news = False

    def changed(self) -> bool:
        return self.news

    def resume(self) -> str | None:
        return "a"

    def open(self, record: str) -> Any:
        return self.sheets[record]

    def place(self, record: str) -> int:
        return self.records.index(record)

    def next(self, record: str) -> str | None:
        at = self.records.index(record) + 1
        return self.records[at] if at < len(self.records) else None

    def keep_place(self, record: str, *_: object) -> None:
        self.places.append(record)

    def study(self, one: Any) -> Any:
        self.studied.append(one.record)
        return SimpleNamespace(revision=one.revision.id)

    def learn(self, cancelled: Callable[[], bool] = never) -> bool:
        self.learnt += 1
        return False


class Panes:
    """Where a record is seen."""

    def __init__(self) -> None:
        self.log: list[tuple[str, str | None]] = []

    def show(self, told: Told | None) -> None:
        self.log.append(("show", told.sheet.revision.id if told else None))

    def update(self, told: Told, current: str) -> None:
        self.log.append(("update", told.sheet.revision.id))


class World:
    """A reader with the first record shown, but not painted."""

    def __init__(self) -> None:
        self.screen, self.panes, self.now = StandIn(), Panes(), 100.0
        self.screen.widgets[RecordPanes] = self.panes
        host = cast(WorkScreen[None], self.screen)
        self.runner = ActRunner(host)
        wish = PassWish(cast(Project, None), "practice", "eve")
        self.reader = ReviewReader(host, wish, self.runner, lambda: self.now)
        self.reader.begin()
        self.screen.work()

    @property
    def session(self) -> Session:
        return cast(Session, self.reader.session)

    def look(self) -> None:
        """The journal changed, and is looked at."""
        self.session.news = True
        self.reader.look_again()
        self.screen.work()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(module, "Reviewing", Session)
    monkeypatch.setattr(module, "tell", lambda session, one, studied, alone: Told(one, studied))
    return World()


def test_a_record_is_seen_and_read_only_from_its_painting_on(world: World) -> None:
    assert world.panes.log == [("show", "a1")] and not world.reader.seen
    world.now += 10
    assert world.reader.seconds == 0 and world.session.studied == []
    world.screen.paint()
    world.now += 7
    assert world.reader.seen and world.reader.seconds == 7
    world.screen.work()
    assert set(world.session.places) == {"a"} and world.session.learnt == 1
    # The next one is read ahead; and both again, once the other records are known to the checks.
    assert world.session.studied == ["a", "b", "a", "b"]


def test_what_covers_a_record_that_is_not_painted_begins_no_reading(world: World) -> None:
    world.reader.resume()
    world.now += 5
    assert world.reader.seconds == 0


def test_a_painting_that_comes_late_is_of_another_record(world: World) -> None:
    late = world.screen.frames[-1]
    world.reader.show(world.reader.read(cast(Any, world.session), "b"))
    late()
    assert not world.reader.seen
    world.screen.paint()
    assert world.reader.seen


def test_what_was_found_out_of_another_record_is_kept_and_not_shown(world: World) -> None:
    world.screen.paint()
    shown = world.reader._shown
    found = cast(Any, Told(world.session.sheets["a"], SimpleNamespace(revision="a1")))
    world.reader.show(world.reader.read(cast(Any, world.session), "b"))
    world.panes.log.clear()
    world.reader._studied(shown, found)
    assert world.panes.log == []
    back = world.reader.read(cast(Any, world.session), "a")
    assert back is not None and back.studied is found.studied, "who goes back waits for nothing"


def test_another_s_text_is_shown_and_told_and_must_be_seen_anew(world: World) -> None:
    world.screen.paint()
    world.screen.work()
    world.panes.log.clear()
    world.session.sheets["a"] = sheet("a", "2", by="bob")
    world.look()
    assert world.panes.log == [("show", "a2")] and not world.reader.seen
    assert world.screen.said[-1].startswith("bob has saved a new text")


@pytest.mark.parametrize(
    ("status", "said"), [("retracted", "has been withdrawn"), ("conflict", "has come into conflict")]
)
def test_a_record_that_cannot_be_judged_any_more_says_why(world: World, status: str, said: str) -> None:
    world.session.sheets["a"] = sheet("a", "2", status=status)
    world.look()
    assert said in world.screen.said[-1]


def test_what_is_said_of_the_same_text_leaves_the_text_where_it_is(world: World) -> None:
    world.screen.paint()
    world.screen.work()
    world.panes.log.clear()
    world.session.sheets["a"] = sheet("a", said=1)
    world.look()
    assert world.panes.log == [("update", "a1")] and world.reader.seen


def test_nothing_is_looked_at_while_an_act_is_written_nor_shown_after_one(world: World) -> None:
    world.runner.busy = True
    world.look()
    assert world.session.news, "not read"
    world.runner.busy = False
    world.session.sheets["a"] = sheet("a", "2")
    world.reader.look_again()
    world.reader.show(world.reader.read(cast(Any, world.session), "b"))
    world.panes.log.clear()
    world.screen.work()
    assert world.panes.log == [], "the person has gone on meanwhile"


def test_an_act_that_leaves_the_text_moves_nothing_and_one_that_ends_the_pass_says_so(world: World) -> None:
    world.panes.log.clear()
    world.reader.show_act(cast(Any, Told(sheet("a", "2"), None)))
    assert world.panes.log == [("show", "a2")]
    world.reader.show_act(world.reader.told)
    assert world.panes.log[-1] == ("update", "a2")
    world.reader.show_act(None)
    assert world.reader.sheet is None and "nothing left here" in world.screen.line.left


def test_a_pass_that_cannot_begin_is_left_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise UsageError("there is no topic practice")

    monkeypatch.setattr(module, "Reviewing", refuse)
    world = World()
    assert world.screen.left == [None] and world.screen.said == ["there is no topic practice"]
