"""Which keys do nothing between two records, without a terminal."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.workstation.act_runner import ActRunner
from app.workstation.review.passing import LATE, Passing
from app.workstation.review.reader import ReviewReader
from app.workstation.review.type_ahead import SPELL, TypeAhead
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn


def test_keys_behind_one_that_did_nothing_do_nothing_until_hands_rest() -> None:
    now = [10.0]
    typed = TypeAhead(lambda: now[0])
    assert not typed.deaf()
    typed.refuse()
    for _ in range(5):  # each of them makes it last
        now[0] += SPELL * 0.9
        assert typed.deaf()
    now[0] += SPELL
    assert not typed.deaf() and not typed.deaf()


class Session:
    """Three records, gone through in order."""

    records = ("a", "b", "c")

    def next(self, record: str | None, step: int = 1) -> str | None:
        return self.neighbour(record, step) if record else "a" if step > 0 else "c"

    def neighbour(self, record: str, step: int) -> str | None:
        at = self.records.index(record) + step
        return self.records[at] if 0 <= at < len(self.records) else None


class Reader:
    """Shows the name of what is read."""

    def __init__(self, record: str | None = "a") -> None:
        self.session = Session()
        self.sheet = SimpleNamespace(record=record) if record else None
        self.touched = 0

    def touch(self) -> None:
        self.touched += 1

    def read(self, session: Session, record: str) -> str:
        return record

    def show(self, record: str) -> None:
        self.sheet = SimpleNamespace(record=record)


@pytest.fixture
def screen() -> StandIn:
    return StandIn()


def passing(screen: StandIn, reader: Reader) -> tuple[Passing, ActRunner]:
    host = cast(WorkScreen[Any], screen)
    runner = ActRunner(host, slow=0.15)
    return Passing(host, cast(ReviewReader, reader), runner), runner


def test_one_goes_from_record_to_record_and_is_told_at_both_ends(screen: StandIn) -> None:
    reader = Reader()
    one, _ = passing(screen, reader)
    shown = []
    for act in (one.action_next, one.action_next, one.action_next, one.action_previous):
        act()
        screen.work()
        assert reader.sheet is not None
        shown.append(reader.sheet.record)
    assert shown == ["b", "c", "c", "b"]
    assert screen.said == ["This is the last one of this pass."]
    assert reader.touched == 4, "who goes on is at it"


def test_where_no_record_is_in_sight_the_pass_begins_again_or_at_its_end(screen: StandIn) -> None:
    reader = Reader(None)
    one, _ = passing(screen, reader)
    one.action_previous()
    screen.work()
    assert reader.sheet is not None and reader.sheet.record == "c"


def test_a_key_while_an_act_is_written_does_nothing_nor_do_those_behind_it(screen: StandIn) -> None:
    one, runner = passing(screen, Reader())
    runner.run(lambda: "", str, str)
    one.action_skip()
    assert screen.said == [LATE] and one.deaf()
    screen.work()
    one.action_skip()
    assert screen.said == [LATE] and screen.jobs == []


def test_a_key_held_down_while_a_record_is_read_says_nothing(screen: StandIn) -> None:
    one, _ = passing(screen, Reader())
    one.action_next()
    one.action_next()
    assert screen.said == [] and len(screen.jobs) == 1 and not one.deaf()
