"""A file of Rust as a text, its outline and what its names mean, and mutations of it, for the tests of proposals."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st
from tree_sitter import Tree

from app.rust.items import Item, find_item, outline
from app.rust.needs.closure import Helper, helpers
from app.rust.needs.file import RustFile
from app.rust.needs.imports import propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.syntax import parse


@dataclass(frozen=True)
class Rust:
    """A parsed file."""

    data: bytes
    tree: Tree
    items: tuple[Item, ...]
    lookup: Lookup

    def spans(self, name: str) -> list[tuple[int, int]]:
        """What taking the item by that name puts into a block."""
        item = find_item(self.items, name)
        return [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])

    def certain(self, name: str) -> list[str]:
        """Names imported for the item, to a certainty."""
        return self._imported(name, "certain")

    def likely(self, name: str) -> list[str]:
        """Names that may have to be imported for the item."""
        return self._imported(name, "likely")

    def _imported(self, name: str, certainty: str) -> list[str]:
        found = propose_imports(self.lookup, self.spans(name))
        return [each.name for one in found for each in one.names if each.certainty == certainty]

    def helpers(self, name: str) -> list[str]:
        """Item paths of what the item uses directly, to a certainty, best first; impls of traits left out."""
        return [
            each.item.path
            for each in self.all_helpers(name)
            if each.tier == 1 and each.certainty == "certain"
        ]

    def all_helpers(self, name: str) -> tuple[Helper, ...]:
        """Everything proposed for the item."""
        return helpers(self.lookup, self.spans(name))


def rust(text: str | bytes) -> Rust:
    """Parse a file."""
    data = text.encode() if isinstance(text, str) else text
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    return Rust(data, tree, items, Lookup(RustFile(data, tree, items)))


RICH = b"""\
use std::{fmt::{self, Display, Write as _}, io::Read, collections::*};
extern crate serde as sd;
use super::*;
#[derive(Debug, Clone, sd::Serialize)]
#[serde(bound = "T: Display", default = "make")]
pub struct Pair<'a, T: Display, const N: usize>(pub &'a T, [u8; N]);
impl<'a, T: Display, const N: usize> Pair<'a, T, N> {
    const LIMIT: usize = MAX;
    fn new(r#type: &'a T) -> Self { let Some(x) = helper(r#type) else { return Self::new(r#type) }; Self(x, [0; N]) }
    async fn go(&self, mut to: impl fmt::Write) -> Result<(), Error> {
        'outer: for (i, each) in self.1.iter().enumerate() {
            match each {
                &MAX => break 'outer, n @ 1..=9 if *n > LOW => write!(to, "{n} {MAX:>i$}")?, Kind::B(q) | C(q) => {}
            }
        }
        if let Some(a) = self.0.next() && let Ok(b) = a.read(&mut []).await { vec![a, |z| z + b, make!(Kind)]; }
        Ok(())
    }
}
macro_rules! make { ($a:ident) => { $crate::thing::<$a>() ; struct Lit; }; }
lazy_static! { static ref TABLE: HashMap<u8, Kind> = HashMap::new(); }
enum Kind { A, B(u8), C { x: Pair<'static, u8, 1> } }
mod inner { use super::Kind::*; pub fn f() -> super::Kind { fn g() {} use std::mem; mem::take(&mut B(1)) } }
impl<T> Display for Pair<'_, T, 0> where T: Display { fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result { f.x() } }
"""


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Rust with pieces cut out, doubled, or struck over."""
    data = bytearray(RICH)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 40)))
        put = draw(
            st.sampled_from(
                [b"", b"{", b"}", b"(", b"<", b"'", b'"', b"::", b"\xff", b"\x00", b"use ", b"impl "]
            )
        )
        data[at:end] = put * draw(st.integers(1, 3))
    return bytes(data)
