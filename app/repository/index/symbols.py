"""The index of a code base: every item of every Rust file, by place and by name."""

from __future__ import annotations

import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from heapq import merge
from itertools import accumulate
from typing import NamedTuple

from app.repository.index.columns import KINDS, TEST, Columns, DamagedError, decode, encode

_RUN = 2_000
"""Texts that one sort may hold the interpreter's lock for: under 2 ms."""


class Symbol(NamedTuple):
    """One item, and where it is."""

    path: str
    """Item path, such as `Retry::run`; unique within its file."""
    name: str
    """What code calls it, such as `run`; empty for impls, imports and the like."""
    kind: str
    """tree-sitter's node kind, such as `function_item`."""
    file: str
    """From the repository's root, with forward slashes. Not safe to print as it is."""
    start: int
    """First byte of its lead."""
    end: int
    """One past its last byte."""
    line: int
    """0-based line on which it begins behind its lead."""
    test: bool
    """Whether it is test code."""


class SymbolIndex:
    """All items of a code base; does not change, and may be read from several threads."""

    def __init__(self, files: Sequence[str], counts: Sequence[int], table: Columns) -> None:
        """`table` holds the items of all files, `counts` how many each file has."""
        self.files: tuple[str, ...] = tuple(files)
        """The Rust files."""
        self._counts = array("I", counts)
        self._firsts = [0, *accumulate(counts)]
        self._table = table
        self.kinds = table.kinds
        """By number: the node kind's number in `KINDS`, and `TEST`."""
        # Nothing is not one empty line.
        self.paths: list[str] = table.paths.split("\n") if len(table) else []
        """Item paths, by number."""
        self.names: list[str] = table.names.split("\n") if len(table) else []
        """Bare names, by number."""

    @classmethod
    def of(cls, tables: Mapping[str, Columns]) -> SymbolIndex:
        """The index of each file's columns by path, in the order in which files are listed."""
        full = [part for part in tables.values() if len(part)]
        table = Columns(
            b"".join([part.kinds for part in full]),
            _joined([part.starts for part in full]),
            _joined([part.ends for part in full]),
            _joined([part.lines for part in full]),
            "\n".join([part.paths for part in full]),
            "\n".join([part.names for part in full]),
        )
        return cls(list(tables), [len(part) for part in tables.values()], table)

    def pack(self) -> bytes:
        """All of it but the names of the files."""
        counts = self._counts.tobytes()
        return encode(self._table) + counts + zlib.crc32(counts).to_bytes(4, "little")

    @classmethod
    def unpack(cls, files: Sequence[str], data: bytes) -> SymbolIndex:
        """What `pack` gave for an index of these files. Raises `DamagedError` for anything else."""
        size = len(files) * array("I").itemsize
        table, counts, checksum = data[: -size - 4], data[-size - 4 : -4], data[-4:]
        if len(counts) != size or zlib.crc32(counts).to_bytes(4, "little") != checksum:
            raise DamagedError("not what was written")
        index = cls(files, array("I", counts), decode(table))
        if index._firsts[-1] != len(index):
            raise DamagedError("of other files")
        return index

    def __len__(self) -> int:
        return len(self.kinds)

    def symbol(self, number: int) -> Symbol:
        """The item of a 0-based number: items count through the files in order."""
        kind = self.kinds[number]
        return Symbol(
            self.paths[number],
            self.names[number],
            KINDS[kind & ~TEST],
            self.file_of(number),
            self._table.starts[number],
            self._table.ends[number],
            self._table.lines[number],
            bool(kind & TEST),
        )

    def file_of(self, number: int) -> str:
        """The file of an item."""
        return self.files[bisect_right(self._firsts, number) - 1]

    def is_test(self, number: int) -> bool:
        """Whether an item is test code."""
        return bool(self.kinds[number] & TEST)

    def named(self, name: str) -> Sequence[Symbol]:
        """The items that code calls `name`, in the order of the files; `r#` does not matter."""
        bare = name.removeprefix("r#")
        if not bare:
            return ()
        names, numbers = self._sorted
        low = bisect_left(names, bare)
        return [self.symbol(number) for number in numbers[low : bisect_right(names, bare, lo=low)]]

    @cached_property
    def _sorted(self) -> tuple[Sequence[str], Sequence[int]]:
        """All names in their order, and whose they are. Two flat lists: a list a name would slow every collection."""
        numbers = sorted_gently(range(len(self)), self.names.__getitem__)
        return [self.names[number] for number in numbers], array("I", numbers)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {path: at for at, path in enumerate(self.files)}


def _joined(parts: Sequence[array[int]]) -> array[int]:
    return array("I", b"".join([part.tobytes() for part in parts]))


def sorted_gently(numbers: Iterable[int], key: Callable[[int], str]) -> list[int]:
    """The numbers sorted by their texts, equal ones in their order, without holding the interpreter's lock for long.

    One sort of 40,000 texts holds it for 20 ms: the interface would stand still.
    """
    each = list(numbers)
    runs = [sorted(each[at : at + _RUN], key=key) for at in range(0, len(each), _RUN)]
    return list(merge(*runs, key=key))
