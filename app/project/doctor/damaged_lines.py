"""Side copies of damaged lines: `.backspan/damaged/<topic>-<time>.txt`. The journal itself is left as it is.

A copy says of each line its number, length, hash and reason, and then has its bytes as they are.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from app.store.disk.files import make_folder, make_own_folder, put_in_place, write_temporary
from app.store.disk.plain_files import opened

_CHUNK = 1 << 20
_HEAD = re.compile(rb"# line (\d+), (\d+) bytes, sha256 ([0-9a-f]{64}): [^\n]*\n")
_LONGEST_HEAD = 4096


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a journal that is no event."""

    number: int
    """1-based."""
    offset: int
    """Of its first byte."""
    size: int
    """Bytes without the line feed."""
    digest: str
    """SHA-256 of those bytes, hex."""
    reason: str
    """Safe to show."""
    newer: bool
    """Probably an event that a newer version wrote."""


def folder_of(project_root: Path) -> Path:
    """Where the copies are, whether or not there are any."""
    return project_root / ".backspan" / "damaged"


def copied(project_root: Path, topic: str) -> frozenset[str]:
    """The hashes of the lines of this topic that have a whole copy. What cannot be read counts as none."""
    found: set[str] = set()
    try:
        paths = sorted(folder_of(project_root).glob(f"{topic}-*.txt"))
    except OSError:
        return frozenset()
    for path in paths:
        try:
            with opened(path) as handle, os.fdopen(os.dup(handle), "rb") as file:
                found.update(_proven(file))
        except OSError:
            continue
    return frozenset(found)


def copy_lines(project_root: Path, topic: str, journal: Path, lines: Sequence[BadLine]) -> Path:
    """Copy these lines durably; gives back where. Raises `OSError`, also where the journal has changed since."""
    folder = folder_of(project_root)
    make_own_folder(folder.parent)
    make_folder(folder)
    path = folder / f"{topic}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z.txt"
    with opened(journal) as handle:
        put_in_place(write_temporary(path, _copy(handle, journal.name, lines)), path)
    return path


def _copy(handle: int, name: str, lines: Sequence[BadLine]) -> Iterator[bytes]:
    said = f"# Lines of {name} that are no events, copied {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC.\n"
    yield (said + "# They are still in the journal. The bytes of each follow its heading.\n").encode()
    for line in lines:
        heading = f"# line {line.number}, {line.size} bytes, sha256 {line.digest}: {line.reason}\n"
        yield heading.encode("utf-8", "backslashreplace")
        digest = hashlib.sha256()
        at, end = line.offset, line.offset + line.size
        while at < end and (chunk := os.pread(handle, min(_CHUNK, end - at), at)):
            digest.update(chunk)
            at += len(chunk)
            yield chunk
        if digest.hexdigest() != line.digest:
            raise OSError(f"line {line.number} of {name} changed while it was copied")
        yield b"\n"


def _proven(file: BinaryIO) -> Iterator[str]:
    while head := file.readline(_LONGEST_HEAD):
        match = _HEAD.fullmatch(head)
        if not match:
            continue
        digest, left = hashlib.sha256(), int(match[2])
        while left and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        if digest.hexdigest() != match[3].decode():
            return  # the copy is not what it was: nothing after this can be trusted either
        yield match[3].decode()
        file.readline(2)
