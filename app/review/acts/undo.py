"""Taking back what one did, and doing it again, as new events: after a restart and on another machine too.

What can be taken back is read from the journal (`app.records.history.deeds`). Taking back means: of a text, the text it
replaced is there again, and a record that was new is withdrawn; of a withdrawal, the text is there again; of a
settlement, the texts it settled are in conflict again; of a verdict, the person's earlier one on that revision counts
again, or none; of a skip, the item is open again, and the other way round; of a comment, it is withdrawn, and the other
way round. Only what still shows can be taken back: nobody's later work is ever undone. Of a verdict on many records at
once that is those records whose verdict still shows; the others are told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.base.letters import spelt_out
from app.errors import UsageError
from app.records.events import Closing, Comment, Retraction, Review, Skip, TopicEvent, make_review
from app.records.history.ancestry import ancestors
from app.records.history.deeds import Act, Doings, deed, said_deed
from app.records.history.ledger import Ledger
from app.records.history.light import Entry, Event, Light
from app.records.history.reversals import ReversalTrail
from app.records.history.summary import Summary
from app.review.acts.closings import said_anew
from app.review.acts.remarks import said_again
from app.review.acts.skips import changed
from app.review.acts.verdicts import Judge
from app.store.signer import Signer, Stamp


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """What would be undone, or done again."""

    deed: str
    """What was done, such as `saved` or `withdrew`."""
    records: tuple[str, ...]
    """The records (or the skip) it changed, the one it was about first."""
    at: datetime
    """When it was done at first, UTC."""
    last: datetime
    """When the events were made that `undoes` will name."""
    events: tuple[str, ...]
    """The ids of the events that `undoes` will name."""
    item: str = ""
    """The item's path if a skip is what was done, not safe to print; else empty."""

    @property
    def text(self) -> str:
        """For people: `saved 01J… (2026-01-31 12:00 UTC)`."""
        names = self.records
        told = ", ".join(names) if len(names) <= _SHOWN else f"{len(names):,} records"
        about = f" {told}" if not self.item else ""
        return f"{self.deed}{about} ({self.at:%Y-%m-%d %H:%M} UTC)"


@dataclass(frozen=True, slots=True)
class Done:
    """What was undone, or done again."""

    text: str
    """For people, one sentence's worth."""
    target: UndoTarget
    events: tuple[Event, ...]
    """What was stored."""
    left: tuple[str, ...] = ()
    """Of a verdict on many records, those that have moved on: they stay as they are."""

    @property
    def records(self) -> tuple[str, ...]:
        """The records that changed, or were spoken of."""
        return tuple(dict.fromkeys(event.record for event in self.events))


def undo_target(ledger: Ledger, by: str, record: str | None = None) -> UndoTarget | None:
    """What `undo` would take back; None if there is nothing. Whether it still can be is not looked at."""
    doings = Doings(ledger, by)
    return _told(doings, doings.undoable(record))


def redo_target(ledger: Ledger, by: str, record: str | None = None) -> UndoTarget | None:
    """What `redo` would do again; None if there is nothing."""
    doings = Doings(ledger, by)
    return _told(doings, doings.redoable(record))


def undo(judge: Judge, record: str | None = None) -> Done:
    """Take back the last thing this person did in the topic, or to one record.

    Raises `UsageError` where there is nothing, or someone built on it, and `StoreError`.
    """
    doings = Doings(judge.signer.ledger(), judge.signer.by)
    act = doings.undoable(record)
    target = _told(doings, act)
    if act is None or target is None:
        raise UsageError(f"there is nothing of yours to undo in {record or judge.signer.topic}", _SEE)
    stamp = _stamp(judge.signer, doings, act)
    events, left = _each(act.events, lambda event: _taken_back(judge, doings, event, stamp))
    judge.signer.append(events)
    return _done("undone", target, events, left)


def redo(judge: Judge, record: str | None = None) -> Done:
    """Do again what this person undid last in the topic, or of one record. Raises as `undo` does."""
    doings = Doings(judge.signer.ledger(), judge.signer.by)
    act = doings.redoable(record)
    target = _told(doings, act)
    if act is None or target is None:
        raise UsageError(f"there is nothing of yours to do again in {record or judge.signer.topic}", _SEE)
    stamp = _stamp(judge.signer, doings, act)
    if isinstance(act.events[0], Review):
        events, left = _each(act.events, lambda event: _repeat(judge, doings, (event,), stamp))
    else:
        events, left = _repeat(judge, doings, act.events, stamp), ()
    judge.signer.append(events)
    return _done("done again", target, events, left)


