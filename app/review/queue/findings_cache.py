"""What the checks said of revisions, kept on disk so that it is there at once the next time.

Only a cache, one SQLite file a project for all its processes. A revision's name is the hash of its content; what else
the answer hangs on (the spec, the checks' own code, whether the repository is here) is in a digest beside it. What was
said of other records may be older: a near-duplicate that came later is found when a record is opened, or changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from app import __version__
from app.base.code_digest import code_digest
from app.errors import BackspanError
from app.project.project import Project, make_work_dir
from app.records.filters.row import Facts

NAME = "facts.sqlite"
PATIENCE = 1.0
"""Seconds to wait for another process that writes."""
_TABLE = (
    "CREATE TABLE facts (digest BLOB, revision TEXT, said BLOB, PRIMARY KEY (digest, revision)) WITHOUT ROWID"
)
_VERSION = 1
_LONGEST = 1_000_000
"""Bytes of the largest value that is read."""


@lru_cache(maxsize=1)
def _maker() -> int:
    """A number that names the code of the checks: what another version said is not used."""
    return code_digest("app.checks") ^ zlib.crc32(__version__.encode())


def digest_of(project: Project, topic: str, viewer: str) -> bytes:
    """What an answer of the checks hangs on besides the revision. `viewer`: who, where not all see the same.

    Touches the disk. Raises `BackspanError`.
    """
    spec = project.spec(topic)
    here = project.local_path(spec) is not None
    parts = (_maker(), topic, here, viewer, spec.model_dump_json())
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


class KeptFacts:
    """The cache. Opens its file at the first use; any thread may use it, one at a time. Never raises."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the project's folder of what belongs to this machine."""
        self.path = folder / NAME
        """The SQLite file; made when something is put in."""
        self._connection: sqlite3.Connection | None = None
        self._guard = threading.Lock()

    def load(self, digest: bytes) -> dict[str, Facts]:
        """All that is kept under a digest, by revision; what is damaged is as if it were not there."""
        found: dict[str, Facts] = {}

        def take(connection: sqlite3.Connection) -> None:
            rows = connection.execute("SELECT revision, said FROM facts WHERE digest = ?", (digest,))
            for revision, said in rows:
                with contextlib.suppress(msgspec.MsgspecError, TypeError, UnicodeError):
                    found[str(revision)] = msgspec.msgpack.decode(said, type=Facts)

        self._try(take, make=False)
        return found

    def put(self, digest: bytes, said: Mapping[str, Facts]) -> None:
        """Keep more, all or none. A full or read-only disk only means that it is not kept."""
        rows = [(digest, revision, msgspec.msgpack.encode(facts)) for revision, facts in said.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)

        if rows:
            self._try(give, make=True)

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._drop()

    def _try(self, work: Callable[[sqlite3.Connection], None], make: bool) -> None:
        with self._guard:
            try:
                connection = self._open(make)
                if connection is not None:
                    work(connection)
            except (sqlite3.OperationalError, OSError, BackspanError):
                self._drop()  # locked for too long, disk full, read-only: without it, then
            except (sqlite3.DatabaseError, OverflowError, UnicodeError):
                self._drop()
                for name in (self.path, Path(f"{self.path}-journal"), Path(f"{self.path}-wal")):
                    with contextlib.suppress(OSError):
                        name.unlink()

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
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA trusted_schema = OFF")
        if not self._ours(connection):
            connection.execute("BEGIN IMMEDIATE")
            with connection:
                if not self._ours(connection):  # unless another process was quicker
                    if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                        raise sqlite3.DatabaseError("another version's, or none of ours")
                    connection.execute(_TABLE)
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
        return connection

    def _ours(self, connection: sqlite3.Connection) -> bool:
        made_of = connection.execute("SELECT sql FROM sqlite_master").fetchall()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return made_of == [(_TABLE,)] and version == _VERSION

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
