"""What one person may see of one record, as far as it is quick to read: texts, colours, verdicts, comments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.records.events import Comment, Review, Revision, Role
from app.records.filters.row import Row
from app.records.history.ancestry import texts_behind
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.records.history.viewpoint import Viewer, viewpoint, visible
from app.rust.highlight import highlight
from app.rust.syntax import parse
from app.store.efforts import Behind


class Colour(NamedTuple):
    """A stretch of the code that has a colour."""

    start: int
    """First character of the block, 0-based."""
    end: int
    """One past the last."""
    style: str
    """One of `app.rust.styles.STYLES`."""


class Standing(NamedTuple):
    """A span of the block, in characters of its text."""

    start: int
    """First character of the block, 0-based; the joint before it is not the span's."""
    end: int
    """One past the last."""
    role: Role
    path: str
    first: int
    """First byte in its file."""


class Earlier(NamedTuple):
    """A text that this one is worth comparing with."""

    revision: str
    """Its id."""
    by: str
    judged: bool
    """Whether it is the text that the person who looks judged last; else the one before."""


class Text(NamedTuple):
    """A revision with what is worked out of its block; the same for everybody and for ever."""

    revision: Revision
    colours: tuple[Colour, ...]
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Sheet:
    """One record on one screen. Two that are equal are drawn alike."""

    row: Row
    state: RecordState
    """The record as this person may see it."""
    revision: Revision | None
    """What it says now, the newest of a conflict; None where another copy of the journal has it."""
    colours: tuple[Colour, ...]
    standings: tuple[Standing, ...]
    comments: tuple[Comment, ...]
    """Those in force that this person may see, by time."""
    earlier: Earlier | None
    behind: Behind
    """What the revisions took that its text comes from."""

    @property
    def record(self) -> str:
        """The record's id."""
        return self.row.record

    @property
    def texts(self) -> tuple[str, str, str]:
        """`user`, `think` and the code; empty where they are not here."""
        said = self.revision
        return (said.user, said.think, said.block.text) if said is not None else ("", "", "")

    @property
    def here(self) -> tuple[Comment, ...]:
        """The comments that speak of this very text."""
        if self.revision is None:
            return ()
        alike = self.state.alike(self.revision.id)
        return tuple(comment for comment in self.comments if comment.revision in alike)

    def same_as(self, other: Sheet | None) -> bool:
        """Whether nothing that is shown has changed."""
        return (
            other is not None
            and self.row == other.row
            and self.state.events.keys() == other.state.events.keys()
            and self.comments == other.comments
        )


def earlier_of(state: RecordState, me: str) -> Earlier | None:
    """What the newest text is compared with: the text that one judged last, else the one it replaced.

    `state` may be a viewpoint. None for a first text, and where what it replaced is not here.
    """
    newest = state.revision
    if newest is None:
        return None
    alike = state.alike(newest.id)
    judged = [
        event
        for event in state.events.values()
        if isinstance(event, Review) and event.by == me and event.revision not in alike
    ]
    if judged:
        last = max(judged, key=lambda event: (event.at, event.id))
        text = state.events.get(last.revision)
        if isinstance(text, Summary):
            return Earlier(text.id, text.by, True)
    replaced = texts_behind(state.events, newest.parents)
    before = max(replaced, key=lambda text: (text.at, text.id), default=None)
    return Earlier(before.id, before.by, False) if before is not None else None


def colours_of(text: str) -> tuple[Colour, ...]:
    """The colours of a block's code, in order, never overlapping. Some milliseconds: for a worker thread."""
    data = text.encode("utf-8")
    tree = parse(data)
    assert tree is not None  # nobody cancels here
    at = _characters(text, data)
    return tuple(
        Colour(at(start), at(end), style) for start, end, style in highlight(tree, data, 0, len(data))
    )


def standings_of(revision: Revision) -> tuple[Standing, ...]:
    """Where the block's spans stand in its text."""
    text, byte = revision.block.text, 0
    at = _characters(text, text.encode("utf-8"))
    found: list[Standing] = []
    for span in revision.block.spans:
        first = byte + len(span.joint.encode("utf-8"))
        byte = first + span.end - span.start
        found.append(Standing(at(first), at(byte), span.role, span.path, span.start))
    return tuple(found)


def _characters(text: str, data: bytes) -> Callable[[int], int]:
    """What gives the character of a byte; a byte within a character is that character."""
    if len(text) == len(data):
        return lambda byte: byte
    starts = [at for at, byte in enumerate(data) if byte & 0xC0 != 0x80]
    return lambda byte: bisect_left(starts, byte)


def text_of(revision: Revision) -> Text:
    """The text with its colours. Some milliseconds: for a worker thread."""
    return Text(revision, colours_of(revision.block.text), standings_of(revision))


def sheet_of(
    row: Row,
    state: RecordState,
    viewer: Viewer,
    text: Text | None,
    comments: Iterable[Comment],
    behind: Behind,
) -> Sheet:
    """The sheet of a record; `state` has all its events, and what may not be seen is left out here."""
    seen = viewpoint(state, viewer)
    return Sheet(
        row,
        seen,
        text.revision if text is not None else None,
        text.colours if text is not None else (),
        text.standings if text is not None else (),
        visible(comments, state, viewer),
        earlier_of(seen, viewer.me),
        behind,
    )
