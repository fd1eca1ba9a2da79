"""Fuzzy search over the index."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.repository.index.symbol_search import LineTexts, SymbolSearch, Wanted, in_order
from app.repository.index.symbols import SymbolIndex
from tests.repository.index.code import outlined

NAMES = st.lists(st.text("abAB_é", min_size=1, max_size=8), max_size=12)


def index_of(**files: str) -> SymbolIndex:
    return SymbolIndex.of({f"src/{name}.rs": outlined(text.encode()) for name, text in files.items()})


def found(search: SymbolSearch, query: str) -> list[str]:
    hits = search.search(query)
    assert hits is not None
    return [hit.path for hit in hits]


SEARCH = SymbolSearch(
    index_of(
        worker="fn calculate_retry_delay() {}\nfn limit_retry_delay() {}\nfn run() {}\nuse a::crd;",
        retry="struct Retry;\nimpl Retry { fn run() {} fn rerun() {} }\ntrait Runner { type Out; }",
        credit="fn credit() {}\nmod tests { #[test] fn run() {} }\n#[test] fn a_run() {}",
    )
).prepare()


def test_a_name_its_beginning_its_words_and_its_letters_in_this_order() -> None:
    assert found(SEARCH, "run") == [
        *("run", "Retry::run", "tests::run"),  # the name itself, tests last
        "trait Runner",
        "a_run",
        "Retry::rerun",
        "type Runner::Out",
    ]
    assert found(SEARCH, "retry")[:2] == ["struct Retry", "limit_retry_delay"]


def test_initials_and_letters_in_order() -> None:
    assert found(SEARCH, "crd") == ["calculate_retry_delay", "credit"]
    assert found(SEARCH, "ltdy") == ["limit_retry_delay", "calculate_retry_delay"]


def test_several_words_must_all_fit_and_colons_part_them() -> None:
    assert found(SEARCH, "Retry::run") == found(SEARCH, "retry run") == ["Retry::run", "Retry::rerun"]


def test_a_kind_or_a_file_may_be_asked_for() -> None:
    assert found(SEARCH, "struct r") == ["struct Retry"]
    assert found(SEARCH, "fn run worker.rs") == ["run"]
    assert set(found(SEARCH, "src/credit.rs")) == {"credit", "tests::run", "a_run", "mod tests"}
    assert set(found(SEARCH, "impl ")) == {"impl Retry"}
    assert found(SEARCH, "type") == ["type Runner::Out"]


def test_imports_are_no_symbols_and_nothing_finds_nothing() -> None:
    assert found(SEARCH, "use") == [] and found(SEARCH, " ") == [] and found(SEARCH, "zzz") == []


def test_it_can_be_called_off() -> None:
    assert SEARCH.search("run", cancelled=lambda: True) is None


def test_an_empty_index_is_searched_too() -> None:
    assert SymbolSearch(SymbolIndex.of({})).prepare().search("a") == []


@given(NAMES, st.text("abAB_é", min_size=1, max_size=4))
def test_what_holds_the_letters_in_order_is_found_and_nothing_else(names: list[str], query: str) -> None:
    index = index_of(a="".join(f"fn {name}() {{}}\n" for name in names if name != "_"))
    search = SymbolSearch(index)
    hits = search.search(query)
    assert hits is not None
    low = query.lower()
    assert {hit.path for hit in hits} == {path for path in index.paths if in_order(low, path.lower())}
    assert len({(hit.file, hit.start) for hit in hits}) == len(hits)


@given(st.lists(st.text("ab", max_size=4)), st.text("ab", min_size=1, max_size=3))
def test_texts_are_searched_as_one_by_one(texts: list[str], part: str) -> None:
    texts.sort()
    together = LineTexts(texts)
    assert list(together.holding(part)) == [row for row, text in enumerate(texts) if part in text]
    assert list(together.beginning(part)) == [row for row, text in enumerate(texts) if text.startswith(part)]
    assert together.in_order(part, lambda: False) == [
        row for row, text in enumerate(texts) if in_order(part, text)
    ]


def test_a_query_is_taken_apart() -> None:
    assert Wanted.of("fn a::B c/ d.rs") == Wanted(
        ("a", "b"), frozenset({"function_item", "function_signature_item"}), ("c/", "d.rs")
    )
    assert Wanted.of("fn") == Wanted(("fn",), frozenset(), ())
