"""Which imports a selection needs, and what is left of them when they are pruned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Node, Tree

from app.rust.gaps.unknowns import is_clean
from app.rust.items import find_item, outline
from app.rust.names.scopes import leaves
from app.rust.needs.file import RustFile
from app.rust.needs.imports import ImportPick, every_import, propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.syntax import parse
from tests.rust.ruststrings import rust


def tree_of(data: bytes) -> Tree:
    tree = parse(data)
    assert tree is not None
    return tree


def opened(source: str | bytes) -> Lookup:
    data = source.encode() if isinstance(source, str) else source
    tree = tree_of(data)
    return Lookup(RustFile(data, tree, outline(data, tree)))


def picks(source: str, name: str, mode: str = "whole") -> list[ImportPick]:
    """What a block with the item takes: every import, or those certainly needed, `whole` or `pruned`."""
    lookup = opened(source)
    item = find_item(lookup.file.items, name)
    spans = [(item.start, item.end)]
    if mode == "all":
        return [ImportPick(each, ()) for each in every_import(lookup.file.items, spans)]
    certain = [each for each in propose_imports(lookup, spans) if each.certainty == "certain"]
    return [ImportPick(each.item, each.cuts if mode == "pruned" else ()) for each in certain]


def taken(source: str, name: str, mode: str = "whole") -> list[str]:
    """What is left of each picked import."""
    return [remains(source.encode(), pick).decode() for pick in picks(source, name, mode)]


def remains(data: bytes, pick: ImportPick) -> bytes:
    at, kept = pick.item.start, b""
    for low, high in pick.cuts:
        assert at <= low < high <= pick.item.end
        kept, at = kept + data[at:low], high
    return kept + data[at : pick.item.end]


FILE = """\
use std::{
    fmt::{self, Display, Write as _},
    time::{Duration, Instant},
};
use a::*;
use tracing::warn;
#[cfg(test)]
use only::Testing;
extern crate serde as sd;

