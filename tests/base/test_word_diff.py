"""Word-level differences: both texts can be had back from them, and they are what a person would mark."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.word_diff import Chunk, word_diff

WORDS = st.lists(
    st.sampled_from(["retry", "wait", " ", "  ", "\n", "\t", ",", "the", "é", "🦀", "\r", "\x00"])
)
TEXTS = st.one_of(WORDS.map("".join), st.text())


def marked(chunks: tuple[Chunk, ...]) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(marks[chunk.kind].format(chunk.text) for chunk in chunks)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_had_back(old: str, new: str) -> None:
    chunks = word_diff(old, new)
    assert "".join(c.text for c in chunks if c.kind != "new") == old
    assert "".join(c.text for c in chunks if c.kind != "gone") == new


@given(TEXTS, TEXTS)
def test_chunks_are_whole(old: str, new: str) -> None:
    chunks = word_diff(old, new)
    assert all(chunk.text for chunk in chunks)
    assert all(a.kind != b.kind for a, b in itertools.pairwise(chunks))
    assert ("new", "gone") not in {(a.kind, b.kind) for a, b in itertools.pairwise(chunks)}


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert word_diff(text, text) == ((Chunk("same", text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Write a pause.", "Write a wait.", "Write a [-pause-]{+wait+}."),
        ("a b", "a b c", "a b{+ c+}"),
        ("", "new", "{+new+}"),
        ("one two three", "eins zwei drei", "[-one two three-]{+eins zwei drei+}"),
        ("one\ntwo", "eins\nzwei", "[-one-]{+eins+}\n[-two-]{+zwei+}"),
        ("Retry::run()", "Retry::wait()", "Retry::[-run-]{+wait+}()"),
    ],
)
def test_what_is_marked_is_what_changed(old: str, new: str, expected: str) -> None:
    assert marked(word_diff(old, new)) == expected


def test_long_texts_are_compared_by_lines_first() -> None:
    old = [f"line {n} says something of its own" for n in range(3_000)]
    new = [line.replace("something", "nothing") if n % 100 == 50 else line for n, line in enumerate(old)]
    chunks = word_diff("\n".join(old), "\n".join(new))
    assert [c.text for c in chunks if c.kind == "gone"] == ["something"] * 30
    assert [c.text for c in chunks if c.kind == "new"] == ["nothing"] * 30


@pytest.mark.parametrize("unit", ["a ", "a\n", "word, ", "\n"])
def test_the_longest_texts_keep_the_law(unit: str) -> None:
    old, new = "x" + unit * 60_000, "y" + unit[::-1] * 60_000
    chunks = word_diff(old, new)
    assert "".join(c.text for c in chunks if c.kind != "new") == old
    assert "".join(c.text for c in chunks if c.kind != "gone") == new