def _each(
    events: Sequence[Light], turned: Callable[[Light], list[Event]]
) -> tuple[list[Event], tuple[str, ...]]:
    """What each event of an act becomes, and the records of those verdicts that have moved on.

    Raises `UsageError` where nothing is left to do, or where the act is no verdict: such a one is whole or nothing.
    """
    made: list[Event] = []
    left: list[str] = []
    for event in events:
        try:
            made += turned(event)
        except UsageError:
            left.append(event.record)
            if not isinstance(event, Review) or len(left) == len(events):
                raise
    return made, tuple(left)


def _done(how: str, target: UndoTarget, events: Sequence[Event], left: tuple[str, ...]) -> Done:
    stayed = f"{', '.join(left)} has" if len(left) == 1 else f"{len(left):,} of them have"
    but = f", but not all: {stayed} moved on" if left else ""
    return Done(f"{how}: {target.text}{but}", target, tuple(events), left)


_SHOWN = 3
"""Records that are named; of more the number is told."""
_SEE = "'backspan log RECORD' shows what was done to a record"


def _told(doings: Doings, act: Act | None) -> UndoTarget | None:
    if act is None:
        return None
    first = act.events[0]
    item, root = "", doings.turns(first).root(first.id)[0]
    if isinstance(root, TopicEvent | Comment):
        told, item = said_deed(root), root.item if isinstance(root, Skip) else ""
    else:
        told = deed(doings.trail(first.record), root.id)
    names = tuple(event.id for event in act.events)
    return UndoTarget(told, act.records, root.at, max(event.at for event in act.events), names, item)


def _stamp(signer: Signer, doings: Doings, act: Act) -> Stamp:
    """Of all events to come: later than what others said in the same place, of which the latest counts."""
    given = [
        doings.thread(event).latest.at for event in act.events if isinstance(event, TopicEvent | Comment)
    ]
    return signer.stamp(max(given, default=None))


def _taken_back(judge: Judge, doings: Doings, event: Light, stamp: Stamp) -> list[Event]:
    if isinstance(event, TopicEvent | Comment):
        return [_turned(doings, event, stamp)]
    return _reverse(judge, doings.trail(event.record), event, stamp)


def _turned(doings: Doings, event: TopicEvent | Comment, stamp: Stamp) -> Event:
    """What takes an event of a skip or a comment back, or does again what it took back.

    Raises `UsageError` where it shows no more.
    """
    turns = doings.thread(event)
    latest = turns.latest
    shown = turns.shown(latest.id)
    if shown != turns.shown(event.id):
        last = shown or latest
        who = "you" if last.by == doings.by else spelt_out(last.by)
        of = f" record {last.record}" if isinstance(last, Comment) else ""
        raise UsageError(
            f"it cannot be taken back any more, because {who} {said_deed(last)}{of}, "
            f"{last.at:%Y-%m-%d %H:%M} UTC",
            "say it again" if of else "skip the item again, or take its skip back",
        )
    act, undone = turns.root(event.id)
    model = act if undone else turns.before(act)
    withdrawn = model is None or model.withdrawn
    if isinstance(latest, Closing):
        return said_anew(latest, doings.by, stamp, withdrawn, undoes=event.id)
    if isinstance(latest, Skip):
        return changed(latest, doings.by, stamp, withdrawn, undoes=event.id)
    # What it says comes from the act that shows again: who changed a journal by hand may have changed its words.
    words = model if isinstance(model, Comment) else latest
    return said_again(latest, doings.by, stamp, withdrawn, undoes=event.id, words=words)


def _reverse(judge: Judge, trail: ReversalTrail, event: Entry, stamp: Stamp) -> list[Event]:
    """The events that take one back."""
    act, _ = trail.root(event.id)
    if isinstance(act, Review):
        return [_verdict_before(judge, trail, event, act, stamp)]
    heads = trail.showing(act.id)
    if not heads:
        raise _built_on(trail, judge.signer.by)
    other = _went_past(trail, act, heads)
    if other is not None:
        return [_like(judge, trail, other, (*heads, other), event.id, stamp)]
    if not act.parents:
        return [judge.withdrawal(event.record, heads, stamp, undoes=event.id)]
    several = len(act.parents) > 1
    # With several, each names the text it puts back as a parent too: that tells them apart (`Trail.shows`).
    return [
        _like(judge, trail, parent, (*heads, parent) if several else heads, event.id, stamp)
        for parent in act.parents
    ]


