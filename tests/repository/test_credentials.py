"""A password in a URL: git uses it, and nobody else on the machine can read it, at no moment."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from app.base.folders import data_dir
from app.cli.main import cli
from app.errors import BackspanError, SourceError
from app.repository import sources
from app.repository.git import login
from app.repository.git.login import joined, login_of, parted, recalled, remember
from app.repository.git.urls import check_url, without_credentials
from app.repository.repository import open_repository
from tests.gitfixtures import allow_partial, commit, git, make_repo
from tests.repository.samples import FILES, WORKER
from tests.repository.webserver import ENCODED, PASSWORD, USER, Server

SECRETS = (PASSWORD, ENCODED, "s3cret")


@pytest.fixture(autouse=True)
def careless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "served").mkdir()
    make_repo(tmp_path / "served" / "x.git", FILES, bare=True)
    allow_partial(tmp_path / "served" / "x.git")
    return tmp_path / "served"


def secret_files(readable: bool) -> list[Path]:
    """Files of ours that hold the password; of these, if `readable`, those that others can read."""
    found = []
    for path in data_dir().rglob("*") if data_dir().is_dir() else ():
        try:
            mode, data = path.lstat().st_mode, path.read_bytes() if path.is_file() else b""
        except OSError:
            continue  # it came and went
        if any(secret.encode() in data for secret in SECRETS) and (not readable or mode & 0o077):
            found.append(path)
    return found


def test_nobody_sees_the_password_while_cloning_fetching_or_reading(root: Path) -> None:
    seen: list[Path] = []
    wide: list[str] = []

    def look() -> None:
        seen.extend(secret_files(readable=True))
        clones = data_dir() / "clones"
        wide.extend(
            str(path)
            for path in (data_dir(), clones, *clones.glob("*.git*"), *clones.glob(".*.part-*"))
            if path.exists() and path.is_dir() and stat.S_IMODE(path.lstat().st_mode) & 0o077
        )

    with Server(root, look=look) as server:
        url = f"http://{ENCODED}@{server.place}/x.git"
        path = sources.clone(url)
        moved = commit(root / "x.git", FILES | {WORKER: b"fn two() {}\n"})
        sources.update(path)
        with open_repository(path) as repository:
            assert repository.snapshot().commit == moved
            assert repository.snapshot().read(WORKER).data == b"fn two() {}\n"
            assert repository.url == f"http://{server.place}/x.git"
    assert any(request.authorization for request in server.requests)
    assert len({request.path for request in server.requests}) == 2, "references, and contents"
    lines = [line for request in server.requests for line in request.lines]
    assert any("remote-http" in line for line in lines), "git's own program was looked at"
    assert [line for line in lines if any(secret in line for secret in SECRETS)] == []
    assert (seen, wide) == ([], [])
    assert secret_files(readable=False) == [path / login.FILE]
    assert "s3cret" not in (path / "config").read_text()
    assert [one for one in path.rglob("*") if one.lstat().st_mode & 0o077] == [], "what came later, too"


def test_a_clone_of_an_earlier_version_is_mended_when_it_is_next_fetched(root: Path) -> None:
    """It had the whole URL in git's configuration, from where git put it into arguments."""
    with Server(root) as server:
        url = f"http://{ENCODED}@{server.place}/x.git"
        path = sources.clone(url)
        (path / login.FILE).unlink()
        git(path, "config", "remote.origin.url", url)
        path.chmod(0o755)
        before = len(server.requests)
        with open_repository(path) as repository:
            assert repository.snapshot().read(WORKER).data == FILES[WORKER]
        sources.update(path)
        later = server.requests[before:]
    assert later
    assert not any(secret in line for one in later for line in one.lines for secret in SECRETS)
    assert git(path, "config", "remote.origin.url") == f"http://{server.place}/x.git"
    assert recalled(path) == ENCODED
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_password_is_not_told_to_another_server(root: Path) -> None:
    with Server(root) as other, Server(root, elsewhere=f"http://{other.place}") as server:
        with pytest.raises(SourceError, match="could not be cloned"):
            sources.clone(f"http://{ENCODED}@{server.place}/x.git")
        assert other.requests
        assert [one.authorization for one in other.requests] == [""] * len(other.requests)


def test_a_new_password_for_a_clone_that_is_there_takes_the_place_of_the_old(root: Path) -> None:
    with Server(root) as server:
        path = sources.clone(f"http://{ENCODED}@{server.place}/x.git")
        remember(path, "ada:old")
        with pytest.raises(SourceError, match="could not be fetched"):
            sources.update(path)
        assert sources.clone(f"http://{ENCODED}@{server.place}/x.git") == path
        sources.update(path)
        sources.clone(f"http://{server.place}/x.git")
        assert recalled(path) == ENCODED, "a URL without one says nothing about it"


