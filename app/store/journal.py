"""Topics as append-only files: `datasets/<topic>.jsonl`, one event a line.

An append happens under an inter-process lock, in one write, and is on disk before it returns; an append that
fails is taken back. Nothing is ever rewritten. Reading writes nothing, waits only for a line that is half
written, and parses only what was added since it last looked.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import StoreError
from app.records import event_line
from app.store.files import check_topic, failure, is_topic, sync_folder, write_all
from app.store.lines import read_line, unfinished
from app.store.locks import holding
from app.store.protocol import Damaged, Event, Reading

SUFFIX = ".jsonl"
_PROOF = 4096
"""Bytes before the end of what was read that must still be the same for a file to count as merely grown."""
_MOVED_TRIES = 5


@dataclass(slots=True)
class _Seen:
    """What was read of a journal so far: whole lines only; what follows the last line feed is read anew."""

    identity: tuple[int, int] = (0, 0)
    """Device and inode."""
    offset: int = 0
    """Bytes read, up to and with a line feed."""
    lines: int = 0
    proof: bytes = b""
    """The last bytes before `offset`."""
    events: list[Event] = field(default_factory=list)
    damaged: list[Damaged] = field(default_factory=list)
    generation: int = 0
    reading: tuple[tuple[int, ...], Reading] | None = None
    """The last answer, and the file's stamp when it was given."""


class JournalStore:
    """A `Store` in one folder of files."""

    def __init__(self, folder: Path, lock_timeout: float = 10.0) -> None:
        self.folder = folder
        """The project's `datasets` folder; never made by the store."""
        self._lock_timeout = lock_timeout
        """Seconds to wait for another writer."""
        self._seen: dict[str, _Seen] = {}
        self._guard = threading.Lock()
        self._generation = 0

    def path(self, topic: str) -> Path:
        """The topic's journal. Raises `UsageError` for a name that cannot be a file's."""
        return self.folder / (check_topic(topic) + SUFFIX)

    def topics(self) -> tuple[str, ...]:
        """The topics that have a journal, sorted. Raises `StoreError` where the folder cannot be listed."""
        try:
            found = [entry.name for entry in os.scandir(self.folder) if entry.is_file(follow_symlinks=False)]
        except OSError as error:
            raise failure(error, f"The journals in {self.folder} cannot be listed") from error
        names = (name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX))
        return tuple(sorted(name for name in names if is_topic(name)))

    def stamp(self, topic: str) -> tuple[int, ...]:
        """Device, inode, length in bytes and time of change; `()` where there is no journal."""
        try:
            found = self.path(topic).lstat()
        except OSError:
            return ()
        return _stamp(found)

    def append(self, topic: str, events: Sequence[Event]) -> None:
        """Make these events durable, all or none. Raises `StoreError`; see `Store.append`."""
        path = self.path(topic)
        data = b"".join(event_line(event) for event in events)
        if not data:
            return
        what = f"Nothing was saved to {path}"
        try:
            with holding(self._lock(path), self._lock_timeout, what):
                for _ in range(_MOVED_TRIES):
                    if _append(path, data):
                        return
        except OSError as error:
            raise failure(error, what) from error
        raise StoreError(
            f"{what}: the file is being replaced again and again.", "Try again when that is over."
        )

    def read(self, topic: str) -> Reading:
        """All that is there; only what was added since the last call is parsed. Raises `StoreError`."""
        path = self.path(topic)
        try:
            with self._guard:
                return self._read(topic, path)
        except FileNotFoundError:
            if not self.folder.is_dir():
                raise StoreError(
                    f"The journal of {topic} cannot be read: the folder {self.folder} is gone.",
                    "Bring it back (is a drive or a share not mounted?), then try again.",
                ) from None
            self._seen.pop(topic, None)
            return Reading(topic, exists=False)
        except OSError as error:
            raise failure(error, f"The journal {path} cannot be read") from error

    def _lock(self, path: Path) -> Path:
        """Beside the journal: all who share the folder share the lock, whatever project they came from."""
        return self.folder / ".locks" / (path.name + ".lock")

    def _read(self, topic: str, path: Path) -> Reading:
        with _opened(path, os.O_RDONLY) as handle:
            found = os.fstat(handle)
            seen = self._continued(topic, handle, found)
            if seen.reading and seen.reading[0] == _stamp(found):
                return seen.reading[1]
            rest = _take_lines(seen, handle)
        if rest and self._let_finish(path):
            with _opened(path, os.O_RDONLY) as handle:
                found = os.fstat(handle)
                seen = self._continued(topic, handle, found)
                rest = _take_lines(seen, handle)
        reading = self._answer(topic, seen, rest)
        seen.reading = (_stamp(found), reading)
        return reading

    def _answer(self, topic: str, seen: _Seen, rest: bytes) -> Reading:
        events, damaged = tuple(seen.events), tuple(seen.damaged)
        last = unfinished(rest, seen.lines + 1) if rest else None
        if isinstance(last, Damaged):
            damaged += (last,)
        elif last is not None:
            events += (last,)
        known = seen.reading[1].events if seen.reading else ()
        if known and (len(known) > len(events) or known[-1].id != events[len(known) - 1].id):
            # A whole event without its line feed was answered before, and is gone.
            self._generation += 1
            seen.generation = self._generation
        return Reading(topic, True, events, damaged, seen.generation)

    def _continued(self, topic: str, handle: int, found: os.stat_result) -> _Seen:
        """What is known of this very file, or a fresh start where it is another one or was changed."""
        seen = self._seen.get(topic)
        identity = (found.st_dev, found.st_ino)
        if seen and seen.identity == identity and found.st_size >= seen.offset:
            proof = os.pread(handle, len(seen.proof), seen.offset - len(seen.proof))
            same_length = found.st_size == seen.offset
            unchanged = not same_length or seen.reading is None or seen.reading[0] == _stamp(found)
            if proof == seen.proof and unchanged:
                return seen
        self._generation += 1
        self._seen[topic] = seen = _Seen(identity, generation=self._generation)
        return seen

    def _let_finish(self, path: Path) -> bool:
        """Wait until nobody is in the middle of a line. False if there is no lock, or it cannot be had."""
        lock = self._lock(path)
        try:
            if not lock.exists():
                return False
            with holding(lock, 1.0, "", make=False):
                return True
        except (OSError, StoreError):
            return False


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """A regular file, never a link, a pipe or a device. Raises `OSError`."""
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            code = errno.EISDIR if stat.S_ISDIR(os.fstat(handle).st_mode) else errno.EINVAL
            raise OSError(code, os.strerror(code), str(path))
        yield handle
    finally:
        os.close(handle)


