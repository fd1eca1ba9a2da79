"""Where lines and texts come from: real repositories of a few commits, and what hostile ones must not bring about."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app.cli.main import cli
from app.errors import SourceError, UsageError
from app.project.project import init_project
from app.repository import commit_cache as kept
from app.repository.appearances import MissingHistoryError, Search, first_appearance, near
from app.repository.crate_uses import beginning, introduction, item_name, line_range, parse_lines
from app.repository.git import log as gitlog
from app.repository.git import run as gitrun
from app.repository.git.log import Commit
from app.repository.history import History, line_history
from app.repository.repository import Cancelled, Snapshot, open_repository
from app.rust.source import SourceFile
from tests.gitfixtures import allow_partial, commit, git, make_repo

FILE = "src/lib.rs"
FIRST = b"fn before() {}\n\nfn wait() {\n    sleep(1);\n}\n\nfn after() {}\n"
SECOND = FIRST.replace(b"sleep(1)", b"sleep(2)").replace(b"fn after() {}", b"fn after() { done(); }")
THIRD = b"//! Moved.\n\n" + SECOND.replace(b"sleep(2)", b"sleep(jitter(2))")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))


def step(
    repo: Path,
    files: Mapping[str, bytes],
    message: bytes,
    when: int = 1_700_000_000,
    author: bytes = b"Ada Lovelace",
) -> str:
    """A commit on main with this message, author and date (seconds), written as it is."""
    raw = git(repo, "cat-file", "commit", commit(repo, files)).encode("utf-8", "surrogateescape")
    head = [line for line in raw.split(b"\n\n", 1)[0].split(b"\n") if not line.startswith(b"author ")]
    who = b"author %s <a@example.com> %d +0200" % (author, when)
    text = b"\n".join([*head[:-1], who, head[-1]]) + b"\n\n" + message
    made = git(repo, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=text)
    git(repo, "update-ref", "refs/heads/main", made)
    return made


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Three commits: `wait` is written, changed (with another function), and moved to another file and changed."""
    path = tmp_path / "repo"
    make_repo(path, {"README.md": b"sleep\n"}, bare=True)
    step(path, {"src/old.rs": FIRST, "README.md": b"sleep\n"}, b"Wait a second (#12)\n", 1_600_000_000)
    step(path, {"src/old.rs": SECOND, "README.md": b""}, b"Wait longer\n\nBecause of load.\r\nSee (#7).\n")
    step(path, {FILE: THIRD, "README.md": b""}, b"Merge pull request #31 from x/y\n\nJitter\n", 1_650_000_000)
    return path


def snapshot(path: Path) -> Snapshot:
    with open_repository(path) as repository:
        return repository.snapshot()


def test_lines_are_followed_back_through_a_rename(repo: Path) -> None:
    source = snapshot(repo).read(FILE).data
    start = source.index(b"fn wait")
    lines = line_range(SourceFile.of(FILE, source), start, source.index(b"}", start) + 1)
    told = line_history(snapshot(repo), FILE, *lines)
    assert [one.subject for one in told.commits] == [
        "Merge pull request #31 from x/y",
        "Wait longer",
        "Wait a second (#12)",
    ]
    moved, changed, written = told.commits
    assert changed.body == "Because of load.\nSee (#7)."
    assert written.author == "Ada Lovelace"
    assert written.at == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)
    assert [one.pull_request for one in told.commits] == [31, None, 12]
    assert "+    sleep(2);" in changed.difference
    assert "after" not in changed.difference, "other lines of the same commit are nobody's business here"
    assert "--- a/src/old.rs" in moved.difference
    assert told.notes == ()


def test_each_commit_is_told_as_it_is_found(repo: Path) -> None:
    heard: list[str] = []
    told = line_history(snapshot(repo), FILE, 5, 7, found=lambda one: heard.append(one.oid))
    assert heard == [one.oid for one in told.commits]
    assert len(heard) == 3


def test_an_answer_is_kept_and_given_again_without_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shot = snapshot(repo)
    first = line_history(shot, FILE, 5, 7)
    text = first_appearance(shot, "jitter")
    monkeypatch.setattr(gitrun, "start", lambda *_, **__: pytest.fail("git was started"))
    again = line_history(shot, FILE, 5, 7)
    assert (again.commits, again.notes, again.kept) == (first.commits, first.notes, True)
    assert first_appearance(shot, "jitter").commits == text.commits


