"""Blocks: the law, the joints, and the way back from spans to pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.errors import InvalidRecordError, SourceError
from app.records.blocks import Composed, Piece, compose, import_piece, piece_for, pieces_of
from app.records.draft import new_draft
from app.records.events import Block
from app.rust.items import Item, Wrap, find_item, outline
from app.rust.needs.imports import ImportPick
from app.rust.syntax import parse
from tests.records.verifying import verify

RETRY = b"""\
use std::{fmt, io};
use std::time::Duration;
use tracing::warn;

/// Tries again.
impl Retry {
    /// Made.
    fn new() -> Self { Retry }

    fn left_out() {}

    fn run(&self) {}
}

impl Display for Retry {
    fn fmt(&self) {}
}
"""


def items_of(data: bytes) -> tuple[Item, ...]:
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def take(data: bytes, *names: str, bare: bool = False) -> Composed:
    items = items_of(data)
    pieces = [piece_for(items, items.index(find_item(items, name)), "a.rs", "main", bare) for name in names]
    return compose(pieces, {"a.rs": data})


def parts(composed: Composed) -> list[str]:
    return [span.part for span in composed.spans]


def test_a_method_comes_with_its_impls_header_and_brace() -> None:
    block = take(RETRY, "Retry::run")
    assert block.text == "/// Tries again.\nimpl Retry {\n    fn run(&self) {}\n}"
    assert parts(block) == ["head", "whole", "tail"]
    assert [span.role for span in block.spans] == ["context", "main", "context"]
    assert [span.item for span in block.spans] == ["impl Retry", "Retry::run", "impl Retry"]


def test_methods_of_one_impl_share_head_and_tail_in_source_order() -> None:
    block = take(RETRY, "Retry::run", "Retry::new")
    assert block.text == (
        "/// Tries again.\nimpl Retry {\n    /// Made.\n    fn new() -> Self { Retry }\n\n    fn run(&self) {}\n}"
    )
    assert [span.joint for span in block.spans] == ["", "\n    ", "\n\n    ", "\n"]


def test_a_bare_method_stands_alone() -> None:
    assert take(RETRY, "Retry::run", bare=True).text == "fn run(&self) {}"


def test_a_trait_impls_member_takes_the_whole_impl() -> None:
    block = take(RETRY, "<Retry as Display>::fmt")
    assert block.text == "impl Display for Retry {\n    fn fmt(&self) {}\n}"
    assert parts(block) == ["whole"]


def test_the_impl_itself_wins_over_its_methods() -> None:
    block = take(RETRY, "Retry::run", "impl Retry")
    assert parts(block) == ["whole"]
    assert block.spans[0].item == "impl Retry"


@pytest.mark.parametrize("module", ["m", "r#async", "größe", "m::r#type"])
def test_imports_of_a_module_are_joined_line_by_line_whatever_its_name(module: str) -> None:
    """One rule says what an import is: a draft took these for imports, and a block for code."""
    data = b"use a::b;\n// between\nextern crate c;\n"
    ends = [(0, 9), (data.index(b"extern"), len(data) - 1)]
    names = (f"{module}::use a::b", f"{module}::extern crate c")
    pieces = [Piece("a.rs", low, high, "import", name) for (low, high), name in zip(ends, names, strict=True)]
    assert compose(pieces, {"a.rs": data}).text == "use a::b;\nextern crate c;"
    draft = new_draft("topic", "ann").pick(pieces[0], "toggle")
    assert draft.selection.pieces[0].role == "import"


def test_imports_are_joined_line_by_line_and_the_rest_by_a_blank_line() -> None:
    block = take(RETRY, "use std::{fmt, io}", "use tracing::warn", "Retry::run")
    assert block.text.startswith("use std::{fmt, io};\nuse tracing::warn;\n\n/// Tries again.\nimpl Retry {")


def test_a_gap_of_white_space_is_kept_as_it_is() -> None:
    data = b"fn a() {}\n\t \n\n\x0c\nfn b() {}\n"
    assert take(data, "b", "a").text == data.decode().strip()


def test_cuts_leave_fragments_without_joints() -> None:
    items = items_of(RETRY)
    block = compose([import_piece(ImportPick(items[0], ((13, 17),)), "a.rs")], {"a.rs": RETRY})
    assert parts(block) == ["fragment", "fragment"]
    assert block.text == "use std::{fmt};"
    assert {span.item for span in block.spans} == {"use std::{fmt, io}"}


def test_files_come_in_the_order_of_their_first_piece() -> None:
    sources = {"a.rs": b"fn a() {}\n", "b.rs": b"  fn b() {}\r\n"}
    pieces = [Piece("b.rs", 0, 12, "main", "b"), Piece("a.rs", 0, 9, "helper", "a")]
    assert compose(pieces, sources).text == "fn b() {}\n\nfn a() {}"
    assert compose(pieces[::-1], sources).text == "fn a() {}\r\n\r\nfn b() {}"


def test_a_joint_in_a_crlf_file_ends_its_lines_alike() -> None:
    data = RETRY.replace(b"\n", b"\r\n")
    assert take(data, "Retry::run").text == "/// Tries again.\r\nimpl Retry {\r\n    fn run(&self) {}\r\n}"


def test_a_byte_order_mark_never_gets_into_a_block() -> None:
    data = b"\xef\xbb\xbffn a() {}\n"
    block = compose([Piece("a.rs", 0, len(data), "main", "")], {"a.rs": data})
    assert (block.text, block.spans[0].start) == ("fn a() {}", 3)
    with pytest.raises(InvalidRecordError, match="white space"):
        compose([Piece("a.rs", 0, 3, "main", "")], {"a.rs": data})


def test_pieces_that_overlap_in_part_become_one() -> None:
    data = b"aaaa bbbb cccc"
    block = compose(
        [Piece("a.rs", 5, 14, "helper", "late"), Piece("a.rs", 0, 9, "main", "early")], {"a.rs": data}
    )
    assert [(span.start, span.end, span.role, span.item) for span in block.spans] == [
        (0, 14, "main", "early")
    ]


@pytest.mark.parametrize("first", [True, False])
def test_what_overlaps_a_piece_with_cuts_gives_back_what_they_left_out(first: bool) -> None:
    """Somebody chose those bytes, so none of them may be missing; a cut of either piece is the same."""
    data = b"use std::{fmt, io};\nfn a() {}\n"
    cut = ((13, 17),) if first else ((22, 24),)
    cutting = Piece("a.rs", 0 if first else 10, 19 if first else 29, "import", "cut", None, cut)
    whole = Piece("a.rs", 10 if first else 0, 29 if first else 19, "main", "whole")
    block = compose([cutting, whole], {"a.rs": data})
    assert block.text == data.decode().strip()
    assert [(span.start, span.end, span.part) for span in block.spans] == [(0, 29, "whole")]


def test_pieces_with_cuts_that_touch_are_two_again_when_a_record_is_reopened() -> None:
    data = b"aabbccddeeff"
    pieces = (
        Piece("a.rs", 0, 6, "main", "", cuts=((2, 4),)),
        Piece("a.rs", 6, 12, "main", "", cuts=((8, 10),)),
    )
    found = compose(pieces, {"a.rs": data})
    assert found.text == "aaccddff"
    assert pieces_of(found.spans) == pieces
    assert compose(pieces_of(found.spans), {"a.rs": data}) == found


def test_a_tail_whose_head_was_swallowed_is_a_plain_range() -> None:
    wrap = Wrap("impl X", (4, 10), (16, 17))
    data = b"fn; impl X{ fn a; }"
    block = compose(
        [Piece("a.rs", 0, 6, "main", "fn"), Piece("a.rs", 12, 15, "main", "X::a", wrap)], {"a.rs": data}
    )
    assert "head" not in parts(block) and "tail" not in parts(block)
    assert compose(pieces_of(block.spans), {"a.rs": data}) == block


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (3, 3, "not a range"),
        (-1, 2, "not a range"),
        (0, 99, "not a range"),
        (4, 6, "white space"),
        (0, 2, "UTF-8"),
    ],
)
def test_pieces_that_cannot_be_are_refused_with_their_place(start: int, end: int, says: str) -> None:
    data = "aé \n\n".encode()
    with pytest.raises(InvalidRecordError, match=says) as caught:
        compose([Piece("src/a.rs", start, end, "main", "")], {"src/a.rs": data})
    assert "src/a.rs" in caught.value.what


def test_an_empty_block_and_an_unread_file_are_refused() -> None:
    with pytest.raises(InvalidRecordError, match="empty"):
        compose([], {})
    with pytest.raises(InvalidRecordError, match=r"a\.rs"):
        compose([Piece("a.rs", 0, 1, "main", "")], {})


def test_verify_finds_each_kind_of_lie() -> None:
    sources = {"a.rs": RETRY}
    blob = hashlib.sha1(b"blob %d\0" % len(RETRY) + RETRY).hexdigest()
    items = items_of(RETRY)
    good = compose(
        [piece_for(items, items.index(find_item(items, "Retry::new")), "a.rs", "main")],
        sources,
        {"a.rs": blob},
    )
    assert verify(good.text, good.spans, sources.__getitem__) == []
    assert verify(good.text + "x", good.spans, sources.__getitem__)
    assert verify(good.text.replace("new", "mew"), good.spans, sources.__getitem__)
    [other] = verify(good.text, good.spans[:1], sources.__getitem__)
    assert "belong to no span" in other
    moved = verify(good.text, good.spans, lambda path: b"\n" + RETRY)
    assert any("recorded blob" in problem for problem in moved) and any("SHA-256" in each for each in moved)

    def gone(path: str) -> bytes:
        raise SourceError(f"{path} is gone.")

    assert "a.rs is gone." in verify(good.text, good.spans, gone)[0]


LINES = st.sampled_from(
    ["fn a() {}", "  let é = 1;", "", " ", "\t}", "use x::y;", "\x0c", "漢字", "\u2028", "x\u00a0", "// c"]
)
FILES = st.builds(
    lambda lines, end, bom: (("\ufeff" if bom else "") + end.join(lines)).encode(),
    st.lists(LINES, min_size=1, max_size=12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)


def boundaries(data: bytes) -> list[int]:
    """Offsets that fall on whole characters."""
    return [at for at in range(len(data) + 1) if at == len(data) or data[at] & 0xC0 != 0x80]


@st.composite
def chosen(draw: st.DrawFn) -> tuple[list[Piece], dict[str, bytes]]:
    """Any pieces of up to three files: overlapping, cut and wrapped as they come."""
    sources = {f"{name}.rs": draw(FILES) for name in "abc"[: draw(st.integers(1, 3))]}
    pieces: list[Piece] = []
    wraps: dict[str, Wrap | None] = {}
    for path, data in sources.items():
        marks = sorted(draw(st.lists(st.sampled_from(boundaries(data)), min_size=4, max_size=4)))
        wanted = marks[0] < marks[1] <= marks[2] < marks[3] and draw(st.booleans())
        blank = any(not data[low:high].strip(b" \t\r\n\f\v") for low, high in (marks[:2], marks[2:]))
        wrap = Wrap(f"impl {path}", (marks[0], marks[1]), (marks[2], marks[3]))
        wraps[path] = wrap if wanted and not blank else None
    for number in range(draw(st.integers(1, 6))):
        path = draw(st.sampled_from(sorted(sources)))
        at = boundaries(sources[path])
        low, high = sorted(draw(st.tuples(st.sampled_from(at), st.sampled_from(at))))
        assume(low < high)
        marks = sorted(draw(st.lists(st.sampled_from(at), max_size=4)))
        cuts = tuple(zip(marks[::2], marks[1::2], strict=False))
        around = wraps[path]
        if around and not (around.head[1] <= low and high <= around.tail[0]):
            around = None
        name = draw(st.sampled_from(["", "x", f"use {number}"]))
        pieces.append(Piece(path, low, high, draw(st.sampled_from(["main", "import"])), name, around, cuts))
    return pieces, sources


def composed_or_refused(pieces: Sequence[Piece], sources: dict[str, bytes]) -> Composed:
    try:
        return compose(pieces, sources)
    except InvalidRecordError as error:
        assume("white space" not in error.what)
        raise


@given(chosen())
def test_the_law_joints_away_the_ranges_remain(given_pieces: tuple[list[Piece], dict[str, bytes]]) -> None:
    pieces, sources = given_pieces
    block = composed_or_refused(pieces, sources)
    assert verify(block.text, block.spans, sources.__getitem__) == []
    Block(repository="x", commit=None, spans=block.spans, text=block.text)
    for span, after in zip(block.spans, block.spans[1:], strict=False):
        assert span.path != after.path or span.end <= after.start


@given(chosen())
def test_spans_lead_back_to_pieces_that_compose_alike(
    given_pieces: tuple[list[Piece], dict[str, bytes]],
) -> None:
    pieces, sources = given_pieces
    block = composed_or_refused(pieces, sources)
    assert compose(pieces_of(block.spans), sources) == block


@given(chosen())
def test_within_a_file_the_order_of_choosing_does_not_matter(
    given_pieces: tuple[list[Piece], dict[str, bytes]],
) -> None:
    pieces, sources = given_pieces
    whole = [replace(piece, cuts=()) for piece in pieces]
    files = list(dict.fromkeys(piece.path for piece in pieces))
    again = [piece for path in files for piece in reversed(whole) if piece.path == path]

    def places(block: Composed) -> list[tuple[str, int, int]]:
        return [(span.path, span.start, span.end) for span in block.spans]

    assert places(composed_or_refused(whole, sources)) == places(compose(again, sources))
