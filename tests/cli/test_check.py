"""`backspan check` as a person at a shell, a hook or a script has it."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.checks import REGISTRY
from app.cli import main as cli
from app.cli.commands.check import Bar
from app.errors import BackspanError, SpecError, UsageError
from app.project.project import Project, init_project
from app.records.draft import new_draft
from app.records.events import Revision, make_revision
from app.rust.items import find_item
from app.settings.person import settings_path
from tests.acting import Acting
from tests.desk import Desk
from tests.gitfixtures import git
from tests.memory import give
from tests.store.events import block, retraction, revision

GOOD_USER = (
    "We still hit a dead receiver every few seconds, however long it has been away. Waits must grow with each failure, "
    "up to a bound that operators set, and thousands of failures must never make the sum overflow."
)
GOOD_THINK = (
    "A fixed wait keeps a dead receiver busy, so `raw_delay` has to grow with the count of failures. Doubling is "
    "enough because nobody needs a finer curve, and `base` is what operators know. The count comes from a queue and "
    "may be any number, therefore every step saturates instead of wrapping, and `Duration` is clamped last. tokio only "
    "sleeps for the result, and tracing tells how long; neither belongs in here, or a test would need a runtime."
)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n')
    monkeypatch.chdir(init_project(tmp_path / "project")[0].root)
    return Project(Path.cwd())


def run(*words: str, code: int = 0) -> Result:
    """Run the command, and see that it ends with this status."""
    result = CliRunner().invoke(cli.cli, ["check", *words])
    if isinstance(result.exception, BackspanError):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def found(*words: str, code: int = 0) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*words, "--format", "json", code=code).stdout.splitlines()]


def codes(*words: str, code: int = 0) -> set[str]:
    return {row["code"] for row in found(*words, code=code)}


def record(project: Project, item: str = "Backoff::raw_delay", user: str = GOOD_USER) -> str:
    """Save a record of the sample crate's `backoff.rs` with its imports; gives its id."""
    path = "src/backoff.rs"
    think = GOOD_THINK if "raw" in item else f"tokio and tracing wait for `{item}`, because waits end."
    desk = Desk(project, "practice", "ada")
    there = desk.files.parsed(path).items
    index = there.index(find_item(there, item))
    piece = desk.composer.piece(path, there[index].start, there[index].end, index)
    draft = new_draft("practice", "ada").pick(piece, "toggle").write("user", user).write("think", think)
    draft = draft.take_imports("whole")
    desk.append(desk.composer.revision(draft, desk.composer.compose(draft)))
    return draft.record


def test_a_good_record_passes_and_only_hints_and_what_the_crate_is_are_told(project: Project) -> None:
    record(project)
    result = run("practice")
    assert "error" not in result.stdout
    assert codes("practice") <= {"BS302", "BS303"}  # the topic's own crates are not used in backoff.rs
    assert "1 record checked: " in result.stderr


def test_findings_stand_with_their_place_in_order_of_record_and_field(project: Project) -> None:
    first = record(project, user=GOOD_USER + "\nLastly the the wait.")
    second = record(project, "Backoff::with_jitter", user="Short one.")
    result = run("practice", code=0)
    heads = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert all(
        line.startswith(f"practice/{first}/") for line in heads[: len(heads) - heads_of(heads, second)]
    )
    assert f"practice/{first}/user:2:8: warning BS704: " in result.stdout
    fields = [line.split("/")[2].partition(":")[0] for line in heads if first in line]
    assert fields == sorted(fields, key=("record", "user", "think", "block").index)
    assert "    → " in result.stdout
    row = next(row for row in found("practice") if row["code"] == "BS704")
    assert (row["line"], row["column"], row["end_line"]) == (2, 8, 2)
    said = (GOOD_USER + "\nLastly the the wait.")[row["start"] : row["end"]]
    assert said == "the the"


def heads_of(heads: list[str], record: str) -> int:
    return sum(record in line for line in heads)


def test_the_exit_status_follows_the_level(project: Project) -> None:
    run("practice")
    record(project)
    run("practice", "--fail-on", "error")
    run("practice", "--fail-on", "warning", code=1)  # BS302
    record(project)  # the same text twice is an error
    assert "BS608" in codes("practice", code=1)


def test_wrong_usage_is_two(project: Project) -> None:
    for words in (["--format", "xml"], ["--fail-on", "hint"], ["--against", "nowhere.jsonl"]):
        run(*words, code=2)
    with pytest.raises(UsageError, match="no topic or record 'practise'") as error:
        run("practise")
    assert (error.value.exit_code, error.value.remedy) == (2, "did you mean practice?")
    with pytest.raises(UsageError, match="no topic or record"):
        run("")


def test_a_record_is_named_by_the_beginning_of_its_id_whatever_its_status(project: Project) -> None:
    name = record(project, user="Short one.")
    record(project, "Backoff::with_jitter", user="Spread them.")
    assert {row["record"] for row in found(name[:24].lower())} == {name}
    Acting(project, "practice", 1, "ada").withdraw(name)
    assert name not in {row["record"] for row in found("practice")}
    assert {row["record"] for row in found(name)} == {name}
    with pytest.raises(UsageError, match="2 records begin"):
        run(name[:3])


