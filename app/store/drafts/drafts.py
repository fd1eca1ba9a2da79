"""Drafts: what is on screen and not saved, one file for each topic, record and person.

A draft is any JSON object; what it means is the screen's affair. Files are replaced whole and atomically, and one
that is done with goes to the trash. So does, as a copy, one that cannot be read, or that this process neither wrote
nor loaded, before its name is used again; only what a newer backspan wrote is left alone. Where the project's folder
fails, the user's own takes the draft, so that a full or vanished disk costs no text. So one draft may be in both
places, as of two times: the newest counts, and the other goes to the trash as soon as that can be done, whichever of
them a disk took last. Else it would come back once the newest is done with.

**Two workstations on one draft** write over each other in turn, and each puts the other's state in the trash
first. To keep that from filling the disk, a copy is dropped again if its texts are all in the copy before it
(`covers`). And of the copies of one foreign process the former gives way to the newer, as that process itself put the
one in the other's place, but for one each minute. So the trash has the last state of every writer, whatever is
written over it, and one of each minute before.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from app.base.folders import close_below, private_folder, state_dir
from app.errors import StoreError, UsageError
from app.store.disk.files import (
    check_topic,
    discard,
    failure,
    is_topic,
    make_folder,
    make_own_folder,
    write_whole,
)
from app.store.drafts.draft_file import (
    FORMAT,
    SUFFIX,
    DraftFile,
    DraftKey,
    Unreadable,
    covers,
    is_newer,
    read_draft,
    to_bytes,
)
from app.store.drafts.trash import (
    Discarded,
    TrashList,
    copy_to_trash,
    list_trash,
    read_discarded,
    tidy,
    to_trash,
)

__all__ = ["FORMAT", "Discarded", "DraftFile", "DraftKey", "DraftList", "Drafts", "TrashList", "Unreadable"]

_KEPT_EVERY = 60.0
"""Seconds of another process's writing of which one state is kept for good."""
_SHOWN = 500
"""Discarded drafts that are listed at most."""


@dataclass(frozen=True, slots=True)
class DraftList:
    """A topic's drafts, newest first, and what could not be read."""

    drafts: tuple[DraftFile, ...]
    unreadable: tuple[Unreadable, ...]


class _Copy(NamedTuple):
    """The newest copy in the trash of what another process wrote."""

    path: Path
    payload: dict[str, Any]
    since: float
    """When the first of the states that it stands for was copied, on the monotonic clock."""


class _NewerError(OSError):
    """A newer backspan keeps its draft where ours would go."""


