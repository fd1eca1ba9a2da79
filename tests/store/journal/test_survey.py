"""Light readings: nothing valid is missed, nothing invalid stays once it is looked at, and little is read twice."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import StoreError
from app.records.events import Block, Revision, Role, Span, Waiver, event_line, make_revision
from app.records.history.light import Event, light
from app.records.history.summary import OPENING, Summary, opening_of, summarise
from app.store.disk.locks import holding
from app.store.follower import Follower, Stage
from app.store.journal import proofs as proofs_module
from app.store.journal import track
from app.store.journal.lines import read_line
from app.store.journal.scan import light_line
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged, Survey
from tests.store.conformance import StoreConformance
from tests.store.events import CODE, moment, record_id, retraction, review, revision


@pytest.fixture
def proofs(tmp_path: Path) -> Path:
    return tmp_path / ".backspan" / "proofs.json"


@pytest.fixture
def lightly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every journal counts as a long one."""
    monkeypatch.setattr(track, "STRICT_AT_ONCE", 0)


@pytest.fixture
def store(folder: Path, proofs: Path, lightly: None) -> JournalStore:
    return JournalStore(folder, lock_timeout=5, proofs=proofs)


class TestConformance(StoreConformance):
    """The journal store again, with every line taken lightly first."""


def _lines(*numbers: int) -> bytes:
    return b"".join(event_line(revision(number)) for number in numbers)


def _forged(number: int) -> bytes:
    """A revision whose request was changed by hand, so that its id does not fit."""
    return event_line(revision(number)).replace(b"Write a pause", b"Write a break")


def _numbers(survey: Survey) -> list[str]:
    return [entry.record[-2:] for entry in survey.entries]


# What a summary says.

_TEXT = st.text(st.characters(codec="utf-8"), max_size=300)
_ROLES: Sequence[Role] = ("main", "import", "helper", "context")


@st.composite
def _revisions(draw: st.DrawFn) -> Revision:
    spans, text = [], ""
    for number in range(draw(st.integers(1, 4))):
        code = draw(st.sampled_from(["fn a() {}", "é 漢 🦀", 'let s = "\\u2028\\t\\\\";', "x"]))
        joint = "\n" if number else ""
        data = code.encode()
        start = draw(st.integers(0, 2**40))
        spans.append(
            Span(
                path=draw(st.sampled_from(["src/a.rs", "src/ü.rs"])),
                start=start,
                end=start + len(data),
                role=draw(st.sampled_from(_ROLES)),
                item=draw(st.sampled_from(["", "A::b", "impl<'a> B<'a>"])),
                sha256=hashlib.sha256(data).hexdigest(),
                joint=joint,
            )
        )
        text += joint + code
    commit = draw(st.sampled_from([None, "a" * 40]))
    return make_revision(
        record=record_id(draw(st.integers(0, 99))),
        by=draw(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)),
        block=Block(repository="r", commit=commit, spans=tuple(spans), text=text),
        user=draw(_TEXT),
        think=draw(_TEXT),
        parents=tuple(draw(st.lists(st.just("a" * 64), max_size=2))),
        origin=draw(st.sampled_from([None, "b" * 64])),
        waivers=draw(st.sampled_from([(), (Waiver(code="BS403", reason="it is asked for by that name"),)])),
        undoes=draw(st.sampled_from([None, "c" * 64])),
        act=draw(st.sampled_from([None, record_id(7)])),
        at=moment(draw(st.integers(0, 10**6))),
    )


@given(_revisions())
def test_the_light_way_and_the_strict_way_give_the_same_summary(event: Revision) -> None:
    line = event_line(event)
    assert line.count(b"\n") == 1
    assert {"waivers": [], "act": None} | json.loads(line) == event.model_dump(mode="json")
    strict = read_line(line, 1)
    assert isinstance(strict, Revision)
    assert light_line(line) == summarise(strict) == summarise(event)
    found = summarise(event)
    assert (found.act, found.undoes) == (event.act, event.undoes)
    assert [tuple(extent) for extent in found.extents()] == [
        (s.path, s.start, s.end, s.item, s.role) for s in event.block.spans
    ]
    assert found.paths() == {span.path for span in event.block.spans}


