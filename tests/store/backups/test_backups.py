"""Backups: whole, provable, made beside saves and never in their way; pruning keeps what could be needed."""

from __future__ import annotations

import errno
import gzip
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import StoreError
from app.records.events import event_line
from app.store.backups import backups as module
from app.store.backups.backups import Backups
from app.store.backups.copies import Backup, Why
from app.store.journal.store import JournalStore
from tests.store.events import revision


def grow(store: JournalStore, *records: int) -> bytes:
    for record in records:
        store.append("retry", [revision(record)])
    return store.path("retry").read_bytes()


def made(backups: Backups, why: Why = "routine") -> Backup:
    path = backups.make("retry", why)
    assert path is not None
    newest = backups.list("retry")[0]
    assert newest.path == path
    return newest


def placed(backups: Backups, age: timedelta, lines: int = 1, why: str = "") -> Path:
    """A backup of that age, by its name alone."""
    folder = backups.folder("retry")
    folder.mkdir(parents=True, exist_ok=True)
    at = datetime.now(UTC) - age
    path = folder / f"{at:%Y%m%dT%H%M%S}000Z-{lines}-{'0' * 8}{why and '-' + why}.jsonl.gz"
    path.write_bytes(gzip.compress(b""))
    return path


def test_a_backup_holds_the_journals_bytes_and_its_name_says_which(
    store: JournalStore, backups: Backups
) -> None:
    data = grow(store, 1, 2, 3)
    backup = made(backups)
    with backups.open(backup) as stream:
        assert stream.read() == data
    assert (backup.lines, backup.why, backup.topic) == (3, "routine", "retry")
    assert abs(backup.at - datetime.now(UTC)) < timedelta(minutes=1)
    assert backup.path.parent == store.folder.parent / ".backspan" / "backups" / "retry"
    assert (store.folder.parent / ".backspan" / ".gitignore").read_text() == "*\n"
    assert backups.proof(backup) == ""


def test_bytes_of_any_kind_are_kept_the_torn_line_too(store: JournalStore, backups: Backups) -> None:
    data = b"\x00\xff\r\n<<<<<<< ours\n" + event_line(revision())[:40]
    store.path("retry").write_bytes(data)
    backup = made(backups)
    with backups.open(backup) as stream:
        assert stream.read() == data
    assert backup.lines == 3


def test_without_a_journal_there_is_nothing_to_make_and_nothing_is_made(
    tmp_path: Path, backups: Backups
) -> None:
    assert backups.make("retry") is None
    assert not backups.due("retry")
    assert backups.list("retry") == ()
    assert not (tmp_path / ".backspan" / "backups").exists()


def test_the_same_bytes_are_backed_up_once_even_when_the_note_of_it_is_lost(
    store: JournalStore, backups: Backups
) -> None:
    grow(store, 1)
    made(backups)
    assert backups.make("retry") is None
    (backups.folder("retry") / "newest.json").write_text("[]")
    assert backups.make("retry") is None
    assert len(backups.list("retry")) == 1
    grow(store, 2)
    assert made(backups).lines == 2


def test_a_backup_is_due_at_first_then_when_the_journal_grew_by_half(
    store: JournalStore, backups: Backups
) -> None:
    grow(store, 1, 2, 3, 4)
    assert backups.due("retry")
    made(backups)
    assert not backups.due("retry")
    grow(store, 5)
    assert not backups.due("retry")
    grow(store, 6)
    assert backups.due("retry")


def test_the_routine_makes_what_is_due_and_prunes(tmp_path: Path, store: JournalStore) -> None:
    backups = Backups(tmp_path, store.folder, keep=2)
    for record in (1, 10, 100, 1000):
        grow(store, *range(record, record + 4))
        made = backups.routine("retry")
        assert (made is not None) == (record < 1000), "the last time it did not grow by half"
        assert backups.routine("retry") is None
    assert len(backups.list("retry")) == 2


def test_on_another_day_one_added_line_is_enough(store: JournalStore, backups: Backups) -> None:
    grow(store, 1, 2, 3, 4)
    backup = made(backups)
    yesterday = backup.path.with_name(
        f"{backup.at - timedelta(days=1):%Y%m%dT%H%M%S}000Z-4-{backup.digest}.jsonl.gz"
    )
    backup.path.rename(yesterday)
    assert backups.due("retry"), "its note speaks of another name"
    assert backups.make("retry") is None, "its bytes are the journal's"
    assert not backups.due("retry")
    grow(store, 5)
    assert backups.due("retry")


def test_what_makes_a_repair_safe_is_marked_where_it_exists_already(
    store: JournalStore, backups: Backups
) -> None:
    grow(store, 1)
    made(backups)
    assert backups.make("retry", "repair") is None
    (only,) = backups.list("retry")
    assert only.why == "repair"
    assert backups.proof(only) == ""
    assert not backups.due("retry")


def test_pruning_goes_by_count_and_keeps_the_newest(backups: Backups) -> None:
    paths = [placed(backups, timedelta(hours=hours)) for hours in (1, 2, 3, 4, 5)]
    assert Backups(backups.folder("retry").parents[2], Path(), keep=2).prune("retry") == tuple(paths[2:])
    assert [backup.path for backup in backups.list("retry")] == paths[:2]


