"""A project with the practice topic, and somebody at work on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.project.project import Project
from tests.desk import Desk
from tests.quiet import quiet_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return quiet_project(tmp_path / "project")


@pytest.fixture
def desk(project: Project) -> Desk:
    return Desk(project, "practice", "ada")
