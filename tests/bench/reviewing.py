"""A verdict's key to the next record painted, in the running app, beside the fsync that it waits for."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ulid import ULID

from app.project.project import Project, init_project
from app.records.events import Revision, make_revision
from tests.bench.figures import Figure, middle, percentile
from tests.bench.pty import Terminal
from tests.bench.workplace import REPOSITORY, Workplace, backspan
from tests.store.events import moment

TOPIC = "practice"
SIZE = (160, 45)
REST = 0.5
"""Seconds without a byte before the next key: somebody reads, and what comes next is read ahead."""
BEYOND = 0.025
"""Seconds that a verdict may take beyond its fsync."""


def verdicts(place: Workplace, count: int) -> list[Figure]:
    """`count` records accepted one by one with a rest before each, then as many as fast as they are painted."""
    folder = REPOSITORY / ".bench"  # on a disk, which the folder for temporary files need not be
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as root:
        project = init_project(Path(root) / "review", samples=True)[0]
        fill(project, 2 * count + 7)
        bare = Path(root) / "bare.bytes"
        bare.touch()
        with Terminal(backspan(project), place.env, SIZE) as terminal:
            enter(terminal)
            rested = _judged(terminal, bare, 0, count, lambda: terminal.settle(REST))
            fast = _judged(terminal, bare, count + 3, count, lambda: None)
    return _tell("with a rest before each key", rested) + _tell(
        "each key as soon as the record is there", fast
    )


def fill(project: Project, count: int) -> None:
    """Give the practice topic this many records that differ, made of its samples."""
    sources = [
        text
        for event in project.store.survey(TOPIC).entries
        if isinstance(text := project.store.fetch(TOPIC, event.id), Revision) and not text.parents
    ]
    (project.datasets_dir / f"{TOPIC}.jsonl").unlink()
    for spec in project.specs_dir.glob("*.toml"):
        if spec.stem != TOPIC:
            spec.unlink()  # so that the topic is the one under the cursor
    made = [
        make_revision(
            record=str(ULID.from_timestamp(1_700_000_000 + number)),
            by="ada",
            block=(model := sources[number % len(sources)]).block,
            user=f"Request {number:04} is told here. {model.user}",
            think=f"It is number {number:04}. {model.think}",
            at=moment(number),
        )
        for number in range(count)
    ]
    Project(project.root).store.append(TOPIC, made)


def enter(terminal: Terminal) -> None:
    """From the list of topics over the queue to the first record."""
    terminal.when(lambda t: t.find("practice") is not None or t.find("Practice") is not None, "the topics")
    terminal.settle(1.0)
    terminal.press(b"v")
    terminal.when(lambda t: t.find("Request 0000") is not None, "the queue")
    terminal.settle(1.0)
    terminal.press(b"\r")
    terminal.when(lambda t: t.find("It is number 0000") is not None, "the first record")
    terminal.settle(1.0)


def _judged(
    terminal: Terminal, bare: Path, first: int, count: int, rest: Callable[[], None]
) -> list[tuple[float, float]]:
    """Seconds of each verdict, and of a bare append with its fsync in the same moment; three to warm up."""
    found = []
    for number in range(first, first + count + 3):
        rest()
        floor = _append(bare, b"x" * 420 + b"\n")
        rest()
        wanted = f"It is number {number + 1:04}"
        sent = time.perf_counter()
        terminal.write(b"a")
        painted = terminal.when(lambda t, wanted=wanted: t.find(wanted) is not None, wanted)  # type: ignore[misc]
        if number >= first + 3:
            found.append((painted - sent, floor))
    return found


def _append(path: Path, data: bytes) -> float:
    start = time.perf_counter()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(handle, data)
    os.fsync(handle)
    os.close(handle)
    return time.perf_counter() - start


def _tell(how: str, taken: list[tuple[float, float]]) -> list[Figure]:
    group = f"A verdict, {how}"
    ours, bare = [one for one, _ in taken], [floor for _, floor in taken]
    beyond = percentile(ours, 0.95) - percentile(bare, 0.95)
    return [
        Figure(group, "key to the next record painted, p50", middle(ours), middle(bare), "append + fsync"),
        Figure(group, "the same, p95", percentile(ours, 0.95), percentile(bare, 0.95), "append + fsync"),
        Figure(group, "p95 beyond the fsync's p95", beyond, goal=BEYOND),
    ]


__all__ = ["fill", "verdicts"]
