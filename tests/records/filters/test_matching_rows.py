"""Which rows a filter means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from app.records.filters.fields import pattern
from app.records.filters.language import Filter, Node, all_of, any_of, negate, parse
from app.records.filters.row import Facts, Row
from tests.records.filters.rows import NOW, filters, nodes, rows

ROW = Row(
    record="01J000AB",
    topic="practice",
    status="returned",
    by="Ada Lovelace",
    at=NOW - timedelta(days=3),
    title="impl Retry<'a>::run",
    path="src/Retry/mod.rs",
    opening="Write a queue",
    reviewers=(("cleo", "return"), ("dov", "accept")),
    facts=Facts(codes=("BS409", "BS502"), errors=0, warnings=2, crates=("tokio",)),
)
TEXT = "The thundering herd_of callers\nis parted: straße, tokio::spawn(x)"


@pytest.mark.parametrize(
    "typed",
    [
        "status:returned",
        "status:submitted,returned",
        'author:"ada lovelace"',
        "author:ada*",
        "author:*lace",
        "reviewer:cleo -reviewer:ben",
        "verdict:accept",
        "-verdict:reject",
        "finding:BS4 finding:bs502 finding:warning -finding:error finding:*",
        "crate:TOKIO",
        "item:retry item:RUN item:impl*run",
        "path:retry/ path:src/*.rs",
        "topic:practice record:01j0",
        "after:2026-11-18 before:2026-11-19 after:2026-11",
        "after:4d before:2d before:yesterday -after:today -before:1w",
        '"thundering herd"',
        "thunder",
        "herd of callers",
        '"herd of call"',
        "herd_of",
        "STRASSE",
        "tokio::spa",
        "(missing or parted) -(missing or gone)",
    ],
)
def test_what_is_meant(typed: str) -> None:
    assert parse(typed).matches(ROW, lambda row: TEXT, NOW)


@pytest.mark.parametrize(
    "typed",
    [
        "status:submitted",
        "author:ada",
        "reviewer:cle",
        "finding:BS6",
        "crate:toki",
        "item:runs",
        "before:2026-11-18",
        "after:2d",
        "hundering",
        '"herd thundering"',
        '"callers parted"',
        "-(thunder status:returned)",
    ],
)
def test_what_is_not_meant(typed: str) -> None:
    assert not parse(typed).matches(ROW, lambda row: TEXT, NOW)


def test_without_the_texts_the_row_itself_is_looked_through() -> None:
    assert parse("queue").matches(ROW, now=NOW)
    assert not parse("thundering").matches(ROW, now=NOW)


def test_the_text_is_asked_for_only_where_it_decides_and_once() -> None:
    asked: list[str] = []

    def text(row: Row) -> str:
        asked.append(row.record)
        return TEXT

    assert not parse("thundering status:accepted").matches(ROW, text, NOW)
    assert parse("thundering or status:returned").matches(ROW, text, NOW)
    assert asked == []
    assert parse("thundering herd parted").matches(ROW, text, NOW)
    assert asked == ["01J000AB"]


def test_stars_take_any_text_in_linear_time() -> None:
    assert pattern("a*B*c", anywhere=False)("axbybc")
    assert not pattern("a*b*c", anywhere=False)("axbycz")
    assert pattern("b*C", anywhere=True)("axbycz")
    assert not pattern("ab*ba", anywhere=False)("aba")
    assert not pattern("*a" * 500 + "*b", anywhere=False)("a" * 20_000)


@given(nodes, nodes, rows)
def test_not_and_or_mean_what_they_say(one: Node, other: Node, row: Row) -> None:
    a, b = Filter(one).matches(row, now=NOW), Filter(other).matches(row, now=NOW)
    assert Filter(negate(one)).matches(row, now=NOW) is not a
    assert Filter(all_of([one, other])).matches(row, now=NOW) is (a and b)
    assert Filter(any_of([one, other])).matches(row, now=NOW) is (a or b)


@given(filters, rows)
def test_a_filter_that_was_typed_again_means_the_same_rows(meant: Filter, row: Row) -> None:
    assert parse(str(meant)).matches(row, now=NOW) is meant.matches(row, now=NOW)
