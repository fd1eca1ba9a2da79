"""The journal of files: what is on disk, what a failure leaves behind, what damage costs."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StoreError
from app.records.events import event_line
from app.records.history.light import Event
from app.store.disk.files import check_topic
from app.store.disk.locks import holding
from app.store.journal import track
from app.store.journal.lines import read_line
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged, JournalReading, Store, Survey
from tests.store.conformance import StoreConformance
from tests.store.events import record_id, revision


class TestConformance(StoreConformance):
    pass


def _lines(*numbers: int) -> bytes:
    return b"".join(event_line(revision(number)) for number in numbers)


def _numbers(reading: JournalReading) -> list[str]:
    return [event.record[-2:] for event in reading.events]


# What is on disk.


def test_the_file_is_the_lines_of_the_events_and_nothing_else(store: JournalStore, folder: Path) -> None:
    store.append("retry", [revision(1), revision(2)])
    assert (folder / "retry.jsonl").read_bytes() == _lines(1, 2)
    assert {path.name for path in folder.iterdir()} == {"retry.jsonl", ".locks"}
    assert (folder / ".locks" / ".gitignore").read_text() == "*\n"


def test_a_save_is_one_write_then_fsync_of_the_file_and_once_of_the_folder(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append("other", [revision(9)])  # the lock's folder is made here
    calls: list[str] = []
    write, fsync = os.write, os.fsync

    def named(handle: int) -> str:
        return Path(f"/proc/self/fd/{handle}").readlink().name

    def watched_write(handle: int, data: bytes) -> int:
        if named(handle) == "retry.jsonl":
            calls.append(f"write {len(data)}")
        return write(handle, data)

    def watched_fsync(handle: int) -> None:
        calls.append(f"fsync {named(handle)}")
        fsync(handle)

    monkeypatch.setattr(os, "write", watched_write)
    monkeypatch.setattr(os, "fsync", watched_fsync)
    store.append("retry", [revision(1), revision(2)])
    store.append("retry", [revision(3)])
    assert calls == [
        f"write {len(_lines(1, 2))}",
        "fsync retry.jsonl",
        "fsync datasets",
        f"write {len(_lines(3))}",
        "fsync retry.jsonl",
    ]


def test_reading_writes_nothing(store: JournalStore, folder: Path) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1) + b"torn")
    store.read("retry")
    store.read("none")
    assert [path.name for path in folder.iterdir()] == ["retry.jsonl"]
    assert (folder / "retry.jsonl").read_bytes() == _lines(1) + b"torn"


def test_only_what_was_added_is_parsed_again(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []

    def counted(data: bytes, number: int) -> Event | Damaged | None:
        parsed.append(number)
        return read_line(data, number)

    monkeypatch.setattr("app.store.journal.store.read_line", counted)
    store.append("retry", [revision(1), revision(2)])
    assert store.read("retry") is store.read("retry")
    store.append("retry", [revision(3)])
    assert _numbers(store.read("retry")) == ["01", "02", "03"]
    assert parsed == [1, 2, 3]


def test_a_file_that_was_rewritten_is_read_anew(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1), revision(2)])
    first = store.read("retry")
    path.write_bytes(_lines(3, 4, 5))  # the same inode, and longer
    second = store.read("retry")
    assert _numbers(second) == ["03", "04", "05"]
    other = folder / "new"
    other.write_bytes(_lines(6))
    other.rename(path)
    third = store.read("retry")
    assert _numbers(third) == ["06"]
    path.write_bytes(b"")
    assert (store.read("retry").events, store.read("retry").exists) == ((), True)
    path.unlink()
    assert not store.read("retry").exists
    assert len({first.generation, second.generation, third.generation}) == 3


def test_a_file_changed_without_changing_its_length_is_read_anew(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1)])
    store.read("retry")
    path.write_bytes(_lines(2))
    os.utime(path, ns=(1, 1))  # the clock may be coarser than this test
    assert _numbers(store.read("retry")) == ["02"]


# Damage.


@pytest.mark.parametrize(
    ("line", "reason", "newer"),
    [
        (b"{", "not JSON", False),
        (b"\xff\xfe", "not JSON", False),
        (b"[]", "object", False),
        (b"[" * 5000, "JSON", False),
        (b"<<<<<<< HEAD", "merge by git", False),
        (event_line(revision(1)).replace(b"Write a pause", b"Write a break"), "not the hash", False),
        (
            event_line(revision(1)).replace(b"2026-01-31", b"0001-01-01").replace(b'Z"', b'+23:00"'),
            "UTC",
            False,
        ),
        (b'{"kind":"claim"}', "kind", True),
        (event_line(revision(1)).replace(b'"kind"', b'"mood":1,"kind"'), "mood", True),
        (event_line(revision(1)).replace(b'"kind"', b'"\\u001b[31m":1,"kind"'), "\\x1b", True),
    ],
)
def test_a_line_that_is_no_event_stays_and_is_named(
    store: JournalStore, folder: Path, line: bytes, reason: str, newer: bool
) -> None:
    data = _lines(1) + line.rstrip(b"\n") + b"\n" + _lines(2)
    (folder / "retry.jsonl").write_bytes(data)
    reading = store.read("retry")
    assert _numbers(reading) == ["01", "02"]
    [damage] = reading.damaged
    assert (damage.line, damage.newer) == (2, newer)
    assert reason in damage.reason
    assert damage.reason.isprintable()
    if newer:
        return  # and then nothing is added: see below
    store.append("retry", [revision(3)])
    assert (folder / "retry.jsonl").read_bytes() == data + _lines(3)


# Written by a newer version.

NEWER = event_line(revision(9)).replace(b'"kind"', b'"mood":1,"kind"')


def test_a_journal_with_a_newer_versions_line_is_read_but_not_written(
    store: JournalStore, folder: Path
) -> None:
    data = _lines(1) + NEWER
    (folder / "retry.jsonl").write_bytes(data)
    for _ in range(2):
        with pytest.raises(StoreError, match="line 2 was written by a newer version") as refusal:
            store.append("retry", [revision(3)])
        assert refusal.value.what.startswith("Nothing was saved to")
        assert "Update backspan" in refusal.value.remedy
        assert "backspan doctor retry" in refusal.value.remedy
    assert (folder / "retry.jsonl").read_bytes() == data
    assert [entry.record[-2:] for entry in store.survey("retry").entries] == ["01"]
    store.append("other", [revision(3)])


def test_a_newer_line_that_comes_between_two_saves_stops_the_second(
    store: JournalStore, folder: Path
) -> None:
    store.append("retry", [revision(1)])
    store.append("retry", [revision(2)])
    with (folder / "retry.jsonl").open("ab") as file:
        file.write(NEWER)
    with pytest.raises(StoreError, match="line 3"):
        store.append("retry", [revision(3)])
    (folder / "retry.jsonl").write_bytes(_lines(1, 2))  # what to do about it was done
    store.append("retry", [revision(3)])
    assert (folder / "retry.jsonl").read_bytes() == _lines(1, 2, 3)


def test_a_newer_line_that_comes_while_a_save_looks_is_seen_by_the_next(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at is what stood there before the look, not whatever stands there after it."""
    (folder / "retry.jsonl").write_bytes(_lines(1))
    survey = store._survey

    def late(*given: Any, **named: Any) -> Survey:
        seen = survey(*given, **named)
        with (folder / "retry.jsonl").open("ab") as file:
            file.write(NEWER)
        monkeypatch.setattr(store, "_survey", survey)
        return seen

    monkeypatch.setattr(store, "_survey", late)
    store.append("retry", [revision(2)])  # the look was over: as if the line had come just after
    with pytest.raises(StoreError, match="line 2 was written by a newer version"):
        store.append("retry", [revision(3)])
    assert (folder / "retry.jsonl").read_bytes() == _lines(1) + NEWER + _lines(2)


