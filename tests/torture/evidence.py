"""What is on disk after an end, held against what the typist saw. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from app.records.chatml import normalise_prose
from app.records.events import EVENTS, Revision
from tests.processes.person import Person
from tests.torture.typist import Saved, Texts, Typist

_OPENING = b'{"id":"'
"""How an event's line begins, and nothing inside one: a quotation mark in a text is escaped."""


@dataclass(slots=True)
class Disk:
    """A topic's journal and drafts, read once."""

    journal: bytes
    revisions: list[Revision]
    torn: list[int]
    """Lines (1-based) that are no event."""
    joined: list[int]
    """Lines that hold more than one."""
    drafts: list[Texts]

    @property
    def saved(self) -> list[Texts]:
        """What the revisions say, in the journal's order."""
        return [(revision.user, revision.think) for revision in self.revisions]


@dataclass(slots=True)
class Verdict:
    """What a round came to. Everything empty or 0 is good."""

    acknowledged: int = 0
    """Saves whose acknowledgement was seen."""
    lost: list[str] = field(default_factory=list)
    """Saves that were acknowledged and are not in the journal; texts that were seen in time and are nowhere."""
    damaged: list[str] = field(default_factory=list)
    """Earlier bytes of the journal that changed, and lines that hold two events."""
    torn: int = 0
    """New lines that are no event: an append cut off by the end. Allowed, since nobody was told that it was saved."""
    seconds: float = 0.0
    """Age of the oldest key that was seen on the screen and is nowhere on disk."""


def read_disk(person: Person) -> Disk:
    """Read a project's journal and drafts. Raises `ValueError` for a draft that is half a file."""
    path = person.journal_path()
    journal = path.read_bytes() if path.exists() else b""
    disk = Disk(journal, [], [], [], [(draft["user"], draft["think"]) for draft in person.drafts()])
    for number, line in enumerate(journal.split(b"\n"), 1):
        if not line:
            continue
        if line.count(_OPENING) > 1:
            disk.joined.append(number)
        try:
            event = EVENTS.validate_json(line)
        except ValidationError:
            disk.torn.append(number)
        else:
            if isinstance(event, Revision):
                disk.revisions.append(event)
    return disk


def judge(before: Disk, after: Disk, typist: Typist | None, ended: float, allowed: float) -> Verdict:
    """Hold the disk after an end against the one before it and against the typist's memory.

    `ended` is when the end was sent (`time.monotonic()`); keys seen less than `allowed` seconds before it may be gone.
    """
    verdict = Verdict()
    if not after.journal.startswith(before.journal):
        verdict.damaged.append("earlier bytes of the journal changed")
    verdict.damaged += [f"line {number} holds two events" for number in after.joined]
    verdict.torn = len(set(after.torn) - set(before.torn))
    if typist is None:
        gone = [texts for texts in before.drafts if texts not in after.drafts + after.saved]
        verdict.lost += [f"a draft is gone that nobody touched: {texts}" for texts in gone]
        return verdict
    verdict.acknowledged = len(typist.saved)
    states = [_plain(state.texts) for state in typist.states]
    verdict.lost += _unsaved(states, typist.saved, [_plain(texts) for texts in after.saved])
    kept = {("", ""), *(_plain(texts) for texts in after.drafts + after.saved)}
    newest = max((i for i, texts in enumerate(states) if texts in kept), default=-1)
    following = typist.states[newest + 1] if newest + 1 < len(states) else None
    if following is not None and following.seen is not None and following.seen < ended:
        verdict.seconds = ended - following.seen
        if verdict.seconds > allowed:
            due = typist.seen_before(ended - allowed)
            verdict.lost.append(
                f"seen {verdict.seconds:.3f} s before the end and nowhere: state {newest + 1} of {len(states)}, due "
                f"{due}: {typist.states[due].texts}; it began as {typist.states[0].texts}; drafts: {after.drafts}"
            )
    return verdict


def in_hand(disk: Disk, typist: Typist) -> Texts | None:
    """The newest of the typist's states that is on disk, if that is in a draft and not in the journal."""
    saved = {_plain(texts) for texts in disk.saved}
    for state in reversed(typist.states):
        if _plain(state.texts) in saved:
            return None
        if state.texts in disk.drafts:
            return state.texts
    return None


def _unsaved(states: Sequence[Texts], saved: Sequence[Saved], journal: Sequence[Texts]) -> list[str]:
    """Acknowledged saves without a line of their own in the journal."""
    unused = list(journal)
    missing: list[str] = []
    for save in sorted(saved, key=lambda save: save.last):
        meant = states[save.first : save.last + 1]
        line = next((texts for texts in unused if texts in meant), None)
        if line is None:
            missing.append(f"acknowledged and not in the journal: {states[save.first]}")
        else:
            unused.remove(line)
    return missing


def _plain(texts: Texts) -> Texts:
    """As a journal holds them: white space after the last word is not part of a text there."""
    return normalise_prose(texts[0]), normalise_prose(texts[1])
