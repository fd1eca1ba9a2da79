"""The outline: leads, trails, names, test code, and what an item is taken with."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UsageError
from app.rust.item_paths import is_import
from app.rust.items import Item, find_item, item_at, next_item, outline, scope_at
from app.rust.syntax import parse
from app.rust.test_code import attribute_marks_test


def items_of(source: str | bytes) -> tuple[Item, ...]:
    data = source.encode() if isinstance(source, str) else source
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def texts(source: str) -> list[str]:
    data = source.encode()
    return [data[item.start : item.end].decode() for item in items_of(source)]


def paths(source: str) -> list[str]:
    return [item.path for item in items_of(source)]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("#[a]\nfn f() {}\n", "#[a]\nfn f() {}"),
        ("/// doc\n\n#[a]\n\nfn f() {}\n", "/// doc\n\n#[a]\n\nfn f() {}"),
        ("/** doc */ fn f() {}\n", "/** doc */ fn f() {}"),
        ("// glued\nfn f() {}\n", "// glued\nfn f() {}"),
        ("// a\n/* b */\n// c\nfn f() {}\n", "// a\n/* b */\n// c\nfn f() {}"),
        ("// apart\n\nfn f() {}\n", "fn f() {}"),
        ("// far\n\n// near\nfn f() {}\n", "// near\nfn f() {}"),
        ("// one\n// two\n\nfn f() {}\n", "fn f() {}"),
        ("#[a]\n// under an attribute\n\nfn f() {}\n", "#[a]\n// under an attribute\n\nfn f() {}"),
        ("#[a] // why\nfn f() {}\n", "#[a] // why\nfn f() {}"),
        ("// glued\n/// doc\nfn f() {}\n", "// glued\n/// doc\nfn f() {}"),
        ("//! inner\nfn f() {}\n", "fn f() {}"),
        ("#![inner]\nfn f() {}\n", "fn f() {}"),
        ("#![inner] // of the inner one\nfn f() {}\n", "fn f() {}"),
        ("// Copyright 2024 somebody\n// All rights reserved\nfn f() {}\n", "fn f() {}"),
        ("// SPDX-License-Identifier: MIT\n/// doc\nfn f() {}\n", "/// doc\nfn f() {}"),
        ("// Says where the rights\nfn f() {}\n", "// Says where the rights\nfn f() {}"),
        ("//// not a doc\n\nfn f() {}\n", "fn f() {}"),
        ("/**/\n\nfn f() {}\n", "fn f() {}"),
        ("fn f() {} // trail\n", "fn f() {} // trail"),
        ("fn f() {} /* one */ // two\n// below\n", "fn f() {} /* one */ // two"),
        ("\ufeff// glued\nfn f() {}", "// glued\nfn f() {}"),
        ("foo! { a }\n", "foo! { a }"),
        ("/// doc\nfoo!(a); // trail\n", "/// doc\nfoo!(a); // trail"),
        ("foo![a] ;\n", "foo![a] ;"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_item_reaches_from_its_lead_to_its_trail(source: str, text: str, newline: str) -> None:
    assert texts(source.replace("\n", newline)) == [text.replace("\n", newline)]


def test_a_comment_behind_an_item_is_not_the_next_ones_lead() -> None:
    assert texts("struct A; // of A\n// of B\nstruct B; /* B */ struct C;\n") == [
        "struct A; // of A",
        "// of B\nstruct B; /* B */",
        "struct C;",
    ]


def test_a_comment_behind_an_opening_brace_is_not_the_first_members_lead() -> None:
    assert texts("impl A { // header\n    // of f\n    fn f() {}\n}\n")[1] == "// of f\n    fn f() {}"


NAMED = {
    "fn f() {}": "f",
    "pub async unsafe fn f() {}": "f",
    "const A: u8 = 1;": "const A",
    "static mut A: u8 = 1;": "static A",
    "type A<T> = B<T>;": "type A",
    "struct A<T>(T);": "struct A",
    "enum A {}": "enum A",
    "union A { a: u8 }": "union A",
    "trait A: B {}": "trait A",
    "mod a;": "mod a",
    "macro_rules! a { () => {} }": "macro_rules! a",
    "a::b! { x }": "a::b!",
    "a!(x);": "a!",
    "pub(crate) use a::{\n    b,\n    c as d,\n};": "use a::{b, c as d}",
    "extern crate a as b;": "extern crate a as b",
    'unsafe extern "C" {}': 'unsafe extern "C"',
    "impl<'a, Re>\n    Retry<'a, Re>\nwhere Re: Fn() {}": "impl<'a, Re> Retry<'a, Re>",
    "unsafe impl Send for A {}": "unsafe impl Send for A",
}


@pytest.mark.parametrize("source", NAMED)
def test_each_kind_has_its_name(source: str) -> None:
    assert paths(source) == [NAMED[source]]
    prefix = "impl x for y {}\nmod m {" + source + "}"
    inside = paths(prefix)[2]
    assert inside.startswith("m::") or " m::" in inside


@pytest.mark.parametrize(
    ("header", "member"),
    [
        ("impl Retry", "Retry::f"),
        ("impl<'a, T: X, const N: usize> Retry<'a, T, N>", "Retry::f"),
        ("impl Retry<'_>", "Retry::f"),
        ("impl Retry<u8>", "Retry<u8>::f"),
        ("impl<T> Retry<Vec<T>>", "Retry<Vec<T>>::f"),
        ("impl a::Retry", "a::Retry::f"),
        ("impl<T> [T]", "<[T]>::f"),
        ("impl Display for Retry", "<Retry as Display>::f"),
        ("impl<T> From<Vec<T>> for Retry<T>", "<Retry as From<Vec<T>>>::f"),
        ("trait Queue: Send", "Queue::f"),
        ("mod inner", "inner::f"),
        ('extern "C"', "f"),
    ],
)
def test_members_are_named_by_what_they_stand_in(header: str, member: str) -> None:
    assert paths(header + " { fn f() { fn local() {} } }")[1:] == [member]


def test_associated_items_say_their_kind() -> None:
    source = (
        "impl A { const M: u8 = 1; }\nimpl I for A { type Item = u8; }\ntrait T { type X; const C: u8; m!{} }"
    )
    assert paths(source)[1::2] == ["const A::M", "type <A as I>::Item", "type T::X", "T::m!"]


def test_same_names_get_numbers() -> None:
    assert paths("fn a() {} fn a() {} fn a() {} struct a;") == ["a", "a#2", "a#3", "struct a"]


def test_names_carry_no_control_characters() -> None:
    [path] = paths("use a::\x1b[31mb\u202e\u200b;") or ["-"]
    assert path.isprintable()


def test_members_know_what_they_are_taken_with() -> None:
    source = "/// d\nimpl A {\n    fn f() {}\n}\nimpl B for A { fn f() {} }\ntrait T { fn f(); }\nmod m { fn f() {} }"
    items = items_of(source)
    wrap = items[1].wrap
    assert wrap is not None and items[1].whole is None
    assert (source[slice(*wrap.head)], source[slice(*wrap.tail)], wrap.item) == (
        "/// d\nimpl A {",
        "}",
        "impl A",
    )
    assert [(item.wrap, item.whole) for item in items[2:]] == [
        (None, x) for x in (None, 2, None, 4, None, None)
    ]
    assert [item.parent for item in items] == [None, 0, None, 2, None, 4, None, 6]


def test_an_impl_that_never_ends_wraps_nothing() -> None:
    assert all(item.wrap is None for item in items_of("impl A { fn f() {}"))


@pytest.mark.parametrize(
    ("attribute", "marks"),
    [
        ("test", True),
        ('tokio::test(flavor = "multi_thread")', True),
        ("bench", True),
        ("rstest", True),
        ('test_case(1, 2; "name")', True),
        ("cfg(test)", True),
        ("cfg(all(unix, test))", True),
        ("cfg(any(test, all(test, unix)))", True),
        ("cfg(all(any(test), unix,),)", True),
        ("cfg(not(test))", False),
        ("cfg(all(not(test), unix))", False),
        ('cfg(any(test, feature = "x"))', False),
        ("cfg(any())", False),
        ("cfg()", False),
        ('cfg(feature = "test")', False),
        ("cfg_attr(test, derive(Debug))", False),
        ("allow(test)", False),
        ('doc = "#[test]"', False),
        ("", False),
    ],
)
def test_what_makes_test_code(attribute: str, marks: bool) -> None:
    assert attribute_marks_test(attribute.encode()) is marks


def test_test_code_is_inherited_inwards_only() -> None:
    source = "fn a() {}\n#[cfg(test)]\nmod t { use super::*; impl A { fn b() {} } }\nmod tests { fn c() {} }"
    assert [item.path for item in items_of(source) if item.test] == [
        "mod t", "t::use super::*", "t::impl A", "t::A::b"
    ]  # fmt: skip
    assert all(item.test for item in items_of("#![cfg(test)]\nfn a() {}"))
    assert [item.test for item in items_of("mod a { #![cfg(test)] fn b() {} }\nfn c() {}")] == [
        True,
        True,
        False,
    ]


def test_broken_items_are_kept_and_marked_and_hide_no_whole_ones() -> None:
    items = items_of("fn a() {}\nfn b( { }\nstruct C;\nimpl D { fn e() {}\n fn f() {}")
    assert [(item.path, item.broken) for item in items if item.path in ("a", "struct C")] == [
        ("a", False), ("struct C", False)
    ]  # fmt: skip
    assert any(item.broken for item in items)


TREE = "mod a {\n    impl B {\n        fn c() {}\n    }\n}\nfn d() {}\n"


def test_where_a_byte_is() -> None:
    items = items_of(TREE)
    at = TREE.index("c()")
    assert item_at(items, at) == 2
    assert scope_at(items, at) == (0, 1, 2)
    assert scope_at(items, TREE.index("\n}")) == (0,)
    assert item_at(items, TREE.index("\nfn d")) is None
    assert (item_at((), 0), item_at(items, len(TREE)), item_at(items, 0)) == (None, None, 0)


def test_next_item() -> None:
    items = items_of(TREE)
    assert [next_item(items, item.start) for item in items] == [1, 2, 3, None]


FINDABLE = (
    "struct Retry;\nimpl Retry { fn run() {} }\nfn go() {}\n"
    "mod m { fn go() {} struct S; }\nmacro_rules! w { () => {} }\nimpl<'a> X<'a> {}"
)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("Retry::run", "Retry::run"),
        ("Retry", "struct Retry"),
        ("fn go", "go"),
        ("m::S", "struct m::S"),
        ("w!", "macro_rules! w"),
        ("impl< 'a >X<'a>", "impl<'a> X<'a>"),
        ("struct  Retry", "struct Retry"),
    ],
)
def test_an_item_is_found_by_its_path_or_by_what_can_only_mean_it(name: str, path: str) -> None:
    assert find_item(items_of(FINDABLE), name).path == path


def test_an_unknown_or_ambiguous_name_is_answered_with_names() -> None:
    items = items_of("struct A;\nmod A {}\nfn retry_later() {}")
    with pytest.raises(UsageError, match="`struct A`, `mod A`"):
        find_item(items, "A")
    with pytest.raises(UsageError, match="`retry_later`"):
        find_item(items, "retry_latter\x1b[2J")
    with pytest.raises(UsageError, match="no items"):
        find_item((), "a")


WORDS = st.sampled_from(
    ["fn f() {", "}", "/// d", "// c", "#[test]", "//! i", "impl A {", "mod m {", "trait T {", ";", "x!{}", "use a;",
     "struct S;", "/* b", "*/", "é", "(", "\r", "\x00", "\ufeff", '"']
)  # fmt: skip


@given(st.lists(WORDS, max_size=30), st.sampled_from(["\n", " ", "\n\n", "\r\n"]))
def test_any_text_has_an_outline_that_nests(words: list[str], gap: str) -> None:
    data = gap.join(words).encode()
    items = items_of(data)
    assert len({item.path for item in items}) == len(items)
    for index, item in enumerate(items):
        assert 0 <= item.start <= item.name_start < item.end <= len(data)
        if item.parent is not None:
            outer = items[item.parent]
            assert item.parent < index and outer.start < item.start and item.end <= outer.end
        assert find_item(items, item.path) is item
        assert item_at(items, item.name_start) == index
    siblings = [(item.start, item.end) for item in items if item.parent is None]
    assert all(before[1] <= after[0] for before, after in pairwise(siblings))


def test_modules_may_nest_deeper_than_python_recurses() -> None:
    assert len(items_of("mod m {" * 1_500 + "}" * 1_500)) == 1_500


IMPORTS = (
    "use a::b;",
    "pub use a::{self, b as c};",
    "pub(in crate :: x) use ::a::*;",
    "pub /* why */ use a::b;",
    "pub\n    use a::b;",
    "use a::r#pub as b;",
    "extern crate a as b;",
    "pub extern crate a;",
    "pub(crate) extern crate a as _;",
)
MODULES = ("", "mod m {", "mod r#async {", "mod größe { mod r#type {", "mod m { mod r#use {")


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("source", IMPORTS)
def test_an_import_is_told_by_its_path_wherever_it_stands(source: str, module: str) -> None:
    items = items_of(
        f"{module} /// Doc.\n#[a]\n{source} fn r#use() {{}} struct r#extern; m!(); {'}' * module.count('{')}"
    )
    for item in items:
        assert is_import(item.path) == (item.kind in ("use_declaration", "extern_crate_declaration")), (
            item.path
        )


def test_an_imports_path_leaves_out_who_may_see_it() -> None:
    assert paths("pub(crate) extern crate a as b; pub /* why */ use a::r#pub as c;") == [
        "extern crate a as b",
        "use a::r#pub as c",
    ]
