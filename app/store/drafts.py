"""Drafts: what is on screen and not saved, one file for each topic, record and person.

A draft is any JSON object; what it means is the screen's affair. Files are replaced whole and atomically,
and never removed: one that is done with goes to the trash, and so does one that cannot be read, or that this
process neither wrote nor loaded, before its name is used again. Where the project's folder fails, the user's
own takes the draft, so that a full or vanished disk costs no text.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.errors import StoreError
from app.places import state_dir
from app.store.files import check_topic, failure, make_folder, write_whole

FORMAT = 1
"""The version of a draft file's outer form."""
SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class DraftKey:
    """Whose draft of what."""

    topic: str
    record: str
    by: str

    @property
    def file_name(self) -> str:
        """A name any file system takes: what is plain in record and person, and a hash to tell them apart."""
        digest = hashlib.sha256(json.dumps([self.record, self.by]).encode()).hexdigest()[:12]
        parts = (re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-")[:40] for part in (self.record, self.by))
        return "-".join([*filter(None, parts), digest]) + SUFFIX


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A draft as it was found."""

    key: DraftKey
    saved_at: datetime
    """UTC."""
    payload: dict[str, Any]
    path: Path


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file among the drafts that is none. It is kept."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class DraftList:
    """A topic's drafts, newest first, and what could not be read."""

    drafts: tuple[DraftFile, ...]
    unreadable: tuple[Unreadable, ...]


class Drafts:
    """The drafts of one project. Methods may be called from any thread."""

    def __init__(self, project: Path, fallback: Path | None = None) -> None:
        self._home = project / ".backspan"
        name = hashlib.sha256(os.fsencode(project.resolve())).hexdigest()[:16]
        self._spare = (fallback or state_dir()) / "drafts" / name
        self._known: dict[Path, tuple[int, ...]] = {}
        """Files this process wrote or loaded, with their stamps: only these are replaced without a copy."""
        self._guard = threading.Lock()

    def save(self, key: DraftKey, payload: Mapping[str, object]) -> Path:
        """Write a draft durably; gives back where it is. Raises `StoreError` if neither folder takes it."""
        check_topic(key.topic)
        body = {
            "format": FORMAT,
            "topic": key.topic,
            "record": key.record,
            "by": key.by,
            "saved_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "payload": dict(payload),
        }
        # ASCII: a text being typed may hold what UTF-8 cannot say (lone surrogates), and a draft keeps it.
        data = json.dumps(body, ensure_ascii=True, indent=1).encode("ascii") + b"\n"
        with self._guard:
            try:
                return self._put(self._home, key, data)
            except OSError as first:
                try:
                    self._spare.mkdir(parents=True, exist_ok=True)
                    return self._put(self._spare, key, data)
                except OSError as second:
                    what = f"No draft was written, in {self._home} ({first.strerror}) or {self._spare}"
                    raise failure(second, what) from second

    def load(self, key: DraftKey) -> DraftFile | None:
        """The newest draft under this key, if any. Raises `StoreError` where all there is cannot be read."""
        found: list[DraftFile] = []
        lost: list[Unreadable] = []
        with self._guard:
            for path in self._places(key):
                read = self._read(path)
                if isinstance(read, DraftFile):
                    found.append(read)
                elif read is not None:
                    lost.append(read)
            if found:
                newest = max(found, key=lambda draft: draft.saved_at)
                self._known[newest.path] = _stamp(newest.path) or ()
                return newest
        if lost:
            raise StoreError(
                f"The draft {lost[0].path} cannot be read: {lost[0].reason}.",
                "It stays where it is: open it in an editor to see what can be saved.",
            )
        return None

    def all(self, topic: str) -> DraftList:
        """Every draft of a topic, newest first. What cannot be read is reported, and kept."""
        newest: dict[DraftKey, DraftFile] = {}
        lost: list[Unreadable] = []
        with self._guard:
            for path in self._files(check_topic(topic)):
                read = self._read(path)
                if isinstance(read, Unreadable):
                    lost.append(read)
                elif read and (read.key not in newest or newest[read.key].saved_at < read.saved_at):
                    newest[read.key] = read
        drafts = sorted(newest.values(), key=lambda d: (d.saved_at, d.key.record, d.key.by), reverse=True)
        return DraftList(tuple(drafts), tuple(lost))

    def delete(self, key: DraftKey) -> None:
        """Put a draft in the trash; nothing happens where there is none, or where another process wrote it anew.

        Raises `StoreError`.
        """
        with self._guard:
            for home, path in zip((self._home, self._spare), self._places(key), strict=True):
                try:
                    if _stamp(path) != self._known.get(path):
                        continue  # what another workstation keeps there is not ours to put away
                    _to_trash(home, path)
                except (FileNotFoundError, NotADirectoryError):
                    continue
                except OSError as error:
                    raise failure(error, f"The draft {path} cannot be put in the trash") from error
                finally:
                    self._known.pop(path, None)

    def _places(self, key: DraftKey) -> tuple[Path, Path]:
        folder = Path("drafts") / check_topic(key.topic) / key.file_name
        return self._home / folder, self._spare / folder

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

    def _put(self, home: Path, key: DraftKey, data: bytes) -> Path:
        make_folder(home)
        if not (home / ".gitignore").exists():
            write_whole(home / ".gitignore", b"*\n")
        for folder in (home / "drafts", home / "drafts" / key.topic):
            make_folder(folder)
        path = home / "drafts" / key.topic / key.file_name
        if _stamp(path) not in (None, self._known.get(path)):
            _to_trash(home, path)
        write_whole(path, data)
        self._known[path] = _stamp(path) or ()
        return path

    def _read(self, path: Path) -> DraftFile | Unreadable | None:
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(handle, "rb") as file:
                return _parse(path, file.read())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return Unreadable(path, os.strerror(error.errno) if error.errno else str(error))
        except (ValueError, RecursionError) as error:
            return Unreadable(path, str(error))


def _parse(path: Path, data: bytes) -> DraftFile:
    """Raises `ValueError` that says why this is no draft."""
    try:
        body = json.loads(data)
    except ValueError:
        raise ValueError("it is not JSON") from None
    if not isinstance(body, dict) or not isinstance(body.get("payload"), dict):
        raise ValueError("it is not a draft")
    if body.get("format") != FORMAT:
        raise ValueError(f"its format is {body.get('format')!r}, and this version of backspan reads {FORMAT}")
    named = [
        name for name in (body.get("topic"), body.get("record"), body.get("by")) if isinstance(name, str)
    ]
    if len(named) != 3:
        raise ValueError("it does not say whose draft of what it is")
    key = DraftKey(*named)
    if key.file_name != path.name or key.topic != path.parent.name:
        raise ValueError("it was renamed: what it says of itself does not fit its name")
    saved_at = datetime.fromisoformat(str(body.get("saved_at")))
    if saved_at.utcoffset() is None:
        raise ValueError("the time of its saving has no offset")
    return DraftFile(key, saved_at, body["payload"], path)


def _stamp(path: Path) -> tuple[int, ...] | None:
    """What tells one state of a file from the next; None for no file. Raises other `OSError`s."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _to_trash(home: Path, path: Path) -> None:
    """Move a file into the trash under a name of its own. Raises `OSError`."""
    if not path.is_symlink() and not path.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    folder = home
    for part in ("trash", "drafts", path.parent.name):
        folder /= part
        make_folder(folder)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    path.rename(folder / f"{path.stem}.{moment}.{secrets.token_hex(3)}{path.suffix}")
