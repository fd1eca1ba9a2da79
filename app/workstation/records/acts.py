"""What the history and the conflict screen ask of the engine, and how the project's store does it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from app.base import moments
from app.errors import UsageError
from app.project.project import Project
from app.project.topics.viewer import viewer_of
from app.records.events import Comment, Revision
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import Viewer
from app.review.acts.undo import redo, undo
from app.review.acts.verdicts import Judge
from widgets.record.diff import Comparison

FIELDS = ("user", "think", "block")
"""The texts of a record, in the order they are shown."""


class RecordActs(Protocol):
    """One person reading and changing the records of one topic.

    Every method touches the disk: worker threads only. All raise `BackspanError`. What changes something returns
    only when its one event is durable.
    """

    def state(self, record: str) -> RecordState | None:
        """What the journal holds of a record now; None if it holds nothing."""

    def comments(self, record: str) -> tuple[Comment, ...]:
        """Every event of the comments on a record, by time, as of the last `state`."""

    def viewer(self) -> Viewer | None:
        """Who looks, and what the topic lets them see; None where nothing is hidden from anybody."""

    def text(self, revision: str) -> Revision:
        """A revision with its texts, by its id."""

    def bring_back(self, record: str, revision: str) -> None:
        """Append a revision that says what this one says, in place of all heads."""

    def undo(self, record: str) -> str:
        """Take back this person's last act on the record; what that was, in a few words."""

    def redo(self, record: str) -> str:
        """Do again what this person took back last; what that was, in a few words."""

    def settle(self, record: str, winner: str, seen: Sequence[str]) -> None:
        """Settle a conflict with one head, if the heads are still those that were `seen`."""

    def keep_both(self, record: str, seen: Sequence[str]) -> tuple[str, ...]:
        """Settle it by making every text but the first a record of its own, if the heads are those `seen`.

        Gives back the ids of the new records.
        """


class JudgeActs:
    """The acts of a person at work on a topic (`Desk.judge`)."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def state(self, record: str) -> RecordState | None:
        return self._judge.signer.ledger().get(record)

    def comments(self, record: str) -> tuple[Comment, ...]:
        return self._judge.signer.follower.ledger.comments.about(record)

    def viewer(self) -> Viewer | None:
        project = self._judge.signer.project
        if not isinstance(project, Project):
            return None
        viewer = viewer_of(project.spec(self._judge.signer.topic), self._judge.signer.by)
        return viewer if viewer.blind else None

    def text(self, revision: str) -> Revision:
        return self._judge.signer.text(revision)

    def bring_back(self, record: str, revision: str) -> None:
        self._judge.bring_back(record, revision)

    def undo(self, record: str) -> str:
        return undo(self._judge, record).target.deed

    def redo(self, record: str) -> str:
        return redo(self._judge, record).target.deed

    def settle(self, record: str, winner: str, seen: Sequence[str]) -> None:
        self._check(record, seen)
        self._judge.settle(record, winner)

    def keep_both(self, record: str, seen: Sequence[str]) -> tuple[str, ...]:
        self._check(record, seen)
        return self._judge.keep_both(record)

    def _check(self, record: str, seen: Sequence[str]) -> None:
        """Nobody settles what they have not seen. Raises `UsageError`."""
        if set(self._judge.signer.state(record).parents) != set(seen):
            raise UsageError(
                f"record {record} was changed by somebody else in this moment",
                "look at what it says now, then choose again",
            )


def comparisons(old: Revision | None, new: Revision | None) -> tuple[Comparison, ...]:
    """The three texts of a record as differences; no revision counts as empty texts. Worker threads only."""
    from app.base.word_diff import word_diff  # late: only people who look at a difference wait for it

    return tuple(
        Comparison(name, word_diff(before, after))
        for name, before, after in zip(FIELDS, _texts(old), _texts(new), strict=True)
    )


def as_texts(revision: Revision) -> tuple[Comparison, ...]:
    """The three texts of a record, to be read."""
    return tuple(
        Comparison(name, (ShownText(text),), plain=True)
        for name, text in zip(FIELDS, _texts(revision), strict=True)
    )


def note_of(text: str) -> tuple[Comparison, ...]:
    """What somebody said about an event, to be read; nothing if nothing was said."""
    return (Comparison("note", (ShownText(text),), plain=True),) if text.strip() else ()


class ShownText(NamedTuple):
    """A text that is shown as it is."""

    text: str
    kind: Literal["same"] = "same"


def local(moment: datetime) -> str:
    """A moment in the person's own time, to the minute."""
    return f"{moments.local(moment):%Y-%m-%d %H:%M}"


def _texts(revision: Revision | None) -> tuple[str, str, str]:
    return ("", "", "") if revision is None else (revision.user, revision.think, revision.block.text)
