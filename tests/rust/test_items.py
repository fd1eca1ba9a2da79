"""Items: what they are called, which bytes are theirs, and what is test code."""

from __future__ import annotations

import pytest

from app.errors import UsageError
from app.rust.items import Item, find_item, item_at, outline, scope_at
from app.rust.syntax import parse


def items_of(text: str | bytes) -> tuple[Item, ...]:
    data = text.encode() if isinstance(text, str) else text
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def taken(text: str, path: str) -> str:
    data = text.encode()
    item = next(item for item in items_of(data) if item.path == path)
    return data[item.start : item.end].decode()


def paths(text: str) -> list[str]:
    return [item.path for item in items_of(text)]


def test_names_are_those_people_use() -> None:
    text = """
use std::{fmt, io};
extern crate alloc;
const MAX: u32 = 3;
static LAST: u8 = 0;
type Result<T> = std::result::Result<T, Error>;
struct Retry<'a, Re> { schedule: &'a [u8], re: Re }
enum Kind { A }
union Bits { a: u8 }
trait Queue { const N: u8; type Item; fn push(&self); }
impl<'a, Re> Retry<'a, Re> { const START: u8 = 0; fn run(&self) {} }
impl Buffer<u8> { fn get(&self) {} }
impl fmt::Display for Kind { fn fmt(&self) {} }
macro_rules! shout { () => {} }
shout! { hello }
mod inner { pub fn helper() {} struct Deep; }
extern "C" { fn abs(x: i32) -> i32; }
fn main() { fn hidden() {} }
"""
    assert paths(text) == [
        "use std::{fmt, io}",
        "extern crate alloc",
        "const MAX",
        "static LAST",
        "type Result",
        "struct Retry",
        "enum Kind",
        "union Bits",
        "trait Queue",
        "const Queue::N",
        "type Queue::Item",
        "Queue::push",
        "impl<'a, Re> Retry<'a, Re>",
        "const Retry::START",
        "Retry::run",
        "impl Buffer<u8>",
        "Buffer<u8>::get",
        "impl fmt::Display for Kind",
        "<Kind as fmt::Display>::fmt",
        "macro_rules! shout",
        "shout!",
        "mod inner",
        "inner::helper",
        "struct inner::Deep",
        'extern "C"',
        "abs",
        "main",
    ]


def test_twins_are_told_apart_by_a_number() -> None:
    assert paths("#[cfg(unix)]\nfn go() {}\n#[cfg(windows)]\nfn go() {}\nfn go() {}") == [
        "go",
        "go#2",
        "go#3",
    ]


def test_the_lead_is_attributes_docs_and_glued_comments() -> None:
    lead = "// glued\n/// Docs.\n#[inline]\n// between\nfn run() {}"
    assert taken(f"const A: u8 = 1;\n\n// apart\n\n{lead}\n", "run") == lead


def test_a_plain_comment_is_left_where_a_blank_line_parts_it() -> None:
    assert taken("// section\n\nfn run() {}", "run") == "fn run() {}"


def test_a_comment_under_a_doc_belongs_even_with_a_blank_line() -> None:
    assert taken("/// Docs.\n// note\n\nfn run() {}", "run") == "/// Docs.\n// note\n\nfn run() {}"


def test_a_licence_glued_to_the_first_item_stays_outside() -> None:
    assert taken("// SPDX-License-Identifier: MIT\nuse std::fmt;\n", "use std::fmt") == "use std::fmt;"


def test_the_trail_is_the_last_lines_comment_and_not_the_next_items_lead() -> None:
    text = "const A: u8 = 1; // one\n// two\nconst B: u8 = 2;"
    assert taken(text, "const A") == "const A: u8 = 1; // one"
    assert taken(text, "const B") == "// two\nconst B: u8 = 2;"


def test_inner_docs_belong_to_the_file() -> None:
    assert taken("//! About the file.\nfn run() {}", "run") == "fn run() {}"


def test_a_semicolon_after_a_macro_is_its_trail() -> None:
    assert taken("make!(A, B); // both\n", "make!") == "make!(A, B); // both"


