"""What was read of files, kept on disk by content: one SQLite file for all repositories of a person.

Only a cache: whatever is wrong with it, the worst that follows is reading the files again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app import __version__
from app.base import folders as places
from app.base.code_digest import code_digest
from app.base.sqlite_cache import SqliteCache, asked
from app.repository.index.columns import Columns, DamagedError, decode

SIZE_LIMIT = 512 * 1024 * 1024
"""Bytes of the file above which what was not used for longest goes."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_STALE_DAYS = 7
_TABLE = "CREATE TABLE outlines (name TEXT PRIMARY KEY, used INTEGER, data BLOB)"
_READERS = ("app.rust", "app.repository.index")
"""The rooms whose code reads outlines."""


def maker() -> str:
    """Names the code that reads outlines: what another version read is not used."""
    return f"{__version__}-{code_digest(*_READERS):08x}"


def default_path() -> Path:
    """Where the cache is for this person."""
    return places.cache_dir() / "index" / "symbols.sqlite"


class IndexCache:
    """A cache of encoded columns. Opens its file at the first use; any thread may use it."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = SqliteCache(path or default_path(), _TABLE, 0, _make_private, PATIENCE)
        self._maker = maker()

    def get(self, keys: Sequence[str]) -> dict[str, Columns]:
        """What is known of these keys; damaged rows are as if they were not there."""
        found: dict[str, Columns] = {}

        def take(connection: sqlite3.Connection) -> None:
            self._take(connection, keys, found)

        self._file.work(take, make=False)
        return found

    def whole(self, key: str) -> bytes | None:
        """What was put under one key, as it is: the caller looks whether it is damaged."""
        found: list[bytes] = []

        def take(connection: sqlite3.Connection) -> None:
            query = "SELECT data FROM outlines WHERE name = ?"
            found.extend(row[0] for row in connection.execute(query, [self._name(key)]))

        self._file.work(take, make=False)
        return found[0] if found and isinstance(found[0], bytes) else None

    def put(self, rows: Mapping[str, bytes]) -> None:
        """Keep encoded columns by key, all or none. A full disk or a file in use only means that they are not kept."""
        today = _today()
        kept = [(self._name(key), today, data) for key, data in rows.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO outlines VALUES (?, ?, ?)", kept)

        if kept:
            self._file.work(give, make=True)

    def close(self) -> None:
        """Let go of the file, after throwing out what is too much."""
        if self._file.is_open:
            self._file.work(self._shrink, make=False)
            self._file.close()

    # -- inside

    def _name(self, key: str) -> str:
        return f"{self._maker}:{key}"

    def _take(self, connection: sqlite3.Connection, keys: Sequence[str], found: dict[str, Columns]) -> None:
        names = [self._name(key) for key in keys]
        stale = []
        for raw, used, data in asked(
            connection, "SELECT name, used, data FROM outlines WHERE name IN", names
        ):
            with contextlib.suppress(DamagedError, TypeError, ValueError):
                name = str(raw, "utf-8")
                found[name[len(self._maker) + 1 :]] = decode(data)
                if _today() - used > _STALE_DAYS:
                    stale.append((_today(), name))
        if stale:
            with contextlib.suppress(sqlite3.OperationalError), connection:
                connection.executemany("UPDATE outlines SET used = ? WHERE name = ?", stale)

    def _shrink(self, connection: sqlite3.Connection) -> None:
        if self._file.path.stat().st_size <= SIZE_LIMIT:
            return
        with connection:
            connection.execute(
                "DELETE FROM outlines WHERE name IN"
                " (SELECT name FROM outlines ORDER BY used LIMIT (SELECT count(*) / 2 FROM outlines))"
            )
        connection.execute("VACUUM")


def _make_private(path: Path) -> None:
    """It tells of code that may be nobody else's affair; what SQLite makes beside it has its rights."""
    places.private_folder(path.parent)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))


def _today() -> int:
    return int(time.time() // 86_400)
