"""The monkey's cage: a project of its own with something on every screen, and what must be true of it at any time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from app.project.project import Project, init_project
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from tests.quiet import quieten
from tests.store.events import comment, retraction, review, revision

TOPIC = "practice"
BY = "ada"

ROOT = revision(1, 0)
EVENTS: tuple[Event, ...] = (
    ROOT,
    revision(1, 60, (ROOT,), BY, "Write a long pause."),
    revision(1, 70, (ROOT,), "bob", "Write a loud pause.", code="fn pause() {}"),
    *(submitted := [revision(n, n, by="bob", user=f"Write pause {n}.") for n in range(2, 12)]),
    *(own := [revision(n, n, by=BY, user=f"Write pause {n}.") for n in range(12, 18)]),
    review(submitted[0], second=100, by="cleo"),
    review(own[0], "return", second=101),
    comment(own[0], second=102),
    review(own[1], "reject", second=103),
    retraction((own[2],), second=104),
)
"""A conflict, records to review, records that came back, one withdrawn, one said something about."""


class WrongError(AssertionError):
    """Something that must always be so is not."""


@dataclass
class Cage:
    """One project and one home, in a folder of their own."""

    folder: Path
    project: Project
    known: bytes = b""
    """The journal when it was last looked at."""
    typed: int = 0
    """Keys sent so far: no text can have more of its characters typed."""
    visited: dict[str, int] = field(default_factory=dict)
    """How often a look found each kind of screen."""

    @property
    def journal(self) -> Path:
        """The topic's journal."""
        return self.project.datasets_dir / f"{TOPIC}.jsonl"

    def look(self, calm: bool) -> int:
        """Hold the journal against what must be so; gives how many events are new. Raises `WrongError`.

        `calm`: nothing was done since the last look that can write into a journal.
        """
        now = self.journal.read_bytes()
        if not now.startswith(self.known):
            raise WrongError("what stood in the journal was changed")
        new = now[len(self.known) :]
        if new and not new.endswith(b"\n"):
            raise WrongError("the journal's last line is torn")
        if new and calm:
            raise WrongError(f"no key can explain what was appended: {new.decode()[:500]}")
        lines = new.splitlines()
        for line in lines:
            self._explain(json.loads(line))
        if new:
            read = self.project.store.read(TOPIC)
            if read.damaged:
                raise WrongError(f"damaged lines in the journal: {read.damaged}")
            Ledger(read.events, 1)
        self.known = now
        return len(lines)

    def _explain(self, event: dict[str, object]) -> None:
        if event["by"] != BY:
            raise WrongError(f"an event of somebody else: {event}")
        effort = event.get("effort")
        if isinstance(effort, dict) and effort.get("typed", 0) > self.typed:
            raise WrongError(f"{effort} characters typed, of {self.typed} keys")


@contextmanager
def cage(folder: Path) -> Iterator[Cage]:
    """A cage in a new folder. What the monkey writes by a name of its own lands there too."""
    home = folder / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text(f'name = "{BY}"\n')
    here = Path.cwd()
    with patch.dict(os.environ, {"BACKSPAN_HOME": str(home), "HOME": str(home), "TZ": "UTC"}):
        project = init_project(folder / "project", samples=True)[0]
        for path in project.specs_dir.glob("*.toml"):
            if path.stem != TOPIC:
                path.unlink()  # theirs have repositories to clone, and no monkey uses the network
        quieten(project.root)
        project = Project(project.root)
        project.store.append(TOPIC, list(EVENTS))
        os.chdir(folder)
        try:
            made = Cage(folder, project)
            made.known = made.journal.read_bytes()
            yield made
        finally:
            os.chdir(here)
