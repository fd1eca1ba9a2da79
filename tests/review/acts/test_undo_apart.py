"""Undo takes back what a person did last, though the clocks of their machines are up to an hour apart.

Two people work on two machines, which see of each other only what is merged. What is **right** is told by a list of
its own (`Doing`), which knows no clock and reads no event: for each thing a person did on a machine it keeps which of
their own things they could see there then. Of two things the one that was done in sight of the other is the later one.

- Undo takes back something that stands, and nothing that stands was done in sight of it.
- Redo takes up something that is undone; nothing that is undone was undone in sight of that, and nothing was done
  anew in sight of it.
- Where something stands, undo finds something; where something is undone and nothing new came after, so does redo.
- Two machines that hold the same say the same.

What was done on two machines out of sight of each other has no order that anybody could know. Then either will do, but
both machines must say the same.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from app.errors import UsageError
from app.records.events import make_revision
from app.records.history.light import Event
from app.records.history.summary import Summary
from app.records.item_place import ItemPlace
from app.review.acts.skips import skip, take_back
from app.review.acts.undo import UndoTarget, redo, redo_target, undo, undo_target
from tests.acting import Acting
from tests.memory import MemoryStore, give, judge
from tests.store.events import block, record_id, review, revision

WALKS = int(os.environ.get("BACKSPAN_WALKS", "60"))
"""How many walks; `BACKSPAN_WALKS=4000` is the long form."""
STEPS = 30
APART = 3600
"""Seconds that a clock may be wrong, either way."""
RECORDS = [record_id(number) for number in (1, 2, 3)]
PEOPLE = ("ada", "bob")
PLACE = ItemPlace("https://example.org/a", "a" * 40, "src/a.rs", "pause", "b" * 64)


class Doing(NamedTuple):
    """One thing that a person did at once."""

    number: int
    first: int
    """The number of what was done first, which this did, took back, or did again."""
    undone: bool
    """Whether it leaves that undone."""
    seen: frozenset[int]
    """What else that person had done, as far as they could see it there."""
    events: frozenset[str]
    records: frozenset[str]


class Machine:
    """A copy of the journal, a clock, and who is known to have done what."""

    def __init__(self, ahead: float, events: Iterable[Event]) -> None:
        self.ahead = timedelta(seconds=ahead)
        self.store = MemoryStore()
        self.store.appends += [(event,) for event in events]
        self.known: dict[str, frozenset[int]] = dict.fromkeys(PEOPLE, frozenset())

    def merge(self, other: Machine, rng: random.Random) -> None:
        """Take in what the other has."""
        here = {event.id for stored in self.store.appends for event in stored}
        new = [event for stored in other.store.appends for event in stored if event.id not in here]
        rng.shuffle(new)
        self.store.appends += [(event,) for event in new]
        for person in PEOPLE:
            self.known[person] |= other.known[person]


# -- what is right


def tips(doings: list[Doing]) -> dict[int, list[Doing]]:
    """By what was done first: what was done to it last, several where that was out of sight of each other."""
    found: dict[int, list[Doing]] = {}
    for one in doings:
        found.setdefault(one.first, []).append(one)
    return {
        first: [one for one in group if not any(one.number in other.seen for other in group)]
        for first, group in found.items()
    }


def overtaken(chosen: list[Doing], others: Iterable[Doing]) -> bool:
    """Whether one of the others was done in sight of all that was chosen."""
    return any(all(one.number in other.seen for one in chosen) for other in others)


def wrong(doings: list[Doing], first: int | None, back: bool) -> str:
    """What is wrong with taking back, or doing again, that of the number `first`; empty if nothing is."""
    ends = tips(doings)
    anew = [one for one in doings if one.number == one.first]
    certain = {
        of: last
        for of, last in ends.items()
        if all(one.undone != back for one in last)
        and (back or all(new.number in one.seen for one in last for new in anew))
    }
    if first is None:
        return f"{sorted(certain)} could be" if certain else ""
    chosen = [one for one in ends.get(first, ()) if one.undone != back]
    if not chosen:
        return f"{first} does not stand so"
    later = [one for of, last in certain.items() if of != first for one in last]
    if overtaken(chosen, later if back else [*later, *anew]):
        return f"something came after {first}"
    return ""


# -- what is done


def _save(of: Acting, rng: random.Random) -> None:
    record = rng.choice([*RECORDS, record_id(rng.randrange(100, 999))])
    known = of.ledger().get(record)
    stamp = of.stamp()
    said = f"text {rng.random()}"
    parents = known.parents if known is not None else ()
    of.append(
        [
            make_revision(
                record=record,
                by=of.by,
                block=block(),
                user=said,
                think="Because.",
                parents=parents,
                act=stamp.act,
                at=stamp.at,
            )
        ]
    )


def _texts(of: Acting) -> list[tuple[str, str]]:
    return [
        (state.record, state.heads[0].id)
        for state in of.ledger().records
        if state.status not in ("retracted", "conflict") and isinstance(state.heads[0], Summary)
    ]


def _one(of: Acting, rng: random.Random, status: str = "") -> str:
    found = [state for state in of.ledger().records if not status or state.status == status]
    if not found:
        raise UsageError("there is none")
    return rng.choice(found).record


def _many(of: Acting, rng: random.Random) -> None:
    if not of.verdicts(_texts(of)[: rng.randrange(1, 4)], rng.choice(["accept", "reject"])):
        raise UsageError("there is none")


def _own_comment(of: Acting, rng: random.Random) -> str:
    found = [c.comment for r in RECORDS for c in of.ledger().comments.of(r) if c.by == of.by]
    if not found:
        raise UsageError("there is none")
    return rng.choice(found)


ACTS: dict[str, Callable[[Acting, random.Random], object]] = {
    "save": _save,
    "save again": _save,
    "edit": lambda j, rng: j.edit(_one(j, rng), f"edit {rng.random()}", "Because."),
    "accept": lambda j, rng: give(j, _one(j, rng), "accept"),
    "return": lambda j, rng: give(j, _one(j, rng), "return", "more"),
    "accept again": lambda j, rng: give(j, _one(j, rng), "accept"),
    "many": _many,
    "withdraw": lambda j, rng: j.withdraw(_one(j, rng)),
    "restore": lambda j, rng: j.restore(_one(j, rng, "retracted")),
    "settle": lambda j, rng: j.settle(r := _one(j, rng, "conflict"), rng.choice(j.state(r).parents)),
    "keep both": lambda j, rng: j.keep_both(_one(j, rng, "conflict")),
    "comment": lambda j, rng: j.comment(_one(j, rng), "note", f"note {rng.random()}"),
    "take a comment back": lambda j, rng: j.withdraw_comment(_own_comment(j, rng)),
    "skip": lambda j, rng: skip(j.signer, PLACE, "because"),
    "stop skipping": lambda j, rng: take_back(j.signer, PLACE),
}


class Walk:
    """One walk. Raises `AssertionError` where undo, redo or a time goes wrong."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch) -> None:
        self.rng = rng = random.Random(seed)
        self.patch = patch
        self.now = datetime(2026, 1, 31, 12, tzinfo=UTC)
        old = [revision(number, second=number - 9, user=f"Write {number}.") for number in (1, 2, 3)]
        judged = [review(one, "accept", second=rng.choice([0, -9000])) for one in old[:2]]
        self.machines = [Machine(rng.uniform(-APART, APART), [*old, *judged]) for _ in range(2)]
        self.here = self.machines[0]
        self.doings: list[Doing] = []
        for one in old:  # from before acts had names
            self.note("ada", [one], None, everywhere=True)
        # One moment, one verdict and one note, or else two acts.
        alone = [[one] for one in sorted(judged, key=lambda one: one.at)]
        for events in [judged] if judged[0].at == judged[1].at else alone:
            self.note("bob", events, None, everywhere=True)
        patch.setattr("app.store.signer.clock", lambda: self.now + self.here.ahead)

    def note(
        self,
        by: str,
        events: Iterable[Event],
        of: Doing | None,
        undone: bool = False,
        everywhere: bool = False,
    ) -> None:
        """Write down what a person did, and what they could see."""
        number = len(self.doings)
        seen = self.here.known[by]
        ids, records = frozenset(e.id for e in events), frozenset(e.record for e in events)
        self.doings.append(Doing(number, of.first if of else number, undone, seen, ids, records))
        for machine in self.machines if everywhere else [self.here]:
            machine.known[by] |= {number}

    def step(self) -> None:
        """Time passes, and somebody does something, or the machines are merged."""
        rng = self.rng
        self.now += timedelta(milliseconds=rng.choice([0, 0, 1, 5_000, 600_000]))
        # Every command is a process of its own: it remembers no moment that it gave.
        self.patch.setattr("app.store.signer._last", datetime.min.replace(tzinfo=UTC))
        self.here = rng.choice(self.machines)
        by = rng.choice(PEOPLE)
        if rng.random() < 0.15:
            self.here.merge(self.machines[self.here is self.machines[0]], rng)
            return
        name = rng.choice(["undo"] * 5 + ["redo"] * 4 + sorted(ACTS))
        if name in ("undo", "redo"):
            self.turn(by, name == "undo", rng.choice([None, None, None, *RECORDS[:1]]))
            return
        count = len(self.here.store.appends)
        try:
            ACTS[name](judge(self.here.store, by), rng)
        except UsageError:
            assert len(self.here.store.appends) == count
            return
        self.stored(by, None)

    def stored(self, by: str, of: Doing | None, undone: bool = False) -> None:
        """Of what was just stored: it is one act, later than all else of that person here."""
        *before, new = self.here.store.appends
        assert len({event.act for event in new}) == len({event.at for event in new}) == 1
        assert new[0].act is not None
        assert all(event.at < new[0].at for stored in before for event in stored if event.by == by)
        self.note(by, new, of, undone)

    def turn(self, by: str, back: bool, record: str | None) -> None:
        """Undo or redo, held against the list."""
        find, turn = (undo_target, undo) if back else (redo_target, redo)
        person = judge(self.here.store, by)
        target = find(person.ledger(), by, record)
        seen = [self.doings[number] for number in self.here.known[by]]
        seen = [one for one in seen if record is None or record in one.records]
        chosen = self.named(target)
        said = wrong(seen, chosen.first if chosen is not None else None, back)
        assert not said, f"{find.__name__} of {by}: {said}"
        try:
            done = turn(person, record)
        except UsageError:  # there is nothing, or someone built on it
            return
        assert chosen is not None and {event.undoes for event in done.events} <= chosen.events
        self.stored(by, chosen, back)

    def named(self, target: UndoTarget | None) -> Doing | None:
        """What of the list a target is."""
        if target is None:
            return None
        (found,) = [one for one in self.doings if one.events.issuperset(target.events)]
        return found

    def agree(self) -> None:
        """Once each has what the other has, both would take the same thing back, and do the same again."""
        one, other = self.machines
        one.merge(other, self.rng)
        other.merge(one, self.rng)
        for by in PEOPLE:
            for find in (undo_target, redo_target):
                assert find(judge(one.store, by).ledger(), by) == find(judge(other.store, by).ledger(), by)


