"""What a reviewer does besides judging one record: judging many, commenting, editing; and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.errors import UsageError
from app.records.events import (
    Comment,
    Effort,
    Place,
    Review,
    Revision,
    Waiver,
    make_comment,
    make_revision,
)
from app.records.history.light import Event
from app.review.acts.undo import redo, undo, undo_target
from tests.answers import answered
from tests.memory import MemoryStore, give, judge, says, state
from tests.store.events import block, record_id, review, revision

R = record_id(1)


@pytest.fixture
def store() -> MemoryStore:
    found = MemoryStore()
    found.append("t", [revision(number, user=f"Write {number}.") for number in (1, 2, 3)])
    return found


def last(store: MemoryStore) -> tuple[Event, ...]:
    return store.appends[-1]


def in_force(store: MemoryStore, record: str = R) -> list[tuple[str, str]]:
    return [(one.about, one.note) for one in judge(store).ledger().comments.of(record)]


def read(store: MemoryStore, *numbers: int) -> list[tuple[str, str]]:
    """Records with the revision that a person has read."""
    return [(record_id(number), state(store, record_id(number)).parents[0]) for number in numbers]


# A verdict on what was read.


def test_a_verdict_keeps_its_reading_time_and_undoing_reads_nothing_anew(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    assert give(bob, R, "accept", seconds=41).reading_seconds == 41
    undo(bob)
    redo(bob)
    seconds = [e.reading_seconds for stored in store.appends for e in stored if isinstance(e, Review)]
    assert seconds == [41, 0, 0]


def test_a_verdict_on_a_text_that_was_replaced_meanwhile_is_refused(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    ((_, seen),) = read(store, 1)
    judge(store).edit(R, "Write one.", "Because.")
    count = len(store.appends)
    with pytest.raises(UsageError, match="does not say that any more: ada saved it"):
        bob.verdict(R, "accept", revision=seen)
    assert len(store.appends) == count
    undo(judge(store))  # the text is there again, as another revision
    assert bob.verdict(R, "accept", revision=seen).verdict == "accept"


# Many at once.


def test_a_verdict_on_many_is_one_append_of_one_moment_and_undone_as_one(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    given = bob.verdicts(read(store, 1, 2, 3), "accept", "fine")
    assert last(store) == given
    assert len({event.at for event in given}) == 1
    assert [state(store, record_id(n)).status for n in (1, 2, 3)] == ["accepted"] * 3
    done = undo(bob)
    assert [state(store, record_id(n)).status for n in (1, 2, 3)] == ["submitted"] * 3
    assert len(last(store)) == len({event.record for event in done.events}) == 3
    redo(bob)
    assert [state(store, record_id(n)).status for n in (1, 2, 3)] == ["accepted"] * 3
    assert {event.note for event in last(store) if isinstance(event, Review)} == {"fine"}


def test_many_verdicts_are_told_by_their_number(store: MemoryStore) -> None:
    store.append("t", [revision(4)])
    judge(store, "bob").verdicts(read(store, 1, 2, 3, 4), "reject")
    target = undo_target(judge(store).ledger(), "bob")
    assert target is not None
    assert target.text.startswith("rejected 4 records (")


def test_a_record_named_twice_is_judged_once_and_none_at_all_writes_nothing(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    assert len(bob.verdicts([*read(store, 1), *read(store, 1)], "accept")) == 1
    count = len(store.appends)
    assert bob.verdicts([], "accept") == ()
    assert len(store.appends) == count


def test_one_record_that_cannot_be_judged_stops_all(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    wanted = read(store, 1, 2, 3)
    judge(store).edit(record_id(2), "Write two.", "Because.")
    judge(store).withdraw(record_id(3))
    count = len(store.appends)
    with pytest.raises(UsageError, match="2 of 3 records") as refusal:
        bob.verdicts(wanted, "accept")
    assert record_id(2) in refusal.value.what and record_id(3) in refusal.value.what
    assert len(store.appends) == count


def test_undoing_many_leaves_those_that_moved_on_and_says_so(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    bob.verdicts(read(store, 1, 2, 3), "accept")
    judge(store).edit(record_id(2), "Write two.", "Because.")
    done = undo(bob)
    assert done.left == (record_id(2),)
    assert done.text.endswith(f"but not all: {record_id(2)} has moved on")
    assert [state(store, record_id(n)).status for n in (1, 3)] == ["submitted"] * 2
    redo(bob)
    assert [state(store, record_id(n)).status for n in (1, 2, 3)] == ["accepted", "submitted", "accepted"]


def test_a_later_verdict_of_ones_own_is_undone_before_the_many(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    bob.verdicts(read(store, 1, 2), "accept")
    give(bob, R, "return", "on second thoughts")
    undo(bob)
    assert [state(store, record_id(n)).status for n in (1, 2)] == ["accepted"] * 2
    undo(bob)
    assert [state(store, record_id(n)).status for n in (1, 2)] == ["submitted"] * 2


def test_verdicts_of_one_moment_that_say_different_things_are_different_acts() -> None:
    first, second = revision(1), revision(2)
    found = MemoryStore()
    found.append("t", [first, second, review(first, "accept", 5), review(second, "return", 5)])
    target = undo_target(judge(found).ledger(), "bob")
    assert target is not None
    assert len(target.events) == 1


# Comments.


def test_comments_flags_and_answers_are_said_and_change_no_status(store: MemoryStore) -> None:
    bob, ada = judge(store, "bob"), judge(store)
    asked = bob.comment(R, "note", "  Why seven?\n", Place(field="user", start=0, end=5))
    bob.comment(R, "flag")
    verdict = give(bob, R, "return")
    ada.comment(R, "answer", "A prime.", answers=asked.id)
    ada.comment(R, "answer", answers=verdict.id)
    assert in_force(store) == [
        ("note", "Why seven?"),
        ("flag", ""),
        ("answer", "A prime."),
        ("answer", ""),
    ]
    assert answered(ada.ledger(), R) == {asked.id, verdict.id}
    assert state(store, R).status == "returned"
    assert asked.revision == state(store, R).parents[0]


def test_a_comment_can_speak_of_an_older_revision(store: MemoryStore) -> None:
    ((_, seen),) = read(store, 1)
    judge(store).edit(R, "Write one.", "Because.")
    assert judge(store, "bob").comment(R, "note", "Why?", revision=seen).revision == seen


@pytest.mark.parametrize(
    ("say", "said"),
    [
        (lambda j: j.comment(record_id(9), "flag"), "no record"),
        (lambda j: j.comment(R, "note", " \n"), "without words"),
        (lambda j: j.comment(R, "note", "x" * 10_001), "10,001 characters"),
        (lambda j: j.comment(R, "note", "\ud800"), "cannot be kept"),
        (lambda j: j.comment(R, "flag", answers="a" * 64), "an answer, and nothing else"),
        (lambda j: j.comment(R, "answer", "why"), "an answer, and nothing else"),
        (lambda j: j.comment(R, "answer", "why", answers="a" * 64), "no comment or verdict aaaaaaaaaaaa"),
        (lambda j: j.comment(R, "flag", place=Place(field="user", start=0, end=99)), "no part of user"),
        (lambda j: j.comment(R, "flag", place=Place(field="user", start=3, end=2)), "no part of user"),
        (lambda j: j.comment(R, "flag", revision="a" * 64), "no revision aaaaaaaaaaaa"),
        (lambda j: j.withdraw_comment(record_id(9)), "no comment"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nothing_is_stored(
    store: MemoryStore, say: Callable[..., object], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        say(judge(store))
    assert len(store.appends) == 1


def test_who_made_a_comment_takes_it_back_and_nobody_else(store: MemoryStore) -> None:
    said = judge(store, "bob").comment(R, "note", "Why?")
    with pytest.raises(UsageError, match="by bob"):
        judge(store).withdraw_comment(said.comment)
    gone = judge(store, "bob").withdraw_comment(said.comment)
    assert (gone.comment, gone.note, gone.withdrawn) == (said.comment, "Why?", True)
    assert in_force(store) == []
    with pytest.raises(UsageError, match="taken back already"):
        judge(store, "bob").withdraw_comment(said.comment)
    with pytest.raises(UsageError, match="may have been taken back"):
        judge(store).comment(R, "answer", answers=said.id)


def test_a_comment_is_undone_and_done_again_and_so_is_its_withdrawal(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    said = bob.comment(R, "note", "Why?")
    done = undo(bob)
    assert done.text.startswith(f"undone: commented on {R} (")
    assert done.records == (R,)
    assert in_force(store) == []
    redo(bob)
    assert in_force(store) == [("note", "Why?")]
    bob.withdraw_comment(said.comment)
    assert "took back: commented on" in undo(bob, R).text
    assert in_force(store) == [("note", "Why?")]
    redo(bob, R)
    assert in_force(store) == []
    (event,) = last(store)
    assert isinstance(event, Comment)
    assert event.comment == said.comment


def test_a_comment_and_a_verdict_are_undone_in_turn_and_by_record(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    give(bob, R, "return", "see there")
    bob.comment(R, "note", "Here.")
    bob.comment(record_id(2), "flag")
    undo(bob, R)
    assert in_force(store) == [] and state(store, R).status == "returned"
    undo(bob, R)
    assert state(store, R).status == "submitted"
    assert in_force(store, record_id(2)) == [("flag", "")]


def test_a_comment_on_a_record_that_is_not_here_is_undone_all_the_same(store: MemoryStore) -> None:
    elsewhere = MemoryStore()
    elsewhere.append("t", [revision(7)])
    said = judge(elsewhere, "bob").comment(record_id(7), "flag", "see")
    store.append("t", [said])
    undo(judge(store, "bob"))
    assert in_force(store, record_id(7)) == []


def test_an_answer_stands_after_what_it_answers_though_a_clock_went_ahead(store: MemoryStore) -> None:
    asked = judge(store, "bob").comment(R, "note", "Why?")
    ahead = make_comment(
        record=R,
        by="bob",
        comment=asked.comment,
        revision=asked.revision,
        about="note",
        note="Why then?",
        at=asked.at + timedelta(days=1),
    )
    store.append("t", [ahead])
    answer = judge(store).comment(R, "answer", answers=ahead.id)
    assert answer.at > ahead.at


# Edits.


def test_an_edit_takes_code_and_waivers_along_and_is_undone_like_any_save(store: MemoryStore) -> None:
    waiver = Waiver(code="BS403", reason="the topic is about names")
    base = make_revision(record=record_id(5), by="ada", block=block(), user="a", think="b", waivers=[waiver])
    store.append("t", [base])
    bob = judge(store, "bob")
    made = bob.edit(record_id(5), "a\r\nb \n", "c", Effort(typed=3), revision=base.id)
    assert (made.user, made.think, made.by, made.parents) == ("a\nb", "c", "bob", (base.id,))
    assert (made.block, made.waivers, made.effort.typed) == (base.block, (waiver,), 3)
    undo(bob)
    assert says(store, record_id(5)) == ["a"]
    redo(bob)
    assert says(store, record_id(5)) == ["a\nb"]


def test_an_edit_stands_on_all_heads_where_two_say_the_same(store: MemoryStore) -> None:
    base = revision(5)
    twins = [revision(5, second, (base,), by, "same") for second, by in ((1, "ada"), (2, "cy"))]
    store.append("t", [base, *twins])
    made = judge(store, "bob").edit(record_id(5), "better", "Because.")
    assert set(made.parents) == {twin.id for twin in twins}


def test_an_edit_that_says_the_same_or_has_no_one_text_to_change_is_refused(store: MemoryStore) -> None:
    bob = judge(store, "bob")
    text = bob.text(state(store, R).parents[0])
    with pytest.raises(UsageError, match="says just that already"):
        bob.edit(R, text.user + "\n", text.think)
    with pytest.raises(UsageError, match="does not say that any more"):
        bob.edit(R, "x", "y", revision="a" * 64)
    bob.withdraw(R)
    with pytest.raises(UsageError, match="no one revision to edit"):
        bob.edit(R, "x", "y")
    first = revision(2, user="Write 2.")
    heads: list[Revision] = [revision(2, n, (first,), f"p{n}", f"text {n}") for n in (1, 2)]
    store.append("t", heads)
    with pytest.raises(UsageError, match="is conflict"):
        bob.edit(record_id(2), "x", "y")
