"""The project's marker file: values, and every mistake told with its line while the rest is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.project.marker import MarkerProblem, ProjectFile, read, shown


def reads(tmp_path: Path, text: str | bytes) -> tuple[ProjectFile, list[MarkerProblem]]:
    path = tmp_path / "backspan.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def test_without_a_file_or_a_table_everything_has_its_default(tmp_path: Path) -> None:
    assert read(tmp_path / "backspan.toml") == (ProjectFile(1, 20, 60), [])
    assert reads(tmp_path, "version = 1\n") == (ProjectFile(1, 20, 60), [])


def test_the_backups_are_set_and_zero_is_a_value(tmp_path: Path) -> None:
    text = "# ours\nversion = 1\r\n\n[backups]\nkeep = 0\ndays = 7\n"
    assert reads(tmp_path, text) == (ProjectFile(1, 0, 7), [])


def test_a_project_switches_the_evidence_of_authorship_off(tmp_path: Path) -> None:
    assert ProjectFile().authorship
    found, problems = reads(tmp_path, "version = 1\n[authorship]\nrecord = false\n")
    assert (found, problems) == (ProjectFile(authorship=False), [])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[backups]\nkeep = -1\n", 2, "backups.keep must be a whole number from 0"),
        ("[backups]\nkeep = true\n", 2, "backups.keep must be"),
        ("[backups]\nkep = 3\n", 2, "backups.kep is no setting; did you mean keep?"),
        ("[backup]\nkeep = 3\n", 1, "backup is no setting; did you mean backups?"),
        ("backups = 3\n", 1, "backups must be a table"),
        ("[authorship]\nrecord = 0\n", 2, "authorship.record must be true or false; true is used"),
        ("[authorship]\nrecord = 'no'\n", 2, "authorship.record must be true or false"),
        ("[authorship]\nrecords = false\n", 2, "authorship.records is no setting; did you mean record?"),
        ("authorship = false\n", 1, "authorship must be a table: [authorship]"),
        ("[autorship]\nrecord = false\n", 1, "autorship is no setting; did you mean authorship?"),
        ("version = 2\n", 1, "newer backspan"),
        ("version = 1\n[backups\n", 2, "is not TOML"),
        ('"a\\u001b[31m" = 1\n', 1, "a\\x1b[31m is no setting"),
        (b"version = 1\n\xff\n", 2, "is not UTF-8"),
        (b"#" * 100_001, 1, "is longer than"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_changes_nothing_else(
    tmp_path: Path, text: str | bytes, line: int, words: str
) -> None:
    found, problems = reads(tmp_path, text)
    assert found in (ProjectFile(), ProjectFile(version=2))
    (problem,) = problems
    assert problem.line == line
    assert words in problem.text
    (row,) = shown(tmp_path / "backspan.toml", problems)
    assert row.startswith(f"{tmp_path / 'backspan.toml'}:{line}: ")


def test_one_wrong_value_leaves_the_others(tmp_path: Path) -> None:
    found, problems = reads(tmp_path, "[backups]\nkeep = 'many'\ndays = 9\n")
    assert (found.keep, found.days, len(problems)) == (20, 9, 1)


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "backspan.toml").mkdir()
    found, problems = read(tmp_path / "backspan.toml")
    assert found == ProjectFile()
    assert "cannot be read" in problems[0].text
