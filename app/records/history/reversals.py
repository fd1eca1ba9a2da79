"""Which events take which back, and what shows then: of one record, one skip, one comment.

An event whose `undoes` names an act undoes it; one that names an undoing does the act again; and so on in turn.
`undoes` counts only within one record, skip or comment, and for the same person's events.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Literal, TypeVar

from app.records.events import Comment, Retraction, Review, TopicEvent
from app.records.history.ledger import RecordState
from app.records.history.light import Entry, Light

Kind = Literal["act", "undo", "redo"]

_E = TypeVar("_E", bound=Light)
_N = TypeVar("_N", bound=TopicEvent | Comment)


class Turns(Generic[_E]):
    """What takes what back among the events of one record, of one skip, or of one comment."""

    def __init__(self, events: Mapping[str, _E]) -> None:
        self._events = events
        self._roots: dict[str, tuple[_E, bool]] = {}
        for event in causal(events):
            target = self._target(event)
            self._roots[event.id] = (event, False) if target is None else self._flipped(target)
            self._note(event)

    def _note(self, event: _E) -> None:
        """Called for each event once its root is known, and those of its causes are."""

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the events, each after its causes; without those that go in a circle."""
        return tuple(self._roots)

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


class ReversalTrail(Turns[Entry]):
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
        event: Entry | None = self.state.events[name]
        seen: set[str] = set()
        while isinstance(event, Review) and event.id not in seen:  # times that went back can go in a circle
            seen.add(event.id)
            act, undone = self.root(event.id)
            if not undone:
                return act.id
            event = self.earlier(act)
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


class ThreadTurns(Turns[_N]):
    """The events of one skip, or of one comment, with what they take back: the latest of all counts."""

    def __init__(self, events: Mapping[str, _N]) -> None:
        super().__init__(events)
        self._order = sorted(events.values(), key=lambda event: (event.at, event.id))

    @property
    def latest(self) -> _N:
        """What counts now."""
        return self._order[-1]

    def shown(self, name: str) -> _N | None:
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

    def before(self, act: _N) -> _N | None:
        """The act whose outcome showed before this one; None where there was none."""
        at = self._order.index(act)
        return self.shown(self._order[at - 1].id) if at else None


def causes(event: Light) -> tuple[str, ...]:
    """The ids of the events that an event must come after."""
    more = (event.undoes,) if event.undoes is not None else ()
    if isinstance(event, Review):
        return (event.revision, *more)
    if isinstance(event, TopicEvent):
        return more
    if isinstance(event, Comment):
        return (event.revision, *more, *((event.answers,) if event.answers is not None else ()))
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
