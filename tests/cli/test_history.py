"""`backspan log`, `undo`, `redo`, `settle`, `bring-back` and `merge` as a person at a shell has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import main as cli
from app.errors import BackspanError, StoreError, UsageError
from app.project.project import Project, init_project
from app.records.events import Place, Revision, event_line, make_comment, make_review
from app.records.history.light import Event
from app.settings.person import settings_path
from tests.store.events import comment, moment, record_id, retraction, review, revision

R = record_id(1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('name = "ada"\n')
    monkeypatch.chdir(init_project(tmp_path / "project")[0].root)
    return Project(Path.cwd())


def run(*words: str, stdin: bytes = b"") -> Result:
    result = CliRunner().invoke(cli.cli, list(words), input=stdin)
    if isinstance(result.exception, BackspanError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def data(*words: str, stdin: bytes = b"") -> Any:
    return json.loads(run(*words, stdin=stdin).stdout)


def status(topic: str = "practice") -> dict[str, str]:
    return {row["record"]: row["status"] for row in data("records", topic, "--json")}


def in_conflict(project: Project) -> tuple[Revision, Revision, Revision]:
    base = revision(user="Write a pause.")
    mine = revision(second=1, parents=(base,), user="Write a wait.", by="ada")
    theirs = revision(second=2, parents=(base,), user="Write a rest.", by="bob")
    project.store.append("practice", [base, mine, theirs])
    return base, mine, theirs


def test_the_log_tells_who_when_what_and_marks_the_words(project: Project) -> None:
    base = revision(user="Write a pause.\nA short one.")
    second = revision(second=60, parents=(base,), user="Write a wait.\nA short one.")
    project.store.append("practice", [base, second, review(second, "return", 120, "bob")])
    lines = run("log", R[:26]).stdout.splitlines()
    assert lines[0] == f"{base.id[:10]}  2026-01-31 12:00 UTC  ada began it"
    assert f"{second.id[:10]}  2026-01-31 12:01 UTC  ada saved it  (now)" in lines
    assert "    user   Write a [-pause-]{+wait+}." in lines
    assert not any("A short one" in line for line in lines)
    assert lines[-1].endswith(f"bob returned {second.id[:10]}")
    assert "    user   Write a [-pause-]{+wait+}.\n           A short one." in run("log", R, "--full").stdout


def test_the_logs_json_has_every_difference(project: Project) -> None:
    base, mine, _ = in_conflict(project)
    rows = data("log", R, "--json")
    assert [row["what"] for row in rows] == ["began", "saved", "saved"]
    assert [row["head"] for row in rows] == [False, True, True]
    (change,) = rows[1]["changes"]
    assert rows[1]["id"] == mine.id
    assert change["from"] == base.id
    assert {"kind": "gone", "text": "pause"} in change["user"]
    assert all(piece["kind"] == "same" for piece in change["block"])


def said_about(base: Revision) -> list[Event]:
    """A verdict after 41 seconds, a comment on a place, its answer, and a flag that was taken back."""
    asked = make_comment(
        record=R,
        by="bob",
        comment=record_id(9001),
        revision=base.id,
        about="note",
        note="Why seven?\nAnd not eight?",
        place=Place(field="user", start=0, end=5),
        at=moment(60),
    )
    verdict = make_review(
        record=R, by="bob", revision=base.id, verdict="return", reading_seconds=41, at=moment(180)
    )
    answer = comment(base, "A prime.", 240, "ada", 9002, "answer", asked.id)
    flag = comment(base, "", 120, "cy", 9003, "flag")
    gone = comment(base, "", 300, "cy", 9003, "flag", withdrawn=True)
    return [gone, flag, answer, verdict, asked]


def test_the_log_tells_what_was_said_and_how_long_a_verdict_took(project: Project) -> None:
    base = revision()
    project.store.append("practice", [base, *said_about(base)])
    lines = run("log", R).stdout.splitlines()
    told = [line.split("UTC  ")[1] for line in lines if "UTC  " in line]
    name = base.id[:10]
    assert told == [
        "ada began it  (now)",
        f"bob commented on {name}",
        f"cy flagged {name}",
        f"bob returned {name} after 41 s",
        f"ada answered on {name}",
        f"cy took back: flagged {name}",
    ]
    at = next(number for number, line in enumerate(lines) if "commented on" in line)
    assert lines[at + 1 : at + 4] == [
        "    on user, characters 0 to 5",
        "    “Why seven?”",
        "    “And not eight?”",
    ]
    rows = data("log", R, "--json")
    assert [row["kind"] for row in rows] == [
        "revision",
        "comment",
        "comment",
        "review",
        "comment",
        "comment",
    ]
    assert rows[1]["place"] == {"field": "user", "start": 0, "end": 5}
    assert (rows[3]["reading_seconds"], rows[4]["answers"]) == (41, rows[1]["id"])
    assert [row["withdrawn"] for row in rows if row["kind"] == "comment"] == [False, False, False, True]


def test_a_blind_topics_log_hides_what_others_said_until_ones_own_verdict(project: Project) -> None:
    base = revision(by="dee")
    project.store.append("practice", [base, *said_about(base)])
    spec = Path("specs") / "practice.toml"
    spec.write_text(spec.read_text() + "\n[review]\nblind = true\n")
    before = run("log", R)
    assert "bob" not in before.output and "cy" not in before.output
    assert before.stdout.count("UTC") == 2  # the revision, and one's own answer
    project.store.append("practice", [review(base, "accept", 400, "ada")])
    assert "bob returned" in run("log", R).stdout


def test_nothing_in_a_log_is_obeyed_by_a_terminal(project: Project) -> None:
    base = revision(user="a", by="eve\x1b[31m")
    project.store.append("practice", [base, revision(second=1, parents=(base,), user="\x1b]0;x\x07\u202eb")])
    project.store.append("practice", [comment(base, "\x1b[32m\n\u202eb", 5, "cy\x1b[33m")])
    shown = run("log", R, "--full").output
    assert "\x1b" not in shown
    assert r"cy\x1b[33m commented" in shown
    assert "\u202e" not in shown
    assert r"\x1b[31m" in shown


def test_a_damaged_line_hides_no_other(project: Project) -> None:
    base = revision()
    project.store.append("practice", [revision(second=60, parents=(base,), user="Write a wait.")])
    with project.store.path("practice").open("ab") as file:
        file.write(event_line(base).replace(b"tokio", b"smol!"))  # well formed, but not what its id names
    result = run("log", R)
    assert "ada saved it  (now)" in result.stdout
    assert "hash" in result.stderr


def test_undo_and_redo_find_the_newest_act_of_the_project(project: Project) -> None:
    spec = project.specs_dir / "practice.toml"
    spec.write_text(f"{spec.read_text('utf-8')}\n[review]\nown = true\n", "utf-8")
    project.store.append("practice", [revision(1)])
    run("accept", R)
    assert status()[R] == "accepted"
    assert "undone: accepted" in run("undo").stderr
    assert status()[R] == "submitted"
    assert "done again: accepted" in run("redo", "practice").stderr
    assert status()[R] == "accepted"
    run("undo", "--record", R[:26].lower())
    run("undo")
    assert status()[R] == "retracted"
    with pytest.raises(UsageError, match="nothing of ada"):
        run("undo")


def test_an_accept_names_what_it_judged_and_what_was_read_can_be_named(project: Project) -> None:
    old = revision(1, by="bob")
    new = revision(1, 5, (old,), "bob", "Another.")
    other = revision(2, by="bob")
    project.store.append("practice", [old, new, other])
    assert f"revision  {new.id[:10]}\n" in run("show", R).stdout
    with pytest.raises(
        UsageError, match=r"does not say that any more: bob saved it.*\n.*read what it says now"
    ):
        run("accept", R, "--revision", old.id[:10])
    with pytest.raises(UsageError, match="has no revision 'ffff'"):
        run("accept", R, "--revision", "ffff")
    with pytest.raises(UsageError, match="a revision is of one record"):
        run("accept", R, record_id(2), "--revision", new.id)
    assert set(status().values()) == {"submitted"}
    said = run("accept", R, "--revision", new.id[:10].upper()).stderr
    assert f"accepted: {R} in practice (revision {new.id[:10]})" in said
    assert f"(revision {other.id[:10]})" in run("accept", record_id(2)).stderr
    assert set(status().values()) == {"accepted"}


def test_an_accept_is_of_what_the_command_found_and_not_of_what_came_since(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`newest-is-judged`: whatever was the newest in the moment of the append was accepted."""
    found = revision(1, by="bob")
    project.store.append("practice", [found])

    def late(root: Path | None = None) -> str:
        project.store.append("practice", [revision(1, 5, (found,), "bob", "Another.")])
        return "ada"

    monkeypatch.setattr("app.cli.commands.records.annotator", late)
    with pytest.raises(UsageError, match="does not say that any more"):
        run("accept", R)
    assert status() == {R: "submitted"}