fn wait(for_: Duration) -> impl Display { warn!("{for_:?}"); fmt::format(for_) }
fn other(t: Testing) -> sd::X { y::Duration.warn() } // Instant
mod inner {
    use b::Deep;
    use super::*;
    fn deep(d: Deep, i: Instant) {}
}
"""


def test_whole_takes_declarations_with_a_used_name() -> None:
    assert [pick.item.path for pick in picks(FILE, "wait")] == [
        "use std::{fmt::{self, Display, Write as _}, time::{Duration, Instant}}",
        "use tracing::warn",
    ]
    assert all(pick.cuts == () for pick in picks(FILE, "wait"))


def test_pruned_cuts_unused_leaves_with_comma_and_white_space() -> None:
    assert taken(FILE, "wait", "pruned") == [
        "use std::{\n    fmt::{self, Display},\n    time::{Duration},\n};",
        "use tracing::warn;",
    ]


def test_all_takes_every_import_outside_tests() -> None:
    assert [text.split()[1] for text in taken(FILE, "other", "all")] == [
        "std::{",
        "a::*;",
        "tracing::warn;",
        "crate",
    ]


def test_all_of_a_whole_module_are_those_of_the_module_around_it() -> None:
    assert taken(FILE, "mod inner", "all") == taken(FILE, "other", "all")


def test_later_parts_of_paths_methods_comments_and_test_imports_are_no_use() -> None:
    # `Testing` is imported for tests alone, so what is left to bring it in is the glob.
    assert taken(FILE, "other") == ["use a::*;", "extern crate serde as sd;"]


def test_a_module_has_its_own_imports_and_its_parents_if_it_says_so() -> None:
    assert taken(FILE, "inner::deep", "pruned") == [
        "use std::{\n    time::{Instant},\n};",
        "use b::Deep;",
        "use super::*;",
    ]


def test_an_import_inside_the_selection_is_not_taken_twice() -> None:
    assert taken("use a::b;\nfn f() { b() }", "use a::b") == []


def needs_name(code: str) -> bool:
    """Whether the code needs the import of `Name`, to a certainty."""
    data = f"use q::Name;\n{code}".encode()
    start = data.index(b"\n") + 1
    found = propose_imports(opened(data), [(start, len(data))])
    assert all(proposal.item.end <= start for proposal in found)
    return any(proposal.certainty == "certain" for proposal in found)


@pytest.mark.parametrize(
    "use",
    [
        "fn f(x: Name) {}",
        "#[derive(Debug, Name)]\nstruct f;",
        "#[Name]\nfn f() {}",
        '#[serde(with = "Name::inner")]\nstruct f;',
        "fn f() { Name!(1) }",
        "fn f() { x!(a, b => Name::new()) }",
        'fn f() { println!("{Name}") }',
        'fn f() { println!("{{{Name:>5}", ) }',
        'fn f() { println!("{x:>Name$}") }',
        "fn f() { S { Name } }",
        "fn f() { 0..Name }",
        "macro_rules! f { () => { Name } }",
        "mod f { use super::Name; }",
        "mod f { use super::{a, Name}; }",
        "fn f(x: r#Name) {}",
    ],
)
def test_ways_to_use_a_name(use: str) -> None:
    assert needs_name(use)


@pytest.mark.parametrize(
    "other",
    [
        "fn f() { x.Name() }",
        "fn f() { a::Name }",
        "fn f() { m!(a::Name, b.Name) }",
        "/// Name\nfn f() {}",
        'fn f() { "{Name}"; }',
        'fn f() { println!("{{Name}}") }',
        "fn f<'Name>() {}",
        "struct f { Name: u8 }",
        "mod f { fn g() { Name } }",
    ],
)
def test_what_uses_no_name(other: str) -> None:
    assert not needs_name(other)


GAPS = st.sampled_from(["", " ", "\n    ", " // note\n", "/* c */", "\r\n"])


@st.composite
def use_trees(draw: st.DrawFn, depth: int = 3) -> str:
    """A use tree in which every leaf binds a name of its own."""
    kind = draw(
        st.sampled_from(["name", "path", "as", "list", "list", "self"] if depth else ["name", "path", "as"])
    )
    name = f"n{draw(st.integers(0, 10**9))}"
    if kind == "name":
        return name
    if kind == "path":
        return f"p::{name}"
    if kind == "as":
        return f"p::q as {name}"
    inside = [draw(use_trees(depth - 1)) for _ in range(draw(st.integers(1, 3)))]
    if kind == "self":
        inside.insert(draw(st.integers(0, len(inside))), "self")
    text = ",".join(draw(GAPS) + each + draw(GAPS) for each in inside)
    return f"{name}::{{{text}{draw(st.sampled_from(['', ',']))}{draw(GAPS)}}}"


def declaration(data: bytes) -> Node:
    [node] = [node for node in tree_of(data).root_node.named_children if node.type == "use_declaration"]
    return node


@given(use_trees(), st.data())
def test_what_is_left_of_a_pruned_import_binds_the_needed_names_and_no_others(
    tree: str, more: st.DataObject
) -> None:
    use = f"use {tree};".encode()
    bound = [leaf.name for leaf in leaves(use, declaration(use)) if leaf.name]
    needed = more.draw(st.lists(st.sampled_from(bound), min_size=1, unique=True))
    data = use + b"\n\nfn f() { " + b"; ".join(needed) + b" }\n"
    [pick] = picks(data.decode(), "f", "pruned")
    left = remains(data, pick)
    assert is_clean(tree_of(left), len(left))
    assert {leaf.name for leaf in leaves(left, declaration(left))} == set(needed)
    if set(needed) == set(bound):
        assert left == use


def test_the_full_stop_of_a_comment_above_makes_no_member_of_a_macro() -> None:
    # Found on svix-server's `Retry::run`: its `warn!` stands under a comment that ends in a full stop.
    data = 'use tracing::warn;\nfn a() {\n    // Let the caller call run() again.\n    warn!("x");\n}\n'
    assert [pick.item.path for pick in picks(data, "a")] == ["use tracing::warn"]


def certainties(code: str, name: str = "f") -> dict[str, str]:
    """Every name proposed for an item, with its certainty."""
    lookup = opened(code)
    item = find_item(lookup.file.items, name)
    found = propose_imports(lookup, [(item.start, item.end)])
    return {each.name: each.certainty for one in found for each in one.names}


@pytest.mark.parametrize(
    ("use", "call", "name"),
    [
        ("std::io::Read", "x.y().read_to_end(&mut b)", "Read"),
        ("std::fmt::Write", 'write!(x, "a")', "Write"),
        ("std::fmt::Write as _", "x.y().write_str(a)", "_"),
        ("std::str::FromStr", "u8::from_str(a)", "FromStr"),
        ("anyhow::Context", 'x.y().context("a")?', "Context"),
        ("futures::StreamExt", "x.y().next().await", "StreamExt"),
        ("futures_util::stream::StreamExt", "m!(a = x.next().await)", "StreamExt"),
        ("itertools::Itertools", "x.iter().sorted()", "Itertools"),
        ("rand::Rng", "x.y().gen_range(0..1)", "Rng"),
        ("rayon::prelude::*", "x.par_iter()", "*"),
        ("q::UnknownExt", "x.y().surprise()", "UnknownExt"),
    ],
)
def test_the_trait_of_a_method_is_likely(use: str, call: str, name: str) -> None:
    assert certainties(f"use {use};\nfn f<X>(x: X, a: u8) {{ {call}; }}") == {name: "likely"}


@pytest.mark.parametrize(
    ("use", "call"),
    [
        ("std::io::Read", "lock.read()"),  # a lock's takes no argument
        ("std::fmt::Write", 'let mut f: Formatter = x; write!(f, "a")'),
        ("itertools::Itertools", "let v: Vec<u8> = x; v.dedup()"),
        ("itertools::Itertools", "x.y().get(&k).await"),
        ("std::str::FromStr", "A::from_str(a)"),
        ("sea_orm::EntityTrait", "map.y().insert(k, v)"),
        ("std::borrow::BorrowMut", "let c = RefCell::new(1); c.borrow_mut()"),
        ("rand::Rng", "let a = A; a.sample(1)"),
    ],
)
def test_a_method_that_is_explained_otherwise_brings_no_trait(use: str, call: str) -> None:
    own = "struct A;\nimpl A { fn from_str(a: u8) {} fn sample(&self, n: u8) {} }\n"
    assert certainties(
        f"use {use};\n{own}use q::Formatter;\nfn g() {{ x.y().write_all(Read, Write) }}\nfn f() {{ {call}; }}"
    ).keys() <= {"Formatter"}


def test_reasons_are_told_in_words() -> None:
    code = "use a::B;\nuse anyhow::Context;\n\nfn f(b: B) {\n    b.context(1)\n}\n"
    lookup = opened(code)
    item = lookup.file.items[2]
    found = propose_imports(lookup, [(item.start, item.end)])
    assert [one.reasons for one in found] == [
        ("`B` used in line 4",),
        ("trait of the method `.context()` in line 5, which syntax cannot prove",),
    ]


def test_likely_names_are_left_to_the_person() -> None:
    code = "use anyhow::{Context, Result};\nfn f() -> Result<()> { x.y().context(1) }"
    assert certainties(code) == {"Context": "likely", "Result": "certain"}
    assert taken(code, "f", "pruned") == ["use anyhow::{Result};"]
    assert taken("use anyhow::Context;\nfn f() { x.y().context(1) }", "f") == []


def test_an_import_brings_the_one_its_path_begins_with() -> None:
    assert certainties("use std::fmt;\nuse fmt::Display;\nfn f(x: &dyn Display) {}") == {
        "fmt": "certain",
        "Display": "certain",
    }
    assert certainties("extern crate alloc;\nuse alloc::vec::Vec as V;\nfn f(x: V) {}") == {
        "alloc": "certain",
        "V": "certain",
    }


def test_twins_under_cfg_are_all_taken() -> None:
    code = "#[cfg(a)]\nuse x::N;\n#[cfg(b)]\nuse y::N;\n#[cfg(c)]\nstruct N;\nfn f(n: N) {}"
    assert taken(code, "f") == ["#[cfg(a)]\nuse x::N;", "#[cfg(b)]\nuse y::N;"]


def test_two_globs_make_each_only_likely() -> None:
    assert certainties("use a::*;\nfn f(x: Odd) {}") == {"*": "certain"}
    assert certainties("use a::*;\nuse b::*;\nfn f(x: Odd) {}") == {"*": "likely"}
    assert certainties("use a::*;\nfn f(x: Vec<u8>) -> Option<String> { serde::x() }") == {}


def test_a_type_of_a_trait_is_no_method_of_it() -> None:
    code = (
        "use s::{Read, Ser};\nstruct A;\nimpl Read for A { type Error = u8; }\nimpl Ser for A { type Error = u8; }\n"
        "impl A { fn f() -> Result<(), Self::Error> {} }"
    )
    assert certainties(code, "A::f") == {}


def test_what_a_glob_of_the_standard_library_brings_is_known() -> None:
    code = "use std::path::*;\nuse q::*;\nmake!(PathBuf);\nfn f(p: PathBuf) {}\nfn g(p: Odd) {}"
    lookup = opened(code)
    placed = {name: find_item(lookup.file.items, name) for name in ("f", "g")}
    found = {
        name: [(one.item.path, one.certainty) for one in propose_imports(lookup, [(item.start, item.end)])]
        for name, item in placed.items()
    }
    assert found == {"f": [("use std::path::*", "certain")], "g": [("use q::*", "certain")]}


def test_a_macro_named_as_its_crate_is_not_the_crate() -> None:
    code = "use anyhow::anyhow;\nfn f(e: anyhow::Error) {}\nfn g() { anyhow!(1) }"
    assert certainties(code) == {}
    assert certainties(code, "g") == {"anyhow": "certain"}


def test_a_given_method_of_a_trait_that_the_file_implements_brings_the_trait() -> None:
    code = (
        "use std::fmt::{self, Write};\nstruct A;\nimpl fmt::Write for A { fn write_str(&mut self, s: &str) {} }\n"
        'fn g<W: Write>(w: &mut W) {}\nfn f(a: &mut A) { write!(a, "x"); }'
    )
    assert certainties(code) == {"Write": "likely"}


def test_a_method_handed_on_in_an_impl_is_that_traits() -> None:
    code = (
        "use std::fmt::{self, Debug, Display};\nstruct A(q::B);\n"
        "impl Display for A { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { self.0.fmt(f) } }"
    )
    assert certainties(code, "impl Display for A") == {"fmt": "certain", "Display": "certain"}
    code = "use std::fmt::{Debug, Display};\nfn f(a: q::A, f: q::F) { Display::fmt(&a, f) }"
    assert certainties(code) == {"Display": "certain"}


def test_an_extension_of_a_bound_is_likely() -> None:
    code = "use futures::stream::{Stream, StreamExt};\n"
    code += "fn f<S: Stream>(s: S) { s.fuse(); }\nfn g(s: q::S) { StreamExt::fuse(s) }"
    assert certainties(code) == {"Stream": "certain", "StreamExt": "likely"}


def test_a_function_of_self_may_be_an_imported_traits() -> None:
    code = "use std::os::unix::io::FromRawFd;\n"
    code += "impl From<u8> for q::Fd { fn from(a: u8) -> Self { Self::from_raw_fd(a) } }"
    assert certainties(code, "impl From<u8> for q::Fd") == {"FromRawFd": "likely"}


def test_a_name_behind_a_path_is_no_other_reason_for_an_import() -> None:
    code = (
        'use std::fmt::{self, Write};\nimpl fmt::Write for A {}\nfn f() { let a = make!(); write!(a, "x"); }'
    )
    assert certainties(code) == {"Write": "likely"}


def test_a_variant_that_a_block_brings_in_comes_by_no_glob_of_the_module() -> None:
    code = "use q::*;\nenum Kind { Odd }\nfn f(x: Kind) { use Kind::*; match x { Odd => {} } }"
    assert certainties(code) == {}


def only(text: str, name: str = "f") -> list[str]:
    file = rust(text)
    found = propose_imports(file.lookup, file.spans(name))
    return [each.only for one in found for each in one.names]


def test_a_method_that_only_one_import_explains_is_told() -> None:
    reads = "use tokio::io::AsyncReadExt;\nasync fn f(x: &mut X) { x.read_u16().await; }\n"
    assert only(reads) == ["read_u16"]
    assert only(reads.replace("read_u16", "map")) == []


def test_a_method_that_two_imports_may_bring_is_explained_by_neither() -> None:
    two = "use byteorder::ReadBytesExt;\nuse gimli::Reader;\nfn f(x: X) { x.read_u16() }\n"
    assert only(two) == ["", ""]


def test_what_is_certain_is_no_guess_about_a_method() -> None:
    assert only("use std::io::Read;\nfn f(x: &mut dyn Read) { x.read_to_end(y); }\n") == [""]
