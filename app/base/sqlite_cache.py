"""One SQLite file that only spares work: shared by processes, thrown away where it is broken or of another version."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.errors import BackspanError

_ASKED = 250
"""Keys that are asked for at once."""


class SqliteCache:
    """The file. Opened at its first use; any thread may use it, one at a time. Raises nothing.

    Text comes out as bytes, because a damaged file may hold any.
    """

    def __init__(
        self,
        path: Path,
        table: str,
        version: int,
        make: Callable[[Path], object],
        patience: float,
        longest: int | None = None,
    ) -> None:
        """`table` is how the one table is created; with another table, or another `version`, the file is not ours.

        `make` makes what the file lies in, or refuses to by a `BackspanError` or `OSError`. `patience`: seconds to wait
        for another process that writes. `longest`: bytes of the largest value that is read.
        """
        self.path = path
        self._table = table
        self._version = version
        self._make = make
        self._patience = patience
        self._longest = longest
        self._connection: sqlite3.Connection | None = None
        self._guard = threading.Lock()

    def work(self, job: Callable[[sqlite3.Connection], None], make: bool) -> bool:
        """Do a job on the file, if there is one to be had (`make`: or made); gives back whether it was done."""
        with self._guard:
            try:
                connection = self._open(make)
                if connection is not None:
                    job(connection)
                    return True
            except (sqlite3.OperationalError, OSError, BackspanError):
                self._drop()  # locked for too long, disk full, read-only: without it, then
            except (sqlite3.DatabaseError, OverflowError, UnicodeError):
                self._drop()
                for name in (self.path, Path(f"{self.path}-journal"), Path(f"{self.path}-wal")):
                    with contextlib.suppress(OSError):
                        name.unlink()
            return False

    def close(self) -> None:
        """Let go of the file; the next job opens it again."""
        with self._guard:
            self._drop()

    @property
    def is_open(self) -> bool:
        """Whether the file is held."""
        return self._connection is not None

    def _open(self, make: bool) -> sqlite3.Connection | None:
        if self._connection is not None:
            return self._connection
        if self.path.is_symlink() or not (make or self.path.exists()):
            return None
        self._make(self.path)
        connection = self._connection = sqlite3.connect(
            self.path, timeout=self._patience, check_same_thread=False
        )
        if self._longest is not None:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, self._longest)
        connection.text_factory = bytes
        # Losing the last rows in a power cut is nothing; a torn file is found out by SQLite or by a row's shape.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA trusted_schema = OFF")
        self._prepare(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """See that the file holds our one table and nothing else. Raises `sqlite3.Error`."""
        if self._is_ours(connection):
            return
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            if self._is_ours(connection):  # another process was quicker
                return
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise sqlite3.DatabaseError("another version's, or none of ours")
            connection.execute(self._table)
            connection.execute(f"PRAGMA user_version = {self._version}")

    def _is_ours(self, connection: sqlite3.Connection) -> bool:
        made_of = connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        return made_of == [(self._table.encode(),)] and version == self._version

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def asked(connection: sqlite3.Connection, query: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query that ends in `IN`, for any number of keys."""
    for at in range(0, len(keys), _ASKED):
        some = keys[at : at + _ASKED]
        yield from connection.execute(f"{query} ({','.join('?' * len(some))})", some)
