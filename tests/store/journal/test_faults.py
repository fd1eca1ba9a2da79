"""Every call to the system that an append makes goes wrong once, in every way: saved whole, or refused and gone."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import StoreError
from app.records.events import event_line
from app.records.history.light import Event
from app.store.journal.store import JournalStore
from tests.store.events import review, revision
from tests.store.faults import Died, Disk, Fault, disk

OLD = [revision(1), revision(2)]
NEW: dict[str, list[Event]] = {
    "one event": [revision(7, think="because " * 60)],
    "several": [revision(7), review(revision(1)), revision(8), revision(9)],
}
AFTER = revision(20)
"""Appended when all is over: it must always find its place."""


def lines(events: Sequence[Event]) -> bytes:
    return b"".join(map(event_line, events))


STARTS: dict[str, bytes | None] = {
    "no journal, no folder of locks": None,
    "an empty journal": b"",
    "two events": lines(OLD),
    "a torn last line": lines(OLD) + event_line(revision(3))[:200],
    "a last line without its line feed": lines(OLD)[:-1],
}
CODES = [errno.ENOSPC, errno.EIO, errno.EINTR, errno.EACCES]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """No power fails here, so nothing is waited for."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder of journals as an append may find it."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    data = STARTS[request.param]
    if data is not None:
        (folder / ".locks").mkdir()
        (folder / ".locks" / ".gitignore").write_text("*\n")
        (folder / "retry.jsonl").write_bytes(data)
    return folder


@pytest.fixture(params=NEW)
def new(request: pytest.FixtureRequest) -> list[Event]:
    return NEW[request.param]


@contextmanager
def copied(folder: Path) -> Iterator[Path]:
    """A copy of the folder for one fault."""
    copy = folder.with_name("copy") / "datasets"
    shutil.copytree(folder, copy)
    yield copy
    shutil.rmtree(copy.parent)


def recorded(folder: Path, new: Sequence[Event]) -> Disk:
    """The calls of an append that goes well."""
    with copied(folder) as copy, disk(Fault(-1)) as calls:
        JournalStore(copy).append("retry", new)
    assert {"open", "write", "fsync", "fstat", "flock", "close"} <= set(calls.calls)
    return calls


def journal(folder: Path) -> bytes:
    path = folder / "retry.jsonl"
    return path.read_bytes() if path.exists() else b""


def stored(folder: Path) -> set[str]:
    """The ids that a process which starts now finds, read both ways."""
    strict, light = JournalStore(folder).read("retry"), JournalStore(folder).survey("retry")
    found = {event.id for event in strict.events}
    assert found == {entry.id for entry in light.entries}
    return found


def whole_after(folder: Path, before: bytes, earlier: set[str], new: Sequence[Event]) -> None:
    """Whatever happened: earlier bytes stand, nothing is joined, and saving again and going on both work."""
    data = journal(folder)
    assert data.startswith(before)
    assert all(line.count(b'{"id":"') <= 1 for line in data.split(b"\n"))
    assert earlier <= stored(folder) <= earlier | {event.id for event in new}
    store = JournalStore(folder, lock_timeout=0)
    store.append("retry", new)
    store.append("retry", [AFTER])
    data_now = journal(folder)
    assert data_now.startswith(data)
    assert all(line.count(b'{"id":"') <= 1 for line in data_now.split(b"\n"))
    assert stored(folder) == earlier | {event.id for event in new} | {AFTER.id}


@pytest.mark.parametrize(
    ("code", "half"),
    [*((code, False) for code in CODES), (errno.ENOSPC, True), (errno.EIO, True)],
    ids=lambda value: errno.errorcode.get(value) if value > 1 else ("half written" if value else "nothing"),
)
def test_a_call_that_fails_is_a_save_or_a_refusal_that_left_nothing(
    start: Path, new: list[Event], code: int, half: bool
) -> None:
    good, before, earlier = recorded(start, new).calls, journal(start), stored(start)
    last_sync = max(i for i, name in enumerate(good) if name == "fsync")
    for k, name in enumerate(good):
        if half and name != "write":
            continue
        with copied(start) as folder:
            try:
                with disk(Fault(k, code, half)):
                    JournalStore(folder, lock_timeout=0).append("retry", new)
            except StoreError as error:
                assert error.what.startswith("Nothing was saved to") and error.remedy
                if k <= last_sync:
                    assert journal(folder) == before, f"call {k}, {name}"
            else:
                assert {event.id for event in new} <= stored(folder)
            whole_after(folder, before, earlier, new)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO], ids=errno.errorcode.get)
