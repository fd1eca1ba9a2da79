"""Who is on what: advisory claims, shown to the others and never in anybody's way.

Each workstation keeps one small file in `datasets/.claims/<topic>/` (out of git) and writes it anew while it lives.
**How a claim ends without a word from its owner** (killed, unplugged), though the clocks of two machines differ: a
claim counts for `TTL` seconds after its file last *changed*, measured by the looker's own monotonic clock. For a file
that was never seen before, its time of change is compared with that of a file just written here: both times come from
the one machine that keeps the folder. Where no file can be written, a claim is believed for one `TTL` from first
sight. Times that the owner wrote are only subtracted from each other. So no clock needs to be right, a claim
that has ended stays ended until its owner writes again, and a wrong guess lasts no longer than the next renewal.
A process of this very machine that is no more is told at once (`app.store.presence.processes`), so that who starts
again after a crash does not meet themselves.

No failure of the disk comes out of here: a claim that cannot be written is not shown to others, that is all.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from app.base.letters import person
from app.base.text import printable
from app.store.disk.files import check_topic, discard, failure, make_folder, write_all
from app.store.presence.processes import Process, has_ended, this_process

TTL = 60.0
"""Seconds a claim counts without being renewed."""
RENEW_EVERY = 20.0
"""Seconds between renewals: two may fail before a claim ends."""
_OLD = 86_400.0
"""Seconds after which whoever sees a file removes it."""
_MAX_BYTES = 8192
_MAX_FILES = 1000
_LONGEST = timedelta(days=30)
_FORMAT = 1
_OURS = re.compile(r"[0-9a-f]{24}\.json|\.[0-9a-f]{24}\.tmp")


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """What somebody is on. Every text is safe to show; sorts by person."""

    by: str
    host: str
    """The machine's name, as it calls itself."""
    record: str
    """The record being written; a draft's, perhaps never saved."""
    path: str
    """The file of the item, from the repository's root; may be empty."""
    item: str
    """Item path; may be empty."""
    since: datetime
    """UTC, by this machine's clock: when they took it up."""


class Presence(Protocol):
    """What any store of claims can do. Worker threads only, any of them; nothing here raises."""

    problem: str
    """Why the last call that touched the store failed, for people; empty if it did not."""

    def hold(self, record: str | None, path: str = "", item: str = "") -> None:
        """Be on this now, in place of what was held; `None`: on nothing."""

    def renew(self) -> None:
        """Say that one is still there; to be called each `RENEW_EVERY` seconds. Nothing if nothing is held."""

    def release(self) -> None:
        """Leave, for good: a `hold` that another thread was late with changes nothing any more."""

    def others(self) -> tuple[Claim, ...]:
        """What other workstations are on, sorted; also those of the same person."""


@dataclass(slots=True)
class _Sight:
    """What was seen of another's file."""

    digest: bytes
    """Of its content."""
    changed: float
    """When that content came to be, on our monotonic clock."""
    looked: float
    """When we last saw the file."""
    begun: tuple[str, datetime] = ("", datetime.min)
    """What its owner calls the beginning, and when that was by our clock: worked out once, so that it stands still."""


