"""Where one journal was read up to, and what a light reading of it has found.

Nothing here takes a lock between processes or writes. A `Track` is used under its own `guard`.
"""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import overload

from app.records.history.light import Event, Light, light
from app.records.history.summary import Summary
from app.store.journal.lines import read_line, unfinished
from app.store.journal.scan import light_line
from app.store.protocol import Damaged, OnPart, Survey

STRICT_AT_ONCE = 4_000_000
"""Bytes that are validated strictly as soon as they are read: small journals, and what was just added to any."""
_PROOF = 4096
"""Bytes before the end of what was read that must still be the same for a file to count as merely grown."""
_LINE = 1 << 15
"""Bytes read at once where one line is wanted."""
_FIRST_PART = 256
"""Lines after which a survey tells what it has: more than any screen shows."""
_PARTS = 20
"""How often a long survey tells how far it is, besides."""


def stamp_of(found: os.stat_result) -> tuple[int, ...]:
    """Device, inode, length in bytes and time of change."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def line_at(handle: int, offset: int) -> bytes:
    """The bytes from there up to and with the next line feed, or to the end. Raises `OSError`."""
    data = os.pread(handle, _LINE, offset)
    while data and b"\n" not in data[-_LINE:]:
        more = os.pread(handle, _LINE, offset + len(data))
        if not more:
            return data
        data += more
    return data[: data.find(b"\n") + 1]


@dataclass(slots=True)
class ReadMark:
    """How far a file was read: whole lines only; what follows the last line feed is read anew."""

    identity: tuple[int, int] = (0, 0)
    """Device and inode."""
    offset: int = 0
    """Bytes read, up to and with a line feed."""
    lines: int = 0
    proof: bytes = b""
    """The last bytes before `offset`."""
    stamp: tuple[int, ...] = ()
    """The file's stamp when it was last read to its end; `()` before that."""

    def holds(self, handle: int, found: os.stat_result) -> bool:
        """Whether this is still the file that was read, unchanged or grown."""
        if self.identity != (found.st_dev, found.st_ino) or found.st_size < self.offset:
            return False
        if os.pread(handle, len(self.proof), self.offset - len(self.proof)) != self.proof:
            return False
        return found.st_size > self.offset or self.stamp in ((), stamp_of(found))

    def seal(self, handle: int) -> None:
        """Take the proof anew after reading on."""
        length = min(_PROOF, self.offset)
        self.proof = os.pread(handle, length, self.offset - length)


class Entries(Sequence[Light]):
    """The first so many of a list that only grows: a tuple that costs nothing to make."""

    __slots__ = ("_count", "_list")

    def __init__(self, entries: list[Light]) -> None:
        self._list = entries
        self._count = len(entries)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Light]:
        return islice(self._list, self._count)

    @overload
    def __getitem__(self, at: int) -> Light: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Light]: ...
    def __getitem__(self, at: int | slice) -> Light | Sequence[Light]:
        if isinstance(at, slice):
            start, stop, step = at.indices(self._count)
            return (
                self._list[start:stop:step]
                if stop >= 0
                else [self._list[n] for n in range(start, stop, step)]
            )
        if not -self._count <= at < self._count:
            raise IndexError("no such entry")
        return self._list[at if at >= 0 else self._count + at]