def test_ones_own_text_is_not_accepted_on_the_command_line_unless_the_spec_says_so(project: Project) -> None:
    """`own-goes-round`: `backspan accept` did not ask the rule."""
    project.store.append("practice", [revision(1, by="ada")])
    with pytest.raises(UsageError, match=r"is yours.*\n.*own = true in the spec's \[review\]"):
        run("accept", R)
    assert status() == {R: "submitted"}
    spec = project.specs_dir / "practice.toml"
    spec.write_text(f"{spec.read_text('utf-8')}\n[review]\nown = true\n", "utf-8")
    run("accept", R)
    assert status() == {R: "accepted"}


def test_what_was_done_again_last_is_undone_first_whatever_topic_it_is_in(project: Project) -> None:
    """An act that was done again was placed where it was done first, so that an older one was undone before it."""
    spec = project.specs_dir / "practice.toml"
    (project.specs_dir / "second.toml").write_text(
        spec.read_text("utf-8").replace('output = "', 'output = "2')
    )
    project.store.append("practice", [revision(1, by="bob")])
    project.store.append("second", [revision(2, by="bob")])
    run("accept", R)
    run("undo", "practice")
    run("accept", record_id(2))
    assert "done again: accepted" in run("redo", "practice").stderr
    assert "in practice" in run("undo").stderr
    assert "in second" in run("undo").stderr


