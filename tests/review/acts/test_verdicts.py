"""Acting on saved records: verdicts, withdrawals, conflicts, old revisions. One act is stored in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.base.moments import END, LAST_YEAR
from app.errors import UsageError
from app.records.events import Retraction, Revision, Verdict, make_review, make_revision
from app.records.history.light import Event
from app.review.acts.undo import redo, undo
from app.store.signer import moment
from tests.memory import MemoryStore, give, judge, says, state
from tests.store.events import block, comment, record_id, retraction, review, revision

R = record_id(1)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def in_conflict(store: MemoryStore, *texts: str) -> list[Revision]:
    base = revision(user="base")
    heads = [revision(second=n, parents=(base,), user=text, by=f"p{n}") for n, text in enumerate(texts, 1)]
    store.append("t", [base, *heads])
    assert state(store, R).status == "conflict"
    return heads


def test_a_verdict_is_given_with_its_note_and_taken_back(store: MemoryStore) -> None:
    store.append("t", [revision()])
    ada = judge(store)
    give(ada, R, "return", "say why")
    assert [(v.verdict, v.note, v.by) for v in state(store, R).verdicts] == [("return", "say why", "ada")]
    give(ada, R, "clear")
    assert state(store, R).status == "submitted"
    with pytest.raises(UsageError, match="no verdict of yours"):
        give(ada, R, "clear")
    give(ada, R, "accept")
    assert state(store, R).status == "accepted"


def test_the_latest_verdict_counts_though_the_clock_went_back(store: MemoryStore) -> None:
    first = revision()
    ahead = datetime.now(UTC) + timedelta(hours=2)
    early = make_review(record=R, by="ada", revision=first.id, verdict="reject", at=ahead)
    store.append("t", [first, early])
    give(judge(store), R, "accept")
    assert state(store, R).status == "accepted"


# -- who may judge, and what


def made_by(store: MemoryStore, by: str) -> str:
    """A record's text by that person; its id."""
    store.append("t", [revision(by=by), revision(2, by="cy")])
    return state(store, R).heads[0].id


VERDICTS: tuple[Verdict, ...] = ("accept", "return", "reject")


@pytest.mark.parametrize("verdict", VERDICTS)
def test_nobody_judges_their_own_text_alone_or_among_many(store: MemoryStore, verdict: Verdict) -> None:
    """`own-goes-round`: the command line and the list of records accepted what their author had written."""
    made_by(store, "bob")
    bob = judge(store, "bob", own=False)
    count = len(store.appends)
    with pytest.raises(UsageError, match="is yours, and in this project nobody judges their own"):
        give(bob, R, verdict)
    with pytest.raises(UsageError, match=r"1 of 2 records .* is yours"):
        bob.verdicts([(name, state(store, name).heads[0].id) for name in (R, record_id(2))], verdict)
    assert len(store.appends) == count
    assert give(judge(store, "ada", own=False), R, verdict).verdict == verdict
    assert give(judge(store, "bob", own=True), R, verdict).verdict == verdict


def test_a_verdict_on_ones_own_is_taken_back_but_not_given_again(store: MemoryStore) -> None:
    """As where the rule came later than the verdict."""
    made_by(store, "bob")
    give(judge(store, "bob"), R, "return", "by the old rule")
    give(judge(store, "bob"), R, "accept")
    bob = judge(store, "bob", own=False)
    with pytest.raises(UsageError, match="is yours"):
        undo(bob)  # it would give the return again
    assert give(bob, R, "clear").verdict == "clear"
    assert state(store, R).verdicts == ()
    undo(judge(store, "bob"))
    undo(judge(store, "bob"))
    with pytest.raises(UsageError, match="is yours"):
        redo(bob)


def test_a_text_stays_its_authors_whoever_puts_it_there_again(store: MemoryStore) -> None:
    made_by(store, "bob")
    eve, bob, cy = (judge(store, by, own=False) for by in ("eve", "bob", "cy"))
    eve.edit(R, "Better.", "Because.")
    with pytest.raises(UsageError, match="is yours"):
        give(eve, R, "accept")
    undo(eve)  # what stands there is by her hand, and says what bob wrote
    with pytest.raises(UsageError, match="is yours"):
        give(bob, R, "accept")
    assert give(eve, R, "accept").by == "eve"
    cy.withdraw(R)
    cy.restore(R)
    with pytest.raises(UsageError, match="is yours"):
        give(bob, R, "reject")


