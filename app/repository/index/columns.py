"""The items of one file as a few columns of bytes: small on disk, and joined with others without touching each item.

Offsets are bytes, 0-based, end exclusive; lines are 0-based.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.rust.leads import ITEM_KINDS

KINDS = (*sorted(ITEM_KINDS), NOT_UNDERSTOOD)
"""Kinds of items by their number in the columns."""
TEST = 0x80
"""Set in a kind's number where the item is test code."""

KIND_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}
"""The other way about."""
_NAMELESS = frozenset(
    {
        "impl_item",
        "use_declaration",
        "macro_invocation",
        "foreign_mod_item",
        "extern_crate_declaration",
        NOT_UNDERSTOOD,
    }
)
_CHECK = struct.Struct("<4sI")
_HEAD = struct.Struct("<III")
_MAGIC = b"BSI1"
_WIDTH = array("I").itemsize
_COLUMNS = 3


class DamagedError(ValueError):
    """Bytes that are no columns: a row of the cache that something else has written."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One file's items, in file order."""

    kinds: bytes
    """`KINDS` number of each, and `TEST`."""
    starts: array[int]
    """First byte of each lead."""
    ends: array[int]
    """One past the last byte of each."""
    lines: array[int]
    """The line on which each begins behind its lead."""
    paths: str
    """Item paths, one a line."""
    names: str
    """What code calls each, one a line; empty lines for what has no name."""

    def __len__(self) -> int:
        return len(self.kinds)


EMPTY = Columns(b"", array("I"), array("I"), array("I"), "", "")
"""Of a file without items."""


def lines_of(data: bytes, places: Iterable[int]) -> Iterator[int]:
    """The 0-based lines of rising places: counted from one to the next."""
    line = before = 0
    for place in places:
        line += data.count(b"\n", before, place)
        before = place
        yield line


def bare_name(kind: str, path: str) -> str:
    """What code calls an item of that path: `run` of `Retry::run`; empty where it has no name of its own."""
    if kind in _NAMELESS:
        return ""
    stem, _, number = path.rpartition("#")
    if number.isdigit():
        path = stem  # the second and later of one name are told apart by a number
    return path.rsplit("::", 1)[-1].rsplit(" ", 1)[-1].removeprefix("r#")


def encode(table: Columns) -> bytes:
    """The columns as bytes, with a checksum."""
    paths, names = table.paths.encode("utf-8"), table.names.encode("utf-8")
    head = _HEAD.pack(len(table.kinds), len(paths), _WIDTH)
    columns = (table.kinds, table.starts.tobytes(), table.ends.tobytes(), table.lines.tobytes())
    body = b"".join((head, *columns, paths, names))
    return _CHECK.pack(_MAGIC, zlib.crc32(body)) + body


def decode(data: bytes) -> Columns:
    """The columns that `encode` wrote. Raises `DamagedError` for anything else."""
    if len(data) < _CHECK.size + _HEAD.size:
        raise DamagedError("too short")
    magic, checksum = _CHECK.unpack_from(data)
    body = data[_CHECK.size :]
    count, paths, width = _HEAD.unpack_from(body)
    if magic != _MAGIC or zlib.crc32(body) != checksum or width != _WIDTH:
        raise DamagedError("not what was written")
    body = body[_HEAD.size :]
    size = count * _WIDTH
    text = count + _COLUMNS * size
    places = range(count, count + _COLUMNS * size, size) if size else (0,) * _COLUMNS
    starts, ends, lines = (array("I", body[at : at + size]) for at in places)
    return Columns(
        body[:count],
        starts,
        ends,
        lines,
        body[text : text + paths].decode("utf-8"),
        body[text + paths :].decode("utf-8"),
    )
