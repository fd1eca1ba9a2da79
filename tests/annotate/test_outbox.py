"""The outbox: tries again in its own time, forgets nothing, and lets a person take the text elsewhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.annotate.outbox import Outbox, texts_of, write_out
from app.errors import StoreError
from app.records.draft import Draft, new_draft
from app.store.journal.store import JournalStore
from tests.store.events import record_id, review, revision

FULL = StoreError(
    "Nothing was saved to /p/datasets/retry.jsonl: No space left on device.", "The disk is full."
)
KEPT = Path("/p/.backspan/drafts/retry/x.json")


def draft(user: str = "Write a pause.", record: int = 1) -> Draft:
    return replace(new_draft("retry", "ada"), record=record_id(record), user=user)


def test_tries_come_at_growing_distances_and_then_every_half_minute() -> None:
    outbox, now, waits = Outbox(), 100.0, []
    for _ in range(7):
        pending = outbox.failed(draft(), FULL, now)
        waits.append(pending.next_try - now)
        assert outbox.due(pending.next_try - 0.01) == ()
        assert outbox.due(pending.next_try) == (pending,)
        now = pending.next_try
        outbox.begin(record_id(1))
    assert waits == [1, 2, 5, 10, 30, 30, 30]
    assert pending.tries == 7


def test_nothing_waits_in_the_beginning_and_after_an_acknowledged_save() -> None:
    outbox = Outbox()
    assert (len(outbox), outbox.pending, outbox.due(1e9)) == (0, (), ())
    outbox.failed(draft(), FULL, 0)
    assert outbox.begin(record_id(1)) is not None
    assert outbox.done(draft(), "a" * 64, 1) is None
    assert (len(outbox), outbox.due(1e9), outbox.begin(record_id(1))) == (0, (), None)


def test_what_is_being_tried_is_not_tried_twice_at_once() -> None:
    outbox = Outbox()
    outbox.failed(draft(), FULL, 0)
    assert outbox.begin(record_id(1)) is not None
    outbox.ask(1)
    assert outbox.due(1) == ()
    assert outbox.begin(record_id(1)) is None
    outbox.failed(draft(), FULL, 1)
    assert len(outbox.due(3)) == 1


def test_when_asked_it_is_tried_at_once() -> None:
    outbox = Outbox()
    for _ in range(5):
        outbox.failed(draft(), FULL, 0)
    assert outbox.due(3) == ()
    outbox.ask(3)
    assert [one.draft for one in outbox.due(3)] == [draft()]


def test_the_same_event_is_tried_again_and_a_changed_text_makes_a_new_one() -> None:
    outbox = Outbox()
    outbox.failed(draft(), FULL, 0, revision=revision())
    again = outbox.begin(record_id(1))
    assert again is not None
    assert again.revision == revision()
    outbox.failed(draft(), FULL, 1, revision=again.revision)
    assert outbox.supersede(draft(), 2)
    (same,) = outbox.due(2)
    assert same.revision == revision()
    assert outbox.supersede(draft("Write a long pause."), 3)
    (newer,) = outbox.due(3)
    assert (newer.revision, newer.draft.user) == (None, "Write a long pause.")


def test_a_draft_that_superseded_one_under_way_follows_it_and_goes_on_from_it() -> None:
    outbox = Outbox()
    outbox.failed(draft("one"), FULL, 0)
    sent = outbox.begin(record_id(1))
    assert sent is not None
    outbox.supersede(draft("two"), 1)
    rest = outbox.done(sent.draft, "a" * 64, 2)
    assert rest is not None
    assert (rest.draft.user, rest.draft.parents, outbox.due(2)) == ("two", ("a" * 64,), (rest,))


def test_a_draft_that_superseded_one_that_failed_is_tried_at_its_own_time() -> None:
    outbox = Outbox()
    outbox.failed(draft("one"), FULL, 0, revision=revision())
    outbox.begin(record_id(1))
    outbox.supersede(draft("two"), 1)
    pending = outbox.failed(draft("one"), FULL, 1, revision=revision())
    assert (pending.draft.user, pending.revision, outbox.due(1)) == ("two", None, (pending,))


def test_a_newer_draft_of_a_record_that_does_not_wait_is_no_business_of_the_outbox() -> None:
    outbox = Outbox()
    assert not outbox.supersede(draft(), 0)
    assert len(outbox) == 0


def test_a_record_can_be_taken_out_and_the_others_stay() -> None:
    outbox = Outbox()
    for record in (1, 2):
        outbox.failed(draft(record=record), FULL, record)
    assert outbox.take_out(record_id(1)) == draft()
    assert outbox.take_out(record_id(1)) is None
    assert [one.draft.record for one in outbox.pending] == [record_id(2)]


def test_a_person_is_told_why_what_to_do_when_and_where_the_text_is() -> None:
    outbox = Outbox()
    pending = outbox.failed(draft(), FULL, 0, kept=KEPT)
    assert pending.said(0.2) == (
        "Nothing was saved to /p/datasets/retry.jsonl: No space left on device. The disk is full. "
        f"Trying again in 1 s; your text is kept in {KEPT}."
    )
    assert pending.short(0.2) == "No space left on device · again in 1 s"
    pending = outbox.failed(draft(), FULL, 0)
    assert "Trying again now (2 tries so far)" in pending.said(9)
    assert str(KEPT) in pending.said(9)
    alone = Outbox().failed(draft(), StoreError("The \x1b[2Jfolder is gone."), 0)
    assert alone.said(0) == (
        "The \\x1b[2Jfolder is gone. Trying again in 1 s; your text is on this screen only: write it to a file."
    )


_steps = st.lists(
    st.tuples(
        st.sampled_from(["save", "begin", "fail", "done", "ask", "take", "wait"]),
        st.integers(1, 3),
        st.sampled_from(["one", "two", "three"]),
    ),
    max_size=40,
)


@given(_steps)
def test_the_outbox_never_forgets(steps: Sequence[tuple[str, int, str]]) -> None:
    """Whatever happens in whatever order: what was asked to be saved and is not on disk waits, and its time comes."""
    outbox, now = Outbox(), 0.0
    wanted: dict[str, str] = {}
    under_way: dict[str, Draft] = {}
    for step, number, text in steps:
        record = record_id(number)
        if step == "save":
            wanted[record] = text
            if not outbox.supersede(draft(text, number), now):
                outbox.failed(draft(text, number), FULL, now)
        elif step == "begin":
            sent = outbox.begin(record)
            if sent is not None:
                under_way[record] = sent.draft
        elif step == "fail" and record in under_way:
            outbox.failed(under_way.pop(record), FULL, now)
        elif step == "done" and record in under_way:
            saved = under_way.pop(record)
            outbox.done(saved, "a" * 64, now)
            if wanted[record] == saved.user:
                del wanted[record]
        elif step == "ask":
            outbox.ask(now)
        elif step == "take" and record not in under_way:
            outbox.take_out(record)
            wanted.pop(record, None)
        elif step == "wait":
            now += number * 7
        assert {one.draft.record: one.draft.user for one in outbox.pending} == wanted
        ready = {one.draft.record for one in outbox.due(now + 30)}
        assert ready == wanted.keys() - under_way.keys()


# -- to a file


def test_a_valid_record_becomes_a_line_that_a_journal_takes(tmp_path: Path) -> None:
    first = revision(user="line\u2028break \U0001f980")
    path = write_out("retry.jsonl", events=[first, review(first, "return", 1)], base=tmp_path)
    assert path == tmp_path / "retry.jsonl"
    reading = JournalStore(tmp_path).read("retry")
    assert (reading.events, reading.damaged) == ((first, review(first, "return", 1)), ())


def test_any_other_text_becomes_a_file_to_read(tmp_path: Path) -> None:
    written = replace(draft("Write é\n"), think="half \ud800")
    path = write_out("a.txt", texts=texts_of(written, "fn a() {}"), base=tmp_path)
    assert path.read_text("utf-8") == (
        "# user\n\nWrite é\n\n\n# think\n\nhalf \\ud800\n\n# block\n\nfn a() {}\n"
    )


def test_home_is_understood_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert write_out(" ~/a $(b).txt ", texts=[("user", "x")]) == tmp_path / "a $(b).txt"


def test_nothing_that_exists_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "link.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "folder").mkdir()
    for name in ("a.txt", "link.txt", "folder"):
        with pytest.raises(StoreError, match="exists already"):
            write_out(name, texts=[("user", "x")], base=tmp_path)
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert not (tmp_path / "nowhere.txt").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "No file"),
        (" ", "No file"),
        ("a\0b", "cannot be a file's name"),
        ("a\ud800", "cannot be a file's name"),
        ("sub/", "names a folder"),
        ("..", "names a folder"),
        ("missing/a.txt", "no such folder"),
        ("x" * 300, "too long"),
        ("~nobody-of-that-name/a.txt", "person unknown"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_a_reason(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(StoreError, match=reason):
        write_out(name, texts=[("user", "x")], base=tmp_path)
    assert list(tmp_path.iterdir()) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec=None), max_size=20))
def test_no_name_leads_to_anything_but_a_file_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    base = tmp_path_factory.mktemp("out")
    try:
        path = write_out(name.replace("/", "-").replace("~", "-"), texts=[("user", "x")], base=base)
    except StoreError as refused:
        assert refused.remedy
        assert list(base.iterdir()) == []
    else:
        assert list(base.iterdir()) == [path]


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_a_disk_that_fails_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def broken(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, broken)
    with pytest.raises(StoreError, match="No space left"):
        write_out("a.txt", texts=[("user", "x")], base=tmp_path)
    assert list(tmp_path.iterdir()) == []
