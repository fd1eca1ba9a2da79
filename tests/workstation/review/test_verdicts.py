"""What a key does to the record in sight, without a terminal: nothing before it was seen, and no words are lost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import pytest

from app.errors import StoreError
from app.records.events import Place
from app.settings.person import Settings
from app.workstation.act_runner import ActRunner
from app.workstation.review.passing import LATE, Passing
from app.workstation.review.reader import ReviewReader
from app.workstation.review.verdicts import Verdicts
from app.workstation.screen import WorkScreen
from tests.workstation.standin import StandIn
from widgets.dialogs.note import NoteDialog


class Done(NamedTuple):
    """An act that is on disk."""

    record: str
    deed: str
    brief: bool = False


class Session:
    """A pass, whose acts are noted."""

    def __init__(self) -> None:
        self.acts: list[tuple[Any, ...]] = []
        self.problem: StoreError | None = None
        self.brief = False

    def verdict(self, sheet: Any, verdict: str, note: str, place: Place | None, seconds: int) -> Done:
        return self._did(sheet.record, verdict, note, seconds)

    def comment(self, sheet: Any, note: str, place: Place | None) -> Done:
        return self._did(sheet.record, "comment", note)

    def undo(self) -> Done:
        return self._did("a", "undo")

    def next(self, record: str) -> str | None:
        return "b"

    def _did(self, record: str, *what: Any) -> Done:
        if self.problem is not None:
            raise self.problem
        self.acts.append((record, *what))
        return Done(record, "accepted", self.brief)


class Reader:
    """Has `a` in sight."""

    def __init__(self) -> None:
        self.session = Session()
        self.sheet: Any = SimpleNamespace(record="a", texts=("user", "think", "block"))
        self.seen, self.seconds, self.told = True, 9, None
        self.shown: list[str | None] = []
        self.looked = 0

    def touch(self) -> None:
        """The person is at it."""

    def read(self, session: Session, record: str | None) -> str | None:
        return record

    def show_act(self, told: str | None) -> None:
        self.shown.append(told)

    def look_again(self) -> None:
        self.looked += 1


class World:
    """The verdicts on one record."""

    def __init__(self) -> None:
        self.screen, self.reader = StandIn(), Reader()
        self.screen.focused = None  # type: ignore[attr-defined]
        host, reader = cast(WorkScreen[None], self.screen), cast(ReviewReader, self.reader)
        self.runner = ActRunner(host, nothing="nothing was written", slow=0.15)
        self.passing = Passing(host, reader, self.runner)
        self.verdicts = Verdicts(host, reader, self.runner, self.passing, Settings())

    @property
    def acts(self) -> list[tuple[Any, ...]]:
        return self.reader.session.acts


@pytest.fixture
def world() -> World:
    return World()


def test_a_verdict_is_on_disk_before_the_next_record_comes(world: World) -> None:
    world.verdicts.action_accept()
    assert world.acts == [] and world.reader.shown == []
    world.screen.work()
    assert world.acts == [("a", "accept", "", 9)] and world.reader.shown == ["b"]
    assert world.screen.line.state[0] == "saved" and world.screen.line.state[1].endswith("accepted")


def test_what_was_not_painted_yet_is_not_judged_nor_by_the_keys_behind(world: World) -> None:
    world.reader.seen = False
    world.verdicts.action_accept()
    world.reader.seen = True
    world.verdicts.action_accept()
    world.screen.work()
    assert world.acts == [] and len(world.screen.said) == 1
    assert "only just come" in world.screen.said[0]


def test_a_second_key_while_the_first_is_written_judges_nothing(world: World) -> None:
    world.verdicts.action_accept()
    world.verdicts.action_accept()
    assert world.screen.said == [LATE]
    world.screen.work()
    assert len(world.acts) == 1


def test_where_no_record_is_in_sight_the_keys_that_work_are_named(world: World) -> None:
    world.reader.sheet = None
    world.verdicts.action_reject()
    assert world.screen.jobs == [] and "u takes the last act back" in world.screen.said[0]


@pytest.mark.parametrize(("act", "verdict"), [("return_it", "return"), ("reject", "reject")])
def test_a_note_is_asked_for_and_who_gives_none_judges_nothing(world: World, act: str, verdict: str) -> None:
    getattr(world.verdicts, f"action_{act}")()
    world.screen.answer(None)
    assert world.screen.jobs == []
    getattr(world.verdicts, f"action_{act}")()
    world.reader.seconds = 60  # reading ended when the question came
    world.screen.answer("Too short.")
    world.screen.work()
    assert world.acts == [("a", verdict, "Too short.", 9)]


def test_nobody_s_words_are_lost_with_a_full_disk(world: World) -> None:
    world.reader.session.problem = StoreError("the disk is full")
    world.verdicts.action_reject()
    world.screen.answer("Too short.")
    world.screen.work()
    assert isinstance(world.screen.pushed[-1], NoteDialog), "the question comes again with what was typed"
    assert world.reader.looked == 1 and world.screen.line.state == ("unsaved", "nothing was written")
    world.reader.session.problem = None
    world.screen.answer("Too short.")
    world.screen.work()
    assert world.acts == [("a", "reject", "Too short.", 9)]


def test_a_comment_that_comes_while_an_act_is_written_is_asked_again(world: World) -> None:
    world.verdicts.action_comment()
    world.runner.busy = True
    world.screen.answer("Why seven?")
    assert isinstance(world.screen.pushed[-1], NoteDialog) and world.screen.jobs == []
    world.runner.busy = False
    world.screen.answer("Why seven?")
    world.screen.work()
    assert world.acts == [("a", "comment", "Why seven?")] and world.reader.shown == ["a"]


def test_a_verdict_of_a_moment_s_reading_is_told_as_such(world: World) -> None:
    world.reader.session.brief = True
    world.verdicts.action_accept()
    world.screen.work()
    assert world.screen.said == ["Accepted after 9 s of reading; u takes it back."]


def test_what_is_done_is_done_though_the_next_record_cannot_be_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: object) -> None:
        raise StoreError("the journal cannot be read")

    monkeypatch.setattr(world.reader, "read", unread)
    world.verdicts.action_accept()
    world.screen.work()
    assert world.acts == [("a", "accept", "", 9)] and world.screen.said == ["the journal cannot be read"]
    assert world.screen.line.state[0] == "saved"


def test_the_last_act_is_taken_back_and_shown(world: World) -> None:
    world.verdicts.action_undo()
    world.screen.work()
    assert world.acts == [("a", "undo")] and world.screen.line.state[1].endswith("took back: accepted")
