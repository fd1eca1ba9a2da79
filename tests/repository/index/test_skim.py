"""Reading a file's items from a shortened text: nothing may be lost, moved or made up by that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.repository.index import cache
from app.repository.index.codebase import Codebase
from app.repository.index.columns import decode
from app.repository.index.reader import serve
from app.repository.index.skim import columns_of, skim
from app.rust.gaps.unknowns import is_clean
from app.rust.syntax import at_once, parse
from tests.corpus import needs_corpus, rust_files
from tests.repository.index.code import RETRY, in_folder, in_git, outlined
from tests.rust.goodrust import snippets

SNIPPETS = {name: source.encode() for name, source, *_ in snippets()}

BODIES = (
    "",
    "fn inner() {}",
    "let a = '{'; let b = '\\''; let c = '\\u{7b}'; let d = b'}';",
    "'outer: loop { break 'outer; }",
    'let s = "} fn lost() {"; let t = "\\"}";',
    'let s = r"\\"; let t = r#"}"{"#; let u = br##"}"#}"##; let v = c"}";',
    "// }\n /* } /* } */ } */ /// {\n",
    "match x { Some(y) => { y / 2 }, _ => { 0 } };",
    "let x: &'static str = y; x.map(|'a'| 'b');",
    "{{{{{{{{{{{{{{{{{{{{ 1 }}}}}}}}}}}}}}}}}}}}",
    "let é = 'é'; let z = '字'; let e = '\n';",
    "m!(fn made() { } struct In { a: u8 });",
)
BEFORE = (
    "",
    "/// One.\n/// Two.\n    /// Three.\n",
    "//! Inner.\n//! More.\n",
    "//// none\n//// none either\n/// But this.\n",
    "// plain\n\n/// doc\n\n// plain\n",
    "#[test]\n",
    '#[cfg(test)]\n/// "unpaired\n/// it\'s\n#[doc = "fn x() {"]\n',
    "/** block\n of docs */\n",
    "/// CRLF\r\n/// docs\r\n",
)
ITEMS = (
    "pub async unsafe fn f<'a, T: Into<[u8; 3]>>(a: &'a T, &B { c, d }: &B) -> Result<(), ()> where T: Fn() {BODY}",
    "fn r#type(\n    // it's } here\n    a: u8, /* { */\n) {BODY}",
    'fn g(#[cfg(feature = "}")] a: [u8; { 3 }]) -> [u8; { 1 }] {BODY}',
    "fn naïve() {BODY}",
    "fn sig(&self);",
    "pub struct S<T> where T: Copy { a: T, b: fn(u8) -> u8, c: [u8; { 4 }] }",
    "struct U; struct P(u8, fn(u8));",
    "enum E { A { b: u8 }, #[cfg(test)] B = { 3 } }",
    "union N { a: u8 }",
    "impl<const N: usize> A<N> { ITEM }",
    "impl T for [u8; { 3 }] { ITEM }",
    "trait T: Fn(u8) { fn a(&self) {BODY} fn b(); type C; ITEM }",
    "mod m { #![cfg(test)] ITEM }",
    'extern "C" { fn e(a: u8); static S: u8; }',
    "macro_rules! r { ($f:ident fn) => { fn $f() {BODY} fn x(a: u8) {BODY} } }",
    "wrapped! { pub fn w() {BODY} }",
    "const C: fn() = || {BODY};",
    'static R: &str = r#"fn in_text() { " } struct X { "#; const B: char = \'"\';',
    "use a::{b, c as d};",
)
BROKEN = ("}", "{", '"', "'", "/*", 'r#"', "fn", "fn f(", "struct S {", "#", "\\", "))", "b'", '####"')


@st.composite
def files(draw: st.DrawFn, pieces: tuple[str, ...] = ITEMS, depth: int = 2) -> str:
    """A few items with what may stand before, between and in them."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        item = draw(st.sampled_from(pieces)).replace("BODY", draw(st.sampled_from(BODIES)))
        inner = draw(files(pieces, depth - 1)) if depth and "ITEM" in item else ""
        parts += [
            draw(st.sampled_from(BEFORE)),
            item.replace("ITEM", "\n" + inner),
            draw(st.sampled_from("\n ")) * 2,
        ]
    return "".join(parts)


