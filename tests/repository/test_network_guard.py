"""Reading git reaches no network: not where a blob-less clone lacks what is read, whichever git is installed."""

from __future__ import annotations

import http.server
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.git import log as gitlog
from app.repository.git import run as gitrun
from app.repository.git.blobs import BlobMissing, BlobReader
from tests.gitfixtures import allow_partial, commit, git
from tests.repository.samples import FILES, WORKER

Read = Callable[[Path, str], object]


def _log(path: Path, oid: str) -> object:
    """A history with differences looks into every content."""
    place = gitlog.CommitPlace(path, git(path, "rev-parse", "HEAD"), "it", "")
    return b"".join(gitlog.output(place, ["log", "-p", "HEAD", "--"], lambda: False))


def _blob(path: Path, oid: str) -> object:
    reader = BlobReader(path)
    try:
        return reader.read(oid, 1_000_000)
    except BlobMissing:
        return None
    finally:
        reader.close()


READINGS: dict[str, Read] = {
    "cat-file": lambda path, oid: gitrun.run_git(["cat-file", "-p", oid], git_dir=path),
    "batch-check": lambda path, oid: gitrun.run_git(
        ["cat-file", "--batch-check"], git_dir=path, stdin=oid.encode() + b"\n"
    ),
    "grep": lambda path, oid: gitrun.run_git(["grep", "-F", "-e", "fn", "HEAD"], git_dir=path),
    "diff": lambda path, oid: gitrun.run_git(["diff", "HEAD~1", "HEAD"], git_dir=path),
    "reader": _blob,
    "log": lambda path, oid: _quietly(_log, path, oid),
}
"""Every way in which a reading may come upon a content that is not here."""


def _quietly(read: Read, path: Path, oid: str) -> object:
    try:
        return read(path, oid)
    except SourceError:
        return None


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[list[str]]:
    """What a server near by was asked for; its address is the first entry."""
    heard: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    heard.append(f"http://127.0.0.1:{server.server_address[1]}/x.git")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield heard
    server.shutdown()
    thread.join()
    server.server_close()


def lazy(bare: Path, tmp_path: Path) -> Path:
    """A blob-less clone of two commits, whose server is there and would give whatever it is asked for."""
    allow_partial(bare)
    commit(bare, FILES | {WORKER: b"fn other() {}\n"})
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", f"file://{bare}", "lazy.git")
    return tmp_path / "lazy.git"


def without(variables: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in variables.items() if key != name}


def missing(path: Path) -> int:
    listed = git(path, "rev-list", "--objects", "--missing=print", "HEAD")
    return sum(line.startswith("?") for line in listed.split("\n"))


@pytest.mark.parametrize("how", READINGS)
def test_a_reading_brings_no_content_even_where_git_would_fetch_it_by_itself(
    bare: Path, tmp_path: Path, how: str
) -> None:
    path = lazy(bare, tmp_path)
    oid = git(bare, "rev-parse", f"HEAD:{WORKER}")
    before = missing(path)
    READINGS[how](path, oid)
    assert missing(path) == before


def test_without_the_guard_git_would_have_fetched_it(bare: Path, tmp_path: Path) -> None:
    """The trap of the test above works: the same reading with what a fetch is allowed brings the content."""
    path = lazy(bare, tmp_path)
    oid = git(bare, "rev-parse", f"HEAD:{WORKER}")
    before = missing(path)
    line = gitrun.command(["cat-file", "-p", oid], path)
    env = without(gitrun.environment(network=True), "GIT_NO_LAZY_FETCH")
    subprocess.run(line, env=env, capture_output=True, check=False)
    assert missing(path) == before - 1


@pytest.mark.parametrize("how", READINGS)
def test_a_git_that_does_not_know_the_newer_defence_fetches_nothing_either(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Before 2.45 (but for some patched ones) nothing but the list of allowed transports stands in the way."""
    usual = gitrun.environment
    monkeypatch.setattr(gitrun, "environment", lambda **given: without(usual(**given), "GIT_NO_LAZY_FETCH"))
    path = lazy(bare, tmp_path)
    oid = git(bare, "rev-parse", f"HEAD:{WORKER}")
    before = missing(path)
    READINGS[how](path, oid)
    assert missing(path) == before


@pytest.mark.parametrize("how", READINGS)
def test_a_reading_asks_no_server(bare: Path, tmp_path: Path, asked: list[str], how: str) -> None:
    path = lazy(bare, tmp_path)
    oid = git(bare, "rev-parse", f"HEAD:{WORKER}")
    git(path, "config", "remote.origin.url", asked[0])
    READINGS[how](path, oid)
    assert asked[1:] == []


@pytest.mark.parametrize("url", ["none::x", "none://x", "ext::touch ran", "ssh://localhost:9/x"])
def test_a_clone_that_names_another_transport_gets_none(bare: Path, tmp_path: Path, url: str) -> None:
    """`none` is no protocol; a program of that name on the person's path must not become one."""
    path = lazy(bare, tmp_path)
    oid = git(bare, "rev-parse", f"HEAD:{WORKER}")
    git(path, "config", "remote.origin.url", url)
    git(path, "config", "protocol.allow", "always")
    done = subprocess.run(
        gitrun.command(["cat-file", "-p", oid], path),
        env=without(gitrun.environment(), "GIT_NO_LAZY_FETCH"),
        capture_output=True,
        check=False,
    )
    assert done.returncode
    assert b"not allowed" in done.stderr


def test_both_defences_are_told_to_git() -> None:
    """A git that knows the second does not even begin to fetch; on others the first holds by itself, see above."""
    told = gitrun.environment()
    assert (told["GIT_ALLOW_PROTOCOL"], told["GIT_NO_LAZY_FETCH"]) == ("", "1")
    fetching = gitrun.environment(network=True)
    assert (fetching["GIT_ALLOW_PROTOCOL"], fetching["GIT_NO_LAZY_FETCH"]) == (gitrun.NETWORK, "1")
