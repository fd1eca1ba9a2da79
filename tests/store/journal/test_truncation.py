"""A journal cut at every byte of its last two lines, or with its tail gone bad: all else is read, and goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.records.events import event_line
from app.store.journal.store import JournalStore
from app.store.protocol import JournalReading
from tests.store.events import review, revision

FIRST, SECOND, THIRD = (
    revision(1),
    revision(2, user="Wörter \U0001f980 \u2028 und mehr."),
    review(revision(1)),
)
NEXT = revision(20)
LINES = [event_line(event) for event in (FIRST, SECOND, THIRD)]
WHOLE = b"".join(LINES)
ONE, TWO = len(LINES[0]), len(LINES[0] + LINES[1])
TAILS: dict[str, Callable[[int], bytes]] = {
    "nothing": lambda lost: b"",
    "NUL": lambda lost: b"\0" * lost,
    "a block of NUL": lambda lost: b"\0" * 4096,
    "0xff": lambda lost: b"\xff" * lost,
    "another file's bytes": lambda lost: (b"fn main() {\n}\r\n\t" * lost)[:lost],
    "the journal's own beginning": lambda lost: WHOLE[: lost // 2],
}
"""What stands where so many bytes were lost; a power cut may leave a file's new length without its bytes."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power fails here, so nothing is waited for."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "retry.jsonl"


def looked_at(path: Path) -> tuple[set[str], JournalReading]:
    """What a process that starts now reads: the same both ways, and nothing in the folder changes by it."""
    before = {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()}
    strict, light = JournalStore(path.parent).read("retry"), JournalStore(path.parent).survey("retry")
    assert {event.id for event in strict.events} == {entry.id for entry in light.entries}
    assert light.damaged == strict.damaged
    assert {entry.name: entry.read_bytes() for entry in path.parent.iterdir() if entry.is_file()} == before
    return {event.id for event in strict.events}, strict


def expected(length: int) -> set[str]:
    """The events whose lines are whole if only so many bytes are left; the line feed may be missing."""
    return {
        event.id for event, end in ((FIRST, ONE), (SECOND, TWO), (THIRD, len(WHOLE))) if end - 1 <= length
    }


def goes_on(path: Path, known: set[str], damaged: int) -> None:
    """The next append stands on a line of its own, and changes nothing before it."""
    before = path.read_bytes()
    JournalStore(path.parent).append("retry", [NEXT])
    after = path.read_bytes()
    joint = b"" if not before or before.endswith(b"\n") else b"\n"
    assert after == before + joint + event_line(NEXT)
    found, reading = looked_at(path)
    assert found == known | {NEXT.id}
    assert len(reading.damaged) == damaged


def test_cut_at_every_byte_of_the_last_two_lines(path: Path) -> None:
    for length in range(ONE, len(WHOLE) + 1):
        path.write_bytes(WHOLE[:length])
        known, reading = looked_at(path)
        assert known == expected(length), length
        torn = length not in (ONE, TWO - 1, TWO, len(WHOLE) - 1, len(WHOLE))
        assert [damage.line for damage in reading.damaged] == ([2 if length < TWO else 3] if torn else [])
        goes_on(path, known, int(torn))


@pytest.mark.parametrize("tail", TAILS)
def test_a_tail_gone_bad_costs_only_the_lines_it_is_in(path: Path, tail: str) -> None:
    for length in range(ONE, len(WHOLE), 3):
        path.write_bytes(WHOLE[:length] + TAILS[tail](len(WHOLE) - length))
        known, reading = looked_at(path)
        assert FIRST.id in known
        assert {SECOND.id} & known == ({SECOND.id} if length >= TWO else set()) or tail == "nothing"
        assert known <= {FIRST.id, SECOND.id, THIRD.id}
        assert reading.damaged or tail == "nothing" or length in (TWO - 1, len(WHOLE) - 1)
        goes_on(path, known, len(reading.damaged))


def test_every_byte_of_the_last_line_replaced_is_never_read_as_another_event(path: Path) -> None:
    line = LINES[2]
    for at in range(len(line) - 1):
        changed = line[:at] + (b"~" if line[at : at + 1] != b"~" else b"!") + line[at + 1 :]
        path.write_bytes(LINES[0] + LINES[1] + changed)
        _, reading = looked_at(path)
        # A byte that says the same (the letter between day and hour) may pass; one that says something else may not.
        assert reading.events in ((FIRST, SECOND), (FIRST, SECOND, THIRD)), changed
        assert [damage.line for damage in reading.damaged] == ([3] if len(reading.events) == 2 else [])
    goes_on(path, {FIRST.id, SECOND.id}, 1)


def test_the_whole_file_turned_into_nothing_is_read_as_nothing_and_written_on(path: Path) -> None:
    path.write_bytes(b"\0" * len(WHOLE))
    known, reading = looked_at(path)
    assert (known, len(reading.damaged)) == (set(), 1)
    goes_on(path, set(), 1)