@given(files())
def test_the_items_are_those_of_the_whole_text(text: str) -> None:
    data = text.encode()
    tree = parse(data)
    assert tree is not None
    if is_clean(tree, len(data)):
        assert columns_of(data, parse) == outlined(data)


@given(files((*ITEMS, *BROKEN)))
def test_every_place_of_a_broken_file_is_in_it_and_in_order(text: str) -> None:
    data = text.encode()
    found = columns_of(data, parse)
    assert found is not None
    assert list(found.starts) == sorted(found.starts)
    assert all(start < end <= len(data) for start, end in zip(found.starts, found.ends, strict=True))


@given(files((*ITEMS, *BROKEN)))
def test_what_stays_of_the_text_stands_in_the_file(text: str) -> None:
    data = text.encode()
    skimmed = skim(data)
    places = skimmed.places(range(len(skimmed.text)))
    put_in = sum(
        place >= len(data) or data[place] != byte for place, byte in zip(places, skimmed.text, strict=True)
    )
    assert put_in <= 3 * len(skimmed.firsts)  # `(){` at the end of a piece at most


def test_it_is_short() -> None:
    assert len(skim(RETRY).text) < len(RETRY) * 0.75
    text = b"fn f(a: u8) -> u8 { a + 1 }\n/// one\n/// two\nstruct S { a: u8 }\n"
    assert skim(text).text == b"fn f(){}\n/// one\nstruct S {}\n"


@pytest.mark.parametrize(
    "text",
    [
        '/* fn f() { } ', '"fn f() { } ', "fn f() { ", 'fn f() { "} ', "#######\"fn f() { }",
    ],
    ids=["comment", "text", "body", "text in a body", "many signs"],
)  # fmt: skip
def test_what_has_no_end_is_left_as_it_is(text: str) -> None:
    assert skim(text.encode()).text == text.encode()


def test_a_file_broken_in_a_body_keeps_what_stands_behind_it() -> None:
    """The whole text's syntax loses `second`; a person who looks for it should find it."""
    data = b"fn first() { let 3 = ; ( }\nfn second() {}\n"
    found = columns_of(data, parse)
    assert found is not None and found.paths == "first\nsecond"


@pytest.mark.parametrize("name", SNIPPETS)
def test_what_only_the_compiler_knows_is_read_in_either_process_as_in_the_outline(name: str) -> None:
    data = SNIPPETS[name]
    assert columns_of(data, parse) == columns_of(data, at_once()) == outlined(data)


@pytest.mark.parametrize("make", [in_folder, in_git])
def test_the_process_that_reads_files_knows_it_too(tmp_path: Path, make: Callable[..., Codebase]) -> None:
    data = SNIPPETS["safe in a foreign block's one line"]
    code = make(tmp_path, {"a.rs": data})
    place = {"git": code.git_dir is not None, "folder": str(code.git_dir or code.path)}
    blob = hashlib.sha1(b"blob %d\0%s" % (len(data), data)).hexdigest()
    answers = BytesIO()
    serve(BytesIO(f"{json.dumps(place)}\n{json.dumps([['a.rs', blob]])}\n".encode()), answers)
    _about, _end, told = answers.getvalue().partition(b"\n")
    assert decode(told) == outlined(data)


def test_another_way_to_read_makes_another_cache() -> None:
    """What an older version read of such a file is not used."""
    assert "app.rust" in cache._READERS


@needs_corpus
def test_real_files_have_the_items_of_their_outline() -> None:
    seen = 0
    for name, data in rust_files():
        tree = parse(data)
        if tree is not None and is_clean(tree, len(data)):
            assert columns_of(data, parse) == outlined(data), name
            seen += 1
    assert seen