def test_a_wrong_password_is_in_no_message(root: Path) -> None:
    with Server(root) as server, pytest.raises(SourceError, match="could not be cloned") as caught:
        sources.clone(f"http://ada:wr0ng@{server.place}/x.git")
    assert "wr0ng" not in str(caught.value)
    assert f"http://{server.place}/x.git" in caught.value.what


@pytest.mark.parametrize(
    "words",
    [
        ["source", "map", "https://ada:s3cret@example.com/a", "."],
        ["source", "update", "https://ada:s3cret@example.com/a"],
        ["source", "add", "https://ada:s3cret@exa mple.com/a"],
        ["source", "add", "ftp://ada:s3cret@example.com/a"],
        ["source", "add", "https:/ada:s3cret@example.com/a"],
        ["source", "add", "https://ada:s3cret%0a@example.com/a"],
    ],
)
def test_no_command_says_a_password_again(tmp_path: Path, words: list[str]) -> None:
    done = CliRunner().invoke(cli, words)
    said = done.output + (str(done.exception) if isinstance(done.exception, BackspanError) else "")
    assert "example.com" in said or "character" in said
    assert "s3cret" not in said


def test_a_url_can_be_given_where_no_list_of_processes_shows_it(root: Path) -> None:
    with Server(root) as server:
        url = f"http://{ENCODED}@{server.place}/x.git"
        done = CliRunner().invoke(cli, ["source", "add", "-"], input=f"{url}\n")
        assert done.exit_code == 0, done.output
        assert done.stdout.strip() == str(sources.clone_path(url))


@given(st.text(), st.text())
def test_a_url_and_its_credentials_are_put_together_as_they_were_taken_apart(user: str, path: str) -> None:
    url = f"https://{user}@example.com/{path}"
    try:
        check_url(url)
    except SourceError:
        return
    told, credentials = parted(url)
    assert told == without_credentials(url)
    if credentials:
        assert joined(told, credentials) == url


def test_ssh_and_file_urls_are_given_no_password() -> None:
    assert parted("ssh://git:s3cret@example.com/a") == ("ssh://git@example.com/a", "")
    for url in ("git@example.com:a", "file:///a@b", "ssh://git@example.com/a", "https://example.com/a@b"):
        assert parted(url) == (url, "")
        assert login_of(url) is None
        assert joined(url, "") == url


@pytest.mark.parametrize(
    "url", ["https://a:b%0ahost=evil@example.com/", "https://a%00:b@c.de/", "http://a:b@c=d/"]
)
def test_what_could_say_more_to_git_than_a_password_is_refused(url: str) -> None:
    with pytest.raises(SourceError, match="character that git cannot be told") as caught:
        login_of(url)
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"a:b", b"a:b\nc:d\n", b"a b\n", b"a/b\n", b"\xff" * 9000])
def test_a_damaged_file_of_credentials_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / login.FILE).write_bytes(content)
    assert recalled(tmp_path) == ""


def test_a_link_in_the_place_of_that_file_is_not_read_or_written_through(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("a:b\n")
    (tmp_path / login.FILE).symlink_to(tmp_path / "other")
    assert recalled(tmp_path) == ""
    remember(tmp_path, "c:d")
    assert (tmp_path / "other").read_text() == "a:b\n"
    assert recalled(tmp_path) == "c:d"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(f".{login.FILE}")] == []


def test_the_helper_gives_just_what_was_given_whatever_it_holds(tmp_path: Path) -> None:
    """Quotes, dollars and percent signs are a password's own: no shell and no printf reads them."""
    password = "$HOME `id` 'x' \"y\" %s \\n %2F ü"
    given_ = login_of("https://a%20b:" + "".join(f"%{byte:02x}" for byte in password.encode()) + "@c.de/x")
    assert given_ is not None
    assert "HOME" not in repr(given_)
    line = ["git", "-c", "credential.helper=", *(word for one in given_.settings for word in ("-c", one))]
    done = subprocess.run(
        [*line, "credential", "fill"],
        input=b"protocol=https\nhost=c.de\n\n",
        env=os.environ | given_.variables | {"GIT_TERMINAL_PROMPT": "0"},
        capture_output=True,
        check=True,
    )
    told = dict(row.split("=", 1) for row in done.stdout.decode().splitlines())
    assert (told["username"], told["password"]) == ("a b", password)
    assert USER not in " ".join(line)
