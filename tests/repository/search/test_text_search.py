"""Text search by git, and what is made of git's words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SourceError, UsageError
from app.repository.git.run import path_chunks
from app.repository.index.codebase import Codebase
from app.repository.search import text_search as text
from app.repository.search.grep_lines import TEXT_BYTES, GrepLines, TextHit
from app.repository.search.text_search import TextQuery, search_text
from tests.repository.index.code import KINDS, RETRY_RS, in_folder, in_git, no, yes

BOTH = pytest.mark.parametrize("make", KINDS)


def hits(code: Codebase, query: TextQuery, limit: int = 2_000) -> list[TextHit]:
    return [hit for batch in search_text(code, query, no, limit) for hit in batch]


def places(code: Codebase, query: TextQuery) -> list[tuple[str, int, int]]:
    return [(hit.path.rsplit("/", 1)[-1], hit.line, hit.column) for hit in hits(code, query)]


@BOTH
def test_text_is_found_by_path_and_line(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    code = make(tmp_path / "code")
    found = hits(code, TextQuery("retry::"))
    assert found == [TextHit("tool/src/main.rs", 0, 18, "use engine::core::retry::Retry;", 18)]
    assert found[0].text[found[0].at :].startswith("retry::")


@BOTH
def test_expressions_words_capitals_and_all_files(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    code = make(tmp_path / "code")
    assert places(code, TextQuery(r"^fn \w+\(\)", regex=True)) == [("main.rs", 2, 0)]
    assert places(code, TextQuery("pub(?= enum)", regex=True)) == [("error.rs", 0, 0)]
    assert places(code, TextQuery("limi")) != [] == places(code, TextQuery("limi", words=True))
    assert places(code, TextQuery("retry {")) == places(code, TextQuery("retry {", case=False)) != []
    assert places(code, TextQuery("retry {", case=True)) == []
    assert places(code, TextQuery("[package]")) == []
    assert len(places(code, TextQuery("[package]", everything=True))) == 2


@BOTH
def test_hostile_patterns_and_names_are_only_text(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    files = {"--open-files=x.rs": b"-e --help\n", ":(exclude)a.rs": b"$(touch x) %s\n", "a\nb\x1b.rs": b"x\n"}
    code = make_with(make, tmp_path / "code", files)
    assert [hit.path for hit in hits(code, TextQuery("-e --help"))] == ["--open-files=x.rs"]
    assert [hit.path for hit in hits(code, TextQuery("$(touch x)"))] == [":(exclude)a.rs"]
    assert [hit.path for hit in hits(code, TextQuery("x", words=True, case=True))] == [
        ":(exclude)a.rs",
        "a\nb\x1b.rs",
    ]


def make_with(make: Callable[..., Codebase], root: Path, files: dict[str, bytes]) -> Codebase:
    return make(root, files)


@BOTH
def test_binary_files_and_links_are_left_out(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    code = make_with(make, tmp_path / "code", {"a.rs": b"here\0", "b.rs": b"here\r\n"})
    if code.git_dir is None:
        (code.path / "c.rs").symlink_to(code.path / "b.rs")
        code = Codebase.at(code.path)
    assert hits(code, TextQuery("here", everything=True)) == [TextHit("b.rs", 0, 0, "here", 0)]


@BOTH
def test_of_a_huge_line_only_what_is_near_is_kept(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    line = "é" * 100_000 + "here" + "z" * 100_000
    code = make_with(make, tmp_path / "code", {"a.rs": line.encode() + b"\nhere\n"})
    first, second = hits(code, TextQuery("here"))
    assert first.column == 200_000 and len(first.text) < TEXT_BYTES + 10
    assert first.text[first.at :].startswith("herezzz") and first.text[0] == first.text[-1] == "…"
    assert (second.line, second.text) == (1, "here")


@BOTH
def test_it_ends_at_its_limit_and_when_called_off(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    code = make_with(make, tmp_path / "code", {"a.rs": b"x\n" * 5_000})
    assert [hit.line for hit in hits(code, TextQuery("x"), limit=7)] == list(range(7))
    assert list(search_text(code, TextQuery("x"), yes)) == []
    search = search_text(code, TextQuery("x"), no)
    assert len(next(search)) > 1
    search.close()


@BOTH
def test_what_cannot_be_searched_for_is_told(make: Callable[[Path], Codebase], tmp_path: Path) -> None:
    code = make(tmp_path / "code")
    assert hits(code, TextQuery("")) == []
    for query in (
        TextQuery("(", regex=True),
        TextQuery("a\nb"),
        TextQuery("a" * 2_000),
        TextQuery("[z-a]", True),
    ):
        with pytest.raises(UsageError):
            hits(code, query)


def test_a_repository_that_broke_is_told(tmp_path: Path) -> None:
    code = in_git(tmp_path / "code")
    code.snapshot.files()
    (tmp_path / "code" / "HEAD").unlink()
    with pytest.raises(SourceError):
        hits(code, TextQuery("x"))


def test_many_files_are_searched_in_several_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, query = in_folder(tmp_path), TextQuery("retry", case=False)
    at_once = hits(code, query)
    monkeypatch.setattr(text, "path_chunks", partial(path_chunks, most=60))
    assert hits(code, query) == at_once and len({hit.path for hit in at_once}) == 3


def test_only_the_files_asked_for_are_searched(tmp_path: Path) -> None:
    found = search_text(in_git(tmp_path), TextQuery("retry", case=False), no, paths=["gone.rs", RETRY_RS])
    assert {hit.path for batch in found for hit in batch} == {RETRY_RS}


PIECES = st.text("ab:\n\r é\x1b", max_size=12)


@given(
    st.lists(st.tuples(PIECES.filter(bool), st.integers(1, 99), PIECES.map(lambda t: t.replace("\n", "")))),
    st.data(),
)
def test_output_is_read_the_same_in_pieces_of_any_size(
    told: list[tuple[str, int, str]], data: st.DataObject
) -> None:
    out = b"".join(f"C:{name}\0{line}\0{1}\0{words}\n".encode() for name, line, words in told)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(out)), max_size=5)))
    reader = GrepLines("C:")
    found = [hit for low, high in pairwise([0, *cuts, len(out)]) for hit in reader.feed(out[low:high])]
    assert found == [TextHit(name, line - 1, 0, words.removesuffix("\r"), 0) for name, line, words in told]