@given(_TEXT)
def test_an_opening_is_the_beginning_with_its_white_space_collapsed(text: str) -> None:
    assert opening_of(text) == " ".join(text.split())[:OPENING]
    spaced = text.replace("a", " " * 200)
    assert opening_of(spaced) == " ".join(spaced.split())[:OPENING]


@pytest.mark.parametrize(
    "at", ["2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z", "20260131T120000.0000009Z"]
)
def test_other_ways_to_write_a_time_give_the_same_moment_or_are_left_to_the_strict_way(at: str) -> None:
    line = event_line(revision()).replace(b"2026-01-31T12:00:00.000000Z", at.encode())
    strict, found = read_line(line, 1), light_line(line)
    assert isinstance(strict, Revision)
    assert found is None or found.at == strict.at


def test_what_is_not_a_plain_revision_is_left_to_the_strict_way() -> None:
    good = event_line(revision())
    for line in (
        b"",
        b"\n",
        b"\xef\xbb\xbf" + good,
        good[:-3],
        good.replace(b'"kind"', b'"mood":1,"kind"'),
        good.replace(b'"revision"', b'"claim"'),
        good.replace(b'"start":0', b'"start":-1'),
        good.replace(b'"start":0', b'"start":99999999999999999999999999'),
        good.replace(b"2026-01-31T12:00:00.000000Z", b"2026-01-31T12:00:00"),
        good.replace(b'"role":"main"', b'"role":"chief"'),
        good.replace(b'"record":"01J0', b'"record":"\\u001b1J0'),
        good.replace(b'"parents":[]', b'"parents":["a"]'),
        good.replace(b'"parents":[]', b'"act":"one","parents":[]'),
        good.replace(b'"parents":[]', b'"act":"' + b"\\u001b" * 26 + b'","parents":[]'),
        good.replace(b'"id":"', b'"id":"\\n')[:-2],
        event_line(review(revision())),
        event_line(retraction((revision(),))),
    ):
        assert light_line(line) is None


# Damage.


def test_a_forged_line_is_taken_lightly_and_found_out_by_fetching_and_by_verifying(
    store: JournalStore, folder: Path
) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1) + _forged(2) + _lines(3))
    before = store.survey("retry")
    assert (_numbers(before), before.damaged) == (["01", "02", "03"], ())
    assert before.unproven == (folder / "retry.jsonl").stat().st_size
    with pytest.raises(StoreError, match=r"Line 2 of .*retry\.jsonl.*not the hash"):
        store.fetch("retry", revision(2).id)
    [damage] = store.verify("retry")
    assert (damage.line, "not the hash" in damage.reason) == (2, True)
    after = store.survey("retry")
    assert (_numbers(after), after.damaged, after.unproven) == (["01", "03"], (damage,), 0)
    assert after.generation != before.generation
    assert _numbers(before) == ["01", "02", "03"]  # a survey never changes
    assert store.fetch("retry", revision(3).id) == revision(3)


def test_a_valid_line_is_fetched_although_a_forged_one_claims_its_id(
    store: JournalStore, folder: Path
) -> None:
    (folder / "retry.jsonl").write_bytes(_forged(1) + _lines(2, 1))
    assert store.fetch("retry", revision(1).id) == revision(1)
    store.verify("retry")
    assert _numbers(store.survey("retry")) == ["02", "01"]


def test_a_follower_starts_anew_when_a_line_turns_out_to_be_forged(store: JournalStore, folder: Path) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1) + _forged(2))
    follower = Follower(store, "retry")
    assert follower.refresh().records == (record_id(1), record_id(2))
    follower.verify()
    change = follower.refresh()
    assert (change.anew, change.records) == (True, (record_id(1),))
    assert [damage.line for damage in change.damaged] == [2]


