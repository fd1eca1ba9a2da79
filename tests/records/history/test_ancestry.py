"""The text two heads began from."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from app.records.events import Retraction, Revision
from app.records.history.ancestry import common_ancestor, texts_behind
from app.records.history.ledger import Ledger, RecordState
from app.records.history.light import Event
from tests.store.events import record_id, retraction, review, revision


def state_of(*events: Event) -> RecordState:
    found = Ledger(events).get(record_id(1))
    assert found is not None
    return found


def test_two_children_come_from_their_parent() -> None:
    base = revision()
    a, b = revision(second=1, parents=(base,), user="a"), revision(second=2, parents=(base,), user="b")
    state = state_of(base, a, b, review(base))
    assert common_ancestor(state.events, a.id, b.id) == common_ancestor(state.events, b.id, a.id) == base.id


def test_the_nearest_is_meant_whatever_the_clocks_say() -> None:
    first = revision(second=100)
    second = revision(second=1, parents=(first,), user="2")
    a, b = revision(second=2, parents=(second,), user="a"), revision(second=3, parents=(second,), user="b")
    assert common_ancestor(state_of(first, second, a, b).events, a.id, b.id) == second.id


def test_retractions_are_passed_through() -> None:
    base = revision()
    gone = retraction((base,), 1)
    a, b = revision(second=2, parents=(gone,), user="a"), revision(second=3, parents=(gone,), user="b")
    assert common_ancestor(state_of(base, gone, a, b).events, a.id, b.id) == base.id


def test_of_several_the_newest_is_meant() -> None:
    one, two = revision(second=1, user="1"), revision(second=2, user="2")
    a = revision(second=3, parents=(one, two), user="a")
    b = revision(second=4, parents=(one, two), user="b")
    assert common_ancestor(state_of(one, two, a, b).events, a.id, b.id) == two.id


def test_one_may_come_from_the_other() -> None:
    base = revision()
    child = revision(second=1, parents=(base,), user="a")
    assert common_ancestor(state_of(base, child).events, base.id, child.id) == base.id


def test_strangers_and_the_unknown_have_none() -> None:
    a, b = revision(user="a"), revision(second=1, user="b")
    lost = revision(second=2, user="lost")
    c, d = revision(second=3, parents=(lost,), user="c"), revision(second=4, parents=(lost,), user="d")
    state = state_of(a, b, c, d)
    assert common_ancestor(state.events, a.id, b.id) is None
    assert common_ancestor(state.events, c.id, d.id) is None
    assert common_ancestor(state.events, a.id, lost.id) is None


@given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 9), max_size=3)), max_size=10), st.randoms())
def test_neither_the_events_order_nor_the_heads_matters(
    plan: list[tuple[bool, set[int]]], chance: random.Random
) -> None:
    texts: list[Revision | Retraction] = [revision(user="0")]
    for second, (gone, named) in enumerate(plan, 1):
        parents = tuple(texts[n] for n in sorted(named) if n < len(texts))
        texts.append(
            retraction(parents, second)
            if gone and parents
            else revision(1, second, parents, user=str(second))
        )
    shuffled = list(texts)
    chance.shuffle(shuffled)
    a, b = chance.choice(texts), chance.choice(texts)
    found = common_ancestor(state_of(*texts).events, a.id, b.id)
    assert found == common_ancestor(state_of(*shuffled).events, b.id, a.id)
    assert found is None or isinstance(next(e for e in texts if e.id == found), Revision)


def test_the_nearest_texts_behind_events_stand_in_the_order_of_their_names() -> None:
    base = revision()
    gone = retraction((base,), 1)
    a, b = revision(second=2, parents=(gone,), user="a"), revision(second=3, parents=(gone,), user="b")
    events = state_of(base, gone, a, b, review(base)).events
    assert texts_behind(events, [b.id, gone.id, a.id, "0" * 64, review(base).id]) == [
        events[text.id] for text in (b, base, a)
    ]
    assert texts_behind(events, [a.id], lambda text: text.id != base.id) == [events[base.id]]
    assert texts_behind(events, [a.id], lambda text: True) == []
