"""The index of words: what it finds, and that nothing wrong with its file does harm."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import StoreError
from app.records.filters.words import phrase, spaced
from app.review.queue.text_index import NAME, TextIndex

SAID = {
    "one": "Write a queue: retry_after(attempt) parts the thundering herd.",
    "two": "Straße, 漢字 and tokio::spawn",
}


def found(index: TextIndex, wanted: str, said: dict[str, str] = SAID) -> list[str]:
    hits = index.hits(wanted)
    return [revision for revision in said if hits[index.number(revision)]]


def filled(folder: Path | None) -> TextIndex:
    index = TextIndex(folder)
    index.take(list(SAID), SAID.__getitem__)
    return index


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("QUEUE", ["one"]),
        ("thund", ["one"]),
        ("hundering", []),
        ("after attempt part", ["one"]),
        ("attempt after", []),
        ("STRASSE", ["two"]),
        ("tokio::spa", ["two"]),
        ("a", ["one"]),
        ("an", ["two"]),
        ("漢", []),
        ("漢字", ["two"]),
        ('" OR "', []),
        ("NEAR(queue herd)", []),
        ("* ' --", []),
    ],
)
@pytest.mark.parametrize("where", ["file", "memory"])
def test_words_are_found(tmp_path: Path, where: str, wanted: str, names: list[str]) -> None:
    index = filled(tmp_path if where == "file" else None)
    assert found(index, wanted) == names
    index.close()


_parts = st.sampled_from(
    ["retry", "re", "r", "_", "\x00", "é", "e\u0301", "ß", "SS", "漢字", "٣", "\udc80", " ", "\n", '"', "*"]
)
_texts = st.lists(_parts | st.characters(), max_size=12).map("".join)


@example(["ǅ a", "Ꭰ", "x\u2028y"], "ꭰ")
@given(st.lists(_texts, min_size=1, max_size=4), _texts)
def test_the_index_finds_what_holds_the_phrase(some: list[str], wanted: str) -> None:
    said = {str(number): text for number, text in enumerate(some)}
    index = TextIndex()
    index.take(list(said), said.__getitem__)
    sought = phrase(wanted)
    assert found(index, wanted, said) == [
        name for name, text in said.items() if sought and sought in spaced(text)
    ]
    index.close()


def test_another_process_finds_what_one_brought_in(tmp_path: Path) -> None:
    first = filled(tmp_path)
    second = TextIndex(tmp_path)
    asked: list[str] = []

    def fetch(revision: str) -> str:
        asked.append(revision)
        return "something new"

    assert second.take(["one", "three", "three"], fetch) == 1
    assert asked == ["three"]
    assert found(second, "queue") == ["one"]
    assert first.missing(["one", "three", "four"]) == ["four"]
    assert sum(first.hits("something")) == 1
    first.close()
    second.close()


@pytest.mark.parametrize("wrong", [b"", b"not a database" * 99, "other", "torn", "folder", "link", "none"])
def test_a_file_that_cannot_be_used_does_no_harm(tmp_path: Path, wrong: bytes | str) -> None:
    place, aim = tmp_path / NAME, tmp_path / "elsewhere"
    folder = tmp_path
    if isinstance(wrong, bytes):
        place.write_bytes(wrong)
    elif wrong == "other":
        with sqlite3.connect(place) as other:
            other.execute("CREATE TABLE texts (number, revision)")
        other.close()
    elif wrong == "torn":
        filled(tmp_path).close()
        os.truncate(place, place.stat().st_size // 2)
    elif wrong == "folder":
        place.mkdir()
    elif wrong == "link":
        aim.write_bytes(b"")
        place.symlink_to(aim)
    else:
        folder = tmp_path / "nowhere"
    index = filled(folder)
    assert found(index, "queue") == ["one"]
    assert found(index, "thundering herd") == ["one"]
    index.close()
    assert not aim.exists() or aim.read_bytes() == b""


def test_an_index_whose_words_were_not_composed_is_made_anew(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with sqlite3.connect(tmp_path / NAME) as older:
        older.execute("PRAGMA user_version = 1")
    older.close()
    index = TextIndex(tmp_path)
    assert index.missing(list(SAID)) == list(SAID)
    index.close()


def test_what_cannot_be_fetched_is_not_asked_for_again() -> None:
    index = TextIndex()

    def fetch(revision: str) -> str:
        if revision == "bad":
            raise StoreError("damaged", "see the doctor")
        return SAID[revision]

    assert index.take(["one", "bad"], fetch) == 1
    assert index.damaged == {"bad"} and index.missing(["one", "bad"]) == []


def test_without_fts5_texts_are_looked_through_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sqlite3.connect

    class Lacking(sqlite3.Connection):
        def execute(self, sql: str, *args: object) -> sqlite3.Cursor:
            if "fts5" in sql:
                raise sqlite3.OperationalError("no such module: fts5")
            return super().execute(sql, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite3, "connect", lambda *args, **how: real(*args, **how, factory=Lacking))
    index = filled(tmp_path)
    assert [found(index, wanted) for wanted in ("thund", "after attempt", "a", "gone")] == [
        ["one"],
        ["one"],
        ["one"],
        [],
    ]
    assert index.path is None


def test_one_can_stop_and_go_on() -> None:
    said = {str(number): f"text {number}" for number in range(100)}
    index, told = TextIndex(), list[tuple[int, int]]()
    came = index.take(
        list(said), said.__getitem__, lambda done, total: told.append((done, total)), lambda: bool(told)
    )
    assert 0 < came < 100 and told == [(came, 100)]
    assert index.take(list(said), said.__getitem__) == 100 - came
    assert len(found(index, "text", said)) == 100