class Claims:
    """`Presence` in a folder that all share. Made without touching the disk; raises `UsageError` for the topic."""

    def __init__(
        self,
        datasets: Path,
        topic: str,
        by: str,
        *,
        host: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.problem = ""
        self._datasets = datasets
        """Never made here: where it is gone, there is nobody to tell."""
        self._folder = datasets / ".claims" / check_topic(topic)
        self._by = person(by)
        self._host = os.uname().nodename if host is None else host
        self._process = this_process()
        self._monotonic = monotonic
        self._now = now
        mark = json.dumps([by, self._host, os.getpid(), secrets.token_hex(8)])
        self._name = hashlib.sha256(mark.encode()).hexdigest()[:24]
        self._held: dict[str, str] | None = None
        self._left = False
        self._beats = 0
        self._server: tuple[float, float] | None = None
        """The folder's own time (seconds since 1970), and our monotonic clock at that moment."""
        self._sights: dict[str, _Sight] = {}
        self._guard = threading.Lock()

    @property
    def file(self) -> Path:
        """This workstation's own claim; there only while something is held."""
        return self._folder / f"{self._name}.json"

    def hold(self, record: str | None, path: str = "", item: str = "") -> None:
        """See `Presence.hold`. The same again is a renewal."""
        with self._guard:
            if self._left:
                return
            if record is None:
                self._drop()
                return
            wanted = {"record": record, "path": path, "item": item}
            if self._held is None or any(self._held[name] != text for name, text in wanted.items()):
                self._held = wanted | {"since": self._now().isoformat(timespec="seconds")}
            self._write()

    def renew(self) -> None:
        """See `Presence.renew`."""
        with self._guard:
            if self._held is not None:
                self._write()

    def release(self) -> None:
        """See `Presence.release`."""
        with self._guard:
            self._left = True
            self._drop()

    def others(self) -> tuple[Claim, ...]:
        """See `Presence.others`. Files that nobody touched for a day are removed."""
        with self._guard, self._noting("The claims of others cannot be read"):
            return tuple(sorted(self._look()))
        return ()

    # -- our own file

    def _write(self) -> None:
        with self._noting("Others cannot be told what you are on"):
            self._beats += 1
            said = {
                "format": _FORMAT,
                "by": self._by,
                "host": self._host,
                **self._process._asdict(),
                **(self._held or {}),
                "at": self._now().isoformat(timespec="seconds"),
                "beat": self._beats,
            }
            data = json.dumps(said, ensure_ascii=True).encode("ascii") + b"\n"
            if len(data) > _MAX_BYTES:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
            self._make_folders()
            self._put(data, self.file)
            self._server = (self.file.lstat().st_mtime, self._monotonic())

    def _drop(self) -> None:
        self._held = None
        with self._noting("Your claim cannot be taken back; it ends by itself"):
            self.file.unlink(missing_ok=True)

    def _make_folders(self) -> None:
        claims = self._folder.parent
        make_folder(claims)
        if not (claims / ".gitignore").exists():
            self._put(b"*\n", claims / ".gitignore")
        make_folder(self._folder)

    def _put(self, data: bytes, path: Path) -> None:
        temporary = self._temporary(data, path.parent)
        try:
            temporary.replace(path)
        except BaseException:
            discard(temporary)
            raise

    def _temporary(self, data: bytes, folder: Path) -> Path:
        """A new file. Not flushed to the disk: after a power cut nobody is on anything."""
        path = folder / f".{secrets.token_hex(12)}.tmp"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o666)
        try:
            write_all(handle, data)
        except BaseException:
            discard(path)
            raise
        finally:
            os.close(handle)
        return path

    # -- the others' files

    def _look(self) -> Iterator[Claim]:
        for folder in (self._folder.parent, self._folder):
            with contextlib.suppress(FileNotFoundError):
                if not stat.S_ISDIR(folder.lstat().st_mode):
                    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder))
        try:
            with os.scandir(self._folder) as entries:
                names = [entry.name for entry in islice(entries, _MAX_FILES) if _OURS.fullmatch(entry.name)]
        except FileNotFoundError:
            return
        if len(self._sights) > _MAX_FILES:
            self._sights = {name: sight for name, sight in self._sights.items() if name in names}
        for name in names:
            if name == self.file.name:
                continue
            with contextlib.suppress(OSError, ValueError, RecursionError):
                claim = self._see(name)
                if claim is not None:
                    yield claim

    def _see(self, name: str) -> Claim | None:
        """The claim in a file, unless it has ended. Raises `OSError`, or `ValueError` for what is no claim."""
        data, modified = _read(self._folder / name)
        now = self._monotonic()
        digest = hashlib.sha256(data).digest()
        sight = self._sights.get(name)
        if sight is None or sight.digest != digest:
            age = self._age(modified)
            if sight is not None:
                # We saw it otherwise a moment ago: no time of change, however odd, makes the new state older.
                age = min(age, now - sight.looked)
            sight = _Sight(digest, now - age, now, sight.begun if sight else ("", datetime.min))
            self._sights[name] = sight
        sight.looked = now
        if now - sight.changed > _OLD:
            discard(self._folder / name)
        if now - sight.changed >= TTL or not name.endswith(".json"):
            return None
        return self._claim(json.loads(data), sight, now)

    def _claim(self, body: Any, sight: _Sight, now: float) -> Claim | None:
        """None if its owner has ended. Raises `ValueError` where this is no claim."""
        if not isinstance(body, dict) or body.get("format") != _FORMAT:
            raise ValueError("not a claim of this version")
        by, host, record = _text(body, "by", 80), _text(body, "host", 80), _text(body, "record", 40)
        if not by or not record:
            raise ValueError("a claim of nobody, or on nothing")
        if has_ended(_process(body)):
            return None
        since = str(body.get("since"))
        if sight.begun[0] != since:
            held = _moment(body, "at") - _moment(body, "since")
            held = min(max(held, timedelta()), _LONGEST) + timedelta(seconds=now - sight.changed)
            sight.begun = (since, (self._now() - held).replace(microsecond=0))
        return Claim(by, host, record, _text(body, "path", 1000), _text(body, "item", 500), sight.begun[1])

    def _age(self, modified: float) -> float:
        """Seconds since a file first seen now was written, by the clock of the folder's machine; 0 if not known."""
        if self._server is None or self._monotonic() - self._server[1] > TTL:
            with contextlib.suppress(OSError):
                probe = self._temporary(b"", self._folder)
                try:
                    self._server = (probe.lstat().st_mtime, self._monotonic())
                finally:
                    discard(probe)
        if self._server is None:
            return 0.0
        there = self._server[0] + self._monotonic() - self._server[1]
        return max(0.0, there - modified)

    @contextlib.contextmanager
    def _noting(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.problem = printable(failure(error, what).what)
        else:
            self.problem = ""


def _read(path: Path) -> tuple[bytes, float]:
    """A small regular file and its time of change. Raises `OSError`, and `ValueError` for another thing."""
    # Opened each time, not merely looked at: over NFS only opening asks the server.
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise ValueError("not a file")
        data = os.read(handle, _MAX_BYTES + 1)
    finally:
        os.close(handle)
    if len(data) > _MAX_BYTES:
        raise ValueError("too large for a claim")
    return data, found.st_mtime


def _text(body: dict[str, Any], name: str, limit: int) -> str:
    found = body.get(name)
    if not isinstance(found, str):
        raise ValueError(f"{name} is no text")
    return printable(person(found) if name == "by" else found, limit)


def _process(body: dict[str, Any]) -> Process:
    pid = body.get("pid")
    return Process(_text(body, "machine", 16), pid if type(pid) is int else 0, _text(body, "started", 30))


def _moment(body: dict[str, Any], name: str) -> datetime:
    found = datetime.fromisoformat(str(body.get(name)))
    if found.utcoffset() is None:
        raise ValueError(f"{name} has no offset")
    return found
