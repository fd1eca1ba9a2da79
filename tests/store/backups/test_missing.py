"""Missing is not empty on the command line: what a journal lacks of what was seen is told, and never exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import StoreError
from app.project.project import Project, find_project
from app.records.events import event_line
from tests.store.events import record_id, review, revision

EVENTS = (revision(1), revision(2), review(revision(2)))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    run(tmp_path, "init", str(tmp_path / "project"))
    found = find_project(tmp_path / "project")
    journal(found).write_bytes(b"".join(event_line(event) for event in EVENTS))
    return found


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["-C", str(folder), *words])


def journal(project: Project) -> Path:
    return project.store.path(topic(project))


def topic(project: Project) -> str:
    return sorted(name for name, spec in project.specs()[0].items() if not spec.practice)[0]


def words_for(project: Project, what: str) -> list[str]:
    name, record = topic(project), record_id(2)
    more = {"records": [name], "show": [record], "log": [record], "export": [name, "--out", "out"]}
    return [what, *more.get(what, [])]


@pytest.mark.parametrize("what", ["records", "topics", "show", "log", "export"])
def test_what_looks_at_a_journal_remembers_it(
    project: Project, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(project.root, *words_for(project, what))
    assert done.exit_code == 0, done.output
    assert "MISSING" not in done.stderr
    seen = project.memory.recall(topic(project))
    assert seen is not None
    assert seen.events == 3
    assert seen.bytes == journal(project).stat().st_size


@pytest.mark.parametrize("what", ["records", "topics", "show", "log"])
def test_a_journal_that_shrank_is_told_loudly_with_what_to_do(project: Project, what: str) -> None:
    run(project.root, "topics")
    journal(project).write_bytes(event_line(EVENTS[1]))
    said = run(project.root, *words_for(project, what))
    assert said.exit_code == 0
    assert "EVENTS ARE MISSING" in said.stderr
    assert "holds 1 events" in said.stderr
    assert "3 events" in said.stderr
    assert f"backspan doctor --accept {topic(project)}" in said.stderr


def test_a_journal_that_is_gone_is_in_its_row_until_that_is_accepted(project: Project) -> None:
    run(project.root, "topics")
    journal(project).unlink()
    row = next(line for line in run(project.root, "topics").stdout.splitlines() if topic(project) in line)
    assert "the journal is gone: 3 events were seen" in row
    told = run(project.root, "topics", "--json")
    rows = {row["topic"]: row["missing"] for row in json.loads(told.stdout)}
    assert rows.pop(topic(project)) == "the journal is gone: 3 events were seen"
    assert set(rows.values()) == {None}
    assert "EVENTS ARE MISSING" in run(project.root, "records", topic(project)).stderr
    run(project.root, "doctor", "--accept", topic(project))
    assert "MISSING" not in run(project.root, "records", topic(project)).stderr


def test_nothing_is_exported_of_a_journal_that_lacks_something(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run(project.root, "export", "--out", str(out)).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    journal(project).unlink()
    refusal = run(project.root, "export", "--out", str(out)).exception
    assert isinstance(refusal, StoreError)
    assert refusal.exit_code == 5
    assert refusal.what.startswith("Nothing was exported.")
    assert f"backspan doctor --accept {topic(project)}" in refusal.remedy
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    run(project.root, "doctor", "--accept", topic(project))
    assert run(project.root, "export", "--out", str(out)).exit_code == 0


def test_a_memory_that_cannot_be_read_is_told_and_stops_nothing(project: Project, tmp_path: Path) -> None:
    run(project.root, "topics")
    project.memory.path.write_text("{")
    done = run(project.root, "export", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.output
    assert "is damaged" in done.stderr
    assert "is damaged" not in run(project.root, "records", topic(project)).stderr, (
        "told once, then set aside"
    )
