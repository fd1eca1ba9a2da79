"""What can be done to a saved record without opening it. Each act is new events, stored together or not at all."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Self

from ulid import ULID

from app.base.letters import spelt_out
from app.errors import StoreError, UsageError
from app.project.topics.spec import Spec
from app.records.chatml import normalise_prose
from app.records.events import (
    Effort,
    Place,
    Retraction,
    Review,
    Revision,
    Verdict,
    make_retraction,
    make_review,
    make_revision,
)
from app.records.history.ledger import RecordState
from app.records.history.light import Event
from app.records.history.summary import Summary
from app.records.history.viewpoint import wrote
from app.store.signer import HasStore, Signer, Stamp, unfit

_SHOWN = 3
"""Records that a refusal names; the others are counted."""


class Judge:
    """One person acting on one topic's records. Touches the disk: worker threads and the command line only."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        """Who acts, and where."""

    @classmethod
    def of(cls, project: HasStore, topic: str, spec: Spec, by: str) -> Self:
        """A person who acts by the rules of a topic's spec."""
        return cls(Signer(project, topic, spec.reviews, by, spec.review.own))

    # -- verdicts

    def accept(self, record: str, revision: str) -> Review:
        """Append an accept of the revision that was shown. Raises `BackspanError`."""
        return self.verdict(record, "accept", revision=revision)

    def verdict(
        self,
        record: str,
        verdict: Verdict,
        note: str = "",
        place: Place | None = None,
        reading_seconds: int = 0,
        *,
        revision: str,
    ) -> Review:
        """Append a verdict on a revision. Raises `BackspanError`.

        `revision`: what the person was shown. Where the record does not say that any more, also if it is saved anew
        in this moment, `UsageError`. `reading_seconds`: of attention before it, 0 where nobody counted.
        """
        state = self.signer.state(record)
        event = self._review(state, verdict, note, place, reading_seconds, revision, self.signer.stamp())
        self.signer.append([event], lambda: self._still([event]))
        return event

    def verdicts(
        self, records: Sequence[tuple[str, str]], verdict: Verdict, note: str = ""
    ) -> tuple[Review, ...]:
        """Append the same verdict on many records, each with the revision that was shown: all, or none.

        They are one act that is undone as one. A record named twice counts once. Raises `UsageError`, which names
        the first records it cannot be given to, and `StoreError`.
        """
        wanted = dict(records)
        ledger = self.signer.ledger()
        stamp = self.signer.stamp()
        events: list[Review] = []
        refused: list[UsageError] = []
        for record, revision in wanted.items():
            try:
                events.append(
                    self._review(self.signer.known(ledger, record), verdict, note, None, 0, revision, stamp)
                )
            except UsageError as error:
                refused.append(error)
        if refused:
            shown = "; ".join(error.what for error in refused[:_SHOWN])
            more = f"; and {len(refused) - _SHOWN:,} more" if len(refused) > _SHOWN else ""
            raise UsageError(
                f"nothing was done, because {len(refused):,} of {len(wanted):,} records cannot be given "
                f"that verdict: {shown}{more}",
                "look at the list anew, and leave these out",
            )
        if events:
            self.signer.append(events, lambda: self._still(events))
        return tuple(events)

    def _review(
        self,
        state: RecordState,
        verdict: Verdict,
        note: str,
        place: Place | None,
        seconds: int,
        shown: str,
        stamp: Stamp,
    ) -> Review:
        """A verdict on what was shown of a record; not stored yet. Raises `UsageError`."""
        self._one_text(state, verdict, shown)
        if verdict == "clear" and all(given.by != self.signer.by for given in state.verdicts):
            raise UsageError(
                f"there is no verdict of yours on record {state.record} to take back", "leave it"
            )
        self.may_judge(state, shown, verdict)
        try:
            return make_review(
                record=state.record,
                by=self.signer.by,
                revision=shown,
                verdict=verdict,
                note=note,
                place=place,
                reading_seconds=max(0, seconds),
                **stamp._asdict(),
            )
        except ValueError as error:
            raise unfit(error) from error

    def may_judge(self, state: RecordState, revision: str, verdict: Verdict) -> None:
        """Raises `UsageError` where the revision is this person's own and nobody judges their own.

        The one place of that rule: whatever makes a verdict asks here. To take one back is allowed to everybody.
        """
        if verdict != "clear" and not self.signer.judges_own and self._wrote(state, revision):
            raise UsageError(
                f"the text of record {state.record} is yours, and in this project nobody judges their own",
                "leave it to others; own = true in the spec's [review] lets people",
            )

    def _wrote(self, state: RecordState, revision: str) -> bool:
        alike = [state.events[name] for name in state.alike(revision) if name in state.events]
        texts = [event for event in alike if isinstance(event, Summary)]
        if wrote(state, texts, self.signer.by):
            return True
        # What became of a conflict kept as two is signed by who kept both, and was written by another.
        for name in {text.origin for text in texts if text.origin is not None}:
            with contextlib.suppress(StoreError):  # another copy of the journal has it
                if self.signer.text(name).by == self.signer.by:
                    return True
        return False

    def _still(self, events: Sequence[Review]) -> None:
        """Raises `UsageError` where a record does not say any more what is judged."""
        ledger = self.signer.ledger()
        for event in events:
            self._one_text(self.signer.known(ledger, event.record), event.verdict, event.revision)

    def _one_text(self, state: RecordState, what: str, read: str | None) -> None:
        """Raises `UsageError` unless the record says one thing, and, if given, what `read` says."""
        if state.revision is None or state.status in ("retracted", "conflict"):
            raise UsageError(
                f"record {state.record} is {state.status}: there is no one revision to {what}",
                "restore it first" if state.status == "retracted" else "settle the conflict first",
            )
        if read is not None and read not in state.alike(state.heads[0].id):
            last = state.revision
            raise UsageError(
                f"record {state.record} does not say that any more: {spelt_out(last.by)} saved it, "
                f"{last.at:%Y-%m-%d %H:%M} UTC",
                "read what it says now",
            )

    # -- what is said and changed in reviewing

    def edit(
        self,
        record: str,
        user: str,
        think: str,
        effort: Effort | None = None,
        revision: str | None = None,
    ) -> Revision:
        """Append a revision with these texts on top of all heads, with the newest one's code and waivers.

        The texts are normalised as every save's are. `revision`: what the person has read. Raises `UsageError` where
        the record does not say that any more, says just these texts, or is withdrawn or in conflict; `StoreError`.
        """
        state = self.signer.state(record)
        self._one_text(state, "edit", revision)
        old = self.signer.text(state.revisions[-1].id)
        user, think = normalise_prose(user), normalise_prose(think)
        if (user, think) == (old.user, old.think):
            raise UsageError(f"record {record} says just that already", "there is nothing to save")
        stamp = self.signer.stamp()
        try:
            event = make_revision(
                record=record,
                by=self.signer.by,
                block=old.block,
                user=user,
                think=think,
                parents=state.parents,
                effort=effort,
                waivers=old.waivers,
                **stamp._asdict(),
            )
        except ValueError as error:
            raise unfit(error) from error
        self.signer.append([event])
        return event

    # -- there and gone

    def withdraw(self, record: str, note: str = "") -> None:
        """Append a retraction of the record's heads. Raises `BackspanError`."""
        state = self.signer.state(record)
        if state.status == "retracted":
            raise UsageError(f"record {record} is withdrawn already", "restore it, or leave it")
        self.signer.append([self.withdrawal(record, state.parents, self.signer.stamp(), note)])

    def restore(self, record: str) -> None:
        """Append the withdrawn revision again, as a child of its retraction. Raises `BackspanError`."""
        state = self.signer.state(record)
        last = state.revision
        if state.status != "retracted":
            # The status is named where no verdict makes it: others' may not be known to this person yet.
            conflict = "in conflict, " if state.status == "conflict" else ""
            raise UsageError(f"record {record} is {conflict}not withdrawn", "there is nothing to restore")
        if last is None:
            raise UsageError(
                f"the text of record {record} is not in this journal", "merge the copy that has it first"
            )
        self.signer.append([self.again(last.id, state.parents, self.signer.stamp())])

    def bring_back(self, record: str, revision: str) -> Revision:
        """Append what an old revision said, on top of all heads. Raises `BackspanError`."""
        state = self.signer.state(record)
        known = state.events.get(revision)
        if known is None or isinstance(known, Review | Retraction):
            raise UsageError(
                f"record {record} has no revision {revision[:12]}", f"see 'backspan log {record}'"
            )
        if state.agreed and revision in state.alike(state.heads[0].id):
            raise UsageError(f"record {record} says just that already", "there is nothing to bring back")
        event = self.again(revision, state.parents, self.signer.stamp())
        self.signer.append([event])
        return event

    # -- conflicts

    def settle(self, record: str, winner: str) -> Event:
        """Append what the head `winner` says on top of all heads. Raises `BackspanError`.

        A head that is a withdrawal can win too: the record is withdrawn then.
        """
        state = self._in_conflict(record)
        head = next((head for head in state.heads if head.id == winner), None)
        if head is None:
            there = ", ".join(head.id[:12] for head in state.heads)
            raise UsageError(
                f"{winner[:12]} is not one of the texts in conflict of record {record}",
                f"keep one of {there}",
            )
        event: Event
        if isinstance(head, Retraction):
            event = self.withdrawal(record, state.parents, self.signer.stamp(), head.note)
        else:
            event = self.again(head.id, state.parents, self.signer.stamp())
        self.signer.append([event])
        return event

    def keep_both(self, record: str) -> tuple[str, ...]:
        """Settle with the first text, and make each other one a record of its own; gives back those records' ids.

        A new record begins with a revision that names the head it comes from as its `origin`. Its `by` is who
        keeps both, not who wrote the text: an event is signed by whoever makes it, or nobody could tell who to
        ask about it, nor undo it; who wrote the text stands in the `origin`. A text that occurs twice is kept
        once. All events are one act. Raises `BackspanError`.
        """
        state = self._in_conflict(record)
        texts: list[Revision] = []
        for head in state.heads:
            if isinstance(head, Retraction):
                continue
            text = self.signer.text(head.id)
            if not any(_same(text, other) for other in texts):
                texts.append(text)
        if len(texts) < 2:
            raise UsageError(
                f"the conflict of record {record} has one text only", "settle it with one of its heads"
            )
        stamp = self.signer.stamp()
        first, *others = texts
        events = [_copy(first, self.signer.by, record, stamp, parents=state.parents)]
        events += [_copy(other, self.signer.by, str(ULID()), stamp, origin=other.id) for other in others]
        self.signer.append(events)
        return tuple(event.record for event in events[1:])

    # -- what undo needs too

    def again(
        self,
        revision: str,
        parents: Sequence[str],
        stamp: Stamp,
        undoes: str | None = None,
        origin: str | None = None,
    ) -> Revision:
        """A new revision that says what an old one does; not stored yet. Raises `StoreError`."""
        text = self.signer.text(revision)
        return _copy(
            text, self.signer.by, text.record, stamp, parents=tuple(parents), undoes=undoes, origin=origin
        )

    def withdrawal(
        self, record: str, parents: Sequence[str], stamp: Stamp, note: str = "", undoes: str | None = None
    ) -> Retraction:
        """A retraction of these revisions; not stored yet."""
        return make_retraction(
            record=record,
            by=self.signer.by,
            parents=tuple(parents),
            note=note,
            undoes=undoes,
            **stamp._asdict(),
        )

    def _in_conflict(self, record: str) -> RecordState:
        state = self.signer.state(record)
        if state.status != "conflict":
            withdrawn = "withdrawn, " if state.status == "retracted" else ""
            raise UsageError(f"record {record} is {withdrawn}not in conflict", "there is nothing to settle")
        return state


def _same(a: Revision, b: Revision) -> bool:
    return (a.block, a.user, a.think) == (b.block, b.user, b.think)


def _copy(
    text: Revision,
    by: str,
    record: str,
    stamp: Stamp,
    *,
    parents: tuple[str, ...] = (),
    origin: str | None = None,
    undoes: str | None = None,
) -> Revision:
    return make_revision(
        record=record,
        by=by,
        block=text.block,
        user=text.user,
        think=text.think,
        parents=parents,
        waivers=text.waivers,
        origin=origin,
        undoes=undoes,
        **stamp._asdict(),
    )