@pytest.mark.parametrize("light", [False, True])
def test_a_rewrite_of_the_same_length_is_seen_however_its_end_looks(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch, light: bool
) -> None:
    """The very same file, as long as before, and the same in all the bytes that show whether one has merely grown."""
    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0 if light else track.STRICT_AT_ONCE)
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(*range(1, 9)))
    size = path.stat().st_size
    assert size > len(_lines(1)) + 4096, "the end that is compared does not reach to the first line"
    before = store.read("retry"), store.survey("retry")
    with path.open("r+b") as file:
        file.write(_lines(9))
    os.utime(path, ns=(1, 1))  # the clock may be coarser than this test
    assert path.stat().st_size == size
    assert _numbers(store.read("retry"))[0] == "09"
    assert store.survey("retry").entries[0].record[-2:] == "09"
    assert store.fetch("retry", revision(9).id) == revision(9)
    assert store.read("retry").generation != before[0].generation
    assert store.survey("retry").generation != before[1].generation


def test_one_save_after_another_looks_at_the_journal_once(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1))
    looks: list[str] = []

    def counted(data: bytes, number: int) -> Event | Damaged | None:
        looks.append(data.decode())
        return read_line(data, number)

    monkeypatch.setattr("app.store.journal.track.read_line", counted)
    for number in (2, 3, 4):
        store.append("retry", [revision(number)])
    assert looks == [_lines(1).decode()]
    JournalStore(folder).append("retry", [revision(5)])  # somebody else
    looks.clear()
    store.append("retry", [revision(6)])
    assert looks == [_lines(number).decode() for number in (2, 3, 4, 5)]


