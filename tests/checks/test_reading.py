"""How a record is read: words with their places, tokens of Rust, and which names are a function's own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks.reading import BlockCode, Prose, grams, shared_rows

RUST = st.lists(
    st.sampled_from(
        ['"', "'", 'r#"', '"#', "//", "/*", "*/", "\n", "\\", " ", "a", "é", "🦀", "{", "b'", "1u8", "#"]
    ),
    max_size=30,
).map("".join)


@given(RUST)
def test_tokens_are_the_text_without_its_white_space_in_order(text: str) -> None:
    at = 0
    for token in BlockCode(text).tokens:
        assert text[at : token.start].strip() == "" and text[token.start : token.end] == token.text
        at = token.end
    assert text[at:].strip() == ""


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("'a' 'b 'c'", "char life char"),
        (r"'\'' b'x' '\u{1F980}'", "char char char"),
        ('r#"a"b"# "x\\"y"', "string string"),
        ("/* a // b */ c // d", "comment name comment"),
        ("r#type 0x1F 'static", "name number life"),
    ],
)
def test_a_token_is_what_rust_takes_it_for(code: str, kinds: str) -> None:
    assert " ".join(token.kind for token in BlockCode(code).tokens) == kinds


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("let wait_time = 3;", {"wait_time"}),
        ("let (first, mut second): (A, B) = x;", {"first", "second"}),
        ("for (index, item_of) in list {}", {"index", "item_of"}),
        ("impl Trait for other {}", set()),
        ("fn f(delay: u32) { let delay = delay; }", set()),
        ("let Options { before, after } = options;", set()),
        ("let retry = 3; self.retry(retry);", set()),
        ("let n = 1; let _ = 2; let LIMIT = 3;", set()),
    ],
)
def test_a_functions_own_names(code: str, own: set[str]) -> None:
    assert BlockCode(code).locals == own


def test_prose_is_told_from_the_code_in_it() -> None:
    prose = Prose("Use `a::b` here.\n```\n`c`\n```\nAnd `d\nnot`.")
    assert [quote.text for quote in prose.quotes] == ["a::b"]
    assert len(prose.plain) == len(prose.text) and "a::b" not in prose.plain and "c" not in prose.plain
    assert len(prose.fences) == 1


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_shared_rows_stand_in_the_text_and_miss_none(own: list[str], other: list[str]) -> None:
    words, rows = tuple(own), grams(tuple(other), 3)
    found = shared_rows(words, rows, 3)
    covered = {at for first, count in found for at in range(first, first + count)}
    expected = {at + k for at in range(len(words) - 2) if words[at : at + 3] in rows for k in range(3)}
    assert covered == expected