def test_of_a_conflict_kept_as_two_nobody_judges_what_they_wrote(store: MemoryStore) -> None:
    in_conflict(store, "a", "b")  # by p1 and p2
    (new,) = judge(store, "eve", own=False).keep_both(R)
    for by, record in (("p1", R), ("p2", new), ("eve", new)):
        with pytest.raises(UsageError, match="is yours"):
            give(judge(store, by, own=False), record, "accept")
    assert give(judge(store, "p1", own=False), new, "accept").verdict == "accept"


def test_where_what_was_kept_came_from_is_not_here_whoever_signed_is_the_author(store: MemoryStore) -> None:
    store.append(
        "t", [make_revision(record=R, by="eve", block=block(), user="a", think="b", origin="e" * 64)]
    )
    with pytest.raises(UsageError, match="is yours"):
        give(judge(store, "eve", own=False), R, "accept")
    assert give(judge(store, "bob", own=False), R, "accept").verdict == "accept"


class Racing(MemoryStore):
    """Somebody else's events come just before the first append, as another process's do."""

    def __init__(self, *events: Event) -> None:
        super().__init__()
        self.others = events

    def append(self, topic: str, events: Sequence[Event], check: Callable[[], None] | None = None) -> None:
        if check is not None and self.others:
            self.appends.append(self.others)
            self.others = ()
        super().append(topic, events, check)


FIRST = revision()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            revision(second=5, parents=(FIRST,), by="cy", user="Another."),
            "does not say that any more: cy saved",
        ),
        (retraction((FIRST,), 5, "cy"), "is retracted"),
        (revision(second=5, by="cy", user="Beside it."), "is conflict"),
    ],
)
def test_what_comes_between_the_look_and_the_append_stops_a_verdict(other: Event, said: str) -> None:
    """`newest-is-judged`: a verdict was given to whatever was the newest when it was stored."""
    for many in (False, True):
        store = Racing(other)
        store.appends.append((FIRST,))
        bob = judge(store, "bob")
        with pytest.raises(UsageError, match=said):
            bob.verdicts([(R, FIRST.id)], "accept") if many else bob.accept(R, FIRST.id)
        assert store.appends == [(FIRST,), (other,)]


def test_a_verdict_names_what_was_shown_though_the_head_says_the_same_under_another_name(
    store: MemoryStore,
) -> None:
    shown = made_by(store, "bob")
    judge(store, "bob").edit(R, "Better.", "Because.")
    undo(judge(store, "bob"))
    assert state(store, R).heads[0].id != shown
    assert judge(store, "eve").accept(R, shown).revision == shown
    assert state(store, R).status == "accepted"


# -- when


def test_what_a_person_does_is_later_than_all_that_is_known_of_them(store: MemoryStore) -> None:
    """`undo-wrong-act`: by the clock, an act stood before one of the other machine, which was ahead."""
    first = revision(by="bob")
    ahead = datetime.now(UTC) + timedelta(minutes=40)
    store.append("t", [first, revision(2, by="cy")])
    stray = make_review(record=record_id(7), by="bob", revision="a" * 64, verdict="accept", at=ahead)
    late: list[Event] = [stray, comment(first, "hm", by="bob")]
    store.append("t", late)
    bob = judge(store, "bob")
    made: list[Event] = [give(bob, R, "accept"), bob.comment(R, "flag")]
    made += [
        bob.edit(R, "Better.", "Because."),
        *bob.verdicts([(record_id(2), revision(2, by="cy").id)], "accept"),
    ]
    assert [event.at > before.at for before, event in pairwise([stray, *made])] == [True] * 4
    assert give(judge(store, "ada"), R, "accept").at < ahead  # of others nothing is told by it


