"""`backspan restore` and `backspan backup`: what they take, say and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError, UsageError
from app.records.events import event_line
from app.store.backups.last_seen import Memory
from tests.store.events import revision


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    (folder / "datasets").mkdir(parents=True)
    (folder / "specs").mkdir()
    (folder / "backspan.toml").write_text("version = 1\n")
    lines = (event_line(revision(number)) for number in range(3))
    (folder / "datasets" / "retry.jsonl").write_bytes(b"".join(lines))
    return folder


def run(project: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["-C", str(project), *words])


def refused(project: Path, *words: str) -> BackspanError:
    error = run(project, *words).exception
    assert isinstance(error, BackspanError), error
    return error


def test_a_lost_journal_comes_back_from_the_backup_made_before(project: Path) -> None:
    journal = project / "datasets" / "retry.jsonl"
    data = journal.read_bytes()
    made = run(project, "backup")
    assert made.exit_code == 0
    assert Path(made.stdout.strip()).is_file()
    journal.unlink()
    tried = run(project, "restore", "--journal", "retry", "--dry-run")
    assert "would be brought back whole" in tried.stderr
    assert not journal.exists()
    done = run(project, "restore", "--journal", "retry")
    assert done.exit_code == 0
    assert "3 events" in done.stderr
    assert journal.read_bytes() == data


def test_a_shortened_journal_gets_what_it_lacks(project: Path) -> None:
    run(project, "backup", "retry")
    journal = project / "datasets" / "retry.jsonl"
    journal.write_bytes(journal.read_bytes().splitlines(True)[0])
    assert (
        "2 events would be added to the 1"
        in run(project, "restore", "--journal", "retry", "--dry-run").stderr
    )
    assert "2 events are added" in run(project, "restore", "--journal", "retry").stderr
    assert "lacks nothing" in run(project, "restore", "--journal", "retry").stderr
    assert len(journal.read_bytes().splitlines()) == 3


def test_what_is_missing_even_so_is_told_with_what_to_do_about_it(project: Path) -> None:
    run(project, "backup", "retry")
    Memory(project).note("retry", 5, 1, [revision(4).id])
    journal = project / "datasets" / "retry.jsonl"
    journal.unlink()
    tried = run(project, "restore", "--journal", "retry", "--dry-run").stderr
    assert "2 events that were seen would still be missing" in tried
    said = run(project, "restore", "--journal", "retry").stderr
    assert "is back, byte for byte, with 3 events" in said
    assert "EVENTS ARE STILL MISSING" in said
    assert "holds 3 events" in said
    assert "backspan merge FILE" in said
    assert "backspan doctor --accept retry" in said
    assert "restore --journal" not in said, "it would add nothing"
    run(project, "doctor", "--accept", "retry")
    assert "MISSING" not in run(project, "restore", "--journal", "retry").stderr


def test_the_backups_are_listed_newest_first_for_people_and_programs(project: Path) -> None:
    run(project, "backup")
    with (project / "datasets" / "retry.jsonl").open("ab") as journal:
        journal.write(event_line(revision(9)))
    run(project, "backup")
    rows = json.loads(run(project, "backup", "--list", "--json").stdout)
    assert [(row["topic"], row["lines"], row["why"]) for row in rows] == [
        ("retry", 4, "asked"),
        ("retry", 3, "asked"),
    ]
    assert [line.split()[-1] for line in run(project, "backup", "--list").stdout.splitlines()] == [
        row["name"] for row in rows
    ]


def test_the_same_bytes_are_not_copied_twice(project: Path) -> None:
    run(project, "backup")
    again = run(project, "backup")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "the same bytes already" in again.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("restore",),
        ("restore", "--dry-run"),
        ("restore", "--from", "x"),
        ("restore", "01J0", "--journal", "retry"),
        ("restore", "01J0", "--dry-run"),
        ("restore", "--journal", "../retry"),
        ("restore", "--journal", "other"),
        ("restore", "--journal", "retry", "--from", "nothing"),
        ("backup", "other"),
        ("backup", "--json"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(project: Path, words: tuple[str, ...]) -> None:
    error = refused(project, *words)
    assert isinstance(error, UsageError)
    assert error.remedy


def test_records_still_go_the_way_of_records(project: Path) -> None:
    assert "no record" in str(refused(project, "restore", "01J0"))


def test_the_projects_file_sets_how_many_stay_and_its_mistakes_are_told(project: Path) -> None:
    (project / "backspan.toml").write_text("version = 1\n[backups]\nkeep = 1\ndais = 2\n")
    journal = project / "datasets" / "retry.jsonl"
    for number in range(10, 13):
        with journal.open("ab") as file:
            file.write(event_line(revision(number)))
        assert "backups.dais is no setting; did you mean days?" in run(project, "backup").stderr
    assert len(json.loads(run(project, "backup", "--list", "--json").stdout)) == 1
