"""Blocks: the law (joints away, ranges remain), the joints, and the way back from spans to pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.blocks import Piece, compose, piece_for, pieces_of, verify
from app.errors import InvalidRecordError
from app.rust.imports import imports
from app.rust.items import find_item, outline
from app.rust.syntax import parse

RETRY = b"""\
// SPDX-License-Identifier: MIT

use std::{
    collections::HashMap, // maps
    fmt::{self, Display},
    time::Duration,
};
use tracing::{debug, warn as alert};
use super::*;

/// How long to wait.
const STEP: Duration = Duration::from_secs(1);

pub struct Retry<'a> {
    left: &'a [Duration],
}

/// The machine.
impl<'a> Retry<'a> {
    pub fn new(left: &'a [Duration]) -> Self {
        Self { left }
    }

    fn peek(&self) -> usize { 0 }

    /// Once.
    pub fn run(&mut self) {
        alert!("left {}", self.left.len());
    }
}

impl fmt::Display for Retry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", STEP)
    }
}
"""


def block(*names: str, data: bytes = RETRY, bare: bool = False) -> str:
    tree = parse(data)
    assert tree is not None
    items = outline(data, tree)
    pieces = [piece_for(items, items.index(find_item(items, name)), "a.rs", "main", bare) for name in names]
    return compose(pieces, {"a.rs": data}).text


def test_a_method_stands_between_its_impls_header_and_brace() -> None:
    assert block("Retry::run") == (
        "/// The machine.\nimpl<'a> Retry<'a> {\n    /// Once.\n    pub fn run(&mut self) {\n"
        '        alert!("left {}", self.left.len());\n    }\n}'
    )


def test_a_key_drops_the_header() -> None:
    assert block("Retry::peek", bare=True) == "fn peek(&self) -> usize { 0 }"


def test_two_methods_share_one_header_and_a_cut_shows_as_a_blank_line() -> None:
    text = block("Retry::run", "Retry::new")
    assert text.count("impl<'a>") == 1
    assert text.count("}\n\n    /// Once.") == 1
    assert "peek" not in text


def test_a_trait_impl_is_taken_whole() -> None:
    assert block("<Retry as fmt::Display>::fmt") == block("impl fmt::Display for Retry<'_>")


def test_spans_stand_in_source_order_and_keep_the_sources_own_white_space() -> None:
    assert (
        block("struct Retry", "const STEP")
        == RETRY[RETRY.index(b"/// How") : RETRY.index(b"\n\n/// The m")].decode()
    )


def test_an_impl_swallows_its_methods() -> None:
    assert block("Retry::run", "impl<'a> Retry<'a>") == block("impl<'a> Retry<'a>")


def test_files_are_parted_by_a_blank_line_in_the_order_of_choosing() -> None:
    b, a = Piece("b.rs", 0, 9, "main", "b"), Piece("a.rs", 0, 9, "main", "a")
    composed = compose([b, a], {"a.rs": b"fn a() {}", "b.rs": b"fn b() {}"})
    assert composed.text == "fn b() {}\n\nfn a() {}"


def test_a_crlf_file_keeps_its_newlines_in_the_joints() -> None:
    data = RETRY.replace(b"\n", b"\r\n")
    assert block("Retry::run", data=data) == block("Retry::run").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("start", "end", "said"), [(0, 999_999, "outside the file"), (31, 33, "is blank"), (5, 5, "outside")]
)
def test_ranges_that_cannot_be_are_refused(start: int, end: int, said: str) -> None:
    with pytest.raises(InvalidRecordError, match=said):
        compose([Piece("a.rs", start, end, "main", "lines")], {"a.rs": RETRY})


def test_a_range_inside_a_character_is_refused() -> None:
    with pytest.raises(InvalidRecordError, match="not UTF-8"):
        compose([Piece("a.rs", 0, 1, "main", "x")], {"a.rs": "é".encode()})


def pruned(*names: str) -> list[str]:
    tree = parse(RETRY)
    assert tree is not None
    items = outline(RETRY, tree)
    spans = [(i.start, i.end) for i in (find_item(items, name) for name in names)]
    picks = imports(RETRY, tree, items, spans, "pruned")
    texts = []
    for pick in picks:
        piece = Piece("a.rs", pick.item.start, pick.item.end, "import", pick.item.path, None, pick.cuts)
        texts.append(compose([piece], {"a.rs": RETRY}).text)
    return texts


def test_pruned_imports_lose_only_what_is_not_used() -> None:
    assert pruned("const STEP") == ["use std::{\n    time::Duration,\n};"]
    assert pruned("Retry::run") == ["use tracing::{warn as alert};"]
    # `Display` is there only behind a path, so the import that binds it is not needed; `fmt` itself is.
    assert pruned("impl fmt::Display for Retry<'_>") == ["use std::{\n    fmt::{self},\n};"]


def test_whole_imports_are_byte_exact_and_all_takes_globs_too() -> None:
    tree = parse(RETRY)
    assert tree is not None
    items = outline(RETRY, tree)
    step = find_item(items, "const STEP")
    whole = imports(RETRY, tree, items, [(step.start, step.end)], "whole")
    assert [(p.item.path.startswith("use std::"), p.cuts) for p in whole] == [(True, ())]
    assert len(imports(RETRY, tree, items, [(step.start, step.end)], "all")) == 3


FILES = {
    "a.rs": RETRY,
    "crlf.rs": RETRY.replace(b"\n", b"\r\n"),
    "bom.rs": b"\xef\xbb\xbf" + RETRY,
    "odd.rs": 'fn a() {}\x0c\n\n  fn b() { "\u2028é😀" }\n\t/* x */ fn c() {} // t'.encode(),
}


@st.composite
def chosen(draw: st.DrawFn) -> list[Piece]:
    pieces = []
    for path in draw(st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=3)):
        data = FILES[path]
        tree = parse(data)
        assert tree is not None
        items = outline(data, tree)
        for index in draw(st.lists(st.integers(0, len(items) - 1), min_size=1, max_size=5)):
            pieces.append(piece_for(items, index, path, "main", draw(st.booleans())))
        spans = [(p.start, p.end) for p in pieces if p.path == path]
        for pick in imports(data, tree, items, spans, draw(st.sampled_from(("whole", "pruned", "all")))):
            pieces.append(
                Piece(path, pick.item.start, pick.item.end, "import", pick.item.path, None, pick.cuts)
            )
    return pieces


@given(chosen())
def test_the_law_joints_away_and_the_ranges_remain(pieces: list[Piece]) -> None:
    composed = compose(pieces, FILES)
    assert verify(composed.text, composed.spans, lambda path: FILES[path]) == []
    assert b"".join(FILES[s.path][s.start : s.end] for s in composed.spans) == _without_joints(composed)
    assert composed.text.strip() == composed.text


@given(chosen())
def test_a_block_taken_up_again_is_the_same_block(pieces: list[Piece]) -> None:
    composed = compose(pieces, FILES)
    assert compose(pieces_of(composed.spans), FILES) == composed


@given(chosen(), st.data())
def test_one_changed_byte_is_found(pieces: list[Piece], data: st.DataObject) -> None:
    composed = compose(pieces, FILES)
    span = data.draw(st.sampled_from(composed.spans))
    at = data.draw(st.integers(span.start, span.end - 1))
    changed = bytearray(FILES[span.path])
    changed[at] ^= 1
    assert verify(composed.text, composed.spans, lambda p: bytes(changed) if p == span.path else FILES[p])


def _without_joints(composed: object) -> bytes:
    from app.blocks import Composed

    assert isinstance(composed, Composed)
    text, at, kept = composed.text.encode(), 0, b""
    for span in composed.spans:
        at += len(span.joint.encode())
        kept += text[at : at + span.end - span.start]
        at += span.end - span.start
    return kept