@pytest.mark.parametrize("year", [LAST_YEAR, 9999])
def test_a_time_at_the_end_of_all_keeps_nobody_from_working(year: int) -> None:
    at = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    assert moment(at) < datetime(2199, 1, 1, tzinfo=UTC)


def test_whatever_time_an_event_can_be_of_the_next_one_is_later_as_long_as_there_is_one() -> None:
    """The last year used to be one that events may be of, and one that nobody's next event was put behind."""
    for at in (datetime(LAST_YEAR, 6, 1, tzinfo=UTC), END - timedelta(milliseconds=2)):
        assert at < moment(at) < END


def test_every_event_of_an_act_names_it_and_no_other_does(store: MemoryStore) -> None:
    in_conflict(store, "a", "b")
    eve = judge(store, "eve")
    (new,) = eve.keep_both(R)
    eve.verdicts([(name, state(store, name).heads[0].id) for name in (R, new)], "accept")
    eve.verdicts([(name, state(store, name).heads[0].id) for name in (R, new)], "reject")
    undo(eve)
    undo(eve)
    redo(eve)
    acts = [{event.act for event in stored} for stored in store.appends[1:]]
    assert [len(act) for act in acts] == [1] * 6
    assert len(set.union(*acts)) == 6 and None not in set.union(*acts)


def test_no_two_acts_share_a_moment() -> None:
    moments = [moment() for _ in range(50)]
    assert len(set(moments)) == 50
    assert moments == sorted(moments)
    later = moments[-1] + timedelta(days=1)
    assert moment(later) > later
    assert moment() < later


@pytest.mark.parametrize(("withdrawn", "said"), [(False, "settle the conflict"), (True, "restore it first")])
def test_there_is_no_verdict_on_what_is_not_one_text(store: MemoryStore, withdrawn: bool, said: str) -> None:
    in_conflict(store, "a", "b")
    if withdrawn:
        judge(store).withdraw(R)
    with pytest.raises(UsageError, match=said):
        give(judge(store), R, "accept")


def test_settling_takes_one_text_and_replaces_every_head(store: MemoryStore) -> None:
    heads = in_conflict(store, "a", "b", "c")
    event = judge(store).settle(R, heads[1].id)
    assert says(store, R) == ["b"]
    assert isinstance(event, Revision)
    assert set(event.parents) == {head.id for head in heads}
    assert event.by == "ada"


def test_settling_with_a_withdrawal_withdraws(store: MemoryStore) -> None:
    base = revision(user="base")
    gone = retraction((base,), 1)
    store.append("t", [base, gone, revision(second=2, parents=(base,), user="b")])
    assert state(store, R).status == "conflict"
    assert isinstance(judge(store).settle(R, gone.id), Retraction)
    assert state(store, R).status == "retracted"


def test_settled_alike_by_two_at_once_it_is_settled_and_the_next_text_replaces_both(
    store: MemoryStore,
) -> None:
    heads = in_conflict(store, "a", "b")
    other = MemoryStore()
    other.appends = list(store.appends)
    judge(store, "ada").settle(R, heads[0].id)
    judge(other, "bob").settle(R, heads[0].id)
    store.appends += other.appends[1:]
    assert says(store, R) == ["a", "a"]
    assert state(store, R).status == "submitted"
    with pytest.raises(UsageError, match="not in conflict"):
        judge(store).settle(R, state(store, R).parents[1])
    give(judge(store), R, "accept")
    assert state(store, R).status == "accepted"
    judge(store).bring_back(R, heads[1].id)
    assert says(store, R) == ["b"]


def test_a_conflict_of_one_text_and_a_withdrawal_is_not_kept_as_two_records(store: MemoryStore) -> None:
    base = revision(user="base")
    store.append("t", [base, retraction((base,), 1), revision(second=2, parents=(base,), user="b")])
    with pytest.raises(UsageError, match="one text only"):
        judge(store).keep_both(R)


def test_what_a_record_says_by_another_revision_need_not_be_brought_back(store: MemoryStore) -> None:
    first = revision(user="one")
    store.append("t", [first, revision(second=1, parents=(first,), user="two")])
    judge(store).bring_back(R, first.id)
    with pytest.raises(UsageError, match="says just that already"):
        judge(store).bring_back(R, first.id)


