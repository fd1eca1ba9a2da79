"""Journals made one: the union of their events, whatever their order, their repetition or their damage.

An event is named by its content, so merging is a set union. A given file is only read. What it has that is no valid
event stays there and is told; every valid event that the topic lacks is appended to it, in batches, so that a crash
half way is mended by merging again. Memory grows with the number of events, not with their size.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from app.errors import StoreError
from app.records.events import TopicEvent
from app.records.history.light import Event, Light, light
from app.store.disk.files import failure
from app.store.journal.lines import read_line, unfinished
from app.store.protocol import Damaged, Store

STDIN = "-"
"""The name that means standard input."""
_LONGEST = 64 << 20
"""Bytes of the longest line that is read; no event is nearly as long."""
_BATCH_EVENTS = 500
_BATCH_CHARACTERS = 4 << 20
"""What one append takes, about: the lock is not held for long, and memory stays small."""


@dataclass(slots=True)
class FileTally:
    """What was found in one file."""

    name: str
    """As the person gave it."""
    new: int = 0
    """Events that neither the topic nor an earlier file has."""
    known: int = 0
    """Events that were there already; one that is repeated counts each time."""
    damaged: list[Damaged] = field(default_factory=list)
    """Lines that are no events. They stay where they are."""

    @property
    def barren(self) -> bool:
        """Whether it holds something, and no event at all."""
        return bool(self.damaged) and not (self.new or self.known)


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging into one topic did, or would do."""

    topic: str
    files: tuple[FileTally, ...]
    changed: tuple[str, ...]
    """The records that got events, sorted."""
    entries: tuple[Light, ...] = ()
    """Of a dry run: what would come, light."""

    @property
    def new(self) -> int:
        """How many events came."""
        return sum(tally.new for tally in self.files)

    @property
    def known(self) -> int:
        """How many were there already."""
        return sum(tally.known for tally in self.files)


Source = tuple[str, Iterable[bytes]]
"""A file's name, and its lines: each with its line feed, but for an unfinished last one."""


def merge_events(
    sources: Iterable[Source], known: set[bytes], tell: Callable[[FileTally], None]
) -> Iterator[Event]:
    """Every valid event of the sources that is not known, once, in the order found; `known` grows meanwhile.

    `known` holds ids as 32 bytes. `tell` gets each source's tally when the source is at its end.
    """
    for name, lines in sources:
        tally = FileTally(name)
        for number, line in enumerate(lines, 1):
            found = read_line(line, number) if line.endswith(b"\n") else unfinished(line, number)
            if found is None:
                continue
            if isinstance(found, Damaged):
                tally.damaged.append(found)
                continue
            key = bytes.fromhex(found.id)
            if key in known:
                tally.known += 1
                continue
            known.add(key)
            tally.new += 1
            yield found
        tell(tally)


def merge_into(store: Store, topic: str, names: Sequence[str], dry_run: bool = False) -> Merged:
    """Append to a topic what the files have and it lacks; with `dry_run`, only tell what that would be.

    Doing it again does nothing more. Raises `StoreError` where a file or the topic cannot be read, or written;
    what was appended before stays, and merging again does the rest.
    """
    store.verify(topic)  # so that a line that only looks like an event hides none that is one
    known = {bytes.fromhex(entry.id) for entry in store.survey(topic).entries}
    tallies: list[FileTally] = []
    changed: set[str] = set()
    entries: list[Light] = []
    for batch in _batches(merge_events(_sources(names), known, tallies.append)):
        changed.update(event.record for event in batch if not isinstance(event, TopicEvent))
        if dry_run:
            entries += map(light, batch)
        else:
            store.append(topic, batch)
    return Merged(topic, tuple(tallies), tuple(sorted(changed)), tuple(entries))


def check_files(names: Iterable[str]) -> None:
    """Raises `StoreError` for the first file that cannot be opened: better before anything is written."""
    for name in names:
        with _opened(name):
            pass


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file. Of one that is too long to be an event, only as much as shows that it is damaged."""
    while line := file.readline(_LONGEST):
        if len(line) < _LONGEST or line.endswith(b"\n"):
            yield line
            continue
        while (rest := file.readline(_LONGEST)) and not rest.endswith(b"\n"):
            pass
        yield b"(longer than any event)" + (b"\n" if rest else b"")


def _sources(names: Sequence[str]) -> Iterator[Source]:
    for name in names:
        with _opened(name) as file:
            yield name, read_lines(file)


def _batches(events: Iterable[Event]) -> Iterator[list[Event]]:
    batch: list[Event] = []
    size = 0
    for event in events:
        batch.append(event)
        size += len(event.user) + len(event.think) + len(event.block.text) if event.kind == "revision" else 0
        if len(batch) >= _BATCH_EVENTS or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """A regular file, also through a link, or standard input. Raises `StoreError`, also while it is read."""
    what = f"{name!r} cannot be read"
    if name == STDIN:
        yield sys.stdin.buffer
        return
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would never end.
        handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise StoreError(f"{what}: there is no such file.", "Check its name and folder.") from None
    except OSError as error:
        raise failure(error, what) from error
    except ValueError:
        raise StoreError(f"{what}: that cannot be a file's name.", "Give a file's path.") from None
    try:
        with os.fdopen(handle, "rb", buffering=1 << 20, closefd=False) as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
                raise StoreError(
                    f"{what}: it is no ordinary file.", "To merge from a pipe, use - and --topic."
                )
            yield file
    except OSError as error:
        raise failure(error, what) from error
    finally:
        os.close(handle)
