"""What to offer when a topic or record is opened and a draft of it is there.

Plain values in, sentences out: no screen, no disk, no clock. The caller reads the drafts, the record's state and its
newest revision in full, asks `choose` which draft it is about and `assess` what to say of it. A draft never takes
the place of a newer saved revision by itself: either the person chooses, or the save asks once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from app.base.moments import local
from app.base.text import many, printable
from app.base.word_diff import Chunk, word_diff
from app.records.blocks import pieces_of
from app.records.chatml import normalise_prose
from app.records.draft import Draft
from app.records.events import Retraction, Revision
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.rust.item_paths import is_import
from app.store.presence.claims import Claim

Kind = Literal[
    "resume", "saved", "ahead", "crash", "elsewhere", "newer", "conflict", "settled", "withdrawn", "missing"
]
"""Why a draft is there, see `assess`."""

Answer = tuple[str, str]
"""An answer's id and its label."""
Differ = Callable[[str, str], Iterable[Chunk]]
_Head = Summary | Retraction


_PASSED = timedelta(seconds=10)
"""How much older a draft's file may be than the save made of it: its delay, and a slow disk."""


class KeptDraft(NamedTuple):
    """A draft as it was found on disk."""

    draft: Draft
    saved_at: datetime
    """When its file was written."""


@dataclass(frozen=True, slots=True)
class TextChange:
    """How a text of the draft differs from the saved one."""

    name: Literal["user", "think"]
    gone: int
    """Words that only the saved text has."""
    new: int
    """Words that only the draft has."""


@dataclass(frozen=True, slots=True)
class RecoveryOffer:
    """What to ask, and what the answers are. Where `answers` is empty, nothing is asked: do `first`.

    The answers' ids: `keep` puts the draft on the desk as it is (its save replaces what it was begun from, or asks);
    `look` shows the difference to what is saved, and then asks again with `after_looking`; `settle` puts the draft on
    the desk on top of `heads`, so that its save replaces them all; `open` opens what is saved (a new draft
    where nothing is) and puts the draft in the trash, from where it can be had again; `leave` touches neither.
    """

    kind: Kind
    kept: KeptDraft
    title: str = ""
    body: str = ""
    """Sentences, a line each, safe to show."""
    answers: tuple[Answer, ...] = ()
    after_looking: tuple[Answer, ...] = ()
    first: str = "keep"
    """The answer to have the focus."""
    harmless: str = "keep"
    """What to do where the person does not answer."""
    heads: tuple[str, ...] = ()
    """The record's heads as they are now."""
    changes: tuple[TextChange, ...] = ()
    """From the saved texts to the draft's; empty where they are the same, or nothing is saved."""


def choose(kept: Sequence[KeptDraft], record: str | None, left: datetime | None) -> KeptDraft | None:
    """The draft to go on with: the newest that a crash left behind, else that record's, else the newest of all.

    `left`: when the topic was last left in good order, None if it never was. With a `record` that has no draft
    there is none.
    """
    newest = max(kept, key=lambda one: one.saved_at, default=None)
    if newest is not None and left is not None and newest.saved_at > left:
        return newest
    if record is None:
        return newest
    of_record = (one for one in kept if one.draft.record == record)
    return max(of_record, key=lambda one: one.saved_at, default=None)


def assess(
    kept: KeptDraft,
    state: RecordState | None,
    saved: Revision | None,
    *,
    left: datetime | None,
    now: datetime,
    claims: Sequence[Claim] = (),
    others: int = 0,
    diff: Differ = word_diff,
) -> RecoveryOffer:
    """What to offer of a draft. The first of these that fits:

    - `saved`: it is in the journal already, and only its file was not put away: `open`, without a word;
    - `missing`: what it was begun from is not in this journal;
    - `ahead`: this person saved and wrote on, and the draft's file does not know of the save yet;
    - `withdrawn`, `settled`, `conflict`, `newer`: its record has other heads than it was begun from;
    - `elsewhere`: another workstation of the same person claims its record now;
    - `crash`: it was written after the topic was last left in good order (`left`; None: it never was);
    - `resume`: it was left in good order: `keep`, without a word.

    `state` is the record's, None where the journal has none; `saved` its newest revision with its texts. `now` must
    say its offset; times are told by it, so pass local time. `claims` are those of others; `others` is how many
    more of this person's drafts the same crash left behind.
    """
    draft = kept.draft
    heads = state.parents if state else ()
    if saved is not None and set(heads) != set(draft.parents) and _in_journal(kept, saved, heads):
        return RecoveryOffer("saved", kept, first="open", harmless="open", heads=heads)
    kind, news = _standing(kept, state)
    same_person = [
        claim for claim in claims if (claim.by, claim.record) == (printable(draft.by, 80), draft.record)
    ]
    if kind == "resume" and same_person:
        kind = "elsewhere"
    elif kind == "resume" and (left is None or kept.saved_at > left):
        kind = "crash"
    if kind == "resume":
        return RecoveryOffer("resume", kept, heads=heads)
    changes = text_changes(draft, saved, diff) if saved else ()
    said = [
        *_reason(kind, draft, news, same_person, now),
        f"The draft was last written {ago(kept.saved_at, now)} ({clock(kept.saved_at, now)}).",
        *_difference(draft, saved, changes),
    ]
    if kind == "crash" and others:
        more = "One more draft was" if others == 1 else f"{others} more drafts were"
        said.append(f"{more} left the same way; the list of records shows every draft.")
    answers, after = _answers(kind, saved)
    harmless = "leave" if kind == "elsewhere" else "keep"
    first = answers[0][0]
    return RecoveryOffer(
        kind, kept, _TITLES[kind], "\n".join(said), answers, after, first, harmless, heads, changes
    )


