"""What one person did in a topic, read from the journal alone: acts, what took them back, what did them again.

- Events of one act name it (`act`). Those that are older than that name are told by this: they are by one person, of
  one moment, and a revision of another record names as its `origin` one of the texts that the first replaces, or they
  are verdicts on several records, the same with the same note.
- An event without `undoes` is of an **act** that was done anew; `app.records.history.reversals` says what takes it
  back, or does it again.
- A person's acts stand in the order of their causes (an event is after what it replaces, judges, takes back or
  began from), then of their times. Only the person's own clock counts. It may go back, and those of two machines may
  be apart: an event is later than all of that person's that were known where it was made (`Signer.stamp`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.base.letters import spelt_out
from app.records.events import Closing, Comment, Retraction, Review, Skip, TopicEvent
from app.records.history.ancestry import ancestors, texts_behind
from app.records.history.ledger import Ledger, RecordState
from app.records.history.light import Entry, Light
from app.records.history.reversals import Kind, ReversalTrail, ThreadTurns, causal, causes
from app.records.history.summary import Summary

_START = datetime.min.replace(tzinfo=UTC)
_VERDICTS = {
    "accept": "accepted",
    "return": "returned",
    "reject": "rejected",
    "clear": "took the verdict back from",
}


@dataclass(frozen=True, slots=True)
class Act:
    """What a person did with one key: one event, or several that were stored together."""

    events: tuple[Light, ...]
    kind: Kind
    root: str
    """Names what was done first, which this did, took back, or did again."""

    @property
    def records(self) -> tuple[str, ...]:
        """The records (or the skip) it changed or spoke of, the one it was about first."""
        return tuple(dict.fromkeys(event.record for event in self.events))


class Doings:
    """All that one person did in a topic, and what of it can be undone and done again."""

    def __init__(self, ledger: Ledger, by: str) -> None:
        self.by = by
        self._ledger = ledger
        self._trails: dict[str, ReversalTrail] = {}
        self._threads: dict[tuple[str, str], ThreadTurns[TopicEvent | Comment]] = {}
        records = [event for state in ledger.records for event in state.events.values() if event.by == by]
        own: list[Light] = [*records, *(event for event in ledger.skips.events if event.by == by)]
        own += [event for event in ledger.comments.events if event.by == by]
        self._companions = dict(_companions(event for event in records if event.act is None))
        self._names: dict[str, tuple[str, str]] = {}
        """By an event's id: the first event of its act, and that of the act that was done first."""
        self._firsts: dict[tuple[str | datetime, str | None], str] = {}
        gathered: dict[tuple[str, str], list[Light]] = {}
        for event in _ordered(own, ledger, by):
            name = self._names[event.id] = self._named(event)
            # Put at the end: an act is where its last event is.
            gathered[name] = events = gathered.pop(name, [])
            events.append(event)
        self._acts = [self._act(events, root) for (_, root), events in gathered.items()]

    def trail(self, record: str) -> ReversalTrail:
        """One record's events. The record must be known."""
        if record not in self._trails:
            state = self._ledger.get(record)
            assert state is not None, record
            self._trails[record] = ReversalTrail(state)
        return self._trails[record]

    def thread(self, event: TopicEvent | Comment) -> ThreadTurns[TopicEvent | Comment]:
        """The events of the skip, or of the comment, that this one is of."""
        key = (event.record, event.comment if isinstance(event, Comment) else "")
        if key not in self._threads:
            comments, skips = self._ledger.comments, self._ledger.skips
            of: Mapping[str, TopicEvent | Comment] = comments.events_of(*key) if key[1] else skips.of(key[0])
            self._threads[key] = ThreadTurns(of)
        return self._threads[key]

    def turns(self, event: Light) -> ReversalTrail | ThreadTurns[TopicEvent | Comment]:
        """What takes what back where this event is of."""
        return self.thread(event) if isinstance(event, TopicEvent | Comment) else self.trail(event.record)

    def undoable(self, record: str | None = None) -> Act | None:
        """The act (or what did it again) that undoing takes back next: in the topic, or of one record."""
        done, _ = self._stacks(record)
        return done[-1] if done else None

    def redoable(self, record: str | None = None) -> Act | None:
        """The undoing that is taken back next."""
        _, undone = self._stacks(record)
        return undone[-1] if undone else None

    def _named(self, event: Light) -> tuple[str, str]:
        # Most take nothing back: they need no trail.
        target = self.turns(event).target(event.id) if event.undoes is not None else None
        if target is None:
            group = event.act or self._companions.get(event.id, event.id)
            first = self._firsts.setdefault((group, None), event.id)
            return first, first
        name, root = self._names.get(target, (target, target))
        return self._firsts.setdefault((event.act or event.at, name), event.id), root

    def _act(self, events: list[Light], root: str) -> Act:
        if len(events) > 1:
            events.sort(key=lambda event: (self._split_off(event), event.record))
        first = events[0]
        kind = self.turns(first).kind(first.id) if first.undoes is not None else "act"
        return Act(tuple(events), kind, root)

    def _split_off(self, event: Light) -> bool:
        """Whether it only goes along with another of its act: what began a record for one text of a conflict."""
        if isinstance(event, Review | TopicEvent | Comment):  # never, and of verdicts there may be thousands
            return False
        root, _ = self.trail(event.record).root(event.id)
        return isinstance(root, Summary) and root.origin is not None

    def _stacks(self, record: str | None) -> tuple[list[Act], list[Act]]:
        """What is done and what is undone, the latest last: whatever was done last to an act counts.

        So it does where one was undone, or done again, on two machines at once.
        """
        done: dict[str, Act] = {}
        undone: dict[str, Act] = {}
        for act in self._acts:
            if record is not None and record not in act.records:
                continue
            done.pop(act.root, None)
            undone.pop(act.root, None)
            if act.kind == "act":
                undone.clear()
            (undone if act.kind == "undo" else done)[act.root] = act
        return list(done.values()), list(undone.values())