def test_practice_is_left_out_unless_it_is_named(project: Project) -> None:
    record(project)
    result = run()
    assert not result.stdout
    assert "left out unless they are named: practice" in result.stderr


def test_only_the_newest_text_of_a_record_is_looked_at_and_both_of_a_conflict(project: Project) -> None:
    old = revision(1, user="Old old text.")
    new = revision(1, second=1, parents=(old,), user="Newer text.")
    project.store.append("practice", [old, new])
    assert {row["revision"] for row in found("practice", code=4)} == {new.id}
    other = revision(1, second=2, parents=(old,), user="Another text.")
    project.store.append("practice", [other])
    assert {row["revision"] for row in found("practice", code=4)} == {new.id, other.id}


def test_missing_code_is_told_once_and_the_checks_that_need_it_are_left_out(project: Project) -> None:
    two = revision(2, user="Make another pause.", think="It is short, but tokio and tracing want it.")
    project.store.append("practice", [revision(1), two])
    result = run("practice", code=4)
    assert result.stderr.count("cannot be read here") == 1
    assert "https://example.org/a at aaaaaaaaaaaa" in result.stderr
    for name in (revision(1).record, two.record):
        assert f"practice/{name} was not compared" in result.stderr
    said = codes("practice", code=4)
    assert "BS401" in said
    assert not said & {"BS202", "BS204", "BS205", "BS206", "BS302", "BS304", "BS501", "BS502"}


def test_a_path_in_a_journal_is_not_opened(project: Project, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "src").mkdir(parents=True)
    (tmp_path / "elsewhere" / "src" / "a.rs").write_text("fn other() {}")
    theirs = block().model_copy(update={"repository": str(tmp_path / "elsewhere"), "commit": None})
    project.store.append("practice", [stranger(theirs)])
    result = run("practice", code=4)
    assert "BS202" not in result.stdout
    assert "cannot be read here" in result.stderr


def stranger(code: Any, user: str = "Write a pause.", number: int = 1) -> Any:
    event = revision(number)
    return make_revision(record=event.record, by="eve", block=code, user=user, think=event.think, at=event.at)


def test_since_looks_at_what_changed_after_a_revision(project: Project) -> None:
    first = record(project, user="Short one.")
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", "one")
    assert "0 records checked" in run("practice", "--since", "HEAD").stderr
    second = record(project, "Backoff::with_jitter", user="Short two.")
    assert {row["record"] for row in found("practice", "--since", "HEAD")} == {second}
    git(project.root, "commit", "-q", "-a", "-m", "two")
    assert not found("practice", "--since", "main")
    assert {row["record"] for row in found("practice", "--since", "HEAD~1")} == {second}
    # A verdict changes nothing that a record says.
    give(Acting(project, "practice", 1, "bob"), first, "accept")
    assert not found("practice", "--since", "HEAD")


def test_since_looks_at_a_record_of_which_one_text_in_conflict_is_new(project: Project) -> None:
    name = record(project)
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", "one")
    (mine,) = project.store.read("practice").events
    assert isinstance(mine, Revision)
    rival = make_revision(record=name, by="bob", block=mine.block, user="Short one.", think=mine.think)
    project.store.append("practice", [rival])
    assert {row["revision"] for row in found("practice", "--since", "HEAD")} >= {rival.id}


def test_since_head_before_the_first_commit_looks_at_everything(project: Project) -> None:
    name = record(project, user="Short one.")
    git(project.root, "init", "-q", "-b", "main")
    assert {row["record"] for row in found("practice", "--since", "HEAD")} == {name}


def test_since_works_in_a_project_below_its_repository(project: Project) -> None:
    root = project.root.parent
    git(root, "init", "-q", "-b", "main")
    record(project, user="Short one.")
    git(root, "add", "-A", "project")
    git(root, "commit", "-q", "-m", "one")
    assert not found("practice", "--since", "HEAD")


