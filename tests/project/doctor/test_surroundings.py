"""`backspan doctor` on all around the journals: specs, sources, folders, git, the project's file, backups."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.project.doctor.examine import examine, repaired
from app.project.project import Project
from tests.project.doctor.driver import git, only, run
from tests.store.events import revision

# -- specs, sources


def test_a_broken_spec_is_told_with_its_line_and_its_journal_is_checked(project: Project) -> None:
    path = project.specs_dir / "retry.toml"
    path.write_text(path.read_text().replace("title =", "titel ="))
    report = examine(project)
    wheres = {finding.where for finding in report.findings if finding.severity == "error"}
    assert any(where.startswith("specs/retry.toml:") for where in wheres)
    assert report.events == 5


def test_a_journal_without_a_spec_is_told(project: Project) -> None:
    (project.specs_dir / "retry.toml").unlink()
    assert "has no spec" in only(examine(project), "warning").what


def with_repository(project: Project, url: str, commit: str = "") -> None:
    path = project.specs_dir / "retry.toml"
    said = f'{{ url = "{url}"' + (f', commit = "{commit}"' if commit else "") + " }"
    text, changed = re.subn(r"(?m)^repository(\.url)? = .*$", f"repository = {said}", path.read_text())
    assert changed == 1
    path.write_text(text)


def test_a_source_that_is_missing_and_a_mapping_to_nowhere_are_told(project: Project, tmp_path: Path) -> None:
    with_repository(project, "https://example.org/a")
    assert "not on this machine" in only(examine(project), "warning").what
    code = tmp_path / "code"
    code.mkdir()
    assert run(project, "source", "map", "https://example.org/a", str(code)).exit_code == 0
    assert "commits that records name" in only(examine(project), "remark").what, "a plain folder has none"
    code.rmdir()
    assert {finding.severity for finding in examine(project).findings} == {"warning", "remark"}


def test_a_commit_that_is_missing_is_told_for_specs_and_for_records(project: Project, tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    git(code, "init", "-q")
    git(code, "commit", "-q", "--allow-empty", "-m", "first")
    head = git(code, "rev-parse", "HEAD")
    assert run(project, "source", "map", "https://example.org/a", str(code)).exit_code == 0
    with_repository(project, "https://example.org/a", "b" * 40)
    spec, records = examine(project).findings
    assert spec.severity == "warning"
    assert "b" * 40 in spec.what
    assert records.severity == "remark"
    assert records.details == ("a" * 40,)
    with_repository(project, "https://example.org/a", head)
    assert only(examine(project)).details == ("a" * 40,)


# -- the folders, git, the project's file


def test_the_folder_of_the_locks_is_kept_out_of_git(project: Project) -> None:
    project.store.append("retry", [revision(9)])
    ignore = project.datasets_dir / ".locks" / ".gitignore"
    ignore.unlink()
    report = repaired(examine(project))
    assert only(report, "remark").done
    assert ignore.read_text() == "*\n"


@pytest.mark.parametrize("make", [lambda path: path.write_text("x"), lambda path: path.symlink_to("/tmp")])
def test_something_else_in_the_place_of_the_locks_is_told(
    project: Project, make: Callable[[Path], object]
) -> None:
    make(project.datasets_dir / ".locks")
    assert "nobody can save" in only(examine(project), "error").what


def test_git_is_told_to_merge_by_union_and_the_file_before_is_kept(project: Project) -> None:
    git(project.root, "init", "-q")
    path = project.root / ".gitattributes"
    path.write_text("*.png binary")
    report = repaired(examine(project))
    assert "added the line; .backspan/before-repair/" in only(report, "warning").done
    assert path.read_text() == "*.png binary\ndatasets/*.jsonl merge=union text eol=lf\n"
    (kept,) = (project.work_dir / "before-repair").iterdir()
    assert kept.read_text() == "*.png binary"
    assert examine(project).findings == ()
    assert "union" in git(project.root, "check-attr", "merge", "datasets/retry.jsonl")


def test_a_later_line_that_takes_the_union_back_is_noticed(project: Project) -> None:
    git(project.root, "init", "-q")
    (project.root / ".gitattributes").write_text("datasets/*.jsonl merge=union\n*.jsonl -merge\n")
    assert only(examine(project)).where == ".gitattributes"


def test_a_mistake_in_the_projects_file_is_told_and_stops_nothing(project: Project) -> None:
    (project.root / "backspan.toml").write_text("version = 1\n[backups]\nkeep = 'all'\n")
    finding = only(examine(project))
    assert (finding.severity, finding.where) == ("warning", "backspan.toml:3")


def test_a_damaged_backup_is_told(project: Project) -> None:
    backup = next((project.work_dir / "backups" / "retry").glob("*.gz"))
    backup.write_bytes(backup.read_bytes()[:40])
    assert "damaged" in only(examine(project), "warning").what
