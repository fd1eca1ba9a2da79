"""What one person did in a topic, read from the journal alone: acts, what took them back, what did them again.

- An event without `undoes` is an **act**. One that names an act undoes it; one that names an undo does the act
  again; and so on in turn. `undoes` counts only within one record and for the same person's events.
- Events of one act are told by this: they are by one person, of one moment, and a revision of another record names
  as its `origin` one of the texts that the first replaces (`Judge.keep_both`). What undoes events of one act at one
  moment is one act again.
- A person's acts stand in the order of their causes (an event is after what it replaces, judges, takes back or
  began from), then of their times. Only the person's own clock counts, and it may go back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, Literal, TypeVar

from app.records import Retraction, Review, Skip
from app.store.ancestry import ancestors
from app.store.ledger import Ledger, RecordState
from app.store.protocol import Entry, Light
from app.store.summary import Summary

Kind = Literal["act", "undo", "redo"]
_START = datetime.min.replace(tzinfo=UTC)
_VERDICTS = {
    "accept": "accepted",
    "return": "returned",
    "reject": "rejected",
    "clear": "took the verdict back from",
}


_E = TypeVar("_E", bound=Light)


class Turns(Generic[_E]):
    """What takes what back among the events of one record, or of one skip."""

    def __init__(self, events: Mapping[str, _E]) -> None:
        self._events = events
        self._roots: dict[str, tuple[_E, bool]] = {}
        for event in causal(events):
            target = self._target(event)
            self._roots[event.id] = (event, False) if target is None else self._flipped(target)
            self._note(event)

    def _note(self, event: _E) -> None:
        """Called for each event once its root is known, and those of its causes are."""

    def root(self, name: str) -> tuple[_E, bool]:
        """The act that an event is about, and whether the event leaves it undone. `name` must be known."""
        return self._roots[name]

    def _flipped(self, name: str) -> tuple[_E, bool]:
        act, undone = self._roots[name]
        return act, not undone

    def kind(self, name: str) -> Kind:
        """Whether an event is an act, takes one back, or does one again."""
        act, undone = self.root(name)
        return "act" if act.id == name else "undo" if undone else "redo"

    def target(self, name: str) -> str | None:
        """The id of the event that this one takes back; None for an act."""
        return self._target(self._events[name])

    def _target(self, event: _E) -> str | None:
        target = self._events.get(event.undoes) if event.undoes in self._roots else None
        if target is None or target.by != event.by:
            return None
        if isinstance(event, Review) and isinstance(target, Review):
            return target.id if event.revision == target.revision else None
        if isinstance(event, Review) or isinstance(target, Review):
            return None
        return target.id


class Trail(Turns[Entry]):
    """One record's events with what they take back."""

    def __init__(self, state: RecordState) -> None:
        self.state = state
        self._shows: dict[str, str | None] = {}
        super().__init__(state.events)

    def _note(self, event: Entry) -> None:
        root, undone = self.root(event.id)
        if not isinstance(event, Review):
            self._shows[event.id] = self._before(root, event) if undone else root.id

    def shows(self, name: str) -> str | None:
        """The act whose outcome the record shows once this revision or retraction is its head.

        None where it shows what was before the record was begun. An unknown event stands for itself.
        """
        return self._shows.get(name, name)

    def showing(self, act: str | None) -> tuple[str, ...]:
        """The heads that show the outcome of this act."""
        return tuple(head.id for head in self.state.heads if self.shows(head.id) == act)

    def judged(self, name: str) -> str | None:
        """The act that a person's verdict stands for, the verdict's id given; None where it is taken back."""
        event = self.state.events[name]
        while isinstance(event, Review):
            act, undone = self.root(event.id)
            if not undone:
                return act.id
            before = self.earlier(act)
            if before is None:
                return None
            event = before
        return None

    def earlier(self, review: Entry) -> Review | None:
        """The same person's verdict on the same text that came before this one."""
        before: Review | None = None
        for given in self.verdicts_like(review):
            if given.id == review.id:
                break
            before = given
        return before

    def verdicts_like(self, review: Entry) -> list[Review]:
        """All verdicts of the same person on what that revision says, in the order in which they count."""
        if not isinstance(review, Review):
            return []
        alike = self.state.alike(review.revision)
        given = (
            event
            for event in self.state.events.values()
            if isinstance(event, Review) and event.by == review.by and event.revision in alike
        )
        return sorted(given, key=lambda event: (event.at, event.id))

    def put_back(self, name: str) -> str | None:
        """The text that an undoing names as the one it puts back; None where there is but one to put back."""
        undoing = self.state.events[name]
        act, _ = self.root(name)
        if isinstance(undoing, Review):
            return None
        return next((parent for parent in undoing.parents if self.shows(parent) != act.id), None)

    def taken_back(self, name: str) -> tuple[str, ...]:
        """The events, as an undoing names them, whose outcome it replaces."""
        undoing = self.state.events[name]
        act, _ = self.root(name)
        if isinstance(undoing, Review):
            return ()
        return tuple(parent for parent in undoing.parents if self.shows(parent) == act.id)

    def _before(self, act: Entry, undoing: Entry) -> str | None:
        """What the undoing of an act shows; None where there was nothing."""
        named = self.put_back(undoing.id)
        if named is None and not isinstance(act, Review) and act.parents:
            named = act.parents[0]
        return self.shows(named) if named is not None else None