def _take_lines(seen: _Seen, handle: int) -> bytes:
    """Read on from where `seen` ends, line by line; gives back what follows the last line feed."""
    with os.fdopen(os.dup(handle), "rb", buffering=1 << 20) as file:
        file.seek(seen.offset)
        for data in file:
            if not data.endswith(b"\n"):
                return data
            seen.offset += len(data)
            seen.lines += 1
            seen.proof = (seen.proof + data)[-_PROOF:]
            found = read_line(data, seen.lines)
            if isinstance(found, Damaged):
                seen.damaged.append(found)
            elif found is not None:
                seen.events.append(found)
    return b""


def _append(path: Path, data: bytes) -> bool:
    """Append under the lock. False if the file was replaced meanwhile, so that it lacks what was written."""
    with _opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as handle:
        before = os.fstat(handle)
        torn = before.st_size > 0 and os.pread(handle, 1, before.st_size - 1) != b"\n"
        try:
            # The line feed closes a line that a crash left open, so that ours is never joined to it.
            write_all(handle, b"\n" + data if torn else data)
            os.fsync(handle)
            if before.st_size == 0:
                sync_folder(path.parent)
        except BaseException:
            _take_back(handle, before.st_size, len(data) + torn)
            raise
        try:
            now = path.lstat()
        except FileNotFoundError:
            return False
        return (now.st_dev, now.st_ino) == (before.st_dev, before.st_ino)


def _take_back(handle: int, length: int, written: int) -> None:
    """Cut a failed append off again, unless someone who holds no lock has written after it."""
    with contextlib.suppress(OSError):
        if length < os.fstat(handle).st_size <= length + written:
            os.ftruncate(handle, length)
            os.fsync(handle)
