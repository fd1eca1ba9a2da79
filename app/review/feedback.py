"""What came back to a person: verdicts, comments with their places in the present text, and what others changed.

No screen here. What touches a disk, or compares texts, is for worker threads; it is said at each function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from app.base.word_diff import Chunk, word_diff
from app.errors import StoreError
from app.records.events import Comment, Place, Review, Revision
from app.records.history.ancestry import texts_behind
from app.records.history.ledger import Ledger, RecordState
from app.records.history.summary import Summary
from app.records.history.viewpoint import Viewer, viewpoint, visible
from app.store.signer import Signer

Said = Literal["accept", "return", "reject", "note", "flag", "answer"]
Moved = Literal["", "changed", "gone"]
"""What became of the words at a place: they stand as they were, in part, or not at all."""

ACCEPTED = "I accept this edit."
"""What an author's note says where nothing else is to be said of an edit; it asks for no answer."""
_FIELDS = ("", "user", "think", "block")
_EVER = datetime.min.replace(tzinfo=UTC)


class Spoken(NamedTuple):
    """One thing that another person said of a record."""

    event: str
    """Id of the comment's or review's event: what an answer names."""
    said: Said
    by: str
    at: datetime
    note: str
    """As it was written; may be empty for a verdict and a flag."""
    place: Place | None
    text: str
    """The whole field that the place is in, as it was when this was said; empty where it is not here."""
    answer: Comment | None
    """The latest answer to it; None before anybody answered."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was said, placed in the present texts."""

    spoken: Spoken
    start: int | None
    """First character of the field as it is now, 0-based; None where it is about no place."""
    end: int | None
    """One past the last; the same as `start` where nothing of those words stands any more."""
    moved: Moved

    @property
    def field(self) -> str:
        """`user`, `think`, `block`, or empty where it is about no place."""
        return self.spoken.place.field if self.spoken.place is not None else ""

    @property
    def was(self) -> str:
        """The words it is about, as they were."""
        place = self.spoken.place
        return self.spoken.text[place.start : place.end] if place is not None else ""


class Edit(NamedTuple):
    """Others have put another text on top of mine."""

    mine: str
    """Id of my newest revision under theirs."""
    theirs: str
    """Id of the revision that is the newest now."""
    by: str
    """Who saved that one."""
    at: datetime
    settled: bool
    """Whether I have said something about it."""


class Heard(NamedTuple):
    """All that others have to say of a record to one person."""

    record: str
    status: str
    spoken: tuple[Spoken, ...]
    edit: Edit | None

    @property
    def open(self) -> tuple[str, ...]:
        """The ids of the events that nobody answered, and of an edit that nothing was said about."""
        ids = [one.event for one in self.spoken if one.answer is None and one.note != ACCEPTED]
        if self.edit is not None and not self.edit.settled:
            ids.append(self.edit.theirs)
        return tuple(ids)


class Waiting(NamedTuple):
    """The records of one topic that wait for their author, by id, each once."""

    returned: tuple[str, ...] = ()
    """Changes are asked for."""
    edited: tuple[str, ...] = ()
    """Somebody changed them, and nothing was said of it yet."""
    commented: tuple[str, ...] = ()
    """Something was said of them that nobody answered."""

    @property
    def records(self) -> tuple[str, ...]:
        """All of them, in this order."""
        return (*self.returned, *self.edited, *self.commented)


# -- what is there


def hear(signer: Signer, record: str, viewer: Viewer) -> Heard | None:
    """What others say of a record to `viewer`; None where the journal has nothing of it.

    Told are the verdicts and comments on the newest text that anybody spoke of, and whatever nobody answered of the
    comments on earlier ones. Worker threads only. Raises `StoreError`.
    """
    ledger = signer.ledger()
    whole = ledger.get(record)
    if whole is None:
        return None
    state = viewpoint(whole, viewer)
    in_force = _visible(ledger, whole, viewer)
    answers = answers_in_force(ledger, record, in_force)
    mine = {one.id for one in in_force if one.by == viewer.me}
    comments = [
        one for one in in_force if one.by != viewer.me and (one.about != "answer" or one.answers in mine)
    ]
    reviews = _verdicts(state, viewer.me)
    spoken_of = _newest(state, [one.revision for one in comments] + [one.revision for one in reviews])
    shown: list[Comment | Review] = [one for one in reviews if one.revision in spoken_of and _tells(one)]
    shown += [one for one in comments if one.revision in spoken_of or (one.id not in answers)]
    texts = _Texts(signer)
    found = [_spoken(one, texts, answers.get(one.id)) for one in shown]
    return Heard(
        record, state.status, tuple(sorted(found, key=_place_order)), edit_of(state, viewer.me, in_force)
    )


