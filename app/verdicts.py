"""What can be done to a saved record without opening it. Each act is new events, stored together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ulid import ULID

from app.chatml import normalise_prose
from app.errors import UsageError
from app.records import (
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
from app.remarks import Remarks
from app.signing import HasStore, moment, unfit
from app.store.ledger import RecordState
from app.store.lines import printable
from app.store.protocol import Event

__all__ = ["HasStore", "Judge", "moment"]

_SHOWN = 3
"""Records that a refusal names; the others are counted."""


class Judge(Remarks):
    """One person acting on one topic's records. Touches the disk: worker threads and the command line only."""

    # -- verdicts

    def accept(self, record: str) -> None:
        """Append an accept of the record's newest revision. Raises `BackspanError`."""
        self.verdict(record, "accept")

    def verdict(
        self,
        record: str,
        verdict: Verdict,
        note: str = "",
        place: Place | None = None,
        reading_seconds: int = 0,
        revision: str | None = None,
    ) -> Review:
        """Append a verdict on what the record says now. Raises `BackspanError`.

        `reading_seconds`: of attention before it, 0 where nobody counted. `revision`: what the person has read; if
        the record does not say that any more, `UsageError`.
        """
        state = self.state(record)
        event = self._review(state, verdict, note, place, reading_seconds, revision)
        self.append([event])
        return event

    def verdicts(
        self, records: Sequence[tuple[str, str]], verdict: Verdict, note: str = ""
    ) -> tuple[Review, ...]:
        """Append the same verdict on many records, each with the revision that it must still say: all, or none.

        All share one moment, which makes them one act that is undone as one. A record named twice counts once.
        Raises `UsageError`, which names the first records it cannot be given to, and `StoreError`.
        """
        wanted = dict(records)
        ledger = self.ledger()
        at = moment(max((self._latest(ledger.get(name)) for name in wanted), default=None))
        events: list[Review] = []
        refused: list[UsageError] = []
        for record, revision in wanted.items():
            try:
                events.append(self._review(self.known(ledger, record), verdict, note, None, 0, revision, at))
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
            self.append(events)
        return tuple(events)

    def _review(
        self,
        state: RecordState,
        verdict: Verdict,
        note: str,
        place: Place | None,
        seconds: int,
        read: str | None,
        at: datetime | None = None,
    ) -> Review:
        """A verdict on what a record says now; not stored yet. Raises `UsageError`."""
        self._one_text(state, verdict, read)
        if verdict == "clear" and all(given.by != self.by for given in state.verdicts):
            raise UsageError(
                f"there is no verdict of yours on record {state.record} to take back", "leave it"
            )
        revision = state.heads[0].id
        try:
            return make_review(
                record=state.record,
                by=self.by,
                revision=revision,
                verdict=verdict,
                note=note,
                place=place,
                reading_seconds=max(0, seconds),
                at=at or self.review_moment(state, revision),
            )
        except ValueError as error:
            raise unfit(error) from error

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
                f"record {state.record} does not say that any more: {printable(last.by)} saved it, "
                f"{last.at:%Y-%m-%d %H:%M} UTC",
                "read what it says now",
            )

    def _latest(self, state: RecordState | None) -> datetime:
        """When this person judged a record last, whatever it said."""
        events = state.events.values() if state is not None else ()
        given = (event.at for event in events if isinstance(event, Review) and event.by == self.by)
        return max(given, default=datetime.min.replace(tzinfo=UTC))

    def review_moment(self, state: RecordState, revision: str) -> datetime:
        """A time for a verdict that makes it this person's latest on what that revision says."""
        alike = state.alike(revision)
        given = (e for e in state.events.values() if isinstance(e, Review) and e.revision in alike)
        return moment(max((e.at for e in given if e.by == self.by), default=None))

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
        state = self.state(record)
        self._one_text(state, "edit", revision)
        old = self.text(state.revisions[-1].id)
        user, think = normalise_prose(user), normalise_prose(think)
        if (user, think) == (old.user, old.think):
            raise UsageError(f"record {record} says just that already", "there is nothing to save")
        try:
            event = make_revision(
                record=record,
                by=self.by,
                block=old.block,
                user=user,
                think=think,
                parents=state.parents,
                effort=effort,
                waivers=old.waivers,
                at=moment(),
            )
        except ValueError as error:
            raise unfit(error) from error
        self.append([event])
        return event

    # -- there and gone

    def withdraw(self, record: str, note: str = "") -> None:
        """Append a retraction of the record's heads. Raises `BackspanError`."""
        state = self.state(record)
        if state.status == "retracted":
            raise UsageError(f"record {record} is withdrawn already", "restore it, or leave it")
        event = make_retraction(record=record, by=self.by, parents=state.parents, note=note, at=moment())
        self.append([event])

    def restore(self, record: str) -> None:
        """Append the withdrawn revision again, as a child of its retraction. Raises `BackspanError`."""
        state = self.state(record)
        last = state.revision
        if state.status != "retracted":
            # The status is named where no verdict makes it: others' may not be known to this person yet.
            conflict = "in conflict, " if state.status == "conflict" else ""
            raise UsageError(f"record {record} is {conflict}not withdrawn", "there is nothing to restore")
        if last is None:
            raise UsageError(
                f"the text of record {record} is not in this journal", "merge the copy that has it first"
            )
        self.append([self.again(last.id, state.parents)])

    def bring_back(self, record: str, revision: str) -> Revision:
        """Append what an old revision said, on top of all heads. Raises `BackspanError`."""
        state = self.state(record)
        known = state.events.get(revision)
        if known is None or isinstance(known, Review | Retraction):
            raise UsageError(
                f"record {record} has no revision {revision[:12]}", f"see 'backspan log {record}'"
            )
        if state.agreed and revision in state.alike(state.heads[0].id):
            raise UsageError(f"record {record} says just that already", "there is nothing to bring back")
        event = self.again(revision, state.parents)
        self.append([event])
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
            event = make_retraction(
                record=record, by=self.by, parents=state.parents, note=head.note, at=moment()
            )
        else:
            event = self.again(head.id, state.parents)
        self.append([event])
        return event

    def keep_both(self, record: str) -> tuple[str, ...]:
        """Settle with the first text, and make each other one a record of its own; gives back those records' ids.

        A new record begins with a revision that names the head it comes from as its `origin`. Its `by` is who
        keeps both, not who wrote the text: an event is signed by whoever makes it, or nobody could tell who to
        ask about it, nor undo it; who wrote the text stands in the `origin`. A text that occurs twice is kept
        once. All events share one moment: that, and the origin, make them one act. Raises `BackspanError`.
        """
        state = self._in_conflict(record)
        texts: list[Revision] = []
        for head in state.heads:
            if isinstance(head, Retraction):
                continue
            text = self.text(head.id)
            if not any(_same(text, other) for other in texts):
                texts.append(text)
        if len(texts) < 2:
            raise UsageError(
                f"the conflict of record {record} has one text only", "settle it with one of its heads"
            )
        at = moment()
        first, *others = texts
        events = [_copy(first, self.by, record, parents=state.parents, at=at)]
        events += [_copy(other, self.by, str(ULID()), origin=other.id, at=at) for other in others]
        self.append(events)
        return tuple(event.record for event in events[1:])

    # -- what undo needs too

    def again(
        self,
        revision: str,
        parents: Sequence[str],
        undoes: str | None = None,
        origin: str | None = None,
        at: datetime | None = None,
    ) -> Revision:
        """A new revision that says what an old one does; not stored yet. Raises `StoreError`."""
        text = self.text(revision)
        return _copy(
            text,
            self.by,
            text.record,
            parents=tuple(parents),
            undoes=undoes,
            origin=origin,
            at=at or moment(),
        )

    def _in_conflict(self, record: str) -> RecordState:
        state = self.state(record)
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
    *,
    at: datetime,
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
        at=at,
    )
