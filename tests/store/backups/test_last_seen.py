"""Missing is not empty: a journal that vanished, shrank or was replaced is told from one that never was."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import StoreError, UsageError
from app.store.backups.last_seen import SAMPLE, Alarm, Memory

IDS = [f"{number:064x}" for number in range(20)]


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path)


def look(memory: Memory, ids: list[str], exists: bool = True, topic: str = "retry") -> Alarm | None:
    """A journal of these events was read."""
    return memory.observe(topic, exists, len(set(ids)), 100 * len(ids), ids, set(ids).__contains__)


def test_what_was_never_seen_raises_no_alarm(memory: Memory, tmp_path: Path) -> None:
    assert look(memory, [], exists=False) is None
    assert look(memory, []) is None
    assert list(tmp_path.iterdir()) == []


def test_a_journal_that_grew_is_remembered_as_it_is_now(memory: Memory) -> None:
    assert look(memory, IDS[:3]) is None
    assert look(memory, IDS[:12]) is None
    seen = memory.recall("retry")
    assert seen is not None
    assert (seen.events, seen.bytes, seen.last) == (12, 1200, tuple(IDS[12 - SAMPLE : 12]))


def test_a_journal_that_vanished_raises_an_alarm_with_count_date_and_ways_back(
    memory: Memory, tmp_path: Path
) -> None:
    look(memory, IDS[:7])
    alarm = look(Memory(tmp_path), [], exists=False)
    assert alarm is not None
    seen = memory.recall("retry")
    assert seen is not None
    assert (alarm.loss, alarm.events, alarm.remembered) == ("vanished", 0, seen)
    assert "is gone" in alarm.what
    assert "7 events" in alarm.what
    assert f"{seen.at:%Y-%m-%d}" in alarm.what
    assert "backspan restore --journal retry" in alarm.remedy
    assert "git" in alarm.remedy
    assert "backspan doctor --accept retry" in alarm.remedy


@pytest.mark.parametrize("left", [0, 1, 6])
def test_a_journal_that_shrank_raises_an_alarm_until_the_events_are_back(memory: Memory, left: int) -> None:
    look(memory, IDS[:7])
    alarm = look(memory, IDS[:left])
    assert alarm is not None
    assert (alarm.loss, alarm.events) == ("shrank", left)
    assert look(memory, IDS[:left]) is not None, "seeing it again is not accepting it"
    assert look(memory, IDS[:7]) is None


def test_as_many_events_or_more_but_others_raise_an_alarm(memory: Memory) -> None:
    look(memory, IDS[:7])
    alarm = look(memory, IDS[:5] + IDS[10:])
    assert alarm is not None
    assert alarm.loss == "replaced"
    assert look(memory, IDS) is None, "a union of both lacks nothing"


def test_what_is_not_proven_yet_is_not_remembered_but_can_raise_the_alarm(memory: Memory) -> None:
    assert memory.observe("retry", True, 5, 1, IDS[:5], set(IDS[:5]).__contains__, proven=False) is None
    assert memory.recall("retry") is None
    look(memory, IDS[:4])
    assert memory.observe("retry", True, 3, 1, IDS[:3], set(IDS[:3]).__contains__, proven=False) is not None


def test_lines_that_occur_twice_count_once(memory: Memory) -> None:
    look(memory, IDS[:5] * 2)
    assert look(memory, IDS[:5]) is None


def test_only_the_persons_word_makes_it_forget(memory: Memory) -> None:
    look(memory, IDS[:7])
    assert memory.forget("retry")
    assert not memory.forget("retry")
    assert look(memory, IDS[:2]) is None
    assert look(memory, IDS[:1]) is not None


def test_topics_are_remembered_apart_by_several_workstations(tmp_path: Path) -> None:
    one, two = Memory(tmp_path), Memory(tmp_path)
    look(one, IDS[:3], topic="a")
    look(two, IDS[:4], topic="b")
    look(one, IDS[:5], topic="a")
    assert two.topics() == ("a", "b")
    assert [seen and seen.events for seen in map(two.recall, "ab")] == [5, 4]


@given(st.permutations([1, 2, 3, 4, 5]))
def test_the_larger_memory_wins_whatever_the_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("project")
    for count in order:
        Memory(folder).note("retry", count, count * 10, IDS[:count])
    seen = Memory(folder).recall("retry")
    assert seen is not None
    assert (seen.events, seen.bytes, seen.last) == (5, 50, tuple(IDS[:5]))


def test_threads_that_note_at_once_lose_no_topic(tmp_path: Path) -> None:
    def note(number: int) -> None:
        for count in (1, 2, 3):
            Memory(tmp_path).note(f"topic{number}", count, count)

    threads = [threading.Thread(target=note, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    memory = Memory(tmp_path)
    assert memory.topics() == tuple(f"topic{number}" for number in range(6))
    assert all((memory.recall(topic) or pytest.fail(topic)).events == 3 for topic in memory.topics())


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\x00" * 40,
        b"{",
        b"[]",
        b"null",
        b'{"format": 1}',
        b'{"format": 1, "topics": {"../x": {}}}',
        b'{"format": 1, "topics": {"a": {"events": "7", "bytes": 1, "at": "2026-01-31T12:00Z", "last": []}}}',
        b'{"format": 1, "topics": {"a": {"events": 7, "bytes": 1, "at": "2026-01-31T12:00", "last": []}}}',
    ],
)
def test_a_damaged_memory_is_told_once_and_set_aside_never_overwritten(
    memory: Memory, tmp_path: Path, damage: bytes
) -> None:
    look(memory, IDS[:7])
    memory.path.write_bytes(damage)
    with pytest.raises(StoreError, match="damaged"):
        look(memory, IDS[:3])
    assert look(memory, IDS[:3]) is None
    (aside,) = memory.path.parent.glob("seen.unreadable-*")
    assert aside.read_bytes() == damage
    assert (Memory(tmp_path).recall("retry") or pytest.fail()).events == 3


def test_a_link_in_its_place_is_not_followed(memory: Memory, tmp_path: Path) -> None:
    (tmp_path / ".backspan").mkdir()
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text("{}")
    memory.path.symlink_to(elsewhere)
    with pytest.raises(StoreError):
        memory.recall("retry")
    memory.note("retry", 3, 30)
    assert elsewhere.read_text() == "{}"


def test_the_file_is_plain_json_and_stays_out_of_git(memory: Memory) -> None:
    look(memory, IDS[:2])
    body = json.loads(memory.path.read_text())
    assert body["format"] == 1
    assert body["topics"]["retry"]["events"] == 2
    assert (memory.path.parent / ".gitignore").read_text() == "*\n"


def test_a_name_that_is_no_topics_is_refused(memory: Memory) -> None:
    with pytest.raises(UsageError):
        memory.note("../retry", 1, 1)
