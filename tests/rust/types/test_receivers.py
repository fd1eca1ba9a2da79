"""Whose method is called, by what is known of the receiver: one test for each way in which a type becomes known."""

from __future__ import annotations

import pytest

from tests.rust.ruststrings import rust

FILE = """\
struct Leaf { inner: Inner }
struct Inner;
struct Tree<T> { all: Vec<T>, by: HashMap<String, Leaf>, one: Option<Leaf>, pair: (u8, Leaf), two: [Leaf; 2] }
struct Other;
enum Kind { A(Leaf), B { leaf: Leaf }, Same(Other) }
struct Same(u8);
struct Walk;
struct Hold(Leaf);
type Short = Leaf;
mod m { pub struct Leaf; }
impl Leaf {
    fn go(&self) {}
    fn next(&self) -> Option<Leaf> { None }
    fn both(&self) -> (u8, Self) { todo!() }
}
impl Inner { fn deep(&self) {} }
impl Other { fn go(&self) {} }
impl Iterator for Walk { type Item = Leaf; fn next(&mut self) -> Option<Self::Item> { None } }
impl std::ops::Deref for Hold { type Target = Leaf; fn deref(&self) -> &Leaf { &self.0 } }
fn make() -> Leaf { todo!() }
"""
TREE = "t: &Tree<Leaf>"


def called(code: str, name: str = "f") -> list[str]:
    """Certain helpers that are methods, of an item added to the file."""
    found = rust(FILE + code).helpers(name)
    return [each for each in found if "::" in each and "impl" not in each]


@pytest.mark.parametrize(
    ("parameter", "body"),
    [
        ("k: Kind", "match k { Kind::A(ref mut x) => x.go(), _ => () }"),
        ("k: &Kind", "match *k { Kind::B { ref leaf } => leaf.go(), _ => () }"),
        ("k: Kind", "if let Kind::B { leaf: x } = k { x.go() }"),
        ("k: Kind", "use Kind::*; match k { A(x) => x.go(), _ => () }"),
        ("k: Kind", "use Kind::*; match k { Same(x) => x.go(), _ => () }"),
        ("x: Leaf", "if let (_, y) = x.both() { y.go() }"),
        ("x: Leaf", "let (a, y) = x.both(); y.go()"),
        ("x: Leaf", "while let Some(y) = x.next() { y.go() }"),
        ("x: Leaf", "let y = x.next().unwrap(); y.go()"),
        ("x: Leaf", "x.next().map(|y| y.go());"),
        ("x: Leaf", "let y = match x.next() { Some(y) => y, None => return }; y.go()"),
        ("x: Leaf", "let y = if let Some(z) = x.next() { z } else { return }; y.go()"),
        ("x: Leaf", "let y = { let z = make(); z }; y.go()"),
        ("x: &mut Leaf", "let y = mem::replace(x, make()); y.go()"),
        ("x: Short", "x.go()"),
        (TREE, "for x in &t.all { x.go() }"),
        (TREE, "for (i, x) in t.all.iter().enumerate().skip(1) { x.go() }"),
        (TREE, "for (k, x) in &t.by { x.go() }"),
        (TREE, "t.all.iter().any(|x| x.go());"),
        (TREE, "t.all.iter().rev().filter(|&x| true).for_each(|x: &Leaf| x.go());"),
        (TREE, "t.by.values().next().unwrap().go()"),
        (TREE, "t.by.get(k).unwrap().go()"),
        (TREE, "t.one.as_ref().map(|x| x.go());"),
        (TREE, "t.pair.1.go()"),
        (TREE, "t.two[0].go(); t.all[1..][0].go()"),
        (TREE, "if let [first, .., last] = &t.all[..] { last.go() }"),
        (TREE, "if let Some((last, rest)) = t.all.split_last() { last.go(); rest[0].go() }"),
        ("w: Walk", "for x in w { x.go() }"),
        ("w: Walk", "w.map(|x| x.go()).count();"),
        (TREE, "assert!(t.all[0].go()); assert!(!t.one.unwrap().go())"),
    ],
)
def test_a_leaf(parameter: str, body: str) -> None:
    expected = {"Leaf::go"} if "Same" not in body else {"Other::go"}
    helpers = called(f"fn f({parameter}) {{ {body} }}")
    assert expected <= set(helpers)
    assert not {"Leaf::go", "Other::go"} - expected & set(helpers)


