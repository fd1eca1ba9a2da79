"""Parsing in slices, widening, tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Parser, Tree

from app.rust.grammar import LANGUAGE
from app.rust.syntax import parse, token_at, widen

METHOD = b"""\
/// Doc.
#[derive(Debug)]
struct Retry;

// Plain.
impl Retry {
    /// Runs.
    #[inline]
    fn run(&self) -> u8 { self.add(1 + 2) } // done
}
"""
LARGE = METHOD * 3_000


def tree_of(data: bytes) -> Tree:
    tree = parse(data)
    assert tree is not None
    return tree


def steps(data: bytes, start: int, end: int) -> list[bytes]:
    """What each further widening selects."""
    tree = tree_of(data)
    found: list[bytes] = []
    wider = widen(tree, data, start, end)
    while wider is not None:
        found.append(data[slice(*wider)])
        wider = widen(tree, data, *wider)
    return found


def test_slices_give_the_tree_that_one_parse_gives() -> None:
    assert str(tree_of(LARGE).root_node) == str(Parser(LANGUAGE).parse(LARGE).root_node)


def test_parsing_lets_other_threads_run_in_between() -> None:
    asked = 0

    def never_cancelled() -> bool:
        nonlocal asked
        asked += 1
        return False

    parse(LARGE, never_cancelled)
    assert asked > 5, "the parse was not cut into slices"


def test_a_cancelled_parse_gives_nothing_and_leaves_nothing_behind() -> None:
    answers = iter([False, False, True])
    assert parse(LARGE, lambda: next(answers)) is None
    assert tree_of(b"fn a() {}").root_node.end_byte == 9
    assert not tree_of(b"fn a() {}").root_node.has_error


def test_an_error_while_asking_leaves_no_half_parsed_file_behind() -> None:
    def broken() -> bool:
        if next(calls):
            raise RuntimeError("asked too often")
        return False

    calls = iter([False, True])
    with pytest.raises(RuntimeError):
        parse(LARGE, broken)
    assert tree_of(b"fn a() {}").root_node.end_byte == 9


def test_widening_climbs_from_the_token_to_the_item_with_its_lead_and_on_to_the_file() -> None:
    at = METHOD.index(b"1 + 2")
    method = b"/// Runs.\n    #[inline]\n    fn run(&self) -> u8 { self.add(1 + 2) } // done"
    implementation = METHOD[METHOD.index(b"// Plain.") : -1]
    assert steps(METHOD, at, at + 1) == [
        b"1 + 2",
        b"(1 + 2)",
        b"self.add(1 + 2)",
        b"{ self.add(1 + 2) }",
        method,
        implementation,
        METHOD,
    ]


@pytest.mark.parametrize(
    "inside", [b"Doc.", b"Debug", b"struct Retry;", b"Plain.", b"done", b"/// Runs.\n    #["]
)
def test_a_selection_in_a_lead_or_trail_widens_to_its_item(inside: bytes) -> None:
    at = METHOD.index(inside)
    wider = steps(METHOD, at, at + len(inside))
    assert any(
        text in wider for text in (METHOD[: METHOD.index(b"\n\n")], METHOD[METHOD.index(b"// Plain.") : -1])
    )


def test_the_whole_file_cannot_widen() -> None:
    assert widen(tree_of(METHOD), METHOD, 0, len(METHOD)) is None
    assert widen(tree_of(b""), b"", 0, 0) is None


FRAGMENTS = st.sampled_from(
    [
        "fn a() {",
        "}",
        "/// d",
        "// c",
        "#[a]",
        "//! i",
        "impl A {",
        "mod m {",
        ";",
        "x!{}",
        "/* b */",
        "\r",
        "é",
        "(",
    ]
)
SOURCES = st.builds(
    lambda parts, gap: gap.join(parts).encode(), st.lists(FRAGMENTS), st.sampled_from(["\n", " "])
)


@given(SOURCES, st.data())
def test_widening_never_sticks_never_shrinks_and_ends_at_the_file(data: bytes, more: st.DataObject) -> None:
    low = more.draw(st.integers(0, len(data)))
    high = more.draw(st.integers(low, len(data)))
    tree = tree_of(data)
    place = (low, high)
    while (wider := widen(tree, data, *place)) is not None:
        assert wider[0] <= place[0] and place[1] <= wider[1] and wider != place
        place = wider
    assert place == (0, len(data))


@pytest.mark.parametrize(
    ("inside", "token"),
    [(b"etry;", b"Retry"), (b"oc.", b"Doc."), (b"+ 2", b"+"), (b"lain", b"Plain."), (b"erive", b"derive")],
)
def test_the_token_at_a_byte(inside: bytes, token: bytes) -> None:
    found = token_at(tree_of(METHOD), METHOD, METHOD.index(inside))
    assert found is not None and METHOD[slice(*found)] == token


def test_there_is_no_token_in_white_space_or_outside_the_file() -> None:
    tree = tree_of(METHOD)
    assert [token_at(tree, METHOD, at) for at in (METHOD.index(b"\n\n") + 1, -1, len(METHOD))] == [None] * 3