def text_changes(draft: Draft, saved: Revision, diff: Differ = word_diff) -> tuple[TextChange, ...]:
    """Which texts of the draft say something else than the saved ones, and in how many words."""
    pairs: tuple[tuple[Literal["user", "think"], str, str], ...] = (
        ("user", saved.user, normalise_prose(draft.user)),
        ("think", saved.think, normalise_prose(draft.think)),
    )
    found = []
    for name, old, new in pairs:
        if old != new:
            chunks = tuple(diff(old, new))
            gone = sum(_words(chunk.text) for chunk in chunks if chunk.kind == "gone")
            found.append(TextChange(name, gone, sum(_words(c.text) for c in chunks if c.kind == "new")))
    return tuple(found)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in one unit: `3 minutes ago`."""
    seconds = int((now - moment).total_seconds())
    if seconds < -60:
        return "by a clock that was ahead of this one"
    if seconds < 60:
        return "a moment ago"
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = seconds // length
            return f"{many(count, unit)} ago"
    raise AssertionError


def clock(moment: datetime, now: datetime) -> str:
    """When, in the zone of `now`: `at 10:32`, with its date on another day."""
    there = local(moment, now.tzinfo)
    return (
        f"at {there:%H:%M}"
        if there.date() == now.date()
        else f"on {there.date().isoformat()} at {there:%H:%M}"
    )


def _standing(kept: KeptDraft, state: RecordState | None) -> tuple[Kind, tuple[_Head, ...]]:
    """How the draft stands to its record, and the heads that it does not know of."""
    parents = set(kept.draft.parents)
    if state is None:
        return ("missing" if parents else "resume"), ()
    news = tuple(head for head in state.heads if head.id not in parents)
    if any(name not in state.events for name in parents):
        return "missing", news
    if not news and len(parents) == len(state.heads):
        return "resume", ()
    if state.status == "retracted":
        return "withdrawn", news
    if not state.agreed:
        return "conflict", news
    head = state.heads[0]
    if (head.by, set(head.parents)) == (kept.draft.by, parents) and kept.saved_at > head.at:
        return "ahead", news
    return ("settled" if len(head.parents) > 1 else "newer"), state.heads


def _in_journal(kept: KeptDraft, saved: Revision, heads: Sequence[str]) -> bool:
    """Whether the newest revision is what a save of this very draft made: its file was not put away in time.

    A file that is a moment older than this person's own save of the same beginnings is a state that the save went
    past, if every letter of it stands in the save; one that says more is another screen's.
    """
    draft = kept.draft
    if (saved.by, set(saved.parents), tuple(heads)) != (draft.by, set(draft.parents), (saved.id,)):
        return False
    pairs = ((normalise_prose(draft.user), saved.user), (normalise_prose(draft.think), saved.think))
    passed = timedelta() <= saved.at - kept.saved_at <= _PASSED
    texts = all(_within(*pair) for pair in pairs) if passed else all(old == new for old, new in pairs)
    return texts and _same_code(draft, saved)


def _within(part: str, whole: str) -> bool:
    """Whether leaving letters out of `whole` gives `part`."""
    letters = iter(whole)
    return all(letter in letters for letter in part)


def _same_code(draft: Draft, saved: Revision) -> bool:
    """Whether both hold the same pieces. Which imports a mode takes needs the source to tell: those are let be."""
    chosen, recorded = set(draft.selection.pieces), set(pieces_of(saved.block.spans))
    if draft.selection.imports != "none":
        chosen, recorded = ({p for p in some if not is_import(p.item)} for some in (chosen, recorded))
    return chosen == recorded


_TITLES: dict[Kind, str] = {
    "crash": "A draft was found that was not left in good order",
    "ahead": "You saved this record and wrote on",
    "elsewhere": "You are writing this record on another screen",
    "newer": "The record was saved after this draft was begun",
    "conflict": "The record has another version that this draft does not know",
    "settled": "The record's conflict was settled after this draft was begun",
    "withdrawn": "The record was withdrawn after this draft was begun",
    "missing": "What this draft was begun from is not here",
}


def _reason(
    kind: Kind, draft: Draft, news: Sequence[_Head], same_person: Sequence[Claim], now: datetime
) -> list[str]:
    """What happened, a sentence each."""
    if kind == "crash":
        return ["backspan ended without notice while it was being written."]
    if kind == "ahead":
        saved = clock(news[0].at, now)
        return [f"backspan ended without notice after the save {saved}; what you wrote then is in the draft."]
    if kind == "elsewhere":
        here = same_person[0]
        return [
            f"It is open on {here.host}, taken up {clock(here.since, now)}.",
            "What is written in both places is kept, but only one of them is the draft at a time; the other's goes to"
            " the trash.",
        ]
    if kind == "missing":
        return [
            "The revision it was begun from is not in this journal: another copy may have it (merge or pull it), or"
            " the journal was set back. The draft can be saved all the same."
        ]
    acts = {
        "withdrawn": "withdrew it",
        "settled": "settled its conflict",
        "conflict": "saved another version",
    }
    act = acts.get(kind, "saved a newer revision")
    said = [
        f"{_who(head, draft)} {'withdrew it' if isinstance(head, Retraction) else act} {clock(head.at, now)}."
        for head in news[-3:]
    ]
    if kind == "withdrawn":
        return [*said, "If the draft is saved, you are asked whether that brings the record back."]
    return [*said, "The draft takes the place of nothing by itself; whatever you choose, no text is lost."]


def _who(head: _Head, draft: Draft) -> str:
    return "You" if head.by == draft.by else printable(head.by, 80)


def _difference(draft: Draft, saved: Revision | None, changes: Sequence[TextChange]) -> list[str]:
    if saved is None:
        words = {name: _words(text) for name, text in (("user", draft.user), ("think", draft.think))}
        return [
            f"It holds {many(words['user'], 'word')} of user and {words['think']} of think, none of it saved yet."
        ]
    said = [_counts(change) for change in changes]
    if not _same_code(draft, saved):
        said.append("the code was chosen otherwise")
    return [f"Against the saved record: {'; '.join(said) or 'the texts and the code are the same'}."]


def _counts(change: TextChange) -> str:
    if not change.gone and not change.new:
        return f"{change.name} differs in signs and blanks only"
    return f"{change.name} has {many(change.new, 'new word')}, and {many(change.gone, 'word')} less"


def _answers(kind: Kind, saved: Revision | None) -> tuple[tuple[Answer, ...], tuple[Answer, ...]]:
    """What can be answered at once, and after the difference was looked at."""
    keep: dict[Kind, str] = {
        "newer": "Go on with the draft; its save would stand beside the newer one",
        "settled": "Go on with the draft; its save would stand beside the settled one",
        "conflict": "Go on with the draft; the versions are settled later",
        "withdrawn": "Go on with the draft",
    }
    instead: dict[Kind, str] = {
        "newer": "Open the newer revision; put the draft in the trash",
        "settled": "Open the settled revision; put the draft in the trash",
        "conflict": "Open what is saved; put the draft in the trash",
        "withdrawn": "Leave the record withdrawn; put the draft in the trash",
    }
    usual = (
        "Open the saved record; put the draft in the trash"
        if saved
        else "Begin anew; put the draft in the trash"
    )
    going_on = ("keep", keep.get(kind, "Go on with the draft"))
    opening = ("open", instead.get(kind, usual))
    if kind == "elsewhere":
        return (("leave", "Leave it to the other screen; open something else here"), going_on), ()
    if saved is None:
        return (going_on, opening), ()
    look = ("look", "Look at the difference first")
    if kind in ("crash", "missing"):
        return (going_on, look, opening), (going_on, opening)
    settle = ("settle", "Go on with the draft; its save takes the place of all that was saved")
    if kind == "ahead":
        return (settle, look, opening), (settle, opening)
    return (look, going_on, opening), (settle, going_on, opening)


_WORD = re.compile(r"\w+(?:['’]\w+)*")


def _words(text: str) -> int:
    return len(_WORD.findall(text))