def test_a_small_journal_is_validated_at_once(folder: Path) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1) + _forged(2))
    survey = JournalStore(folder).survey("retry")
    assert (_numbers(survey), survey.unproven) == (["01"], 0)
    assert [damage.line for damage in survey.damaged] == [2]


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.integers(1, 9).map(_lines),
            st.integers(1, 9).map(_forged),
            st.integers(1, 9).map(lambda number: event_line(review(revision(number)))),
            st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"") + b"\n"),
            st.integers(1, 9).map(lambda number: _lines(number)[: number * 40] + b"\n"),
        )
    ),
    st.one_of(st.binary(max_size=10), st.integers(1, 9).map(lambda number: _lines(number)[:-1])),
    st.integers(0, 12),
)
def test_any_bytes_survey_to_what_a_strict_reading_finds_once_they_are_verified(
    folder: Path, lightly: None, lines: list[bytes], rest: bytes, cut: int
) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(b"".join(lines[:cut]))
    store = JournalStore(folder)
    store.survey("retry")
    path.write_bytes(b"".join(lines) + rest)
    strict = JournalStore(folder).read("retry")
    valid = [light(event) for event in strict.events]
    survey = store.survey("retry")
    taken = iter(survey.entries)
    assert all(entry in taken for entry in valid)  # in this order, with others between them at most
    store.verify("retry")
    survey = store.survey("retry")
    assert (list(survey.entries), survey.damaged) == (valid, strict.damaged)
    for event in strict.events:
        assert store.fetch("retry", event.id) == event


# What changes on disk.


def test_only_what_was_added_is_looked_at(store: JournalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[bytes] = []

    def counted(data: bytes) -> Summary | None:
        looked.append(data)
        return light_line(data)

    monkeypatch.setattr(track, "light_line", counted)
    store.append("retry", [revision(1), revision(2)])
    first = store.survey("retry")
    assert store.survey("retry") is first
    store.append("retry", [revision(3)])
    second = store.survey("retry")
    assert looked == [_lines(1), _lines(2), _lines(3)]
    assert first.entries[0] is second.entries[0]


def test_what_is_appended_to_a_long_journal_is_validated_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track, "STRICT_AT_ONCE", 3 * len(_lines(1)))
    store = JournalStore(folder)
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(*range(1, 6)))
    assert store.survey("retry").unproven == len(_lines(*range(1, 6)))
    path.write_bytes(path.read_bytes() + _forged(9) + _lines(8))
    survey = store.survey("retry")
    assert (_numbers(survey)[5:], [damage.line for damage in survey.damaged]) == (["08"], [6])
    store.verify("retry")
    assert store.survey("retry") == survey or store.survey("retry").damaged == survey.damaged


def test_a_journal_that_was_replaced_is_surveyed_anew(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1), revision(2)])
    follower = Follower(store, "retry")
    follower.refresh()
    before = follower.ledger
    path.write_bytes(_lines(3, 4, 5))  # the same inode, and longer
    change = follower.refresh()
    assert (change.anew, change.records) == (True, (record_id(3), record_id(4), record_id(5)))
    assert [state.record for state in before.records] == [record_id(1), record_id(2)]
    with pytest.raises(StoreError, match="not in"):
        store.fetch("retry", revision(1).id)
    path.unlink()
    gone = follower.refresh()
    assert (gone.exists, gone.anew, follower.ledger.records) == (False, True, ())


def test_a_text_changed_under_a_survey_is_not_handed_out(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1)])
    store.survey("retry")
    assert store.fetch("retry", revision(1).id) == revision(1)
    before = path.stat()
    path.write_bytes(_forged(1))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # it looks the same from outside
    with pytest.raises(StoreError, match="not the hash"):
        store.fetch("retry", revision(1).id)


