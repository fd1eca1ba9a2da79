"""Reading blobs through one `git cat-file --batch` that stays."""

from __future__ import annotations

import fcntl
import re
import select
import subprocess
import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.base.text import shown
from app.errors import SourceError
from app.repository.git import run as gitrun

_OBJECT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_CHUNK = 1 << 18
_PIPE_BYTES = 1 << 20
AHEAD = 500
"""Blobs asked for ahead at most: their names must fit into a pipe that nobody reads yet."""


class BlobMissing(Exception):  # noqa: N818 - not an error where the blob can be fetched
    """The repository does not hold the blob (a blob-less clone), or git died over it."""


class BlobTooLarge(Exception):  # noqa: N818
    """The blob is over the limit; its size in bytes is the only argument."""


class _Died(Exception):  # noqa: N818
    """The process ended, or closed a pipe, before it had answered."""


class BlobReader:
    """Reads blobs by id, from any thread. Its process starts at the first read, and again if it has died."""

    def __init__(self, git_dir: Path, timeout: float = 60.0) -> None:
        self._git_dir = git_dir
        self._timeout = timeout
        """Seconds one blob may take."""
        self._lock = threading.Lock()
        self._held: list[subprocess.Popen[bytes]] = []
        """The running process, if any; a list, so that the finaliser need not hold the reader."""
        self._buffer = bytearray()
        self._ahead: deque[str] = deque()
        """Blobs that were asked for and whose answers nobody has taken yet, in their order."""
        self._finaliser = weakref.finalize(self, _stop_all, self._held)

    @property
    def pid(self) -> int | None:
        """Process id while one runs."""
        return self._held[0].pid if self._held else None

    def read(self, oid: str, limit: int) -> bytes:
        """The blob's bytes. Raises BlobMissing, BlobTooLarge (over `limit`), SourceError (no answer)."""
        if not _OBJECT_ID.fullmatch(oid):
            raise ValueError(f"not an object id: {oid!r}")
        with self._lock:
            fresh = not self._held
            try:
                return self._ask(oid, limit)
            except _Died:
                self._stop()
                if fresh:
                    raise BlobMissing(oid) from None
            # It may have been killed while idle: that is nobody's fault, so once more from the start.
            try:
                return self._ask(oid, limit)
            except _Died:
                self._stop()
                raise BlobMissing(oid) from None

    def expect(self, oids: Sequence[str]) -> None:
        """Ask for blobs that will be read next, in this order: git gets them ready meanwhile. At most `AHEAD` count.

        Only saves time, and only for one thread that reads alone: to read another blob first starts git anew.
        """
        wanted = [oid for oid in oids if _OBJECT_ID.fullmatch(oid)][:AHEAD]
        with self._lock:
            if self._ahead or not wanted:
                return
            process = self._process()
            assert process.stdin is not None
            try:
                _widen(process)
                process.stdin.write("".join(f"{oid}\n" for oid in wanted).encode("ascii"))
            except OSError:
                self._stop()
            else:
                self._ahead.extend(wanted)

    def close(self) -> None:
        """End the process and collect it. A later read starts another."""
        with self._lock:
            self._stop()

    def _stop(self) -> None:
        _stop_all(self._held)
        self._buffer.clear()
        self._ahead.clear()

    def _ask(self, oid: str, limit: int) -> bytes:
        if self._ahead and self._ahead[0] != oid:
            self._stop()
        process = self._process()
        assert process.stdin is not None
        deadline = time.monotonic() + self._timeout
        if self._ahead:
            self._ahead.popleft()
        else:
            try:
                process.stdin.write(oid.encode("ascii") + b"\n")
            except OSError:
                raise _Died from None
        try:
            header = self._take_line(process, deadline).split(b" ")
            if header[-1] == b"missing":
                raise BlobMissing(oid)
            if len(header) != 3 or header[1] != b"blob":
                self._stop()  # another type's content would follow; no tree we list leads here
                raise BlobMissing(oid)
            size = int(header[2])
            if size > limit:
                self._stop()  # cheaper than reading what nobody wants
                raise BlobTooLarge(size)
            return self._take(process, size + 1, deadline)[:-1]
        except TimeoutError:
            self._stop()
            raise SourceError(
                f"git did not give blob {oid[:12]} of {shown(str(self._git_dir))} in time",
                "check the disk or network drive the repository is on, then try again",
            ) from None

    def _process(self) -> subprocess.Popen[bytes]:
        if not self._held:
            self._buffer.clear()
            self._held.append(
                gitrun.start(
                    ["cat-file", "--batch"],
                    git_dir=self._git_dir,
                    stdin=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
            )
        return self._held[0]

    def _take_line(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill(process, deadline)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _take(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            self._fill(process, deadline)
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _fill(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        assert process.stdout is not None
        poll = select.poll()
        poll.register(process.stdout, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError
        chunk = process.stdout.read(_CHUNK)
        if not chunk:
            raise _Died
        self._buffer += chunk


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Let git write ahead of what is read, where the system has such pipes."""
    if process.stdout is not None and hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):
            fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _stop_all(held: list[subprocess.Popen[bytes]]) -> None:
    while held:
        gitrun.stop(held.pop())