def test_a_hook_is_not_led_astray_by_gits_own_variables(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", "one")
    name = record(project, user="Short one.")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert {row["record"] for row in found("practice", "--since", "HEAD")} == {name}


def test_since_takes_a_journal_that_was_a_link_for_none(project: Project, tmp_path: Path) -> None:
    name = record(project, user="Short one.")
    journal = project.store.path("practice")
    kept = journal.read_bytes()
    journal.unlink()
    journal.symlink_to(tmp_path / "elsewhere.jsonl")
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", "one")
    journal.unlink()
    journal.write_bytes(kept)
    assert {row["record"] for row in found("practice", "--since", "HEAD")} == {name}


def test_a_terminal_that_is_watched_sees_how_far_a_long_run_is(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = count()
    monkeypatch.setattr("app.cli.commands.check.time.monotonic", lambda: next(seconds))
    bar = Bar()
    bar("checking", 1, 4)
    assert not capsys.readouterr().err  # nobody watches
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    bar("checking", 2, 4)
    assert capsys.readouterr().err == "\r\x1b[Kchecking [############............] 2 of 4"
    bar.clear()
    bar.clear()
    assert capsys.readouterr().err == "\r\x1b[K"


def test_against_tells_the_file_the_line_and_the_shared_words(project: Project, tmp_path: Path) -> None:
    record(project)
    path = tmp_path / "bench.jsonl"
    words = "it has been away. Waits must grow with each failure"
    path.write_text(json.dumps({"prompt": "nothing"}) + "\n" + json.dumps({"tests": [{"q": words.upper()}]}))
    stdout = run("practice", "--against", str(path), code=1).stdout
    assert f"error BS801: 10 words in a row stand in {path}:2 too: “{words}”." in stdout
    assert "BS801" in run("practice", "--against", str(path), "--format", "sarif", code=1).stdout
    path.write_text("nothing of it")
    assert "BS801" not in codes("practice", "--against", str(path))


@pytest.mark.parametrize("name", ["nowhere", "--help", "-x", "HEAD:specs", "", "HEAD\n", "HEAD..HEAD", "\0"])
def test_since_takes_nothing_but_a_revision(project: Project, name: str) -> None:
    with pytest.raises(UsageError, match="no git repository"):
        run("--since", name)
    git(project.root, "init", "-q", "-b", "main")
    git(project.root, "add", "-A")
    git(project.root, "commit", "-q", "-m", "one")
    with pytest.raises(UsageError, match="revision"):
        run("--since", name)


def test_sarif_names_the_journal_the_record_and_the_field(project: Project) -> None:
    record(project, "Backoff::with_jitter", user="Spread them.")
    name = record(project, user=GOOD_USER + "\nLastly the the wait.")
    log = json.loads(run("practice", "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (part,) = log["runs"]
    rules = part["tool"]["driver"]["rules"]
    assert {rule["id"] for rule in rules} == {*REGISTRY, "BS801"}
    result = next(result for result in part["results"] if result["ruleId"] == "BS704")
    assert rules[result["ruleIndex"]]["id"] == "BS704"
    assert result["level"] == "warning"
    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "datasets/practice.jsonl"
    assert physical["region"] == {"startLine": 2}
    assert [logical["fullyQualifiedName"] for logical in location["logicalLocations"]] == [
        f"practice/{name}",
        f"practice/{name}/user",
    ]
    assert result["message"]["text"].startswith("user 2:8: ")
    assert (
        part["artifacts"][physical["artifactLocation"]["index"]]["location"]["uri"]
        == "datasets/practice.jsonl"
    )
    prints = [result["partialFingerprints"]["record/v1"] for result in part["results"]]
    assert len(set(prints)) == len(prints)


def test_nothing_that_a_terminal_obeys_is_printed(project: Project) -> None:
    evil = "\x1b]0;owned\x07 \u202e https://e\x1b[31mvil.example/\x9b2J #12 `\x1b[2J`"
    code = block(path="src/\x1b[31m\u202e.rs")
    hostile = code.model_copy(update={"repository": "https://\x1b[31m\u202eexample.org"})
    project.store.append("practice", [stranger(hostile, evil), stranger(code, evil + " again", 2)])
    for form in ("text", "json", "sarif"):
        result = run(
            "practice", "--format", form, code=1
        )  # their texts are copies of each other, or bytes differ
        output = result.stdout + result.stderr
        assert not [char for char in output if not char.isprintable() and char != "\n"]


def test_damaged_lines_are_told_and_make_the_run_fail(project: Project) -> None:
    record(project)
    path = project.store.path("practice")
    whole = path.read_bytes()
    path.write_bytes(b'<<<<<<< ours\n{"kind":"revision"}\n' + whole + b"[1\n\xff\xfe\n" + whole[:-40] + b"\n")
    result = run("practice", code=5)
    assert "line 1 is kept but left out" in result.stderr
    assert "1 record checked" in result.stderr


def test_a_record_that_was_changed_by_hand_is_told_and_the_others_are_looked_at(project: Project) -> None:
    first, second = revision(1), revision(2, user="Make another pause.", think="It is short.")
    project.store.append("practice", [first, second])
    path = project.store.path("practice")
    path.write_bytes(path.read_bytes().replace(b"Write a pause.", b"Write a cause."))
    result = run("practice", code=5)
    assert {line.split("/")[1] for line in result.stdout.splitlines() if line[0] != " "} == {second.record}
    assert "damaged" in result.stderr or "changed by hand" in result.stderr


def test_a_wrong_spec_fails_the_run_of_all_and_its_own(project: Project) -> None:
    record(project)
    (project.specs_dir / "broken.toml").write_text("title = 3\n")
    assert "broken.toml" in run(code=3).stderr
    assert run("practice").stdout
    with pytest.raises(SpecError):
        run("broken")


def test_withdrawn_records_are_nobodys_others(project: Project) -> None:
    first, second = revision(1), revision(2, user="Make another pause.")
    project.store.append("practice", [first, second])
    assert "BS608" in codes("practice", code=1)
    project.store.append("practice", [retraction((second,), second=3)])
    assert "BS608" not in codes("practice", code=4)