def test_blank_lines_foreign_line_ends_and_a_byte_order_mark_cost_nothing(
    store: JournalStore, folder: Path
) -> None:
    data = b"\xef\xbb\xbf" + _lines(1).replace(b"\n", b"\r\n") + b"\n\r\n" + _lines(2)
    (folder / "retry.jsonl").write_bytes(data)
    reading = store.read("retry")
    assert (_numbers(reading), reading.damaged) == (["01", "02"], ())


def test_a_file_cut_anywhere_in_its_last_line_keeps_the_others_and_takes_the_next(folder: Path) -> None:
    path = folder / "retry.jsonl"
    first, last = _lines(1), _lines(2)
    for length in range(len(last) + 1):
        path.write_bytes(first + last[:length])
        store = JournalStore(folder)
        before = store.read("retry")
        whole = length >= len(last) - 1
        assert _numbers(before) == (["01", "02"] if whole else ["01"])
        assert [d.line for d in before.damaged] == ([] if whole or not length else [2])
        if length % 50 == 0 or whole:
            store.append("retry", [revision(3)])
            after = store.read("retry")
            assert _numbers(after) == (["01", "02", "03"] if whole else ["01", "03"])
            assert path.read_bytes().startswith(first + last[:length])
            assert len(after.damaged) == len(before.damaged)


def test_a_whole_event_without_its_line_feed_that_goes_away_starts_a_new_generation(
    store: JournalStore, folder: Path
) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(1, 2)[:-1])
    before = store.read("retry")
    assert _numbers(before) == ["01", "02"]
    path.write_bytes(_lines(1))
    after = store.read("retry")
    assert _numbers(after) == ["01"]
    assert after.generation != before.generation


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.integers(1, 9).map(_lines),
            st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"") + b"\n"),
            st.integers(1, 9).map(lambda number: _lines(number)[: number * 40] + b"\n"),
        )
    ),
    st.binary(max_size=10),
)
def test_any_bytes_open_and_every_good_line_in_them_is_read(
    folder: Path, lines: list[bytes], rest: bytes
) -> None:
    (folder / "retry.jsonl").write_bytes(b"".join(lines) + rest)
    good = [line for line in lines if line.startswith(b'{"id"') and line.endswith(b"}\n")]
    reading = JournalStore(folder).read("retry")
    assert [event_line(event) for event in reading.events] == good


# Failures.


@pytest.fixture
def filled(store: JournalStore, folder: Path) -> Iterator[JournalStore]:
    """A store with one event; whatever a test does to it in vain, that event must still be all there is."""
    store.append("retry", [revision(1)])
    yield store
    assert (folder / "retry.jsonl").read_bytes() == _lines(1)
    assert _numbers(store.read("retry")) == ["01"]


def _failing(code: int, after: int = 0) -> Callable[..., int]:
    """An `os.write` that writes so many bytes of a long line, then fails."""
    write = os.write
    left = [after]

    def broken(handle: int, data: bytes) -> int:
        if len(data) < 100:
            return write(handle, data)  # not ours: locks and test reports
        if left[0]:
            count, left[0] = left[0], 0
            return write(handle, bytes(data)[:count])
        raise OSError(code, os.strerror(code))

    return broken


