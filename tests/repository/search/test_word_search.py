"""Words that stand on no line as they were typed."""

from __future__ import annotations

from pathlib import Path

from app.repository.search.text_search import TextQuery
from app.repository.search.word_search import search_words, words_of
from tests.repository.index.code import in_git, no, yes

FILES = {
    "a.rs": b"// backoff\n// backoff again\n// exponential backoff\n",
    "b.rs": b"// apply Jitter\n// with what\nfn none() {}\n",
}


def test_short_words_count_only_where_there_are_no_others() -> None:
    assert words_of("Exponential back-off, with the jitter!") == ["exponential", "jitter"]
    assert words_of("a b a") == ["a", "b"]
    assert words_of("(retry") == ["retry"]


def test_more_words_come_before_rarer_ones_and_those_before_the_rest(tmp_path: Path) -> None:
    found = search_words(in_git(tmp_path), TextQuery("x"), no)
    assert found == []
    code = in_git(tmp_path / "again", FILES)
    found = search_words(code, TextQuery("exponential backoff with jitter"), no)
    assert [(hit.path, hit.line) for hit in found] == [("a.rs", 2), ("b.rs", 0), ("a.rs", 0), ("a.rs", 1)]
    assert search_words(code, TextQuery("exponential jitter"), yes) == []
