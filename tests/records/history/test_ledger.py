"""What events amount to: status, heads, history, whatever their order."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.events import Retraction, Review, Revision, make_revision
from app.records.history.ledger import Ledger, RecordState
from app.records.history.light import Event
from app.records.history.summary import summarise
from tests.store.events import CODE, block, comment, moment, record_id, retraction, review, revision

FIRST = revision()
SECOND = revision(second=10, parents=(FIRST,), user="Write a longer pause.")
RIVAL = revision(second=11, parents=(FIRST,), user="Write a shorter pause.", by="cy")


def state(*events: Event, reviews: int = 1) -> RecordState:
    found = Ledger(events, reviews).get(record_id(1))
    assert found is not None
    return found


def test_a_new_record_is_submitted() -> None:
    assert state(FIRST).status == "submitted"
    assert state(FIRST).heads == (summarise(FIRST),)
    assert state(FIRST).revision == summarise(FIRST)
    assert state(FIRST).parents == (FIRST.id,)


@pytest.mark.parametrize(
    ("verdicts", "needed", "status"),
    [
        ([("bob", "accept")], 1, "accepted"),
        ([("bob", "accept")], 2, "submitted"),
        ([("bob", "accept"), ("cy", "accept")], 2, "accepted"),
        ([("bob", "accept"), ("bob", "accept")], 2, "submitted"),
        ([("bob", "accept"), ("cy", "return")], 1, "returned"),
        ([("bob", "return"), ("bob", "accept")], 1, "accepted"),
        ([("bob", "accept"), ("bob", "return")], 1, "returned"),
        ([("bob", "return"), ("cy", "reject")], 1, "rejected"),
        ([("bob", "reject"), ("bob", "accept")], 1, "accepted"),
    ],
)
def test_each_persons_latest_verdict_counts(
    verdicts: list[tuple[str, str]], needed: int, status: str
) -> None:
    events = [review(FIRST, verdict, 20 + i, by) for i, (by, verdict) in enumerate(verdicts)]  # type: ignore[arg-type]
    assert state(FIRST, *events, reviews=needed).status == status


def test_a_new_revision_has_no_verdict_yet() -> None:
    found = state(FIRST, review(FIRST), SECOND)
    assert found.status == "submitted"
    assert found.verdicts == ()
    assert found.heads == (summarise(SECOND),)


def test_two_heads_are_a_conflict_until_a_revision_replaces_both() -> None:
    found = state(FIRST, RIVAL, SECOND, review(SECOND))
    assert found.status == "conflict"
    assert found.heads == found.revisions == (summarise(SECOND), summarise(RIVAL))
    settled = revision(second=30, parents=(SECOND, RIVAL), user="Write a pause of seven.")
    after = state(FIRST, RIVAL, SECOND, settled)
    assert (after.status, after.heads) == ("submitted", (summarise(settled),))


def test_withdrawn_and_brought_back() -> None:
    gone = retraction((FIRST,), 20)
    found = state(FIRST, gone, review(FIRST))
    assert found.status == "retracted"
    assert found.revision == summarise(FIRST)
    back = revision(second=30, parents=(gone,))
    assert state(FIRST, gone, back).status == "submitted"


def test_withdrawn_by_two_at_once_is_withdrawn_but_withdrawn_and_edited_is_a_conflict() -> None:
    one, two = retraction((FIRST,), 20), retraction((FIRST,), 21, by="cy")
    assert state(FIRST, one, two).status == "retracted"
    assert state(FIRST, one, SECOND).status == "conflict"
    assert state(FIRST, one, SECOND).revisions == (summarise(FIRST), summarise(SECOND))


def test_what_another_copy_of_the_journal_holds_may_be_missing() -> None:
    gone = retraction((FIRST,), 20)
    assert state(gone).status == "retracted"
    assert state(gone).revision is None
    assert state(SECOND).status == "submitted"
    lonely = Ledger([review(FIRST)])
    assert (lonely.records, lonely.strays) == ((), (review(FIRST),))
    lonely.add([FIRST])
    assert lonely.strays == ()
    assert lonely.records[0].status == "accepted"


def test_history_puts_an_event_after_what_it_speaks_of_even_where_clocks_disagree() -> None:
    early = revision(second=-50, parents=(SECOND,), by="cy")
    word = review(early, "accept", -60)
    expected = (summarise(FIRST), summarise(SECOND), summarise(early), word)
    assert state(word, early, SECOND, FIRST).history == expected


def test_what_changes_one_by_one_is_what_all_at_once_gives() -> None:
    events: list[Event] = [revision(number % 7, second=number, user=f"v{number}") for number in range(40)]
    events += [review(event, "reject", 90) for event in events[:5] if isinstance(event, Revision)]
    events += [revision(50, code=CODE + "\n// more"), retraction((revision(6, second=6, user="v6"),), 99)]
    grown = Ledger()
    seen = grown.covered()
    for event in events:
        grown.add([event])
        _ = (grown.records, grown.counts(), seen.get("src/a.rs"))
    whole = Ledger(events)
    assert [(s.record, s.status) for s in grown.records] == [(s.record, s.status) for s in whole.records]
    assert grown.counts() == whole.counts()
    assert dict(seen) == dict(grown.covered()) == dict(whole.covered())
    assert len(grown) == len(whole) == 8


def test_adding_names_the_records_that_changed() -> None:
    ledger = Ledger([FIRST])
    assert ledger.counts()["accepted"] == 0
    assert ledger.add([FIRST]) == ()
    assert ledger.add([revision(3), revision(2), review(FIRST)]) == (record_id(1), record_id(2), record_id(3))
    assert [found.record for found in ledger.records] == [record_id(1), record_id(2), record_id(3)]
    assert ledger.counts() | {"submitted": 2, "accepted": 1} == ledger.counts()
    assert ledger.get(record_id(9)) is None


def test_what_a_record_has_no_more_of_a_file_is_not_covered_any_more() -> None:
    ledger = Ledger([FIRST])
    seen = ledger.covered()
    assert [one.record for one in seen["src/a.rs"]] == [record_id(1)]
    ledger.add(
        [
            make_revision(
                record=record_id(1),
                by="ada",
                block=block(path="src/b.rs"),
                user=FIRST.user,
                think=FIRST.think,
                parents=(FIRST.id,),
                at=moment(5),
            )
        ]
    )
    assert list(seen) == ["src/b.rs"]


def test_covered_ranges_are_those_of_the_newest_revisions_that_still_count() -> None:
    longer = revision(second=10, parents=(FIRST,), code=CODE + "\n\nfn go() {}")
    other = revision(2)
    ledger = Ledger([FIRST, longer, other, review(other, "reject", 5)])
    assert [(span.start, span.end, span.record) for span in ledger.covered()["src/a.rs"]] == [
        (0, len(CODE) + 12, record_id(1))
    ]
    assert len(ledger.covered(without=frozenset())["src/a.rs"]) == 2
    assert Ledger([FIRST, retraction((FIRST,), 1)]).covered() == {}


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Up to three records, grown by random revisions, retractions and reviews of what is there."""
    events: list[Event] = []
    texts: list[Revision | Retraction] = []
    for second in range(draw(st.integers(1, 12))):
        record = draw(st.integers(1, 3))
        known = [event for event in texts if event.record == record_id(record)]
        parents = tuple(draw(st.lists(st.sampled_from(known), max_size=2, unique=True))) if known else ()
        kind = draw(st.sampled_from(["revision", "retract", "review"]))
        at = draw(st.integers(0, 5))
        by = draw(st.sampled_from(["ada", "bob"]))
        revisions = [event for event in known if isinstance(event, Revision)]
        if kind == "review" and revisions:
            verdict = draw(st.sampled_from(["accept", "return", "reject"]))
            events.append(review(draw(st.sampled_from(revisions)), verdict, at, by))  # type: ignore[arg-type]
            continue
        text = (
            retraction(parents, at, by)
            if kind == "retract" and parents
            else revision(record, at, parents, by, user=f"text {second % draw(st.sampled_from([2, 20]))}")
        )
        texts.append(text)
        events.append(text)
    return events


