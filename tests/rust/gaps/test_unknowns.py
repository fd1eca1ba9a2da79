"""Syntax that the parser does not know: where it is said to be, and that nothing around it is missing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.records.blocks import compose, piece_for
from app.rust import syntax
from app.rust.gaps.unknowns import NOT_UNDERSTOOD, is_clean, left_out, said
from app.rust.items import Item, find_item, item_at, next_item, outline, unknowns
from app.rust.leads import flattened
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup
from app.rust.syntax import parse, widen
from tests.awkward import PLAIN
from tests.corpus import needs_corpus, rust_files
from tests.records.verifying import verify

MACRO = "/// A pair.\npub macro pair($a:expr, $b:expr) {\n    // both\n\n    ($a, $b)\n}\n"


def items_of(text: str) -> tuple[Item, ...]:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def told(text: str) -> list[tuple[str, bool]]:
    """Paths, and whether each is (or holds) something that is not understood."""
    return [(item.path, item.broken) for item in items_of(text)]


def places(text: str) -> list[str]:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    return [data[low:high].decode() for low, high in unknowns(data, tree, outline(data, tree))]


def missing(data: bytes) -> bytes:
    """What of a file's top level is in no item, comment or attribute, if it has what is not understood."""
    tree = parse(data)
    assert tree is not None
    if is_clean(tree, len(data)):
        return b""
    left = bytearray(data.removeprefix(b"\xef\xbb\xbf").rjust(len(data)))
    around = ("line_comment", "block_comment", "inner_attribute_item", "shebang", "empty_statement")
    ranges = [(item.start, item.end) for item in outline(data, tree)]
    ranges += [node.byte_range for node in flattened(tree.root_node.named_children) if node.type in around]
    for start, end in ranges:
        left[start:end] = b" " * (end - start)
    return bytes(left).strip()


# What a file says of itself