def test_pruning_goes_by_age_and_never_takes_the_last(backups: Backups) -> None:
    old = placed(backups, timedelta(days=90))
    assert backups.prune("retry") == ()
    older = placed(backups, timedelta(days=91))
    assert backups.prune("retry") == (older,)
    assert [backup.path for backup in backups.list("retry")] == [old]


def test_pruning_never_takes_the_fullest_which_a_shrunk_journal_would_need(
    tmp_path: Path, backups: Backups
) -> None:
    fullest = placed(backups, timedelta(days=5), lines=1000)
    for days in (4, 3, 2):
        placed(backups, timedelta(days=days), lines=3)
    Backups(tmp_path, Path(), keep=1).prune("retry")
    assert [backup.lines for backup in backups.list("retry")] == [3, 1000]
    assert backups.best("retry") == next(b for b in backups.list("retry") if b.path == fullest)


def test_what_was_made_before_a_repair_outlasts_the_count_but_not_the_age(
    tmp_path: Path, backups: Backups
) -> None:
    newest = placed(backups, timedelta(days=1), lines=9)
    guarded = placed(backups, timedelta(days=50), why="repair")
    placed(backups, timedelta(days=70), why="restore")
    Backups(tmp_path, Path(), keep=1).prune("retry")
    assert [backup.path for backup in backups.list("retry")] == [newest, guarded]


def test_switched_off_nothing_is_due_or_pruned_but_a_repair_is_still_made_safe(
    tmp_path: Path, store: JournalStore
) -> None:
    off = Backups(tmp_path, store.folder, keep=0)
    grow(store, 1)
    assert not off.due("retry")
    assert made(off, "repair").lines == 1
    assert off.prune("retry") == ()


def test_a_full_disk_is_a_notice_that_leaves_nothing_and_saving_goes_on(
    store: JournalStore, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(store, 1)

    def full(handle: int, data: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module, "write_all", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        backups.make("retry")
    assert "free some space" in caught.value.remedy
    assert list(backups.folder("retry").iterdir()) == []
    grow(store, 2)
    assert len(store.read("retry").events) == 2


def test_a_backup_never_takes_the_room_that_saves_need(
    store: JournalStore, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(store, 1)
    monkeypatch.setattr(module, "RESERVE", 1 << 62)
    with pytest.raises(StoreError, match="MB are free"):
        backups.make("retry")
    assert backups.list("retry") == ()


def test_a_journal_cut_while_it_is_copied_is_told_and_never_half_a_backup(
    store: JournalStore, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(store, 1)
    monkeypatch.setattr(os, "pread", lambda handle, count, at: b"")
    with pytest.raises(StoreError, match="cut or replaced"):
        backups.make("retry")
    assert backups.list("retry") == ()


def test_what_is_saved_while_a_copy_is_made_waits_for_nothing_and_is_not_half_in_it(
    store: JournalStore, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grow(store, 1, 2)
    real = module._check_room

    def save_meanwhile(folder: Path, length: int) -> None:
        real(folder, length)
        # In a thread with a lock of its own: it would wait here for ever if the copy held the journal's.
        saver = threading.Thread(target=grow, args=(store, 3))
        saver.start()
        saver.join(20)
        assert not saver.is_alive()

    monkeypatch.setattr(module, "_check_room", save_meanwhile)
    backup = made(backups)
    with backups.open(backup) as stream:
        assert stream.read() == before
    assert len(store.read("retry").events) == 3


@pytest.mark.parametrize("cut", [0, 5, 30])
def test_a_damaged_backup_is_said_to_be_so(store: JournalStore, backups: Backups, cut: int) -> None:
    grow(store, 1)
    backup = made(backups)
    backup.path.write_bytes(backup.path.read_bytes()[:cut])
    assert "damaged" in backups.proof(backup) or "does not hold" in backups.proof(backup)


def test_a_backup_of_other_bytes_than_its_name_says_is_said_to_be_so(
    store: JournalStore, backups: Backups
) -> None:
    grow(store, 1)
    backup = made(backups)
    backup.path.write_bytes(gzip.compress(b"something else\n"))
    assert "does not hold the bytes" in backups.proof(backup)


def test_files_that_are_no_backups_are_neither_listed_nor_removed(
    store: JournalStore, backups: Backups
) -> None:
    grow(store, 1)
    backup = made(backups)
    strangers = {
        "notes.txt",
        "20260131T120000000Z-1-zzzzzzzz.jsonl.gz",
        "99999999T999999999Z-1-00000000.jsonl",
    }
    for name in strangers:
        (backup.path.parent / name).write_text("mine")
    backups.prune("retry")
    assert backups.list("retry") == (backup,)
    assert strangers <= {path.name for path in backup.path.parent.iterdir()}


def test_a_link_in_the_journals_place_is_refused(
    tmp_path: Path, store: JournalStore, backups: Backups
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("not a journal\n")
    store.path("retry").symlink_to(secret)
    with pytest.raises(StoreError):
        backups.make("retry")
    assert backups.list("retry") == ()


def test_a_link_in_the_folders_place_is_refused(
    tmp_path: Path, store: JournalStore, backups: Backups
) -> None:
    grow(store, 1)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".backspan").mkdir()
    (tmp_path / ".backspan" / "backups").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError):
        backups.make("retry")
    assert list((tmp_path / "elsewhere").iterdir()) == []
