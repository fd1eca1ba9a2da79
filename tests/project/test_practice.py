"""The practice topic's sample records: made of the bundled crate, clean before every check, in every status."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hatchling.builders.wheel import WheelBuilder

from app.cli import main as cli
from app.errors import ProjectError
from app.project import bundled
from app.project.project import Project, init_project
from app.records.blocks import compose, pieces_of
from app.records.events import Review, Revision
from app.records.history.ledger import STATUSES, Ledger, RecordState, Status
from app.records.history.viewpoint import Viewer
from app.review.feedback import hear, waiting
from tests.acting import Acting
from tests.answers import answered
from tests.practice import AGAIN, JOURNAL, TOPIC, journal
from tests.records.verifying import verify

ROOT = Path(__file__).resolve().parents[2]
PLACED = bundled.samples_dir() / JOURNAL


@pytest.fixture(autouse=True)
def nobodys_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A new project with the samples; commands run in it."""
    made = init_project(tmp_path / "project", samples=True)[0]
    monkeypatch.chdir(made.root)
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.cli, list(words), catch_exceptions=False)


def states(project: Project) -> tuple[RecordState, ...]:
    return Ledger(project.store.read(TOPIC).events).records


def newest(project: Project) -> list[Revision]:
    """The texts that the records have now; of a conflict both."""
    heads = [head for state in states(project) for head in state.heads]
    events = [project.store.fetch(TOPIC, head.id) for head in heads]
    return [event for event in events if isinstance(event, Revision)]


# -- what they are


def test_the_journal_is_what_its_texts_and_the_crate_make() -> None:
    assert PLACED.read_bytes() == journal(), AGAIN


def test_every_byte_of_their_code_is_the_crates(project: Project) -> None:
    for revision in newest(project):
        block = revision.block
        assert verify(block.text, block.spans, lambda path: (bundled.crate_dir() / path).read_bytes()) == []


def test_there_is_a_record_in_every_status(project: Project) -> None:
    wanted: dict[Status, int] = {
        "submitted": 5,
        "accepted": 2,
        "returned": 2,
        "rejected": 1,
        "retracted": 1,
        "conflict": 1,
    }
    assert set(wanted) == set(STATUSES)
    assert Counter(state.status for state in states(project)) == wanted


def test_two_people_wrote_them_and_two_others_reviewed_them(project: Project) -> None:
    events = [event for state in states(project) for event in state.events.values()]
    reviewers = {event.by for event in events if isinstance(event, Review)}
    assert reviewers == {"cleo", "dov"}
    assert {event.by for event in events} - reviewers == {"ada", "ben"}


def test_the_conflict_has_a_text_of_each_author_from_one_beginning(project: Project) -> None:
    (state,) = (state for state in states(project) if state.status == "conflict")
    assert {head.by for head in state.heads} == {"ada", "ben"}
    events = [project.store.fetch(TOPIC, head.id) for head in state.heads]
    assert len({event.parents for event in events if isinstance(event, Revision)}) == 1


def test_whatever_was_sent_back_says_why_and_where(project: Project) -> None:
    reviews = [e for state in states(project) for e in state.events.values() if isinstance(e, Review)]
    assert all(review.note for review in reviews if review.verdict in ("return", "reject"))
    back = [review for review in reviews if review.verdict == "return"]
    assert len(back) >= 4, "two records that stand returned, and two that were written anew since"
    for review in back:
        revision = project.store.fetch(TOPIC, review.revision)
        assert isinstance(revision, Revision) and review.place is not None
        assert review.place.end <= len(revision.user if review.place.field == "user" else revision.think)


def test_reviewers_say_more_than_verdicts_and_authors_answer(project: Project) -> None:
    ledger = Ledger(project.store.read(TOPIC).events)
    comments = [one for state in ledger.records for one in ledger.comments.of(state.record)]
    assert Counter(one.about for one in comments) == {"note": 3, "answer": 2, "flag": 1}
    assert {one.place.field for one in comments if one.place is not None} == {"user", "think", "block"}
    assert {(one.by, one.about == "answer") for one in comments} == {
        ("cleo", False),
        ("dov", False),
        ("ada", True),
        ("ben", True),
    }
    ids = frozenset().union(*(answered(ledger, state.record) for state in ledger.records))
    assert len(ids) == 2


def test_each_author_has_something_that_came_back(project: Project) -> None:
    judge = Acting(project, TOPIC, 1, "ada")
    waits = {by: waiting(judge.ledger(), Viewer(by)) for by in ("ada", "ben", "cleo", "dov")}
    counts = {by: tuple(len(kind) for kind in found) for by, found in waits.items()}
    assert counts == {"ada": (1, 0, 1), "ben": (1, 1, 0), "cleo": (0, 0, 0), "dov": (0, 0, 0)}
    (record,) = waits["ada"].returned
    said = hear(judge.signer, record, Viewer("ada"))
    assert said is not None and len(said.spoken) == 4 and len(said.open) == 3


