"""The queue's list in step with what it lists, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.project.project import Project
from app.records.filters.language import FilterError
from app.review import Left
from app.review.passes import Bookmark, Plan
from app.review.queue import Shown, Wish
from app.workstation.queue import record_queue as module
from app.workstation.queue.record_queue import Listed, RecordQueue, Working
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn
from widgets.bars.filter import FilterBar
from widgets.bars.sections import SectionBar
from widgets.record.table import RecordTable

COUNTS: Any = {"review": 3, "all": 3}


class Rows(list[Any]):
    """Listed rows, found by their record."""

    def place(self, record: str) -> int | None:
        return next((at for at, row in enumerate(self) if row.record == record), None)


def rows(*records: str) -> Rows:
    return Rows(SimpleNamespace(record=record, topic="practice", key=record) for record in records)


class Widgets:
    """Table, filter and sections in one: they keep what they were told."""

    def __init__(self) -> None:
        self.rows: Any = ()
        self.cursor = 0
        self.note = self.problem = self.hint = self.value = self.said = self.section = ""
        self.display = False
        self.marked = None

    def set_rows(self, rows: Any, place: Any, total: int) -> None:
        self.rows = rows

    def set_note(self, note: str) -> None:
        self.note = note

    def set_problem(self, reason: str, remedy: str, start: int) -> None:
        self.problem = reason

    def set_hint(self, hint: str) -> None:
        self.hint = hint

    def set_value(self, value: str) -> None:
        self.value = value

    def set_sections(self, section: str, counts: dict[str, int | None]) -> None:
        self.section = section

    def update(self, said: object) -> None:
        self.said = str(said)


class Records:
    """A listing that says what the test says."""

    def __init__(self, *_: object) -> None:
        self.desks: dict[str, Any] = {}
        self.blind = False
        self.rows = rows("a", "b", "c")
        self.changed = True
        self.closed = 0
        self.checked = False

    def read(self, progress: Callable[[float], object] = lambda share: None) -> None:
        progress(0.5)

    def beginning(self, wish: Wish) -> Shown:
        return Shown(wish, cast(Any, self.rows[:1]), 3, COUNTS, partial=True)

    def take(self, cancelled: Callable[[], bool]) -> bool:
        was, self.changed = self.changed, False
        return was

    def show(self, wish: Wish, cancelled: Callable[[], bool]) -> Shown:
        if "(" in wish.filter:
            raise FilterError("the bracket is not closed", 0, 1)
        found = Rows(row for row in self.rows if wish.filter in row.record)
        return Shown(wish, cast(Any, found), 3, COUNTS)

    def index_texts(self, *_: object) -> bool:
        return False

    def reorder(self) -> None:
        """Nothing goes by what the checks say."""

    def close(self) -> None:
        self.closed += 1


class World:
    """A queue of three records, listed."""

    def __init__(self, left: Left | None = None) -> None:
        self.screen, self.widgets = StandIn(), Widgets()
        for kind in (RecordTable, FilterBar, SectionBar, "#empty"):
            self.screen.widgets[kind] = self.widgets
        wish = Wish() if left is None else Wish(left.section, left.mark.order, left.filter)
        project = cast(Project, SimpleNamespace(root=Path()))
        self.queue = RecordQueue(cast(WorkScreen[None], self.screen), project, "ada", "practice", wish, left)
        self.queue.begin()
        self.work()

    @property
    def listing(self) -> Records:
        return cast(Records, self.queue.listing)

    def work(self) -> None:
        """Let the threads work, and the screen hear what they posted."""
        while self.screen.jobs or self.screen.posted:
            self.screen.work()
            posted, self.screen.posted = self.screen.posted, []
            for message in posted:
                if isinstance(message, Listed):
                    self.queue.listed(message)
                else:
                    self.queue.working(message)

    def shown(self) -> list[str]:
        return [row.record for row in self.widgets.rows]


@pytest.fixture(autouse=True)
def _records(monkeypatch: pytest.MonkeyPatch) -> None:
    def check_texts(listing: Records, *rest: Any) -> bool:
        rest[-1]("one text is damaged")
        listing.checked = True
        return True

    monkeypatch.setattr(module, "Listing", Records)
    monkeypatch.setattr(module, "check_texts", check_texts)


def test_it_lists_and_finds_out_the_rest_in_the_background() -> None:
    world = World()
    assert world.shown() == ["a", "b", "c"] and world.listing.checked
    assert world.screen.line.work == "" and world.screen.said == ["one text is damaged"]
    world.listing.changed = True
    world.queue.look_again()
    world.work()
    assert world.screen.said == ["one text is damaged"], "told once"


def test_an_answer_to_an_older_question_is_dropped() -> None:
    world = World()
    world.queue.filter("a")
    world.screen.work()
    late, world.screen.posted = world.screen.posted, []
    world.queue.filter("b")
    for message in late:
        world.queue.listed(message)
    assert world.shown() == ["a", "b", "c"]
    world.work()
    assert world.shown() == ["b"]


def test_a_filter_that_cannot_be_meant_so_leaves_the_list_as_it_was() -> None:
    world = World()
    world.queue.filter("(")
    world.work()
    assert world.shown() == ["a", "b", "c"] and world.widgets.problem == "the bracket is not closed"


def test_an_empty_list_says_why_and_stops_saying_so() -> None:
    world = World()
    world.queue.filter("x")
    world.work()
    assert world.widgets.display and "leaves none of the 3 records" in world.widgets.said
    world.queue.apply(Wish())
    world.work()
    assert not world.widgets.display and world.widgets.value == ""


def test_what_changes_while_something_is_over_it_is_looked_at_on_coming_back() -> None:
    world = World()
    world.screen.is_current = False
    world.listing.rows, world.listing.changed = rows("a"), True
    world.queue.journal_changed()
    assert world.screen.jobs == []
    world.screen.is_current = True
    world.queue.resumed()
    world.work()
    assert world.shown() == ["a"]
    world.queue.resumed()
    assert world.screen.jobs == [], "once"


def left_at(record: str, monkeypatch: pytest.MonkeyPatch, filter: str = "") -> Left:
    monkeypatch.setattr(Plan, "key", lambda plan, row: row.record)
    return Left(Bookmark(record, "oldest", cast(Any, record)), "review", filter)


@pytest.mark.parametrize(("record", "at"), [("b", 1), ("bb", 2), ("c", 2)])
def test_the_mark_goes_where_the_pass_was_left_or_behind_it(
    record: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert World(left_at(record, monkeypatch)).widgets.cursor == at


def test_a_list_that_is_done_gives_way_to_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(left_at("b", monkeypatch, filter="x"))
    assert world.queue.wish == Wish() and world.shown() == ["a", "b", "c"]


def test_work_in_the_background_says_how_far_it_is() -> None:
    world = World()
    world.queue.working(Working("reading… 50%"))
    assert world.screen.line.work == "reading… 50%"