@pytest.mark.parametrize(
    "content", [b"", b"[]x", b'[{"oid": 3}]', b"[[]]", b"\xff", b'{"a": 1}', b"[" * 99_999]
)
def test_a_damaged_answer_is_asked_for_again(repo: Path, content: bytes) -> None:
    first = line_history(snapshot(repo), FILE, 5, 7)
    (file,) = kept.folder().iterdir()
    file.write_bytes(content)
    assert line_history(snapshot(repo), FILE, 5, 7).commits == first.commits


def test_a_link_in_the_folder_of_answers_is_neither_read_nor_written_through(
    repo: Path, tmp_path: Path
) -> None:
    first = line_history(snapshot(repo), FILE, 5, 7)
    (file,) = kept.folder().iterdir()
    target = tmp_path / "target"
    target.write_bytes(b"[]")
    file.unlink()
    file.symlink_to(target)
    assert line_history(snapshot(repo), FILE, 5, 7).commits == first.commits
    assert target.read_bytes() == b"[]"


def test_a_folder_that_cannot_be_written_costs_only_time(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in its place")
    assert len(line_history(snapshot(repo), FILE, 5, 7).commits) == 3


def test_at_most_so_many_commits_and_it_says_so(repo: Path) -> None:
    told = line_history(snapshot(repo), FILE, 5, 7, limit=2)
    assert len(told.commits) == 2
    assert told.notes == ("Only the newest 2 commits are shown.",)


def test_a_plain_folder_has_no_history(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/a.rs").write_text("fn a() {}\n")
    with pytest.raises(SourceError, match="plain folder without git"):
        line_history(snapshot(tmp_path / "plain"), "a.rs", 1, 1)
    with pytest.raises(SourceError, match="plain folder without git"):
        first_appearance(snapshot(tmp_path / "plain"), "fn a")


@pytest.mark.parametrize(
    ("path", "lines"), [("src/none.rs", (1, 2)), (FILE, (0, 2)), (FILE, (3, 2)), (FILE, (90, 99))]
)
def test_lines_that_are_not_there_are_refused(repo: Path, path: str, lines: tuple[int, int]) -> None:
    with pytest.raises(SourceError):
        line_history(snapshot(repo), path, *lines)


def test_a_shallow_clone_says_where_it_ends_and_its_answer_is_not_kept(repo: Path, tmp_path: Path) -> None:
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{repo}", str(clone))
    told = line_history(snapshot(clone), FILE, 5, 7)
    assert [one.boundary for one in told.commits] == [False, True]
    assert "shallow clone" in told.notes[0]
    assert "older than what it has" in " ".join(first_appearance(snapshot(clone), "sleep(2)").notes)
    git(clone, "fetch", "-q", "--unshallow")
    assert len(line_history(snapshot(clone), FILE, 5, 7).commits) == 3


@pytest.mark.parametrize("depth", [1, 2])
def test_the_last_commit_of_a_shallow_clone_introduced_nothing(
    repo: Path, tmp_path: Path, depth: int
) -> None:
    """It was called "(introduced)": its difference brings all there is, however old that may be."""
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--bare", f"--depth={depth}", f"file://{repo}", str(clone))
    ask = ["history", "lib.rs", "wait", "--repo", str(clone)]
    lines = CliRunner().invoke(cli, ask).stdout.splitlines()
    assert len(lines) == depth
    assert lines[-1].endswith("(history ends here: the clone is shallow)")
    assert "introduced" not in "".join(lines)
    assert json.loads(CliRunner().invoke(cli, [*ask, "--json"]).stdout)["introduced"] is None
    by_text = CliRunner().invoke(cli, [*ask, "--text", "fn wait"]).stdout
    assert "introduced" not in by_text and "history ends here" in by_text
    git(clone, "fetch", "-q", "--unshallow")
    assert CliRunner().invoke(cli, ask).stdout.splitlines()[-1].endswith("(#12)  (introduced)")


def test_a_commit_after_the_end_of_a_shallow_clone_did_not_bring_a_text_that_stands_before_it(
    repo: Path, tmp_path: Path
) -> None:
    """The next commit that counts was called the first appearance, though the last one has the text already."""
    step(repo, {FILE: THIRD.replace(b"jitter(2)", b"jitter(jitter(2))")}, b"Twice")
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{repo}", str(clone))
    told = first_appearance(snapshot(clone), "jitter(")
    assert [one.boundary for one in told.commits] == [True, False]
    assert beginning(told) is None
    assert beginning(replace(told, shallow=False)) is told.commits[0]
    assert beginning(History(())) is None


def test_what_a_shallow_clone_says_of_a_text_is_asked_anew_once_it_is_deepened(
    repo: Path, tmp_path: Path
) -> None:
    """A text that was taken away before the clone's end and came again is no news; the answer was kept."""
    step(repo, {FILE: THIRD}, b"Nothing")
    step(repo, {FILE: THIRD + b"// sleep(1)\n"}, b"Again")
    clone = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--bare", "--depth=2", f"file://{repo}", str(clone))
    told = first_appearance(snapshot(clone), "sleep(1)")
    assert [one.subject for one in told.commits] == ["Again"]
    assert beginning(told) is None
    assert told.notes == ("This is a shallow clone: what is older than what it has was not searched.",)
    git(clone, "fetch", "-q", "--unshallow")
    told = first_appearance(snapshot(clone), "sleep(1)")
    assert (told.commits[0].subject, told.notes) == ("Wait a second (#12)", ())
    assert beginning(told) is told.commits[0]


def blobless(repo: Path, tmp_path: Path) -> Path:
    allow_partial(repo)
    clone = tmp_path / "partial"
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{repo}", str(clone))
    return clone


def test_a_blobless_clone_is_brought_the_versions_of_the_file(repo: Path, tmp_path: Path) -> None:
    whole = line_history(snapshot(repo), FILE, 5, 7)
    kept_answers = kept.folder()
    for file in kept_answers.iterdir():
        file.unlink()
    told = line_history(snapshot(blobless(repo, tmp_path)), FILE, 5, 7)
    assert not told.kept
    assert told.commits == whole.commits


def test_a_blobless_clone_is_brought_what_git_compares_at_a_merge_of_an_older_branch(tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    make_repo(repo, {"gone.rs": b"fn gone() {}\n" * 9}, bare=True)
    git(repo, "branch", "side", "main")
    side = commit(repo, {"gone.rs": b"fn gone() { 2 }\n" * 9}, branch="side")
    step(repo, {"gone.rs": b"fn gone() {}\n" * 9, FILE: FIRST}, b"Wait")
    merged = step(repo, {FILE: FIRST}, b"Drop")
    tree = git(repo, "rev-parse", f"{merged}^{{tree}}")
    git(
        repo,
        "update-ref",
        "refs/heads/main",
        git(repo, "commit-tree", tree, "-p", merged, "-p", side, "-m", "Merge"),
    )
    told = line_history(snapshot(blobless(repo, tmp_path)), FILE, 3, 5)
    assert [one.subject for one in told.commits] == ["Wait"]


def test_a_blobless_clone_is_searched_for_texts_only_after_a_fetch_that_was_asked_for(
    repo: Path, tmp_path: Path
) -> None:
    clone = snapshot(blobless(repo, tmp_path))
    with pytest.raises(MissingHistoryError, match="3 older files are not on this machine"):
        first_appearance(clone, "jitter")
    told = first_appearance(clone, "jitter", fetch=True)
    assert [one.pull_request for one in told.commits] == [31]


def test_a_text_is_found_where_it_came_and_where_it_went_oldest_first(repo: Path) -> None:
    told = first_appearance(snapshot(repo), "sleep(2)")
    assert [one.subject for one in told.commits] == ["Wait longer", "Merge pull request #31 from x/y"]
    moved = first_appearance(snapshot(repo), "fn before() {}\n\nfn wait() {")
    assert [one.pull_request for one in moved.commits] == [12], "a rename moves a text; it does not bring it"


def test_rust_files_are_searched_or_every_file(repo: Path) -> None:
    assert [one.subject for one in first_appearance(snapshot(repo), "sleep\n").commits] == []
    every = first_appearance(snapshot(repo), "sleep\n", everywhere=True)
    assert [one.subject for one in every.commits] == ["A commit", "Wait longer"]


@pytest.mark.parametrize(
    "text", ["--output=evil", "-S", "*", "a.c", "[x]", "\\d", '"; touch evil', "$(touch evil)"]
)
def test_a_text_is_only_ever_a_text(
    repo: Path, tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert first_appearance(snapshot(repo), text).commits == ()
    made = step(repo, {FILE: f"// {text}\n".encode()}, b"Say it")
    assert [one.oid for one in first_appearance(snapshot(repo), text).commits] == [made]
    assert {file.name for file in tmp_path.iterdir()} == {"repo", "home"}


@pytest.mark.parametrize("text", ["", " \n", "a\0b", "\ud800", "x" * 20_001])
def test_what_cannot_be_a_text_of_a_file_is_refused(repo: Path, text: str) -> None:
    with pytest.raises(SourceError):
        first_appearance(snapshot(repo), text)


def test_progress_goes_by_time_to_the_end(repo: Path) -> None:
    heard: list[Search] = []
    first_appearance(snapshot(repo), "jitter", progress=heard.append)
    assert (heard[-1].done, heard[-1].total) == (4, 4)
    assert [one.done for one in heard] == sorted(one.done for one in heard)
    assert heard[-1].at is not None


def test_whoever_has_enough_stops_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = gitrun.start

    def watched(*args: object, **how: object) -> subprocess.Popen[bytes]:
        started.append(start(*args, **how))  # type: ignore[arg-type]
        return started[-1]

    shot = snapshot(repo)
    monkeypatch.setattr(gitrun, "start", watched)
    with pytest.raises(Cancelled):
        line_history(shot, FILE, 5, 7, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        first_appearance(shot, "jitter", cancelled=lambda: True)
    assert started
    assert all(process.poll() is not None for process in started)
    assert not kept.folder().exists(), "half an answer is not kept"


@pytest.mark.parametrize("name", ["-n1.rs", "a:b.rs", "a b,1.rs", "*.rs", "ümlaut.rs", "a\nb.rs", "9,9:x.rs"])
def test_a_file_may_be_called_anything(tmp_path: Path, name: str) -> None:
    path = tmp_path / "repo"
    make_repo(path, {name: b"fn a() {}\n", "other.rs": b"fn b() {}\n"}, bare=True)
    made = step(path, {name: b"fn a() { b() }\n", "other.rs": b""}, b"Call it")
    told = line_history(snapshot(path), name, 1, 1)
    assert [one.oid for one in told.commits][:1] == [made]
    assert len(told.commits) == 2


def test_settings_of_a_repository_start_no_program_and_change_no_form(repo: Path, tmp_path: Path) -> None:
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\ncat\n")
    evil.chmod(0o755)
    step(repo, {FILE: THIRD.replace(b"2", b"3")}, "Warte viel länger".encode(), author="Zoë".encode())
    plain = line_history(snapshot(repo), FILE, 5, 7)
    text = first_appearance(snapshot(repo), "jitter")
    for file in kept.folder().iterdir():
        file.unlink()
    (repo / "info").mkdir(exist_ok=True)
    (repo / "info/attributes").write_text("*.rs diff=evil\n")
    for key, value in {
        "diff.external": str(evil),
        "diff.evil.command": str(evil),
        "diff.evil.textconv": str(evil),
        "gpg.program": str(evil),
        "log.showSignature": "true",
        "core.pager": str(evil),
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "color.ui": "always",
        "color.diff": "always",
        "diff.context": "0",
        "diff.orderFile": str(tmp_path / "none"),
        "log.decorate": "full",
        "log.diffMerges": "on",
        "diff.renames": "false",
        "diff.wsErrorHighlight": "all",
        "notes.displayRef": "refs/*",
        "i18n.logOutputEncoding": "latin1",
    }.items():
        git(repo, "config", key, value)
    signed = git(repo, "cat-file", "commit", "main").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n\n", 1
    )
    made = git(repo, "hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=signed.encode())
    git(repo, "update-ref", "refs/heads/main", made)
    told = line_history(snapshot(repo), FILE, 5, 7)
    assert [replace(one, oid="") for one in told.commits] == [replace(one, oid="") for one in plain.commits]
    assert first_appearance(snapshot(repo), "jitter").commits == text.commits
    assert not (tmp_path / "ran").exists()


def test_messages_authors_and_dates_may_hold_anything(tmp_path: Path) -> None:
    path = tmp_path / "repo"
    make_repo(path, {FILE: b"fn a() {}\n"}, bare=True)
    hostile = b"\x1b]52;c;x\x07 \xff\xfe [red]\n\n\ncommit deadbeef\n+++ b/x\n@@ -1 +1 @@\n\n"
    step(path, {FILE: b"fn a() { 1 }\n"}, hostile, 1 << 60, b"\x1b[31mAda \xff")
    (newest, _) = line_history(snapshot(path), FILE, 1, 1).commits
    assert newest.subject == "\x1b]52;c;x\x07 \ufffd\ufffd [red]"
    assert newest.body == "commit deadbeef\n+++ b/x\n@@ -1 +1 @@"
    assert newest.at is None
    assert newest.difference.startswith("diff --git a/src/lib.rs")


def test_a_long_difference_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "repo"
    make_repo(path, {FILE: b"".join(b"const A%d: u8 = 0;\n" % number for number in range(900))}, bare=True)
    (only,) = line_history(snapshot(path), FILE, 1, 900).commits
    lines = only.difference.split("\n")
    assert len(lines) == gitlog.DIFFERENCE_LINES + 1
    assert lines[-1] == "… 304 more lines"
    (found,) = first_appearance(snapshot(path), "A880:").commits
    assert "+const A880: u8 = 0;" in found.difference, "what was looked for is never cut away"


messages = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=40),
        st.lists(st.text("+- @\\diff", min_size=1, max_size=8).map(lambda t: "+" + t), max_size=4),
    ),
    max_size=5,
)


@given(messages, st.lists(st.integers(1, 30), min_size=1))
def test_commits_are_read_alike_however_their_bytes_arrive(
    given_commits: list[tuple[str, list[str]]], sizes: list[int]
) -> None:
    told = b"".join(
        f"\0{number:040x}\0Ada\0{number}\0{message}\0\n\n{chr(10).join(lines)}\n".encode()
        for number, (message, lines) in enumerate(given_commits)
    )

    def pieces(*_: object) -> Iterator[bytes]:
        at = turn = 0
        while at < len(told):
            size = sizes[turn % len(sizes)]
            yield told[at : at + size]
            at, turn = at + size, turn + 1

    place = gitlog.CommitPlace(Path(), "", "", "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gitlog, "output", pieces)
        read = list(gitlog.commits(place, [], lambda: False))
    assert [int(one.oid, 16) for one in read] == list(range(len(given_commits)))
    assert [one.difference for one in read] == ["\n".join(lines) for _, lines in given_commits]
    for one, (message, _) in zip(read, given_commits, strict=True):
        assert f"{one.subject} {one.body}".split() == message.split()


@given(
    st.lists(
        st.sampled_from([" a", "+b", "-b", "+needle", "@@ -1 +1 @@", "diff --git a/x b/x"]), max_size=200
    )
)
def test_what_stands_near_a_text_is_a_part_of_the_difference_with_the_text_in_it(lines: list[str]) -> None:
    whole = "\n".join(lines)
    shown = near(whole.encode(), b"needle").split("\n")
    left = iter(whole.split("\n"))
    assert all(line in left for line in shown if line != "…" and line), "in order, nothing made up"
    assert shown.count("+needle") == lines.count("+needle")


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Server: Worker refactor (#704)", 704),
        ("Revert (#3) in (#9)", 9),
        ("Merge pull request #12 from a/b", 12),
        ("Auto merge of #98765 - a:b, r=c", 98765),
        ("Fixes #5", None),
        ("Back to (#12) again", 12),
        ("(#99999999999999)", None),
    ],
)
def test_the_pull_request_is_read_off_the_subject(subject: str, number: int | None) -> None:
    assert Commit("0" * 40, "", None, subject, "", "").pull_request == number


def test_the_commit_that_introduced_an_item_is_the_oldest_that_brings_its_definition() -> None:
    def made(oid: str, difference: str) -> Commit:
        return Commit(oid, "", None, "", "", difference)

    told = [
        made("3", "-    pub async fn wait(a: u8) {\n+    pub async fn wait(a: u16) {"),
        made("2", " fn other() {\n+pub async fn wait() {"),
        made("1", "+fn wait_longer() {\n+// the fn waits"),
    ]
    assert introduction(told, "Retry::wait") is told[1]
    assert introduction(told, "never") is None
    assert introduction(told, "impl Retry") is None


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("Retry::run", "run"),
        ("const JITTER_DELTA", "JITTER_DELTA"),
        ("<Retry as Display>::fmt#2", "fmt"),
        ("impl<'a> Retry<'a>", ""),
        ("macro_rules! ctx", "ctx"),
        ("", ""),
    ],
)
def test_an_items_own_name(path: str, name: str) -> None:
    assert item_name(path) == name


