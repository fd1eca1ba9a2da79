"""What one person may see: rows of records, and that a hidden verdict leaves no trace in anything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.events import Retraction, Review, Verdict, make_review
from app.records.filters.language import parse
from app.records.filters.row import Facts, Row
from app.records.filters.rows import Views, row_of
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from app.records.history.summary import Summary
from app.records.history.viewpoint import Viewer, viewpoint
from app.review.passes import ORDERS, SECTIONS, Pass, Plan
from tests.store.events import moment, record_id, retraction, review, revision
from tests.store.strategies import topics

ANN = Viewer("ann", blind=True)


def rows_of(events: list[Event], viewer: Viewer, needed: int = 1) -> list[Row]:
    return [row_of(state, viewer, "practice") for state in Ledger(events, needed).records]


def only(events: list[Event], viewer: Viewer = ANN) -> Row:
    (row,) = rows_of(events, viewer)
    return row


def test_a_row_tells_what_the_record_says_now() -> None:
    first = revision(second=1)
    second = revision(second=2, parents=(first,), user="Write  a longer\npause.")
    row = only([first, second, review(second, "return", 3, "cleo")], Viewer("ada"))
    assert (row.record, row.topic, row.status, row.revisions) == (record_id(1), "practice", "returned", 2)
    assert (row.title, row.path, row.opening) == ("pause", "src/a.rs", "Write a longer pause.")
    assert (row.by, row.at, row.revision) == ("ada", moment(2), second.id)
    assert row.texts == row.parents == (second.id,)
    assert row.reviewers == (("cleo", "return"),)
    assert row.mine and row.returned_to_me and not row.judged and not row.stale


def test_an_edit_that_its_reviewer_took_back_leaves_the_author_their_own_text() -> None:
    first = revision(second=1)
    edit = revision(second=2, parents=(first,), user="Edited.", by="cleo")
    back = revision(second=3, parents=(edit,), by="cleo")
    assert (only([first, edit], Viewer("ada")).mine, only([first, edit], Viewer("cleo")).mine) == (
        False,
        True,
    )
    row = only([first, edit, back], Viewer("ada"))
    assert row.mine and not Plan().holds(row)
    assert only([first, edit, back], Viewer("cleo")).mine
    assert not only([first, edit, back], Viewer("dov")).mine


def test_of_a_conflict_each_text_counts_and_of_twins_one() -> None:
    first = revision()
    ours, theirs = (
        revision(second=1, parents=(first,), user="a"),
        revision(second=2, parents=(first,), user="b"),
    )
    row = only([first, ours, theirs])
    assert row.status == "conflict"
    assert set(row.texts) == set(row.parents) == {ours.id, theirs.id}
    twin = revision(second=2, parents=(first,), user="a")
    row = only([first, ours, twin])
    assert (row.status, len(row.texts), len(row.parents)) == ("submitted", 1, 2)


def test_a_record_of_which_only_its_withdrawal_is_known_has_a_row() -> None:
    row = only([retraction((revision(),))])
    assert (row.status, row.revisions, row.texts) == ("retracted", 0, ())


def test_blind_one_sees_others_verdicts_after_ones_own() -> None:
    text = revision(by="ada")
    others: list[Event] = [text, review(text, "reject", 1, "bob"), review(text, "accept", 2, "cy")]
    assert only(others).reviewers == ()
    assert only(others).status == "submitted"
    judged = [*others, review(text, "accept", 3, "ann")]
    assert len(only(judged).reviewers) == 3
    assert only(judged).status == "rejected"
    cleared = [*judged, review(text, "clear", 4, "ann")]
    assert only(cleared).reviewers == ()
    assert len(only(others, Viewer("ann")).reviewers) == 2


def test_a_verdict_on_an_earlier_text_opens_only_that_text() -> None:
    first = revision(by="ada")
    second = revision(by="ada", second=2, parents=(first,), user="Another.")
    events: list[Event] = [
        first,
        second,
        review(first, "return", 1, "ann"),
        review(second, "reject", 3, "bob"),
    ]
    row = only(events)
    assert (row.status, row.reviewers, row.stale) == ("submitted", (), True)


def test_blind_authors_see_what_is_said_of_their_texts_unless_people_judge_their_own() -> None:
    text = revision(by="ada")
    events: list[Event] = [text, review(text, "return", 1, "bob")]
    assert only(events, Viewer("ada", blind=True)).returned_to_me
    assert not only(events, Viewer("ada", blind=True, judges_own=True)).returned_to_me


@pytest.mark.parametrize("verdict", ["accept", "return", "reject"])
def test_a_text_is_stale_where_only_an_earlier_one_was_judged(verdict: Verdict) -> None:
    first = revision(by="ada")
    second = revision(by="ada", second=2, parents=(first,), user="Another.")
    given_first: list[Event] = [first, review(first, verdict, 1, "bob")]
    assert not only(given_first, Viewer("bob")).stale
    assert only([*given_first, second], Viewer("bob")).stale
    assert only([*given_first, second], Viewer("cy")).stale
    again = [*given_first, second, review(second, "accept", 3, "cy")]
    assert only(again, Viewer("bob")).stale
    assert not only(again, Viewer("cy")).stale
    assert not only(again, Viewer("dov")).stale
    taken_back = [*given_first, review(first, "clear", 2, "bob"), second]
    assert not only(taken_back, Viewer("bob")).stale


def test_a_verdict_after_little_reading_is_brief() -> None:
    text = revision()
    read = {"bob": 2.0, "cy": 60.0}
    viewer = Viewer("ann", brief=10, reading=lambda one: read.get(one.by))
    assert only([text, review(text, by="bob")], viewer).brief
    assert not only([text, review(text, by="cy")], viewer).brief
    assert not only([text, review(text, by="dov")], viewer).brief


def test_a_row_stays_the_same_object_until_something_that_may_be_seen_changes() -> None:
    text, other = revision(1), revision(2)
    facts = {text.id: Facts()}
    views = Views("practice", ANN, lambda name: facts.get(name, Facts()))
    ledger = Ledger([text, other])
    before = list(views.rows(ledger.records))
    ledger.add([review(text, "reject", 1, "bob")])
    after = views.rows(ledger.records)
    assert after[0] is before[0] and after[1] is before[1]
    facts[text.id] = Facts(("BS409",), 0, 1)
    assert views.rows(ledger.records)[0].facts.warnings == 1
    ledger.add([review(other, "accept", 1, "ann")])
    assert views.rows(ledger.records)[1].status == "accepted"


def test_rows_are_found_by_record_and_drafts_come_last() -> None:
    ledger = Ledger([revision(number) for number in range(5)])
    rows = Views("practice", ANN).rows(ledger.records, [Row("X", status="draft")])
    assert len(rows) == 6
    assert [rows.place(row.record) for row in rows] == list(range(6))
    assert rows.place("nothing") is None
    assert rows[-1].record == "X" and rows[-2].record == record_id(4)
    assert [row.record for row in rows[4:]] == [record_id(4), "X"]
    with pytest.raises(IndexError):
        rows[6]


# -- blind mode, by construction


def hidden_from(events: list[Event], viewer: Viewer) -> list[Review]:
    """Others' verdicts that must leave no trace, told independently of the code under test."""
    texts = {event.id: event for event in events if event.kind == "revision"}

    def says(name: str) -> object:
        text = texts.get(name)
        return (text.user, text.think, text.block) if text is not None else name

    def closed(of: str, record: str) -> bool:
        alike = [t for t in texts.values() if t.record == record and says(t.id) == says(of)]
        kinds = ("revision", "retract", "review")
        there = {event.id for event in events if event.record == record and event.kind in kinds}
        wrote = [text for text in alike if text.by == viewer.me and text.undoes not in there]
        if not viewer.judges_own and wrote:  # whoever only put a text there again did not write it
            return False
        own = [
            event
            for event in events
            if isinstance(event, Review)
            and event.by == viewer.me
            and event.record == record
            and says(event.revision) == says(of)
        ]
        latest = max(own, key=lambda event: (event.at, event.id), default=None)
        return latest is None or latest.verdict == "clear"

    reviews = [event for event in events if isinstance(event, Review)]
    return [one for one in reviews if one.by != viewer.me and closed(one.revision, one.record)]


