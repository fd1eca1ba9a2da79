"""One person's pass over a topic: which record is next, what they do to it, and the way back. Worker threads only."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from app.base.cancelling import never
from app.base.letters import person
from app.checks import Finding
from app.errors import UsageError
from app.project.project import Project
from app.project.topics.viewer import viewer_of
from app.records.events import Comment, Effort, Place, Review, Revision, Verdict
from app.records.filters.row import Row
from app.records.filters.rows import FactsOf, Views, no_facts
from app.records.history.ledger import Ledger, RecordState
from app.review.acts.remarks import Remarks
from app.review.acts.undo import redo, redo_target, undo, undo_target
from app.review.acts.verdicts import Judge
from app.review.assignment import assigned
from app.review.bookmarks import Left, keep_left, left_off
from app.review.evidence import Examiner, Studied
from app.review.passes import Bookmark, Pass, Plan, Section
from app.review.sheet import Sheet, Text, sheet_of, text_of
from app.store.efforts import Behind, Efforts

_SAID: dict[str, str] = {
    "accept": "accepted",
    "return": "returned",
    "reject": "rejected",
    "clear": "took back",
}
_KEPT = 16
"""Texts that are kept in memory."""


class Acted(NamedTuple):
    """Something this person did in this pass, which is on disk."""

    record: str
    events: frozenset[str]
    """Ids of the events that say so; those that did it again are among them."""
    deed: str
    """What was done, such as `accepted`."""
    brief: bool = False
    """Whether it is a verdict after less reading than the project wants."""


class Reviewing:
    """A pass. Any thread may ask; acts wait for one another. Every method may raise `BackspanError`."""

    def __init__(
        self,
        project: Project,
        topic: str,
        by: str,
        plan: Plan | None = None,
        only: Collection[str] | None = None,
        facts: FactsOf = no_facts,
    ) -> None:
        """`only`: ids of the records that a filter left; all of the section without. Reads the spec, nothing else."""
        self.project = project
        self.topic = topic
        self.by = person(by)
        self.spec = project.spec(topic)
        self.viewer = viewer_of(self.spec, by)
        self.plan = (plan or Plan())._replace(judges_own=self.viewer.judges_own)
        self.judge = Judge.of(project, topic, self.spec, by)
        self._remarks = Remarks(self.judge.signer)
        self._only = frozenset(only) if only is not None else None
        self._views = Views(topic, self.viewer, facts)
        self._efforts = Efforts(project.store, topic)
        self._desk = Examiner(project, topic, self.spec, self.viewer, self.judge.signer.follower)
        self._guard = threading.RLock()
        self._pass = Pass(self.plan, ())
        self._left: set[str] = set()
        """Records that left the section since the pass was made."""
        self._done: list[Acted] = []
        self._undone: list[Acted] = []
        self._stamp: tuple[int, ...] = ()
        self._texts: dict[str, Text] = {}
        """Those looked at last, the newest at the end."""
        self._placing = threading.Lock()

    def close(self) -> None:
        """Let go of the files that are held open."""
        self._desk.close()

    # -- which records

    def refresh(self) -> None:
        """Read the journal and order the records; those that were there keep their places. Goes through all."""
        with self._guard:
            self._stamp = self.project.store.stamp(self.topic)
            ledger = self.judge.signer.ledger()
            rows = [row for row in self._views.rows(ledger.records) if self._mine_to_read(row)]
            self._pass = Pass(self.plan, rows, self._pass)
            self._left.clear()

    def _mine_to_read(self, row: Row) -> bool:
        if self._only is not None:
            return row.record in self._only
        if self.plan.section != "review":
            return True
        people = self.assigned(row)
        return people is None or self.by in people

    def assigned(self, row: Row) -> frozenset[str] | None:
        """Who is to review a record; None for everybody."""
        return assigned(row.record, row.path, self.spec.review, self.spec.reviews, (row.by,))

    def changed(self) -> bool:
        """Whether the journal was changed by something else than this pass since the last look."""
        with self._guard:
            stamp = self.project.store.stamp(self.topic)
            if stamp == self._stamp:
                return False
            self._stamp = stamp
            return True

    @property
    def records(self) -> tuple[str, ...]:
        """The pass's records in their order, those that left the section among them."""
        return self._pass.records

    def place(self, record: str) -> int | None:
        """A record's 0-based place in the pass; None if it is not of it."""
        return self._pass.place(record)

    @property
    def open_count(self) -> int:
        """How many of them are in the section now."""
        return len(self._pass.open) - len(self._left & self._pass.open)

    def next(self, record: str | None, step: Literal[1, -1] = 1) -> str | None:
        """The next record of the section after this one, or with -1 the one before; None where there is none."""
        found = self._pass.next(record, step)
        while found is not None and found in self._left:
            found = self._pass.next(found, step)
        return found

    def neighbour(self, record: str, step: Literal[1, -1]) -> str | None:
        """The next record of the pass, whether it is still of the section or was judged meanwhile."""
        at = self._pass.place(record)
        records = self._pass.records
        if at is None:
            return self.next(None, step)
        return records[at + step] if 0 <= at + step < len(records) else None

    def resume(self) -> str | None:
        """Where this person left off, else the first record of the section; None where there is none."""
        return self._pass.resume(self._bookmark())

    def _bookmark(self) -> Bookmark | None:
        left = left_off(self.project, self.topic)
        return left.mark if left is not None else None

    def keep_place(self, record: str, section: Section | None = None, filtered: str = "") -> None:
        """Remember where one is, for `resume` after an end of whatever kind.

        `section` and `filtered` say in which list, for `left_off`; without a section it is the plan's.
        """
        going = self._pass
        if going.place(record) is None:
            return
        left = Left(going.mark(record), section or self.plan.section, filtered)
        with self._placing:  # a lock of its own: no verdict waits for a place
            keep_left(self.project, self.topic, left)

    # -- one record

    def open(self, record: str) -> Sheet:
        """The record as this person may see it now. Raises `UsageError` where there is none."""
        ledger = self.judge.signer.ledger()
        state = self._state(ledger, record)
        newest = state.revision
        text = self._text(newest.id) if newest is not None else None
        behind = self._efforts.behind(state, newest.parents) if newest is not None else Behind()
        return sheet_of(self._views.row(state), state, self.viewer, text, ledger.comments.of(record), behind)

    def _text(self, revision: str) -> Text:
        """A revision with its colours; those read last are kept, so that a record read ahead is at hand."""
        found = self._texts.pop(revision, None)
        if found is None:
            found = text_of(self.judge.signer.text(revision))
        self._texts[revision] = found
        for old in list(self._texts)[:-_KEPT]:
            self._texts.pop(old, None)
        return found

    def _state(self, ledger: Ledger, record: str) -> RecordState:
        state = ledger.get(record)
        if state is None:
            raise UsageError(f"no record {record} in {self.topic}", "go on with the next one")
        return state

    def learn(self, cancelled: Callable[[], bool] = never) -> bool:
        """Take in what other records say; whether anything changed, so that a record is worth studying again."""
        return self._desk.learn(cancelled)

    def study(self, sheet: Sheet) -> Studied | None:
        """What the checks say, and where the code stands; None of a record without a text. Never raises."""
        return self._desk.study(sheet)

    def file(self, sheet: Sheet, path: str) -> bytes:
        """A file that the record's code comes from, whole."""
        return self._desk.file(sheet, path)

    def earlier(self, sheet: Sheet) -> Revision | None:
        """The text that this one is compared with; None of a first one."""
        return self.judge.signer.text(sheet.earlier.revision) if sheet.earlier is not None else None

    # -- what a reviewer does: each returns once it is on disk

    def verdict(
        self, sheet: Sheet, verdict: Verdict, note: str = "", place: Place | None = None, seconds: int = 0
    ) -> Acted:
        """Judge the text that the sheet shows. Refused where the record says something else by now."""
        if sheet.revision is None:
            raise UsageError(f"the text of record {sheet.record} is not here", "merge the copy that has it")
        with self._guard:
            event: Review = self.judge.verdict(
                sheet.record,
                verdict,
                note,
                place,
                reading_seconds=max(seconds, 0),
                revision=sheet.revision.id,
            )
            least = self.spec.review.minimum_seconds
            return self._acted(sheet.record, (event.id,), _SAID[verdict], brief=seconds < least)

    def comment(self, sheet: Sheet, note: str, place: Place | None = None) -> Acted:
        """Say something of the text that the sheet shows, or of a range of it."""
        return self._say(sheet, "note", note, place)

    def flag(self, sheet: Sheet, note: str = "") -> Acted:
        """Flag the record for others to look at; one that this person flagged is not flagged any more."""
        mine = self.own_flag(sheet)
        if mine is None:
            return self._say(sheet, "flag", note, None)
        with self._guard:
            event = self._remarks.withdraw_comment(mine.comment)
            return self._acted(sheet.record, (event.id,), "took the flag off")

    def own_flag(self, sheet: Sheet) -> Comment | None:
        """The flag of this person that stands on the record."""
        return next((c for c in sheet.comments if c.about == "flag" and c.by == self.by), None)

    def _say(self, sheet: Sheet, about: Literal["note", "flag"], note: str, place: Place | None) -> Acted:
        if sheet.revision is None:
            raise UsageError(f"the text of record {sheet.record} is not here", "merge the copy that has it")
        with self._guard:
            # It speaks of the text that was read, whatever the record says by now.
            event = self._remarks.comment(sheet.record, about, note, place, revision=sheet.revision.id)
            return self._acted(sheet.record, (event.id,), "commented on" if about == "note" else "flagged")

    def edit(self, sheet: Sheet, user: str, think: str, effort: Effort | None = None) -> Acted:
        """Save other texts with the same code, as a revision by this person."""
        if sheet.revision is None:
            raise UsageError(f"the text of record {sheet.record} is not here", "merge the copy that has it")
        with self._guard:
            event = self.judge.edit(sheet.record, user, think, effort, sheet.revision.id)
            return self._acted(sheet.record, (event.id,), "edited")

    def problems(self, sheet: Sheet, user: str, think: str) -> tuple[Finding, ...]:
        """The errors that the checks find in other texts with the sheet's code: with one, nothing is to be saved."""
        return self._desk.errors_in(sheet, user, think)

    def _acted(self, record: str, events: Collection[str], deed: str, brief: bool = False) -> Acted:
        act = Acted(record, frozenset(events), deed, brief)
        self._done.append(act)
        self._undone.clear()
        self._settled(record)
        return act

    def _settled(self, record: str) -> None:
        """After one's own act: whether the record is in the section now. Costs one record, not all."""
        self._stamp = self.project.store.stamp(self.topic)
        state = self.judge.signer.ledger().get(record)
        if state is not None and self.plan.holds(self._views.row(state)):
            self._left.discard(record)
        else:
            self._left.add(record)

    # -- the way back

    def undo(self) -> Acted:
        """Take back the last act of this pass that stands; the acts before it come one after the other."""
        with self._guard:
            if not self._done:
                raise UsageError(
                    "nothing of this pass is left to take back", "the history (h) undoes what is older"
                )
            act = self._done[-1]
            self._still(act, "undo")
            done = undo(self.judge, act.record)
            self._done.pop()
            self._undone.append(act._replace(events=act.events | {event.id for event in done.events}))
            self._settled(act.record)
            return act

    def redo(self) -> Acted:
        """Do again what was taken back last."""
        with self._guard:
            if not self._undone:
                raise UsageError("nothing of this pass was taken back", "there is nothing to do again")
            act = self._undone[-1]
            self._still(act, "redo")
            done = redo(self.judge, act.record)
            self._undone.pop()
            self._done.append(act._replace(events=act.events | {event.id for event in done.events}))
            self._settled(act.record)
            return act

    def _still(self, act: Acted, way: Literal["undo", "redo"]) -> None:
        """Whether the record's last act by this person is this one: from elsewhere they may have done more."""
        look = undo_target if way == "undo" else redo_target
        target = look(self.judge.signer.ledger(), self.by, act.record)
        if target is None or act.events.isdisjoint(target.events):
            gone = self._done if way == "undo" else self._undone
            gone.remove(act)
            raise UsageError(
                f"you have done more to record {act.record} elsewhere since you {act.deed} it here",
                "its history (h) takes acts back one after the other",
            )
