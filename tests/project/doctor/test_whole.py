"""`backspan doctor` as a whole: a healthy project, looking changes nothing, one failure stops no other check."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UsageError
from app.project.doctor.examine import DoctorReport, examine, repaired
from app.project.project import Project
from tests.project.doctor.driver import LINES, body, git, only, remember, run, save_draft, tree, write


def test_nothing_is_wrong_with_a_healthy_project(project: Project) -> None:
    assert examine(project) == DoctorReport((), journals=1, events=5, drafts=0)
    result = run(project, "doctor")
    assert result.exit_code == 0
    assert result.stdout == "nothing wrong\n1 journal, 5 events, 0 drafts checked\n"


def test_a_new_project_is_healthy_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    assert run(Project(tmp_path), "init", str(tmp_path)).exit_code == 0
    report = examine(Project(tmp_path))
    assert report.errors == 0
    assert "is not on this machine yet" in only(report).what


def test_a_journal_without_a_backup_is_a_remark_and_a_repair_makes_one(project: Project) -> None:
    for backup in (project.root / ".backspan" / "backups" / "retry").iterdir():
        backup.unlink()
    report = repaired(examine(project))
    assert only(report, "remark").done.startswith("made .backspan/backups/retry/")
    assert examine(project).findings == ()


def test_looking_changes_nothing_at_all(project: Project) -> None:
    write(project, LINES[0], b"rubbish\n", LINES[1][:50])
    save_draft(project).write_text("{")
    remember(project, 9)
    git(project.root, "init", "-q")
    before = tree(project.root)
    assert examine(project).errors == 3
    assert tree(project.root) == before


def test_a_project_that_lost_its_folders_is_examined_all_the_same(project: Project) -> None:
    remember(project, 5)
    project.store.path("retry").unlink()
    project.datasets_dir.rmdir()
    (project.specs_dir / "retry.toml").unlink()
    project.specs_dir.rmdir()
    texts = [finding.what for finding in examine(project).findings if finding.severity == "error"]
    assert len(texts) == 3
    assert any("is gone" in text for text in texts)
    assert run(project, "doctor", "--repair").exit_code == 5
    assert not project.datasets_dir.exists(), "a missing folder is never made anew"


def test_a_check_that_fails_inside_stops_no_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("a \x1b[31m fault")

    monkeypatch.setattr("app.project.doctor.surroundings.attributes", fault)
    monkeypatch.setattr("app.project.doctor.journals.scan", fault)
    save_draft(project)
    report = examine(project)
    assert report.errors == 2
    assert report.drafts == 1
    assert all("could not be checked" in finding.what for finding in report.findings)
    assert "\x1b" not in run(project, "doctor").stdout


def test_a_repair_that_fails_is_told_stops_no_other_and_stays_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, LINES[0], b"rubbish\n")
    draft = save_draft(project)
    draft.write_text("{")
    monkeypatch.setattr("app.store.backups.backups.RESERVE", 1 << 62)
    result = run(project, "doctor", "--repair")
    assert result.exit_code == 5
    assert "not repaired: No backup" in result.stdout
    assert not (project.work_dir / "damaged").exists(), "nothing is repaired without a backup"
    assert not draft.exists()


def test_programs_get_one_object(project: Project) -> None:
    write(project, LINES[0], b"rubbish\n")
    found = body(project)
    assert (found["journals"], found["events"], found["drafts"], found["errors_left"]) == (1, 1, 0, 1)
    assert found["counts"] == {"error": 1, "warning": 0, "remark": 0}
    (finding,) = found["findings"]
    assert finding["where"] == "datasets/retry.jsonl:2"
    assert finding["repair"].startswith("copy 1 line")
    assert finding["repaired"] is None
    assert body(project, "--repair")["findings"][0]["repaired"].startswith("copied 1 line")


def test_only_the_topics_that_are_named_are_checked(project: Project) -> None:
    write(project, b"rubbish\n")
    (project.datasets_dir / "other.jsonl").write_bytes(LINES[0])
    other = body(project, "other")
    assert (other["journals"], other["errors_left"]) == (1, 0)
    assert body(project)["journals"] == 2


@pytest.mark.parametrize("words", [("nothing",), ("../x",), ("--accept", "nothing")])
def test_a_topic_that_is_not_there_is_refused(project: Project, words: tuple[str, ...]) -> None:
    assert isinstance(run(project, "doctor", *words).exception, UsageError)
