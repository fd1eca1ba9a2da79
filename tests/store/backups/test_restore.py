"""A journal brought back: what it lacks is added, what is there stays, and a damaged copy passes for nothing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StoreError, UsageError
from app.records.events import event_line
from app.store.backups import restore as restoring
from app.store.backups.backups import Backups
from app.store.backups.restore import choose, finish_last_line, journal_lines, restore
from app.store.disk.locks import holding
from app.store.journal.raw_lines import LONGEST
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged
from tests.store.events import revision

LINES = [event_line(revision(number)) for number in range(6)]


def backed_up(store: JournalStore, backups: Backups, data: bytes) -> Path:
    store.path("retry").write_bytes(data)
    path = backups.make("retry")
    assert path is not None
    return path


def test_a_journal_that_is_gone_comes_back_byte_for_byte_damage_and_all(
    store: JournalStore, backups: Backups
) -> None:
    data = LINES[0] + b"<<<<<<< ours\n" + LINES[1] + LINES[2][:50]
    source = backed_up(store, backups, data)
    store.path("retry").unlink()
    result = restore(store, backups, "retry", source)
    assert store.path("retry").read_bytes() == data
    assert (result.whole, result.before, result.held, result.added) == (True, 0, 2, 2)
    assert [damaged.line for damaged in result.left] == [2, 4]


def test_a_journal_that_shrank_gets_what_it_lacks_after_what_it_has(
    store: JournalStore, backups: Backups
) -> None:
    source = backed_up(store, backups, b"".join(LINES[:4]))
    now = LINES[1] + b"rubbish\n" + LINES[5]
    store.path("retry").write_bytes(now)
    result = restore(store, backups, "retry", source)
    assert (result.whole, result.before, result.held, result.added) == (False, 2, 4, 3)
    after = store.path("retry").read_bytes()
    assert after.startswith(now)
    assert {event.id for event in store.read("retry").events} == {
        revision(number).id for number in (0, 1, 2, 3, 5)
    }
    with backups.open(backups.list("retry")[0]) as stream:
        assert stream.read() == now, "what was there is kept beside the backups"
    assert backups.list("retry")[0].why == "restore"


def test_a_torn_last_line_is_not_joined_to_what_comes_back(store: JournalStore, backups: Backups) -> None:
    source = backed_up(store, backups, LINES[0] + LINES[1])
    store.path("retry").write_bytes(LINES[0] + LINES[1][:33])
    restore(store, backups, "retry", source)
    assert store.path("retry").read_bytes() == LINES[0] + LINES[1][:33] + b"\n" + LINES[1]


def test_trying_it_changes_nothing_at_all(store: JournalStore, backups: Backups, tmp_path: Path) -> None:
    source = backed_up(store, backups, b"".join(LINES))
    store.path("retry").write_bytes(LINES[0])
    before = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    assert restore(store, backups, "retry", source, dry_run=True).added == 5
    store.path("retry").unlink()
    assert restore(store, backups, "retry", source, dry_run=True).whole
    after = {path: path.lstat().st_mtime_ns for path in tmp_path.rglob("*")}
    before.pop(store.path("retry"))
    before.pop(store.folder)
    after.pop(store.folder)
    assert after == before


def test_where_nothing_lacks_nothing_is_written(store: JournalStore, backups: Backups) -> None:
    source = backed_up(store, backups, LINES[0])
    store.path("retry").write_bytes(LINES[1] + LINES[0])
    assert restore(store, backups, "retry", source).added == 0
    assert store.path("retry").read_bytes() == LINES[1] + LINES[0]
    assert len(backups.list("retry")) == 1


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1), st.lists(st.sampled_from([*LINES, b"x\n", b"\n"])))
def test_the_law_of_restoring_is_union(
    tmp_path_factory: pytest.TempPathFactory, copy: list[bytes], there: list[bytes]
) -> None:
    root = tmp_path_factory.mktemp("project")
    (root / "datasets").mkdir()
    store, backups = JournalStore(root / "datasets"), Backups(root, root / "datasets")
    source = backed_up(store, backups, b"".join(copy))
    now = b"".join(there)
    store.path("retry").write_bytes(now)
    for _ in range(2):
        restore(store, backups, "retry", source)
    after = store.path("retry").read_bytes()
    assert after.startswith(now)
    assert set(after.splitlines()) == set(now.splitlines()) | {line.strip() for line in copy}
    assert len(after.splitlines()) == len(there) + len(set(copy) - set(there))


def test_half_a_backup_does_not_pass_for_all_there_was(store: JournalStore, backups: Backups) -> None:
    source = backed_up(store, backups, b"".join(LINES) * 50)
    source.write_bytes(source.read_bytes()[:-30])
    store.path("retry").unlink()
    with pytest.raises(StoreError, match="damaged"):
        restore(store, backups, "retry", source)
    assert not store.path("retry").exists()


@pytest.mark.parametrize("there", [False, True])
def test_a_backup_of_whole_lines_that_is_not_what_its_name_says_does_not_pass_for_it(
    store: JournalStore, backups: Backups, there: bool
) -> None:
    """A copy that reads well and lacks its end: only its name tells how much there was, so it is proven first."""
    source = backed_up(store, backups, b"".join(LINES))
    source.write_bytes(gzip.compress(b"".join(LINES[:3])))
    store.path("retry").write_bytes(LINES[5]) if there else store.path("retry").unlink()
    for dry_run in (True, False):
        with pytest.raises(StoreError, match="does not hold the bytes that were copied") as caught:
            restore(store, backups, "retry", source, dry_run=dry_run)
        assert "backup --list" in caught.value.remedy
    assert store.path("retry").exists() == there
    assert not there or store.path("retry").read_bytes() == LINES[5]
    assert len(backups.list("retry")) == 1, "not even a copy was made before"


def test_a_file_without_an_event_brings_nothing_back(
    store: JournalStore, backups: Backups, tmp_path: Path
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("a shopping list\n")
    with pytest.raises(UsageError, match="holds no event"):
        restore(store, backups, "retry", other)
    assert not store.path("retry").exists()


def test_a_folder_in_the_journals_place_is_told_and_left(store: JournalStore, backups: Backups) -> None:
    source = backed_up(store, backups, LINES[0])
    store.path("retry").unlink()
    store.path("retry").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        restore(store, backups, "retry", source)


def test_a_journal_that_somebody_begins_meanwhile_is_not_written_over(
    store: JournalStore, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = backed_up(store, backups, b"".join(LINES[:3]))
    store.path("retry").unlink()

    class Late(holding):
        def __enter__(self) -> None:
            store.path("retry").write_bytes(LINES[5])  # the save of one who had the lock before
            super().__enter__()

    with monkeypatch.context() as late, pytest.raises(StoreError, match="somebody has begun a new one"):
        late.setattr(restoring, "holding", Late)
        restore(store, backups, "retry", source)
    assert store.path("retry").read_bytes() == LINES[5]
    restore(store, backups, "retry", source)
    assert store.path("retry").read_bytes() == LINES[5] + b"".join(LINES[:3])


def test_without_a_name_the_fullest_backup_is_taken_not_the_newest(
    store: JournalStore, backups: Backups
) -> None:
    fullest = backed_up(store, backups, b"".join(LINES))
    newest = backed_up(store, backups, LINES[0])
    assert choose(backups, "retry", None) == fullest
    assert choose(backups, "retry", newest.name) == newest
    assert choose(backups, "retry", newest.name.split("-")[0]) == newest
    assert choose(backups, "retry", str(fullest)) == fullest


@pytest.mark.parametrize("wanted", ["", "nothing", "20", "/etc"])
def test_a_backup_that_cannot_be_meant_is_refused(store: JournalStore, backups: Backups, wanted: str) -> None:
    backed_up(store, backups, LINES[0])
    backed_up(store, backups, LINES[1])
    with pytest.raises(UsageError):
        choose(backups, "retry", wanted)


def test_without_any_backup_the_person_hears_where_else_to_look(backups: Backups) -> None:
    with pytest.raises(UsageError) as caught:
        choose(backups, "retry", None)
    assert "merge" in caught.value.remedy


def test_a_hole_longer_than_any_event_is_one_damaged_line_and_never_in_memory(
    store: JournalStore,
) -> None:
    with store.path("retry").open("wb") as file:
        file.write(LINES[0])
        file.truncate(len(LINES[0]) + 3 * LONGEST)
        file.seek(0, 2)
        file.write(b"\n" + LINES[1])
    first, hole, last = (found for _, found in journal_lines(store.path("retry")))
    assert not isinstance(first, Damaged)
    assert isinstance(hole, Damaged)
    assert hole.line == 2
    assert f"{3 * LONGEST:,} bytes" in hole.reason
    assert last == revision(1)


def test_a_line_a_crash_left_open_is_ended_once(store: JournalStore) -> None:
    store.path("retry").write_bytes(LINES[0][:20])
    assert finish_last_line(store, "retry")
    assert not finish_last_line(store, "retry")
    assert store.path("retry").read_bytes() == LINES[0][:20] + b"\n"