def _went_past(trail: ReversalTrail, act: Summary | Retraction, heads: Sequence[str]) -> str | None:
    """The newest head of someone who replaced what the act replaced too: with the act gone, that one stands."""
    others = [head.id for head in trail.state.heads if head.id not in heads]
    pasts = {name: ancestors(trail.state.events, name) for name in others}
    if any(all(parent not in past for past in pasts.values()) for parent in act.parents):
        return None
    near = [name for name in others if not act.parents or pasts[name].intersection(act.parents)]
    return near[-1] if near else None


def _repeat(judge: Judge, doings: Doings, undoings: Sequence[Light], stamp: Stamp) -> list[Event]:
    """The events that do again what an undoing took back: one for each event of the first act."""
    made: list[Event] = []
    roots: dict[str, list[Entry]] = {}
    for event in undoings:
        if isinstance(event, TopicEvent | Comment):
            made.append(_turned(doings, event, stamp))
            continue
        roots.setdefault(doings.trail(event.record).root(event.id)[0].id, []).append(event)
    for root, undone in roots.items():
        trail = doings.trail(undone[0].record)
        act = trail.state.events[root]
        if isinstance(act, Review):
            latest = trail.verdicts_like(act)[-1]
            if trail.judged(latest.id) != trail.judged(undone[0].id):
                raise _built_on(trail, judge.signer.by)
            made.append(_verdict(judge, trail, act, undone[0].id, act, stamp))
            continue
        heads: list[str] = []
        for event in undone:
            showing = trail.showing(trail.shows(event.id))
            if not showing:
                raise _built_on(trail, judge.signer.by)
            # An act that stood beside another head stands beside it again, not on top of it.
            beside = trail.put_back(event.id) not in (None, *act.parents)
            heads += [h for h in (trail.taken_back(event.id) if beside else showing) if h not in heads]
        made.append(_like(judge, trail, root, heads, undone[0].id, stamp))
    return made


def _like(
    judge: Judge, trail: ReversalTrail, name: str, parents: Sequence[str], undoes: str, stamp: Stamp
) -> Event:
    """An event that makes the record say what the named one made it say."""
    model = trail.state.events.get(name)
    if model is None or isinstance(model, Review):
        raise UsageError(
            f"what record {trail.state.record} said before is not in this copy of "
            f"{judge.signer.topic} (event {name[:12]})",
            "merge the copy that has it, with 'backspan merge'",
        )
    if isinstance(model, Retraction):
        return judge.withdrawal(model.record, parents, stamp, model.note, undoes)
    return judge.again(name, parents, stamp, undoes, model.origin)


def _verdict_before(judge: Judge, trail: ReversalTrail, event: Entry, act: Review, stamp: Stamp) -> Review:
    latest = trail.verdicts_like(act)[-1]
    if trail.judged(latest.id) != act.id:
        raise _built_on(trail, judge.signer.by)
    if not trail.showing(trail.shows(act.revision)):
        raise _built_on(trail, judge.signer.by)
    before = trail.earlier(act)
    name = trail.judged(before.id) if before is not None else None
    model = trail.state.events[name] if name is not None else None
    return _verdict(judge, trail, act, event.id, model, stamp)


def _verdict(
    judge: Judge, trail: ReversalTrail, act: Review, undoes: str, model: Entry | None, stamp: Stamp
) -> Review:
    """A verdict on what `act` judged, as `model` says it; none at all without a model.

    Its `reading_seconds` are 0: nobody read anew, and sums over a journal count each reading once.
    """
    given = model if isinstance(model, Review) else None
    if given is not None:
        judge.may_judge(trail.state, act.revision, given.verdict)
    return make_review(
        record=trail.state.record,
        by=judge.signer.by,
        revision=act.revision,
        verdict=given.verdict if given else "clear",
        note=given.note if given else "",
        place=given.place if given else None,
        undoes=undoes,
        **stamp._asdict(),
    )


def _built_on(trail: ReversalTrail, by: str) -> UsageError:
    """Why it is too late: who has done what since."""
    record = trail.state.record
    remedy = (
        f"'backspan log {record}' shows every revision, 'backspan bring-back {record} REVISION' restores any"
    )
    if not trail.state.heads:  # events that name each other, as only a journal changed by hand has them
        return UsageError(
            f"what record {record} says now cannot be told", "'backspan doctor' looks at its journal"
        )
    head = trail.state.heads[-1]
    # What it shows is told, not the undoing that put it there.
    last = trail.state.events.get(trail.shows(head.id) or "", head)
    who = "you" if last.by == by else spelt_out(last.by)
    return UsageError(
        f"it cannot be taken back any more, because record {record} has moved on: "
        f"{who} {deed(trail, last.id)} it, {last.at:%Y-%m-%d %H:%M} UTC",
        remedy,
    )
