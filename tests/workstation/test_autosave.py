"""Keeping a draft, without a terminal: what is written when, and what never lands on top of what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from textual.widget import Widget

from app.errors import BackspanError, StoreError
from app.records.draft import Draft
from app.workstation.autosave import DELAY, Autosave

FIRST = Draft("practice", "R1", "ada", user="One.")
SECOND = replace(FIRST, user="One. Two.")


class Owner:
    """Timers and workers that run when the test says so."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []
        self.workers: list[Callable[[], None]] = []
        self.app = self

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Owner:
        assert delay == DELAY
        self.timers.append(callback)
        return self

    def stop(self) -> None:
        self.timers.clear()

    def run_worker(self, work: Callable[[], None], **_: Any) -> None:
        self.workers.append(work)

    def call_from_thread(self, call: Callable[[BackspanError], None], error: BackspanError) -> None:
        call(error)

    def work(self) -> None:
        while self.workers:
            self.workers.pop(0)()


class InHand:
    """A draft in hand, and the file that it is kept in."""

    def __init__(self) -> None:
        self.draft = FIRST
        self.dirty = True
        self.file: list[Draft | None] = []
        self.problem: StoreError | None = None

    def keep(self, draft: Draft) -> None:
        if self.problem is not None:
            raise self.problem
        self.file.append(draft)

    def drop_file(self, draft: Draft) -> None:
        if self.problem is not None:
            raise self.problem
        self.file.append(None)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
def hand() -> InHand:
    return InHand()


@pytest.fixture
def told() -> list[BackspanError]:
    return []


@pytest.fixture
def saver(owner: Owner, hand: InHand, told: list[BackspanError]) -> Autosave:
    return Autosave(cast(Widget, owner), hand, told.append)


def test_many_changes_are_one_timer_and_one_write(saver: Autosave, owner: Owner, hand: InHand) -> None:
    saver.changed()
    saver.changed()
    assert len(owner.timers) == 1 and hand.file == []
    owner.timers[0]()
    owner.work()
    assert hand.file == [FIRST]
    saver.soon()
    assert owner.workers == [], "it is on disk already"


def test_what_says_nothing_new_is_not_written(saver: Autosave, owner: Owner, hand: InHand) -> None:
    hand.dirty = False
    saver.soon()
    saver.now()
    assert owner.workers == [] and hand.file == []


def test_a_worker_that_comes_late_writes_what_is_newest(saver: Autosave, owner: Owner, hand: InHand) -> None:
    saver.soon()
    hand.draft = SECOND
    owner.work()
    assert hand.file == [SECOND]


def test_a_worker_that_comes_late_leaves_another_record_s_newer_text(
    saver: Autosave, owner: Owner, hand: InHand
) -> None:
    saver.soon()  # FIRST, in a worker that does not run yet
    hand.draft = SECOND
    saver.now()
    hand.draft = replace(FIRST, record="R2")
    owner.work()
    assert hand.file == [SECOND]


def test_what_cannot_be_kept_is_told_and_tried_again(
    saver: Autosave, owner: Owner, hand: InHand, told: list[BackspanError]
) -> None:
    hand.problem = StoreError("the disk is full")
    saver.soon()
    owner.work()
    assert told == [hand.problem] and hand.file == []
    with pytest.raises(StoreError):
        saver.now()
    hand.problem = None
    saver.now()
    assert hand.file == [FIRST]


def test_why_it_cannot_be_kept_is_told_while_the_next_write_may_begin(
    saver: Autosave, owner: Owner, hand: InHand, told: list[BackspanError]
) -> None:
    """The interface waited for a write that waited for the interface: it told of the full disk with the lock held."""
    hand.problem = StoreError("the disk is full")

    def tell(call: Callable[[BackspanError], None], error: BackspanError) -> None:
        hand.problem = None
        saver.now(patience=0)
        call(error)

    owner.call_from_thread = tell  # type: ignore[method-assign]
    saver.soon()
    owner.work()
    assert len(told) == 1 and hand.file == [FIRST]


def test_a_saved_draft_s_file_is_set_aside_unless_more_was_written(
    saver: Autosave, owner: Owner, hand: InHand
) -> None:
    saver.now()
    saver.forget(FIRST)
    owner.work()
    assert hand.file == [FIRST], "the draft says something that is not in the journal"
    hand.dirty = False
    saver.forget(FIRST)
    owner.work()
    assert hand.file == [FIRST, None]


def test_what_is_thrown_away_is_in_the_trash_with_its_last_words(
    saver: Autosave, hand: InHand, told: list[BackspanError]
) -> None:
    saver.now()
    hand.draft = SECOND
    saver.drop(unkept=True)
    assert hand.file == [FIRST, SECOND, None] and told == []
