"""Running `backspan doctor`, and looking at what it said and left."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from app.cli import main as cli
from app.project.doctor.examine import DoctorReport, Observation
from app.project.project import Project
from app.records.draft import new_draft
from app.records.events import event_line
from app.store.backups.last_seen import Memory
from app.store.drafts.drafts import DraftKey, Drafts
from tests.store.events import revision

LINES = [event_line(revision(number)) for number in range(5)]
AS_ROOT = os.geteuid() == 0


def write(project: Project, *lines: bytes) -> bytes:
    data = b"".join(lines)
    project.store.path("retry").write_bytes(data)
    return data


def run(project: Project, *words: str) -> Result:
    return CliRunner().invoke(cli.cli, ["-C", str(project.root), *words])


def body(project: Project, *words: str) -> Any:
    return json.loads(run(project, "doctor", "--json", *words).stdout)


def only(report: DoctorReport, severity: str = "") -> Observation:
    """The one finding there is (of that severity), or the test fails with all of them."""
    found = [finding for finding in report.findings if not severity or finding.severity == severity]
    assert len(found) == 1, report.findings
    return found[0]


def tree(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file's mode, time and bytes."""
    found = {}
    for path in sorted(root.rglob("*")):
        state = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(state.st_mode) else b""
        found[str(path)] = (state.st_mode, state.st_mtime_ns, data)
    return found


def remember(project: Project, events: int) -> None:
    Memory(project.root).note("retry", events, 1, [revision(0).id])


def save_draft(project: Project, drafts: Drafts | None = None) -> Path:
    draft = new_draft("retry", "ada")
    return (drafts or project.drafts).save(DraftKey("retry", draft.record, "ada"), draft.payload())


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()