def test_a_whole_event_without_its_line_feed_comes_and_goes(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(1, 2)[:-1])
    before = store.survey("retry")
    assert _numbers(before) == ["01", "02"]
    assert store.fetch("retry", revision(2).id) == revision(2)
    path.write_bytes(_lines(1, 2, 3))
    finished = store.survey("retry")
    assert (_numbers(finished), finished.generation) == (["01", "02", "03"], before.generation)
    path.write_bytes(_lines(1, 2, 3) + _lines(4)[:-1])
    assert _numbers(store.survey("retry"))[-1] == "04"
    path.write_bytes(_lines(1, 2, 3) + _lines(5))
    after = store.survey("retry")
    assert _numbers(after) == ["01", "02", "03", "05"]
    assert after.generation != before.generation


def test_a_torn_line_is_damage_and_the_next_event_stands_alone(store: JournalStore, folder: Path) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(1) + _lines(2)[:50])
    assert [damage.line for damage in store.survey("retry").damaged] == [2]
    store.append("retry", [revision(3)])
    survey = store.survey("retry")
    assert (_numbers(survey), [damage.line for damage in survey.damaged]) == (["01", "03"], [2])


def test_a_line_being_written_is_waited_for(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "retry.jsonl"
    store.append("retry", [revision(1)])
    whole = path.read_bytes() + _lines(2)
    path.write_bytes(whole[:-20])

    def finish(self: JournalStore, topic: str) -> bool:
        self.path(topic).write_bytes(whole)
        return True

    monkeypatch.setattr(JournalStore, "_let_finish", finish)
    survey = store.survey("retry")
    assert (_numbers(survey), survey.damaged) == (["01", "02"], ())


def test_surveying_fetching_and_verifying_write_nothing_beside_the_journal(
    store: JournalStore, folder: Path
) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(1) + _forged(2) + b"torn")
    store.survey("retry")
    store.fetch("retry", revision(1).id)
    store.verify("retry")
    assert [path.name for path in folder.iterdir()] == ["retry.jsonl"]
    assert (folder / "retry.jsonl").read_bytes() == _lines(1) + _forged(2) + b"torn"


# Parts.


def test_a_long_survey_tells_its_first_part_early_and_never_goes_back(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(track, "_FIRST_PART", 2)
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(*range(1, 41)))
    size = path.stat().st_size
    stages: list[tuple[int, int, int]] = []

    def on_part(stage: Stage) -> None:
        stages.append((len(stage.ledger), stage.done, stage.total))

    follower = Follower(store, "retry")
    change = follower.refresh(on_part)
    assert stages[0] == (2, len(_lines(1, 2)), size)
    assert stages == sorted(stages)
    assert {total for _, _, total in stages} == {size}
    assert (len(change.records), len(follower.ledger), change.anew) == (40, 40, True)
    assert follower.refresh(on_part).records == ()


def test_a_survey_that_is_called_off_goes_on_from_there(store: JournalStore, folder: Path) -> None:
    (folder / "retry.jsonl").write_bytes(_lines(*range(1, 41)))

    class CalledOffError(Exception):
        pass

    def on_part(stage: Stage) -> None:
        if len(stage.ledger) >= 10:
            raise CalledOffError

    follower = Follower(store, "retry")
    with pytest.raises(CalledOffError):
        follower.refresh(on_part)
    assert 10 <= len(follower.ledger) < 40
    assert follower.refresh().exists
    assert len(follower.ledger) == 40


# Proofs.


