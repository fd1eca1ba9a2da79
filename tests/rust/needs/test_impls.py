"""Impls of traits that no name tells: the third tier of helpers."""

from __future__ import annotations

import pytest

from tests.rust.ruststrings import rust

FILE = """\
struct A(u8);
struct B { a: A, all: Vec<A> }
impl PartialEq for A { fn eq(&self, other: &A) -> bool { true } }
impl Eq for A {}
impl fmt::Debug for A { fn fmt(&self, f: &mut F) -> R { todo!() } }
impl fmt::Display for A { fn fmt(&self, f: &mut F) -> R { todo!() } }
impl Error for A {}
impl Add for A { type Output = A; fn add(self, other: A) -> A { self } }
impl Index<usize> for B { type Output = A; fn index(&self, at: usize) -> &A { &self.a } }
impl Iterator for B { type Item = A; fn next(&mut self) -> Option<A> { None } }
trait Base {}
trait Sub: Base {}
impl Base for A {}
impl Base for B {}
impl Sub for A {}
"""


def impls(code: str, name: str) -> set[str]:
    """The impls proposed for an item of the file, or of what is added to it."""
    return {each.item.path for each in rust(FILE + code).all_helpers(name) if each.tier == 3}


@pytest.mark.parametrize(
    ("user", "needed"),
    [
        ("impl Eq for A", {"impl PartialEq for A"}),
        ("impl Error for A", {"impl fmt::Debug for A", "impl fmt::Display for A"}),
        ("impl Sub for A", {"impl Base for A"}),
        ("impl Base for A", set()),
    ],
)
def test_what_a_trait_builds_on(user: str, needed: set[str]) -> None:
    assert impls("", user) == needed


@pytest.mark.parametrize(
    ("code", "needed"),
    [
        ("#[derive(Debug)]\nstruct C { a: A }", {"impl fmt::Debug for A"}),
        ("#[derive(Clone, PartialEq)]\nenum C { One(Vec<A>) }", {"impl PartialEq for A"}),
        ("#[derive(Eq)]\nstruct C;\nimpl PartialEq for C {}", {"impl PartialEq for C"}),
        ("#[derive(Clone)]\nstruct C { a: A }", set()),
    ],
)
def test_what_a_derive_asks_of_fields(code: str, needed: set[str]) -> None:
    kind = "enum" if "enum C" in code else "struct"
    assert impls(code, f"{kind} C") == needed


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        ("a == a", {"impl PartialEq for A"}),
        ("a + a", {"impl Add for A"}),
        ("a * a", set()),
        ("b[0]", {"impl Index<usize> for B"}),
        ("b.all[0]", set()),
        ("for x in b {}", {"impl Iterator for B"}),
        ("for x in b.all {}", set()),
        ("b.map(|x| 1)", {"impl Iterator for B"}),
        ("a.to_string()", {"impl fmt::Display for A"}),
        ('f.debug_struct("B").field("a", &b.a)', {"impl fmt::Debug for A"}),
    ],
)
def test_what_calls_without_a_name(body: str, needed: set[str]) -> None:
    assert impls(f"fn f(a: A, b: B) {{ {body}; }}", "f") == needed