@pytest.mark.parametrize("part", range(4))
def test_undo_takes_back_what_a_person_did_last_though_clocks_are_apart(
    part: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`undo-wrong-act`: where the other machine was minutes ahead, 942 of 4,000 walks took back another act."""
    for seed in range(part, WALKS, 4):
        walk = Walk(seed, monkeypatch)
        try:
            for _ in range(STEPS):
                walk.step()
            walk.agree()
        except AssertionError as error:
            raise AssertionError(f"walk {seed}, step {len(walk.doings)}: {error}") from error


def test_the_list_itself_tells_wrong_from_right() -> None:
    """A judge that says yes to everything would let every walk pass."""

    def done(number: int, first: int, undone: bool, *seen: int) -> Doing:
        return Doing(number, first, undone, frozenset(seen), frozenset(), frozenset())

    two = [done(0, 0, False), done(1, 1, False, 0)]
    assert wrong(two, 1, True) == "" and wrong(two, 0, True) and wrong(two, None, True)
    apart = [done(0, 0, False), done(1, 1, False)]
    assert wrong(apart, 0, True) == wrong(apart, 1, True) == ""
    back = [*two, done(2, 1, True, 0, 1)]
    assert wrong(back, 0, True) == wrong(back, 1, False) == ""
    assert wrong(back, 1, True) and wrong(back, 0, False) and wrong(back, None, False)
    anew = [*back, done(3, 3, False, 0, 1, 2)]
    assert wrong(anew, None, False) == wrong(anew, 3, True) == "" and wrong(anew, 1, False)
