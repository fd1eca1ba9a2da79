"""Definitions and uses by syntax, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.repository.index.building import build_index
from app.repository.index.codebase import Codebase
from app.repository.index.modules import CrateModule, ModuleMap
from app.repository.search.definitions import Definitions, definitions
from app.repository.search.occurrences import ParsedFile, occurrences
from app.repository.search.references import references
from app.repository.search.trail import MOST, LinePlace, Trail
from tests.repository.index.code import FILES, RETRY_RS, in_folder, no, yes


class Code:
    """An indexed code base; `^` marks the cursor in what is asked."""

    def __init__(self, code: Codebase) -> None:
        self.code = code
        index = build_index(code, helpers=0)
        assert index is not None
        self.index = index
        self.modules = ModuleMap.of(code.snapshot)

    def ask(self, path: str, marked: str) -> Definitions:
        """What defines the name at `^`; the text without it must occur once in the file."""
        data = self.code.snapshot.read(path).data
        before, _, after = marked.partition("^")
        assert data.count((before + after).encode()) == 1, marked
        file = ParsedFile.of(path, data)
        assert file is not None
        found = definitions(
            file, data.index((before + after).encode()) + len(before.encode()), self.index, self.modules
        )
        assert found is not None
        return found

    def only(self, path: str, marked: str) -> tuple[str, int, str]:
        """File name, 1-based line and reason of the one place that it must be."""
        found = self.ask(path, marked)
        assert found.only is not None, found
        return found.only.file.rsplit("/", 1)[-1], found.only.line + 1, found.only.why


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Code:
    return Code(in_folder(tmp_path_factory.mktemp("code")))


class TestWorkspace:
    def test_a_function_of_the_module(self, code: Code) -> None:
        assert code.only(RETRY_RS, "  ^calculate_retry_delay(attempt)\n") == (
            "retry.rs",
            23,
            "in the same module",
        )

    def test_through_an_import_of_the_crate_and_of_another_crate(self, code: Code) -> None:
        assert code.only(RETRY_RS, "Result<u32, ^Error>") == ("error.rs", 1, "imported in line 4")
        assert code.only("tool/src/main.rs", "type = ^Retry {") == ("retry.rs", 7, "imported in line 1")
        assert code.only("tool/src/main.rs", "core::retry::^Retry;")[:2] == ("retry.rs", 7)

    def test_a_method_of_the_type_around(self, code: Code) -> None:
        assert code.only(RETRY_RS, "self.^delay(1)") == ("retry.rs", 18, "of the type around")

    def test_other_methods_are_shown_not_guessed(self, code: Code) -> None:
        found = code.ask("tool/src/main.rs", "r#type.^run();")
        assert found.only is None
        assert [each.label for each in found.candidates] == ["Retry::run", "Error::run"]

    def test_locals_and_raw_names(self, code: Code) -> None:
        assert code.only("tool/src/main.rs", "    ^r#type.run")[1] == 4
        assert code.only(RETRY_RS, "Ok(^wait.")[1:] == (13, "bound here in line 13")
        assert code.only(RETRY_RS, "u64::from(^attempt)")[1] == 23

    def test_fields_and_variants_of_the_file(self, code: Code) -> None:
        found = code.ask(RETRY_RS, "{ ^limit: 1 }")
        assert [(each.label, each.line + 1) for each in found.candidates] == [("field limit", 8)]

    def test_a_glob_import_reaches_the_module_around(self, code: Code) -> None:
        assert code.only(RETRY_RS, "^calculate_retry_delay(2)") == (
            "retry.rs",
            23,
            "by the glob import in line 30",
        )

    def test_an_import_from_outside_is_the_place_to_go_to(self, code: Code) -> None:
        assert code.only(RETRY_RS, "    ^Duration::from_secs") == (
            "retry.rs",
            2,
            "imported here from std::time::Duration, which is not in this repository",
        )

    def test_where_there_is_no_name_there_is_no_answer(self, code: Code) -> None:
        data = FILES[RETRY_RS]
        file = ParsedFile.of(RETRY_RS, data)
        assert file is not None
        for what in (b"//! Wait", b"{\n", b"run is what"):
            assert definitions(file, data.index(what), code.index, code.modules) is None


LOCALS = """
fn outer<T>(first: T, (second, _): (u32, u32)) {
    let third = 1;
    let third = third + 1;
    if let Some(fourth) = Some(third) { use_it(fourth); }
    for fifth in 0..9 { fifth; }
    let add = |sixth: u32| sixth + second;
    match third { seventh if seventh > 1 => eighth, _ => {} }
    struct Inner;
    fn nested() { third; Inner; }
    let same: T = first;
    while let Some(tenth) = next() { tenth.go(); }
}
fn third() {}
"""


@pytest.mark.parametrize(
    ("marked", "line"),
    [
        ("= ^third + 1", 3),
        ("Some(^third)", 4),
        ("use_it(^fourth)", 5),
        ("9 { ^fifth;", 6),
        ("| ^sixth", 7),
        ("+ ^second", 2),
        ("if ^seventh", 8),
        ("{ ^third; Inner", 14),
        ("third; ^Inner;", 9),
        ("same: ^T", 2),
        ("= ^first", 2),
        ("{ ^tenth.go", 12),
        ("let ^third = third", 4),
    ],
)
def test_what_binds_a_name(tmp_path: Path, marked: str, line: int) -> None:
    code = Code(in_folder(tmp_path, {"src/lib.rs": LOCALS.encode()}))
    assert code.only("src/lib.rs", marked)[:2] == ("lib.rs", line)


PATHS = {
    "Cargo.toml": b'[package]\nname = "my-crate"\n',
    "src/lib.rs": b"mod a;\nmacro_rules! ctx { () => {} }\n"
    b"fn f() { a::b::g(); Self::x(); a::b::Deep::new(); ctx!(); }\n",
    "src/a/mod.rs": b"pub mod b { pub fn g() {} pub struct Deep; impl Deep { fn new() {} } }\nfn g() {}\n",
    "src/other.rs": b"pub struct Deep;\nimpl Deep { fn new() {} }\nfn ctx() {}\n"
    b"use my_crate::a::{b::{self, g as h}, *};\n"
    b"fn k() { h(); b::g(); }\nmod inner { fn m() { super::super::f(); self::m(); crate::other::k(); } }\n",
}


@pytest.mark.parametrize(
    ("path", "marked", "place"),
    [
        ("src/lib.rs", "b::^g()", ("mod.rs", 1)),
        ("src/lib.rs", "a::^b::g", ("mod.rs", 1)),
        ("src/lib.rs", "Deep::^new", ("mod.rs", 1)),
        ("src/lib.rs", "^ctx!();", ("lib.rs", 2)),
        ("src/other.rs", "{ ^h();", ("mod.rs", 1)),
        ("src/other.rs", "b::^g(); }", ("mod.rs", 1)),
        ("src/other.rs", "super::super::^f()", ("lib.rs", 3)),
        ("src/other.rs", "self::^m()", ("other.rs", 6)),
        ("src/other.rs", "crate::other::^k", ("other.rs", 5)),
    ],
)
def test_paths_are_followed_through_the_modules(
    tmp_path: Path, path: str, marked: str, place: tuple[str, int]
) -> None:
    assert Code(in_folder(tmp_path, PATHS)).only(path, marked)[:2] == place


@pytest.mark.parametrize(
    ("file", "crate", "path"),
    [
        ("c/src/lib.rs", "c", ()),
        ("c/src/a.rs", "c", ("a",)),
        ("c/src/a/mod.rs", "c", ("a",)),
        ("c/src/a/b.rs", "c", ("a", "b")),
        ("c/src/bin/x.rs", "c/src/bin/x", ()),
        ("c/tests/it/main.rs", "c/tests/it", ()),
        ("c/tests/it/worker.rs", "c/tests/it", ("worker",)),
        ("c/build.rs", "c/build.rs", ()),
        ("d/src/x.rs", "d", ("x",)),
        ("x.rs", "", ()),
    ],
)
def test_files_are_modules(file: str, crate: str, path: tuple[str, ...]) -> None:
    assert ModuleMap({"c": "c"}).module_of(file) == CrateModule(crate, path)


class TestReferences:
    def test_uses_in_code_file_by_file_the_own_first(self, tmp_path: Path) -> None:
        code = in_folder(tmp_path)
        found = list(references(code, "run", no, first="tool/src/main.rs"))
        assert [(each.path.rsplit("/", 1)[-1], each.line + 1) for batch in found for each in batch] == [
            ("main.rs", 5),
            ("retry.rs", 12),
            ("retry.rs", 34),
            ("error.rs", 7),
        ]
        assert all(each.text[each.at :].startswith("run") for batch in found for each in batch)

    def test_no_comment_and_no_string_counts(self, tmp_path: Path) -> None:
        [batch] = references(in_folder(tmp_path), "calculate_retry_delay", no)
        assert [each.line + 1 for each in batch] == [19, 23, 35]

    def test_raw_names_are_the_same_names(self, tmp_path: Path) -> None:
        code = in_folder(tmp_path)
        for name in ("Late", "r#Late"):
            assert [[each.line for each in batch] for batch in references(code, name, no)] == [[2]]

    def test_they_end_at_the_limit_and_when_called_off(self, tmp_path: Path) -> None:
        code = in_folder(tmp_path)
        assert sum(map(len, references(code, "run", no, limit=2))) == 2
        assert list(references(code, "run", yes)) == []

    def test_files_that_cannot_be_read_are_passed_over(self, tmp_path: Path) -> None:
        code = in_folder(tmp_path, {"a.rs": b"fn run() {}\xff\n", "b.rs": b"fn run() {}\n"})
        assert [batch[0].path for batch in references(code, "run", no, first="gone.rs")] == ["b.rs"]


@given(st.text("ab_é#! ", max_size=30), st.sampled_from(["a", "é", "ab", "r#a", "(", ""]))
def test_occurrences_are_the_name_and_nothing_more(text: str, name: str) -> None:
    file = ParsedFile.of("a.rs", text.encode())
    assert file is not None
    for node in occurrences(file, name):
        found = file.data[node.start_byte : node.end_byte].decode()
        assert found.removeprefix("r#") == name.removeprefix("r#")


class TestTrail:
    A, B, C, D = (LinePlace(f"{name}.rs", number) for number, name in enumerate("abcd"))

    def test_back_and_forward(self) -> None:
        trail = Trail().jump(self.A, self.B).jump(self.B, self.C)
        trail, place = trail.back(self.C)
        assert place == self.B
        trail, place = trail.back(self.B)
        assert place == self.A
        assert trail.back(self.A)[1] is None
        trail, place = trail.forward(self.A)
        assert place == self.B

    def test_where_one_walked_on_to_is_come_back_to(self) -> None:
        trail = Trail().jump(self.A, self.B)
        trail, place = trail.back(self.C)  # walked from B to C without a jump
        assert place == self.B
        assert trail.forward(self.B)[1] == self.C

    def test_a_jump_forgets_what_lay_ahead(self) -> None:
        trail, _ = Trail().jump(self.A, self.B).back(self.B)
        trail = trail.jump(self.A, self.D)
        assert trail.places == (self.A, self.D) and trail.forward(self.D)[1] is None

    def test_with_no_jump_there_is_no_way(self) -> None:
        assert Trail().back(self.A)[1] is None and Trail().forward(self.A)[1] is None
        assert Trail().here is None

    @given(st.lists(st.tuples(st.sampled_from("jbf"), st.integers(0, 5), st.integers(0, 5))))
    def test_it_always_knows_where_one_is(self, steps: list[tuple[str, int, int]]) -> None:
        trail = Trail()
        for step, origin, target in steps:
            here, there = LinePlace("a", origin), LinePlace("a", target)
            if step == "j":
                trail = trail.jump(here, there)
                assert trail.here == there
            else:
                trail, place = trail.back(here) if step == "b" else trail.forward(here)
                assert place is None or trail.here == place
            assert len(trail.places) <= MOST and (trail.at in range(len(trail.places)) or not trail.places)
