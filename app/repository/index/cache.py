"""What was read of files, kept on disk by content: one SQLite file for all repositories of a person.

Only a cache: whatever is wrong with it, the worst that follows is reading the files again.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from app import __version__
from app.base import folders as places
from app.base.code_digest import code_digest
from app.repository.index.columns import Columns, DamagedError, decode

SIZE_LIMIT = 512 * 1024 * 1024
"""Bytes of the file above which what was not used for longest goes."""
PATIENCE = 2.0
"""Seconds to wait for another process that writes."""
_ASKED = 500
_STALE_DAYS = 7
_READERS = ("app.rust", "app.repository.index")
"""The rooms whose code reads outlines."""


def maker() -> str:
    """Names the code that reads outlines: what another version read is not used."""
    return f"{__version__}-{code_digest(*_READERS):08x}"


def default_path() -> Path:
    """Where the cache is for this person."""
    return places.cache_dir() / "index" / "symbols.sqlite"


class IndexCache:
    """A cache of encoded columns. Opens its file at the first use; use it from one thread at a time."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = default_path() if path is None else path
        """The SQLite file; made when something is put in."""
        self._maker = maker()
        self._connection: sqlite3.Connection | None = None

    def get(self, keys: Sequence[str]) -> dict[str, Columns]:
        """What is known of these keys; damaged rows are as if they were not there."""
        found: dict[str, Columns] = {}

        def take(connection: sqlite3.Connection) -> None:
            for at in range(0, len(keys), _ASKED):
                self._take(connection, keys[at : at + _ASKED], found)

        self._try(take, make=False)
        return found

    def whole(self, key: str) -> bytes | None:
        """What was put under one key, as it is: the caller looks whether it is damaged."""
        found: list[bytes] = []

        def take(connection: sqlite3.Connection) -> None:
            asked = "SELECT data FROM outlines WHERE name = ?"
            found.extend(row[0] for row in connection.execute(asked, [self._name(key)]))

        self._try(take, make=False)
        return found[0] if found and isinstance(found[0], bytes) else None

    def put(self, rows: Mapping[str, bytes]) -> None:
        """Keep encoded columns by key, all or none. A full disk or a file in use only means that they are not kept."""
        today = _today()
        kept = [(self._name(key), today, data) for key, data in rows.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO outlines VALUES (?, ?, ?)", kept)

        if kept:
            self._try(give, make=True)

    def close(self) -> None:
        """Let go of the file, after throwing out what is too much."""
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error, OSError):
                self._shrink(self._connection)
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    # -- inside

    def _name(self, key: str) -> str:
        return f"{self._maker}:{key}"

    def _take(self, connection: sqlite3.Connection, keys: Sequence[str], found: dict[str, Columns]) -> None:
        marks = ",".join("?" * len(keys))
        rows: Iterable[tuple[str, int, bytes]] = connection.execute(
            f"SELECT name, used, data FROM outlines WHERE name IN ({marks})",  # noqa: S608 - marks only
            [self._name(key) for key in keys],
        )
        stale = []
        for name, used, data in rows:
            with contextlib.suppress(DamagedError, TypeError, ValueError):
                found[name[len(self._maker) + 1 :]] = decode(data)
                if _today() - used > _STALE_DAYS:
                    stale.append((_today(), name))
        if stale:
            with contextlib.suppress(sqlite3.OperationalError), connection:
                connection.executemany("UPDATE outlines SET used = ? WHERE name = ?", stale)

    def _try(self, work: Callable[[sqlite3.Connection], None], make: bool) -> None:
        """Work with the open file, if there is one to be had; a damaged one is thrown away."""
        try:
            connection = self._open(make)
            if connection is not None:
                work(connection)
        except (sqlite3.OperationalError, OSError):
            self._drop()  # locked for too long, disk full, read-only: without the cache, then
        except sqlite3.DatabaseError:
            self._drop()
            self._discard()

    def _open(self, make: bool) -> sqlite3.Connection | None:
        if self._connection is None:
            if self.path.is_symlink() or not (make or self.path.exists()):
                return None
            # It tells of code that may be nobody else's affair; what SQLite makes beside it has its rights.
            places.private_folder(self.path.parent)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
            self._connection = sqlite3.connect(self.path, timeout=PATIENCE, check_same_thread=False)
            # Losing the last rows in a power cut is nothing; a torn file is found out by SQLite or the checksums.
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS outlines (name TEXT PRIMARY KEY, used INTEGER, data BLOB)"
            )
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _discard(self) -> None:
        for name in (self.path, Path(f"{self.path}-journal")):
            with contextlib.suppress(OSError):
                name.unlink()

    def _shrink(self, connection: sqlite3.Connection) -> None:
        if self.path.stat().st_size <= SIZE_LIMIT:
            return
        with connection:
            connection.execute(
                "DELETE FROM outlines WHERE name IN"
                " (SELECT name FROM outlines ORDER BY used LIMIT (SELECT count(*) / 2 FROM outlines))"
            )
        connection.execute("VACUUM")


def _today() -> int:
    return int(time.time() // 86_400)
