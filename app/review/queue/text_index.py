"""The words of all texts, found at once: an SQLite FTS5 index in one file a project, shared by its processes.

Only a cache. It is kept by revision, whose name is the hash of its content, so nothing in it goes stale; a file that
cannot be used is thrown away, and where none can be written the index is in memory for as long as it is open.
What counts as a word is `app.records.filters.words`' affair alone: the index gets texts that are taken apart already.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from app.errors import BackspanError
from app.records.filters.words import phrase, spaced

NAME = "texts.sqlite"
VERSION = 2
"""Of the file's form and of what a word is; another version's file is made anew."""
PATIENCE = 1.0
"""Seconds to wait for another process that writes."""
_BATCH = 32
"""Texts put in at once: about 15 ms, for which whoever searches meanwhile has to wait."""
_TABLES = {
    "texts": "CREATE TABLE texts (number INTEGER PRIMARY KEY, revision TEXT NOT NULL UNIQUE)",
    # Two indexes, because one of both is twice as large and three times as slow for what is sought most.
    "words": "CREATE VIRTUAL TABLE words USING fts5(x, content='', detail=none, tokenize='ascii', prefix='2 3')",
    "phrases": "CREATE VIRTUAL TABLE phrases USING fts5(x, content='', detail=full, tokenize='ascii')",
}

Fetch = Callable[[str], str]
"""A revision's request, reasoning and code as one text, by its id. Touches the disk; raises `BackspanError`."""


class TextIndex:
    """Finds words in the texts it was given. Any thread may use it, one at a time; it raises nothing."""

    def __init__(self, folder: Path | None = None) -> None:
        """`folder`: the project's folder of what belongs to this machine, as `make_work_dir` made it.

        Without one all is kept in memory. Nothing is opened before the first use.
        """
        self.path = None if folder is None else folder / NAME
        """The index's file; None where it is in memory."""
        self._connection: sqlite3.Connection | None = None
        self._plain: dict[int, str] | None = None
        """The texts by number, taken apart, where this SQLite has no FTS5."""
        self._guard = threading.RLock()
        self._numbers: dict[str, int] = {}
        self._last = 0
        """The highest number that is known here."""
        self.damaged: set[str] = set()
        """Revisions whose texts could not be had; they are found by no word."""

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            self._drop()

    @property
    def size(self) -> int:
        """How many more than the highest number of a text."""
        return self._last + 1

    def number(self, revision: str) -> int:
        """The number of a revision's text; 0 where it is not in the index."""
        return self._numbers.get(revision, 0)

    def missing(self, revisions: Iterable[str]) -> list[str]:
        """Those that are not in the index, nor known to be damaged; each once."""
        self._work(self._learn)
        known, damaged = self._numbers, self.damaged
        return [one for one in dict.fromkeys(revisions) if one not in known and one not in damaged]

    def take(
        self,
        revisions: Sequence[str],
        fetch: Fetch,
        on_part: Callable[[int, int], None] = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Bring in what is missing of these revisions; gives back how many came. Long: for a background thread.

        `on_part` is told how many are done and how many there are. What was brought in when `cancelled` said yes stays.
        """
        missing = self.missing(revisions)
        came = 0
        for at in range(0, len(missing), _BATCH):
            if cancelled():
                break
            texts: list[tuple[str, str]] = []
            for revision in missing[at : at + _BATCH]:
                try:
                    texts.append((revision, spaced(fetch(revision))))
                except BackspanError:
                    self.damaged.add(revision)
            came += self._put(texts)
            on_part(min(at + _BATCH, len(missing)), len(missing))
        return came

    def hits(self, wanted: str) -> bytearray:
        """For each number whether its text holds the words in a row, the last perhaps only begun: 1 or 0."""
        sought = phrase(wanted)
        found = bytearray(self.size)
        words = sought.split()
        if not words:
            return found

        def ask(connection: sqlite3.Connection) -> None:
            if self._plain is not None:
                for number, text in self._plain.items():
                    found[number] = sought in text
                return
            table = "words" if len(words) == 1 else "phrases"
            query = f'"{" ".join(words)}"' + ("" if sought.endswith(" ") else "*")
            # What comes meanwhile, from here or from another process, is found the next time.
            asked = f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ?"  # noqa: S608
            for (number,) in connection.execute(asked, (query, len(found))):
                found[number] = 1

        self._work(ask)
        return found

    def _put(self, texts: list[tuple[str, str]]) -> int:
        before = len(self._numbers)

        def give(connection: sqlite3.Connection) -> None:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for revision, text in texts:
                    done = connection.execute(
                        "INSERT OR IGNORE INTO texts (revision) VALUES (?)", (revision,)
                    )
                    if not done.rowcount:
                        continue  # another process was quicker
                    number = done.lastrowid
                    if self._plain is not None:
                        self._plain[number or 0] = text
                        continue
                    for table in ("words", "phrases"):
                        connection.execute(f"INSERT INTO {table} (rowid, x) VALUES (?, ?)", (number, text))  # noqa: S608
            self._learn(connection)

        self._work(give)
        return len(self._numbers) - before

    # -- the file

    def _work(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Work with the open index: the file, else a new file, else one in memory, which stays so."""
        with self._guard:
            for _ in range(3):
                try:
                    return work(self._open())
                except (sqlite3.Error, OSError) as error:
                    self._drop()
                    if isinstance(error, sqlite3.OperationalError | OSError) or not self._discarded():
                        self.path = None  # locked for too long, disk full, read-only
            return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._numbers, self._last = {}, 0
            self._connection = self._connect()
            self._prepare(self._connection)
            self._learn(self._connection)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        if self.path is not None and (
            self.path.is_symlink() or self.path.parent.is_symlink() or not self.path.parent.is_dir()
        ):
            self.path = None
        where: Path | str = ":memory:"
        if self.path is not None:
            where = self.path
        connection = sqlite3.connect(where, timeout=PATIENCE, check_same_thread=False, isolation_level=None)
        # A cache may lose its last texts in a power cut; a torn file is found out by SQLite.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA trusted_schema = OFF")
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """See that the file holds our tables. Raises `sqlite3.Error`."""
        tables = dict(_TABLES)
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("CREATE VIRTUAL TABLE temp.probe USING fts5(x)")
            connection.execute("DROP TABLE temp.probe")
            self._plain = None
            self._make(connection, tables)
            return
        if self.path is not None:  # without FTS5 a file would keep nothing
            self.path = None
            raise sqlite3.OperationalError("no FTS5")
        self._plain = {}
        self._make(connection, {"texts": tables["texts"]})

    def _make(self, connection: sqlite3.Connection, tables: dict[str, str]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            made = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
            if version == VERSION and all(made.get(name) == sql for name, sql in tables.items()):
                return
            if made:
                raise sqlite3.DatabaseError("another version's, or none of ours")
            for sql in tables.values():
                connection.execute(sql)
            connection.execute(f"PRAGMA user_version = {VERSION}")

    def _learn(self, connection: sqlite3.Connection) -> None:
        """Take over the numbers that came, from here or from other processes."""
        asked = connection.execute("SELECT revision, number FROM texts WHERE number > ?", (self._last,))
        for revision, number in asked:
            self._numbers[revision] = number
            self._last = max(self._last, number)

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None

    def _discarded(self) -> bool:
        """Throw away what is no database, or a damaged one, or another version's; whether the place is free now."""
        if self.path is None:
            return False
        for name in (self.path, Path(f"{self.path}-journal"), Path(f"{self.path}-wal")):
            with contextlib.suppress(OSError):
                name.unlink()
        return not self.path.exists()
