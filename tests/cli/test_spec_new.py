"""`backspan spec new --from-prompt` as a person at a shell has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError, UsageError
from app.project.project import Project, init_project
from app.project.topics.spec import load_spec

PROMPTS = Path(__file__).parents[1] / "project" / "topics" / "prompts"
CODE = "pub fn book() {}\npub fn waiting_list() {}\npub struct FareTable;\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    source = tmp_path / "tidewater" / "quay" / "src" / "booking.rs"
    source.parent.mkdir(parents=True)
    source.write_text(CODE, encoding="utf-8")
    monkeypatch.chdir(init_project(tmp_path / "project")[0].root)
    return Project(Path.cwd())


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.cli, ["spec", "new", "--from-prompt", *words])
    if isinstance(result.exception, BackspanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_topic_is_called_after_its_output_unless_a_name_is_given(project: Project) -> None:
    for words, topic in (((), "seat_booking"), (("--topic", "ferries"), "ferries")):
        told = run(str(PROMPTS / "ferry.txt"), "--repository", "../tidewater", *words)
        assert told.stdout == f"{project.specs_dir / topic}.toml\n"
        assert load_spec(project.specs_dir / f"{topic}.toml").output == "seat_booking.jsonl"
    with pytest.raises(UsageError, match="is there already"):
        run(str(PROMPTS / "ferry.txt"))
    with pytest.raises(UsageError, match="'No Name' cannot name a topic"):
        run(str(PROMPTS / "ferry.txt"), "--topic", "No Name")


def test_every_line_is_told_of_and_what_the_repository_proposes(project: Project) -> None:
    told = run(str(PROMPTS / "ferry.txt"), "--repository", "../tidewater", "--stdout")
    lines = told.stderr.splitlines()
    assert (
        "left out on purpose: line 3: DO NOT WRITE SCRIPTS OR AUTOMATION CODE."
        " (tells an automated writer how to work)" in lines
    )
    assert "24 lines: 16 read, 8 that are headings or left out, 0 not read in whole" in lines
    assert 'proposed: exclude_items: struct FareTable (its name has the words of "fare tables")' in lines
    assert 'exclude_items = ["struct FareTable"]' in told.stdout
    assert not (project.specs_dir / "seat_booking.toml").exists()


def test_what_is_not_read_and_what_wants_a_look_is_told_with_its_line(
    project: Project, tmp_path: Path
) -> None:
    text = (PROMPTS / "ferry.txt").read_text(encoding="utf-8")
    text = text.replace("TARGET: 15-25 examples.", "TARGET: 20-30 per file, 60 in total\n\nTone: dry")
    (tmp_path / "brief.txt").write_text(text.replace("tokio, sqlx", "tokio, \x1b[31mred"), encoding="utf-8")
    told = run(str(tmp_path / "brief.txt"), "--stdout")
    lines = told.stderr.splitlines()
    assert "missing: target.min: line 34 has several numbers (the spec cannot do without it)" in lines
    assert "not read: line 34: 20-30 per file, 60 in total (has several numbers)" in lines
    assert 'not read: line 36: dry (stands under "Tone", which is not known)' in lines
    assert "proposed: nothing, because the repository is not on this machine" in lines
    assert "\x1b" not in told.output
    assert "#   line 34: 20-30 per file, 60 in total (has several numbers)" in told.stdout


def test_a_repository_that_cannot_be_opened_proposes_nothing(project: Project) -> None:
    told = run(str(PROMPTS / "ferry.txt"), "--repository", "../nowhere", "--stdout")
    assert any(line.startswith("proposed: nothing: ") for line in told.stderr.splitlines())


def test_the_document_is_copied_into_the_project_and_named(project: Project) -> None:
    told = run(str(PROMPTS / "ferry.txt"), "--repository", "../tidewater")
    assert "prompt: prompts/ferry.txt is a copy of the document" in told.stderr.splitlines()
    spec = load_spec(project.specs_dir / "seat_booking.toml")
    assert spec.prompt == "prompts/ferry.txt"
    assert (project.root / spec.prompt).read_bytes() == (PROMPTS / "ferry.txt").read_bytes()
    assert spec.role.startswith("You ")
    assert "Who writes" not in spec.guidelines


def test_another_document_of_that_name_stays_and_the_spec_is_made_without(project: Project) -> None:
    other = project.root / "prompts" / "ferry.txt"
    other.parent.mkdir()
    other.write_text("mine", "utf-8")
    told = run(str(PROMPTS / "ferry.txt"), "--repository", "../tidewater")
    assert any("prompt: prompts/ferry.txt is there already" in line for line in told.stderr.splitlines())
    assert load_spec(project.specs_dir / "seat_booking.toml").prompt == ""
    assert other.read_text("utf-8") == "mine"


def test_nothing_is_copied_where_no_spec_is_written(project: Project) -> None:
    run(str(PROMPTS / "ferry.txt"), "--repository", "../tidewater", "--stdout")
    (project.specs_dir / "seat_booking.toml").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is there already"):
        run(str(PROMPTS / "ferry.txt"))
    assert not (project.root / "prompts").exists()
