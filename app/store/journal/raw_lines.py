"""The lines of a journal's bytes, one in memory at a time, each with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from app.records.history.light import Event
from app.store.journal.lines import read_line, unfinished
from app.store.protocol import Damaged

LONGEST = 64 << 20
"""Bytes of a line past which it is no event: a hole that a crash left, or another kind of file."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line as it stands in the file."""

    number: int
    """1-based."""
    offset: int
    """Of its first byte."""
    size: int
    """Bytes, without the line feed."""
    whole: bool
    """It has its line feed."""
    data: bytes | None
    """Its bytes without the line feed; None where they are more than `LONGEST`."""
    sha256: str | None = None
    """Of those bytes, where `data` is None."""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the line's bytes without the line feed."""
        return self.sha256 or hashlib.sha256(self.data or b"").hexdigest()

    def event(self) -> Event | Damaged | None:
        """What the line is, read strictly; None for a blank one."""
        if self.data is None:
            return Damaged(self.number, f"it has {self.size:,} bytes, and no event is as long")
        found = read_line(self.data, self.number) if self.whole else unfinished(self.data, self.number)
        if isinstance(found, Damaged) and (holes := self.data.count(b"\0")):
            bytes_ = "byte" if holes == 1 else "bytes"
            return Damaged(self.number, f"it holds {holes:,} NUL {bytes_}, such as a power cut leaves")
        return found


def raw_lines(stream: BinaryIO, number: int = 0, offset: int = 0) -> Iterator[RawLine]:
    """The lines from the stream's place on, which is `offset`, after `number` lines. Raises what reading raises."""
    while line := stream.readline(LONGEST):
        number += 1
        if len(line) == LONGEST and not line.endswith(b"\n"):
            found = _skipped(stream, line, number, offset)
        else:
            whole = line.endswith(b"\n")
            data = line[:-1] if whole else line
            found = RawLine(number, offset, len(data), whole, data)
        yield found
        offset += found.size + found.whole


def _skipped(stream: BinaryIO, first: bytes, number: int, offset: int) -> RawLine:
    digest, size = hashlib.sha256(first), len(first)
    while more := stream.readline(_CHUNK):
        whole = more.endswith(b"\n")
        data = more[:-1] if whole else more
        digest.update(data)
        size += len(data)
        if whole:
            return RawLine(number, offset, size, True, None, digest.hexdigest())
    return RawLine(number, offset, size, False, None, digest.hexdigest())
