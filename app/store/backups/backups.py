"""Backups of journals: whole compressed copies in `.backspan/backups/<topic>/`, made while people go on saving.

A journal only grows, so a copy up to the length it has at the start needs no lock and stops no save. It is
gzip at its quickest: about a third of the bytes at about 100 MB/s, outside Python's lock. A name says all that
pruning must know (`<UTC time>-<lines>-<hash>[-<why>].jsonl.gz`), and the hash proves the copy.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from app.errors import StoreError
from app.store.backups.copies import CHUNK, Backup, Why, backup_named, name_of, reading
from app.store.disk.files import (
    check_topic,
    discard,
    failure,
    make_folder,
    make_own_folder,
    put_in_place,
    write_all,
    write_whole,
)
from app.store.disk.locks import holding
from app.store.disk.plain_files import opened

_SYNC_EVERY = 8 << 20
"""Bytes between two flushes: a save's own flush may have to wait for what a copy has not yet written."""
_LEVEL = 1
"""Of gzip. Level 6 saves a sixth of the bytes and takes nearly three times as long."""
RESERVE = 16 << 20
"""Bytes that a backup leaves free on the disk at least, whatever it compresses to."""
_GROWTH = 1.5
"""A journal that has grown by this within a day is backed up again that day."""
_NOTE = "newest.json"


@dataclass(frozen=True, slots=True)
class _Note:
    """What the newest backup is of: a saving only, as its loss costs no more than one reading."""

    name: str
    stamp: tuple[int, ...]
    length: int