def _seen(events: Sequence[Event]) -> list[tuple[object, ...]]:
    return [
        (s.record, s.status, s.heads, s.revisions, s.verdicts, s.history, s.parents)
        for s in Ledger(events).records
    ]


@given(histories(), st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_nor_arriving_in_parts_changes_anything(
    events: list[Event], chance: random.Random, data: st.DataObject
) -> None:
    mixed = [*events, *data.draw(st.lists(st.sampled_from(events)))]
    chance.shuffle(mixed)
    expected = _seen(events)
    assert _seen(mixed) == expected
    cut = data.draw(st.integers(0, len(mixed)))
    parts = Ledger(mixed[:cut])
    _ = [found.status for found in parts.records]
    parts.add(mixed[cut:])
    assert [(s.record, s.status, s.heads) for s in parts.records] == [seen[:3] for seen in expected]


@given(histories())
def test_history_holds_every_event_once_and_parents_first(events: list[Event]) -> None:
    for found in Ledger(events).records:
        order = [event.id for event in found.history]
        assert sorted(order) == sorted({event.id for event in events if event.record == found.record})
        for event in found.history:
            named = (event.revision,) if isinstance(event, Review) else event.parents
            assert all(order.index(name) < order.index(event.id) for name in named)


def test_a_verdict_taken_back_counts_as_none() -> None:
    first = revision()
    accept, clear = review(first, "accept", 1), review(first, "clear", 2)
    state = Ledger([clear, first, accept]).get(first.record)
    assert state is not None
    assert (state.status, state.verdicts) == ("submitted", ())


SAME = revision(second=3, parents=(FIRST,), by="cy", user="again")
TWIN = revision(second=4, parents=(FIRST,), by="dan", user="again")


def test_heads_that_say_exactly_the_same_are_no_conflict_and_a_review_of_any_counts() -> None:
    found = state(FIRST, SAME, TWIN)
    assert (found.status, len(found.heads), found.agreed) == ("submitted", 2, True)
    assert set(found.parents) == {SAME.id, TWIN.id}
    assert state(FIRST, SAME, TWIN, review(SAME)).status == "accepted"
    assert state(FIRST, SAME, TWIN, review(TWIN)).status == "accepted"
    assert state(FIRST, SAME, TWIN, review(SAME), review(TWIN, "return", 9)).status == "returned"
    both = [review(SAME, by="bob"), review(TWIN, by="eve")]
    assert state(FIRST, SAME, TWIN, *both, reviews=2).status == "accepted"


@pytest.mark.parametrize(
    "other",
    [
        revision(second=4, parents=(FIRST,), user="again "),
        revision(second=4, parents=(FIRST,), user="again", think="Because."),
        revision(second=4, parents=(FIRST,), user="again", code="fn pause() -> u64 {\n    8\n}"),
        make_revision(
            record=FIRST.record,
            by="ada",
            block=block(start=1),
            user="again",
            think=FIRST.think,
            parents=(FIRST.id,),
        ),
        make_revision(
            record=FIRST.record,
            by="ada",
            block=block().model_copy(update={"commit": "b" * 40}),
            user="again",
            think=FIRST.think,
            parents=(FIRST.id,),
        ),
        retraction((FIRST,), 4),
    ],
    ids=["request", "reasoning", "code", "place", "commit", "withdrawn"],
)
def test_heads_that_differ_in_anything_are_a_conflict(other: Revision | Retraction) -> None:
    assert state(FIRST, SAME, other).status == "conflict"
    assert state(FIRST, SAME, TWIN, other).status == "conflict"


def test_a_text_that_comes_back_brings_its_verdicts_along() -> None:
    second = revision(second=1, parents=(FIRST,), user="other")
    back = revision(second=2, parents=(second,))
    assert state(FIRST, review(FIRST), second).status == "submitted"
    assert state(FIRST, review(FIRST), second, back).status == "accepted"
    assert state(FIRST, review(FIRST), second, back, review(back, "reject", 5)).status == "rejected"
    assert state(FIRST, review(FIRST), second, back, review(back, "clear", 5)).status == "submitted"


def test_the_latest_of_a_person_is_told_of_whatever_they_did_in_any_order() -> None:
    first = revision(second=5)
    stray = review(revision(9), second=50, by="ada")
    events: list[Event] = [stray, first, comment(first, second=30), retraction((first,), 20)]
    for order in (events, events[::-1]):
        ledger = Ledger(order[:2])
        ledger.add(order[2:])
        assert (ledger.latest("ada"), ledger.latest("bob")) == (stray.at, moment(30))
        assert ledger.latest("cy") is None
