"""What is said about records: which comments are in force, which are answered, and that statuses do not know."""

from __future__ import annotations

from app.records.history.ledger import Ledger
from tests.answers import answered
from tests.store.events import comment, record_id, review, revision

FIRST = revision(1)
R = FIRST.record


def test_the_latest_of_a_comment_counts_and_a_withdrawn_one_is_not_in_force() -> None:
    said = comment(FIRST, "Why seven?", 1)
    changed = comment(FIRST, "Why not eight?", 2)
    gone = comment(FIRST, "Why not eight?", 3, withdrawn=True)
    assert Ledger([changed, FIRST, said]).comments.of(R) == (changed,)
    ledger = Ledger([gone, changed, FIRST, said])
    assert ledger.comments.of(R) == ()
    assert ledger.comments.named(said.comment) == (gone,)
    assert ledger.comments.about(R) == (said, changed, gone)


def test_comments_stand_in_the_order_of_their_times_and_by_record() -> None:
    late, early = comment(FIRST, "b", 2, number=9001), comment(FIRST, "a", 1, number=9002)
    other = comment(revision(2), "c", 3, number=9003)
    comments = Ledger([late, early, other]).comments
    assert comments.of(R) == (early, late)
    assert comments.of(record_id(2)) == (other,)
    assert comments.events == (early, late, other)


def test_a_comment_changes_no_record_but_names_it() -> None:
    ledger = Ledger([FIRST, review(FIRST)])
    before = ledger.get(R)
    assert ledger.add([comment(FIRST), comment(FIRST)]) == (R,)
    assert ledger.add([comment(FIRST)]) == ()
    assert ledger.get(R) is before
    assert before is not None and (before.status, len(before.history)) == ("accepted", 2)


def test_a_comment_on_a_record_that_is_not_here_is_kept() -> None:
    ledger = Ledger()
    assert ledger.add([comment(FIRST)]) == (R,)
    assert (ledger.ids, ledger.get(R), ledger.strays) == ((), None, ())
    assert ledger.comments.of(R) == (comment(FIRST),)


def test_what_has_an_answer_in_force_is_answered() -> None:
    asked, verdict = comment(FIRST, second=1), review(FIRST, "return", 2)
    answer = comment(FIRST, "", 3, "ada", 9002, "answer", asked.id)
    other = comment(FIRST, "Done.", 4, "ada", 9003, "answer", verdict.id)
    ledger = Ledger([FIRST, asked, verdict])
    assert answered(ledger, R) == frozenset()
    ledger.add([answer, other])
    assert answered(ledger, R) == {asked.id, verdict.id}
    ledger.add([comment(FIRST, "", 5, "ada", 9002, "answer", asked.id, withdrawn=True)])
    assert answered(ledger, R) == {verdict.id}


def test_a_comment_that_was_taken_back_and_given_again_stays_answered() -> None:
    asked = comment(FIRST, second=1)
    answer = comment(FIRST, "", 2, "ada", 9002, "answer", asked.id)
    gone = comment(FIRST, second=3, withdrawn=True)
    again = comment(FIRST, second=4)
    ledger = Ledger([FIRST, asked, answer, gone, again])
    assert ledger.comments.of(R) == (answer, again)
    assert again.id in answered(ledger, R)


def test_a_comment_of_another_record_takes_nothing_back_here() -> None:
    """Only a journal changed by hand has one id in two records."""
    said = comment(FIRST, second=1)
    foreign = comment(revision(2), second=2, withdrawn=True)
    ledger = Ledger([said, foreign])
    assert ledger.comments.of(R) == (said,)
    assert ledger.comments.named(said.comment) == (said, foreign)
