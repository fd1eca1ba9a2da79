"""`backspan stats` as a person at a shell, or a script, has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError, UsageError
from app.project.project import Project, init_project
from app.records.events import make_review
from app.records.filters.language import parse
from app.records.history.ledger import Ledger
from app.settings.person import settings_path
from tests.store.events import moment


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n')
    monkeypatch.chdir(init_project(tmp_path / "project", samples=True)[0].root)
    return Project(Path.cwd())


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.cli, ["stats", *words])
    if isinstance(result.exception, BackspanError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def filters(value: Any) -> list[str]:
    """Every filter in the JSON."""
    if isinstance(value, dict):
        own = [
            text for name, text in value.items() if name in ("filter", "reviewed_filter") and text is not None
        ]
        return own + [found for inner in value.values() for found in filters(inner)]
    return [found for inner in value for found in filters(inner)] if isinstance(value, list) else []


def test_the_samples_figures_are_those_of_their_ledger(project: Project) -> None:
    (topic,) = json.loads(run("practice", "--json").stdout)["topics"]
    ledger = Ledger(project.store.survey("practice").entries)
    assert {one["name"]: one["count"] for one in topic["statuses"]} == ledger.counts()
    assert topic["records"] == len(ledger) == 12
    assert topic["target"]["accepted"] == ledger.counts()["accepted"]
    assert sum(topic["coverage"]["states"].values()) == topic["coverage"]["items"] == 55
    assert topic["texts"]["records"] == topic["target"]["standing"]
    assert topic["findings"] is None


def test_every_filter_in_the_json_can_be_read(project: Project) -> None:
    found = filters(json.loads(run("practice", "--full", "--json").stdout))
    assert len(found) > 20
    assert [text for text in found if str(parse(text)) != text] == []


def test_people_read_tables(project: Project) -> None:
    text = run("practice", "--full").stdout
    for said in (
        "2 of 3-10 accepted, 1 missing",
        "5 submitted",
        "person",
        "week of",
        "crate named",
        "checked",
    ):
        assert said in text


def test_topics_for_practice_are_left_out_unless_they_are_named(project: Project) -> None:
    found = json.loads(run("--json").stdout)
    assert "practice" not in [topic["topic"] for topic in found["topics"]]
    assert found["together"]["records"] == 0
    assert found["clusters"] is None


def test_a_topic_that_is_not_there_is_told(project: Project) -> None:
    with pytest.raises(UsageError, match="no topic 'retri'"):
        run("retri")


def test_names_that_would_steer_a_terminal_are_spelt_out(project: Project) -> None:
    (first, *_) = Ledger(project.store.survey("practice").entries).records
    assert first.revision is not None
    by = "eve\x1b]0;owned\x07\u202e"
    project.store.append(
        "practice",
        [make_review(record=first.record, by=by, revision=first.revision.id, verdict="accept", at=moment(0))],
    )
    assert "eve" in run("practice").stdout
    for shown in (run("practice").stdout, run("practice", "--json").stdout):
        assert not {"\x1b", "\x07"} & set(shown)
    assert "\u202e" not in run("practice").stdout


def test_a_damaged_line_is_told_and_the_rest_is_counted(project: Project) -> None:
    path = project.store.path("practice")
    path.write_bytes(path.read_bytes() + b"{broken}\n")
    result = run("practice", "--json", code=5)
    assert "is kept but left out" in result.stderr
    assert json.loads(result.stdout)["topics"][0]["records"] == 12


def test_a_spec_that_cannot_be_used_hides_no_other_topic(project: Project) -> None:
    (project.specs_dir / "bad.toml").write_text("title = 1\n")
    result = run("--json", code=3)
    assert "bad.toml" in result.stderr
    assert json.loads(result.stdout)["topics"]


def test_agreement_is_told_with_what_it_rests_on(project: Project) -> None:
    found = json.loads(run("practice", "--json").stdout)["agreement"]
    assert found["counts"]["ratings"] == sum(found["counts"]["labels"].values()) > 0
    assert found["figures"]["alpha"]["value"] is None and "no figure" in found["figures"]["alpha"]["reason"]
    assert "Agreement: " in run("practice").stdout


def test_in_a_blind_topic_hidden_verdicts_are_in_no_figure(project: Project) -> None:
    path = project.specs_dir / "practice.toml"
    path.write_text(path.read_text("utf-8") + "\n[review]\nblind = true\n", "utf-8")
    settings_path().write_text('name = "nobody yet"\n')
    found = json.loads(run("practice", "--json").stdout)
    (topic,) = found["topics"]
    assert topic["by_what_you_may_see"] and topic["target"]["accepted"] == 0
    assert found["agreement"]["counts"]["ratings"] == 0
    assert not any(person["verdicts"] for person in topic["people"])
    assert "count what you may see" in run("practice").stdout
