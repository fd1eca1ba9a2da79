"""Undo and redo from the journal alone: any act, any number of times, another machine, and nobody else's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.errors import UsageError
from app.records.events import Review, Revision, Verdict, make_comment, make_review, make_revision
from app.records.history.deeds import Doings
from app.records.history.ledger import Ledger
from app.records.history.light import light
from app.records.history.reversals import ReversalTrail, ThreadTurns
from app.records.history.summary import Summary, summarise
from app.review.acts.undo import redo, redo_target, undo, undo_target
from app.store.protocol import Survey
from app.store.signer import moment
from tests.acting import Acting
from tests.memory import MemoryStore, give, judge, says, state
from tests.store.events import block, comment, record_id, review, revision
from tests.store.events import moment as at

R, OTHER = record_id(1), record_id(2)
Act = Callable[[Acting, str], object]


def save(store: MemoryStore, text: str, by: str = "ada", record: str = R, stale: bool = False) -> str:
    """Save a text on top of what is there; `stale`, on top of what the heads replaced."""
    known = judge(store).ledger().get(record)
    parents = known.parents if known is not None else ()
    if stale and known is not None:
        parents = tuple(p for head in known.heads if not isinstance(head, Review) for p in head.parents)
    event = make_revision(
        record=record, by=by, block=block(), user=text, think="Because.", parents=parents, at=moment()
    )
    store.append("t", [event])
    return event.id


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def in_conflict(store: MemoryStore) -> None:
    save(store, "base")
    save(store, "ada's")
    save(store, "bob's", "bob", stale=True)
    assert state(store, R).status == "conflict"


def test_undoing_a_save_gives_the_text_before_and_names_the_event(store: MemoryStore) -> None:
    save(store, "one")
    second = save(store, "two")
    done = undo(judge(store))
    assert says(store, R) == ["one"]
    (event,) = store.appends[-1]
    assert event.undoes == second == done.target.events[0]
    assert isinstance(event, Revision)
    assert event.parents == (second,)
    assert R in done.text


def test_undoing_a_first_save_withdraws_the_record_and_redoing_brings_it_back(store: MemoryStore) -> None:
    save(store, "one")
    undo(judge(store))
    assert state(store, R).status == "retracted"
    redo(judge(store))
    assert says(store, R) == ["one"]


def test_undo_goes_back_step_by_step_and_redo_forth(store: MemoryStore) -> None:
    for text in ("one", "two", "three"):
        save(store, text)
    seen = []
    for _ in range(3):
        undo(judge(store))
        seen += says(store, R)
    assert seen == ["two", "one", "(withdrawn)"]
    with pytest.raises(UsageError, match="nothing of yours to undo"):
        undo(judge(store))
    seen = []
    for _ in range(3):
        redo(judge(store))
        seen += says(store, R)
    assert seen == ["one", "two", "three"]
    with pytest.raises(UsageError, match="nothing of yours to do again"):
        redo(judge(store))


def test_a_new_act_clears_what_could_be_done_again(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    undo(judge(store))
    save(store, "three")
    assert redo_target(judge(store).ledger(), "ada") is None
    undo(judge(store))
    assert says(store, R) == ["one"]


def test_withdrawing_and_restoring_are_undone(store: MemoryStore) -> None:
    save(store, "one")
    judge(store).withdraw(R, "twice there")
    undo(judge(store))
    assert says(store, R) == ["one"]
    redo(judge(store))
    assert state(store, R).status == "retracted"
    judge(store).restore(R)
    undo(judge(store))
    assert state(store, R).status == "retracted"


def test_a_verdict_undone_gives_the_earlier_one_with_its_note_and_then_none(store: MemoryStore) -> None:
    save(store, "one")
    bob = judge(store, "bob")
    give(bob, R, "return", "too short")
    give(bob, R, "accept")
    assert state(store, R).status == "accepted"
    undo(bob)
    (counted,) = state(store, R).verdicts
    assert (counted.verdict, counted.note) == ("return", "too short")
    undo(bob)
    assert state(store, R).verdicts == ()
    redo(bob)
    assert state(store, R).status == "returned"
    redo(bob)
    assert state(store, R).status == "accepted"


def test_a_save_or_withdrawal_undone_gives_the_verdicts_back_too(store: MemoryStore) -> None:
    save(store, "one")
    give(judge(store, "bob"), R, "accept")
    save(store, "two")
    assert state(store, R).status == "submitted"
    undo(judge(store))
    assert state(store, R).status == "accepted"
    judge(store).withdraw(R)
    undo(judge(store))
    assert state(store, R).status == "accepted"
    redo(judge(store))
    judge(store).restore(R)
    assert state(store, R).status == "accepted"


def test_a_verdict_on_a_text_that_came_back_is_undone_to_the_one_it_had_before(store: MemoryStore) -> None:
    save(store, "one")
    bob = judge(store, "bob")
    give(bob, R, "accept")
    save(store, "two")
    undo(judge(store))
    give(bob, R, "reject", "after all")
    assert state(store, R).status == "rejected"
    undo(bob)
    assert state(store, R).status == "accepted"
    undo(bob)
    assert (state(store, R).status, state(store, R).verdicts) == ("submitted", ())


def test_two_who_undo_the_same_save_at_once_are_in_no_conflict(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    other = MemoryStore()
    other.appends = list(store.appends)
    undo(judge(store))
    undo(judge(other))
    store.appends += other.appends[2:]
    assert says(store, R) == ["one", "one"]
    assert state(store, R).status == "submitted"
    redo(judge(store))
    assert says(store, R) == ["two"]


def test_each_person_undoes_only_their_own(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two", "bob", OTHER)
    undo(judge(store))
    assert state(store, OTHER).status == "submitted"
    assert state(store, R).status == "retracted"


def test_what_someone_built_on_stays_and_the_answer_says_who(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    save(store, "three", "bob\x1b[2J")
    count = len(store.appends)
    with pytest.raises(UsageError, match=r"bob\\x1b\[2J saved it.*\n.*backspan log"):
        undo(judge(store))
    assert len(store.appends) == count


def test_a_verdict_on_a_text_that_was_replaced_stays(store: MemoryStore) -> None:
    save(store, "one", "bob")
    give(judge(store), R, "accept")
    save(store, "two", "bob")
    with pytest.raises(UsageError, match="bob saved"):
        undo(judge(store))


def test_a_redo_after_someone_built_on_the_undone_text_is_refused(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    undo(judge(store))
    save(store, "bob's", "bob")
    with pytest.raises(UsageError, match="bob saved"):
        redo(judge(store))


def test_one_record_can_be_undone_out_of_turn(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    save(store, "other", record=OTHER)
    undo(judge(store), record=R)
    assert says(store, R) == ["one"]
    assert says(store, OTHER) == ["other"]
    target = undo_target(judge(store).ledger(), "ada")
    assert target is not None
    assert target.records == (OTHER,)
    redo(judge(store), record=R)
    assert says(store, R) == ["two"]


def test_undoing_a_settlement_shows_both_texts_again(store: MemoryStore) -> None:
    in_conflict(store)
    judge(store).settle(R, state(store, R).parents[1])
    assert says(store, R) == ["bob's"]
    undo(judge(store))
    assert says(store, R) == ["ada's", "bob's"]
    redo(judge(store))
    assert says(store, R) == ["bob's"]
    undo(judge(store))
    judge(store).settle(R, state(store, R).parents[0])
    assert len(says(store, R)) == 1


def test_below_an_undone_settlement_ones_own_text_can_be_undone_too(store: MemoryStore) -> None:
    in_conflict(store)
    judge(store).settle(R, state(store, R).parents[1])
    undo(judge(store))
    undo(judge(store))
    assert says(store, R) == ["bob's"]
    redo(judge(store))
    assert says(store, R) == ["ada's", "bob's"]
    redo(judge(store))
    assert says(store, R) == ["bob's"]


def test_undoing_a_save_that_made_a_conflict_leaves_the_others_text(store: MemoryStore) -> None:
    save(store, "base")
    save(store, "bob's", "bob")
    save(store, "ada's", stale=True)
    undo(judge(store))
    assert says(store, R) == ["bob's"]
    redo(judge(store))
    assert says(store, R) == ["ada's", "bob's"]
    undo(judge(store))
    assert says(store, R) == ["bob's"]
    with pytest.raises(UsageError, match="bob saved"):
        undo(judge(store))


def test_keeping_both_is_one_act(store: MemoryStore) -> None:
    in_conflict(store)
    (new,) = judge(store).keep_both(R)
    assert says(store, R) + says(store, new) == ["ada's", "bob's"]
    done = undo(judge(store), record=new)
    assert says(store, R) == ["ada's", "bob's"]
    assert state(store, new).status == "retracted"
    assert done.target.deed == "settled"
    assert set(done.records) == {R, new}
    assert len({event.at for event in store.appends[-1]}) == 1
    redo(judge(store))
    assert says(store, R) + says(store, new) == ["ada's", "bob's"]
    undo(judge(store))
    assert state(store, new).status == "retracted"


def test_undone_on_two_machines_at_once_it_is_done_again_once(store: MemoryStore) -> None:
    save(store, "one")
    save(store, "two")
    here, there = MemoryStore(), MemoryStore()
    here.appends, there.appends = list(store.appends), list(store.appends)
    undo(judge(here))
    undo(judge(there))
    here.appends += there.appends[2:]
    assert says(here, R) == ["one", "one"]
    redo(judge(here))
    assert says(here, R) == ["two"]


def test_causes_come_before_clocks() -> None:
    first = revision(1, second=100)
    second = revision(1, second=5, parents=(first,), user="two")  # the clock went back
    doings = Doings(Ledger([second, first]), "ada")
    last = doings.undoable()
    assert last is not None
    assert [event.id for event in last.events] == [second.id]


def test_the_clock_of_others_moves_nothing_of_ones_own() -> None:
    ahead = revision(1, second=3600, by="bob")
    judged = review(ahead, second=10, by="ada")
    saved = revision(2, second=20)
    doings = Doings(Ledger([saved, judged, ahead]), "ada")
    last = doings.undoable()
    assert last is not None
    assert [event.id for event in last.events] == [saved.id]


def test_separate_acts_of_one_moment_stay_separate() -> None:
    events = [revision(1, second=1), revision(2, second=1)]
    doings = Doings(Ledger(events), "ada")
    last = doings.undoable()
    assert last is not None
    assert len(last.events) == 1


def test_two_verdicts_on_one_record_in_one_moment_are_two_acts() -> None:
    """Of events that name no act, as older ones: nobody judges a record twice with one key."""
    text = revision()
    twice = [
        make_review(record=R, by="bob", revision=text.id, verdict="accept", reading_seconds=n, at=at(5))
        for n in (1, 2)
    ]
    other = review(revision(2), second=5)
    for events in (twice, [*twice, other]):
        last = Doings(Ledger([text, revision(2), *events]), "bob").undoable()
        assert last is not None
        assert len(last.events) == 1


def test_two_commands_of_one_millisecond_are_two_acts(store: MemoryStore) -> None:
    """`one-millisecond`: on two machines, or in two processes, they were taken for one verdict on many records."""
    texts = [revision(1), revision(2)]
    apart = [
        make_review(
            record=text.record, by="bob", revision=text.id, verdict="accept", act=record_id(n), at=at(5)
        )
        for n, text in enumerate(texts)
    ]
    store.append("t", [*texts, *apart])
    done = undo(judge(store, "bob"))
    assert len(done.events) == 1
    assert [state(store, text.record).status for text in texts].count("accepted") == 1


def test_what_names_one_act_is_one_act_whatever_it_says_and_whenever(store: MemoryStore) -> None:
    first, second = revision(1), revision(2)
    one = make_review(record=R, by="bob", revision=first.id, verdict="accept", act=record_id(7), at=at(5))
    rest = [
        make_review(record=OTHER, by="bob", revision=second.id, verdict="reject", act=record_id(7), at=at(6)),
        make_review(record=OTHER, by="ada", revision=second.id, verdict="reject", act=record_id(7), at=at(5)),
    ]
    store.append("t", [first, second, one, *rest])
    assert {event.record for event in undo(judge(store, "bob")).events} == {R, OTHER}
    assert [verdict.by for verdict in state(store, OTHER).verdicts] == ["ada"]  # of others it is another act


def test_what_has_no_name_is_told_by_its_moment_though_something_with_one_shares_it(
    store: MemoryStore,
) -> None:
    first, second = revision(1), revision(2)
    old = [review(first, second=5), review(second, second=5)]
    new = make_review(record=R, by="bob", revision=first.id, verdict="accept", act=record_id(7), at=at(5))
    store.append("t", [first, second, *old, new])
    acts = [{event.undoes for event in undo(judge(store, "bob")).events} for _ in range(2)]
    assert sorted(map(len, acts)) == [1, 2] and {new.id} in acts


def test_undone_twice_in_one_millisecond_it_is_two_undoings() -> None:
    text = revision()
    given = review(text, second=1)
    backs = [
        make_review(
            record=R,
            by="bob",
            revision=text.id,
            verdict="clear",
            undoes=given.id,
            act=record_id(number),
            at=at(5),
        )
        for number in (7, 8)
    ]
    target = redo_target(Ledger([text, given, *backs]), "bob")
    assert target is not None and len(target.events) == 1


def test_of_a_conflict_kept_as_two_what_was_settled_comes_first(store: MemoryStore) -> None:
    """Though a clock was behind, so that the new record sorts before it."""
    last = "7" + "Z" * 25
    base = make_revision(record=last, by="cy", block=block(), user="base", think="b", at=at(0))
    heads = [
        make_revision(record=last, by=by, block=block(), user=by, think="b", parents=(base.id,), at=at(1))
        for by in ("ada", "bob")
    ]
    store.append("t", [base, *heads])
    (new,) = judge(store).keep_both(last)
    for turn in (undo, redo, undo):
        done = turn(judge(store))
        assert (done.target.deed, done.target.records) == ("settled", (last, new))


def test_an_act_and_what_undoes_it_are_two_though_they_have_one_name(store: MemoryStore) -> None:
    """As in a journal that was made up."""
    text = revision()
    given = make_review(record=R, by="bob", revision=text.id, verdict="accept", act=record_id(7), at=at(5))
    back = make_review(
        record=R, by="bob", revision=text.id, verdict="clear", undoes=given.id, act=record_id(7), at=at(5)
    )
    store.append("t", [text, given, back])
    assert undo_target(judge(store, "bob").ledger(), "bob") is None
    redo(judge(store, "bob"))
    assert state(store, R).status == "accepted"


@pytest.mark.parametrize("kind", ["verdict", "save"])
def test_an_undoes_that_names_anothers_event_takes_nothing_back(kind: str) -> None:
    """It is an act like any other, of whoever made it."""
    base = revision(by="cy")
    theirs: Review | Revision
    mine: Review | Revision
    if kind == "verdict":
        theirs = review(base, second=1, by="bob")
        mine = make_review(record=R, by="ada", revision=base.id, verdict="reject", undoes=theirs.id, at=at(2))
    else:
        theirs = revision(second=1, parents=(base,), by="bob", user="theirs")
        mine = make_revision(
            record=R,
            by="ada",
            block=block(),
            user="x",
            think="y",
            parents=(theirs.id,),
            undoes=theirs.id,
            at=at(2),
        )
    ledger = Ledger([base, theirs, mine])
    state = ledger.get(R)
    assert state is not None
    trail = ReversalTrail(state)
    assert (trail.target(mine.id), trail.kind(mine.id)) == (None, "act")
    for by, event in (("ada", mine), ("bob", theirs)):
        target = undo_target(ledger, by)
        assert target is not None and target.events == (event.id,)
        assert redo_target(ledger, by) is None


def test_an_undoes_that_names_anothers_skip_or_comment_takes_nothing_back() -> None:
    base = revision()
    said = comment(base, by="bob", second=1)
    back = make_comment(
        record=R,
        by="ada",
        comment=said.comment,
        revision=base.id,
        about="note",
        note="Why seven?",
        withdrawn=True,
        undoes=said.id,
        at=at(2),
    )
    ledger = Ledger([base, said, back])
    assert ThreadTurns(ledger.comments.events_of(R, said.comment)).kind(back.id) == "act"
    assert redo_target(ledger, "ada") is None


def test_verdicts_whose_times_go_in_a_circle_end_all_the_same(store: MemoryStore) -> None:
    """`undo-never-ends`: two machines whose clocks were apart made such times, and undo looked at them for ever."""
    text = revision()

    def verdict(second: int, undoes: Review | None = None) -> Review:
        said: Verdict = "accept" if undoes is None else "clear"
        return make_review(
            record=R,
            by="bob",
            revision=text.id,
            verdict=said,
            undoes=undoes.id if undoes is not None else None,
            at=at(second),
        )

    one, other = verdict(10), verdict(7)
    backs = [verdict(5, one), verdict(8, other)]
    store.append("t", [text, one, other, *backs])
    trail = ReversalTrail(state(store, R))
    assert [trail.judged(event.id) for event in (one, other, *backs)] == [one.id, other.id, None, None]
    assert undo_target(judge(store, "bob").ledger(), "bob") is None


def test_undone_on_one_machine_and_again_on_the_other_it_counts_as_what_came_last() -> None:
    """Done again out of sight of something new, it could never be undone any more."""
    text = revision()
    given, new = review(text, second=1), review(revision(2), second=3)
    back = make_review(record=R, by="bob", revision=text.id, verdict="clear", undoes=given.id, at=at(2))
    again = make_review(record=R, by="bob", revision=text.id, verdict="accept", undoes=back.id, at=at(4))
    found = Ledger([text, revision(2), given, new, back, again])
    target = undo_target(found, "bob")
    assert target is not None and (target.events, target.at, target.last) == ((again.id,), at(1), at(4))


def test_an_undoes_that_names_nothing_known_is_an_act_of_its_own() -> None:
    lost = revision(1, second=0)
    stray = make_revision(
        record=R, by="ada", block=block(), user="x", think="y", parents=(lost.id,), undoes=lost.id
    )
    assert undo_target(Ledger([stray]), "ada") is not None
    assert redo_target(Ledger([stray]), "ada") is None


def test_what_is_not_in_this_copy_cannot_be_put_back(store: MemoryStore) -> None:
    lost = revision(1, second=0)
    store.append("t", [revision(1, second=1, parents=(lost,))])
    with pytest.raises(UsageError, match="not in this copy"):
        undo(judge(store))


def test_of_several_texts_beside_the_undone_one_the_newest_is_told_first(store: MemoryStore) -> None:
    save(store, "base")
    (base,) = state(store, R).parents
    for text, by in (("older", "bob"), ("newer", "cleo"), ("ada's", "ada")):
        event = make_revision(
            record=R, by=by, block=block(), user=text, think="Because.", parents=(base,), at=moment()
        )
        store.append("t", [event])
    undo(judge(store))
    assert says(store, R) == ["newer", "older"]
    newest = state(store, R).revision
    assert newest is not None and newest.opening == "newer"


def test_a_withdrawal_of_a_conflict_undone_is_the_conflict(store: MemoryStore) -> None:
    in_conflict(store)
    judge(store).withdraw(R)
    undo(judge(store))
    assert says(store, R) == ["ada's", "bob's"]


def test_a_verdict_counts_though_the_clock_went_back(store: MemoryStore) -> None:
    save(store, "one")
    (head,) = state(store, R).parents
    tomorrow = moment() + timedelta(days=1)
    store.append("t", [make_review(record=R, by="ada", revision=head, verdict="accept", at=tomorrow)])
    undo(judge(store))
    assert state(store, R).status == "submitted"


def test_events_that_name_each_other_harm_nobody(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = revision()
    loop = [summarise(revision(second=n, parents=(first,), user=str(n))) for n in (1, 2)]
    forged = [
        structs.replace(event, parents=(first.id, other.id), undoes=other.id)
        for event, other in zip(loop, reversed(loop), strict=True)
    ]
    survey = Survey("t", True, (light(first), *forged))
    monkeypatch.setattr(store, "survey", lambda topic, on_part=None: survey)
    with pytest.raises(UsageError, match="cannot be told"):
        undo(judge(store))


# -- the law

ACTS: dict[str, Act] = {
    "save": lambda j, r: save(_store(j), f"text {len(_store(j).appends)}", j.by, r),
    "save on an older text": lambda j, r: save(
        _store(j), f"text {len(_store(j).appends)}", j.by, r, stale=True
    ),
    "withdraw": lambda j, r: j.withdraw(r, "gone"),
    "restore": lambda j, r: j.restore(r),
    "accept": lambda j, r: give(j, r, "accept"),
    "return": lambda j, r: give(j, r, "return", "more"),
    "clear": lambda j, r: give(j, r, "clear"),
    "settle": lambda j, r: j.settle(r, j.state(r).parents[-1]),
    "keep both": lambda j, r: j.keep_both(r),
    "bring back": lambda j, r: j.bring_back(r, _oldest(j, r)),
    "judge many": lambda j, r: j.verdicts([(o, j.state(o).parents[0]) for o in (r, R)], "reject"),
    "comment": lambda j, r: j.comment(r, "note", f"note {len(_store(j).appends)}"),
    "take a comment back": lambda j, r: j.withdraw_comment(_own_comment(j, r)),
    "answer": lambda j, r: j.comment(r, "answer", answers=_latest_comment(j, r)),
    "edit": lambda j, r: j.edit(r, f"edit {len(_store(j).appends)}", "Because."),
    "undo": lambda j, r: undo(j),
    "redo": lambda j, r: redo(j),
}


def _store(of: Acting) -> MemoryStore:
    found = of.signer._store
    assert isinstance(found, MemoryStore)
    return found


def _oldest(of: Acting, record: str) -> str:
    return next(e.id for e in of.state(record).history if isinstance(e, Summary))


def _own_comment(of: Acting, record: str) -> str:
    return next((c.comment for c in of.ledger().comments.of(record) if c.by == of.by), record)


def _latest_comment(of: Acting, record: str) -> str:
    return next((c.id for c in reversed(of.ledger().comments.of(record))), "f" * 64)


def _picture(store: MemoryStore) -> dict[str, tuple[list[str], str, list[str]]]:
    """What every record says and is, and what is said about it."""
    ledger = judge(store).ledger()
    return {
        known.record: (
            says(store, known.record),
            known.status,
            sorted(f"{c.by} {c.about} {c.note} {c.answers}" for c in ledger.comments.of(known.record)),
        )
        for known in ledger.records
    }


class Clock:
    """A second later at every look, so that one example is the same each time."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, after: datetime | None = None) -> datetime:
        self.count += 1
        return max(at(self.count), after + timedelta(seconds=1) if after is not None else at(0))

    def ulid(self) -> str:
        """The id of a new record."""
        self.count += 1
        return record_id(1000 + self.count)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_undo_gives_back_what_was_and_redo_what_became(data: st.DataObject) -> None:
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        for place in ("app.store.signer", "tests.review.acts.test_undo"):
            patch.setattr(f"{place}.moment", clock)
        for place in ("app.store.signer", "app.review.acts.verdicts", "app.review.acts.remarks"):
            patch.setattr(f"{place}.ULID", clock.ulid)
        _walk(data)


def _walk(data: st.DataObject) -> None:
    store = MemoryStore()
    save(store, "first")
    save(store, "second", "bob", OTHER)
    people = [judge(store, "ada"), judge(store, "bob")]
    for _ in range(data.draw(st.integers(1, 12))):
        name = data.draw(st.sampled_from(sorted(ACTS)))
        who = data.draw(st.sampled_from(people))
        before = _picture(store)
        count = len(store.appends)
        try:
            ACTS[name](who, data.draw(st.sampled_from([R, OTHER])))
        except UsageError:
            assert len(store.appends) == count
            continue
        if name in ("undo", "redo"):
            continue
        after = _picture(store)
        new = set(after) - set(before)
        assert len(store.appends) == count + 1
        for _ in range(data.draw(st.integers(0, 3))):
            undo(who)
            assert {r: s for r, s in _picture(store).items() if r not in new} == before, name
            redo(who)
            assert _picture(store) == after, name
