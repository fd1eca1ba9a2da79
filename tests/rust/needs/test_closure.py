"""Which items of the same file a selection uses, why, and what those use in turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rust.needs.closure import Branch, closure, helpers
from app.rust.needs.imports import propose_imports
from tests.rust.ruststrings import Rust, mutated, rust

FILE = """\
const LIMIT: u32 = 3;
static TABLE: [u8; 2] = [0, 1];
struct Retry { left: Left, names: Vec<Name> }
struct Left(u32);
struct Name;
enum Kind { A, B(u8) }
type Short = Left;
trait Speak { fn speak(&self) {} }
macro_rules! twice { ($x:expr) => { helper($x) } }
fn helper(x: u32) -> Left { Left(x) }
impl Retry {
    fn new() -> Self { Retry { left: helper(LIMIT), names: vec![] } }
    fn run(&self) { self.step(); self.left.take(); Self::new(); self.names[0].say() }
}
impl Left {
    fn take(&self) -> u32 { self.0 }
}
impl Retry {
    fn step(&self) {}
}
impl Name {
    fn say(&self) {}
}
impl Speak for Retry {}
impl std::fmt::Display for Left { fn fmt(&self, f: &mut F) -> R { write!(f, "{}", self.0) } }
fn all(k: Kind, s: Short) { twice!(TABLE[0]); match k { Kind::B(x) => (), _ => () } }
fn main() { let r = Retry::new(); r.run(); r.speak(); let l = helper(1); l.take(); l.to_string(); Left::fmt(&l) }
"""


def test_items_by_name_in_order_of_use() -> None:
    assert rust(FILE).helpers("all") == [
        "enum Kind",
        "type Short",
        "macro_rules! twice",
        "static TABLE",
    ]


def test_methods_by_self_and_by_the_types_of_fields_over_several_impls() -> None:
    assert rust(FILE).helpers("Retry::run") == [
        "struct Retry",
        "Retry::step",
        "Left::take",
        "Retry::new",
        "Name::say",
    ]


def test_methods_by_the_types_of_variables() -> None:
    assert rust(FILE).helpers("main") == [
        "struct Retry",
        "Retry::new",
        "Retry::run",
        "trait Speak",
        "helper",
        "Left::take",
        "struct Left",
    ]


def test_impls_of_traits_are_a_tier_of_their_own() -> None:
    found = {each.item.path: (each.tier, each.reason) for each in rust(FILE).all_helpers("main")}
    assert found["impl Speak for Retry"] == (3, "its `speak` is called in line 27")
    assert found["impl std::fmt::Display for Left"] == (3, "its `fmt` is called in line 27")


def test_a_helper_says_why_and_how_much() -> None:
    file = rust("fn f() {\n    g();\n    g();\n    h::<T>();\n}\nfn g() {}\nstruct T;\nfn h<X>() {}\n")
    first, second, third = file.all_helpers("f")
    assert (first.item.path, first.rank, first.uses, first.reason) == ("g", 1, 2, "called in lines 2, 3")
    assert (first.kind, first.nbytes, first.certainty) == ("function", len("fn g() {}"), "certain")
    assert (second.item.path, second.reason) == ("h", "called in line 4")
    assert (third.item.path, third.kind, third.reason) == ("struct T", "type", "used in line 4")


def test_every_twin_under_cfg() -> None:
    file = rust("fn f() { g() }\n#[cfg(unix)]\nfn g() {}\n#[cfg(windows)]\nfn g() {}\n")
    assert file.helpers("f") == ["g", "g#2"]


def test_nested_functions_and_locals_are_no_helpers() -> None:
    file = rust("fn f() { fn g() { h() } g(); let i = 1; i }\nfn g() {}\nfn h() {}\nfn i() {}\n")
    assert file.helpers("f") == ["h"]


def test_items_of_inline_modules_by_path() -> None:
    file = rust(
        "fn f() { a::g(); a::b::H; self::a::g() }\nmod a { pub fn g() { super::f() } pub mod b { pub struct H; } }\n"
    )
    assert file.helpers("f") == ["a::g", "struct a::b::H"]
    assert file.helpers("a::g") == ["f"]


def test_imports_of_the_files_own_items_are_followed() -> None:
    file = rust("use self::a::{G, h as i};\nfn f(x: G) { i() }\nmod a { pub struct G; pub fn h() {} }\n")
    assert file.certain("f") == ["G", "i"]
    assert file.helpers("f") == ["struct a::G", "a::h"]


def test_variants_brought_in_by_a_glob() -> None:
    file = rust(
        "use Kind::*;\nenum Kind { A, B }\nfn f(k: Kind) { match k { A => 1, B => 2 } }\nfn g() { C }\n"
    )
    assert file.certain("f") == ["*"]
    assert file.helpers("f") == ["enum Kind"]
    assert file.helpers("g") == []


def test_what_an_item_level_macro_defines() -> None:
    file = rust(
        "lazy_static! { static ref A: u8 = b(); }\nids!(Key);\nimpl Key { fn new() {} }\n"
        "fn b() {}\nfn f() { A; Key::new() }\n"
    )
    assert file.helpers("f") == ["lazy_static!", "ids!", "Key::new"]
    assert file.helpers("lazy_static!") == ["b"]


def test_a_member_of_a_trait_stands_for_the_whole() -> None:
    file = rust(
        "struct A;\ntrait T { fn m(&self); }\nimpl T for A { fn m(&self) { n() } }\nfn n() {}\nfn f(a: A) { a.m() }\n"
    )
    assert [each.item.path for each in file.all_helpers("f")] == ["struct A", "trait T", "impl T for A"]
    assert file.helpers("impl T for A") == ["trait T", "struct A", "n"]


def test_an_unknown_receiver_makes_a_method_likely_at_best() -> None:
    file = rust(
        "struct A;\nimpl A { fn distinct(&self) {} fn push(&self, x: u8) {} }\n"
        "fn f(x: q::X) { x.y().distinct(); x.y().push(1) }\n"
    )
    [found] = file.all_helpers("f")
    assert (found.item.path, found.certainty) == ("A::distinct", "likely")
    assert found.reason == "`.distinct()` is called in line 3, on a receiver whose type syntax does not tell"


@pytest.mark.parametrize(
    "body",
    [
        "let a: A = x; a.go()",
        "let a = A::new(); a.go()",
        "let a = A { }; a.go()",
        "let a = &mut make(); a.go()",
        "let a = try_make()?; a.go()",
        "let a = try_make().unwrap(); a.go()",
        "if let Ok(a) = try_make() { a.go() }",
        "match try_make() { Ok(a) => a.go(), _ => {} }",
        "let Ok(a) = try_make() else { return }; a.go()",
        "let a = std::sync::Arc::new(A::new()); a.clone().go()",
        "for a in &all() { a.go() }",
        "w.inner.go()",
        "let W { inner, .. } = w; inner.go()",
        "later().await.go()",
        "A::go(&x)",
        "m!(w.inner.go())",
        "GLOBAL.go()",
        "w.inner.me().go()",
    ],
)
def test_receivers_whose_type_is_known(body: str) -> None:
    file = rust(
        "struct A {}\nimpl A { fn new() -> Self { A {} } fn go(&self) {} fn me(&self) -> &Self { self } }\n"
        "struct B;\nimpl B { fn go(&self) {} }\nstruct W { inner: Box<A> }\nstatic GLOBAL: A = A {};\n"
        "fn make() -> A { A {} }\nfn try_make() -> Result<A, ()> { Ok(A {}) }\nfn all() -> Vec<A> { vec![] }\n"
        f"async fn later() -> A {{ A {{}} }}\nfn f(w: W) {{ {body} }}\n"
    )
    found = file.helpers("f")
    assert "A::go" in found and "B::go" not in found


def paths(branches: tuple[Branch, ...]) -> list[object]:
    return [[branch.helper.item.path, *paths(branch.children)] for branch in branches]


def tree_of(file: Rust, name: str, depth: int = 16) -> tuple[Branch, ...]:
    return closure(file.lookup, file.spans(name), depth)


def test_the_closure_is_a_tree_in_which_each_item_stands_once() -> None:
    file = rust(
        "fn f() { g(); h() }\nfn g() { i() }\nfn h() { i(); f() }\nfn i() { g(); K }\nconst K: u8 = 1;\n"
    )
    assert paths(tree_of(file, "f")) == [["g", ["i", ["const K"]]], ["h"]]
    assert paths(tree_of(file, "f", depth=1)) == [["g"], ["h"]]
    first = tree_of(file, "f")[0]
    assert first.nbytes == sum(
        len(text) for text in ("fn g() { i() }", "fn i() { g(); K }", "const K: u8 = 1;")
    )


def test_the_header_of_a_methods_impl_is_needed_too() -> None:
    file = rust("struct A;\nimpl A { fn b(&self) {} }\nfn f(a: &q::A) { g(a) }\nfn g() { A::b() }\n")
    assert paths(tree_of(file, "f")) == [["g", ["struct A"], ["A::b"]]]


@given(mutated(), st.data())
def test_proposals_lie_in_the_file_and_never_overlap_the_spans(data: bytes, more: st.DataObject) -> None:
    file = rust(data)
    start = more.draw(st.integers(0, len(data)))
    spans = [(start, more.draw(st.integers(start, len(data))))]
    if file.items:
        item = more.draw(st.sampled_from(file.items))
        spans.append((item.start, item.end))
    found = helpers(file.lookup, spans)
    imported = propose_imports(file.lookup, spans)
    for each in [*(one.item for one in found), *(one.item for one in imported)]:
        assert 0 <= each.start < each.end <= len(data)
        assert not any(low < each.end and each.start < high for low, high in spans)
    for one in imported:
        for cuts in (one.cuts, one.cuts_with_likely):
            edges = [one.item.start, *(edge for cut in cuts for edge in cut), one.item.end]
            assert edges == sorted(edges)
    assert [one.rank for one in found] == list(range(1, len(found) + 1))
    assert closure(file.lookup, spans, 4) is not None


def test_what_a_likely_helper_needs_is_likely_and_in_the_tree() -> None:
    file = rust(
        "fn f(x: Unknown) { x.get().only() }\nstruct A;\nimpl A { fn only(&self) { g() } }\nfn g() {}\n"
    )
    (branch,) = closure(file.lookup, file.spans("f"))
    assert [each.helper.item.path for each in branch.children] == ["struct A", "g"]
    assert {each.helper.certainty for each in (branch, *branch.children)} == {"likely"}


def test_a_glob_of_nothing_brings_nothing() -> None:
    """`use *` is no Rust, but it is what a file may hold while it is written: it ended the search for helpers."""
    file = rust("use *;\nfn f(x: X) { x.wait() }\n")
    assert file.helpers("f") == []