class SkipTurns(Turns[Skip]):
    """One skip's events with what they take back."""

    def __init__(self, events: Mapping[str, Skip]) -> None:
        super().__init__(events)
        self._order = sorted(events.values(), key=lambda event: (event.at, event.id))

    @property
    def latest(self) -> Skip:
        """What counts now."""
        return self._order[-1]

    def shown(self, name: str) -> Skip | None:
        """The act whose outcome shows while this event is the latest; None where it is what was before any."""
        seen: set[str] = set()
        act, undone = self.root(name)
        while undone:
            before = self._order.index(act) - 1
            if before < 0 or act.id in seen:  # times changed by hand can go in a circle
                return None
            seen.add(act.id)
            act, undone = self.root(self._order[before].id)
        return act

    def before(self, act: Skip) -> Skip | None:
        """The act whose outcome showed before this one; None where there was none."""
        at = self._order.index(act)
        return self.shown(self._order[at - 1].id) if at else None


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did with one key: one event, or several that were stored together."""

    events: tuple[Light, ...]
    kind: Kind
    key: str
    """Names the act, and nothing else."""

    @property
    def records(self) -> tuple[str, ...]:
        """The records (or the skip) it changed, the one it was about first."""
        return tuple(dict.fromkeys(event.record for event in self.events))


class Doings:
    """All that one person did in a topic, and what of it can be undone and done again."""

    def __init__(self, ledger: Ledger, by: str) -> None:
        self.by = by
        self._ledger = ledger
        self._trails: dict[str, Trail] = {}
        self._skips: dict[str, SkipTurns] = {}
        records = [event for state in ledger.records for event in state.events.values() if event.by == by]
        own = [*records, *(event for event in ledger.skips.events if event.by == by)]
        self._companions = dict(_companions(records))
        self._keys: dict[str, str] = {}
        self._undoings: dict[tuple[datetime, str], str] = {}
        self._acts: dict[str, Act] = {}
        for event in _ordered(own, ledger, by):
            self._take(event)

    def trail(self, record: str) -> Trail:
        """One record's events. The record must be known."""
        if record not in self._trails:
            state = self._ledger.get(record)
            assert state is not None, record
            self._trails[record] = Trail(state)
        return self._trails[record]

    def skip(self, skip: str) -> SkipTurns:
        """One skip's events. The skip must be known."""
        if skip not in self._skips:
            self._skips[skip] = SkipTurns(self._ledger.skips.of(skip))
        return self._skips[skip]

    def _turns(self, event: Light) -> Trail | SkipTurns:
        return self.skip(event.record) if isinstance(event, Skip) else self.trail(event.record)

    def undoable(self, record: str | None = None) -> Act | None:
        """The act (or what did it again) that undoing takes back next: in the topic, or of one record."""
        done, _ = self._stacks(record)
        return done[-1] if done else None

    def redoable(self, record: str | None = None) -> Act | None:
        """The undoing that is taken back next."""
        _, undone = self._stacks(record)
        return undone[-1] if undone else None

    def _take(self, event: Light) -> None:
        target: str | None = None
        kind: Kind = "act"
        if event.undoes is not None:  # most take nothing back: they need no trail
            trail = self._turns(event)
            target, kind = trail.target(event.id), trail.kind(event.id)
        if target is None:
            key = self._companions.get(event.id, event.id)
        else:
            key = self._undoings.setdefault((event.at, self._keys.get(target, target)), event.id)
        self._keys[event.id] = key
        before = self._acts.pop(key, None)  # put at the end: an act is where its last event is
        events = (event,) if before is None else tuple(sorted((*before.events, event), key=self._copied))
        self._acts[key] = Act(events, kind, key)

    def _copied(self, event: Light) -> bool:
        """Whether an event only goes along with another of its act."""
        return self._turns(event).root(event.id)[0].id in self._companions

    def _stacks(self, record: str | None) -> tuple[list[Act], list[Act]]:
        done: list[Act] = []
        undone: list[Act] = []
        for act in self._acts.values():
            if record is not None and record not in act.records:
                continue
            if act.kind == "act":
                undone.clear()
                done.append(act)
                continue
            take, give = (done, undone) if act.kind == "undo" else (undone, done)
            first = act.events[0]
            target = self._keys.get(self._turns(first).target(first.id) or "")
            index = next((i for i in reversed(range(len(take))) if take[i].key == target), None)
            if index is not None:  # else it was undone elsewhere at the same time: once is enough
                del take[index]
                give.append(act)
        return done, undone


