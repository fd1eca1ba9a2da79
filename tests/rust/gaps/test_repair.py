"""Good Rust that the grammar does not know is read as the compiler reads it, and everything else as before."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser, Tree

from app.rust.gaps.lexing import Tokens
from app.rust.gaps.repair import repaired
from app.rust.grammar import LANGUAGE
from app.rust.items import Item, outline
from app.rust.names.scopes import is_shown
from app.rust.syntax import at_once, parse
from tests.rust.goodrust import snippets

SNIPPETS = {name: (source, outermost, members) for name, source, outermost, members in snippets()}
STABLE = {name: source for name, source, *_ in snippets(every=False)}
CASE = b"""\
unsafe extern "C" {
    /// How loud the board is.
    #[link_name = "board_level"]
    safe static LEVEL: u8;
}
"""


def read(data: bytes) -> tuple[Tree, tuple[Item, ...]]:
    tree = parse(data)
    assert tree is not None
    return tree, outline(data, tree)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", SNIPPETS)
def test_each_item_has_its_lead_its_qualifiers_and_its_end(name: str, newline: str) -> None:
    source, outermost, members = SNIPPETS[name]
    outermost, members = ([text.replace("\n", newline) for text in each] for each in (outermost, members))
    data = source.replace("\n", newline).encode()
    tree, items = read(data)
    assert not tree.root_node.has_error
    texts = [data[item.start : item.end].decode() for item in items if item.parent is None]
    assert [text.strip("\u2029\u200e") for text in texts] == [
        text.strip("\u2029\u200e") for text in outermost
    ]
    assert not any(item.broken for item in items)
    if members:
        container = next(
            index for index, item in enumerate(items) if item.kind in ("foreign_mod_item", "impl_item")
        )
        assert [data[each.start : each.end].decode() for each in items if each.parent == container] == members


@pytest.mark.skipif(
    which("rustc") is None, reason="rustc is not installed: the snippets are taken for good Rust"
)
@pytest.mark.parametrize("name", STABLE)
def test_the_compiler_takes_each_snippet(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.rs").write_text(STABLE[name], encoding="utf-8")
    command = ["rustc", "--edition", "2024", "--crate-type", "lib", "--emit=metadata", "-Awarnings", "x.rs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    if "error: edition 2024" in done.stderr or "invalid value" in done.stderr:
        pytest.skip("this rustc is older than edition 2024")
    assert not done.returncode, done.stderr


def test_a_member_is_named_and_placed_by_the_files_own_bytes() -> None:
    _tree, items = read(CASE)
    assert items[1].path == "static LEVEL"
    assert CASE[items[1].start :].startswith(b"/// How loud")
    assert CASE[items[1].name_start :].startswith(b"safe static LEVEL")


def test_a_clean_file_is_parsed_once_and_a_file_beyond_help_too() -> None:
    asked: list[bytes] = []
    parser = Parser(LANGUAGE)

    def counted(data: bytes) -> Tree:
        asked.append(data)
        return parser.parse(data)

    for data in (b"fn safe() {}", b"fn f( { ] }"):
        tree = parser.parse(data)
        assert repaired(data, tree, counted) is tree
    assert asked == []


def test_the_second_tree_counts_only_if_less_of_it_is_in_error() -> None:
    parser = Parser(LANGUAGE)
    tree = parser.parse(CASE)
    assert repaired(CASE, tree, lambda _copy: parser.parse(b"fn f( { ] }")) is tree
    assert repaired(CASE, tree, lambda _copy: tree) is tree
    assert repaired(CASE, tree, lambda _copy: None) is None


def test_what_cannot_be_mended_does_not_keep_the_rest_from_it() -> None:
    data = CASE + b"\nfn f() { let 3 = ; }\nfn g() {}\n"
    tree, items = read(data)
    assert tree.root_node.has_error
    assert [item.path for item in items if item.broken] == ["f"]
    assert [item.path for item in items] == ['unsafe extern "C"', "static LEVEL", "f", "g"]


def test_a_clean_file_is_not_even_read_for_its_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_tokens: Tokens) -> None:
        pytest.fail("a file without an error was read for its tokens")

    monkeypatch.setattr(Tokens, "_read", never)
    assert parse(b"fn raw() { raw() }") is not None


def copies(data: bytes) -> list[bytes]:
    """What is parsed in place of the data."""
    seen: list[bytes] = []
    parser = Parser(LANGUAGE)

    def noted(copy: bytes) -> Tree:
        seen.append(copy)
        return parser.parse(copy)

    repaired(data, parser.parse(data), noted)
    return seen


def test_only_what_stands_in_an_error_is_patched() -> None:
    good = b"const A: fn() = || { m!(|#[a] b| safe fn x()); };\nfn f() { g(|a| b, 1 | 2); }\n"
    [copy] = copies(good + CASE + good)
    assert copy == good + CASE.replace(b" safe", b" pub ") + good


def test_what_is_good_already_is_left_alone_outside_the_broken_place() -> None:
    good = b"fn raw() { raw() }\nfn union() { union() }\n"
    [copy] = copies(good + CASE + good)
    assert copy == good + CASE.replace(b" safe", b" pub ") + good


def test_a_bar_between_values_begins_no_closure() -> None:
    beside = b"fn f() { g((a) | b, |x| x); g(a[1] | b, |x| x); g(1 | b, |x| x); g(a | b, |x| x); g('a' | b, |x| x) }\n"
    data = b"mod m {\n" + beside + CASE + b"}\n"
    [copy] = copies(data)
    assert copy == data.replace(b" safe", b" pub ")


@pytest.mark.parametrize("macro", [b"macro_rules! r", b"m!", b"a::m !", b"thread_local!"])
def test_what_stands_in_a_macro_is_left_alone(macro: bytes) -> None:
    data = b"mod m {\n" + macro + b" { (|#[a] b,|) => { safe fn x(); } }\n" + CASE + b"}\n"
    [copy] = copies(data)
    assert copy == data.replace(b"    safe", b"    pub ")


@pytest.mark.parametrize("text", ['r#"a', 'br##"a', "/* a /* b */"])
def test_a_text_that_never_ends_takes_the_rest_of_the_file(text: str) -> None:
    """Or each of many would be looked for to the end of the file."""
    assert len(Tokens(f"fn f {text} safe fn {text} }}".encode())) == (2 if text.startswith("/*") else 3)


def test_what_is_patched_keeps_its_lines() -> None:
    data = b"fn f() { let _ = |#[allow(\r\n    unused,\n)] a: u8, #[cfg(all())] b: u8| b; }"
    [copy] = copies(data)
    blank = b" " * len(b"#[allow(") + b"\r\n" + b" " * len(b"    unused,") + b"\n  "
    assert copy.startswith(b"fn f() { let _ = |" + blank + b" a: u8, ")


def test_an_attribute_of_the_outermost_kind_is_never_patched() -> None:
    """A struct's fields and a match's arms have attributes that the grammar knows, and that name macros."""
    kept = b"struct T(#[serde(a)] #[serde(b)] u8, #[c] #[d] pub E);\n"
    kept += b'struct S { #[serde(with = "a")] a: u8 }\nfn f() { match x { #[cfg(a)] | A => 1, #[cfg(b)] B => 2 } }\n'
    data = b"mod m {\n" + kept + CASE + b"}\n"
    [copy] = copies(data)
    assert copy == data.replace(b" safe", b" pub ")


@pytest.mark.parametrize("line", [b"#!/usr/bin/env it's", b'\xef\xbb\xbf#! "one'])
def test_a_file_of_one_line_for_the_shell_has_nothing_strange(line: bytes) -> None:
    tree, items = read(line)
    assert not tree.root_node.has_error and not items


def test_what_the_shell_reads_is_no_text_that_never_ends() -> None:
    data = b"#!/usr/bin/env \"it's /*\n" + CASE
    tree, items = read(data)
    assert not tree.root_node.has_error
    assert [item.path for item in items] == ['unsafe extern "C"', "static LEVEL"]


PIECES = st.sampled_from(
    [
        *(
            "safe ",
            "unsafe ",
            "pub ",
            "default ",
            "const ",
            "type ",
            "fn f() {}",
            "static A: u8;",
            "impl ",
            "trait T",
        ),
        *(
            "#[a]",
            "#[a\nb]",
            "|",
            "||",
            ",",
            "{",
            "}",
            "(",
            ")",
            "<",
            ">",
            "-1",
            "0: x",
            "=",
            "=>",
            ":",
            "+",
            "~",
            "$ ",
        ),
        *(
            "for<",
            "'a",
            "dyn ",
            "union ",
            "raw",
            "try!",
            "extern ",
            'r#"C"#',
            '"',
            "'",
            "/*",
            "*/",
            "// c\n",
            "\r\n",
            "\n",
        ),
        *("m!(", "é", "\u2028", "\u0085", "move ", "let ", "let S { #[a] b } = c;", 'r#"', "\\"),
    ]
)


@given(st.lists(PIECES, max_size=30))
def test_a_copy_is_as_long_as_the_file_and_has_its_lines(parts: list[str]) -> None:
    data = "".join(parts).encode()
    for copy in copies(data):
        assert len(copy) == len(data)
        assert [at for at, byte in enumerate(copy) if byte in b"\r\n"] == [
            at for at, byte in enumerate(data) if byte in b"\r\n"
        ]


@given(st.lists(PIECES, max_size=30))
def test_slices_and_one_go_give_the_same_tree(parts: list[str]) -> None:
    data = "".join(parts).encode()
    tree, other = parse(data), at_once()(data)
    assert tree is not None and other is not None
    assert str(tree.root_node) == str(other.root_node)


@pytest.mark.parametrize(
    "piece",
    [
        "|(",
        "for<",
        "safe ",
        "type ",
        ") safe static ",
        "A { 0: ",
        'r#"',
        "/*",
        "#[",
        "m!(",
        "|a,",
        "'",
        "$",
        "> {} = ",
        "(#[a]#[b]",
        "::<",
    ],
)
def test_hostile_text_costs_its_length(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted in tokens looked at, of a text of one piece over and over."""
    looked = 0
    plain = Tokens.__getitem__

    def counted(self: Tokens, index: int) -> bytes:
        nonlocal looked
        looked += 1
        return plain(self, index)

    monkeypatch.setattr(Tokens, "__getitem__", counted)
    counts = []
    for times in (1_000, 4_000):
        looked = 0
        copies((") } ] " + piece * times).encode())
        counts.append(looked)
    assert counts[1] <= 5 * counts[0] + 1_000


def test_a_word_that_stands_for_another_makes_nothing_visible() -> None:
    tree, _items = read(b"safe fn a() {}\npub safe fn b() {}\ncrate fn c() {}\nfn d() {}")
    functions = [node for node in tree.root_node.named_children if node.type == "function_item"]
    data = b"safe fn a() {}\npub safe fn b() {}\ncrate fn c() {}\nfn d() {}"
    assert [is_shown(data, node) for node in functions] == [False, True, True, False]
