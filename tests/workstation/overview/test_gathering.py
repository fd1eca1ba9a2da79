"""Gathering figures in the background, without a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, cast

import pytest

from app.base.cancelling import never
from app.errors import StoreError
from app.progress.stats.board import Board, Gathering
from app.workstation.overview.gathering import BoardKnown, Counting, CountingEnded, FigureGathering
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn


class Steps:
    """Gathers what the test says."""

    def __init__(self, *boards: Board) -> None:
        self.boards = boards
        self.asked: list[bool] = []
        self.problem: StoreError | None = None

    def steps(
        self,
        progress: Callable[[str, int, int], None],
        cancelled: Callable[[], bool] = never,
        costly: bool = True,
    ) -> Iterator[Board]:
        self.asked.append(costly)
        if self.problem is not None:
            raise self.problem
        for at, board in enumerate(self.boards):
            progress("counting", at, len(self.boards))
            progress("counting", at, len(self.boards))
            yield board


@pytest.fixture
def screen() -> StandIn:
    return StandIn()


def gathering(screen: StandIn, steps: Steps) -> FigureGathering:
    return FigureGathering(cast(WorkScreen[Any], screen), cast(Gathering, steps))


def deliver(screen: StandIn, figures: FigureGathering) -> list[str]:
    """Hand over what the thread posted; the kinds of it."""
    kinds = [type(one).__name__ for one in screen.posted]
    for message in screen.posted:
        match message:
            case BoardKnown():
                figures.know(message.board)
            case Counting():
                figures.tell(message)
            case CountingEnded():
                figures.ended(message)
    screen.posted = []
    return kinds


def test_what_is_known_comes_step_by_step_and_a_share_is_told_once(screen: StandIn) -> None:
    figures = gathering(screen, Steps(Board(), Board()))
    figures.start(costly=True)
    screen.work()
    assert not figures.learned
    assert deliver(screen, figures) == ["Counting", "BoardKnown", "Counting", "BoardKnown", "CountingEnded"]
    assert figures.learned and screen.line.work == ""


def test_a_remark_is_told_once_and_of_many_the_first(screen: StandIn) -> None:
    board = replace(Board(), remarks=("one", "two", "three", "four"))
    figures = gathering(screen, Steps(board, board))
    figures.start(costly=True)
    screen.work()
    deliver(screen, figures)
    assert screen.said == ["one\ntwo\nthree\n… and 1 more"]


def test_what_changes_meanwhile_is_read_once_the_rest_is_done(screen: StandIn) -> None:
    steps = Steps(Board())
    figures = gathering(screen, steps)
    figures.start(costly=True)
    figures.journal_changed()
    figures.journal_changed()
    screen.work()
    assert steps.asked == [True]
    deliver(screen, figures)
    screen.work()
    assert steps.asked == [True, True], "findings are not known yet"
    deliver(screen, figures)
    assert screen.jobs == []


def test_a_worker_that_was_replaced_ends_nothing(screen: StandIn) -> None:
    figures = gathering(screen, Steps(Board()))
    figures.start(costly=True)
    screen.work()
    late, screen.posted = screen.posted, []
    figures.start(costly=False)
    figures.ended(late[-1])
    figures.journal_changed()
    assert len(screen.jobs) == 1, "the second is still at it"


def test_stopping_says_how_it_goes_on_and_a_problem_says_itself(screen: StandIn) -> None:
    steps = Steps(Board())
    figures = gathering(screen, steps)
    figures.start(costly=True)
    screen.work(cancelled=True)
    deliver(screen, figures)
    assert screen.line.work == "stopped; r goes on"
    steps.problem = StoreError("the journal cannot be read")
    figures.start(costly=True)
    screen.work()
    deliver(screen, figures)
    assert screen.said == ["the journal cannot be read"] and screen.line.work == ""
