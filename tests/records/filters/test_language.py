"""The filter language: what is read, what is refused and where, and that every filter says itself."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.records.filters.fields import FIELDS, STATUSES, KnownNames
from app.records.filters.language import AllOf, AnyOf, Filter, FilterError, Node, Not, Term, parse
from app.records.history import ledger
from tests.records.filters.rows import filters


def text(*words: str) -> Term:
    return Term("text", words)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", AllOf()),
        ("  \t ", AllOf()),
        ("words", text("words")),
        ("Retry::run", text("Retry::run")),
        ("run(a)", text("run(a)")),
        ('"thundering herd"', text("thundering herd")),
        (r'text:"a \"b\" \\ c"', text(r'a "b" \ c')),
        ("status:Returned,CONFLICT", Term("status", ("returned", "conflict"))),
        ("by:ada", Term("author", ("ada",))),
        ("AUTHOR:ada", Term("author", ("ada",))),
        ('author:"Ada Lovelace",ben', Term("author", ("Ada Lovelace", "ben"))),
        ("item:Retry::run", Term("item", ("Retry::run",))),
        ("finding:bs4", Term("finding", ("BS4",))),
        ("-reviewer:cleo", Not(Term("reviewer", ("cleo",)))),
        ("not reviewer:cleo", Not(Term("reviewer", ("cleo",)))),
        ("not -a", text("a")),
        ("a b", AllOf((text("a"), text("b")))),
        ("a AND (b c)", AllOf((text("a"), text("b"), text("c")))),
        ("a or b c", AnyOf((text("a"), AllOf((text("b"), text("c")))))),
        ("(a or b) c", AllOf((AnyOf((text("a"), text("b"))), text("c")))),
        ("-(a b)", Not(AllOf((text("a"), text("b"))))),
        ('"or" "not"', AllOf((text("or"), text("not")))),
        ("((a))", text("a")),
    ],
)
def test_what_is_typed_is_what_is_meant(typed: str, meant: Node) -> None:
    assert parse(typed) == Filter(meant)


def test_a_value_that_begins_with_a_colon_is_quoted_because_two_colons_are_no_field() -> None:
    meant = Filter(Term("item", ("::run",)))
    assert str(meant) == 'item:"::run"'
    assert parse("item:::run") == Filter(text("item:::run")), "what it read back as"


def test_the_example_of_the_docs_is_read_whole() -> None:
    typed = (
        "status:submitted author:ada -reviewer:cleo finding:BS4 item:Retry crate:tokio after:2026-11-01 "
        'before:2w "thundering herd" words'
    )
    assert str(parse(typed)) == typed
    assert [term.field for term in parse(typed).terms()][-2:] == ["text", "text"]


@pytest.mark.parametrize(
    ("typed", "start", "end", "told"),
    [
        ("statsu:returned", 0, 7, "did you mean status:?"),
        ("a colour:red", 2, 9, "there is no field colour:"),
        ("a status:retruned", 9, 17, "did you mean returned?"),
        ("status:accepted,acepted", 16, 23, "did you mean accepted?"),
        ("finding:BS409,XX", 14, 16, "no check's code"),
        ("after:2026-13-01", 6, 16, "is no date"),
        ("after:9999y", 6, 11, "is no date"),
        ("after:1d,2d", 8, 11, "one date"),
        ("status:", 7, 7, "nothing follows status:"),
        ("status:returned,", 16, 16, "nothing follows the comma"),
        ('a "b', 2, 4, "not closed"),
        ('a""', 1, 2, "middle of a word"),
        ('"a"b', 3, 4, "something follows the quote"),
        ('""', 0, 2, "nothing stands between"),
        ("(a", 0, 1, "not closed"),
        ("a)", 1, 2, "closes nothing"),
        ("()", 1, 2, "missing"),
        ("a or", 4, 4, "missing"),
        ("or a", 0, 2, "missing"),
        ("a and", 5, 5, "missing"),
        ("a -", 2, 3, "nothing follows the -"),
        ("->", 1, 2, "holds no letter"),
        ("(" * 50 + "a" + ")" * 50, 40, 41, "more than 40"),
        ("a" * 5_000, 4_000, 5_000, "4,000 characters"),
    ],
)
def test_what_cannot_be_meant_is_told_with_its_place(typed: str, start: int, end: int, told: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse(typed)
    assert (caught.value.start, caught.value.end) == (start, end)
    assert told in str(caught.value)


def test_names_are_refused_where_it_is_known_which_there_are() -> None:
    known = KnownNames(people=["Ada", "ben"], crates=["tokio"])
    assert parse("author:ADA reviewer:b* topic:any crate:Tokio", known)
    with pytest.raises(FilterError, match=r"no person is called 'aad'; did you mean ada\?"):
        parse("author:aad", known)
    with pytest.raises(FilterError, match=r"did you mean tokio\?"):
        parse("crate:tokyo", known)


@example(Filter(Not(text("-or"))))
@example(Filter(Term("item", ("::run",))))
@example(Filter(Term("author", (":", "a", "::b"))))
@example(Filter(Not(Term("path", (":(",)))))
@given(filters)
def test_every_filter_says_itself(meant: Filter) -> None:
    assert parse(str(meant)) == meant


_syntax = st.text(st.sampled_from('ab:*,-()" \\\nornot') | st.characters(), max_size=30)


@example('"\\')
@example("-" * 3_000 + "a")
@given(
    _syntax
    | st.lists(st.sampled_from([*(f"{name}:" for name in FIELDS), "(", ")", "-", "or ", "a ", '"'])).map(
        "".join
    )
)
def test_any_text_is_a_filter_or_refused_at_a_place_in_it(typed: str) -> None:
    try:
        meant = parse(typed)
    except FilterError as error:
        assert 0 <= error.start <= error.end <= len(typed)
        assert error.remedy
    else:
        assert parse(str(meant)) == meant


def test_every_status_of_the_ledger_can_be_asked_for() -> None:
    assert set(STATUSES) == {*ledger.STATUSES, "draft"}


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_the_example_of_every_field_is_read(field: object) -> None:
    known = next(one for one in FIELDS.values() if one is field)
    assert [term.field for term in parse(known.example).terms()] == [known.name]
