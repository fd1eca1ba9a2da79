"""An acknowledged save beside the least that makes the same bytes durable."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from app.annotate.composer import Composer
from app.project.topic_files import TopicFiles
from app.records.events import event_line
from app.store.journal.store import JournalStore
from tests.bench.figures import Figure, middle
from tests.bench.workplace import REPOSITORY, TOPIC, Workplace, draft_with


def saves(place: Workplace, count: int) -> list[Figure]:
    """`count` saves of a record with a block of 10 kB and a reasoning of 3 kB, and as many bare appends."""
    project = place.project(1_000, "saving")
    words = "The wait grows with every attempt, so tokio and tracing decide. "
    draft = draft_with(project, 10_000, words * 47, "Spread the retries of one receiver.")
    bench = Composer(TopicFiles(project, TOPIC))
    revision = bench.revision(draft, bench.compose(draft))
    line = event_line(revision)
    ours, bare = list[float](), list[float]()
    folder = REPOSITORY / ".bench"  # on a disk, which the folder for temporary files need not be
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as datasets:
        store, bare_file = JournalStore(Path(datasets)), Path(datasets) / "bare.bytes"
        bare_file.touch()
        for _ in range(count):
            start = time.perf_counter()
            store.append(TOPIC, [revision])
            ours.append(time.perf_counter() - start)
            bare.append(_append(bare_file, line))
    return [
        Figure(
            "Saving",
            f"an acknowledged save of {len(line):,} bytes",
            middle(ours),
            middle(bare),
            "append + fsync",
            goal=1.3,
        )
    ]


def _append(path: Path, data: bytes) -> float:
    """Seconds to append the bytes and have them on the disk."""
    start = time.perf_counter()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(handle, data)
    os.fsync(handle)
    os.close(handle)
    return time.perf_counter() - start
