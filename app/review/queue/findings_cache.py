"""What the checks said of revisions, kept on disk so that it is there at once the next time.

Only a cache, one SQLite file a project for all its processes. A revision's name is the hash of its content; what else
the answer hangs on (the spec, the checks' own code, whether the repository is here) is in a digest beside it. What was
said of other records may be older: a near-duplicate that came later is found when a record is opened, or changes.
"""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from app import __version__
from app.base.code_digest import code_digest
from app.base.sqlite_cache import SqliteCache
from app.project.project import Project, cache_place
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
        self._file = SqliteCache(folder / NAME, _TABLE, _VERSION, cache_place, PATIENCE, _LONGEST)

    def load(self, digest: bytes) -> dict[str, Facts]:
        """All that is kept under a digest, by revision; what is damaged is as if it were not there."""
        found: dict[str, Facts] = {}

        def take(connection: sqlite3.Connection) -> None:
            rows = connection.execute("SELECT revision, said FROM facts WHERE digest = ?", (digest,))
            for revision, said in rows:
                with contextlib.suppress(msgspec.MsgspecError, TypeError, UnicodeError):
                    found[str(revision, "ascii")] = msgspec.msgpack.decode(said, type=Facts)

        self._file.work(take, make=False)
        return found

    def put(self, digest: bytes, said: Mapping[str, Facts]) -> None:
        """Keep more, all or none. A full or read-only disk only means that it is not kept."""
        rows = [(digest, revision, msgspec.msgpack.encode(facts)) for revision, facts in said.items()]

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)

        if rows:
            self._file.work(give, make=True)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
