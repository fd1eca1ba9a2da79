"""Specs that ask for no more than a record must have: for tests that are about something else than the checks."""

from __future__ import annotations

from pathlib import Path

from app.project.project import Project, init_project
from app.records.check_codes import CODES, FIXED

_NEEDED = FIXED | {"BS112", "BS113", "BS122", "BS123", "BS130", "BS201"}
"""What stands between a draft and its journal whatever a topic asks for."""


def quieten(root: Path) -> None:
    """Turn off, in every spec of a project, all checks that a record can be saved without."""
    table = "".join(f'{code} = "off"\n' for code in CODES if code not in _NEEDED)
    for path in sorted((root / "specs").glob("*.toml")):
        text = path.read_text("utf-8")
        if "[checks.severities]" not in text:
            path.write_text(f"{text}\n[checks.severities]\n{table}", "utf-8")


def quiet_project(root: Path) -> Project:
    """A new project whose specs are quiet."""
    project = init_project(root)[0]
    quieten(root)
    return project
