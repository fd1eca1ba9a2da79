"""Where a URL is on this machine: the map, our clones, and what may go wrong on the way."""

from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SourceError
from app.repository.git.run import last_complaint
from app.repository.git.transfer import parse_progress, transfer
from app.repository.git.urls import canonical_url, check_url, is_url, without_credentials
from app.repository.repository import Cancelled, Progress, open_repository
from app.repository.sources import (
    clone,
    clone_path,
    locate,
    map_file,
    map_source,
    mappings,
    shown_url,
    unmap,
    update,
)
from tests.gitfixtures import allow_partial, commit, git, make_repo

URL = "https://example.com/ada/engine"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "data"


@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A repository others can clone, with a few megabytes that do not compress."""
    path = tmp_path / "server.git"
    files = {f"src/part{number}.rs": os.urandom(300_000) for number in range(12)}
    make_repo(path, files | {"src/lib.rs": b"fn lib() {}\n"}, bare=True)
    return path


def url_of(path: Path) -> str:
    return f"file://{path}"


def leftovers(home: Path) -> list[str]:
    """What lies beside finished clones, locks apart."""
    clones = home / "clones"
    return [p.name for p in clones.iterdir() if not p.name.endswith(".lock")] if clones.is_dir() else []


# URLs.


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a/b.git",
        "http://example.com/a",
        "ssh://git@example.com:22/a/b",
        "git://example.com/a",
        "file:///srv/a.git",
        "git@example.com:a/b.git",
        "host:path",
    ],
)
def test_usual_urls_may_be_cloned(url: str) -> None:
    assert is_url(url)
    check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "-oProxyCommand=x:y",
        "--upload-pack=touch x",
        "ext::sh -c touch%20x",
        "ext::sh",
        "fd::7",
        "ftp://example.com/a",
        "ssh://-oProxyCommand=x/a",
        "ssh://user@-oProxyCommand=x/a",
        "user@-host:a",
        "host:-a",
        "https://example.com/\x1b[31m",
        "https://example.com/a\nb",
        "https://example.com/a b",
        "\ud800://x",
        "",
        "just/a/path",
    ],
)
def test_other_urls_are_refused_before_git_sees_them(url: str, home: Path) -> None:
    with pytest.raises(SourceError) as caught:
        clone(url)
    assert caught.value.what.isprintable()
    assert not home.exists()


@pytest.mark.parametrize("path", ["/a/b", "a/b", "./a:b", "../x", ".", "~/x", "C:/x"])
def test_paths_are_no_urls(path: str) -> None:
    assert not is_url(path)


def test_credentials_are_not_shown() -> None:
    assert without_credentials("https://ada:secret@example.com/a") == "https://example.com/a"
    assert without_credentials("https://token@example.com/a@b") == "https://example.com/a@b"
    assert without_credentials("ssh://git:secret@example.com/a") == "ssh://git@example.com/a"
    assert without_credentials("git@example.com:a") == "git@example.com:a"
    assert shown_url("https://t@example.com/\x1b") == "https://example.com/\\x1b"


def test_spellings_of_one_repository_are_one() -> None:
    same = [URL, f"{URL}.git", f"{URL}/", "https://me:pw@Example.COM/ada/engine.git/"]
    assert {canonical_url(url) for url in same} == {URL}
    assert len({clone_path(url) for url in same}) == 1
    assert canonical_url("git@Example.com:a/B.git") == "git@example.com:a/B"
    assert clone_path("https://example.com/a-b") != clone_path("https://example.com/a/b")


@given(st.text())
def test_a_clone_never_lies_outside_its_folder(url: str) -> None:
    path = clone_path(url)
    assert path.parent == clone_path(URL).parent
    assert path.name.isascii()
    assert not set(path.name) & set("/\0\n\\ ")
    assert canonical_url(canonical_url(url)) == canonical_url(url)


# The map.


def test_a_mapping_is_noted_found_and_forgotten(tmp_path: Path) -> None:
    make_repo(tmp_path / "checkout", {"a.rs": b""})
    assert locate(URL, tmp_path) is None
    assert map_source(f"{URL}.git", tmp_path / "checkout") == tmp_path / "checkout"
    assert locate(URL, tmp_path) == tmp_path / "checkout"
    assert mappings() == {URL: tmp_path / "checkout"}
    assert unmap(URL)
    assert not unmap(URL)
    assert locate(URL, tmp_path) is None


def test_mapping_again_replaces_whatever_the_spelling(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    map_source(f"{URL}.git", tmp_path / "one")
    map_source(URL, tmp_path / "two")
    assert mappings() == {URL: tmp_path / "two"}


def test_comments_in_the_map_survive_and_passwords_do_not_enter(tmp_path: Path) -> None:
    map_file().parent.mkdir(parents=True)
    map_file().write_text('# mine\n[sources]\n"https://example.com/x" = "~/x" # here\n')
    map_source("https://me:secret@example.com/ada/engine", tmp_path)
    text = map_file().read_text()
    assert "# mine" in text
    assert "# here" in text
    assert "secret" not in text
    assert mappings()["https://example.com/x"] == Path("~/x").expanduser()
    assert [p.name for p in map_file().parent.iterdir() if p.suffix not in (".toml", ".lock")] == []


def test_only_what_can_be_opened_is_mapped(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not there"):
        map_source(URL, tmp_path / "absent")
    with pytest.raises(SourceError, match="is not a URL"):
        map_source("a/path", tmp_path)
    assert not map_file().exists()


def test_a_mapping_to_a_vanished_folder_is_still_told(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    map_source(URL, tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    found = locate(URL, tmp_path)
    assert found == tmp_path / "gone"
    with pytest.raises(SourceError, match="is not there"):
        open_repository(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[sources", "line 1"),
        ('sources = "x"', "must be a table"),
        ('[sources]\n"https://e.com/x" = 3', "must be a path"),
        ("\udcff", "cannot be read"),
    ],
)
def test_a_broken_map_is_told_and_kept(tmp_path: Path, text: str, why: str) -> None:
    map_file().parent.mkdir(parents=True)
    map_file().write_bytes(text.encode("utf-8", "surrogateescape"))
    for use in (mappings, lambda: map_source(URL, tmp_path)):
        with pytest.raises(SourceError, match=why) as caught:
            use()
        assert str(map_file()) in caught.value.what
    assert map_file().read_bytes() == text.encode("utf-8", "surrogateescape")


def test_a_crash_while_writing_leaves_the_old_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    map_source(URL, tmp_path)
    before = map_file().read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.repository.sources.os.fsync", full)
    with pytest.raises(SourceError, match="No space left on device"):
        map_source("https://example.com/other", tmp_path)
    assert map_file().read_bytes() == before
    assert [p.name for p in map_file().parent.iterdir() if "toml." in p.name and p.suffix != ".lock"] == []


def test_paths_are_found_from_the_projects_root(tmp_path: Path) -> None:
    assert locate("../code", tmp_path) == tmp_path / "../code"
    assert locate("/srv/code", tmp_path) == Path("/srv/code")
    assert locate("~/code", tmp_path) == Path("~/code").expanduser()
    assert locate("sample:webhook", tmp_path) is None


def test_a_file_url_is_where_it_says(tmp_path: Path, server: Path) -> None:
    assert locate(url_of(server), tmp_path) == server
    assert locate(url_of(tmp_path / "absent"), tmp_path) is None


# Clones.


@pytest.mark.parametrize("filters", [True, False])
def test_a_clone_is_found_and_reads_like_its_server(tmp_path: Path, server: Path, filters: bool) -> None:
    if filters:
        allow_partial(server)
    steps: list[Progress] = []
    path = clone(url_of(server), steps.append)
    assert path == clone_path(url_of(server)) == locate(url_of(server), tmp_path)
    assert all(step.percent is not None and 0 <= step.percent <= 100 for step in steps)
    assert "Receiving objects" in {step.phase for step in steps}
    with open_repository(path) as ours, open_repository(server) as theirs:
        assert ours.url == url_of(server)
        mine, yours = ours.snapshot(), theirs.snapshot()
        assert (mine.commit, mine.files()) == (yours.commit, yours.files())
        assert mine.read("src/part3.rs") == yours.read("src/part3.rs")
    size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    assert (size < 1_000_000) == filters


def test_cloning_twice_gives_the_same_clone(server: Path) -> None:
    path = clone(url_of(server))
    (path / "marker").write_text("")
    assert clone(f"{url_of(server)}/") == path
    assert (path / "marker").exists()


def test_a_clone_cancelled_midway_leaves_nothing_and_can_be_begun_again(home: Path, server: Path) -> None:
    steps: list[Progress] = []
    before = children()
    seen: set[int] = set()

    def cancelled() -> bool:
        if steps:
            seen.update(children() - before)
        return bool(steps)

    with pytest.raises(Cancelled):
        clone(url_of(server), steps.append, cancelled)
    assert steps, "git reported nothing before it was stopped"
    assert leftovers(home) == []
    assert seen
    assert all(ends(process) for process in seen)
    assert clone(url_of(server)).is_dir()


def test_a_clone_cancelled_at_once_starts_nothing(home: Path, server: Path) -> None:
    with pytest.raises(Cancelled):
        clone(url_of(server), cancelled=lambda: True)
    assert leftovers(home) == []


def test_a_callback_that_fails_stops_git_too(home: Path, server: Path) -> None:
    def fail(_: Progress) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError):
        clone(url_of(server), fail)
    assert leftovers(home) == []


def test_what_a_killed_clone_left_is_cleared(home: Path, server: Path) -> None:
    final = clone_path(url_of(server))
    half = final.with_name(f".{final.name}.part-0123")
    half.mkdir(parents=True)
    (half / "HEAD").write_text("half")
    assert locate(url_of(server.with_name("x")), home) is None
    assert clone(url_of(server)) == final
    assert leftovers(home) == [final.name]


def test_waiting_for_another_clone_can_be_cancelled(server: Path) -> None:
    final = clone_path(url_of(server))
    final.parent.mkdir(parents=True)
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 1

    with FileLock(final.with_name(f".{final.name}.lock")), pytest.raises(Cancelled):
        clone(url_of(server), cancelled=cancelled)


def test_a_failed_clone_names_the_url_and_the_way_out(tmp_path: Path, home: Path) -> None:
    url = url_of(tmp_path / "absent")
    with pytest.raises(SourceError, match="could not be cloned") as caught:
        clone(url)
    assert url in caught.value.what
    assert f"backspan source map {url} PATH" in caught.value.remedy
    assert leftovers(home) == []


def test_a_failed_clone_shows_no_password(home: Path) -> None:
    with pytest.raises(SourceError) as caught:
        clone("http://me:secret@127.0.0.1:9/ada/engine")
    assert "secret" not in str(caught.value)
    assert "http://127.0.0.1:9/ada/engine" in caught.value.what
    assert leftovers(home) == []


def test_a_data_folder_that_cannot_be_written_is_told(home: Path, server: Path) -> None:
    home.parent.mkdir()
    home.write_text("a file where the folder should be")
    with pytest.raises(SourceError, match="cannot be written"):
        clone(url_of(server))
    with pytest.raises(SourceError, match="cannot be"):
        map_source(URL, server)


def test_a_commit_that_was_pushed_over_is_fetched_by_its_id(server: Path) -> None:
    allow_partial(server)
    old = git(server, "rev-parse", "main")
    git(server, "update-ref", "-d", "refs/heads/main")
    new = commit(server, {"src/lib.rs": b"fn new() {}\n"})
    path = clone(url_of(server), commit=old)
    with open_repository(path) as repository:
        assert repository.snapshot().commit == new
        assert repository.snapshot(old).read("src/lib.rs").data == b"fn lib() {}\n"


def test_a_commit_that_is_nowhere_leaves_no_clone(home: Path, server: Path) -> None:
    with pytest.raises(SourceError, match="commit " + "e" * 40) as caught:
        clone(url_of(server), commit="e" * 40)
    assert url_of(server) in caught.value.what
    assert leftovers(home) == []


def test_an_update_brings_new_branches_commits_and_a_tag_by_name(server: Path) -> None:
    path = clone(url_of(server))
    moved = commit(server, {"src/lib.rs": b"fn two() {}\n"})
    side = commit(server, {"side.rs": b""}, branch="side")
    tagged = git(server, "commit-tree", f"{side}^{{tree}}", "-m", "on no branch")
    git(server, "tag", "v9", tagged)
    with open_repository(path) as repository:
        assert not repository.has_commit(moved)
        update(path)
        assert repository.snapshot().commit == moved
        assert repository.snapshot(branch="side").commit == side
        assert not repository.has_commit("v9")
        update(path, commit="v9")
        assert repository.snapshot("v9").commit == tagged
        assert repository.snapshot().read("src/lib.rs").data == b"fn two() {}\n"


@pytest.mark.parametrize("name", ["--upload-pack=x", "a:b", "+main", "\x1b[31m", "no-such-tag"])
def test_an_update_takes_no_option_or_refspec_for_a_commit(server: Path, name: str) -> None:
    path = clone(url_of(server))
    refs = git(path, "for-each-ref")
    with pytest.raises(SourceError, match=r"commit .* is not in") as caught:
        update(path, commit=name)
    assert caught.value.what.isprintable()
    assert git(path, "for-each-ref") == refs


def test_a_clone_of_the_persons_own_is_never_fetched_into(server: Path) -> None:
    with pytest.raises(SourceError, match="not a clone that backspan made"):
        update(server)


def test_a_server_without_commits_gives_an_empty_clone(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "empty.git")
    path = clone(url_of(tmp_path / "empty.git"))
    with open_repository(path) as repository, pytest.raises(SourceError, match="has no commit yet"):
        repository.snapshot()


# What git says.


def test_progress_is_read_from_gits_lines() -> None:
    line = "Receiving objects:  45% (922/2048), 1.25 MiB | 2.00 MiB/s"
    assert parse_progress(line) == Progress("Receiving objects", 45, "922/2048, 1.25 MiB")
    assert parse_progress("remote: Counting objects: 100% (3/3), done.") == Progress(
        "Counting objects", 100, "3/3"
    )
    assert parse_progress("remote: \x1b[2JEvil objects: 1% (1/2)") is None
    assert parse_progress("Cloning into bare repository 'x'...") is None


@given(st.binary(max_size=200))
def test_whatever_a_server_says_is_safe_to_print(err: bytes) -> None:
    said = last_complaint(err)
    assert not set(said) & {chr(code) for code in (*range(32), *range(127, 160), 0x202E)}
    said.encode("utf-8")


def test_the_line_that_tells_most_is_chosen() -> None:
    said = b"Cloning\nremote: Not Found\nfatal: repository 'x' not found\nhint: try harder\n"
    assert last_complaint(said) == "repository 'x' not found"
    assert last_complaint(b"") == ""


def test_a_server_that_says_nothing_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = tmp_path / "bin" / "git"
    silent.parent.mkdir()
    pid = tmp_path / "pid"
    silent.write_text(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}; exec tail -f /dev/null\n")
    silent.chmod(0o755)
    monkeypatch.setenv("PATH", f"{silent.parent}:{os.environ['PATH']}")
    with pytest.raises(SourceError, match="received nothing"):
        transfer(["fetch"], silence=0.3)
    assert not pid.exists() or ends(int(pid.read_text()))


def children() -> set[int]:
    """Ids of all processes below ours, zombies among them."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], stdout=subprocess.PIPE, text=True, check=True).stdout
    parents = {int(pid): int(parent) for pid, parent in map(str.split, listed.splitlines())}
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def ends(process: int) -> bool:
    """Is the process gone, or going within ten seconds?"""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 10)[0])
    finally:
        os.close(handle)