class Backups:
    """The backups of one project's journals. Methods may be called from any thread."""

    def __init__(self, project_root: Path, datasets: Path, keep: int = 20, days: int = 60) -> None:
        self._work = project_root / ".backspan"
        self._datasets = datasets
        self.keep = keep
        """Backups of a topic that pruning leaves, besides those made before repairs; 0: no routine backups."""
        self.days = days
        """Days after which a backup may go; 0: age is no reason."""

    def folder(self, topic: str) -> Path:
        """Where a topic's backups are, whether or not there are any. Raises `UsageError` for a wrong name."""
        return self._work / "backups" / check_topic(topic)

    def topics(self) -> tuple[str, ...]:
        """The topics that have a folder of backups, sorted; none where it cannot be listed."""
        try:
            return tuple(sorted(entry.name for entry in os.scandir(self._work / "backups") if entry.is_dir()))
        except OSError:
            return ()

    def list(self, topic: str) -> tuple[Backup, ...]:
        """A topic's backups, newest first. Raises `StoreError` where the folder cannot be listed."""
        folder = self.folder(topic)
        try:
            entries = list(os.scandir(folder))
            found = [
                backup_named(topic, Path(e.path), e.stat(follow_symlinks=False).st_size) for e in entries
            ]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise failure(error, f"The backups in {folder} cannot be listed") from error
        return tuple(sorted((b for b in found if b), key=lambda b: (b.at, b.name), reverse=True))

    def best(self, topic: str) -> Backup | None:
        """The backup with the most lines, the newest of these: the first to turn to when a journal is lost."""
        return max(self.list(topic), key=lambda backup: (backup.lines, backup.at), default=None)

    def due(self, topic: str) -> bool:
        """Whether a routine backup should be made now: of a day's first change, or when much was added.

        Looks at names and stamps only. Raises `StoreError`.
        """
        stamp = _stamp(self._journal(topic))
        if not self.keep or not stamp or not stamp[2]:
            return False
        newest = next(iter(self.list(topic)), None)
        note = self._note(topic)
        if newest is None or note is None or note.name != newest.name:
            return True
        if note.stamp == stamp:
            return False
        return newest.at.date() < datetime.now(UTC).date() or stamp[2] >= _GROWTH * note.length

    def make(self, topic: str, why: Why = "routine") -> Path | None:
        """Copy the journal as it is now; None where there is none, or the newest backup has the same bytes.

        Takes no lock of the journal's. A full disk, or too little room, is a `StoreError` and leaves nothing.
        """
        journal = self._journal(topic)
        what = f"No backup of {journal} was made"
        try:
            with self._alone(topic, wait=0.0 if why == "routine" else 60.0) as mine:
                if not mine:
                    return None  # another workstation is making this very copy
                for last in (False, False, True):
                    try:
                        return self._make(topic, journal, why)
                    except _ChangedError:
                        if last:
                            raise
        except FileNotFoundError as error:
            if Path(error.filename or "") == journal:
                return None
            raise failure(error, what) from error
        except _ChangedError:
            raise StoreError(
                f"{what}: it is being cut or replaced meanwhile.", "Try again when that is over."
            ) from None
        except OSError as error:
            raise failure(error, what) from error
        return None

    def routine(self, topic: str) -> Path | None:
        """Make a backup if one is due, and prune; gives back the new one. Worker threads only. Raises `StoreError`."""
        made = self.make(topic) if self.due(topic) else None
        if made:
            self.prune(topic)
        return made

    def prune(self, topic: str) -> tuple[Path, ...]:
        """Remove backups over the count or the age; gives back which. Raises `StoreError`.

        The newest stays, and the one with the most lines; within the age, all that were made before a repair.
        """
        backups = self.list(topic)
        if not self.keep or not backups:
            return ()
        limit = datetime.now(UTC) - timedelta(days=self.days) if self.days else None
        fullest = self.best(topic)
        removed: list[Path] = []
        room = self.keep
        for backup in backups:
            old = limit is not None and backup.at < limit
            if not backup.guarded:
                room -= 1
            spare = old or (room < 0 and not backup.guarded)
            if spare and backup != backups[0] and backup != fullest:
                removed.append(backup.path)
        try:
            for path in removed:
                path.unlink(missing_ok=True)
            self._sweep(topic)
        except OSError as error:
            raise failure(error, f"Old backups in {self.folder(topic)} cannot be removed") from error
        return tuple(removed)

    @contextlib.contextmanager
    def open(self, backup: Backup) -> Iterator[BinaryIO]:
        """The journal's bytes in a backup, to read. Raises `StoreError`, also while reading a damaged one."""
        with reading(backup.path) as stream:
            yield stream

    def proof(self, backup: Backup) -> str:
        """What is wrong with a backup, in a sentence; empty if its bytes are those that were copied."""
        tally = _Tally()
        try:
            with self.open(backup) as stream:
                while chunk := stream.read(CHUNK):
                    tally.take(chunk)
        except StoreError as error:
            return error.what
        if tally.digest != backup.digest:
            return f"The backup {backup.path} does not hold the bytes that were copied."
        return ""

    # -- inside

    def _journal(self, topic: str) -> Path:
        return self._datasets / f"{check_topic(topic)}.jsonl"

    @contextlib.contextmanager
    def _alone(self, topic: str, wait: float) -> Iterator[bool]:
        """True for the one who may make this topic's backup; two at once would only cost room."""
        make_own_folder(self._work)
        with contextlib.ExitStack() as stack:
            try:
                lock = self._work / "locks" / f"backup-{topic}.lock"
                stack.enter_context(holding(lock, wait, "No backup was made"))
            except StoreError:
                if not wait:
                    yield False
                    return
                raise
            yield True

    def _make(self, topic: str, journal: Path, why: Why) -> Path | None:
        with opened(journal) as handle:
            found = os.fstat(handle)
            length = found.st_size
            newest = next(iter(self.list(topic)), None)
            if newest and self._holds(topic, newest, handle, length):
                path = newest.path if why in (newest.why, "routine", "asked") else _renamed(newest, why)
                self._remember(topic, path, found)
                return None
            folder = self._made_folder(topic)
            _check_room(folder, length)
            temporary = folder / f".{secrets.token_hex(6)}.tmp"
            try:
                tally = _copy(handle, length, temporary)
                now = datetime.now(UTC)
                at = max(now, newest.at + timedelta(milliseconds=1)) if newest else now
                path = folder / name_of(at, tally.lines, tally.digest, why)
                put_in_place(temporary, path)
            except BaseException:
                discard(temporary)
                raise
        self._remember(topic, path, found)
        return path

    def _holds(self, topic: str, newest: Backup, handle: int, length: int) -> bool:
        """Whether the newest backup is of these bytes; reads the journal only where that may be."""
        note = self._note(topic)
        if note and note.name == newest.name and note.length != length:
            return False
        tally = _Tally()
        for chunk in _chunks(handle, length):
            tally.take(chunk)
        return (tally.digest, tally.lines) == (newest.digest, newest.lines)

    def _made_folder(self, topic: str) -> Path:
        folder = self.folder(topic)
        make_folder(folder.parent)
        make_folder(folder)
        return folder

    def _note(self, topic: str) -> _Note | None:
        try:
            body = json.loads((self.folder(topic) / _NOTE).read_bytes())
            return _Note(str(body["name"]), tuple(map(int, body["stamp"])), int(body["length"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def _remember(self, topic: str, path: Path, found: os.stat_result) -> None:
        stamp = [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns]
        body = {"name": path.name, "stamp": stamp, "length": found.st_size}
        with contextlib.suppress(OSError):  # it only spares a reading next time
            write_whole(self.folder(topic) / _NOTE, json.dumps(body).encode())

    def _sweep(self, topic: str) -> None:
        """Remove what copies that were killed have left, once nobody can be writing it."""
        long_ago = datetime.now(UTC).timestamp() - 86_400
        for entry in os.scandir(self.folder(topic)):
            if entry.name.startswith(".") and entry.name.endswith(".tmp"):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat(follow_symlinks=False).st_mtime < long_ago:
                        Path(entry.path).unlink()


class _ChangedError(Exception):
    """The journal was cut while it was copied."""


class _Tally:
    """The hash and the lines of bytes that come in chunks."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._ended = 0
        self._open = False

    def take(self, chunk: bytes) -> None:
        """Count one chunk's bytes."""
        self._digest.update(chunk)
        self._ended += chunk.count(b"\n")
        self._open = not chunk.endswith(b"\n")

    @property
    def digest(self) -> str:
        """As a backup's name has it."""
        return self._digest.hexdigest()[:8]

    @property
    def lines(self) -> int:
        """Lines so far; one without its line feed counts."""
        return self._ended + self._open


def _chunks(handle: int, length: int) -> Iterator[bytes]:
    """The first `length` bytes. Raises `_ChangedError` where there are fewer by now."""
    at = 0
    while at < length:
        chunk = os.pread(handle, min(CHUNK, length - at), at)
        if not chunk:
            raise _ChangedError
        at += len(chunk)
        yield chunk


def _copy(handle: int, length: int, target: Path) -> _Tally:
    """Write the compressed copy durably; gives back the hash and the lines of what was copied."""
    tally = _Tally()
    packer = zlib.compressobj(_LEVEL, wbits=31)
    out = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
    try:
        waiting = 0
        for chunk in _chunks(handle, length):
            tally.take(chunk)
            packed = packer.compress(chunk)
            write_all(out, packed)
            waiting += len(packed)
            if waiting >= _SYNC_EVERY:
                os.fsync(out)
                waiting = 0
        write_all(out, packer.flush())
        os.fsync(out)
    finally:
        os.close(out)
    return tally


def _check_room(folder: Path, length: int) -> None:
    """Raises `StoreError` where a copy could leave the next saves without room."""
    free = shutil.disk_usage(folder).free
    if free < length + RESERVE:
        raise StoreError(
            f"No backup was made in {folder}: {free // 1_000_000:,} MB are free, and the journal has "
            f"{length / 1_000_000:,.1f} MB.",
            "Free some space; saving goes on as long as there is any.",
        )


def _renamed(backup: Backup, why: Why) -> Path:
    """Mark a backup that is there already as the one made before a repair. Raises `OSError`."""
    path = backup.path.with_name(name_of(backup.at, backup.lines, backup.digest, why))
    if backup.path.suffix != ".gz":
        path = path.with_suffix("")
    backup.path.rename(path)
    return path


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = path.lstat()
    except OSError:
        return ()
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