@dataclass(slots=True)
class Track:
    """A journal's entries, where each is, and which lines were validated."""

    topic: str
    generation: int
    mark: ReadMark = field(default_factory=ReadMark)
    guard: threading.RLock = field(default_factory=threading.RLock)
    entries: list[Light] = field(default_factory=list)
    """Only ever grows; where something leaves, another list takes its place."""
    places: array[int] = field(default_factory=lambda: array("q"))
    """The byte at which the line of each entry begins."""
    damaged: list[Damaged] = field(default_factory=list)
    proven: int = 0
    """Bytes from the file's start that were validated strictly."""
    suspects: Collection[int] = ()
    """Where lines begin that an earlier verification found not to be valid."""
    last: Damaged | str | None = None
    """What follows the last line feed: damage, or the id of a whole event (which is the last entry), or nothing."""
    survey: Survey | None = None
    _numbers: dict[str, int] = field(default_factory=dict)
    _numbered: int = 0

    def place(self, event: str) -> int | None:
        """The byte at which the event's first line begins; None if it is not here."""
        for number in range(self._numbered, len(self.entries)):
            self._numbers.setdefault(self.entries[number].id, number)
        self._numbered = len(self.entries)
        number_of = self._numbers.get(event)
        return None if number_of is None else self.places[number_of]

    def take(self, handle: int, on_part: OnPart | None, fresh: Callable[[], int]) -> bytes:
        """Read on to the end; gives back what follows the last line feed. `fresh` makes a generation's number.

        An exception from `on_part` leaves what was read up to then.
        """
        size = os.fstat(handle).st_size
        lightly = size - self.mark.offset > STRICT_AT_ONCE
        whole = self.last if isinstance(self.last, str) else None
        count = len(self.entries)
        if whole is not None:  # it may be gone, or have got its line feed: it is read again
            count -= 1
            self._without({count})
        self.last = None
        self.survey = None
        try:
            rest = self._lines(handle, size, lightly, on_part)
        finally:
            self.mark.seal(handle)
        if rest:
            self._end(unfinished(rest, self.mark.lines + 1))
        if whole is not None and (len(self.entries) <= count or self.entries[count].id != whole):
            self.generation = fresh()
        return rest

    def _end(self, found: Event | Damaged | None) -> None:
        if isinstance(found, Damaged):
            self.last = found
        elif found is not None:
            self.last = found.id
            self.entries.append(light(found))
            self.places.append(self.mark.offset)

    def _lines(self, handle: int, size: int, lightly: bool, on_part: OnPart | None) -> bytes:
        """The lines up to the end; gives back what follows the last line feed."""
        mark, entries, places, suspects = self.mark, self.entries, self.places, self.suspects
        step = max(size // _PARTS, STRICT_AT_ONCE)
        offset, lines = mark.offset, mark.lines
        begin, part_lines, part_end = offset, lines + _FIRST_PART, offset + step
        strictly = self.proven == offset and not lightly
        with os.fdopen(os.dup(handle), "rb", buffering=1 << 20) as file:
            file.seek(offset)
            for data in file:
                if data[-1] != 10:
                    return data
                lines += 1
                found: Light | Event | Damaged | None = (
                    light_line(data) if lightly and offset not in suspects else None
                )
                if found is None:
                    found = read_line(data, lines)
                if isinstance(found, Damaged):
                    self.damaged.append(found)
                elif found is not None:
                    entries.append(found if isinstance(found, Summary) else light(found))
                    places.append(offset)
                offset += len(data)
                mark.offset, mark.lines = offset, lines
                if strictly:
                    self.proven = offset
                if lines == part_lines or offset >= part_end:
                    part_end = offset + step
                    if on_part is not None and lightly:
                        on_part(self.told(), offset - begin, size - begin)
        return b""

    def told(self) -> Survey:
        """What is known now."""
        damaged = tuple(self.damaged)
        if isinstance(self.last, Damaged):
            damaged += (self.last,)
        unproven = max(self.mark.offset - self.proven, 0)
        return Survey(self.topic, True, Entries(self.entries), damaged, self.generation, unproven)

    def settle(self, stamp: tuple[int, ...]) -> Survey:
        """The answer, which stands as long as the file has this stamp."""
        self.mark.stamp = stamp
        self.survey = self.told()
        return self.survey

    def drop(self, bad: Mapping[int, Damaged], generation: int) -> None:
        """Take out the entries whose lines begin at these bytes: they are none."""
        gone = {bisect_left(self.places, offset) for offset in bad}
        self._without({at for at in gone if at < len(self.places) and self.places[at] in bad})
        self.damaged = sorted([*self.damaged, *bad.values()], key=lambda damage: damage.line)
        self.generation = generation

    def _without(self, gone: Collection[int]) -> None:
        """Other lists without these entries: surveys given out keep theirs."""
        kept = [number for number in range(len(self.entries)) if number not in gone]
        self.entries = [self.entries[number] for number in kept]
        self.places = array("q", (self.places[number] for number in kept))
        self._numbers, self._numbered = {}, 0