def _companions(own: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """(id of an event that belongs to another's act, id of that other), of events that name no act."""
    settled: dict[tuple[str, datetime], str] = {}
    copies: list[tuple[str, datetime, str]] = []
    judged: dict[tuple[datetime, str, str], list[Review]] = {}
    for event in own:
        if isinstance(event, Retraction):
            continue
        if isinstance(event, Review):
            if event.undoes is None:
                judged.setdefault((event.at, event.verdict, event.note), []).append(event)
        elif event.origin is not None:
            copies.append((event.origin, event.at, event.id))
        elif len(event.parents) > 1:
            settled |= {(parent, event.at): event.id for parent in event.parents}
    for origin, at, name in copies:
        if (origin, at) in settled:
            yield name, settled[origin, at]
    for reviews in judged.values():
        # Two of one record are two acts: nobody judges a record twice with one key.
        if len(reviews) > 1 and len({review.record for review in reviews}) == len(reviews):
            first, *others = sorted(reviews, key=lambda review: (review.record, review.id))
            yield from ((other.id, first.id) for other in others)


def _ordered(own: list[Light], ledger: Ledger, by: str) -> list[Light]:
    """The person's events, causes first, then by the person's own clock, then by id."""
    known: dict[str, Light] = {event.id: event for event in ledger.skips.events}
    known |= {event.id: event for event in ledger.comments.events}
    for record in {event.record for event in own if not isinstance(event, TopicEvent)}:
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


_SAID = {"note": "commented on", "flag": "flagged", "answer": "answered on"}


def said_deed(event: TopicEvent | Comment) -> str:
    """What an event of a comment did, as words that go before the record, or of a skip; safe to print."""
    if isinstance(event, Skip):
        word = "stopped skipping" if event.withdrawn else "skipped"
        return f"{word} {spelt_out(event.item)} of {spelt_out(event.path)}"
    if isinstance(event, Closing):
        return "opened the topic again" if event.withdrawn else "said that all code there is is recorded"
    word = _SAID[event.about]
    return word if not event.withdrawn else f"took back: {word}"


def comment_deeds(comments: Iterable[Comment]) -> dict[str, str]:
    """By an event's id what it did, of all events of a record's comments."""
    threads: dict[str, dict[str, Comment]] = {}
    for event in comments:
        threads.setdefault(event.comment, {})[event.id] = event
    found: dict[str, str] = {}
    for events in threads.values():
        turns = ThreadTurns(events)
        for name in turns.names:
            act, _ = turns.root(name)
            found[name] = _worded(said_deed(act), turns.kind(name))
    return found


def chronicle(state: RecordState, comments: Sequence[Comment]) -> tuple[Entry | Comment, ...]:
    """A record's history with what was said in between: each after what it speaks of, otherwise by time."""
    history = state.history
    places: list[list[Comment]] = [[] for _ in range(len(history) + 1)]
    at = {event.id: number for number, event in enumerate(history, 1)}
    for comment in sorted(comments, key=lambda event: (event.at, event.id)):
        named = (at[name] for name in causes(comment) if name in at)
        earlier = (number for number, event in enumerate(history, 1) if event.at <= comment.at)
        place = max((*named, *earlier), default=0)
        places[place].append(comment)
        at[comment.id] = place
    found: list[Entry | Comment] = [*places[0]]
    for event, said in zip(history, places[1:], strict=True):
        found += [event, *said]
    return tuple(found)


def deed(trail: ReversalTrail, name: str) -> str:
    """What an event did, as a word or two that go before the record: `saved`, `undid: withdrew` …"""
    act, _ = trail.root(name)
    return _worded(_deed(trail.state, act), trail.kind(name))


def _worded(word: str, kind: Kind) -> str:
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
    before = {text.id for text in texts_behind(state.events, act.parents)}
    if before & state.alike(act.id):
        return None
    older = {name for parent in act.parents for name in ancestors(state.events, parent)} & state.alike(act.id)
    older.discard(act.id)
    return max(older, key=lambda name: (state.events[name].at, name), default=None)
