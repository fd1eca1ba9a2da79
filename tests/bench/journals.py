"""Long journals: an acknowledged save, opening a topic, and a refresh after one more event, beside their floors."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from app.records.events import Block, Effort, Revision, Role, Span, event_line, make_revision
from app.store.follower import Follower
from app.store.journal.store import JournalStore
from tests.bench.figures import MB, Figure, middle
from tests.bench.workplace import REPOSITORY, TOPIC, Workplace, python
from tests.store.events import moment, record_id

_PIECES: tuple[tuple[str, Role, int], ...] = (
    ("use std::time", "import", 60),
    ("impl<'a, Re> Retry<'a, Re>", "context", 40),
    ("Retry::run", "main", 2600),
    ("", "context", 20),
    ("helper::backoff", "helper", 700),
)
"""Item, role and characters of each piece of a record's block."""


def large_revision(number: int) -> Revision:
    """A revision whose line has about 6 kB, with five spans; another for each number."""
    spans: list[Span] = []
    text = ""
    for place, (item, role, size) in enumerate(_PIECES):
        line = f'fn f{number}_{place}() -> &str {{\n    let wait = base + {place}; "a\\tb"\n}}\n'
        code = (line * 60)[:size].strip()
        joint = "\n\n" if text else ""
        data = code.encode()
        spans.append(
            Span(
                path=f"src/part{number % 40}/file{number % 400}.rs",
                start=1_000 + place * 5_000,
                end=1_000 + place * 5_000 + len(data),
                role=role,
                item=item,
                sha256=hashlib.sha256(data).hexdigest(),
                joint=joint,
                blob="b" * 40,
            )
        )
        text += joint + code
    return make_revision(
        record=record_id(number),
        by=("ada", "bob", "cy")[number % 3],
        block=Block(
            repository="https://example.org/a", commit="a" * 40, licence="MIT", spans=tuple(spans), text=text
        ),
        user=f"Write retry number {number}, which gives up. " * 6,
        think='The wait grows with every attempt, so "tokio" and tracing decide.\n' * 12,
        effort=Effort(active_seconds=900, typed=2_000),
        at=moment(number),
    )


def journals(place: Workplace, size: int, runs: int, saves: int) -> list[Figure]:
    """Journals of 1,000 and of `size` revisions: `runs` openings, `saves` saves into each."""
    folder = REPOSITORY / ".bench"  # on a disk, which the folder for temporary files need not be
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        small, large = Path(work) / "small", Path(work) / "large"
        for path, count in ((small, 1_000), (large, size)):
            path.mkdir()
            with (path / f"{TOPIC}.jsonl").open("wb") as file:
                file.writelines(event_line(large_revision(number)) for number in range(count))
                os.fsync(file.fileno())
        return [
            *_openings(large, place, size, runs),
            *_saves(small, large, size, saves),
            *_refreshes(small, large, size, saves),
        ]


# -- opening


@dataclass(frozen=True, slots=True)
class _Opened:
    seconds: float
    first: float
    """Seconds until the first page."""
    added: float
    """Bytes of memory at the peak, less those before."""
    records: int


def _openings(large: Path, place: Workplace, size: int, runs: int) -> list[Figure]:
    length = (large / f"{TOPIC}.jsonl").stat().st_size
    ours, floors = list[_Opened](), list[_Opened]()
    for run in range(runs + 1):
        for kind, into in (("read", floors), ("survey", ours)):
            done = subprocess.run(
                python("journal", kind, str(large)), env=dict(place.env), capture_output=True, check=True
            )
            opened = _Opened(**json.loads(done.stdout))
            assert opened.records == size
            if run:  # the first fills the caches
                into.append(opened)
    floor = middle(one.seconds for one in floors)
    group = f"A journal of {size:,} revisions ({length / 1e6:,.0f} MB)"
    return [
        Figure(group, "opening it", middle(o.seconds for o in ours), floor, "orjson.loads a line", goal=1.5),
        Figure(
            group, "until the first page is there", middle(o.first for o in ours), floor, "the same", goal=0.1
        ),
        Figure(
            group, "memory added at the peak", max(o.added for o in ours), length, "the file", MB, goal=0.25
        ),
    ]


# -- saving


def _saves(small: Path, large: Path, size: int, count: int) -> list[Figure]:
    """Saves, and bare appends of the same bytes to files of the same length, in turn: long files cost the system more.

    To files of their own: what others add to a journal is looked at before a save, which is another matter.
    """
    event = large_revision(size + 1)
    line = event_line(event)
    ours: dict[int, list[float]] = {1_000: [], size: []}
    bare: dict[int, list[float]] = {1_000: [], size: []}
    stores = {1_000: JournalStore(small), size: JournalStore(large)}
    twins = {length: store.path(TOPIC).with_suffix(".bytes") for length, store in stores.items()}
    for length, twin in twins.items():
        shutil.copyfile(stores[length].path(TOPIC), twin)
    for turn in range(count + 6):
        for length, store in stores.items():
            acts = [
                (ours, partial(store.append, TOPIC, [event])),
                (bare, partial(_append, twins[length], line)),
            ]
            for into, act in acts if turn % 2 else reversed(acts):
                start = time.perf_counter()
                act()
                if turn >= 6:  # the first make the lock, and import what they need
                    into[length].append(time.perf_counter() - start)
    for twin in twins.values():
        twin.unlink()
    small_ours, large_ours = middle(ours[1_000]), middle(ours[size])
    small_bare, large_bare = middle(bare[1_000]), middle(bare[size])
    group, what = "Saving into it", f"an acknowledged save of {len(line):,} bytes"
    return [
        Figure(group, f"{what}, after 1,000", small_ours, small_bare, "append + fsync", goal=1.3),
        Figure(group, f"{what}, after {size:,}", large_ours, large_bare, "append + fsync", goal=1.3),
        Figure(group, f"the same, {size:,} beside 1,000", large_ours, small_ours, "after 1,000", goal=1.1),
        Figure(group, f"append + fsync alone, {size:,} beside 1,000", large_bare, small_bare, "after 1,000"),
    ]


def _append(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(handle, data)
    os.fsync(handle)
    os.close(handle)


# -- refreshing


def _refreshes(small: Path, large: Path, size: int, count: int) -> list[Figure]:
    followers: dict[int, tuple[JournalStore, Follower]] = {}
    for length, folder in ((1_000, small), (size, large)):
        store = JournalStore(folder)
        follower = Follower(store, TOPIC)
        follower.refresh()
        _look(follower)
        followers[length] = store, follower
    taken: dict[int, list[float]] = {1_000: [], size: []}
    for turn in range(count):
        event = large_revision(size + 2 + turn)
        for length, (store, follower) in followers.items():
            store.append(TOPIC, [event])
            start = time.perf_counter()
            change = follower.refresh()
            _look(follower)
            taken[length].append(time.perf_counter() - start)
            assert change.records == (event.record,)
    ours = {length: middle(times) for length, times in taken.items()}
    return [
        Figure(
            "A refresh after one more event, with counts and the covered code of a file",
            f"{size:,} revisions",
            ours[size],
            ours[1_000],
            "1,000 revisions",
            goal=1.1,
        )
    ]


def _look(follower: Follower) -> None:
    """What a screen asks after a refresh, of a file that the new revision is not in."""
    follower.ledger.counts()
    follower.ledger.covered().get("src/part1/file1.rs")