def edit_of(state: RecordState, me: str, comments: Iterable[Comment] = ()) -> Edit | None:
    """What others put on top of my text, if that is what the record says now; `comments` are those in force."""
    if len(state.heads) != 1 or not isinstance(state.heads[0], Summary):
        return None
    head = state.heads[0]
    mine = _mine_under(state, head, me)
    if mine is None or mine.content == head.content:
        return None
    alike = state.alike(head.id)
    settled = any(one.by == me and one.revision in alike for one in comments)
    settled |= any(
        isinstance(event, Review) and event.by == me and event.revision in alike
        for event in state.events.values()
    )
    return Edit(mine.id, head.id, head.by, head.at, settled)


def waiting(ledger: Ledger, viewer: Viewer) -> Waiting:
    """The records that wait for this person as their author. Goes through all records: worker threads only.

    Told is nothing that comes of what this person may not see yet.
    """
    spoken_of = {one.record for one in ledger.comments.events if one.by != viewer.me}
    returned: list[str] = []
    edited: list[str] = []
    commented: list[str] = []
    for whole in ledger.records:
        if len(whole.events) == 1 and whole.record not in spoken_of:
            continue
        state = viewpoint(whole, viewer)
        if state.status not in ("submitted", "returned", "accepted", "rejected"):
            continue
        head = state.heads[-1]
        comments = _visible(ledger, whole, viewer)
        edit = edit_of(state, viewer.me, comments)
        if head.by != viewer.me and edit is None:
            continue
        if state.status == "returned":
            returned.append(whole.record)
        elif edit is not None and not edit.settled:
            edited.append(whole.record)
        elif whole.record in spoken_of:
            answered = answers_in_force(ledger, whole.record, comments)
            if any(one.by != viewer.me and _asks(one) and one.id not in answered for one in comments):
                commented.append(whole.record)
    return Waiting(tuple(returned), tuple(edited), tuple(commented))


def notice(found: Mapping[str, Waiting]) -> str:
    """What came back, by topic, in one sentence; empty where nothing did."""
    parts: list[str] = []
    kinds: tuple[tuple[Callable[[Waiting], tuple[str, ...]], str, str], ...] = (
        (lambda one: one.returned, "record came back to you", "records came back to you"),
        (lambda one: one.edited, "was edited by somebody else", "were edited by somebody else"),
        (lambda one: one.commented, "has a comment to answer", "have comments to answer"),
    )
    for of, single, several in kinds:
        counts = {topic: len(of(one)) for topic, one in found.items() if of(one)}
        total = sum(counts.values())
        if total:
            where = ", ".join(f"{topic} {count:,}" for topic, count in counts.items())
            parts.append(f"{total:,} {single if total == 1 else several} ({where})")
    return "; ".join(parts)


# -- where it is now


def placed(heard: Heard, user: str, think: str, block: str) -> tuple[Remark, ...]:
    """What was said, placed in these texts. Compares texts, some milliseconds each: worker threads only."""
    texts = {"user": user, "think": think, "block": block}
    return tuple(_remark(one, texts) for one in heard.spoken)


def carried(old: str, new: str, start: int, end: int) -> tuple[int, int, Moved]:
    """Where characters `start`-`end` of the old text (0-based, end exclusive) are in the new one.

    Of words that were changed in part, the range from the first that stayed to the last. Of those that are gone, the
    place between two characters where they stood, unless they stand elsewhere: words that occur once are followed.
    """
    start = min(max(start, 0), len(old))
    end = min(max(end, start), len(old))
    before = after = 0
    kept = 0
    first: int | None = None
    last = spot = 0
    for chunk in _chunks(old, new):
        size = len(chunk.text)
        if chunk.kind == "new":
            after += size
            continue
        low, high = max(start, before), min(end, before + size)
        inside = low < high if start < end else before <= start <= before + size
        if chunk.kind == "same" and inside:
            kept += high - low
            last = after + high - before
            first = after + low - before if first is None else first
        if before <= start:
            spot = after + (min(start - before, size) if chunk.kind == "same" else 0)
        before += size
        after += size if chunk.kind == "same" else 0
    if first is not None and kept == end - start == last - first:
        return first, last, ""
    words = old[start:end]
    if words.strip() and old.count(words) == 1 == new.count(words):
        # The comparison prefers what is shortest to say: words that occur once are the same wherever they went.
        return new.index(words), new.index(words) + len(words), ""
    if first is None or not new[first:last].strip():
        return spot, spot, "gone"
    found = new[first:last]
    return first + len(found) - len(found.lstrip()), last - len(found) + len(found.rstrip()), "changed"


