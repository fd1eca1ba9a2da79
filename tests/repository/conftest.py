"""One repository for each test: a bare clone, and the same as a plain folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.repository.repository import Repository, open_repository
from tests.gitfixtures import make_repo
from tests.repository.samples import FILES


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