class Drafts:
    """The drafts of one project. Methods may be called from any thread."""

    def __init__(
        self, project: Path, fallback: Path | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._home = project / ".backspan"
        name = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:16]
        self._own = fallback or state_dir()
        """The person's own folder, where all that is kept is for nobody else."""
        self._spare = self._own / "drafts" / name
        self._spare_closed = False
        self._monotonic = monotonic
        self._writer = secrets.token_hex(6)
        self._known: dict[Path, tuple[int, ...]] = {}
        """Files this process wrote or loaded, with their stamps: only these are replaced without a copy."""
        self._passed: dict[Path, tuple[int, ...]] = {}
        """Files that a newer draft elsewhere went past and that could not be put away yet, with their stamps."""
        self._copies: dict[tuple[Path, str], _Copy] = {}
        """By draft and foreign writer."""
        self._guard = threading.Lock()

    def save(self, key: DraftKey, payload: Mapping[str, object]) -> Path:
        """Write a draft durably; gives back where it is. Raises `StoreError` if neither folder takes it.

        What the other folder has of it goes to the trash, but for what a newer backspan wrote.
        """
        check_topic(key.topic)
        data = to_bytes(key, payload, self._writer)
        with self._guard:
            path = self._write(key, payload, data)
            for home, other in self._homes(key):
                if other != path:
                    self._pass(home, other, payload)
            return path

    def _write(self, key: DraftKey, payload: Mapping[str, object], data: bytes) -> Path:
        try:
            return self._put(self._home, key, payload, data)
        except OSError as first:
            try:
                self._close_spare()
                return self._put(self._spare, key, payload, data)
            except OSError as second:
                what = f"No draft was written, in {self._home} ({first.strerror}) or {self._spare}"
                if isinstance(second, _NewerError):
                    raise StoreError(f"{what}: {second.strerror}.", "Update backspan.") from second
                raise failure(second, what) from second

    def load(self, key: DraftKey) -> DraftFile | None:
        """The newest draft under this key, if any; an older one elsewhere is put away.

        Raises `StoreError` where all there is cannot be read.
        """
        found: list[tuple[DraftFile, Path]] = []
        lost: list[Unreadable] = []
        with self._guard:
            for home, path in self._homes(key):
                read = read_draft(path)
                if isinstance(read, DraftFile):
                    found.append((read, home))
                elif read is not None:
                    lost.append(read)
            if found:
                *older, (newest, _) = sorted(found, key=lambda one: _age(one[0]))
                self._known[newest.path] = _stamp(newest.path) or ()
                for draft, home in older:
                    self._pass(home, draft.path, newest.payload)
                return newest
        if lost:
            raise _unreadable(lost[0])
        return None

    def all(self, topic: str) -> DraftList:
        """Every draft of a topic, newest first. What cannot be read is reported, and kept."""
        newest: dict[DraftKey, DraftFile] = {}
        lost: list[Unreadable] = []
        with self._guard:
            for path in self._files(check_topic(topic)):
                read = read_draft(path)
                if isinstance(read, Unreadable):
                    lost.append(read)
                elif read and (read.key not in newest or newest[read.key].saved_at < read.saved_at):
                    newest[read.key] = read
        drafts = sorted(newest.values(), key=lambda d: (d.saved_at, d.key.record, d.key.by), reverse=True)
        return DraftList(tuple(drafts), tuple(lost))

    def delete(self, key: DraftKey) -> None:
        """Put a draft in the trash; nothing happens where there is none, or where another process wrote it anew.

        Where it is in both places the older one goes first: if that fails the newest stays, and still counts.
        Raises `StoreError`.
        """
        with self._guard:
            for home, path in sorted(self._homes(key), key=lambda one: one[1] not in self._passed):
                try:
                    # What another workstation keeps there is not ours to put away.
                    if _stamp(path) in (self._known.get(path), self._passed.get(path)):
                        to_trash(home, path)
                except (FileNotFoundError, NotADirectoryError):
                    pass
                except OSError as error:
                    raise failure(error, f"The draft {path} cannot be put in the trash") from error
                self._forget(path)

    # -- the trash

    def trash(self, topic: str) -> TrashList:
        """What is in a topic's trash, newest first, 500 at most. Raises `StoreError` where it cannot be listed."""
        try:
            return list_trash((self._home, self._spare), check_topic(topic), _SHOWN)
        except OSError as error:
            raise failure(error, f"The trash of {topic} cannot be listed") from error

    def take_out(self, path: Path) -> DraftFile:
        """The draft in a file of the trash, which stays there. Raises `StoreError`; `UsageError` for another file."""
        folders = [home / "trash" / "drafts" for home in (self._home, self._spare)]
        if path.parent.parent not in folders or not is_topic(path.parent.name):
            raise UsageError(f"{path} is not in this project's trash.", "Choose one that the trash lists.")
        found = read_discarded(path)
        if found is None:
            raise StoreError(f"The draft {path} is not in the trash any more.", "List the trash again.")
        if isinstance(found, Unreadable):
            raise _unreadable(found)
        return found

    def tidy(self, keep: int = 200, days: float = 60) -> int:
        """Remove from the trash what is older than `days` and not among its topic's newest `keep` (1 at least).

        Gives back how many files went. For a worker thread at start, never while somebody types.
        """
        if self._spare.is_dir():  # an earlier version may have left it open to others
            with contextlib.suppress(OSError):
                self._close_spare()
        return tidy((self._home, self._spare), keep, days, datetime.now(UTC))

    # -- files

    def _close_spare(self) -> None:
        """Make the folder that takes a draft where the project's fails, for this person alone. Raises `OSError`."""
        private_folder(self._own, "drafts", self._spare.name)
        if not self._spare_closed:
            close_below(self._spare)
            self._spare_closed = True

    def _homes(self, key: DraftKey) -> tuple[tuple[Path, Path], ...]:
        """Where a draft can be: the home, and the file in it; also under the names that older backspans gave it."""
        folder = Path("drafts") / check_topic(key.topic)
        homes = (self._home, self._spare)
        return tuple((home, home / folder / name) for home in homes for name in key.file_names)

    def _pass(self, home: Path, path: Path, newer: Mapping[str, object]) -> None:
        """Put away what a newer draft, kept elsewhere, went past; what cannot be now is remembered for `delete`.

        What cannot be read stays, and what a newer backspan wrote.
        """
        with contextlib.suppress(OSError):
            stamp = _stamp(path)
            found = read_draft(path) if stamp else None
            if stamp is None or not isinstance(found, DraftFile) or is_newer(found, newer):
                return
            self._passed[path] = stamp
            copy = to_trash(home, path)
            self._forget(path)
            self._thin_out(path, copy)

    def _forget(self, path: Path) -> None:
        self._known.pop(path, None)
        self._passed.pop(path, None)

    def _files(self, topic: str) -> Iterator[Path]:
        for home in (self._home, self._spare):
            folder = home / "drafts" / topic
            try:
                entries = sorted(entry.name for entry in os.scandir(folder))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise failure(error, f"The drafts in {folder} cannot be listed") from error
            yield from (folder / name for name in entries if name.endswith(SUFFIX) and name[0] != ".")

    def _put(self, home: Path, key: DraftKey, payload: Mapping[str, object], data: bytes) -> Path:
        make_own_folder(home)
        for folder in (home / "drafts", home / "drafts" / key.topic):
            make_folder(folder)
        path = home / "drafts" / key.topic / key.file_name
        copy = None
        if _stamp(path) not in (None, self._known.get(path)):
            if is_newer(read_draft(path), payload):
                raise _NewerError(errno.EEXIST, "a newer backspan keeps its draft there", str(path))
            with contextlib.suppress(FileNotFoundError):  # put away by its owner in this very moment
                copy = copy_to_trash(home, path)
        write_whole(path, data)
        self._known[path] = _stamp(path) or ()
        if copy is not None:
            self._thin_out(path, copy)
        return path

    def _thin_out(self, path: Path, copy: Path) -> None:
        """Drop the copy just made of a foreign state, or the one before it, where nothing is lost by that."""
        found = read_discarded(copy)
        if not isinstance(found, DraftFile):
            return
        now = self._monotonic()
        before = self._copies.get((path, found.writer))
        if before is not None and not before.path.exists():
            before = None
        if before is not None and covers(before.payload, found.payload):
            discard(copy)
            return
        since = now
        if before is not None:
            same_minute = now - before.since < _KEPT_EVERY and bool(found.writer)
            if same_minute or covers(found.payload, before.payload):
                discard(before.path)
            since = before.since if same_minute else now
        self._copies[path, found.writer] = _Copy(copy, found.payload, since)


def _unreadable(lost: Unreadable) -> StoreError:
    remedy = (
        "Open it with the backspan that wrote it; it is left as it is."
        if lost.newer
        else "It stays where it is: open it in an editor to see what can be saved."
    )
    return StoreError(f"The draft {lost.path} cannot be read: {lost.reason}.", remedy)


def _age(draft: DraftFile) -> tuple[datetime, float]:
    """Sorts drafts by when they were written: what they say, and of the same millisecond what the disk says."""
    with contextlib.suppress(OSError):
        return draft.saved_at, draft.path.lstat().st_mtime
    return draft.saved_at, 0.0


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What tells one state of a file from the next; None for no file. Raises other `OSError`s."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)
