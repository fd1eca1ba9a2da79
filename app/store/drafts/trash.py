"""The trash of drafts: `<home>/trash/drafts/<topic>/<draft's name>.<when>.<mark>.json`.

Nothing is taken from it but by `tidy`, and by whoever put a copy there that proved needless.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.store.disk.files import discard, is_topic, make_folder, sync_folder
from app.store.drafts.draft_file import SUFFIX, DraftFile, DraftKey, Unreadable, read_draft

_NAME = re.compile(r"(?P<stem>.+)\.(?P<when>\d{8}T\d{6})\.[0-9a-f]{6}" + re.escape(SUFFIX), re.DOTALL)
_WHEN = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Discarded:
    """A draft in the trash; `Drafts.take_out` reads what it holds."""

    key: DraftKey
    saved_at: datetime
    """When it was last written. UTC."""
    discarded_at: datetime
    """When it was put in the trash. UTC, to the second."""
    path: Path


@dataclass(frozen=True, slots=True)
class TrashList:
    """What is in a topic's trash, newest first, and what of it could not be read."""

    drafts: tuple[Discarded, ...]
    unreadable: tuple[Unreadable, ...]


class TrashFile(NamedTuple):
    """A file of the trash, by its name alone; sorts by when it was put there."""

    when: datetime
    written: float
    """When the draft was last written (seconds since 1970): tells apart what was thrown away in one second."""
    path: Path


def to_trash(home: Path, path: Path) -> Path:
    """Move a draft's file into the trash; gives back where it is. Raises `OSError`."""
    if not path.is_symlink() and not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    place = _place(home, path)
    path.rename(place)
    sync_folder(place.parent)
    return place


def copy_to_trash(home: Path, path: Path) -> Path:
    """The same, but the file stays until it is replaced, so that no crash finds none. Raises `OSError`."""
    place = _place(home, path)
    try:
        os.link(path, place, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # not every file system knows second names
        path.rename(place)
    sync_folder(place.parent)
    return place


def read_discarded(path: Path) -> DraftFile | Unreadable | None:
    """The draft in a file of the trash; None where there is no such file."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        return Unreadable(path, "its name is not that of a draft in the trash")
    return read_draft(path, named["stem"] + SUFFIX)


def list_trash(homes: Iterable[Path], topic: str, limit: int) -> TrashList:
    """What is in a topic's trash, the newest `limit` at most. Raises `OSError` where it cannot be listed."""
    drafts: list[Discarded] = []
    lost: list[Unreadable] = []
    found = sorted((one for home in homes for one in _found(home, topic)), reverse=True)
    for when, _, path in found[:limit]:
        read = read_discarded(path)
        if isinstance(read, DraftFile):
            drafts.append(Discarded(read.key, read.saved_at, when, path))
        elif read is not None:
            lost.append(read)
    return TrashList(tuple(drafts), tuple(lost))


def tidy(homes: Iterable[Path], keep: int, days: float, now: datetime) -> int:
    """Remove what is older than `days` and not among a topic's newest `keep`; gives back how many files.

    Also what a killed process left half written beside the drafts, when it is that old. What cannot be looked at or
    removed is left for another time.
    """
    homes = tuple(homes)
    before = now - timedelta(days=days)
    removed = 0
    for topic in sorted({name for home in homes for name in _topics(home)}):
        found: list[TrashFile] = []
        for home in homes:
            with contextlib.suppress(OSError):
                found += _found(home, topic)
        for when, _, path in sorted(found, reverse=True)[max(1, keep) :]:
            removed += when < before and _removed(path)
        for home in homes:
            removed += sum(_removed(path) for path in _half_written(home / "drafts" / topic, days))
    return removed


def _place(home: Path, path: Path) -> Path:
    folder = home
    for part in ("trash", "drafts", path.parent.name):
        folder /= part
        make_folder(folder)
    moment = datetime.now(UTC).strftime(_WHEN)
    return folder / f"{path.stem}.{moment}.{secrets.token_hex(3)}{path.suffix}"


def _found(home: Path, topic: str) -> Iterator[TrashFile]:
    folder = home / "trash" / "drafts" / topic
    try:
        with os.scandir(folder) as entries:
            for entry in islice(entries, 100_000):
                named = _NAME.fullmatch(entry.name)
                with contextlib.suppress(ValueError, FileNotFoundError):
                    if named:
                        when = datetime.strptime(named["when"], _WHEN).replace(tzinfo=UTC)
                        yield TrashFile(when, entry.stat(follow_symlinks=False).st_mtime, folder / entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return


def _topics(home: Path) -> list[str]:
    found: list[str] = []
    for folder in (home / "trash" / "drafts", home / "drafts"):
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            found += [e.name for e in entries if is_topic(e.name) and e.is_dir(follow_symlinks=False)]
    return found


def _half_written(folder: Path, days: float) -> list[Path]:
    before = time.time() - days * 86_400
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [entry for entry in entries if entry.name[0] == "." and entry.name.endswith(".tmp")]
        return [folder / e.name for e in names if e.stat(follow_symlinks=False).st_mtime < before]
    return []


def _removed(path: Path) -> bool:
    discard(path)
    return not path.exists()
