"""What cannot be opened or read, and why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository import snapshot as snapshot_module
from app.repository.repository import Repository, open_repository
from tests.gitfixtures import LINK, SUBMODULE, commit, git, make_repo
from tests.repository.samples import FILES, WORKER, both


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
    monkeypatch.setattr("app.repository.git_snapshot.SIZE_LIMIT", 20)
    monkeypatch.setattr("app.repository.folder_snapshot.SIZE_LIMIT", 20)
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
