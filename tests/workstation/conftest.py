"""A project with the practice topic, and a home of its own, for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.project.project import Project
from tests.quiet import quiet_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("BACKSPAN_HOME", str(tmp_path / "home"))
    return quiet_project(tmp_path / "project")
