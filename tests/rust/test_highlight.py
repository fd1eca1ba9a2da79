"""Colours: what they name, and that they are ordered, apart and within what was asked."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rust.highlight import STYLES, Highlight, highlight
from app.rust.syntax import parse

SNIPPET = b"""//! inner
use std::fmt::Debug;
#[derive(Debug, Clone)]
#[doc = "said \\n so"]
pub struct Point<'a, T> { x: &'a T }
/// what it does
const MAX_TRIES: u32 = 3; // plain
impl<'a, T: Debug> Point<'a, T> {
    async fn run(&mut self, v: [u8; 4]) -> Option<bool> {
        'outer: for i in 0..10 { println!("{}\\t", self.x); break 'outer; }
        let r = r#"raw"#; call(v).await; Self::make::<T>(MAX_TRIES); x.go(); Some(true)
    }
}
macro_rules! twice { ($e:expr) => { $e + $e } }
"""


def shown(data: bytes, start: int = 0, end: int | None = None) -> list[Highlight]:
    tree = parse(data)
    assert tree is not None
    return highlight(tree, data, start, len(data) if end is None else end)


def named(data: bytes, style: str) -> list[str]:
    return [data[a:b].decode() for a, b, name in shown(data) if name == style]


def test_each_style_marks_what_it_names() -> None:
    assert named(SNIPPET, "constant")[:1] == ["MAX_TRIES"]
    assert {"true", "MAX_TRIES", "$e"} <= set(named(SNIPPET, "constant"))
    assert {"Point", "Option", "u32", "u8", "T", "Self"} <= set(named(SNIPPET, "type"))
    assert {"run", "call", "make", "go"} <= set(named(SNIPPET, "function"))
    assert {"println!", "macro_rules!", "twice"} <= set(named(SNIPPET, "macro"))
    assert {"use", "pub", "struct", "impl", "async", "fn", "mut", "self", "for", "in", "let", "break"} <= set(
        named(SNIPPET, "keyword")
    )
    assert set(named(SNIPPET, "lifetime")) == {"'a", "'outer"}
    assert {"3", "0", "10", "4"} <= set(named(SNIPPET, "number"))
    assert [text.strip() for text in named(SNIPPET, "comment")] == ["// plain"]
    assert [text.strip() for text in named(SNIPPET, "doc")] == ["//! inner", "/// what it does"]
    assert {'r#"raw"#', '"{}'} <= set(named(SNIPPET, "string"))
    assert named(SNIPPET, "escape") == ["\\n", "\\t"]


def test_an_attribute_is_one_colour_but_for_its_strings() -> None:
    assert named(SNIPPET, "attribute") == ["#[derive(Debug, Clone)]", "#[doc = ", "]"]


def test_a_capital_letter_alone_is_a_type_and_shouting_is_a_constant() -> None:
    data = b"fn f() { let a = N; let b = NN; let c = Nn; }"
    assert named(data, "constant") == ["NN"]
    assert named(data, "type") == ["N", "Nn"]


@settings(deadline=None)
@given(st.data())
def test_a_window_shows_what_the_whole_shows_there(draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(SNIPPET)))
    end = draw.draw(st.integers(0, len(SNIPPET)))
    whole = {at: style for a, b, style in shown(SNIPPET) for at in range(a, b)}
    part = {at: style for a, b, style in shown(SNIPPET, start, end) for at in range(a, b)}
    assert part == {at: style for at, style in whole.items() if start <= at < end}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(SNIPPET.split(b" ")), max_size=30).map(b" ".join))
def test_ranges_are_ordered_and_apart_in_broken_source_too(data: bytes) -> None:
    spans = shown(data)
    assert all(0 <= a < b <= len(data) and name in STYLES for a, b, name in spans)
    assert all(left[1] <= right[0] for left, right in itertools.pairwise(spans))