def test_fields_of_what_a_pattern_binds() -> None:
    assert "Inner::deep" in called("fn f(k: Kind) { match k { Kind::A(x) => x.inner.deep(), _ => () } }")


def test_a_type_of_another_module_only_shares_its_name() -> None:
    assert called("fn f(x: q::Leaf) { x.go() }") == []


def test_deref_leads_on_and_its_impl_is_told() -> None:
    found = {each.item.path: each.tier for each in rust(FILE + "fn f(h: &Hold) { h.go() }").all_helpers("f")}
    assert found["Leaf::go"] == 1
    assert found["impl std::ops::Deref for Hold"] == 3


IMPLS = """\
struct A;
struct B;
struct Wrap<T>(T);
impl Wrap<A> { fn mine(&self) {} fn run(&self) { self.mine() } }
impl Wrap<B> { fn mine(&self) {} fn all(&self) { self.mine() } }
fn known(w: Wrap<B>) { w.mine() }
fn unknown<T>(w: Wrap<T>) { w.mine() }
"""


@pytest.mark.parametrize(
    ("user", "header"), [("Wrap<A>::run", "Wrap<A>"), ("Wrap<B>::all", "Wrap<B>"), ("known", "Wrap<B>")]
)
def test_the_impl_with_the_receivers_arguments(user: str, header: str) -> None:
    assert [each for each in rust(IMPLS).helpers(user) if "mine" in each] == [f"{header}::mine"]


TRAITS = """\
trait Base { fn count() -> u8; fn base(&self); }
trait Sub: Base { type Kind: Base; fn sub(&self); }
"""


@pytest.mark.parametrize(
    "code",
    [
        "fn f<T: Sub>() { T::count(); }",
        "fn f<T: Sub>() { T::Kind::count(); }",
        "fn f<T>(x: T) where T: Sub { x.base() }",
        "fn f(x: &dyn Sub) { x.base() }",
    ],
)
def test_the_trait_that_a_bound_builds_on(code: str) -> None:
    assert "trait Base" in rust(TRAITS + code).helpers("f")


def test_self_item_is_of_the_trait_that_is_implemented() -> None:
    code = (
        "trait One { type Item; fn one(&self) -> Self::Item; }\n"
        "trait Two { type Item; }\n"
        "struct S;\n"
        "impl Two for S { type Item = u8; }\n"
        "impl One for S { type Item = u8; fn one(&self) -> Self::Item { 1 } }\n"
    )
    assert "trait Two" not in rust(code).helpers("impl One for S")


@pytest.mark.parametrize("body", ["m!(x as i8)", "m!(|y: i8| y)", "m!(fn g() -> i8 { 1 })"])
def test_a_type_among_tokens_is_no_function(body: str) -> None:
    assert rust(f"fn i8() {{}}\nfn f() {{ {body} }}").helpers("f") == []


def test_a_function_among_tokens_stays_one() -> None:
    assert rust("fn i8() {}\nfn f() { m!(x, i8); }").helpers("f") == ["i8"]


def test_methods_of_a_type_that_a_macro_makes() -> None:
    code = "pin_project! { pub struct Full<D> { data: D } }\nimpl<D> Full<D> { fn new() {} }\nfn f() { Full::new() }"
    assert "Full::new" in rust(code).helpers("f")


@pytest.mark.parametrize(
    "body", ["[]", "Some()", "x[]", "()", "match x {}", "if x {}", "{}", "Box::new()", "x?.y"]
)
def test_unfinished_code_does_no_harm(body: str) -> None:
    assert rust(FILE + f"fn f(x: Leaf) {{ let y = {body}; y.go().z(); {body}.go() }}").helpers("f")


def test_serde_default_names_a_function() -> None:
    code = 'fn zero() -> u8 { 0 }\nstruct S { #[serde(default = "zero", rename = "other")] a: u8 }\nfn other() {}\n'
    assert rust(code).helpers("struct S") == ["zero"]


def test_a_guard_without_a_pattern_is_no_binding() -> None:
    assert rust("fn g() -> bool { true }\nfn f(x: u8) { match x { _ if g() => 1, _ => 2 } }").helpers(
        "f"
    ) == ["g"]
