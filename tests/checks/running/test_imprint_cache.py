"""The cache of imprints: whatever happens to its file, what comes out is right or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.imprints import Imprint, imprint
from app.checks.running import imprint_cache as kept
from app.checks.running.imprint_cache import NAME, ImprintCache

ONE, TWO = "1" * 64, "2" * 64
LEFT = imprint(
    "Wait longer after each failure.", "A fixed wait keeps the herd together. " * 5, "fn f() { g(1) }" * 20
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".backspan"


def keep(folder: Path, imprints: dict[str, Imprint]) -> None:
    cache = ImprintCache(folder)
    cache.put(imprints)
    cache.close()


def got(folder: Path, *revisions: str) -> dict[str, Imprint]:
    cache = ImprintCache(folder)
    try:
        return cache.get(revisions)
    finally:
        cache.close()


def test_what_was_put_in_comes_out_in_another_process_and_nothing_else(folder: Path) -> None:
    assert got(folder, ONE) == {}
    assert not folder.exists()  # to look makes no file
    keep(folder, {ONE: LEFT})
    assert got(folder, ONE, TWO) == {ONE: LEFT}
    assert (folder / ".gitignore").read_text() == "*\n"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_any_text_leaves_what_can_be_kept(
    tmp_path_factory: pytest.TempPathFactory, user: str, think: str, block: str
) -> None:
    folder = tmp_path_factory.mktemp("kept") / ".backspan"
    left = imprint(user, think, block)
    keep(folder, {ONE: left})
    assert got(folder, ONE) == {ONE: left}


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be taken for one" * 50, b"", b"SQLite"]
)
def test_a_file_that_is_no_cache_is_thrown_away(folder: Path, content: bytes) -> None:
    folder.mkdir()
    (folder / NAME).write_bytes(content)
    assert got(folder, ONE) == {}
    keep(folder, {ONE: LEFT})
    keep(folder, {ONE: LEFT})  # the first may have found the file only to throw it away
    assert got(folder, ONE) == {ONE: LEFT}


@pytest.mark.parametrize("foreign", ["CREATE TABLE imprints (a)", "CREATE TABLE other (a)"])
def test_another_programs_tables_are_thrown_away(folder: Path, foreign: str) -> None:
    folder.mkdir()
    connection = sqlite3.connect(folder / NAME)
    connection.execute(foreign)
    connection.close()
    assert got(folder, ONE) == {}
    keep(folder, {ONE: LEFT})
    assert got(folder, ONE) == {ONE: LEFT}


def test_a_trigger_in_our_table_makes_it_foreign(folder: Path) -> None:
    keep(folder, {ONE: LEFT})
    connection = sqlite3.connect(folder / NAME)
    connection.execute("CREATE TRIGGER t AFTER INSERT ON imprints BEGIN DELETE FROM imprints; END")
    connection.close()
    assert got(folder, ONE) == {}


def test_another_versions_imprints_are_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(folder, {ONE: LEFT})
    number = kept.maker()
    monkeypatch.setattr(kept, "maker", lambda: number ^ 1)
    assert got(folder, ONE) == {}
    keep(folder, {TWO: LEFT})
    assert got(folder, ONE, TWO) == {TWO: LEFT}


@pytest.mark.parametrize(
    "change", ["user = x'ff'", "sketch = x'00'", "digest = NULL", "think = 7", "checksum = 1"]
)
def test_a_damaged_row_is_as_if_it_were_not_there(folder: Path, change: str) -> None:
    keep(folder, {ONE: LEFT, TWO: LEFT})
    connection = sqlite3.connect(folder / NAME)
    with connection:
        connection.execute(f"UPDATE imprints SET {change} WHERE revision = ?", [ONE])
    connection.close()
    assert got(folder, ONE, TWO) == {TWO: LEFT}


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    keep(tmp_path / "elsewhere", {ONE: LEFT})
    folder.mkdir()
    (folder / NAME).symlink_to(tmp_path / "elsewhere" / NAME)
    assert got(folder, ONE) == {}
    keep(folder, {TWO: LEFT})
    assert got(tmp_path / "elsewhere", ONE, TWO) == {ONE: LEFT}


def test_where_nothing_can_be_written_there_is_no_cache(folder: Path) -> None:
    folder.write_bytes(b"a file where the folder should be")
    cache = ImprintCache(folder)
    for _ in range(5):
        cache.put({ONE: LEFT})
    assert cache.get([ONE]) == {}
    assert folder.read_bytes() == b"a file where the folder should be"


def test_two_at_once_see_what_the_other_put_in(folder: Path) -> None:
    one, two = ImprintCache(folder), ImprintCache(folder)
    one.put({ONE: LEFT})
    two.put({TWO: LEFT})
    assert one.get([ONE, TWO]) == two.get([ONE, TWO]) == {ONE: LEFT, TWO: LEFT}
    one.close()
    two.close()


def test_a_file_that_another_process_holds_is_let_be(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PATIENCE", 0.0)
    keep(folder, {ONE: LEFT})
    holder = sqlite3.connect(folder / NAME)
    holder.execute("BEGIN EXCLUSIVE")
    assert got(folder, ONE) == {}
    keep(folder, {TWO: LEFT})
    holder.rollback()
    holder.close()
    assert got(folder, ONE, TWO) == {ONE: LEFT}


def test_what_no_record_says_any_more_goes_once_it_is_most(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_SPARE", 2)
    cache = ImprintCache(folder)
    names = [f"{n:064x}" for n in range(5)]
    cache.put(dict.fromkeys(names, LEFT))
    cache.tidy(names[:3])
    assert len(cache.get(names)) == 5
    cache.tidy(names[:1])
    assert list(cache.get(names)) == names[:1]
    cache.close()
