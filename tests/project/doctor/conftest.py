"""A healthy project for each test, to be damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.project import bundled
from app.project.project import Project
from tests.project.doctor.driver import LINES, run, write


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A healthy project of one topic with a journal and a backup of it; no git around it."""
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    root = tmp_path / "project"
    for folder in ("datasets", "specs"):
        (root / folder).mkdir(parents=True)
    (root / "backspan.toml").write_text("version = 1\n")
    spec = (bundled.specs_dir() / "practice.toml").read_text()
    (root / "specs" / "retry.toml").write_text(spec)
    write(Project(root), *LINES)
    found = Project(root)
    assert run(found, "backup").exit_code == 0
    return found
