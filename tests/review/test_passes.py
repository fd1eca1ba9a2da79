"""Passes over records: what is in which section, in which order, and where one goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.errors import UsageError
from app.records.filters.row import Facts, Row
from app.review.passes import ORDERS, SECTIONS, Order, Pass, Plan, Section, bookmark, risk
from tests.records.filters.rows import NOW


def row(name: str, age: int = 0, **fields: Any) -> Row:
    return Row(name, by="ada", at=NOW - timedelta(days=age), **fields)


@pytest.mark.parametrize(
    ("section", "one", "belongs"),
    [
        ("review", row("a"), True),
        ("review", row("a", judged=True), False),
        ("review", row("a", mine=True), False),
        ("review", row("a", status="returned"), False),
        ("returned", row("a", status="returned", returned_to_me=True), True),
        ("returned", row("a", status="returned"), False),
        ("conflicts", row("a", status="conflict"), True),
        ("conflicts", row("a"), False),
        ("disputed", row("a", status="returned", reviewers=(("x", "accept"), ("y", "return"))), True),
        ("disputed", row("a", status="returned", reviewers=(("x", "return"), ("y", "return"))), False),
        ("disputed", row("a", status="retracted", reviewers=(("x", "accept"), ("y", "return"))), False),
        ("stale", row("a", stale=True), True),
        ("stale", row("a", stale=True, mine=True), False),
        ("findings", row("a", facts=Facts(("BS409",))), True),
        ("findings", row("a", facts=Facts(("BS409",)), status="retracted"), False),
        ("findings", row("a"), False),
        ("all", row("a", status="retracted"), True),
    ],
)
def test_sections(section: Section, one: Row, belongs: bool) -> None:
    assert Plan(section).holds(one) is belongs


def test_where_people_judge_their_own_they_are_offered_it() -> None:
    assert Plan("review", judges_own=True).holds(row("a", mine=True))
    assert Plan("stale", judges_own=True).holds(row("a", mine=True, stale=True))


def test_one_rejection_beside_an_accept_is_disputed_too() -> None:
    two = (("x", "accept"), ("y", "reject"))
    assert Plan("disputed").holds(row("a", status="rejected", reviewers=two))


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("oldest", ["old", "odd", "new", "twin"]),
        ("riskiest", ["odd", "old", "new", "twin"]),
        ("file", ["new", "twin", "odd", "old"]),
    ],
)
def test_orders(order: Order, names: list[str]) -> None:
    rows = [
        row("new", 1, path="a.rs"),
        row("twin", 1, path="a.rs", title="z"),
        row("old", 9, path="b.rs", title="y"),
        row("odd", 5, path="b.rs", title="x", facts=Facts(errors=1)),
    ]
    assert list(Pass(Plan("all", order), rows).records) == names


def test_the_risk_is_what_its_docstring_says() -> None:
    assert risk(row("a")) == 0
    assert risk(row("a", facts=Facts(errors=2, warnings=3))) == 230
    assert risk(row("a", brief=True, facts=Facts(near=1, pasted=80))) == 95
    assert risk(row("a", brief=True, facts=Facts(errors=9, warnings=9, near=9, pasted=100))) == 490


def test_a_pass_stays_as_it_is_while_records_leave_and_come() -> None:
    rows = [row("a", 9), row("b", 8), row("c", 7)]
    begun = Pass(Plan(), rows)
    assert begun.records == ("a", "b", "c")
    later = Pass(
        begun.plan,
        [row("a", 9), replace(row("b", 8), judged=True), row("c", 7, facts=Facts(errors=1)), row("0", 99)],
        begun,
    )
    assert later.records == ("a", "b", "c", "0")
    assert later.open == {"a", "c", "0"} and len(later) == 3
    assert (later.next("a"), later.next("b"), later.next("c"), later.next("0")) == ("c", "c", "0", None)
    assert (later.next("c", -1), later.next("a", -1), later.next(None), later.next(None, -1)) == (
        "a",
        None,
        "a",
        "0",
    )
    again = Pass(later.plan, rows, later)
    assert again.records == ("a", "b", "c") and "b" in again.open


def test_another_plan_begins_anew() -> None:
    rows = [row("a", 1), row("b", 2)]
    assert Pass(Plan(order="oldest"), rows, Pass(Plan(order="file"), rows)).records == ("b", "a")


def test_one_goes_on_where_one_left_off_or_at_the_next_in_order() -> None:
    rows = [row("a", 9), row("b", 8), row("c", 7)]
    left = bookmark(json.loads(json.dumps(Pass(Plan(), rows).mark("b").as_json())))
    assert left is not None
    assert Pass(Plan(), rows).resume(left) == "b"
    assert Pass(Plan(), [rows[0], rows[2]]).resume(left) == "c"
    assert Pass(Plan(), [rows[0], replace(rows[1], judged=True), rows[2]]).resume(left) == "c"
    assert Pass(Plan(), [rows[0]]).resume(left) == "a"
    assert Pass(Plan(), []).resume(left) is None
    assert Pass(Plan(order="file"), rows).resume(left) == "b"
    assert Pass(Plan(order="file"), [rows[0], rows[2]]).resume(left) == "a"
    assert Pass(Plan(), rows).resume(None) == "a"


def test_only_a_record_of_the_pass_can_be_marked() -> None:
    with pytest.raises(UsageError, match="not in this pass"):
        Pass(Plan(), []).mark("a")


@pytest.mark.parametrize(
    "saved",
    [
        None,
        [],
        {},
        {"record": 1},
        {"record": "a", "order": "age", "key": []},
        {"record": "a", "order": "oldest", "key": ["1", "a"]},
    ],
)
def test_what_is_no_bookmark_is_none(saved: object) -> None:
    assert bookmark(saved) is None


_rows = st.lists(
    st.builds(
        row,
        st.integers(0, 30).map(str),
        st.integers(0, 5),
        path=st.sampled_from(["a", "b"]),
        judged=st.booleans(),
        facts=st.builds(Facts, errors=st.integers(0, 2)),
    ),
    unique_by=lambda one: one.record,
    max_size=12,
)


@given(_rows, _rows, st.sampled_from(list(SECTIONS)), st.sampled_from(list(ORDERS)))
def test_laws_of_a_pass(before: Sequence[Row], after: Sequence[Row], section: Section, order: Order) -> None:
    plan = Plan(section, order)
    begun = Pass(plan, before)
    later = Pass(plan, after, begun)
    there = {one.record for one in after}
    assert later.open == {one.record for one in after if plan.holds(one)}
    kept = [record for record in begun.records if record in there]
    assert list(later.records[: len(kept)]) == kept
    assert set(later.records[len(kept) :]) == later.open - set(kept)
    walked, at = [], later.next(None)
    while at is not None:
        walked.append(at)
        at = later.next(at)
    assert walked == [record for record in later.records if record in later.open]


@given(_rows, st.sampled_from(list(ORDERS)), st.data())
def test_a_gone_record_resumes_at_the_first_after_it_in_order(
    rows: list[Row], order: Order, data: st.DataObject
) -> None:
    begun = Pass(Plan("all", order), rows)
    if not rows:
        return
    at = data.draw(st.integers(0, len(rows) - 1))
    left = begun.mark(begun.records[at])
    rest = Pass(Plan("all", order), [one for one in rows if one.record != left.record])
    following = begun.records[at + 1 : at + 2] or begun.records[:1]
    assert rest.resume(left) == (following[0] if len(rows) > 1 else None)
