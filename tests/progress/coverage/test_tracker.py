"""Coverage of a real project: kept in step with journals, drafts and claims; records of other commits."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.base.cancelling import Cancelled
from app.errors import UsageError
from app.progress.coverage.states import State, TopicCoverage
from app.progress.coverage.tracker import CoverageTracker
from app.project.project import Project, init_project
from app.records.draft import new_draft
from app.records.item_place import ItemPlace
from app.repository.sources import map_source
from app.review.acts.skips import skip, take_back
from app.review.acts.undo import redo, undo
from app.rust.items import find_item
from app.store.presence.claims import Claim
from tests.acting import Acting
from tests.desk import Desk
from tests.gitfixtures import commit, make_repo
from tests.memory import give

RETRY, BACKOFF = "src/retry.rs", "src/backoff.rs"
URL = "https://example.org/team/hooks"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return init_project(tmp_path / "project")[0]


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project, "practice", "ada")


def tally(desk: Desk) -> CoverageTracker:
    return CoverageTracker(desk.files, desk.judge.follower, desk.by)


def take(desk: Desk, path: str, *items: str) -> None:
    """Put a draft with these items on the desk, the first as the main one, with texts that pass the checks."""
    draft = new_draft(desk.files.topic, desk.by)
    there = desk.files.parsed(path).items
    for name in items:
        index = there.index(find_item(there, name))
        draft = draft.pick(desk.composer.piece(path, there[index].start, there[index].end, index), "toggle")
    draft = draft.write("user", "Give up after the last wait.")
    desk.draft = draft.write("think", "With tokio and tracing: stop, because waits end.")


def save(desk: Desk, path: str, *items: str) -> str:
    """Save a record of these items; gives its id."""
    take(desk, path, *items)
    desk.append(desk.composer.revision(desk.draft, desk.composer.compose(desk.draft)))
    return desk.draft.record


def state(found: TopicCoverage, path: str, item: str) -> State:
    return next(one.state for one in found.files[path].items if one.unit.item == item)


def place(desk: Desk, path: str, item: str) -> ItemPlace:
    items = desk.files.parsed(path).items
    return tally(desk).place(path, items.index(find_item(items, item)))


# In step.


def test_a_saved_record_changes_its_files_and_leaves_the_others_as_they_were(desk: Desk) -> None:
    known = tally(desk)
    before = known.refresh()
    assert set(before.counts) - {s for s, count in before.counts.items() if not count} == {"open"}
    save(desk, RETRY, "Retry::fail")
    after = known.refresh()
    assert state(after, RETRY, "Retry::fail") == "recorded"
    assert after.files[BACKOFF] is before.files[BACKOFF]
    assert after.counts["open"] == before.counts["open"] - 1
    again = known.refresh()
    assert all(again.files[path] is after.files[path] for path in after.files) and len(after.files) == 14


def test_whatever_happens_a_tally_that_goes_on_says_what_a_new_one_does(desk: Desk) -> None:
    known = tally(desk)
    desk.judge.signer.judges_own = True
    record = ""

    def saved() -> None:
        nonlocal record
        record = save(desk, RETRY, "Retry::fail", "enum Reason")

    acts: list[Callable[[], object]] = [
        saved,
        lambda: save(desk, BACKOFF, "Backoff::cap"),
        lambda: save(desk, RETRY, "Retry::fail"),
        lambda: give(desk.judge, record, "accept"),
        lambda: desk.judge.withdraw(record),
        lambda: skip(desk.judge.signer, place(desk, BACKOFF, "impl Backoff"), "all of it is trivial"),
        lambda: undo(desk.judge),
        lambda: redo(desk.judge),
        lambda: take_back(desk.judge.signer, place(desk, BACKOFF, "impl Backoff")),
        lambda: desk.judge.restore(record),
        lambda: give(desk.judge, record, "reject"),
    ]
    seen = [known.refresh()]
    for act in acts:
        act()
        seen.append(known.refresh())
        assert seen[-1] == tally(desk).refresh()
    assert all(before != after for before, after in itertools.pairwise(seen))


def test_the_draft_in_hand_and_those_on_disk_are_told(desk: Desk) -> None:
    known = tally(desk)
    take(desk, RETRY, "Retry::fail")
    assert state(known.refresh(desk.draft), RETRY, "Retry::fail") == "draft"
    assert state(known.refresh(), RETRY, "Retry::fail") == "open"
    desk.keep(desk.draft)
    assert state(known.refresh(), RETRY, "Retry::fail") == "draft"
    take(desk, BACKOFF, "Backoff::cap")
    found = known.refresh(desk.draft)
    assert (state(found, RETRY, "Retry::fail"), state(found, BACKOFF, "Backoff::cap")) == ("draft", "draft")


def test_what_another_workstation_is_on_is_claimed(desk: Desk) -> None:
    claim = Claim("bob", "host", "r", RETRY, "Retry::fail", datetime(2026, 1, 31, tzinfo=UTC))
    assert state(tally(desk).refresh(claims=[claim]), RETRY, "Retry::fail") == "claimed"


def test_reading_the_sources_can_be_stopped_and_goes_on_later(desk: Desk) -> None:
    known = tally(desk)
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        known.refresh(on_file=lambda done, total: told.append((done, total)), cancelled=lambda: bool(told))
    assert told == [(1, 14)]
    assert known.refresh().counts == tally(desk).refresh().counts


def test_a_neighbour_topics_records_are_told_and_overlap_ours(project: Project) -> None:
    text = (project.specs_dir / "practice.toml").read_text("utf-8")
    other = text.replace('output = "practice.jsonl"', 'output = "second.jsonl"')
    assert other != text
    (project.specs_dir / "second.toml").write_text(other, "utf-8")
    ours, theirs = (Desk(project, topic, "ada") for topic in ("practice", "second"))
    save(theirs, RETRY, "Retry::fail")
    known = tally(ours)
    assert state(known.refresh(), RETRY, "Retry::fail") == "other"
    save(ours, RETRY, "Retry::fail")
    (overlap,) = known.refresh().overlaps
    assert (overlap.unit.item, overlap.topics) == ("Retry::fail", ("practice", "second"))


# Other commits.

OLD = {"src/a.rs": b"fn one() { 1 }\n\nfn two() { 2 }\n\nfn three() { 3 }\n", "src/b.rs": b"fn other() {}\n"}


@pytest.fixture
def clone(project: Project, tmp_path: Path) -> Path:
    make_repo(tmp_path / "clone", OLD)
    spec = (project.specs_dir / "practice.toml").read_text("utf-8")
    spec = spec.replace('"sample:webhook"', f'"{URL}"').replace("src/retry.rs", "src/*.rs")
    (project.specs_dir / "practice.toml").write_text(spec, "utf-8")
    map_source(URL, tmp_path / "clone")
    return tmp_path / "clone"


def later(project: Project, clone: Path, files: dict[str, bytes]) -> Desk:
    """A desk on the same topic at a new commit."""
    commit(clone, files)
    return Desk(project, "practice", "ada")


def test_a_record_of_another_commit_covers_its_item_by_its_bytes_or_by_its_name(
    project: Project, clone: Path
) -> None:
    desk = Desk(project, "practice", "ada")
    one, two, three = (save(desk, "src/a.rs", item) for item in ("one", "two", "three"))
    now = later(
        project,
        clone,
        {"src/a.rs": b"// more\nfn one() { 1 }\n\nfn two() { 22 }\n", "src/b.rs": b"fn other() {}\n"},
    )
    found = tally(now).refresh()
    uses = {item.unit.item: [(use.record, use.exact) for use in item.uses] for item in found.items}
    assert uses == {"one": [(one, True)], "two": [(two, False)], "other": []}
    assert found.elsewhere == (three,)


def test_a_record_follows_its_bytes_into_another_file(project: Project, clone: Path) -> None:
    desk = Desk(project, "practice", "ada")
    save(desk, "src/a.rs", "two")
    skip(desk.judge.signer, place(desk, "src/a.rs", "three"), "too short")
    now = later(project, clone, {"src/c.rs": OLD["src/a.rs"]})
    found = tally(now).refresh()
    assert {item.unit.item: item.state for item in found.items} == {
        "one": "open",
        "two": "recorded",
        "three": "skipped",
    }


def test_a_skip_knows_its_item_under_another_name(project: Project, clone: Path) -> None:
    desk = Desk(project, "practice", "ada")
    skip(desk.judge.signer, place(desk, "src/a.rs", "one"), "too short")
    now = later(project, clone, {"src/a.rs": b"mod inner {\nfn one() { 1 }\n}\nfn two() { 2 }\n"})
    found = tally(now).refresh()
    assert state(found, "src/a.rs", "inner::one") == "skipped"
    take_back(now.judge.signer, place(now, "src/a.rs", "inner::one"))
    assert state(tally(now).refresh(), "src/a.rs", "inner::one") == "open"


def test_a_file_that_cannot_be_annotated_says_why(project: Project, clone: Path) -> None:
    now = later(project, clone, {"src/a.rs": b"fn a() {}\n", "src/b.rs": b"fn b() { \xff }\n"})
    found = tally(now).refresh()
    assert "UTF-8" in found.files["src/b.rs"].problem
    assert state(found, "src/a.rs", "a") == "open"


@pytest.mark.parametrize("moved", [False, True], ids=["same commit", "another commit"])
def test_blind_one_is_not_told_by_open_code_that_somebody_rejected_its_record(
    project: Project, clone: Path, moved: bool
) -> None:
    spec = project.specs_dir / "practice.toml"
    spec.write_text(spec.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    record = save(Desk(project, "practice", "ada"), "src/a.rs", "two")
    give(Acting(project, "practice", 1, "bob"), record, "reject", "too short")
    if moved:
        commit(clone, {"src/a.rs": b"// more\n" + OLD["src/a.rs"]})
    now = Desk(project, "practice", "cleo")
    tallies = {by: CoverageTracker(now.files, now.judge.follower, by) for by in ("ada", "bob", "cleo", None)}
    cleo = now.judge

    def told(by: str | None) -> tuple[State, str]:
        (item,) = (item for item in tallies[by].refresh().items if item.unit.item == "two")
        return item.state, item.reason

    assert told("cleo") == ("recorded", f"{record} submitted")
    assert told("ada") == told("bob") == told(None) == ("open", f"{record} rejected")
    give(cleo, record, "accept")
    assert told("cleo") == ("open", f"{record} rejected")
    give(cleo, record, "clear")
    assert told("cleo") == ("recorded", f"{record} submitted")


# Skips.


def test_a_skip_names_the_item_and_what_it_was(desk: Desk) -> None:
    event = skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "  only names ")
    (item,) = (item for item in desk.files.parsed(RETRY).items if item.path == "enum Reason")
    data = desk.files.parsed(RETRY).source.data[item.start : item.end]
    assert event.sha256 == hashlib.sha256(data).hexdigest()
    assert (event.repository, event.commit, event.path) == ("sample:webhook", None, RETRY)
    assert (event.reason, event.withdrawn, event.by) == ("only names", False, "ada")


def test_a_skip_is_no_record(desk: Desk, project: Project) -> None:
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "only names")
    ledger = desk.ledger()
    assert (len(ledger), ledger.records, ledger.ids, ledger.strays) == (0, (), (), ())
    assert sum(ledger.counts().values()) == 0
    assert [event.reason for event in ledger.skips.current] == ["only names"]
    assert project.store.fetch("practice", ledger.skips.current[0].id) == ledger.skips.current[0]


@pytest.mark.parametrize("reason", ["", " \n", "x" * 1001, "half \ud800"])
def test_a_bad_reason_is_refused_and_nothing_is_written(desk: Desk, project: Project, reason: str) -> None:
    with pytest.raises(UsageError):
        skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), reason)
    assert not project.store.read("practice").exists


def test_what_is_skipped_is_not_skipped_again(desk: Desk) -> None:
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "only names")
    with pytest.raises(UsageError, match="left out already, by ada: only names"):
        skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "again")


def test_what_nobody_skipped_cannot_be_taken_back(desk: Desk) -> None:
    with pytest.raises(UsageError, match="nobody left"):
        take_back(desk.judge.signer, place(desk, RETRY, "enum Reason"))


def test_what_is_only_taken_whole_is_only_skipped_whole(desk: Desk) -> None:
    items = desk.files.parsed(RETRY).items
    index = next(at for at, item in enumerate(items) if item.whole is not None)
    with pytest.raises(UsageError, match="with the whole of"):
        tally(desk).place(RETRY, index)


def test_tests_need_no_skip(desk: Desk) -> None:
    index = next(at for at, item in enumerate(desk.files.parsed(RETRY).items) if item.test)
    with pytest.raises(UsageError, match="test code"):
        tally(desk).place(RETRY, index)


def reasons(desk: Desk) -> list[str]:
    return [event.reason for event in desk.ledger().skips.current]


def test_skips_are_undone_and_done_again_among_all_other_acts(desk: Desk) -> None:
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "first")
    record = save(desk, RETRY, "Retry::fail")
    skip(desk.judge.signer, place(desk, RETRY, "enum Verdict"), "second")
    assert undo(desk.judge).target.deed == f"skipped enum Verdict of {RETRY}"
    assert reasons(desk) == ["first"]
    assert undo(desk.judge).records == (record,)
    undo(desk.judge)
    assert reasons(desk) == []
    assert redo(desk.judge).text.startswith(f"done again: skipped enum Reason of {RETRY} (")
    redo(desk.judge)
    redo(desk.judge)
    assert sorted(reasons(desk)) == ["first", "second"]
    with pytest.raises(UsageError, match="nothing of yours to do again"):
        redo(desk.judge)


def test_taking_a_skip_back_is_an_act_that_can_be_undone(desk: Desk) -> None:
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "first")
    take_back(desk.judge.signer, place(desk, RETRY, "enum Reason"))
    assert reasons(desk) == []
    assert undo(desk.judge).target.deed == f"stopped skipping enum Reason of {RETRY}"
    assert reasons(desk) == ["first"]
    undo(desk.judge)
    assert reasons(desk) == []


def test_what_another_has_changed_since_is_not_undone(desk: Desk, project: Project) -> None:
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "first")
    bob = Desk(project, "practice", "bob")
    take_back(bob.judge.signer, place(bob, RETRY, "enum Reason"))
    with pytest.raises(UsageError, match="bob stopped skipping enum Reason"):
        undo(desk.judge)


def test_undoing_one_record_leaves_skips_alone(desk: Desk) -> None:
    record = save(desk, RETRY, "Retry::fail")
    skip(desk.judge.signer, place(desk, RETRY, "enum Reason"), "first")
    assert undo(desk.judge, record).records == (record,)
    assert reasons(desk) == ["first"]
