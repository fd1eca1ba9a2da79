"""Bringing a journal back from a copy: what it lacks is added, and nothing that is there is ever taken away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import BackspanError, StoreError, UsageError
from app.records.events import Revision
from app.records.history.light import Event
from app.store.backups.backups import Backups
from app.store.backups.copies import reading
from app.store.disk.files import discard, failure, put_in_place, write_temporary
from app.store.disk.locks import holding
from app.store.disk.plain_files import opened
from app.store.journal.raw_lines import raw_lines
from app.store.journal.store import JournalStore
from app.store.protocol import Damaged

_BATCH = 4 << 20
"""Bytes of lines that are appended at once."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Restoration:
    """What a restoration did, or would do."""

    topic: str
    source: Path
    """The copy it takes from."""
    whole: bool
    """There is no journal: the copy becomes it, byte for byte."""
    before: int
    """Distinct events in the journal before."""
    held: int
    """Distinct events in the copy."""
    added: int
    """Events that the journal lacks, and gets."""
    left: tuple[Damaged, ...] = ()
    """Lines of the copy that are no events; they stay in the copy, or come with it if it is taken whole."""


def journal_lines(path: Path) -> Iterator[tuple[int, Event | Damaged]]:
    """Each line of a journal or of a copy (`.gz` too), 1-based, without holding more than one. Blank ones are left out.

    Raises `StoreError`, also while reading, and `FileNotFoundError` where there is nothing.
    """
    path.lstat()
    with reading(path) as stream:
        for line in raw_lines(stream):
            if (found := line.event()) is not None:
                yield line.number, found


def choose(backups: Backups, topic: str, wanted: str | None) -> Path:
    """The copy to restore from: a backup by its name or the beginning of it, a file by its path, or the fullest.

    Raises `UsageError` where there is none, or several begin so.
    """
    there = backups.list(topic)
    if wanted is None:
        best = backups.best(topic)
        if best is None:
            raise UsageError(
                f"there is no backup of {topic} in {backups.folder(topic)}",
                "name a copy of the journal with '--from FILE', or merge another person's with 'backspan merge'",
            )
        return best.path
    found = [backup for backup in there if backup.name.startswith(wanted)] if wanted else []
    if len(found) == 1:
        return found[0].path
    if len(found) > 1:
        raise UsageError(f"{len(found)} backups of {topic} begin so", "give more of the name")
    if wanted and Path(wanted).is_file():
        return Path(wanted)
    names = ", ".join(backup.name for backup in there[:3]) or "none"
    raise UsageError(
        f"there is no such backup of {topic}, and no such file", f"newest backups: {names} ('backup --list')"
    )


def restore(
    store: JournalStore, backups: Backups, topic: str, source: Path, dry_run: bool = False
) -> Restoration:
    """Add to the journal what only the copy has; where there is no journal, the copy becomes it.

    What is there is backed up first. Raises `StoreError` and `UsageError`; what is there stays in any case.
    """
    journal = store.path(topic)
    _check(backups, topic, source)
    known: set[str] = set()
    exists = True
    try:
        known = {found.id for _, found in journal_lines(journal) if not isinstance(found, Damaged)}
    except FileNotFoundError:
        exists = False
    held: set[str] = set()
    left: list[Damaged] = []
    try:
        for _, found in journal_lines(source):
            if isinstance(found, Damaged):
                left.append(found)
            else:
                held.add(found.id)
    except OSError as error:
        raise failure(error, f"The copy {source} cannot be read") from error
    if not held:
        raise UsageError(f"{source} holds no event", "name another copy")
    result = Restoration(topic, source, not exists, len(known), len(held), len(held - known), tuple(left))
    if dry_run or not result.added:
        return result
    if not exists:
        _place(store, topic, source)
        return result
    backups.make(topic, "restore")
    _add(store, topic, source, known)
    return result


def helps(store: JournalStore, backups: Backups, topic: str) -> bool:
    """Whether the fullest backup has an event that the journal lacks. Reads both through."""
    try:
        return restore(store, backups, topic, choose(backups, topic, None), dry_run=True).added > 0
    except BackspanError:
        return False


def _check(backups: Backups, topic: str, source: Path) -> None:
    """A backup must hold what its name says: half of one must not pass for all there was."""
    backup = next((one for one in backups.list(topic) if one.path == source), None)
    if backup is not None and (problem := backups.proof(backup)):
        raise StoreError(problem, "Name another backup: see 'backspan backup --list'.")


def _add(store: JournalStore, topic: str, source: Path, known: set[str]) -> None:
    batch: list[Event] = []
    size = 0
    for _, found in journal_lines(source):
        if isinstance(found, Damaged) or found.id in known:
            continue
        known.add(found.id)
        batch.append(found)
        size += _weight(found)
        if size > _BATCH:
            store.append(topic, batch)
            batch, size = [], 0
    store.append(topic, batch)


def _weight(event: Event) -> int:
    """About how many bytes of memory an event takes."""
    texts = (event.user, event.think, event.block.text) if isinstance(event, Revision) else ()
    return 4096 + sum(map(len, texts))


def _place(store: JournalStore, topic: str, source: Path) -> None:
    """Make the copy the journal, byte for byte, under its lock. Raises `StoreError`, also if there is one by now."""
    journal = store.path(topic)
    what = f"The journal {journal} was not brought back"
    try:
        with holding(store.lock(topic), 10.0, what):
            if os.path.lexists(journal):
                raise StoreError(f"{what}: somebody has begun a new one.", "Restore again: both are kept.")
            with reading(source) as stream:
                try:
                    temporary = write_temporary(journal, iter(lambda: stream.read(_CHUNK), b""))
                except OSError as error:
                    raise failure(error, what) from error
            try:
                put_in_place(temporary, journal)
            except BaseException:
                discard(temporary)
                raise
    except OSError as error:
        raise failure(error, what) from error


def finish_last_line(store: JournalStore, topic: str) -> bool:
    """Put a line feed after a line that a crash left open, durably, under the lock; False if there is none.

    The next save would do the same. Raises `StoreError`.
    """
    journal = store.path(topic)
    what = f"The last line of {journal} was not finished"
    try:
        with holding(store.lock(topic), 10.0, what), opened(journal, os.O_RDWR | os.O_APPEND) as handle:
            length = os.fstat(handle).st_size
            if not length or os.pread(handle, 1, length - 1) == b"\n":
                return False
            os.write(handle, b"\n")
            os.fsync(handle)
            return True
    except OSError as error:
        raise failure(error, what) from error
