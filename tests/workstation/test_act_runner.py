"""One act at a time, without a terminal."""

from __future__ import annotations

from typing import Any, cast

import pytest

from app.errors import StoreError
from app.workstation.act_runner import LATE, ActRunner
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn


@pytest.fixture
def screen() -> StandIn:
    return StandIn()


def runner(screen: StandIn, slow: float = 0.0) -> ActRunner:
    return ActRunner(cast(WorkScreen[Any], screen), nothing="nothing was written", slow=slow)


def full() -> str:
    raise StoreError("the disk is full")


def test_an_act_is_told_when_it_is_done_and_none_begins_before(screen: StandIn) -> None:
    acts, why = runner(screen), list[str]()
    acts.run(lambda: "accepted", str.upper, why.append)
    assert screen.line.state == ("saving", "") and acts.busy
    assert not acts.free() and screen.said == [LATE]
    screen.work()
    assert screen.line.state == ("saved", "ACCEPTED")
    assert acts.free() and why == []


def test_a_refusal_frees_the_way_and_is_told_once(screen: StandIn) -> None:
    acts, why = runner(screen), list[str]()
    acts.run(full, str, why.append)
    screen.work()
    assert why == ["the disk is full"] and acts.free()
    assert screen.line.state == ("unsaved", "nothing was written")


def test_what_is_quick_says_nothing_of_saving(screen: StandIn) -> None:
    acts = runner(screen, slow=0.15)
    acts.run(lambda: "done", str, str)
    assert acts.acting and screen.line.state == ("", "")
    screen.work()
    assert screen.timers[0].stopped and not acts.acting
    acts.run(lambda: "again", str, str)
    screen.timers[1].go()
    assert screen.line.state == ("saving", "")


def test_nothing_is_said_of_reading_but_no_act_begins_meanwhile(screen: StandIn) -> None:
    acts, read = runner(screen), list[str]()
    acts.read(lambda: "record", read.append, lambda error: None)
    assert acts.busy and not acts.acting and screen.line.state == ("", "")
    screen.work()
    assert read == ["record"] and not acts.busy


def test_reading_that_fails_frees_the_way(screen: StandIn) -> None:
    acts, why = runner(screen), list[Exception]()
    acts.read(full, str, why.append)
    screen.work()
    assert [str(one) for one in why] == ["the disk is full"] and not acts.busy


def test_a_mistake_of_ours_frees_the_way(screen: StandIn) -> None:
    acts = runner(screen, slow=0.15)
    acts.run(lambda: "done", str, str)
    acts.mistaken()
    assert not acts.busy and screen.timers[0].stopped
    assert screen.line.state == ("unsaved", "nothing was written")