@lru_cache(maxsize=32)
def _chunks(old: str, new: str) -> tuple[Chunk, ...]:
    return (Chunk("same", old),) if old == new and old else word_diff(old, new)


def _remark(one: Spoken, texts: Mapping[str, str]) -> Remark:
    place = one.place
    if place is None:
        return Remark(one, None, None, "")
    if not one.text:
        return Remark(one, None, None, "gone")
    return Remark(one, *carried(one.text, texts[place.field], place.start, place.end))


# -- parts


def _visible(ledger: Ledger, state: RecordState, viewer: Viewer) -> tuple[Comment, ...]:
    comments = ledger.comments.of(state.record)
    if not comments:
        return ()
    return visible(comments, state, viewer)


def answers_in_force(ledger: Ledger, record: str, comments: Iterable[Comment]) -> dict[str, Comment]:
    """What is answered, by the id of every event of it, with the latest answer."""
    found: dict[str, Comment] = {}
    families = [frozenset(ledger.comments.events_of(record, one.comment)) for one in comments]
    for one in comments:
        if one.answers is not None:
            named = next((ids for ids in families if one.answers in ids), frozenset((one.answers,)))
            found.update(dict.fromkeys(named, one))
    return found


def _verdicts(state: RecordState, me: str) -> list[Review]:
    """The others' verdicts, of each person the latest on each text."""
    latest: dict[tuple[str, frozenset[str]], Review] = {}
    for event in sorted(state.events.values(), key=lambda event: (event.at, event.id)):
        if isinstance(event, Review) and event.by != me:
            latest[event.by, state.alike(event.revision)] = event
    return [review for review in latest.values() if review.verdict != "clear"]


def _asks(comment: Comment) -> bool:
    return comment.about != "answer" and comment.note != ACCEPTED


def _tells(review: Review) -> bool:
    return review.verdict != "accept" or bool(review.note.strip())


def _newest(state: RecordState, revisions: Iterable[str]) -> frozenset[str]:
    """The newest of these texts, with all revisions that say the same; nothing of nothing."""

    def age(name: str) -> tuple[datetime, str]:
        text = state.events.get(name)
        return (text.at if isinstance(text, Summary) else _EVER, name)

    newest = max(set(revisions), key=age, default=None)
    return state.alike(newest) if newest is not None else frozenset()


def _mine_under(state: RecordState, head: Summary, me: str) -> Summary | None:
    """My newest text that a head by somebody else replaced, through others' texts; None where it is mine itself."""
    if head.by == me:
        return None
    found = texts_behind(state.events, head.parents, lambda text: text.by != me)
    return max(found, key=lambda text: (text.at, text.id), default=None)


class _Texts:
    """Fetches each revision once."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer
        self._known: dict[str, Revision | None] = {}

    def field(self, revision: str, field: str) -> str:
        """A field of a revision; empty where it is not here."""
        if revision not in self._known:
            try:
                self._known[revision] = self._signer.text(revision)
            except StoreError:
                self._known[revision] = None  # another copy of the journal has it
        text = self._known[revision]
        if text is None:
            return ""
        return {"user": text.user, "think": text.think}.get(field, text.block.text)


def _spoken(one: Comment | Review, texts: _Texts, answer: Comment | None) -> Spoken:
    said: Said = one.about if isinstance(one, Comment) else "return"
    if isinstance(one, Review) and one.verdict != "clear":
        said = one.verdict
    text = texts.field(one.revision, one.place.field) if one.place is not None else ""
    return Spoken(one.id, said, one.by, one.at, one.note, one.place, text, answer)


def _place_order(one: Spoken) -> tuple[int, int, datetime, str]:
    """As one reads: of the whole first, then by field and place."""
    place = one.place
    field = _FIELDS.index(place.field) if place is not None else 0
    return field, place.start if place is not None else 0, one.at, one.event