@pytest.mark.parametrize("text", ["/// Docs.\nfn run() {}\n\n// glued\n#[x]\nstruct S; // trail\n"])
def test_crlf_files_have_the_same_items(text: str) -> None:
    ours = [(i.path, text.encode()[i.start : i.end]) for i in items_of(text)]
    crlf = text.replace("\n", "\r\n").encode()
    theirs = [(i.path, crlf[i.start : i.end].replace(b"\r\n", b"\n")) for i in items_of(crlf)]
    assert ours == theirs


def test_a_byte_order_mark_is_in_no_item() -> None:
    data = b"\xef\xbb\xbf// Copyright us\nfn run() {}"
    (item,) = items_of(data)
    assert data[item.start : item.end] == b"fn run() {}"


def test_methods_know_the_impl_that_stands_around_them() -> None:
    text = "/// Lead.\nimpl Retry {\n    fn run(&self) {}\n}\n"
    run = next(i for i in items_of(text) if i.path == "Retry::run")
    assert run.wrap is not None
    assert text[slice(*run.wrap.head)] == "/// Lead.\nimpl Retry {"
    assert text[slice(*run.wrap.tail)] == "}"


def test_members_of_traits_and_trait_impls_are_taken_whole() -> None:
    items = items_of("trait Q { fn push(); }\nimpl Q for M { fn push() {} }")
    assert [(i.path, i.whole) for i in items if i.whole is not None] == [
        ("Q::push", 0),
        ("<M as Q>::push", 2),
    ]


@pytest.mark.parametrize(
    ("attribute", "test"),
    [
        ("#[test]", True),
        ('#[tokio::test(flavor = "multi_thread")]', True),
        ("#[rstest]", True),
        ("#[cfg(test)]", True),
        ("#[cfg(all(unix, test))]", True),
        ('#[cfg(any(test, feature = "x"))]', False),
        ("#[cfg(not(test))]", False),
        ("#[cfg_attr(test, derive(Debug))]", False),
        ('#[cfg(feature = "test")]', False),
        ("#[inline]", False),
    ],
)
def test_what_makes_test_code(attribute: str, test: bool) -> None:
    (item,) = items_of(f"{attribute}\nfn run() {{}}")
    assert item.test is test


def test_test_code_is_inherited_inwards() -> None:
    assert all(item.test for item in items_of("#[cfg(test)]\nmod tests { use super::*; fn helper() {} }"))


def test_an_any_of_tests_can_hold_only_under_test() -> None:
    assert [
        i.test for i in items_of("#[cfg(any(test, all(test, unix)))]\nfn a() {}\n#[cfg(any())]\nfn b() {}")
    ] == [
        True,
        False,
    ]


def test_items_after_a_broken_one_are_found() -> None:
    found = {i.path: i.broken for i in items_of("fn good() {}\nfn bad( {}\nstruct After;\n")}
    assert found["good"] is False
    assert "struct After" in found


def test_the_innermost_item_at_a_byte() -> None:
    text = "mod a {\n  impl S {\n    fn f() { 1 }\n  }\n}\n\nfn g() {}"
    items = items_of(text)
    assert [items[i].path for i in scope_at(items, text.index("1"))] == ["mod a", "a::impl S", "a::S::f"]
    assert item_at(items, text.index("\n\nfn") + 1) is None


def test_an_item_is_found_by_a_short_name_only_if_one_can_be_meant() -> None:
    items = items_of("struct Retry;\nimpl Retry { fn run() {} }\nimpl Other { fn run() {} }")
    assert find_item(items, "Retry").path == "struct Retry"
    assert find_item(items, "fn Retry::run").path == "Retry::run"
    with pytest.raises(UsageError, match="no item"):
        find_item(items, "run")
    with pytest.raises(UsageError, match="nearest are: `Retry::run`"):
        find_item(items, "Rety::run")


def test_names_hold_no_control_characters() -> None:
    (item,) = items_of("use a::{ /* \x1b[2J */ b };")
    assert "\x1b" not in item.path
