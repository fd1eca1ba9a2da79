"""What a person says about records: comments, flags and answers, each one new event; and taking them back."""

from __future__ import annotations

from datetime import datetime

from ulid import ULID

from app.base.letters import spelt_out
from app.errors import UsageError
from app.records.events import COMMENT, About, Comment, Place, Retraction, Review, make_comment
from app.records.history.ledger import Ledger, RecordState
from app.store.signer import Signer, Stamp, unfit


class Remarks:
    """What a person can say. Touches the disk: worker threads and the command line only."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer
        """Who says it, and where."""

    def comment(
        self,
        record: str,
        about: About,
        note: str = "",
        place: Place | None = None,
        answers: str | None = None,
        revision: str | None = None,
    ) -> Comment:
        """Append a comment on the record's newest revision, or on `revision`; it changes no status.

        `place` is in characters of that revision's field. `answers` is the id of the comment's or review's event
        that an answer answers. Raises `BackspanError`.
        """
        ledger = self.signer.ledger()
        state = self.signer.known(ledger, record)
        text = self._spoken_of(state, revision)
        note = note.strip()
        if about == "note" and not note:
            raise UsageError("a comment without words says nothing", "write it, or flag the record")
        if len(note) > COMMENT:
            raise UsageError(f"the comment has {len(note):,} characters", f"say it in {COMMENT:,}")
        if place is not None:
            self._check_place(place, text)
        answered = self._answered(ledger, state, about, answers)
        stamp = self.signer.stamp(answered)
        try:
            event = make_comment(
                record=record,
                by=self.signer.by,
                comment=str(ULID()),
                revision=text,
                about=about,
                note=note,
                place=place,
                answers=answers,
                **stamp._asdict(),
            )
        except ValueError as error:
            raise unfit(error) from error
        self.signer.append([event])
        return event

    def _spoken_of(self, state: RecordState, revision: str | None) -> str:
        last = state.revision
        name = revision if revision is not None else last.id if last is not None else ""
        known = state.events.get(name)
        if known is None or isinstance(known, Review | Retraction):
            raise UsageError(
                f"record {state.record} has no revision {name[:12]}".rstrip(),
                f"see 'backspan log {state.record}'",
            )
        return name

    def _check_place(self, place: Place, revision: str) -> None:
        text = self.signer.text(revision)
        said = {"user": text.user, "think": text.think, "block": text.block.text}[place.field]
        if not place.start <= place.end <= len(said):
            raise UsageError(
                f"characters {place.start} to {place.end} are no part of {place.field}, which has {len(said):,}",
                "mark the place anew",
            )

    def _answered(
        self, ledger: Ledger, state: RecordState, about: About, answers: str | None
    ) -> datetime | None:
        """When what is answered was said; None for what is no answer. Raises `UsageError` where it is not known."""
        if (about == "answer") != (answers is not None):
            raise UsageError("an answer, and nothing else, names what it answers", "say what is answered")
        if answers is None:
            return None
        said = state.events.get(answers)
        comment = next((one for one in ledger.comments.of(state.record) if one.id == answers), None)
        if isinstance(said, Review):
            return said.at
        if comment is None:
            raise UsageError(
                f"there is no comment or verdict {answers[:12]} on record {state.record} to answer",
                "it may have been taken back: read the record again",
            )
        return comment.at

    def withdraw_comment(self, comment: str) -> Comment:
        """Append that one's own comment of this id (its own, not an event's) is taken back. Raises `BackspanError`."""
        known = self.signer.ledger().comments.named(comment)
        if not known:
            raise UsageError(
                f"no comment {spelt_out(comment)[:26]} in {self.signer.topic}", "read the record again"
            )
        own = [one for one in known if one.by == self.signer.by]
        if not own:
            raise UsageError(
                f"that comment is by {spelt_out(known[0].by)}: who made it takes it back", "answer it"
            )
        there = [one for one in own if not one.withdrawn]
        if not there:
            raise UsageError("that comment is taken back already", "there is nothing to do")
        event = said_again(there[0], self.signer.by, self.signer.stamp(there[0].at), withdrawn=True)
        self.signer.append([event])
        return event


def said_again(
    latest: Comment,
    by: str,
    stamp: Stamp,
    withdrawn: bool,
    undoes: str | None = None,
    words: Comment | None = None,
) -> Comment:
    """The next event of a comment, in force or not, saying what `words` says, else the same.

    `stamp` must be later than `latest`.
    """
    said = words or latest
    return make_comment(
        record=latest.record,
        by=by,
        comment=latest.comment,
        revision=said.revision,
        about=said.about,
        note=said.note,
        place=said.place,
        answers=said.answers,
        withdrawn=withdrawn,
        undoes=undoes,
        **stamp._asdict(),
    )
