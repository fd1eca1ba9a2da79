"""What records left in the index, kept on disk by revision: one SQLite file a project, for all its processes.

Only a cache: a revision's name is the hash of its content, so that no row is ever stale, and whatever is wrong with
the file, the worst that follows is reading the records again.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import zlib
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from app import __version__
from app.checks.imprints import SKETCH, Imprint, Marks
from app.errors import StoreError
from app.project.project import make_work_dir

NAME = "imprints.sqlite"
PATIENCE = 1.0
"""Seconds to wait for another process that writes."""
_ASKED = 250
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
        self.path = folder / NAME
        """The SQLite file; made when something is put in."""
        self._connection: sqlite3.Connection | None = None
        self._guard = threading.Lock()
        self._refusals = 0
        """How often nothing could be put in."""

    def get(self, revisions: Sequence[str]) -> dict[str, Imprint]:
        """What is known of these; what is damaged is as if it were not there. Never raises."""
        found: dict[str, Imprint] = {}

        def take(connection: sqlite3.Connection) -> None:
            for at in range(0, len(revisions), _ASKED):
                asked = revisions[at : at + _ASKED]
                marks = ",".join("?" * len(asked))
                rows = connection.execute(
                    f"SELECT * FROM imprints WHERE revision IN ({marks})",  # noqa: S608 - marks only
                    asked,
                )
                for row in rows:
                    with contextlib.suppress(TypeError, ValueError):
                        found[str(row[0], "ascii")] = _imprint(row[1:])

        self._try(take, make=False)
        return found

    def put(self, imprints: Mapping[str, Imprint]) -> None:
        """Keep imprints, all or none. A full or read-only disk only means that they are not kept. Never raises."""
        rows = [(revision, *_row(left)) for revision, left in imprints.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(
                    "INSERT OR REPLACE INTO imprints VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
                )

        if rows and self._refusals < _REFUSALS and not self._try(give, make=True):
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

        self._try(sweep, make=False)

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._drop()

    # -- inside

    def _try(self, work: Callable[[sqlite3.Connection], None], make: bool) -> bool:
        """Work with the open file, if there is one to be had; what is no cache of ours is thrown away.

        Returns whether that was done.
        """
        with self._guard:
            try:
                connection = self._open(make)
                if connection is not None:
                    work(connection)
                    return True
            except (sqlite3.OperationalError, OSError, StoreError):
                self._drop()  # locked for too long, disk full, read-only: without it, then
            except (sqlite3.DatabaseError, OverflowError, UnicodeError):
                self._drop()
                self._discard()
            return False

    def _open(self, make: bool) -> sqlite3.Connection | None:
        if self._connection is not None:
            return self._connection
        if self.path.is_symlink() or self.path.parent.is_symlink():
            return None
        if not self.path.exists():
            if not make:
                return None
            make_work_dir(self.path.parent)
        connection = self._connection = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        connection.text_factory = bytes
        # Losing the last rows in a power cut is nothing; a torn file is found out by SQLite or by a row's shape.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA trusted_schema = OFF")
        self._prepare(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """See that the file holds our one table and nothing else. Raises `sqlite3.Error`."""
        if self._ours(connection):
            return
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            if self._ours(connection):  # another process was quicker
                return
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise sqlite3.DatabaseError("another version's, or none of ours")
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version = {maker()}")

    def _ours(self, connection: sqlite3.Connection) -> bool:
        made_of = connection.execute("SELECT sql FROM sqlite_master").fetchall()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return made_of == [(_TABLE.encode(),)] and version == maker()

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _discard(self) -> None:
        for name in (self.path, Path(f"{self.path}-journal"), Path(f"{self.path}-wal")):
            with contextlib.suppress(OSError):
                name.unlink()


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
