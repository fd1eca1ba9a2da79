"""One verdict on all that is listed, without a terminal: what is asked, and what is given."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.errors import StoreError
from app.records.events import Verdict
from app.review.queue import Wish
from app.workstation.act_runner import LATE
from app.workstation.queue.bulk_verdicts import BulkVerdicts
from app.workstation.queue.record_queue import RecordQueue
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn
from widgets.dialogs.choose import Choose
from widgets.dialogs.questions import PromptLine


class BulkOf:
    """Three records, of which one has this verdict already."""

    def __init__(self, topics: tuple[str, ...] = ("practice",), judgeable: int = 3) -> None:
        self.topics = topics
        self.wish = Wish()
        self.left = "" if judgeable else "3 are your own"
        self.counted = "3 records"
        self.rows: tuple[Any, ...] = ()
        self.first: tuple[Any, ...] = ()
        self._judgeable = judgeable

    def of(self, verdict: Verdict) -> tuple[tuple[str, str], ...]:
        return (("R", "r"),) * self._judgeable


class Queue:
    """What is listed."""

    def __init__(self, bulk: BulkOf) -> None:
        self.bulk_of, self.given, self.looked = bulk, list[tuple[str, str]](), 0
        self.wish, self.topic = Wish(), "practice"
        self.shown = SimpleNamespace(wish=Wish(), rows=(), partial=False)
        self.listing = self
        self.problem: StoreError | None = None

    def bulk(self, wish: Wish, rows: object) -> BulkOf:
        return self.bulk_of

    def give(self, bulk: BulkOf, verdict: Verdict, note: str) -> tuple[str, ...]:
        if self.problem is not None:
            raise self.problem
        self.given.append((verdict, note))
        return ("one", "two")

    def undo(self, topic: str) -> Any:
        return SimpleNamespace(target=SimpleNamespace(text=f"two verdicts in {topic}"))

    redo = undo

    def look_again(self) -> None:
        self.looked += 1


def bulk(screen: StandIn, queue: Queue) -> BulkVerdicts:
    return BulkVerdicts(cast(WorkScreen[None], screen), cast(RecordQueue, queue))


@pytest.fixture
def screen() -> StandIn:
    return StandIn()


def asked(screen: StandIn, queue: Queue) -> BulkVerdicts:
    part = bulk(screen, queue)
    part.action_bulk()
    screen.work()
    return part


def test_a_verdict_is_given_once_it_was_chosen_and_told_with_the_way_back(screen: StandIn) -> None:
    queue = Queue(BulkOf())
    asked(screen, queue)
    assert isinstance(screen.pushed[-1], Choose) and queue.given == []
    screen.answer("accept")
    screen.work()
    assert queue.given == [("accept", "")] and queue.looked == 1
    assert screen.said == ["2 records accepted; u takes all of them back"]


@pytest.mark.parametrize("answer", ["nothing", None])
def test_who_does_not_choose_judges_nothing(screen: StandIn, answer: str | None) -> None:
    queue = Queue(BulkOf())
    asked(screen, queue)
    screen.answer(answer)
    screen.work()
    assert queue.given == [] and screen.said == []


@pytest.mark.parametrize("verdict", ["return", "reject"])
def test_what_is_not_accepted_needs_words(screen: StandIn, verdict: str) -> None:
    queue = Queue(BulkOf())
    asked(screen, queue)
    screen.answer(verdict)
    assert isinstance(screen.pushed[-1], PromptLine)
    screen.answer(None)
    screen.work()
    assert queue.given == []
    asked(screen, queue)
    screen.answer(verdict)
    screen.answer("  too short ")
    screen.work()
    assert queue.given == [(verdict, "too short")]


def test_a_list_that_is_not_what_the_filter_says_is_not_judged(screen: StandIn) -> None:
    queue = Queue(BulkOf())
    queue.wish = Wish(filter="(")
    asked(screen, queue)
    assert screen.pushed == [] and "mend the filter" in screen.said[0]
    queue.shown.partial = True
    asked(screen, queue)
    assert screen.pushed == [] and "still being read" in screen.said[1]


def test_records_of_several_topics_or_of_one_s_own_are_not_asked_about(screen: StandIn) -> None:
    asked(screen, Queue(BulkOf(("a", "b"))))
    asked(screen, Queue(BulkOf(judgeable=0)))
    assert screen.pushed == []
    assert screen.said == [
        "These records are of 2 topics: choose one, as in topic:a.",
        "No record that is listed can be judged by you: 3 are your own.",
    ]


def test_one_act_at_a_time_also_the_way_back(screen: StandIn) -> None:
    queue = Queue(BulkOf())
    part = bulk(screen, queue)
    part.action_undo()
    part.action_redo()
    assert screen.said == [LATE]
    screen.work()
    assert screen.said[1:] == ["Taken back: two verdicts in practice"]


def test_a_refusal_is_told_and_the_list_read_again(screen: StandIn) -> None:
    queue = Queue(BulkOf())
    queue.problem = StoreError("the disk is full")
    asked(screen, queue)
    screen.answer("accept")
    screen.work()
    assert screen.said == ["the disk is full"] and queue.looked == 1
    assert screen.line.state == ("unsaved", "nothing was changed")
