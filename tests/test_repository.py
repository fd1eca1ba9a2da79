"""Reading repositories: what is found, what is refused, and what a hostile one cannot do."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SourceError
from app.repository import Repository, Snapshot, default_author, gitrun, open_repository, shown
from app.repository import snapshot as snapshot_module
from app.repository.snapshot import check_glob
from tests.gitfixtures import LINK, SUBMODULE, allow_partial, commit, git, make_repo

WORKER = "server/svix-server/src/worker.rs"
FILES = {
    WORKER: b"fn retry() {}\n// jitter: none\n",
    "server/svix-server/src/core/retry.rs": b"struct Retry;\n",
    "src/lib.rs": b"pub mod worker;\r\n",
    "README.md": b"retry\n",
}


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    path = tmp_path / "bare.git"
    make_repo(path, FILES, bare=True)
    return path


@pytest.fixture
def opened(bare: Path) -> Iterator[Repository]:
    with open_repository(bare) as repository:
        yield repository


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "plain"
    for name, data in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def both(bare: Path, folder: Path) -> list[Snapshot]:
    return [open_repository(bare).snapshot(), open_repository(folder).snapshot()]


# What is read.


def test_commit_ids_of_the_fixtures_do_not_change(tmp_path: Path) -> None:
    assert make_repo(tmp_path / "one", FILES) == make_repo(tmp_path / "two", FILES, bare=True)


def test_bare_clone_and_plain_folder_list_and_read_the_same(bare: Path, folder: Path) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.files() == tuple(sorted(name for name in FILES if name.endswith(".rs")))
        assert snapshot.files("README.md") == ("README.md",)
        assert {name: snapshot.read(name).data for name in FILES} == FILES
        assert WORKER in snapshot
        assert "worker.rs" not in snapshot


def test_git_names_the_commit_and_the_blob(opened: Repository, bare: Path) -> None:
    snapshot = opened.snapshot()
    assert snapshot.commit == git(bare, "rev-parse", "HEAD")
    assert snapshot.read(WORKER).blob == git(bare, "rev-parse", f"HEAD:{WORKER}")


def test_a_plain_folder_has_no_commit_and_no_blobs(folder: Path) -> None:
    repository = open_repository(folder)
    assert repository.snapshot().commit is None
    assert repository.snapshot().read(WORKER).blob is None
    with pytest.raises(SourceError, match="plain folder and has no commit abc"):
        repository.snapshot("abc")


def test_a_dirty_work_tree_is_not_read(tmp_path: Path) -> None:
    make_repo(tmp_path, {"a.rs": b"committed\n", "gone.rs": b"kept\n"})
    (tmp_path / "a.rs").write_bytes(b"changed by hand\n")
    (tmp_path / "gone.rs").unlink()
    (tmp_path / "new.rs").write_bytes(b"untracked\n")
    git(tmp_path, "add", "new.rs")
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()
        assert snapshot.files() == ("a.rs", "gone.rs")
        assert snapshot.read("a.rs").data == b"committed\n"
        assert [hit.text for hit in snapshot.grep(["kept", "untracked", "changed"])] == ["kept"]


def test_a_snapshot_stays_at_its_commit(bare: Path, opened: Repository) -> None:
    before = opened.snapshot()
    after_id = commit(bare, {"src/lib.rs": b"new\n"})
    assert before.read("src/lib.rs").data == FILES["src/lib.rs"]
    assert opened.snapshot().commit == after_id
    assert opened.snapshot(before.commit).files() == before.files()


def test_commits_are_found_by_id_abbreviation_branch_and_tag(bare: Path, opened: Repository) -> None:
    first = git(bare, "rev-parse", "HEAD")
    second = commit(bare, {"b.rs": b""}, branch="release/1.0")
    git(bare, "tag", "-a", "-m", "a tag", "v1.0.0", second)
    assert opened.snapshot(first[:9]).commit == first
    for name in (second, second[:12], "release/1.0", "v1.0.0"):
        assert opened.snapshot(name).commit == second
    assert opened.snapshot(branch="release/1.0").commit == second
    assert opened.has_commit("v1.0.0")
    assert not opened.has_commit("v2")


def test_a_branch_known_only_from_the_origin_is_found(bare: Path, tmp_path: Path) -> None:
    made = commit(bare, {"b.rs": b""}, branch="feature")
    git(tmp_path, "clone", "-q", str(bare), "clone")
    with open_repository(tmp_path / "clone") as repository:
        assert repository.snapshot(branch="feature").commit == made


def test_a_linked_work_tree_is_read(tmp_path: Path) -> None:
    made = make_repo(tmp_path / "main", FILES)
    git(tmp_path / "main", "worktree", "add", "-q", "--detach", str(tmp_path / "linked"))
    with open_repository(tmp_path / "linked") as repository:
        assert repository.snapshot().commit == made
        assert repository.snapshot().read("src/lib.rs").data == FILES["src/lib.rs"]


def test_a_shallow_clone_is_read(bare: Path, tmp_path: Path) -> None:
    made = commit(bare, {"b.rs": b"deep\n"})
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{bare}", "shallow")
    with open_repository(tmp_path / "shallow") as repository:
        assert repository.snapshot().commit == made
        assert repository.snapshot().read("b.rs").data == b"deep\n"


def test_the_origin_is_told_without_its_password(bare: Path, opened: Repository, folder: Path) -> None:
    assert opened.url == str(bare)
    assert open_repository(folder).snapshot().url == str(folder)
    git(bare, "remote", "add", "origin", "https://me:secret@example.com/a/b.git")
    assert open_repository(bare).snapshot().url == "https://example.com/a/b.git"


# Globs, search, licence.


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("svix-server/src/worker.rs", [WORKER]),
        (WORKER, [WORKER]),
        ("src/*.rs", [WORKER, "src/lib.rs"]),
        ("svix-server/**/retry.rs", ["server/svix-server/src/core/retry.rs"]),
        ("./core", ["server/svix-server/src/core/retry.rs"]),
        ("svix-server/src/work", []),
        ("#x", []),
    ],
)
def test_globs_match_from_any_depth(bare: Path, folder: Path, glob: str, expected: list[str]) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.match([glob]) == tuple(expected)


def test_several_globs_give_each_file_once(opened: Repository) -> None:
    assert opened.snapshot().match(["worker.rs", "src/worker.rs"]) == (WORKER,)
    assert opened.snapshot().match([]) == ()


@pytest.mark.parametrize(
    "glob", ["../x.rs", "a/../../x", "/etc/*", "~/x", "C:/x", "", " ", "!a.rs", "a\n.rs", "\x1b[2J"]
)
def test_globs_that_leave_the_repository_are_refused(opened: Repository, glob: str) -> None:
    with pytest.raises(ValueError, match="glob") as caught:
        opened.snapshot().match([glob])
    assert str(caught.value).isprintable()


@given(st.text(max_size=12))
def test_any_glob_is_usable_or_refused_in_words(glob: str) -> None:
    snapshot = Snapshot("", "nothing")
    snapshot._entries = {}
    try:
        assert snapshot.match([glob]) == ()
    except ValueError as error:
        assert shown(str(error), 10_000) == str(error)
    else:
        assert ".." not in check_glob(glob).split("/")


def test_search_gives_paths_lines_and_text(bare: Path, folder: Path) -> None:
    for snapshot in both(bare, folder):
        hits = [(hit.path, hit.line, hit.text) for hit in snapshot.grep(["jitter", "Retry"])]
        assert hits == [
            ("server/svix-server/src/core/retry.rs", 1, "struct Retry;"),
            (WORKER, 2, "// jitter: none"),
        ]
        assert [hit.path for hit in snapshot.grep(["retry"], ["README.md", "not there"])] == ["README.md"]


@pytest.mark.parametrize("word", ["", "a\nb", "\0", "\ud800", "fn.*retry", "--help", "-e"])
def test_search_words_are_plain_text(bare: Path, folder: Path, word: str) -> None:
    for snapshot in both(bare, folder):
        assert snapshot.grep([word]) == []


def test_search_reads_odd_names_and_bytes_the_same_in_git_and_folder(tmp_path: Path) -> None:
    files = {
        "a:b\n1.rs": b"x\nneedle here\n",
        "-e.rs": b"-e needle",
        "nul.rs": b"\0 needle\0tail\nsecond needle \xff\n",
        "*.rs": b"needle\r\n",
        ":(top)x.rs": b"needle",
    }
    make_repo(tmp_path / "git", files)
    (tmp_path / "folder").mkdir()
    for name, data in files.items():
        (tmp_path / "folder" / name).write_bytes(data)
    found = [snapshot.grep(["needle"]) for snapshot in both(tmp_path / "git", tmp_path / "folder")]
    assert found[0] == found[1]
    assert [(hit.path, hit.line) for hit in found[0]] == [
        ("*.rs", 1),
        ("-e.rs", 1),
        (":(top)x.rs", 1),
        ("a:b\n1.rs", 2),
        ("nul.rs", 1),
        ("nul.rs", 2),
    ]


def test_searched_paths_are_names_and_no_patterns(tmp_path: Path) -> None:
    make_repo(tmp_path, dict.fromkeys(("*.rs", "a.rs", ":(top)a.rs", "[a].rs", "b[a]/c.rs"), b"needle"))
    with open_repository(tmp_path) as repository:
        for name in repository.snapshot().files():
            assert [hit.path for hit in repository.snapshot().grep(["needle"], [name])] == [name]


def test_search_stops_at_its_limit_and_cuts_long_lines(tmp_path: Path) -> None:
    data = b"x" * 5000 + b"\n" + b"x\n" * 50
    make_repo(tmp_path / "git", {"a.rs": data})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.rs").write_bytes(data)
    for snapshot in both(tmp_path / "git", tmp_path / "folder"):
        hits = snapshot.grep(["x"], limit=7)
        assert len(hits) == 7
        assert hits[0].text == "x" * 1000


def test_search_covers_more_paths_than_one_command_line_holds(tmp_path: Path) -> None:
    files = {f"{'long' * 40}/file{number}.rs": b"needle\n" for number in range(600)}
    make_repo(tmp_path, files)
    with open_repository(tmp_path) as repository:
        assert [hit.path for hit in repository.snapshot().grep(["needle"])] == sorted(files)


def test_settings_and_attributes_do_not_change_a_search(tmp_path: Path) -> None:
    make_repo(tmp_path, {"a.rs": b"needle\n", ".gitattributes": b"*.rs binary\n"})
    for setting in (
        "grep.column=true",
        "grep.lineNumber=false",
        "grep.patternType=perl",
        "color.grep=always",
    ):
        git(tmp_path, "config", *setting.split("="))
    with open_repository(tmp_path) as repository:
        assert [(hit.line, hit.text) for hit in repository.snapshot().grep(["needle"])] == [(1, "needle")]


def test_the_licence_is_the_headers_then_the_crates(tmp_path: Path) -> None:
    files = {
        "Cargo.toml": b'[workspace]\nmembers=["*"]\n[workspace.package]\nlicense = "MIT/Apache-2.0"\n',
        "one/Cargo.toml": b'[package]\nname = "one"\nlicense = "ISC"\n',
        "one/src/lib.rs": b"fn f() {}\n",
        "one/src/own.rs": b"// SPDX-License-Identifier: MPL-2.0\nfn f() {}\n",
        "one/src/block.rs": b"/* SPDX-License-Identifier: BSD-3-Clause */\n",
        "one/src/late.rs": b"\n" * 5000 + b"// SPDX-License-Identifier: MPL-2.0\n",
        "two/Cargo.toml": b'[package]\nname = "two"\nlicense.workspace = true\n',
        "two/src/deep/lib.rs": b"",
        "odd/Cargo.toml": b'[package]\nlicense = "MIT\\u001b[31m"\n',
        "odd/lib.rs": b"",
        "file/Cargo.toml": b'[package]\nlicense-file = "COPYING"\n',
        "file/lib.rs": b"",
        "broken/Cargo.toml": b"[package\n",
        "broken/lib.rs": b"",
        "away/Cargo.toml": b'[package]\nworkspace = "/../.."\nlicense.workspace = true\n',
        "away/lib.rs": b"",
    }
    make_repo(tmp_path, files)
    expected = {
        "one/src/lib.rs": "ISC",
        "one/src/own.rs": "MPL-2.0",
        "one/src/block.rs": "BSD-3-Clause",
        "one/src/late.rs": "ISC",
        "two/src/deep/lib.rs": "MIT OR Apache-2.0",
        "odd/lib.rs": None,
        "file/lib.rs": None,
        "broken/lib.rs": "MIT OR Apache-2.0",
    }
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()
        assert {name: snapshot.licence(name) for name in expected} == expected
        snapshot.licence("away/lib.rs")  # a path above the root ends, rather than climbing for ever


# What cannot be opened, and why.


def test_missing_file_and_damaged_places_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "damaged" / ".git").mkdir(parents=True)
    for name, why in [("absent", "is not there"), ("file", "is a file"), ("damaged", "git cannot use it")]:
        with pytest.raises(SourceError, match=why) as caught:
            open_repository(tmp_path / name)
        assert str(tmp_path / name) in caught.value.what
        assert caught.value.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    try:
        with pytest.raises(SourceError, match="cannot be read"):
            open_repository(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_an_empty_repository_says_that_it_has_no_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with open_repository(tmp_path) as repository, pytest.raises(SourceError, match="has no commit yet"):
        repository.snapshot()


def test_a_head_without_its_branch_names_the_branches(bare: Path, opened: Repository) -> None:
    git(bare, "symbolic-ref", "HEAD", "refs/heads/gone")
    with pytest.raises(SourceError, match="points to branch gone") as caught:
        opened.snapshot()
    assert "main" in caught.value.remedy


def test_a_commit_that_is_not_there_is_named(bare: Path, opened: Repository) -> None:
    for wanted in ("f" * 40, "abcdef1", "no-such-branch"):
        with pytest.raises(SourceError) as caught:
            opened.snapshot(wanted)
        assert wanted in caught.value.what
        assert str(bare) in caught.value.what
        assert "fetch" in caught.value.remedy


@pytest.mark.parametrize(
    "name",
    [
        "--upload-pack=touch x",
        "-h",
        "HEAD\nHEAD",
        "main:README.md",
        "HEAD^{/x}",
        ":/x",
        "a..b",
        "@{-1}",
        "\x1b[31m",
        "\ud800",
    ],
)
def test_names_that_are_no_names_are_refused(opened: Repository, name: str) -> None:
    for commit_name, branch in ((name, None), (None, name)):
        with pytest.raises(SourceError, match="cannot be the name") as caught:
            opened.snapshot(commit_name, branch)
        assert caught.value.what.isprintable()


def test_a_path_that_is_not_there_leads_to_its_namesake(opened: Repository) -> None:
    with pytest.raises(SourceError, match=r"svix-server/src/worker\.rs is not in") as caught:
        opened.snapshot().read("svix-server/src/worker.rs")
    assert WORKER in caught.value.remedy


def test_links_and_submodules_are_not_followed(tmp_path: Path) -> None:
    files = {"real.rs": b"fn f() {}", "link.rs": b"/etc/passwd", "inner.rs": b""}
    make_repo(tmp_path / "git", {})
    commit(tmp_path / "git", files, modes={"link.rs": LINK, "inner.rs": SUBMODULE})
    with open_repository(tmp_path / "git") as repository:
        snapshot = repository.snapshot()
        assert snapshot.files() == ("real.rs",)
        assert snapshot.left_out() == (
            ("inner.rs", "is a submodule; not opened"),
            ("link.rs", "is a symbolic link; not followed"),
        )
        with pytest.raises(SourceError, match="symbolic link; not followed"):
            snapshot.read("link.rs")
        assert snapshot.grep(["etc"], ["link.rs"]) == []


def test_a_folder_follows_no_link_and_is_not_left(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "secret.rs").write_bytes(b"outside")
    (folder / "link.rs").symlink_to(tmp_path / "secret.rs")
    (folder / "linked.rs").symlink_to(tmp_path)
    snapshot = open_repository(folder).snapshot()
    assert not {"link.rs", "linked.rs"} & set(snapshot.files())
    assert [name for name, _ in snapshot.left_out()] == ["link.rs", "linked.rs"]
    for path in (
        "../secret.rs",
        str(tmp_path / "secret.rs"),
        "linked.rs/secret.rs",
        "link.rs",
        "src/../README.md",
    ):
        with pytest.raises(SourceError):
            snapshot.read(path)


def test_a_link_put_in_place_after_listing_is_not_followed(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "lib.rs").write_bytes(b"outside")
    snapshot = open_repository(folder).snapshot()
    assert "src/lib.rs" in snapshot.files()
    (folder / "src").rename(folder / "old")
    (folder / "src").symlink_to(tmp_path / "out")
    with pytest.raises(SourceError, match="cannot be read"):
        snapshot.read("src/lib.rs")


def test_a_pipe_in_a_folder_does_not_hold_the_reader(folder: Path) -> None:
    snapshot = open_repository(folder).snapshot()
    assert "src/lib.rs" in snapshot.files()
    (folder / "src/lib.rs").unlink()
    os.mkfifo(folder / "src/lib.rs")
    with pytest.raises(SourceError, match="not a regular file"):
        snapshot.read("src/lib.rs")


def test_a_deleted_file_of_a_folder_is_told(folder: Path) -> None:
    snapshot = open_repository(folder).snapshot()
    assert WORKER in snapshot.files()
    (folder / WORKER).unlink()
    with pytest.raises(SourceError, match="cannot be read") as caught:
        snapshot.read(WORKER)
    assert "deleted" in caught.value.remedy


def test_build_output_is_left_out_but_a_module_called_target_is_not(tmp_path: Path) -> None:
    for name in ("Cargo.toml", "target/debug/gen.rs", "src/target/mod.rs", ".git-notes/x.rs"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    assert open_repository(tmp_path).snapshot().files() == (".git-notes/x.rs", "src/target/mod.rs")


def test_files_over_the_limit_are_refused_and_reading_goes_on(
    bare: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.repository.tree.SIZE_LIMIT", 20)
    monkeypatch.setattr("app.repository.folder.SIZE_LIMIT", 20)
    monkeypatch.setattr(snapshot_module, "SIZE_LIMIT", 20)
    for snapshot in both(bare, folder):
        with pytest.raises(SourceError, match="has 30 bytes; files over 20 are not opened"):
            snapshot.read(WORKER)
        assert snapshot.read("src/lib.rs").data == FILES["src/lib.rs"]


def test_names_that_are_not_utf8_are_left_out_and_told(tmp_path: Path) -> None:
    make_repo(tmp_path / "git", {})
    commit(tmp_path / "git", {"good.rs": b""}, raw={b"bad\xff.rs": b""})
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "good.rs").write_bytes(b"")
    Path(os.fsdecode(bytes(tmp_path / "folder") + b"/bad\xff.rs")).write_bytes(b"")
    for snapshot in both(tmp_path / "git", tmp_path / "folder"):
        assert snapshot.files() == ("good.rs",)
        assert snapshot.left_out() == (("bad\\udcff.rs", "has a name that is not UTF-8; not opened"),)


def test_names_with_line_feeds_escapes_and_dashes_are_harmless(tmp_path: Path) -> None:
    files = {"-rf.rs": b"1", "a\nb.rs": b"2", "\x1b[2J.rs": b"3", "--output=x.rs": b"4"}
    make_repo(tmp_path, files)
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()
        assert {name: snapshot.read(name).data for name in snapshot.files()} == files
        with pytest.raises(SourceError) as caught:
            snapshot.read("\x1b[2K.rs")
        assert "\x1b" not in str(caught.value)


def test_a_tree_with_names_that_climb_is_not_believed(tmp_path: Path) -> None:
    make_repo(tmp_path, {"good.rs": b""})
    blob = git(tmp_path, "hash-object", "-w", "--stdin", stdin=b"evil")
    inner = git(tmp_path, "mktree", stdin=f"100644 blob {blob}\tx.rs".encode())
    entry = b"40000 ..\0" + bytes.fromhex(inner)
    tree = git(tmp_path, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=entry)
    made = git(tmp_path, "commit-tree", tree, "-m", "x")
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot(made)
        assert snapshot.files() == ()
        assert snapshot.left_out() == (("../x.rs", "has a name that leaves the repository; not opened"),)


# A hostile repository.


def test_nothing_a_repository_configures_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_repo(tmp_path / "repo", FILES | {".gitattributes": b"*.rs diff=evil filter=evil\n"})
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {ran}\n")
    script.chmod(0o755)
    hooks = tmp_path / "repo" / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        (hooks / hook).write_bytes(script.read_bytes())
        (hooks / hook).chmod(0o755)
    for key in (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.askPass", "core.editor", "diff.external"),
        *("core.alternateRefsCommand", "core.gitProxy", "credential.helper", "uploadpack.packObjectsHook"),
        *("diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "filter.evil.clean", "pager.grep"),
        *("remote.origin.uploadpack", "filter.evil.process", "gpg.program", "sequence.editor"),
    ):
        git(tmp_path / "repo", "config", key, str(script))
    for alias in ("ls-tree", "cat-file", "grep", "config", "rev-parse", "rev-list"):
        git(tmp_path / "repo", "config", f"alias.{alias}", f"!{script}")
    git(tmp_path / "repo", "config", "core.hooksPath", str(hooks))
    git(tmp_path / "repo", "config", "remote.origin.url", f"ext::{script}")
    git(tmp_path / "repo", "config", "remote.origin.promisor", "true")
    git(tmp_path / "repo", "config", "extensions.partialClone", "origin")
    git(tmp_path / "repo", "config", "protocol.ext.allow", "always")
    blob = git(tmp_path / "repo", "rev-parse", "HEAD:src/lib.rs")
    (tmp_path / "repo" / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    ran.unlink(missing_ok=True)
    for name in ("GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_PAGER", "GIT_EDITOR", "GIT_ASKPASS"):
        monkeypatch.setenv(name, str(script))
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("GIT_TRACE", str(ran))

    with open_repository(tmp_path / "repo") as repository:
        snapshot = repository.snapshot()
        assert snapshot.commit == made
        assert repository.snapshot(branch="main").commit == made
        assert snapshot.read(WORKER).data == FILES[WORKER]
        assert snapshot.match(["worker.rs"]) == (WORKER,)
        assert len(snapshot.grep(["jitter"], [WORKER])) == 1
        assert snapshot.licence(WORKER) is None
        with pytest.raises(SourceError, match=r"could not give src/lib\.rs"):
            snapshot.read("src/lib.rs")
        with pytest.raises(SourceError):
            repository.snapshot("no-such-branch")
    assert not ran.exists(), ran.read_text()


TRIGGERS = {
    "core.fsmonitor": ["status"],
    "core.hooksPath": ["update-ref", "refs/heads/other", "HEAD"],
    "diff.external": ["diff", "--no-textconv", "--exit-code"],
    "credential.helper": ["credential", "fill"],
    "core.sshCommand": ["ls-remote", "ssh://localhost:9/x"],
    "core.alternateRefsCommand": ["fetch", "."],
}
"""A setting that names a program, and a git command that runs it: none we use, which is why it is tried by itself."""


@pytest.mark.parametrize("key", TRIGGERS)
def test_settings_that_name_programs_are_overridden(tmp_path: Path, key: str) -> None:
    repo = tmp_path / "repo"
    make_repo(repo, {"a.rs": b"one\n"})
    git(tmp_path, "clone", "-q", "--shared", "repo", "other")
    repo = tmp_path / "other"
    (repo / "a.rs").write_bytes(b"two\n")
    ran = tmp_path / "ran"
    script = tmp_path / "reference-transaction"
    script.write_text(f"#!/bin/sh\necho ran >> {ran}\n")
    script.chmod(0o755)
    git(repo, "config", key, str(tmp_path if key == "core.hooksPath" else script))
    stdin = b"protocol=https\nhost=example.com\n\n"

    def run_as(line: Sequence[str | bytes], env: Mapping[str, str]) -> bool:
        ran.unlink(missing_ok=True)
        subprocess.run(line, cwd=repo, env=env, input=stdin, capture_output=True, check=False, timeout=60)
        return ran.exists()

    usual = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    assert run_as(["git", *TRIGGERS[key]], usual | {"GIT_TERMINAL_PROMPT": "0"}), "the trap does not work"
    assert not run_as(gitrun.command(TRIGGERS[key], repo / ".git"), gitrun.environment(network=True))


def test_replacement_objects_do_not_change_what_is_read(bare: Path, opened: Repository) -> None:
    blob = git(bare, "rev-parse", f"HEAD:{WORKER}")
    git(bare, "replace", blob, git(bare, "hash-object", "-w", "--stdin", stdin=b"forged"))
    assert opened.snapshot().read(WORKER).data == FILES[WORKER]


def test_a_damaged_blob_is_told(bare: Path, opened: Repository) -> None:
    blob = git(bare, "rev-parse", f"HEAD:{WORKER}")
    loose = bare / "objects" / blob[:2] / blob[2:]
    loose.chmod(0o600)
    loose.write_bytes(b"not an object")
    with pytest.raises(SourceError, match="git could not give") as caught:
        opened.snapshot().read(WORKER)
    assert "fsck" in caught.value.remedy
    assert opened.snapshot().read("src/lib.rs").data == FILES["src/lib.rs"]


# Blob-less clones.


@pytest.fixture
def partial(bare: Path, tmp_path: Path) -> Path:
    allow_partial(bare)
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{bare}", "partial.git")
    return tmp_path / "partial.git"


def missing_blobs(path: Path) -> int:
    listed = git(path, "rev-list", "--objects", "--missing=print", "HEAD")
    return sum(line.startswith("?") for line in listed.split("\n"))


def test_missing_blobs_are_fetched_when_they_are_read(partial: Path) -> None:
    assert missing_blobs(partial) == len(FILES)
    with open_repository(partial) as repository:
        snapshot = repository.snapshot()
        assert snapshot.files()
        assert missing_blobs(partial) == len(FILES)
        assert snapshot.read(WORKER).data == FILES[WORKER]
        assert missing_blobs(partial) == len(FILES) - 1
        assert snapshot.read(WORKER).data == FILES[WORKER]


def test_several_missing_blobs_come_in_one_go(partial: Path) -> None:
    with open_repository(partial) as repository:
        snapshot = repository.snapshot()
        assert snapshot.prefetch(snapshot.files()) == 3
        assert snapshot.prefetch(snapshot.files()) == 0
        assert missing_blobs(partial) == 1
    with open_repository(partial) as repository:
        assert repository.snapshot().read(WORKER).data == FILES[WORKER]


def test_a_search_brings_what_it_searches(partial: Path) -> None:
    with open_repository(partial) as repository:
        assert [hit.path for hit in repository.snapshot().grep(["jitter"])] == [WORKER]


def test_missing_blobs_without_their_server_are_told(partial: Path, bare: Path) -> None:
    bare.rename(bare.with_name("moved away"))
    with open_repository(partial) as repository:
        snapshot = repository.snapshot()
        with pytest.raises(SourceError, match="cannot be fetched") as caught:
            snapshot.read(WORKER)
        assert "backspan source map" in caught.value.remedy
        with pytest.raises(SourceError, match="cannot be fetched"):
            snapshot.grep(["jitter"])


def test_a_fetch_runs_no_program_the_clone_names(partial: Path, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\necho $0 $@ >> {ran}\nexit 1\n")
    script.chmod(0o755)
    url = git(partial, "config", "remote.origin.url")
    for key in ("uploadpack", "receivepack"):
        git(partial, "config", f"remote.origin.{key}", str(script))
        git(partial, "config", f"remote.{url}.{key}", str(script))
    git(partial, "config", "core.alternateRefsCommand", str(script))
    git(partial, "config", "core.hooksPath", str(tmp_path))
    (tmp_path / "reference-transaction").write_bytes(script.read_bytes())
    (tmp_path / "reference-transaction").chmod(0o755)
    with open_repository(partial) as repository:
        assert repository.snapshot().read(WORKER).data == FILES[WORKER]
    assert not ran.exists(), ran.read_text()


# The helper process.


def test_reading_goes_on_after_the_helper_is_killed(opened: Repository) -> None:
    snapshot = opened.snapshot()
    assert snapshot.read(WORKER).data == FILES[WORKER]
    first = opened.reader_pid
    assert first
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert snapshot.read("src/lib.rs").data == FILES["src/lib.rs"]
    assert opened.reader_pid not in (None, first)
    with pytest.raises(ChildProcessError):  # no zombie: nobody of that number is left to wait for
        os.waitpid(first, os.WNOHANG)


def test_closing_leaves_no_process_and_a_later_read_works(opened: Repository) -> None:
    snapshot = opened.snapshot()
    snapshot.read(WORKER)
    pid = opened.reader_pid
    assert pid
    opened.close()
    opened.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    assert snapshot.read(WORKER).data == FILES[WORKER]


def test_a_forgotten_repository_ends_its_process(bare: Path) -> None:
    def use() -> int:
        repository = open_repository(bare)
        repository.snapshot().read(WORKER)
        assert repository.reader_pid
        return repository.reader_pid

    pid = use()
    gc.collect()
    with pytest.raises(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def test_many_threads_read_the_right_bytes(tmp_path: Path) -> None:
    files = {f"f{number}.rs": os.urandom(number * 997) for number in range(60)}
    make_repo(tmp_path, files)
    wrong: list[str] = []
    with open_repository(tmp_path) as repository:
        snapshot = repository.snapshot()

        def read_all(step: int) -> None:
            for name in sorted(files)[::step]:
                if snapshot.read(name).data != files[name]:
                    wrong.append(name)

        threads = [threading.Thread(target=read_all, args=(step,)) for step in (1, -1, 2, -3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


# People's names.


@pytest.mark.parametrize(
    ("name", "expected"), [("Ada  Lovelace", "Ada Lovelace"), ("A\x1b[31mB", "A\\x1b[31mB")]
)
def test_the_author_is_gits_user(tmp_path: Path, name: str, expected: str) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "user.name", name)
    assert default_author(tmp_path) == expected


def test_without_gits_name_the_author_is_the_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LOGNAME", "ada")
    assert default_author(tmp_path) == "ada"
    assert default_author(tmp_path / "absent") == "ada"


def test_without_git_the_error_says_so(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SourceError, match="git is not installed"):
        open_repository(bare)
    assert default_author(bare)


@given(st.text())
def test_what_is_shown_holds_nothing_a_terminal_obeys(text: str) -> None:
    safe = shown(text)
    assert not set(safe) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E, 0x2066, 0x2028)}
    safe.encode("utf-8")


# Real Rust.


@pytest.mark.corpus
def test_every_file_of_the_corpus_reads_as_git_shows_it(request: pytest.FixtureRequest) -> None:
    root = os.environ.get("BACKSPAN_CORPUS")
    if not root:
        pytest.skip("BACKSPAN_CORPUS names no folder of repositories")
    for path in sorted(Path(root).iterdir()):
        with open_repository(path) as repository:
            snapshot = repository.snapshot()
            files = snapshot.files()
            for name in files[:: max(1, len(files) // 20)]:
                taken = snapshot.read(name)
                if snapshot.commit:
                    shown_by_git = subprocess.run(
                        [
                            "git",
                            f"--git-dir={repository.git_dir}",
                            "cat-file",
                            "blob",
                            f"{snapshot.commit}:{name}",
                        ],
                        capture_output=True,
                        check=True,
                    )
                    assert taken.data == shown_by_git.stdout