def test_undo_refuses_a_topic_that_is_not_the_records(project: Project) -> None:
    project.store.append("practice", [revision(1)])
    with pytest.raises(UsageError, match="is in practice"):
        run("undo", "retry", "--record", R)


def test_a_conflict_is_settled_by_one_text(project: Project) -> None:
    _, _, theirs = in_conflict(project)
    run("settle", R, "--keep", theirs.id[:8])
    assert status() == {R: "submitted"}
    assert data("records", "practice", "--json")[0]["user"] == "Write a rest."
    assert run("log", R).stdout.count("settled it") == 1


def test_a_conflict_is_settled_by_keeping_both(project: Project) -> None:
    in_conflict(project)
    said = run("settle", R, "--both").stderr
    rows = data("records", "practice", "--json")
    assert sorted(row["user"] for row in rows) == ["Write a rest.", "Write a wait."]
    (new,) = (row["record"] for row in rows if row["record"] != R)
    assert new in said
    assert "ada split off it" in run("log", new).stdout
    run("undo")
    assert status() == {R: "conflict", new: "retracted"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["settle", R], "one of two ways"),
        (["settle", R, "--both", "--keep", "a"], "one of two ways"),
        (["settle", R, "--keep", "zz"], "no event"),
        (["settle", R, "--keep", ""], "no event"),
        (["log", "7ZZZ"], "no record"),
        (["bring-back", R, "\x1b[2J"], r"\\x1b"),
    ],
)
def test_what_cannot_be_meant_is_told(project: Project, words: list[str], said: str) -> None:
    in_conflict(project)
    with pytest.raises(UsageError, match=said):
        run(*words)


def test_any_old_revision_is_brought_back(project: Project) -> None:
    base = revision(user="one")
    second = revision(second=1, parents=(base,), user="two")
    gone = retraction((second,), 2)
    project.store.append("practice", [base, second, gone])
    run("bring-back", R, base.id[:12])
    assert status() == {R: "submitted"}
    assert data("records", "practice", "--json")[0]["user"] == "one"
    assert f"brought back {base.id[:10]} of it" in run("log", R).stdout
    assert run("undo").stderr.startswith("undone: brought back ")


def test_what_two_wrote_alike_was_brought_back_by_neither(project: Project) -> None:
    base = revision(user="one")
    mine = revision(second=1, parents=(base,), user="two", by="ada")
    theirs = revision(second=2, parents=(base,), user="two", by="bob")
    project.store.append("practice", [base, mine, theirs])
    rows = data("log", R, "--json")
    assert [row["what"] for row in rows] == ["began", "saved", "saved"]
    assert [row.get("same_as") for row in rows] == [None, None, mine.id]
    assert f"says the same as {mine.id[:10]}" in run("log", R).stdout
    assert status() == {R: "submitted"}