def _strict_lines(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the lines that verifications validate from now on."""
    seen: list[int] = []

    def counted(data: bytes, number: int) -> Event | Damaged | None:
        seen.append(number)
        return read_line(data, number)

    monkeypatch.setattr(proofs_module, "read_line", counted)
    return seen


def test_what_was_verified_is_not_validated_again_by_the_next_process(
    store: JournalStore, folder: Path, proofs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(1) + _forged(2) + _lines(3))
    store.verify("retry")
    assert (proofs.parent / ".gitignore").read_text() == "*\n"
    seen = _strict_lines(monkeypatch)
    later = JournalStore(folder, proofs=proofs)
    assert _numbers(later.survey("retry")) == ["01", "03"]  # what was found out stays so
    assert [damage.line for damage in later.verify("retry")] == [2]
    assert seen == []
    path.write_bytes(path.read_bytes() + _lines(4) + _forged(5))
    later = JournalStore(folder, proofs=proofs)
    assert [damage.line for damage in later.verify("retry")] == [2, 5]
    assert seen == [4, 5]
    assert _numbers(later.survey("retry")) == ["01", "03", "04"]


def test_a_beginning_that_changed_is_validated_again(store: JournalStore, folder: Path, proofs: Path) -> None:
    path = folder / "retry.jsonl"
    path.write_bytes(_lines(1, 2, 3))
    assert store.verify("retry") == ()
    path.write_bytes(_forged(1) + _lines(2, 3))
    assert [damage.line for damage in JournalStore(folder, proofs=proofs).verify("retry")] == [1]


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": 2}', '{"format": 1, "topics": {"retry": 7}}', "[" * 9999]
)
def test_a_file_of_proofs_that_cannot_be_used_costs_only_time(
    folder: Path, proofs: Path, lightly: None, text: str
) -> None:
    proofs.parent.mkdir()
    proofs.write_text(text)
    (folder / "retry.jsonl").write_bytes(_lines(1) + _forged(2))
    store = JournalStore(folder, proofs=proofs)
    assert [damage.line for damage in store.verify("retry")] == [2]
    assert json.loads(proofs.read_text())["topics"]["retry"]["lines"] == 2


def test_a_verification_that_is_called_off_keeps_what_it_has_done(
    store: JournalStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs_module, "_SLICE", 0)
    (folder / "retry.jsonl").write_bytes(_forged(1) + _lines(2, 3, 4))
    done: list[int] = []
    damaged = store.verify("retry", lambda at, total: done.append(at), lambda: len(done) > 2)
    assert [damage.line for damage in damaged] == [1]
    seen = _strict_lines(monkeypatch)
    store.verify("retry")
    assert seen == [3, 4]
    assert store.survey("retry").unproven == 0


# The lock.


def test_a_save_waits_for_the_lock_of_the_filelock_package_and_that_one_for_ours(folder: Path) -> None:
    from filelock import FileLock, Timeout

    store = JournalStore(folder, lock_timeout=0)
    store.append("retry", [revision(1)])
    lock = folder / ".locks" / "retry.jsonl.lock"
    with FileLock(lock), pytest.raises(StoreError, match="another process"):
        store.append("retry", [revision(2)])
    with holding(lock, 0, ""), pytest.raises(Timeout):
        FileLock(lock, timeout=0).acquire()
    store.append("retry", [revision(2)])


def test_a_lock_file_that_was_removed_while_it_was_taken_locks_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    lock = folder / ".locks" / "x.lock"
    with holding(lock, 0, ""):
        pass
    flock = fcntl.flock

    def remove(handle: int, how: int) -> None:
        flock(handle, how)
        monkeypatch.undo()
        lock.unlink()

    monkeypatch.setattr(fcntl, "flock", remove)
    with holding(lock, 1, ""), pytest.raises(StoreError), holding(lock, 0, ""):
        pass
    assert lock.exists()


def test_code_of_records_is_covered_as_their_whole_revisions_say(store: JournalStore) -> None:
    store.append("retry", [revision(1), revision(2, code=CODE + "\n// more")])
    follower = Follower(store, "retry")
    follower.refresh()
    spans = follower.ledger.covered()["src/a.rs"]
    assert [(s.start, s.end, s.item, s.role, s.record) for s in spans] == [
        (0, len(CODE), "pause", "main", record_id(1)),
        (0, len(CODE) + 8, "pause", "main", record_id(2)),
    ]