def test_a_disk_that_stays_broken_costs_no_earlier_line(start: Path, new: list[Event], code: int) -> None:
    good, before, earlier = recorded(start, new).calls, journal(start), stored(start)
    for k, _ in enumerate(good):
        for half in (False, True):
            with copied(start) as folder:
                try:
                    with disk(Fault(k, code, half, lasting=True)):
                        JournalStore(folder, lock_timeout=0).append("retry", new)
                except StoreError as error:
                    assert error.remedy
                else:
                    assert {event.id for event in new} <= stored(folder)
                whole_after(folder, before, earlier, new)


def _journals_write(calls: Sequence[str]) -> int:
    """Which call writes the events: before it the folder of locks may be made, with a file of its own."""
    return max(at for at, name in enumerate(calls) if name == "write")


@pytest.mark.parametrize("when", ["before", "half", "after"])
def test_a_process_that_ends_in_any_call_leaves_what_the_next_one_can_use(
    start: Path, new: list[Event], when: str
) -> None:
    good, before, earlier = recorded(start, new).calls, journal(start), stored(start)
    saved = _journals_write(good)
    for k, name in enumerate(good):
        if when == "half" and name != "write":
            continue
        with copied(start) as folder:
            with pytest.raises(Died), disk(Fault(k, half=when == "half", after=when == "after")):
                JournalStore(folder, lock_timeout=0).append("retry", new)
            if when == "after" and k == saved:
                assert {event.id for event in new} <= stored(folder)
            whole_after(folder, before, earlier, new)


def test_a_name_that_its_maker_died_over_is_durable_before_the_next_save_is_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    calls = recorded_in(tmp_path / "good")
    folder = tmp_path / "datasets"
    folder.mkdir()
    with pytest.raises(Died), disk(Fault(_journals_write(calls) + 1, after=True)):
        JournalStore(folder).append("retry", [revision(1)])  # written, and flushed: but not its name
    assert synced[-1] == (folder / "retry.jsonl").stat().st_ino
    assert stored(folder) == {revision(1).id}
    synced.clear()
    store = JournalStore(folder)
    store.append("retry", [revision(2)])
    assert synced == [(folder / "retry.jsonl").stat().st_ino, folder.stat().st_ino]
    store.append("retry", [revision(3)])
    assert synced[2:] == [(folder / "retry.jsonl").stat().st_ino]  # a name is made durable once


def recorded_in(folder: Path) -> list[str]:
    """The calls of a first append."""
    folder.mkdir()
    with disk(Fault(-1)) as calls:
        JournalStore(folder).append("retry", [revision(1)])
    return calls.calls


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_short_writes_are_finished(
    start: Path, new: list[Event], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, before, earlier = os.write, journal(start), stored(start)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, data: write(handle, bytes(data)[:size]))
        JournalStore(start).append("retry", new)
    torn = bool(before) and not before.endswith(b"\n")
    assert journal(start) == before + b"\n" * torn + lines(new)
    whole_after(start, before, earlier, new)


_HOLDER = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lock_that_another_process_keeps_is_a_refusal_until_that_process_ends(
    start: Path, new: list[Event]
) -> None:
    before, earlier = journal(start), stored(start)
    (start / ".locks").mkdir(exist_ok=True)
    lock = start / ".locks" / "retry.jsonl.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout and holder.stdout.readline() == b"held\n"
    try:
        with pytest.raises(StoreError, match="another process") as refusal:
            JournalStore(start, lock_timeout=0.02).append("retry", new)
        assert refusal.value.remedy
        assert journal(start) == before
    finally:
        holder.kill()
        holder.communicate()
    whole_after(start, before, earlier, new)


def test_a_file_system_without_locks_is_a_refusal(
    start: Path, new: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = journal(start)

    def none(handle: int, how: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(StoreError, match="lock"):
        JournalStore(start).append("retry", new)
    assert journal(start) == before