def test_lines_are_given_as_people_count_them() -> None:
    assert parse_lines("12") == (12, 12)
    assert parse_lines("12-34") == parse_lines("12,34") == (12, 34)
    assert parse_lines("Retry::run") is None
    assert parse_lines("impl-1") is None
    for wrong in ("0", "9-3", "0-2"):
        with pytest.raises(UsageError):
            parse_lines(wrong)


def test_the_command_tells_people_and_scripts(repo: Path) -> None:
    done = CliRunner().invoke(cli, ["history", "lib.rs", "wait", "--repo", str(repo)])
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert [line.split("  ", 1)[1] for line in lines] == [
        "2022-04-15  Ada Lovelace: Merge pull request #31 from x/y",
        "2023-11-14  Ada Lovelace: Wait longer",
        "2020-09-13  Ada Lovelace: Wait a second (#12)  (introduced)",
    ]
    done = CliRunner().invoke(
        cli, ["history", FILE, "5-7", "--repo", str(repo), "--json", "--text", "jitter"]
    )
    told = json.loads(done.stdout)
    assert [one["pull_request"] for one in told["commits"]] == [31]
    assert told["introduced"] == told["commits"][0]["commit"]
    assert told["lines"] == [5, 7]
    assert told["crate"] is None


def test_in_a_project_the_topics_repository_is_meant(repo: Path, tmp_path: Path) -> None:
    root = tmp_path / "project"
    init_project(root)
    practice = (root / "specs/practice.toml").read_text("utf-8")
    (root / "specs/own.toml").write_text(
        practice.replace("sample:webhook", str(repo)).replace("practice.jsonl", "own.jsonl"), "utf-8"
    )
    ask = ["-C", str(root), "history", "lib.rs", "wait"]
    assert len(CliRunner().invoke(cli, ask).stdout.splitlines()) == 3
    before = git(repo, "rev-parse", "main~1")
    older = [*ask[:3], "old.rs", "wait", "--topic", "own", "--commit", before]
    assert len(CliRunner().invoke(cli, older).stdout.splitlines()) == 2
    sample = CliRunner().invoke(cli, [*ask[:3], "retry.rs", "1-9", "--topic", "practice"])
    assert isinstance(sample.exception, SourceError)
    assert "plain folder" in sample.exception.what
    away = CliRunner().invoke(cli, [*ask, "--topic", "backoff_jitter"])
    assert isinstance(away.exception, SourceError)
    assert "source add" in away.exception.remedy
    (root / "specs/own.toml").unlink()
    none = CliRunner().invoke(cli, ask)
    assert isinstance(none.exception, UsageError)
    assert "--repo" in none.exception.remedy


def test_the_command_prints_nothing_a_terminal_obeys(tmp_path: Path) -> None:
    path = tmp_path / "repo"
    make_repo(path, {FILE: b"fn a() {}\n"}, bare=True)
    step(path, {FILE: b"fn a() { \x1b[31m }\n"}, b"\x1b]0;owned\x07\n\n\xe2\x80\xaeevil", author=b"\x1b[2J")
    done = CliRunner().invoke(cli, ["history", FILE, "1", "-p", "--repo", str(path)])
    assert done.exit_code == 0, done.output
    assert not set(done.output) & set("\x1b\x07\u202e")