@pytest.mark.parametrize("after", [0, 1, 200])
@pytest.mark.parametrize(
    ("code", "remedy"), [(errno.ENOSPC, "disk is full"), (errno.EIO, "disk reports"), (errno.EDQUOT, "quota")]
)
def test_a_write_that_fails_part_way_is_taken_back(
    filled: JournalStore, monkeypatch: pytest.MonkeyPatch, code: int, remedy: str, after: int
) -> None:
    monkeypatch.setattr(os, "write", _failing(code, after))
    with pytest.raises(StoreError, match=remedy) as caught:
        filled.append("retry", [revision(2)])
    assert "retry.jsonl" in caught.value.what
    monkeypatch.undo()


def test_an_fsync_that_fails_is_no_save(filled: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(StoreError, match="Nothing was saved"):
        filled.append("retry", [revision(2)])
    monkeypatch.undo()


def test_an_interrupt_by_the_keyboard_is_no_save(
    filled: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(KeyboardInterrupt):
        filled.append("retry", [revision(2)])
    monkeypatch.undo()


def test_short_and_interrupted_writes_are_finished(
    store: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    turns = iter(range(10_000))

    def slow(handle: int, data: bytes) -> int:
        if next(turns) % 3 == 0:
            raise InterruptedError
        return write(handle, bytes(data)[:7])

    monkeypatch.setattr(os, "write", slow)
    store.append("retry", [revision(1), revision(2)])
    monkeypatch.undo()
    assert _numbers(store.read("retry")) == ["01", "02"]


def test_a_really_full_disk(filled: JournalStore, folder: Path) -> None:
    size = (folder / "retry.jsonl").stat().st_size
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from app.errors import StoreError\n"
        "from app.store.journal.store import JournalStore\n"
        "from tests.store.events import revision\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100}, {size + 100}))\n"
        "try:\n"
        "    JournalStore(Path(sys.argv[1])).append('retry', [revision(2)])\n"
        "except StoreError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    assert "Nothing was saved" in done.stdout
    assert "raise that limit" in done.stdout


def test_a_lock_that_another_keeps_is_named(filled: JournalStore, folder: Path) -> None:
    hasty = JournalStore(folder, lock_timeout=0)
    with (
        holding(folder / ".locks" / "retry.jsonl.lock", 0, ""),
        pytest.raises(StoreError, match=r"another process.*retry\.jsonl\.lock"),
    ):
        hasty.append("retry", [revision(2)])


def test_a_lock_that_cannot_be_made_is_no_save(filled: JournalStore, folder: Path) -> None:
    lock = folder / ".locks" / "retry.jsonl.lock"
    lock.unlink()
    lock.mkdir()
    with pytest.raises(StoreError, match="Nothing was saved"):
        filled.append("retry", [revision(2)])


def test_a_folder_of_locks_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / ".locks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="link"):
        JournalStore(folder).append("retry", [revision(1)])
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_journal_that_is_a_link_is_neither_read_nor_written(
    store: JournalStore, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("mine")
    (folder / "retry.jsonl").symlink_to(tmp_path / "secret")
    for use in (lambda: store.append("retry", [revision(1)]), lambda: store.read("retry")):
        with pytest.raises(StoreError, match="It is a link"):
            use()
    assert (tmp_path / "secret").read_text() == "mine"
    assert store.topics() == ()


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_a_journal_that_is_no_file_is_refused(store: JournalStore, folder: Path, kind: str) -> None:
    path = folder / "retry.jsonl"
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    for use in (lambda: store.append("retry", [revision(1)]), lambda: store.read("retry")):
        with pytest.raises(StoreError, match=r"retry\.jsonl"):
            use()


@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_a_folder_that_is_gone_is_never_taken_for_an_empty_one(tmp_path: Path, instead: str) -> None:
    folder = tmp_path / "datasets"
    if instead == "a file":
        folder.write_text("")
    store: Store = JournalStore(folder)
    for use in (lambda: store.append("a", [revision(1)]), lambda: store.read("a"), store.topics):
        with pytest.raises(StoreError, match="datasets"):
            use()
    assert folder.exists() == (instead == "a file")


@pytest.mark.skipif(
    os.geteuid() == 0, reason="permissions do not bind root; the tests above use real obstacles"
)
def test_a_folder_that_may_not_be_written(filled: JournalStore, folder: Path) -> None:
    (folder / "retry.jsonl").chmod(0o444)
    with pytest.raises(StoreError, match="permissions"):
        filled.append("retry", [revision(2)])


def test_a_save_into_a_file_that_is_replaced_meanwhile_is_made_again(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1)])
    fsync = os.fsync

    def pull(handle: int) -> None:
        fsync(handle)
        monkeypatch.undo()
        (folder / "pulled").write_bytes(_lines(1, 5))
        (folder / "pulled").rename(path)

    monkeypatch.setattr(os, "fsync", pull)
    store.append("retry", [revision(2)])
    assert path.read_bytes() == _lines(1, 5, 2)


# Many writers.

_WRITER = """
import sys
from pathlib import Path
from app.store.journal.store import JournalStore
from tests.store.events import record_id
from tests.store.events import revision
store = JournalStore(Path(sys.argv[1]), lock_timeout=60)
for number in range(25):
    store.append("retry", [revision(int(sys.argv[2]) * 100 + number, think="because " * 400)])
    print(number, flush=True)
"""


def test_processes_that_write_at_once_lose_nothing_and_mix_nothing(store: JournalStore, folder: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), str(n)], stdout=subprocess.PIPE)
        for n in range(4)
    ]
    counts: list[int] = []
    while any(writer.poll() is None for writer in writers):
        reading = store.read("retry")
        assert reading.damaged == ()  # a line half written is waited for, never reported
        counts.append(len(reading.events))
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert counts == sorted(counts)
    lines = (folder / "retry.jsonl").read_bytes().splitlines()
    expected = {revision(n * 100 + i, think="because " * 400).id for n in range(4) for i in range(25)}
    assert len(lines) == 100
    assert {json.loads(line)["id"] for line in lines} == expected
    assert {event.id for event in store.read("retry").events} == expected


