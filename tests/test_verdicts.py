"""Acting on saved records: verdicts, withdrawals, conflicts, old revisions. One act is stored in one piece."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import UsageError
from app.records import Retraction, Revision, Verdict, make_review
from app.verdicts import moment
from tests.memory import MemoryStore, judge, says, state
from tests.store.events import record_id, retraction, review, revision

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
    ada.verdict(R, "return", "say why")
    assert [(v.verdict, v.note, v.by) for v in state(store, R).verdicts] == [("return", "say why", "ada")]
    ada.verdict(R, "clear")
    assert state(store, R).status == "submitted"
    with pytest.raises(UsageError, match="no verdict of yours"):
        ada.verdict(R, "clear")
    ada.accept(R)
    assert state(store, R).status == "accepted"


def test_the_latest_verdict_counts_though_the_clock_went_back(store: MemoryStore) -> None:
    first = revision()
    ahead = datetime.now(UTC) + timedelta(hours=2)
    early = make_review(record=R, by="ada", revision=first.id, verdict="reject", at=ahead)
    store.append("t", [first, early])
    judge(store).accept(R)
    assert state(store, R).status == "accepted"


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
        judge(store).accept(R)


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
    judge(store).accept(R)
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
        judge(store, "bob").verdict(R, verdict, "because")
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
