"""Laws of skips and closings: undo and redo are a stack; merging and order mean nothing to what is in force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import UsageError
from app.records.events import Closing, Skip
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from app.records.item_place import ItemPlace
from app.review.acts.closings import close, reopen
from app.review.acts.skips import changed, skip, take_back
from app.review.acts.undo import redo, undo
from tests.memory import MemoryStore, judge
from tests.store import strategies as our

ITEMS = ("fn a", "fn b", "fn c")
CLOSED = "closed"
Shown = frozenset[str]


def place(item: str) -> ItemPlace:
    return ItemPlace("https://example.org/a", "a" * 40, "src/a.rs", item, "b" * 64)


def shown(store: MemoryStore) -> Shown:
    skips = judge(store).ledger().skips
    closed = {CLOSED} if skips.closing is not None else set()
    return frozenset({event.item for event in skips.current} | closed)


def turn(store: MemoryStore, what: str, there: bool) -> None:
    """Skip an item or close the topic, or take that back."""
    signer = judge(store).signer
    if what == CLOSED:
        reopen(signer) if there else close(signer, "no more code")
    elif there:
        take_back(signer, place(what))
    else:
        skip(signer, place(what), "trivial")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*ITEMS, CLOSED, "undo", "redo", "undo", "redo"]), max_size=12))
def test_undo_and_redo_go_through_what_one_did_like_a_stack(keys: list[str]) -> None:
    store = MemoryStore()
    past: list[Shown] = []
    future: list[Shown] = []
    now: Shown = frozenset()
    for key in keys:
        if key in (*ITEMS, CLOSED):
            turn(store, key, key in now)
            past, future, now = [*past, now], [], now ^ {key}
        elif key == "undo" and past:
            undo(judge(store))
            now, past, future = past[-1], past[:-1], [*future, now]
        elif key == "redo" and future:
            redo(judge(store))
            now, past, future = future[-1], [*past, now], future[:-1]
        else:
            _refused(store, key)
        assert shown(store) == now


def _refused(store: MemoryStore, key: str) -> None:
    before = len(store.appends)
    try:
        (undo if key == "undo" else redo)(judge(store))
    except UsageError:
        assert len(store.appends) == before
    else:
        raise AssertionError(f"there was nothing to {key}")


@given(our.topics(), our.topics())
def test_what_is_skipped_after_a_merge_is_the_latest_of_both_copies(
    mine: list[Event], theirs: list[Event]
) -> None:
    union = Ledger([*mine, *theirs]).skips
    for skip_id in {event.record for event in union.events}:
        copies = [Ledger(copy).skips.latest(skip_id) for copy in (mine, theirs)]
        latest = max((one for one in copies if one is not None), key=lambda one: (one.at, one.id))
        assert union.latest(skip_id) == latest
        assert (latest in union.current or latest == union.closing) == (not latest.withdrawn) or (
            isinstance(latest, Closing) and union.closing is not None
        )


@given(our.skips, st.booleans())
def test_a_change_is_later_than_what_it_changes_whatever_the_clocks_say(event: Skip, withdrawn: bool) -> None:
    stamp = judge(MemoryStore(), "bob").stamp(event.at)
    after = changed(event, "bob", stamp, withdrawn)
    assert after.at > event.at
    assert Ledger([after, event]).skips.latest(event.record) == after
    assert (after.item, after.sha256, after.reason) == (event.item, event.sha256, event.reason)


def test_what_another_left_out_by_a_clock_that_is_ahead_is_had_in_again() -> None:
    """By one's own clock it would have stayed left out: of the events of a skip the latest counts."""
    store = MemoryStore()
    ada = judge(store)
    ahead = ada.stamp(datetime.now(UTC) + timedelta(hours=1))
    first, second = skip(ada.signer, place("fn a"), "trivial"), skip(ada.signer, place("fn b"), "trivial")
    store.append("t", [changed(one, "ada", ahead, withdrawn=False) for one in (first, second)])
    take_back(judge(store, "bob").signer, place("fn a"))
    assert shown(store) == {"fn b"}
    undo(judge(store, "bob"))
    assert shown(store) == {"fn a", "fn b"}