def test_a_text_that_comes_back_after_a_withdrawal_was_restored_and_an_older_one_brought_back(
    project: Project,
) -> None:
    base = revision(user="one")
    second = revision(second=1, parents=(base,), user="two")
    gone = retraction((second,), 2)
    project.store.append("practice", [base, second, gone])
    run("restore", R)
    run("bring-back", R, base.id[:12])
    whats = [row["what"] for row in data("log", R, "--json")]
    assert whats == ["began", "saved", "withdrew", "restored", f"brought back {base.id[:10]} of"]


# -- merge


def journal(path: Path, *events: Revision) -> Path:
    path.write_bytes(b"".join(map(event_line, events)))
    return path


def test_merge_tells_what_came_what_was_known_and_what_is_in_conflict(
    project: Project, tmp_path: Path
) -> None:
    base = revision(1)
    project.store.append("practice", [base, revision(1, 1, (base,), user="mine")])
    other = journal(tmp_path / "practice.jsonl", base, revision(1, 2, (base,), user="theirs", by="bob"))
    other.write_bytes(b"<<<<<<< ours\n" + other.read_bytes() + b"half a li")
    before = other.read_bytes()
    expected = {
        "topic": "practice",
        "dry_run": True,
        "new": 1,
        "known": 1,
        "changed": [R],
        "conflicts": [R],
    }
    (dry,) = data("merge", str(other), "--dry-run", "--json")
    assert {name: dry[name] for name in expected} == expected
    assert status() == {R: "submitted"}
    done = run("merge", str(other))
    assert "practice: 1 event came, 1 were known" in done.stdout
    assert f"{R} is in conflict" in done.stderr
    assert ":1 is left there: it is a conflict mark" in done.stderr
    assert ":4 is left there" in done.stderr
    assert status() == {R: "conflict"}
    assert other.read_bytes() == before
    assert "0 events came, 2 were known" in run("merge", str(other)).stdout


def test_merge_tells_the_topic_by_the_files_name(project: Project, tmp_path: Path) -> None:
    names = ["practice.jsonl", "practice.bob.jsonl", f"backspan-practice-{R}.jsonl", "practice.jsonl.bak"]
    files = [journal(tmp_path / name, revision(n + 1)) for n, name in enumerate(names)]
    assert "practice: 4 events came" in run("merge", *map(str, files)).stdout
    with pytest.raises(UsageError, match="none of this project's topics"):
        run("merge", str(journal(tmp_path / "other.jsonl", revision(9))))
    run("merge", "--topic", "practice", str(tmp_path / "other.jsonl"))
    assert len(status()) == 5


def test_merge_reads_standard_input(project: Project) -> None:
    with pytest.raises(UsageError, match="--topic"):
        run("merge", "-")
    run("merge", "-", "--topic", "practice", stdin=event_line(revision(1)))
    assert status() == {R: "submitted"}


def test_merge_refuses_an_unknown_topic(project: Project) -> None:
    with pytest.raises(UsageError, match="no topic"):
        run("merge", "-", "--topic", "../practice", stdin=event_line(revision(1)))


def test_a_file_that_cannot_be_read_is_found_out_before_anything_is_written(
    project: Project, tmp_path: Path
) -> None:
    good = journal(tmp_path / "practice.jsonl", revision(1))
    with pytest.raises(StoreError, match="cannot be read") as caught:
        run("merge", "--topic", "practice", str(good), str(tmp_path / "missing.jsonl"))
    assert caught.value.exit_code == 5
    assert status() == {}


def test_a_file_without_a_single_event_is_a_failure(project: Project, tmp_path: Path) -> None:
    (tmp_path / "practice.jsonl").write_bytes(b"\x1f\x8b no journal at all\n")
    with pytest.raises(StoreError, match="no line is an event"):
        run("merge", str(tmp_path / "practice.jsonl"))
    (tmp_path / "practice.jsonl").write_bytes(b"")
    assert "0 events came" in run("merge", str(tmp_path / "practice.jsonl")).stdout
