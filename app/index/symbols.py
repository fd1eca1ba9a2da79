"""The index of a code base: every item of every Rust file, by place and by name."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from app.index.columns import KINDS, TEST, Columns


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

    def __init__(self, tables: Mapping[str, Columns]) -> None:
        """`tables` holds each file's columns by path, in the order in which files are listed."""
        self.files: tuple[str, ...] = tuple(tables)
        """The Rust files."""
        parts = list(tables.values())
        self._firsts = [0, *accumulate(map(len, parts))]
        self.kinds = b"".join([part.kinds for part in parts])
        """By number: the node kind's number in `KINDS`, and `TEST`."""
        self._starts = _joined([part.starts for part in parts])
        self._ends = _joined([part.ends for part in parts])
        self._lines = _joined([part.lines for part in parts])
        full = [part for part in parts if len(part)]  # nothing is not one empty line
        self.paths: list[str] = "\n".join([part.paths for part in full]).split("\n") if full else []
        """Item paths, by number."""
        self.names: list[str] = "\n".join([part.names for part in full]).split("\n") if full else []
        """Bare names, by number."""

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
            self._starts[number],
            self._ends[number],
            self._lines[number],
            bool(kind & TEST),
        )

    def file_of(self, number: int) -> str:
        """The file of an item."""
        return self.files[bisect_right(self._firsts, number) - 1]

    def kind_of(self, number: int) -> str:
        """The node kind of an item."""
        return KINDS[self.kinds[number] & ~TEST]

    def is_test(self, number: int) -> bool:
        """Whether an item is test code."""
        return bool(self.kinds[number] & TEST)

    def in_file(self, path: str) -> Sequence[Symbol]:
        """The items of a file, in its order; none if the file is not known."""
        at = self._places.get(path)
        if at is None:
            return ()
        return [self.symbol(number) for number in range(self._firsts[at], self._firsts[at + 1])]

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
        numbers = sorted(range(len(self)), key=self.names.__getitem__)
        return [self.names[number] for number in numbers], array("I", numbers)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {path: at for at, path in enumerate(self.files)}


def _joined(parts: Sequence[array[int]]) -> array[int]:
    return array("I", b"".join([part.tobytes() for part in parts]))
