"""The index of a repository's items: what it holds, how it is kept, and that it can be called off."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SourceError
from app.repository.index import building
from app.repository.index.background import BackgroundIndex
from app.repository.index.building import build_index
from app.repository.index.cache import IndexCache
from app.repository.index.codebase import Codebase
from app.repository.index.columns import DamagedError, bare_name, decode, encode
from app.repository.index.reader import read_file
from app.repository.index.symbols import SymbolIndex
from app.repository.repository import Snapshot
from tests.gitfixtures import commit
from tests.repository.index.code import (
    FILES,
    KINDS,
    RETRY,
    RETRY_RS,
    in_folder,
    in_git,
    no,
    outlined,
    write,
    yes,
)


def built(code: Codebase, cache: IndexCache | None = None, helpers: int = 0) -> SymbolIndex:
    index = build_index(code, cache, helpers=helpers)
    assert index is not None
    return index


def told(index: SymbolIndex) -> list[object]:
    return [index.symbol(number) for number in range(len(index))]


class TestColumns:
    @given(
        st.lists(
            st.sampled_from([b"fn f() {}\n", b"struct S;\n", b"impl S { fn m() {} }\n", b"// x\n", b"}"])
        )
    )
    def test_what_is_written_is_read(self, parts: list[bytes]) -> None:
        table = outlined(b"".join(parts))
        assert decode(encode(table)) == table

    @given(st.data())
    def test_any_damage_is_found(self, data: st.DataObject) -> None:
        whole = bytearray(encode(outlined(RETRY)))
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] ^= data.draw(st.integers(1, 255))
        with pytest.raises(DamagedError):
            decode(bytes(whole))
        with pytest.raises(DamagedError):
            decode(bytes(whole[:at]))

    @pytest.mark.parametrize(
        ("kind", "path", "name"),
        [
            ("function_item", "Retry::run", "run"),
            ("function_item", "<Vec<a::B> as Show>::show", "show"),
            ("function_item", "tests::again#2", "again"),
            ("struct_item", "struct outer::Retry", "Retry"),
            ("macro_definition", "macro_rules! outer::ctx", "ctx"),
            ("function_item", "r#type", "type"),
            ("function_item", "a::r#2", "r"),
            ("impl_item", "impl Retry", ""),
            ("use_declaration", "use std::io", ""),
        ],
    )
    def test_bare_names(self, kind: str, path: str, name: str) -> None:
        assert bare_name(kind, path) == name


@pytest.mark.parametrize("make", KINDS)
def test_every_item_is_found_with_its_place(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    index = built(make(tmp_path / "code"))
    assert index.files == tuple(sorted(name for name in FILES if name.endswith(".rs")))
    [found] = index.named("calculate_retry_delay")
    assert (found.file, found.line, found.test) == (RETRY_RS, 22, False)
    assert RETRY[found.start : found.end].startswith(b"fn calculate_retry_delay")
    assert [each.path for each in index.named("run")] == ["Retry::run", "Error::run"]
    assert [each.test for each in index.named("run_once")] == [True]
    assert index.named("") == () and index.named("nowhere") == []


def test_processes_read_the_same_as_this_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "FEW", 0)
    files = {**FILES, **{f"engine/src/m{n}.rs": b"pub fn f%d() {}\n" % n for n in range(60)}}
    code = in_git(tmp_path, files)
    seen: list[tuple[int, int]] = []
    index = build_index(code, progress=lambda done, total: seen.append((done, total)), helpers=2)
    assert index is not None
    assert told(index) == told(built(code))
    assert seen[0] == (0, 65) and seen[-1] == (65, 65) and seen == sorted(seen)


def test_no_process_is_left_behind_when_it_is_called_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*args: Any, **settings: Any) -> subprocess.Popen[bytes]:
        started.append(real(*args, **settings))
        return started[-1]

    monkeypatch.setattr(building, "FEW", 0)
    monkeypatch.setattr("app.repository.index.processes.subprocess.Popen", start)
    code = in_git(tmp_path, {f"m{n}.rs": b"fn f%d() {}\n" % n for n in range(100)})
    done: list[int] = []
    assert build_index(code, None, lambda n, _: done.append(n), lambda: len(done) > 3, helpers=2) is None
    assert len(started) >= 2 and all(process.poll() is not None for process in started)


def test_where_no_process_can_be_started_this_one_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "FEW", 0)
    monkeypatch.setattr("sys.executable", str(tmp_path / "gone"))
    assert len(built(in_folder(tmp_path), helpers=2)) > 10


def test_files_that_cannot_be_annotated_have_no_items(tmp_path: Path) -> None:
    index = built(
        in_git(tmp_path, {"a.rs": b"fn f() {}\0", "b.rs": b"\xff", "c.rs": b"fn g() {}", "d.rs": b""})
    )
    assert index.paths == ["g"] and len(index.files) == 4


def test_what_is_not_understood_hides_nothing_and_pointers_have_no_items(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12\n"
    strange = b"pub macro pair($a:expr) {\n    fn not() {}\n}\n\nfn f() {}\n"
    for helpers in (0, 2):
        code = in_git(tmp_path / str(helpers), {"a.rs": strange, "b.rs": pointer, "c.rs": b"fn g() {}"})
        index = build_index(code, helpers=helpers)
        assert index is not None
        assert index.paths == ["not understood: pub macro pair", "f", "g"]
        assert index.names == ["", "f", "g"]


def test_it_can_be_called_off_and_what_was_read_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = in_git(tmp_path / "code")
    cache = IndexCache(tmp_path / "cache" / "x.sqlite")
    done: list[int] = []
    assert build_index(code, cache, lambda n, _: done.append(n), lambda: len(done) > 2, helpers=0) is None
    monkeypatch.setattr("app.repository.index.reader.parse", pytest.fail)
    keys = code.keys(no)
    assert 0 < len(cache.get(list(keys.values()))) < len(keys)
    assert build_index(code, cancelled=yes) is None


class TestCache:
    @pytest.mark.parametrize("make", KINDS)
    def test_a_second_start_reads_nothing(
        self, make: Callable[[Path], Codebase], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, path = make(tmp_path / "code"), tmp_path / "cache.sqlite"
        first = built(code, IndexCache(path))
        monkeypatch.setattr("app.repository.index.building.read_file", pytest.fail)
        assert told(built(code, IndexCache(path))) == told(first)

    def test_a_neighbouring_commit_reads_only_what_changed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root, cache = tmp_path / "code", IndexCache(tmp_path / "cache.sqlite")
        built(in_git(root), cache)
        after = commit(root, {**FILES, "tool/src/main.rs": b"fn new() {}\n", "tool/src/copy.rs": RETRY})
        read: list[str] = []

        def reads(snapshot: Snapshot, path: str) -> tuple[str, bytes]:
            read.append(path)
            return read_file(snapshot, path)

        monkeypatch.setattr(building, "read_file", reads)
        index = built(Codebase.at(root, after), cache)
        assert read == ["tool/src/main.rs"]
        assert [each.file for each in index.named("delay")] == [RETRY_RS, "tool/src/copy.rs"]

    def test_a_changed_file_of_a_folder_is_read_again(self, tmp_path: Path) -> None:
        cache = IndexCache(tmp_path / "cache.sqlite")
        built(in_folder(tmp_path / "code"), cache)
        write(tmp_path / "code", {"tool/src/main.rs": b"fn new() {}\n"})
        assert len(built(Codebase.at(tmp_path / "code"), cache).named("new")) == 1

    @pytest.mark.parametrize(
        "rubbish",
        [b"", b"no database at all" * 100, b"SQLite format 3\0" + b"\1" * 5000],
        ids=["empty", "text", "torn"],
    )
    def test_a_damaged_file_is_made_anew(self, tmp_path: Path, rubbish: bytes) -> None:
        path = tmp_path / "cache.sqlite"
        path.write_bytes(rubbish)
        code = in_git(tmp_path / "code")
        assert len(built(code, IndexCache(path))) > 10
        cache = IndexCache(path)
        built(code, cache)
        assert len(cache.get(list(code.keys(no).values()))) == 5

    def test_a_damaged_row_is_read_again(self, tmp_path: Path) -> None:
        path, code = tmp_path / "cache.sqlite", in_git(tmp_path / "code")
        first = built(code, cache := IndexCache(path))
        cache.close()
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE outlines SET data = x'00'")
        connection.close()
        assert told(built(code, IndexCache(path))) == told(first)

    def test_one_that_cannot_be_written_is_done_without(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_bytes(b"")
        (tmp_path / "link.sqlite").symlink_to(tmp_path / "elsewhere")
        code = in_git(tmp_path / "code")
        for path in (tmp_path / "file" / "cache.sqlite", tmp_path / "link.sqlite"):
            assert len(built(code, IndexCache(path))) > 10
        assert not (tmp_path / "elsewhere").exists()

    def test_one_that_another_process_holds_is_done_without(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.repository.index.cache.PATIENCE", 0)
        path, code = tmp_path / "cache.sqlite", in_git(tmp_path / "code")
        built(code, IndexCache(path))
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        assert len(built(code, IndexCache(path))) > 10
        other.close()

    def test_what_another_version_read_is_not_used(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, code = tmp_path / "cache.sqlite", in_git(tmp_path / "code")
        built(code, IndexCache(path))
        monkeypatch.setattr("app.repository.index.cache.maker", lambda: "2")
        assert IndexCache(path).get(list(code.keys(no).values())) == {}

    def test_what_is_too_much_goes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("app.repository.index.cache.SIZE_LIMIT", 10)
        cache = IndexCache(tmp_path / "cache.sqlite")
        code = in_git(tmp_path / "code")
        built(code, cache)
        cache.close()
        assert len(cache.get(list(code.keys(no).values()))) == 3


class TestBackground:
    def test_it_grows_while_others_work(self, tmp_path: Path) -> None:
        index = BackgroundIndex(in_git(tmp_path), lambda: None).start()
        state = index.wait(30)
        assert state.ready is not None and (state.done, state.total) == (5, 5) and not state.running
        assert state.ready.search.search("crd")
        assert index.start().wait(30).ready is state.ready

    def test_it_can_be_stopped_and_goes_on(self, tmp_path: Path) -> None:
        stopper: list[BackgroundIndex] = []
        index = BackgroundIndex(in_git(tmp_path), lambda: stopper[0].cancel() if stopper else None)
        stopper.append(index)
        state = index.start().wait(30)
        assert state.cancelled and state.ready is None and not state.running
        stopper.clear()
        assert index.start().wait(30).ready is not None

    def test_a_problem_is_told(self, tmp_path: Path) -> None:
        code = in_folder(tmp_path / "code")
        (tmp_path / "code").rename(tmp_path / "moved")
        state = BackgroundIndex(code, lambda: None).start().wait(30)
        assert isinstance(state.problem, SourceError) and not state.running
