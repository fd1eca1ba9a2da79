"""What records left in the index, kept on disk by revision: one SQLite file a project, for all its processes.

Only a cache: a revision's name is the hash of its content, so that no row is ever stale, and whatever is wrong with
the file, the worst that follows is reading the records again.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from app import __version__
from app.base.sqlite_cache import SqliteCache, asked
from app.checks.imprints import SKETCH, Imprint, Marks
from app.project.project import cache_place

NAME = "imprints.sqlite"
PATIENCE = 1.0
"""Seconds to wait for another process that writes."""
_REFUSALS = 3
"""Times that nothing can be put in after which it is not tried again: each may have waited."""
_LONGEST = 50_000_000
"""Bytes of the largest value that is read."""
_SPARE = 1_000
"""Rows of revisions that count no more, above which (and above the number of those that do) they are thrown out."""
_TABLE = (
    "CREATE TABLE imprints (revision TEXT PRIMARY KEY, user BLOB, think BLOB, digest BLOB, user_marks BLOB,"
    " think_marks BLOB, sketch BLOB, user_stems BLOB, think_stems BLOB, checksum INTEGER) WITHOUT ROWID"
)
_MARK = array("I").itemsize


@lru_cache(maxsize=1)
def maker() -> int:
    """A number that names the code that makes imprints: what another version made is not used."""
    checksum = zlib.crc32(f"{__version__} {_MARK}".encode())
    for name in ("imprints.py",):
        checksum = zlib.crc32(files("app.checks").joinpath(name).read_bytes(), checksum)
    return checksum & 0x7FFF_FFFF


class ImprintCache:
    """The cache. Opens its file at the first use; any thread may use it, one at a time."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the project's folder of what belongs to this machine."""
        self._file = SqliteCache(folder / NAME, _TABLE, maker(), cache_place, PATIENCE, _LONGEST)
        self._refusals = 0
        """How often nothing could be put in."""

    def get(self, revisions: Sequence[str]) -> dict[str, Imprint]:
        """What is known of these; what is damaged is as if it were not there. Never raises."""
        found: dict[str, Imprint] = {}

        def take(connection: sqlite3.Connection) -> None:
            for row in asked(connection, "SELECT * FROM imprints WHERE revision IN", revisions):
                with contextlib.suppress(TypeError, ValueError):
                    found[str(row[0], "ascii")] = _imprint(row[1:])

        self._file.work(take, make=False)
        return found

    def put(self, imprints: Mapping[str, Imprint]) -> None:
        """Keep imprints, all or none. A full or read-only disk only means that they are not kept. Never raises."""
        rows = [(revision, *_row(left)) for revision, left in imprints.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO imprints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )

        if rows and self._refusals < _REFUSALS and not self._file.work(give, make=True):
            self._refusals += 1

    def tidy(self, wanted: Iterable[str]) -> None:
        """Throw out what is no record's text any more, once it is more than the rest. Never raises."""

        def sweep(connection: sqlite3.Connection) -> None:
            kept = {
                str(row[0], "ascii", "replace") for row in connection.execute("SELECT revision FROM imprints")
            }
            needed = set(wanted)
            old = kept - needed
            if len(old) > max(_SPARE, len(needed)):
                with connection:
                    connection.executemany("DELETE FROM imprints WHERE revision = ?", [(one,) for one in old])

        self._file.work(sweep, make=False)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def _row(left: Imprint) -> tuple[bytes | int, ...]:
    held = (left.user_marks, left.think_marks, left.sketch, left.user_stems, left.think_stems)
    marks = tuple(one.tobytes() for one in held)
    texts = (left.user.encode("utf-8", "surrogatepass"), left.think.encode("utf-8", "surrogatepass"))
    parts = (*texts, left.digest, *marks)
    return *parts, _checksum(parts)


def _checksum(parts: Iterable[bytes]) -> int:
    found = 0
    for part in parts:
        found = zlib.crc32(part, zlib.crc32(len(part).to_bytes(8), found))
    return found


def _imprint(row: Sequence[object]) -> Imprint:
    """A row as an imprint. Raises `TypeError` or `ValueError` where it cannot be one."""
    parts = [_bytes(value) for value in row[:-1]]
    user, think, digest, user_marks, think_marks, sketch, user_stems, think_stems = parts
    if _checksum(parts) != row[-1] or len(digest) not in (0, 16) or len(sketch) > SKETCH * _MARK:
        raise ValueError("damaged")
    texts = (str(user, "utf-8", "surrogatepass"), str(think, "utf-8", "surrogatepass"))
    marks = (_marks(one) for one in (user_marks, think_marks, sketch, user_stems, think_stems))
    return Imprint(*texts, digest, *marks)


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError("no bytes")
    return value


def _marks(data: bytes) -> Marks:
    marks = array("I")
    marks.frombytes(data)
    return marks
