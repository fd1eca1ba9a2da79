"""Contamination: rows of eight words that records share with benchmark files, which are read once, line by line.

Three steps keep the memory small however large the files are: the records' rows are marked in a table of bits, the
files' rows that meet a mark are kept with their place, and each record is then held against those few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from app.base.text import printable
from app.errors import UsageError

_WORD = re.compile(r"\w+(?:['’]\w+)*")
ROW = 8
"""Words in a row that count as shared."""
_BITS = 28
"""Two marks a row in a table of 2^28 bits, 32 MiB: of rows that no record has, 2 % pass where there are 20 million."""
_MASK = (1 << _BITS) - 1
_LONGEST = 1 << 24
"""Bytes that are taken for one line at most."""


class Shared(NamedTuple):
    """A run of words that a text shares with a file."""

    start: int
    """First character in the text, 0-based."""
    end: int
    """One past the last character."""
    words: int
    file: str
    line: int
    """1-based; where the file is not of lines of JSON, the line in which the first eight words end."""


class BenchmarkOverlap:
    """The rows of a project's records, and where benchmark files have them too."""

    def __init__(self) -> None:
        self._bits = bytearray(1 << (_BITS - 3))
        self._places: dict[int, tuple[int, int]] = {}
        self._files: list[str] = []

    def expect(self, text: str) -> None:
        """A text of a record. All of them come before the first file."""
        bits = self._bits
        for row in _rows(_folded(text)):
            for at in (row & _MASK, row >> _BITS & _MASK):
                bits[at >> 3] |= 1 << (at & 7)

    def read(self, path: Path, progress: Callable[[int], None] | None = None) -> None:
        """Take a benchmark file in: JSON or JSONL of any shape, of which every string counts, or plain text.

        `progress` gets the bytes read. Raises `UsageError` where the file cannot be read.
        """
        self._files.append(str(path))
        tail: list[str] = []
        try:
            for number, text, done in _lines(path):
                strings = _strings(text)
                if strings is None:
                    words = tail + _folded(text.replace("\\n", " ").replace("\\t", " "))
                    self._take(words, number)
                    tail = words[1 - ROW :]
                else:
                    tail = []
                    for string in strings:
                        self._take(_folded(string), number)
                if progress is not None:
                    progress(done)
        except OSError as error:
            raise UsageError(
                f"{printable(str(path))} cannot be read: {error.strerror}",
                "give --against files that can be read",
            ) from None

    def _take(self, words: Sequence[str], line: int) -> None:
        bits, file = self._bits, len(self._files) - 1
        for row in _rows(words):
            low, high = row & _MASK, row >> _BITS & _MASK
            if bits[low >> 3] >> (low & 7) & 1 and bits[high >> 3] >> (high & 7) & 1:
                self._places.setdefault(row, (file, line))

    def shared(self, text: str) -> Iterator[Shared]:
        """The runs of a text that the files have, in order; rows that overlap are one run."""
        words = [found.span() for found in _WORD.finditer(text)]
        rows = _rows(_folded(text))
        at = 0
        while at < len(rows):
            place = self._places.get(rows[at])
            if place is None:
                at += 1
                continue
            last = at
            while last + 1 < len(rows) and rows[last + 1] in self._places:
                last += 1
            file, line = place
            end = last + ROW
            yield Shared(words[at][0], words[end - 1][1], end - at, self._files[file], line)
            at = last + 1  # the next row may overlap this one


def _rows(words: Sequence[str]) -> list[int]:
    """One number for each row of eight words; the same for the same words within this process."""
    return [hash(row) for row in zip(*(words[at:] for at in range(ROW)), strict=False)]


def _folded(text: str) -> list[str]:
    """The words of a text, without regard to capitals."""
    return [word.casefold() for word in _WORD.findall(text)]


def _lines(path: Path) -> Iterator[tuple[int, str, int]]:
    """(1-based line, text, bytes read so far); a line that is too long comes in parts."""
    number, fresh, done = 0, True, 0
    with path.open("rb") as stream:
        while piece := stream.readline(_LONGEST):
            number += fresh
            fresh = piece.endswith(b"\n")
            done += len(piece)
            yield number, piece.decode("utf-8", "replace").lstrip("\ufeff"), done


def _strings(text: str) -> list[str] | None:
    """The strings in a line of JSON; None if it is none, or holds no string."""
    if not text.lstrip().startswith(("{", "[", '"')):
        return None
    try:
        todo: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return None
    found: list[str] = []
    while todo:
        value = todo.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            todo += value.values()
    return found or None
