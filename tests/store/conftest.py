"""Empty folders to keep things in, and what keeps them there; a file that needs them otherwise has its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store.backups.backups import Backups
from app.store.drafts.drafts import Drafts
from app.store.journal.store import JournalStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of journals."""
    path = tmp_path / "datasets"
    path.mkdir()
    return path


@pytest.fixture
def store(folder: Path) -> JournalStore:
    return JournalStore(folder, lock_timeout=5)


@pytest.fixture
def backups(tmp_path: Path, store: JournalStore) -> Backups:
    return Backups(tmp_path, store.folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder, with nothing in it."""
    path = tmp_path / "project"
    path.mkdir()
    return path


@pytest.fixture
def drafts(project: Path, tmp_path: Path) -> Drafts:
    return Drafts(project, tmp_path / "state")