@pytest.mark.parametrize(
    ("text", "outlined", "near"),
    [
        pytest.param(
            "#![feature(decl_macro)]\n" + MACRO + "\npub fn after() {}\n",
            [("not understood: pub macro pair", True), ("after", False)],
            "not understood near line 2",
            id="macros 2.0",
        ),
        pytest.param(
            "trait Quick = Send + Sync;\ntrait Slow = Send;\n\nfn after() {}\n",
            [("not understood: trait Quick", True), ("not understood: trait Slow", True), ("after", False)],
            "not understood near line 1, 2 places",
            id="trait aliases",
        ),
        pytest.param(
            '#!/usr/bin/env cargo\n---\npackage.edition = "2024"\n[dependencies]\nanyhow = "1"\n---\n\n'
            "use anyhow::Result;\n\n/// Says hello.\nfn main() {}\n",
            [("not understood: ---", True), ("use anyhow::Result", False), ("main", False)],
            "not understood near line 2",
            id="frontmatter",
        ),
        pytest.param(
            "<<<<<<< HEAD\nfn a() {}\n=======\nfn b() {}\n>>>>>>> theirs\nfn c() {}\n",
            [
                ("not understood: <<<<<<< HEAD", True), ("a", False), ("not understood: =======", True),
                ("b", False), ("not understood: >>>>>>> theirs", True), ("c", False),
            ],
            "not understood near line 1, 3 places",
            id="merge conflict",
        ),
        pytest.param(
            "fn a() {\n<<<<<<< HEAD\n    x();\n=======\n    y();\n>>>>>>> theirs\n}\n\nfn c() {}\n",
            [("a", True), ("c", False)],
            "not understood near line 2, 3 places",
            id="merge conflict in a body",
        ),
        pytest.param(
            "fn a() {\n    if x {\n        y();\n}\n\n/// B.\nfn b() {}\n\nstruct C;\n",
            [("not understood: fn a", True), ("b", False), ("struct C", False)],
            "not understood near line 1",
            id="a brace is missing",
        ),
        pytest.param(
            "fn a() {}\n}\n\nfn b() {}\n",
            [("a", False), ("not understood: }", True), ("b", False)],
            "not understood near line 2",
            id="a brace too many",
        ),
        pytest.param(
            "fn a() {}\n\nfn b() {\n    let x = 1;\n    x.",
            [("a", False), ("not understood: fn b", True)],
            None,
            id="cut in the middle",
        ),
        pytest.param(
            "use a::b;\nuse c::d\n",
            [("use a::b", False), ("use c::d", True)],
            "not understood near line 2",
            id="a token is missing",
        ),
        pytest.param(
            "fn a() {}\n#[derive(Debug)]\n", [("a", False)], None, id="an attribute of nothing alone is no error"
        ),
        pytest.param(
            "fn a() {}\n/* no end\n",
            [("a", False), ("not understood: /* no end", True)],
            "not understood near line 2",
            id="a comment without end",
        ),
        pytest.param(
            "fn a() {\n    use c::d;\n    let x = = 3;\n    d()\n}\n",
            [("a", True)],
            "not understood near line 3",
            id="local items of a body with an error",
        ),
        pytest.param(
            "impl A {\n    fn = (\n        // c\n\n        3\n    );\n    fn b() {}\n}\n",
            [("impl A", True), ("not understood: fn", True), ("A::b", False)],
            "not understood near line 2",
            id="a comment in a piece",
        ),
        pytest.param(
            "use a::b;\n\n#[derive(A, B]\nstruct C;\n",
            [("use a::b", False), ("struct C", True)],
            "not understood near line 3",
            id="a token is missing in an attribute",
        ),
        pytest.param(
            "#[m]\né\n/// Doc.\nstruct B;\n",
            [("not understood: é", True), ("struct B", False)],
            "not understood near line 1",
            id="a token is missing behind a piece",
        ),
        pytest.param("fn a() {}\r\ntrait T = A;\r\nfn b() {}\r\n", None, "not understood near line 2", id="crlf"),
        pytest.param("\ufefftrait T = A;\nfn b() {}\n", None, "not understood near line 1", id="byte order mark"),
        pytest.param(".", [("not understood: .", True)], "not understood near line 1", id="nothing but a point"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_a_piece_and_what_is_around_it_is_found(
    text: str, outlined: list[tuple[str, bool]] | None, near: str | None
) -> None:
    """All of these were silent: the items were missing, and those behind them too."""
    if outlined is not None:
        assert told(text) == outlined
    assert not missing(text.encode())
    data, tree = text.encode(), parse(text.encode())
    assert tree is not None
    lines = [data.count(b"\n", 0, low) for low, _ in unknowns(data, tree, outline(data, tree))]
    if near is not None:
        assert said(lines) == near
    assert bool(lines) == any(broken for _, broken in told(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param("macro_rules! m {\n    ($($x:tt)*) => { $($x)* };\n    [~] => {};\n}\n", id="rules"),
        pytest.param("fn a() {\n    t!(~ @ $ => {} ..);\n}\n", id="signs among tokens"),
        pytest.param(
            "bitflags! {\n    pub struct A: u32 { const B = 1; }\n}\nfn a() {}\n", id="items of a macro"
        ),
        pytest.param('const A: &str = r#"\nfn b( {\ntrait T = X;\n<<<<<<< HEAD\n"#;\n', id="in a string"),
        pytest.param("/*\nfn b( {\ntrait T = X;\n*/\nfn a() {}\n", id="in a comment"),
        pytest.param("fn a() {\n    fn b() {}\n    use c::d;\n    b()\n}\n", id="local items"),
        pytest.param("", id="nothing"),
        pytest.param("//! Only docs.\n", id="only comments"),
    ],
)
def test_a_file_that_is_read_right_says_nothing(text: str) -> None:
    assert places(text) == []
    assert not any(item.broken or item.kind == NOT_UNDERSTOOD for item in items_of(text))


def test_a_clean_file_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    real = syntax._parse

    def counted(*given: object) -> object:
        parsed.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(syntax, "_parse", counted)
    assert parse(PLAIN.encode()) is not None
    assert len(parsed) == 1
    assert parse(MACRO.encode()) is not None
    assert 1 < len(parsed) - 1 <= 6


@pytest.mark.parametrize("copies", [4, 64])
def test_the_text_parsed_grows_no_faster_than_the_file(copies: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each strange place in turn was looked at with all of the file around it."""
    spent: list[int] = []
    real = syntax._parse

    def counted(data: bytes, *given: object) -> object:
        spent.append(len(data))
        return real(data, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(syntax, "_parse", counted)
    text = (MACRO + "mod m {\n    trait T = A;\n\n    fn x() {}\n}\n" + PLAIN) * copies
    assert parse(text.encode()) is not None
    assert sum(spent) <= 6 * len(text)


def test_a_cancelled_reading_gives_nothing_whenever_it_is_cancelled() -> None:
    text = (MACRO + PLAIN).encode()
    for allowed in range(8):
        left = iter(range(allowed))
        tree = parse(text, lambda left=left: next(left, None) is None)  # type: ignore[misc]
        assert tree is None or left_out(tree, len(text))


# Containers


def test_members_that_are_not_understood_are_pieces_of_their_impl() -> None:
    text = (
        "impl A {\n    /// One.\n    fn one(&self) {}\n\n    #[x]\n    fn = 3;\n\n"
        "    fn two(&self) {}\n}\n\nimpl T for A {\n    fn a() {}\n    static = 3;\n    fn b() {}\n}\n"
    )
    items = items_of(text)
    strange = [item for item in items if item.kind == NOT_UNDERSTOOD]
    assert [text[item.start : item.end].split("\n")[0] for item in strange] == ["#[x]", "static = 3;"]
    assert [items[item.parent or 0].path for item in strange] == ["impl A", "impl T for A"]
    assert strange[0].wrap is not None and strange[0].wrap.item == "impl A" and strange[0].whole is None
    assert strange[1].whole == items.index(find_item(items, "impl T for A"))
    assert [item.path for item in items if item.kind == "function_item"] == [
        "A::one", "A::two", "<A as T>::a", "<A as T>::b",
    ]  # fmt: skip
    assert [item.broken for item in items if item.kind == "impl_item"] == [True, True]
    assert not any(item.broken for item in items if item.kind == "function_item")


def test_what_a_nested_module_hides_is_found() -> None:
    text = (
        "mod a {\n    pub mod b {\n        pub macro m($x:expr) {\n            $x\n        }\n\n        fn c() {}\n"
        "    }\n\n    fn d() {}\n}\nfn e() {}\n"
    )
    assert told(text) == [
        ("mod a", True),
        ("mod a::b", True),
        ("not understood: pub macro m", True),
        ("a::b::c", False),
        ("a::d", False),
        ("e", False),
    ]


def test_test_code_that_is_not_understood_is_test_code() -> None:
    items = items_of(
        "#[cfg(test)]\ntrait A = B;\n\n#[cfg(test)]\nmod t {\n    trait C = D;\n}\ntrait E = F;\n"
    )
    strange = {item.path: item.test for item in items if item.kind == NOT_UNDERSTOOD}
    assert strange == {
        "not understood: trait A": True,
        "not understood: trait C": True,
        "not understood: trait E": False,
    }


# Going to it, selecting it, taking it


def test_a_piece_is_gone_to_selected_and_widened_to_like_an_item() -> None:
    text = "fn a() {}\n\n" + MACRO + "\nfn b() {}\n"
    data, items = text.encode(), items_of(text)
    piece = items[1]
    assert next_item(items, items[0].start) == 1 and item_at(items, text.index("($a, $b)")) == 1
    assert text[piece.start : piece.end] == MACRO.strip() and text[piece.name_start :].startswith("pub macro")
    tree = parse(data)
    assert tree is not None
    assert widen(tree, data, *(2 * (text.index("($a, $b)"),))) == (piece.start, piece.end)
    assert widen(tree, data, piece.start, piece.end) == (0, len(data))


@pytest.mark.parametrize("name", ["not understood: pub macro pair", "pub macro pair", "pubmacropair"])
def test_a_piece_is_found_by_its_name_with_or_without_what_is_said_of_it(name: str) -> None:
    assert find_item(items_of(MACRO + PLAIN), name).kind == NOT_UNDERSTOOD


def test_a_piece_composes_to_its_own_bytes_and_its_imports_are_not_guessed() -> None:
    text = "use a::b;\n\nb() {\n    b::c();\n}\n\n" + MACRO + "\nimpl X {\n    fn f() {}\n    fn = 3;\n}\n"
    data, items = text.encode(), items_of(text)
    for index, item in enumerate(items):
        composed = compose([piece_for(items, index, "a.rs", "main")], {"a.rs": data})
        assert verify(composed.text, composed.spans, lambda path: data) == []
        assert text[item.start : item.end] in composed.text
    tree = parse(data)
    assert tree is not None
    lookup = Lookup(RustFile(data, tree, items))
    assert [lookup.needs(at) for at, item in enumerate(items) if item.kind == NOT_UNDERSTOOD] == [()] * 3


# Whatever the file


PIECES = (
    "fn a() {}", "/// Doc.\nstruct B;", "impl C {\n    fn d() {}\n    fn = 3;\n}", MACRO, "trait I = J;", "= = =",
    "mod e {\n    trait F = G;\n    fn h() {}\n}", "}", "{", "fn k() {", "fn l( {", "    fn v() {}", "use q::r",
    "use s::t;", "<<<<<<< HEAD", "=======", ">>>>>>> x", "---", "#[m]", "#[n(", '"', 'r#"', "/*", "// o", "//! p",
    ";", "'", "\\", "é", "m! {", "m! { fn u() {} }", "macro_rules! w { () => {} }", 'extern "C" {\n    fn x();\n}',
    "\ufeff", "\x00",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=10).map("\n".join))
@example("\ufeff.")
@example("fn a() {}\n#[b]\n//! c\n=\nfn d() {}")
@example('fn a() {}\nconst S: &str = "\nfn b() {}\n')
def test_nothing_is_missing_and_everything_is_in_order(text: str) -> None:
    data = text.encode()
    assert missing(data) == b""
    items = items_of(text)
    assert len({item.path for item in items}) == len(items)
    ends: dict[int | None, int] = {}
    for item in items:
        assert ends.get(item.parent, 0) <= item.start <= item.name_start < item.end <= len(data)
        ends[item.parent] = item.end
        if item.parent is not None:
            assert items[item.parent].start <= item.start and item.end <= items[item.parent].end
        if item.kind == NOT_UNDERSTOOD:
            assert data[item.start : item.end].strip() == data[item.start : item.end]


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(data: bytes) -> None:
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    for low, high in unknowns(data, tree, items):
        assert 0 <= low <= high <= len(data)


@needs_corpus
def test_in_real_files_nothing_is_missing_and_few_are_not_understood() -> None:
    seen = strange = 0
    for name, data in rust_files():
        tree = parse(data)
        assert tree is not None
        seen += 1
        strange += not is_clean(tree, len(data))
        if b"\0" not in data:
            assert missing(data) == b"", name
    print(f"{strange} of {seen} files hold what is not understood")
    assert seen
