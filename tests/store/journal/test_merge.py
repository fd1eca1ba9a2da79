"""Merging is a set union: of any files, in any order, any number of times, and the same as git's."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import StoreError
from app.project.project import init_project
from app.records.events import event_line
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from app.store.journal import track
from app.store.journal.lines import read_line
from app.store.journal.merge import Merged, check_files, merge_into, read_lines
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged
from tests.gitfixtures import git
from tests.store.events import record_id, retraction, review, revision

BASE = revision()
MINE = revision(second=1, parents=(BASE,), user="mine")
THEIRS = revision(second=2, parents=(BASE,), user="theirs", by="bob")
EVENTS: list[Event] = [
    BASE,
    MINE,
    THEIRS,
    review(BASE, second=3),
    retraction((MINE,), 4),
    revision(2, user="\u2028 é \U0001f980"),
]
LATER = b'{"kind":"later"}\n'
RUBBISH = [
    b"<<<<<<< HEAD\n",
    b"=======\n",
    b">>>>>>> theirs\n",
    b"\n",
    b"\xff\xfe\x00\n",
    LATER,
    event_line(BASE).replace(b"tokio", b"smol"),
    event_line(MINE)[:50] + b"\n",
]
on_disk = settings(max_examples=40, deadline=None)
"""Each merge is on disk before it is done, which takes as long as the disk likes."""
LINES = st.lists(st.sampled_from([*map(event_line, EVENTS), *RUBBISH]), max_size=8)

OWN = LINES.map(lambda lines: [line for line in lines if line != LATER])
"""Lines of the journal that is merged into: one that a newer backspan wrote to is refused."""


def ids(lines: Sequence[bytes]) -> set[str]:
    found = [read_line(line, 1) for line in lines]
    return {event.id for event in found if event is not None and not isinstance(event, Damaged)}


def union(*files: Sequence[bytes], into: Sequence[bytes] = ()) -> list[bytes]:
    """The lines of a journal that began with `into` and had these files merged into it, as `backspan merge` does it."""
    with tempfile.TemporaryDirectory() as name:
        store = JournalStore(Path(name))
        if into:
            store.path("t").write_bytes(b"".join(into))
        names = [str(Path(name) / f"copy{number}") for number in range(len(files))]
        for copy, lines in zip(names, files, strict=True):
            Path(copy).write_bytes(b"".join(lines))
        merge_into(store, "t", names)
        path = store.path("t")
        return path.read_bytes().splitlines(keepends=True) if path.exists() else []


def written(path: Path, *events: Event, more: bytes = b"") -> str:
    path.write_bytes(b"".join(map(event_line, events)) + more)
    return str(path)


def merged(store: JournalStore, *names: str, dry_run: bool = False) -> Merged:
    return merge_into(store, "t", names, dry_run)


# -- laws


@on_disk
@given(LINES, LINES)
def test_it_is_commutative(a: list[bytes], b: list[bytes]) -> None:
    assert set(union(a, b)) == set(union(b, a))


@on_disk
@given(LINES, LINES, LINES)
def test_it_is_associative(a: list[bytes], b: list[bytes], c: list[bytes]) -> None:
    assert set(union(union(a, b), c)) == set(union(a, union(b, c))) == set(union(a, b, c))


@on_disk
@given(LINES)
def test_it_is_idempotent(a: list[bytes]) -> None:
    once = union(a)
    assert union(once) == once
    assert union(a, a) == once
    assert union(once, a) == once


@on_disk
@given(LINES, LINES)
def test_every_valid_event_of_every_file_is_there_once_and_nothing_else(
    a: list[bytes], b: list[bytes]
) -> None:
    lines = union(a, b)
    assert ids(lines) == ids(a) | ids(b)
    assert len(lines) == len(ids(lines))


@on_disk
@given(OWN, LINES)
def test_what_the_journal_had_stays_as_it_is_and_only_what_it_lacks_comes(
    mine: list[bytes], theirs: list[bytes]
) -> None:
    lines = union(theirs, into=mine)
    assert lines[: len(mine)] == mine
    assert ids(lines) == ids(mine) | ids(theirs)
    assert len(lines) - len(mine) == len(ids(theirs) - ids(mine))
    assert union(theirs, into=lines) == lines


def test_differently_written_lines_of_one_event_become_one() -> None:
    spaced = event_line(BASE).replace(b'","', b'", "').replace(b".000000Z", b"+00:00")
    assert union([spaced], [event_line(BASE)]) == union([event_line(BASE)], [spaced]) == [event_line(BASE)]


# -- into a topic


def test_only_what_is_lacking_is_appended(store: JournalStore, tmp_path: Path) -> None:
    store.append("t", [BASE, MINE])
    before = store.path("t").read_bytes()
    done = merged(store, written(tmp_path / "a", BASE, THEIRS), written(tmp_path / "b", THEIRS, EVENTS[3]))
    assert (done.new, done.known, done.changed) == (2, 2, (record_id(1),))
    assert [(tally.new, tally.known) for tally in done.files] == [(1, 1), (1, 1)]
    assert store.path("t").read_bytes() == before + event_line(THEIRS) + event_line(EVENTS[3])


def test_merging_again_writes_nothing(store: JournalStore, tmp_path: Path) -> None:
    name = written(tmp_path / "a", *EVENTS)
    merged(store, name)
    before = store.stamp("t")
    assert merged(store, name, name).new == 0
    assert store.stamp("t") == before


def test_a_dry_run_writes_nothing_and_tells_the_same(store: JournalStore, tmp_path: Path) -> None:
    name = written(tmp_path / "a", *EVENTS)
    dry = merged(store, name, dry_run=True)
    assert not store.path("t").exists()
    real = merged(store, name)
    assert (dry.new, dry.known, dry.changed) == (real.new, real.known, real.changed)
    assert {entry.id for entry in dry.entries} == {event.id for event in EVENTS}


def test_what_is_damaged_stays_where_it_is_and_is_told(store: JournalStore, tmp_path: Path) -> None:
    store.append("t", [BASE])
    with store.path("t").open("ab") as own:
        own.write(b"damaged here\n")
    other = tmp_path / "a"
    other.write_bytes(b"<<<<<<< HEAD\n" + event_line(MINE) + RUBBISH[6] + event_line(THEIRS)[:-40])
    before = other.read_bytes()
    (tally,) = merged(store, str(other)).files
    assert [damaged.line for damaged in tally.damaged] == [1, 3, 4]
    assert "conflict mark" in tally.damaged[0].reason
    assert "hash" in tally.damaged[1].reason
    assert other.read_bytes() == before
    assert store.path("t").read_bytes() == event_line(BASE) + b"damaged here\n" + event_line(MINE)


def test_a_damaged_line_of_ones_own_hides_no_whole_one(
    store: JournalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The line keeps its id and its form; only strict validation tells that its text was changed. A long journal is
    # not validated when it is surveyed, so merging has to do it first.
    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)
    store.path("t").write_bytes(event_line(BASE).replace(b"tokio", b"smol!"))
    assert [entry.id for entry in store.survey("t").entries] == [BASE.id], "it looks like an event"
    assert merged(store, written(tmp_path / "a", BASE)).new == 1
    assert [event.id for event in store.read("t").events] == [BASE.id]


def test_a_whole_last_line_without_its_line_feed_counts(store: JournalStore, tmp_path: Path) -> None:
    assert merged(store, written(tmp_path / "a", BASE, more=event_line(MINE)[:-1])).new == 2


def test_a_crash_half_way_is_mended_by_merging_again(
    store: JournalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.journal.merge._BATCH_EVENTS", 2)
    name = written(tmp_path / "a", *EVENTS)
    append = store.append
    left = [2]

    def failing(topic: str, events: Sequence[Event]) -> None:
        if not left[0]:
            raise StoreError("the disk is full")
        left[0] -= 1
        append(topic, events)

    monkeypatch.setattr(store, "append", failing)
    with pytest.raises(StoreError):
        merged(store, name)
    assert len(store.read("t").events) == 4
    monkeypatch.setattr(store, "append", append)
    assert merged(store, name).new == 2
    assert len(store.path("t").read_bytes().splitlines()) == len(EVENTS)


def test_batches_are_bounded_by_their_text_too(
    store: JournalStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.journal.merge._BATCH_CHARACTERS", 10)
    sizes: list[int] = []
    append = store.append

    def counting(topic: str, events: Sequence[Event]) -> None:
        sizes.append(len(events))
        append(topic, events)

    monkeypatch.setattr(store, "append", counting)
    merged(store, written(tmp_path / "a", BASE, MINE, THEIRS))
    assert sizes == [1, 1, 1]


def test_a_line_longer_than_any_event_is_read_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.journal.merge._LONGEST", 16)
    (tmp_path / "a").write_bytes(b"short\n" + b"x" * 100 + b"\nnext\n" + b"y" * 40)
    with (tmp_path / "a").open("rb") as file:
        lines = list(read_lines(file))
    assert lines[0] == b"short\n"
    assert lines[2] == b"next\n"
    assert max(map(len, lines)) < 40
    assert len(lines) == 4


# -- files


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _nothing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("make", [_folder, _pipe, _nothing])
def test_only_ordinary_files_are_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "a")
    with pytest.raises(StoreError, match="cannot be read"):
        check_files([str(tmp_path / "a")])


def test_a_name_with_control_characters_is_shown_not_obeyed() -> None:
    for name in ("\x1b[2Jx", "a\0b"):
        with pytest.raises(StoreError) as caught:
            check_files([name])
        assert name not in str(caught.value)


def test_a_link_is_read_through(store: JournalStore, tmp_path: Path) -> None:
    written(tmp_path / "real", BASE)
    (tmp_path / "link").symlink_to("real")
    assert merged(store, str(tmp_path / "link")).new == 1


# -- git


def test_gits_union_merge_gives_the_same_ledger(tmp_path: Path) -> None:
    project, _ = init_project(tmp_path / "project")
    root, store = project.root, project.store
    git(root, "init", "-q", "-b", "main")

    def commit(*events: Event) -> None:
        store.append("t", events)
        git(root, "add", "-A")
        git(root, "-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "work")

    def switch(*words: str) -> None:
        git(root, "checkout", "-q", *words)

    commit(BASE)
    switch("-b", "bob")
    commit(THEIRS, EVENTS[3])
    bobs = store.path("t").read_bytes()
    switch("main")
    commit(MINE, revision(2, 9))
    mine = store.path("t").read_bytes()
    git(root, "merge", "-q", "--no-edit", "bob")
    by_git = store.read("t")
    assert by_git.damaged == ()
    ours = union(mine.splitlines(keepends=True), bobs.splitlines(keepends=True))
    assert {event.id for event in by_git.events} == ids(ours)
    assert git(root, "status", "--porcelain") == ""
    found = Ledger(by_git.events).get(record_id(1))
    assert found is not None
    assert found.status == "conflict"
    (tmp_path / "other").write_bytes(bobs)
    assert merge_into(store, "t", [str(tmp_path / "other")]).new == 0


def test_any_order_of_three_copies_gives_the_same_ledger(tmp_path: Path) -> None:
    copies: list[list[Event]] = [[BASE, MINE], [BASE, THEIRS, EVENTS[3]], [EVENTS[4], EVENTS[5]]]
    pictures = set()
    for number, order in enumerate(itertools.permutations(copies)):
        folder = tmp_path / str(number)
        folder.mkdir()
        store = JournalStore(folder)
        for index, events in enumerate(order):
            merge_into(store, "t", [written(folder / f"copy{index}", *events)])
        states = Ledger(store.read("t").events).records
        pictures.add(tuple((s.record, s.status, tuple(e.id for e in s.history)) for s in states))
    assert len(pictures) == 1