def test_a_settlement_holds_after_merging_back_and_forth(store: MemoryStore) -> None:
    heads = in_conflict(store, "a", "b")
    other = MemoryStore()
    other.appends = list(store.appends)
    judge(store).settle(R, heads[0].id)
    for _ in range(2):
        other.appends += store.appends
        store.appends += other.appends
    assert says(store, R) == says(other, R) == ["a"]


def test_keeping_both_makes_records_that_know_where_they_come_from(store: MemoryStore) -> None:
    heads = in_conflict(store, "a", "b", "c", "b")
    made = judge(store).keep_both(R)
    assert says(store, R) == ["a"]
    assert [says(store, new) for new in made] == [["b"], ["c"]]
    stored = store.appends[-1]
    assert len(stored) == 3
    assert {event.at for event in stored} == {stored[0].at}
    assert {event.by for event in stored} == {"ada"}
    origins = [event.origin for event in stored if isinstance(event, Revision)]
    assert origins == [None, heads[1].id, heads[2].id]
    assert len(set(made)) == 2


@pytest.mark.parametrize("act", ["settle", "keep_both"])
def test_without_a_conflict_there_is_nothing_to_settle(store: MemoryStore, act: str) -> None:
    only = revision()
    store.append("t", [only])
    with pytest.raises(UsageError, match="not in conflict"):
        judge(store).settle(R, only.id) if act == "settle" else judge(store).keep_both(R)
    assert len(store.appends) == 1


def test_only_a_head_can_win(store: MemoryStore) -> None:
    in_conflict(store, "a", "b")
    with pytest.raises(UsageError, match="not one of the texts in conflict"):
        judge(store).settle(R, revision(user="base").id)


def test_an_old_revision_comes_back_on_top_of_all_heads(store: MemoryStore) -> None:
    in_conflict(store, "a", "b")
    event = judge(store).bring_back(R, revision(user="base").id)
    assert says(store, R) == ["base"]
    assert len(event.parents) == 2


def test_an_old_revision_comes_back_to_a_withdrawn_record(store: MemoryStore) -> None:
    base = revision(user="base")
    store.append("t", [base, revision(second=1, parents=(base,), user="new")])
    judge(store).withdraw(R)
    judge(store).bring_back(R, base.id)
    assert says(store, R) == ["base"]


def test_what_cannot_be_brought_back_is_told(store: MemoryStore) -> None:
    only = revision()
    store.append("t", [only, review(only, second=1)])
    for wanted, said in (
        (only.id, "says just that"),
        (review(only, second=1).id, "no revision"),
        ("ff", "no revision"),
    ):
        with pytest.raises(UsageError, match=said):
            judge(store).bring_back(R, wanted)
    with pytest.raises(UsageError, match="no record"):
        judge(store).bring_back(record_id(9), only.id)


def test_a_record_whose_text_another_copy_has_is_not_restored(store: MemoryStore) -> None:
    store.append("t", [retraction((revision(),))])
    with pytest.raises(UsageError, match="is not in this journal"):
        judge(store).restore(R)
    assert len(store.appends) == 1


@pytest.mark.parametrize("act", ["restore", "keep_both"])
def test_a_refusal_names_no_status_that_a_verdict_made(store: MemoryStore, act: str) -> None:
    only = revision()
    store.append("t", [only])
    refusals = set()
    verdicts: tuple[Verdict, ...] = ("accept", "return", "reject")
    for verdict in verdicts:
        give(judge(store, "bob"), R, verdict, "because")
        with pytest.raises(UsageError) as refused:
            getattr(judge(store), act)(R)
        refusals.add(str(refused.value))
    assert len(refusals) == 1


def test_withdrawing_and_restoring(store: MemoryStore) -> None:
    store.append("t", [revision(user="a")])
    with pytest.raises(UsageError, match="not withdrawn"):
        judge(store).restore(R)
    judge(store).withdraw(R, "twice there")
    with pytest.raises(UsageError, match="withdrawn already"):
        judge(store).withdraw(R)
    judge(store).restore(R)
    assert says(store, R) == ["a"]