def _companions(own: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """(id of an event that belongs to another's act, id of that other)."""
    settled: dict[tuple[str, datetime], str] = {}
    copies: list[tuple[str, datetime, str]] = []
    for event in own:
        if isinstance(event, Review | Retraction):
            continue
        if event.origin is not None:
            copies.append((event.origin, event.at, event.id))
        elif len(event.parents) > 1:
            settled |= {(parent, event.at): event.id for parent in event.parents}
    for origin, at, name in copies:
        if (origin, at) in settled:
            yield name, settled[origin, at]


def causes(event: Light) -> tuple[str, ...]:
    """The ids of the events that an event must come after."""
    more = (event.undoes,) if event.undoes is not None else ()
    if isinstance(event, Review):
        return (event.revision, *more)
    if isinstance(event, Skip):
        return more
    if isinstance(event, Retraction):
        return (*event.parents, *more)
    return (*event.parents, *more, *((event.origin,) if event.origin is not None else ()))


def causal(events: Mapping[str, _E]) -> list[_E]:
    """Events by id, each after its causes; without those that go in a circle, as no valid ones can."""
    waits: dict[str, int] = {}
    frees: dict[str, list[str]] = {}
    for name, event in events.items():
        named = {cause for cause in causes(event) if cause in events}
        waits[name] = len(named)
        for cause in named:
            frees.setdefault(cause, []).append(name)
    order = [events[name] for name, count in waits.items() if not count]
    for event in order:  # which grows meanwhile
        for name in frees.get(event.id, ()):
            waits[name] -= 1
            if not waits[name]:
                order.append(events[name])
    return order


def _ordered(own: list[Light], ledger: Ledger, by: str) -> list[Light]:
    """The person's events, causes first, then by the person's own clock, then by id."""
    known: dict[str, Light] = {event.id: event for event in ledger.skips.events}
    for record in {event.record for event in own if not isinstance(event, Skip)}:
        state = ledger.get(record)
        known |= state.events if state is not None else {}
    # A cause of the person's own pushes what follows to its own time at least: that mends a clock that went back.
    place: dict[str, tuple[datetime, int]] = {}
    for event in causal(known):
        named = [place[name] for name in causes(event) if name in place]
        times = [time for time, _ in named]
        depths = [depth for _, depth in named]
        place[event.id] = (max([event.at if event.by == by else _START, *times]), 1 + max(depths, default=0))
    own = [event for event in own if event.id in place]
    return sorted(own, key=lambda event: (place[event.id], event.id))


def deed(trail: Trail, name: str) -> str:
    """What an event did, as a word or two that go before the record: `saved`, `undid: withdrew` …"""
    act, _ = trail.root(name)
    word = _deed(trail.state, act)
    kind = trail.kind(name)
    return word if kind == "act" else f"undid: {word}" if kind == "undo" else f"did again: {word}"


def _deed(state: RecordState, act: Entry) -> str:
    if isinstance(act, Review):
        return _VERDICTS[act.verdict]
    if isinstance(act, Retraction):
        return "withdrew"
    if not act.parents:
        return "split off" if act.origin is not None else "began"
    if brought_back(state, act) is not None:
        return "brought back"
    if len(act.parents) > 1:
        return "settled"
    return "restored" if isinstance(state.events.get(act.parents[0]), Retraction) else "saved"


def brought_back(state: RecordState, act: Entry) -> str | None:
    """The newest older revision that a revision says again, where what it replaced said something else.

    Only what it comes from counts: a text that stands beside it was written twice, and not brought back.
    """
    if not isinstance(act, Summary):
        return None
    before = {name for parent in act.parents for name in behind(state, parent)}
    if before & state.alike(act.id):
        return None
    older = {name for parent in act.parents for name in ancestors(state, parent)} & state.alike(act.id)
    older.discard(act.id)
    return max(older, key=lambda name: (state.events[name].at, name), default=None)


def behind(state: RecordState, name: str) -> set[str]:
    """The revision of this id, or those that the retraction of this id withdrew, as far as they are known."""
    found: set[str] = set()
    todo, done = [name], set[str]()
    while todo:
        name = todo.pop()
        event = state.events.get(name)
        if event is None or name in done or isinstance(event, Review):
            continue
        done.add(name)
        if isinstance(event, Retraction):
            todo.extend(event.parents)
        else:
            found.add(name)
    return found
