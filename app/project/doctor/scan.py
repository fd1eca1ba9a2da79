"""A journal read through once, strictly, with one line in memory at a time."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from app.errors import StoreError
from app.project.anchors import Origin, origin_of
from app.project.doctor.damaged_lines import BadLine
from app.records.events import Revision
from app.records.history.ledger import Ledger
from app.records.history.light import Light, light
from app.store.backups.last_seen import SAMPLE
from app.store.disk.locks import holding
from app.store.disk.plain_files import opened
from app.store.journal.raw_lines import RawLine, raw_lines
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged

_BATCH = 1000
"""Events that are put into the ledger at once."""


@dataclass(slots=True)
class Scan:
    """What a journal holds."""

    topic: str
    size: int = 0
    """Bytes read."""
    ledger: Ledger = field(default_factory=Ledger)
    lines: dict[bytes, int] = field(default_factory=dict)
    """Each distinct event's id, as bytes, and the first line it is on."""
    last: deque[str] = field(default_factory=lambda: deque(maxlen=SAMPLE))
    """The ids that came last."""
    duplicates: list[int] = field(default_factory=list)
    """Lines that hold an event again."""
    bad: list[BadLine] = field(default_factory=list)
    torn: int = 0
    """The last line, if it has no line feed; else 0."""
    commits: dict[Origin, set[str]] = field(default_factory=dict)
    """Where every block that has a commit was taken from, with the ids of the contents that its spans are of."""

    def knows(self, name: str) -> bool:
        """Whether the event with this id is there."""
        try:
            return bytes.fromhex(name) in self.lines
        except ValueError:
            return False

    def line(self, name: str) -> int:
        """The 1-based line an event stands on."""
        return self.lines[bytes.fromhex(name)]


def scan(store: JournalStore, topic: str, seen: Callable[[int], None] = lambda _: None) -> Scan:
    """Read a journal through; `seen` is told the bytes read so far, now and then. Raises `OSError`."""
    found = Scan(topic)
    entries: list[Light] = []
    with (
        opened(store.path(topic)) as handle,
        os.fdopen(os.dup(handle), "rb", buffering=1 << 20) as stream,
    ):
        for line in _settled(store, topic, stream):
            entry = _take(found, line)
            if entry is not None:
                entries.append(entry)
            if len(entries) >= _BATCH:
                found.ledger.add(entries)
                entries.clear()
                seen(found.size)
    found.ledger.add(entries)
    return found


def _settled(store: JournalStore, topic: str, stream: BinaryIO) -> Iterator[RawLine]:
    """The lines; before one without its line feed is given, whoever may be writing it is let finish."""
    for line in raw_lines(stream):
        if not line.whole and _let_finish(store, topic):
            stream.seek(line.offset)
            yield from raw_lines(stream, line.number - 1, line.offset)
            return
        yield line


def _let_finish(store: JournalStore, topic: str) -> bool:
    lock = store.lock(topic)
    if not lock.is_file():
        return False
    with contextlib.suppress(OSError, StoreError), holding(lock, 1.0, "", make=False):
        return True
    return False


def _take(found: Scan, line: RawLine) -> Light | None:
    """Note a line; gives back the event in it, light, unless it is there already."""
    found.size = line.offset + line.size + line.whole
    event = line.event()
    if not line.whole:
        found.torn = line.number
    if event is None:
        return None
    if isinstance(event, Damaged):
        bad = BadLine(line.number, line.offset, line.size, line.digest, event.reason, event.newer)
        found.bad.append(bad)
        return None
    name = bytes.fromhex(event.id)
    if name in found.lines:
        found.duplicates.append(line.number)
        return None
    found.lines[name] = line.number
    found.last.append(event.id)
    if isinstance(event, Revision) and (origin := origin_of(event.block)) is not None:
        contents = found.commits.setdefault(origin, set())
        contents.update(span.blob for span in event.block.spans if span.blob)
    return light(event)