def test_a_writer_that_is_killed_keeps_what_it_announced_and_frees_the_lock(
    store: JournalStore, folder: Path
) -> None:
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), "0"], stdout=subprocess.PIPE)
    assert writer.stdout
    announced = [int(writer.stdout.readline()) for _ in range(5)]
    writer.kill()
    announced += [int(line) for line in writer.communicate()[0].splitlines()]
    store.append("retry", [revision(777)])
    found = {event.id for event in store.read("retry").events}
    assert {revision(n, think="because " * 400).id for n in announced} | {revision(777).id} <= found


# Small things.


@pytest.mark.parametrize("name", ["retry", "backoff_jitter", "a-b.c+d", "Über", "7", "_practice"])
def test_ordinary_names_of_topics_pass(name: str) -> None:
    assert check_topic(name) == name


def test_what_else_lies_in_the_folder_is_no_topic(store: JournalStore, folder: Path) -> None:
    for name in ("a b.jsonl", ".jsonl", ".hidden.jsonl", "notes.txt", "b.jsonl.bak"):
        (folder / name).write_text("")
    (folder / "folder.jsonl").mkdir()
    store.append("retry", [revision(1)])
    assert store.topics() == ("retry",)


def test_damage_counts_lines_from_one(store: JournalStore, folder: Path) -> None:
    (folder / "retry.jsonl").write_bytes(b"x\n\n" + _lines(1) + b"y\n")
    assert [damage.line for damage in store.read("retry").damaged] == [1, 4]
    assert all(isinstance(damage, Damaged) for damage in store.read("retry").damaged)


def test_nobody_adds_a_line_between_a_check_and_the_append(folder: Path) -> None:
    store, other = JournalStore(folder), JournalStore(folder, lock_timeout=0)
    store.append("retry", [revision(1)])

    def check() -> None:
        with pytest.raises(StoreError, match="another process has been writing"):
            other.append("retry", [revision(2)])

    store.append("retry", [revision(3)], check)
    other.append("retry", [revision(2)])
    assert [event.record for event in store.read("retry").events] == [record_id(n) for n in (1, 3, 2)]
