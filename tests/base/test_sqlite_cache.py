"""One SQLite file that only spares work."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from app.base.sqlite_cache import SqliteCache, asked

TABLE = "CREATE TABLE things (name TEXT PRIMARY KEY, said BLOB)"


def cache(path: Path, version: int = 1, patience: float = 0.0) -> SqliteCache:
    return SqliteCache(path, TABLE, version, lambda path: path.parent.mkdir(exist_ok=True), patience)


def put(into: SqliteCache, **things: bytes) -> bool:
    def give(connection: sqlite3.Connection) -> None:
        with connection:
            connection.executemany("INSERT OR REPLACE INTO things VALUES (?, ?)", list(things.items()))

    return into.work(give, make=True)


def names(of: SqliteCache, *wanted: str) -> list[bytes]:
    found: list[bytes] = []
    query = "SELECT name, said FROM things WHERE name IN"
    of.work(lambda connection: found.extend(row[0] for row in asked(connection, query, wanted)), make=False)
    return sorted(found)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "work" / "things.sqlite"


def test_what_one_process_puts_in_another_finds(path: Path) -> None:
    assert names(cache(path), "a") == [] and not path.parent.exists(), "asking makes no file"
    first, second = cache(path), cache(path)
    assert put(first, a=b"1", b=b"2")
    assert names(second, "a", "b", "c") == [b"a", b"b"]
    assert (first.is_open, cache(path).is_open) == (True, False)
    first.close()
    assert not first.is_open and names(first, "a") == [b"a"]


def test_any_number_of_keys_can_be_asked_for(path: Path) -> None:
    some = cache(path)
    many = {f"k{number}": b"" for number in range(1_000)}
    assert put(some, **many)
    assert len(names(some, *many)) == 1_000


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_broken_file_is_thrown_away(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert names(cache(path), "a") == []
    assert put(cache(path), a=b"1") and names(cache(path), "a") == [b"a"]


@pytest.mark.parametrize("foreign", ["CREATE TABLE other (x)", f"{TABLE}; CREATE VIEW v AS SELECT 1"])
def test_what_another_program_made_is_thrown_away(path: Path, foreign: str) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.executescript(foreign)
    connection.close()
    assert not put(cache(path), a=b"1") and not path.exists()
    assert put(cache(path), a=b"1")


def test_another_versions_rows_are_thrown_away(path: Path) -> None:
    old = cache(path)
    put(old, a=b"1")
    old.close()
    assert names(cache(path, version=2), "a") == [] and not path.exists()


def test_a_file_that_another_holds_is_let_be(path: Path) -> None:
    put(cache(path), a=b"1")
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    assert not put(cache(path), b=b"2") and path.exists()
    holder.close()
    assert names(cache(path), "a", "b") == [b"a"]


def test_a_link_is_not_followed_and_a_refusal_to_make_is_heard(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "elsewhere")
    assert not put(cache(path), a=b"1") and not (tmp_path / "elsewhere").exists()

    def refuse(path: Path) -> None:
        raise PermissionError(str(path))

    assert not put(SqliteCache(tmp_path / "x.sqlite", TABLE, 1, refuse, 0.0), a=b"1")
