"""Clones without blobs: what is missing is fetched when it is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.repository import open_repository
from tests.gitfixtures import allow_partial, git
from tests.repository.samples import FILES, WORKER


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