def test_one_record_has_a_waiver_for_people_to_see(project: Project) -> None:
    waived = {revision.record: revision.waivers for revision in newest(project) if revision.waivers}
    (waivers,) = waived.values()
    assert [(waiver.code, len(waiver.reason) > 20) for waiver in waivers] == [("BS302", True)]


# -- what the commands say of them


def test_no_check_has_an_error_or_a_warning_that_nobody_waived(project: Project) -> None:
    result = run(
        "check", *(state.record for state in states(project)), "--format", "json", "--fail-on", "warning"
    )
    found = [json.loads(line) for line in result.stdout.splitlines()]
    open_ones = [row for row in found if row["severity"] != "hint" and not row.get("waived")]
    assert (result.exit_code, open_ones) == (0, [])
    assert {row["code"] for row in found if row.get("waived")} == {"BS302"}


def test_the_hints_are_of_traits_no_code_here_bears_of_helpers_left_out_and_of_what_was_sent_away(
    project: Project,
) -> None:
    result = run("check", TOPIC, "--format", "json")
    codes = {json.loads(line)["code"] for line in result.stdout.splitlines()}
    assert codes == {"BS215", "BS302", "BS303"}


def test_doctor_finds_nothing_but_the_conflict(project: Project) -> None:
    result = run("doctor")
    assert result.exit_code == 0
    assert "1 record has more than one newest text" in result.output
    for word in ("damaged", "error", "missing"):
        assert word not in result.output.lower()


def test_the_accepted_ones_are_exported(project: Project, tmp_path: Path) -> None:
    assert run("export", TOPIC, "--out", str(tmp_path / "out")).exit_code == 0
    lines = (tmp_path / "out" / "practice.jsonl").read_text("utf-8").splitlines()
    assert [len(json.loads(line)["messages"]) for line in lines] == [3, 3]


def test_every_block_that_was_ever_saved_is_made_again_of_the_crate(project: Project) -> None:
    """Old texts too: taken apart into its pieces and composed anew, each is the same in every byte and span."""
    saved = [event for event in project.store.read(TOPIC).events if isinstance(event, Revision)]
    assert len(saved) > len(newest(project)), "some were written anew since"
    for revision in saved:
        block = revision.block
        data = {span.path: (bundled.crate_dir() / span.path).read_bytes() for span in block.spans}
        made = compose(pieces_of(block.spans), data)
        assert (made.text, made.spans) == (block.text, block.spans)


# -- how they come into a project


def test_init_places_them_only_where_it_is_asked_to(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "without")).exit_code == 0
    assert not (tmp_path / "without" / "datasets" / JOURNAL).exists()
    result = run("init", "--samples", str(tmp_path / "with"))
    assert (result.exit_code, "datasets/practice.jsonl" in result.output) == (0, True)
    assert (tmp_path / "with" / "datasets" / JOURNAL).read_bytes() == PLACED.read_bytes()
    assert list((tmp_path / "with" / "datasets").glob(".*.tmp")) == []


def test_quiet_says_nothing_and_again_changes_nothing(project: Project) -> None:
    (project.datasets_dir / JOURNAL).write_text("mine\n", "utf-8")
    assert run("init", "--samples", "--quiet").output == ""
    assert init_project(project.root, samples=True)[1] == []
    assert (project.datasets_dir / JOURNAL).read_text("utf-8") == "mine\n"


def test_a_link_in_place_of_the_journal_or_its_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    first = init_project(tmp_path / "first")[0]
    (first.datasets_dir / JOURNAL).symlink_to(outside / "elsewhere")
    assert init_project(first.root, samples=True)[1] == []
    second = tmp_path / "second"
    second.mkdir()
    (second / "datasets").symlink_to(outside)
    with pytest.raises(ProjectError):
        init_project(second, samples=True)
    assert not (outside / JOURNAL).exists() and not (outside / "elsewhere").exists()


def test_a_journal_that_is_lost_is_not_replaced_by_samples(project: Project) -> None:
    assert run("topics").exit_code == 0  # which remembers what it saw
    (project.datasets_dir / JOURNAL).unlink()
    assert run("init", "--samples").exit_code == 0
    assert not (project.datasets_dir / JOURNAL).exists()
    assert "EVENTS ARE MISSING" in run("topics").output


def test_a_topic_that_was_only_looked_at_can_still_get_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(init_project(tmp_path)[0].root)
    assert run("topics").exit_code == 0
    assert init_project(tmp_path, samples=True)[1] == [f"datasets/{JOURNAL}"]


def test_what_is_saved_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = init_project(tmp_path)[0]
    (project.datasets_dir / JOURNAL).write_text("mine\n", "utf-8")
    monkeypatch.setattr("app.project.project.os.path.lexists", lambda path: False)
    assert init_project(tmp_path, samples=True)[1] == []
    assert (project.datasets_dir / JOURNAL).read_text("utf-8") == "mine\n"
    assert list(project.datasets_dir.glob(".*.tmp")) == []


def test_they_travel_in_the_wheel() -> None:
    carried = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert "app/project/bundled/practice/practice.jsonl" in carried
