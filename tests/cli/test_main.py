"""The command line: shapes of its JSON, exit codes, what goes to stdout, and what start-up imports."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError
from app.project import bundled

CRATE = ["--repo", str(bundled.crate_dir())]


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.cli, list(words))


def refused(*words: str) -> BackspanError:
    error = run(*words).exception
    assert isinstance(error, BackspanError), error
    return error


def data(*words: str) -> Any:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    folder = tmp_path / "project"
    assert run("init", str(folder)).exit_code == 0
    return folder


def test_items_have_the_fixed_shape_in_file_order() -> None:
    rows = data("items", *CRATE, "src/retry.rs", "--json")
    assert [set(row) for row in rows] == [
        {"item", "kind", "start", "end", "line_start", "line_end", "test", "not_understood"}
    ] * len(rows)
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)
    assert len({row["item"] for row in rows}) == len(rows)
    assert any(row["test"] for row in rows)


@pytest.mark.parametrize("name", sorted(p.name for p in (bundled.crate_dir() / "src").glob("*.rs")))
def test_every_item_printed_is_accepted_by_block_and_its_bytes_are_the_sources(name: str) -> None:
    source = (bundled.crate_dir() / "src" / name).read_bytes()
    for row in data("items", *CRATE, f"src/{name}", "--json"):
        block = data("block", *CRATE, "--allow-tests", f"src/{name}", row["item"], "--json")
        assert set(block) == {"text", "spans"}
        for span in block["spans"]:
            assert set(span) == {"path", "start", "end", "role", "item", "sha256", "reason"}
            raw = source[span["start"] : span["end"]]
            assert hashlib.sha256(raw).hexdigest() == span["sha256"]
            assert raw.decode() in block["text"]
        own = source[row["start"] : row["end"]].decode()
        assert own in block["text"], row["item"]


STRANGE = "use a::b;\n\npub macro pair($a:expr) {\n    ($a)\n}\n\nfn f() {\n    g(x y);\n}\n\nfn h() {}\n"


def test_items_say_which_lines_are_not_understood_and_leave_no_item_out(tmp_path: Path) -> None:
    """Nothing said that a file did not parse: `pub macro` was no item, and the exit code 0."""
    (tmp_path / "a.rs").write_text(STRANGE)
    here = ["--repo", str(tmp_path), "a.rs"]
    result = run("items", *here, "--json")
    assert [(row["item"], row["not_understood"]) for row in json.loads(result.stdout)] == [
        ("use a::b", []),
        ("not understood: pub macro pair", [3]),
        ("f", [8]),
        ("h", []),
    ]
    assert "a.rs: not understood near line 3, 2 places" in result.stderr
    told = run("items", *here)
    assert "a.rs: not understood near line 3, 2 places" in told.stderr
    assert told.stdout.splitlines()[1:3] == [
        "     3-5      not understood: pub macro pair",
        "     7-9      f  not understood near line 8",
    ]


def test_block_takes_what_is_not_understood_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.rs").write_text(STRANGE)
    taken = run("block", "--repo", str(tmp_path), "a.rs", "pub macro pair")
    assert taken.stdout == "pub macro pair($a:expr) {\n    ($a)\n}\n"
    assert "the block holds what is not understood near line 3" in taken.stderr
    assert "near line 8" in run("block", "--repo", str(tmp_path), "a.rs", "f").stderr
    assert run("block", "--repo", str(tmp_path), "a.rs", "h").stderr == ""


@pytest.mark.parametrize("command", [("items",), ("items", "--json"), ("block", "--json")])
@pytest.mark.parametrize(
    "pointer",
    [
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n",
        f"/annex/objects/SHA256E-s12--{'0' * 64}.rs\n",
    ],
)
def test_a_file_whose_content_is_elsewhere_is_refused(
    tmp_path: Path, command: tuple[str, ...], pointer: str
) -> None:
    """`backspan items` printed nothing of a Git LFS pointer, and exited with 0."""
    (tmp_path / "a.rs").write_text(pointer)
    words = [*command, "--repo", str(tmp_path), "a.rs"] + ["version"] * (command[0] == "block")
    error = refused(*words)
    assert error.exit_code == 4 and "pointer" in error.what and error.remedy
    assert "left out: a.rs cannot be annotated" in run("locate", "--repo", str(tmp_path), pointer[1:8]).stderr


def spans(*words: str) -> dict[str, tuple[str, str]]:
    return {s["item"]: (s["role"], s["reason"]) for s in data("block", *CRATE, *words, "--json")["spans"]}


@pytest.mark.parametrize(
    "words", [["src/retry.rs", "Retry::fail", "--helpers"], ["--helpers", "src/retry.rs", "Retry::fail"]]
)
def test_block_takes_helpers_and_says_why(words: list[str]) -> None:
    found = spans(*words)
    assert found["Retry::fail"] == ("main", "chosen")
    assert found["impl Retry"] == ("context", "around the member that was taken")
    assert found["struct Retry"] == ("helper", "used in line 131")
    assert not any(role == "import" for role, _ in found.values())


def test_block_takes_as_many_helpers_as_are_wanted() -> None:
    every = [s for s in spans("src/retry.rs", "Retry::fail", "--helpers").values() if s[0] == "helper"]
    assert len(every) > 2
    for n in (1, 2):
        found = spans("--helpers", str(n), "src/retry.rs", "Retry::fail")
        assert sum(role == "helper" for role, _ in found.values()) == n


def test_block_takes_imports_and_tells_a_line_a_span() -> None:
    whole = spans("--imports", "src/retry.rs", "struct Policy")
    assert whole["use std::{fmt, num::NonZeroU32, time::Duration}"][0] == "import"
    result = run("block", *CRATE, "--imports=pruned", "--spans", "src/retry.rs", "struct Policy")
    assert result.exit_code == 0
    rows = [line.split()[0] for line in result.stdout.splitlines()]
    assert rows.count("main") == 1
    assert rows.count("import") >= 2
    assert "`NonZeroU32` used in line" in result.stdout


def test_block_takes_the_error_type_that_is_returned_first_and_says_so() -> None:
    found = spans("--helpers=1", "src/queue.rs", "State::held")
    assert found["enum QueueError"][0] == "helper"
    assert found["enum QueueError"][1].startswith("error type it returns, used in line")


def test_block_takes_likely_imports_on_demand(tmp_path: Path) -> None:
    code = "use std::io::Write as _;\nuse std::fmt::Debug;\nfn f(x: &mut W, d: &dyn Debug) { x.flush(); }\n"
    (tmp_path / "a.rs").write_text(code)
    here = ["block", "--repo", str(tmp_path), "a.rs", "f", "--imports"]
    assert "Write" not in run(*here).stdout
    assert run(*here, "--likely").stdout.startswith(code[:52])


def test_block_refuses_test_code_and_names_near_items() -> None:
    tests = next(row["item"] for row in data("items", *CRATE, "src/retry.rs", "--json") if row["test"])
    assert "test code" in str(refused("block", *CRATE, "src/retry.rs", tests))
    assert "nearest are" in str(refused("block", *CRATE, "src/retry.rs", "fn Retryy::nwe"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["items", "--repo", "/no/such/folder", "a.rs"], 4, "is not there"),
        (["items", *CRATE, "src/nothing.rs"], 4, "src/nothing.rs"),
        (["items", *CRATE, "../../etc/passwd"], 4, "passwd"),
        (["items", *CRATE, "--commit", "abc", "src/retry.rs"], 4, "plain folder"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_exit_code(words: list[str], code: int, said: str) -> None:
    error = refused(*words)
    assert (error.exit_code, said in str(error)) == (code, True), str(error)
    assert error.remedy


def test_locate_finds_an_item_anywhere() -> None:
    (row,) = data("locate", *CRATE, "next_delay", "--json")[:1]
    assert row["path"].endswith(".rs")


def test_init_makes_the_first_topics_and_the_practice_topic(project: Path) -> None:
    rows = data("-C", str(project / "datasets"), "topics", "--json")
    assert {row["topic"] for row in rows} == {
        "task_processing",
        "background_task_runner",
        "retry_state_machine",
        "backoff_jitter",
        "practice",
    }
    assert "merge=union" in (project / ".gitattributes").read_text("utf-8")


def test_no_project_is_said_with_what_to_do(tmp_path: Path) -> None:
    error = refused("-C", str(tmp_path), "topics")
    assert (error.exit_code, "backspan init" in error.remedy) == (3, True)


def test_records_and_export_of_an_empty_project(project: Path, tmp_path: Path) -> None:
    assert data("-C", str(project), "records", "practice", "--json") == []
    result = run("-C", str(project), "export", "--out", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "practice" not in result.stderr


def test_an_unknown_topic_record_status_or_command_is_named(project: Path) -> None:
    at = ["-C", str(project)]
    assert "topics here" in str(refused(*at, "records", "tsak_processing"))
    assert "no record" in str(refused(*at, "show", "01ARZ"))
    assert "conflict" in str(refused(*at, "export", "--out", "x", "--include", "conflict"))
    assert "Did you mean 'export'" in run(*at, "exprot").stderr


def test_a_broken_spec_is_named_with_its_line_and_hides_no_other(project: Path) -> None:
    (project / "specs" / "practice.toml").write_text('titel = "x"\n', "utf-8")
    result = run("-C", str(project), "topics")
    assert result.exit_code == 3
    assert "practice.toml:1" in result.stderr
    assert "title" in result.stderr
    assert "task_processing" in result.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    assert "_BACKSPAN_COMPLETE" in run("completion", shell).stdout


def _modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.split(".")[0] for name in done.stdout.split()}


def test_help_imports_neither_textual_nor_pydantic() -> None:
    call = "app.cli.main.main()"
    code = (
        f"import sys, app.cli.main\nsys.argv = ['backspan', '--help']\ntry: {call}\nexcept SystemExit: pass"
    )
    assert not _modules_after(code) & {"textual", "rich", "pydantic", "tree_sitter"}


def test_the_first_screen_needs_neither_pydantic_nor_a_grammar() -> None:
    assert not _modules_after("import app.workstation.app") & {
        "pydantic",
        "tree_sitter",
        "ulid",
        "tomlkit",
        "filelock",
    }


@pytest.mark.parametrize(
    "module",
    [
        "app.annotate.session",
        "app.project.project",
        "app.records.blocks",
        "app.export.writing",
        "app.checks",
        "app.rust.needs.imports",
        "app.project.topics.prompts",
    ],
)
def test_the_core_knows_no_screen(module: str) -> None:
    assert not _modules_after(f"import {module}") & {"textual", "rich", "widgets"}


def test_a_bug_leaves_words_and_a_file_and_no_traceback(tmp_path: Path) -> None:
    code = "import app.cli.main as c\ndef boom(**k): raise RuntimeError('inner')\nc.cli.main = boom\nc.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = Path(done.stderr.split("details are in ")[1].split(";")[0])
    assert "RuntimeError: inner" in log.read_text("utf-8")
    log.unlink()