def everything(events: list[Event], viewer: Viewer) -> object:
    """All that any screen could show or be ordered by."""
    ledger = Ledger(events, 2)
    states = [viewpoint(state, viewer) for state in ledger.records]
    rows = list(Views("practice", viewer).rows(ledger.records))
    passes = [Pass(Plan(section, order), rows) for section, order in product(SECTIONS, ORDERS)]
    found = [
        [parse(text).matches(row) for row in rows]
        for text in ("status:returned", "reviewer:*", "verdict:accept")
    ]
    told = [
        (state.status, state.verdicts, [e.id for e in state.history], sorted(state.events), state.parents)
        for state in states
    ]
    return told, rows, [(one.records, one.open) for one in passes], found


viewers = st.builds(
    Viewer, me=st.sampled_from(["ada", "bob", "zoe"]), blind=st.just(True), judges_own=st.booleans()
)


@given(topics(), viewers)
def test_blind_ledgers_that_differ_only_in_others_hidden_verdicts_look_the_same(
    events: list[Event], viewer: Viewer
) -> None:
    hidden = hidden_from(events, viewer)
    without = [event for event in events if event not in hidden]
    turned = [
        make_review(
            record=one.record, by="someone", revision=one.revision, verdict="reject", note="no!", at=moment(9)
        )
        for one in hidden
    ]
    seen = everything(without, viewer)
    assert everything(events, viewer) == seen
    assert everything([*turned, *without], viewer) == seen


@given(topics(), viewers)
def test_blind_nothing_but_others_hidden_verdicts_is_left_out(events: list[Event], viewer: Viewer) -> None:
    hidden = {event.id for event in hidden_from(events, viewer)}
    for state in Ledger(events).records:
        assert set(viewpoint(state, viewer).events) == set(state.events) - hidden


@given(topics())
def test_where_nobody_is_blind_every_verdict_counts(events: list[Event]) -> None:
    for state in Ledger(events).records:
        assert viewpoint(state, Viewer("ada")) is state
        row = row_of(state, Viewer("ada"))
        assert row.status == state.status
        if state.revision is not None:
            assert sorted(row.reviewers) == sorted((one.by, one.verdict) for one in state.verdicts)
            assert row.revisions == sum(isinstance(event, Summary) for event in state.events.values())
        assert isinstance(state.heads[-1] if state.heads else None, Summary | Retraction | None)
