"""`backspan coverage` and `skip` as a person at a shell, or a script, has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError, UsageError
from app.progress.coverage.states import STATES
from app.project.project import Project, init_project
from app.project.topic_files import TopicFiles
from app.records.draft import new_draft
from app.records.events import make_skip
from app.repository.sources import map_source
from app.rust.items import find_item
from app.settings.person import settings_path
from app.store.presence.claims import Claims
from tests.acting import Acting
from tests.desk import Desk
from tests.gitfixtures import make_repo
from tests.store.events import record_id

RETRY = "src/retry.rs"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n')
    monkeypatch.chdir(init_project(tmp_path / "project")[0].root)
    return Project(Path.cwd())


def run(*words: str) -> Result:
    result = CliRunner().invoke(cli.cli, list(words))
    if isinstance(result.exception, BackspanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def data(*words: str) -> Any:
    return json.loads(run(*words).stdout)


def items(*words: str) -> dict[str, dict[str, Any]]:
    found = data("coverage", "practice", "--json", *words)
    return {item["item"]: item for file in found["files"] for item in file["items"]}


def record(project: Project, item: str) -> str:
    desk = Desk(project, "practice", "ada")
    there = desk.files.parsed(RETRY).items
    index = there.index(find_item(there, item))
    piece = desk.composer.piece(RETRY, there[index].start, there[index].end, index)
    draft = new_draft("practice", "ada").pick(piece, "toggle").write("user", "Give up after the last wait.")
    draft = draft.write("think", "With tokio and tracing: stop, because waits end.")
    desk.append(desk.composer.revision(draft, desk.composer.compose(draft)))
    return draft.record


def test_every_item_is_printed_below_a_table_that_adds_up(project: Project) -> None:
    name = record(project, "Retry::fail")
    run("skip", "practice", "retry.rs", "enum Reason", "--because", "only names")
    table, listed = run("coverage", "practice").stdout.split("\n\n")
    head, *rows = table.splitlines()
    assert tuple(head.split()) == STATES
    counts = {row.split()[0]: [int(word) for word in row.split()[-len(STATES) :]] for row in rows}
    files = [row for name, row in counts.items() if name.startswith("src/")]
    found = data("coverage", "practice", "--json")
    related, in_all = ([int(word) for word in rows[at].split()[-len(STATES) :]] for at in (-2, -1))
    assert [sum(column) for column in zip(*files, strict=True)] == in_all
    assert related == list(found["related_counts"].values())
    lines = listed.splitlines()
    parts = [item for file in found["files"] for item in file["items"] if item["part_of"]]
    assert len(parts) > 3 and len(lines) == sum(in_all) + len(parts)
    (fail,) = (line for line in lines if " Retry::fail " in line)
    assert fail.split() == ["recorded", "*", f"{RETRY}:147", "Retry::fail", name, "submitted"]
    (reason,) = (line for line in lines if "enum Reason" in line)
    assert reason.split(maxsplit=4) == ["skipped", f"{RETRY}:105", "enum", "Reason", "ada: only names"]


def test_json_says_all_that_is_known(project: Project) -> None:
    name = record(project, "Retry::fail")
    fail = items()["Retry::fail"]
    assert fail["state"] == "recorded"
    (use,) = fail["records"]
    assert (use["record"], use["status"], use["role"], use["exact"]) == (name, "submitted", "main", True)
    source = TopicFiles(project, "practice").parsed(RETRY).source
    assert source.line_at(fail["end"] - 1) >= fail["line"] - 1
    assert source.data[fail["start"] : fail["end"]].strip().endswith(b"}")


def test_open_is_what_is_left_in_the_order_in_which_it_is_offered(project: Project) -> None:
    record(project, "Retry::fail")
    lines = run("coverage", "practice", "--open").stdout.splitlines()
    found = data("coverage", "practice", "--open", "--json")
    assert len(found["next"]) == len(lines) == found["counts"]["open"] > 40
    assert [int(line.split()[0]) for line in lines] == list(range(1, len(lines) + 1))
    assert all(" of the sources · " in line or " of a related file · " in line for line in lines)
    by_file = data("coverage", "practice", "--open", "--json", "--order", "file")
    assert sorted(by_file["next"]) == sorted(found["next"]) and by_file["next"] != found["next"]
    assert all(item["state"] == "open" for file in found["files"] for item in file["items"])


def test_a_skip_is_taken_back_by_its_option_and_by_undo(project: Project) -> None:
    run("skip", "practice", RETRY, "enum Reason", "--because", "only names")
    told = items()["enum Reason"]
    assert (told["state"], told["skip"]["by"], told["skip"]["reason"]) == ("skipped", "ada", "only names")
    run("skip", "practice", RETRY, "Reason", "--take-back")
    assert items()["enum Reason"]["state"] == "open"
    assert "stopped skipping enum Reason" in run("undo", "practice").stderr
    assert items()["enum Reason"]["state"] == "skipped"
    assert "skipped enum Reason" in run("undo").stderr
    assert items()["enum Reason"]["state"] == "open"


def test_an_impl_is_skipped_with_all_in_it(project: Project) -> None:
    impl = next(
        i.path for i in TopicFiles(project, "practice").parsed(RETRY).items if i.path.startswith("impl")
    )
    assert impl == "impl Class"
    run("skip", "practice", RETRY, impl, "--because", "only codes")
    assert {name for name, item in items().items() if item["state"] == "skipped"} == {
        "const Class::SOON",
        "Class::of_status",
    }


def test_skips_are_in_no_list_of_records_and_in_no_export(project: Project, tmp_path: Path) -> None:
    run("skip", "practice", RETRY, "enum Reason", "--because", "only names")
    assert data("records", "practice", "--json") == []
    run("export", "practice", "--out", str(tmp_path / "out"), "--include", "submitted")
    assert (tmp_path / "out" / "practice.jsonl").read_bytes() == b""
    assert next(row["records"] for row in data("topics", "--json") if row["topic"] == "practice") == 0


def test_what_another_workstation_is_on_is_claimed(project: Project) -> None:
    claims = Claims(project.datasets_dir, "practice", "bob", host="desk")
    claims.hold(record_id(1), RETRY, "Retry::fail")
    try:
        fail = items()["Retry::fail"]
    finally:
        claims.release()
    assert fail["state"] == "claimed"
    assert [(claim["by"], claim["host"]) for claim in fail["claims"]] == [("bob", "desk")]


def test_what_others_wrote_is_printed_and_never_obeyed(project: Project) -> None:
    """Control bytes in a reason, as a journal from elsewhere may have them."""
    item = next(i for i in TopicFiles(project, "practice").parsed(RETRY).items if i.path == "enum Reason")
    event = make_skip(
        record=record_id(1),
        by="\x1b[31meve",
        repository="r",
        commit=None,
        path=RETRY,
        item=item.path,
        sha256="0" * 64,
        reason="a\x1b]0;b\x07\n\u202e[red]c",
    )
    Acting(project, "practice", 1, "eve").append([event])
    shown = run("coverage", "practice").stdout
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)
    assert "[red]c" in shown
    assert "\x1b" not in run("coverage", "practice", "--json").stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere", RETRY, "enum Reason", "--because", "x"], "no topic"),
        (["practice", "nowhere.rs", "enum Reason", "--because", "x"], "no file of"),
        (["practice", RETRY, "enum Raeson", "--because", "x"], "no item"),
        (["practice", RETRY, "enum Reason"], "say why"),
        (["practice", RETRY, "enum Reason", "--because", "x", "--take-back"], "say why"),
        (["practice", RETRY, "enum Reason", "--because", " "], "for a reason"),
        (["practice", RETRY, "enum Reason", "--take-back"], "nobody left"),
    ],
)
def test_what_cannot_be_meant_is_told_and_writes_nothing(
    project: Project, words: list[str], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        run("skip", *words)
    assert said in str(caught.value)
    assert caught.value.remedy
    assert not project.store.read("practice").exists


def test_what_is_not_understood_and_what_is_elsewhere_is_told(project: Project, tmp_path: Path) -> None:
    """Coverage counted what it could read of a file, and said nothing of the rest."""
    url = "https://example.org/team/hooks"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12\n"
    strange = b"fn f() {}\n\ntrait A = B;\n\nfn g() {\n    h(i j);\n}\n"
    make_repo(tmp_path / "clone", {"src/a.rs": strange, "src/b.rs": pointer, "src/c.rs": b"fn k() {}\n"})
    spec = (project.specs_dir / "practice.toml").read_text("utf-8")
    spec = spec.replace('"sample:webhook"', f'"{url}"').replace("src/retry.rs", "src/*.rs")
    (project.specs_dir / "practice.toml").write_text(spec, "utf-8")
    map_source(url, tmp_path / "clone")
    files = {file["path"]: file for file in data("coverage", "practice", "--json")["files"]}
    assert [files[path]["not_understood"] for path in files] == [[3, 6], [], []]
    assert [item["item"] for item in files["src/a.rs"]["items"]] == ["f", "g"]
    assert files["src/b.rs"]["items"] == [] and "Git LFS pointer" in files["src/b.rs"]["problem"]
    rows = run("coverage", "practice").stdout.splitlines()
    assert next(row for row in rows if "src/a.rs" in row).endswith("  not understood near line 3, 2 places")
    assert "Git LFS pointer" in next(row for row in rows if "src/b.rs" in row)
    assert next(row for row in rows if "src/c.rs" in row).endswith(" 1")


def test_a_topic_is_closed_for_a_reason_and_told_so_everywhere(project: Project) -> None:
    record(project, "Retry::fail")
    said = run("close", "practice", "--because", "the crate is small")
    assert "all code there is is recorded, 1 record" in said.stderr
    (topic,) = json.loads(run("stats", "practice", "--json").stdout)["topics"]
    assert (topic["target"]["closed"], topic["target"]["missing"]) == ("ada: the crate is small", 1)
    told = run("export", "practice", "--out", "out", "--include", "submitted").stderr
    assert "practice: 1 record of " in told and "(all code there is)" in told
    with pytest.raises(UsageError, match="said so already"):
        run("close", "practice", "--because", "again")
    run("close", "practice", "--take-back")
    assert "(all code there is)" not in run("export", "practice", "--out", "out").stderr
    run("undo", "practice")
    assert "all code there is" in run("stats", "practice").stdout


def test_an_export_says_what_it_is_and_never_goes_where_journals_are(project: Project) -> None:
    record(project, "Retry::fail")
    run("export", "practice", "--out", "out")
    about = Path("out/README.txt").read_text("utf-8")
    assert "Training data" in about and "datasets/" in about
    Path("out/README.txt").write_text("mine", "utf-8")
    run("export", "practice", "--out", "out")
    assert Path("out/README.txt").read_text("utf-8") == "mine"
    for folder in ("datasets", "datasets/exports", "specs/a/b", "out/../datasets"):
        with pytest.raises(UsageError, match="holds the project's own data"):
            run("export", "practice", "--out", folder)
    assert sorted(path.name for path in Path("datasets").glob("*.jsonl")) == ["practice.jsonl"]
