"""One record after the other: read, shown at once, and looked into while it is being read."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from app.errors import BackspanError
from app.project.project import Project
from app.review import Attention, Reviewing, Sheet, Studied
from app.review.passes import Plan, Section
from app.workstation.act_runner import ActRunner
from app.workstation.review.record_panes import RecordPanes
from app.workstation.review.sections import ReviewSections, age, tell
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine

WATCH = 1.0
"""Seconds between two looks at the journal."""


@dataclass(frozen=True)
class PassWish:
    """Which pass over a topic's records is wanted, and where it begins."""

    project: Project
    topic: str
    by: str
    plan: Plan = field(default_factory=Plan)
    only: Collection[str] | None = None
    """Ids of the records that a filter left; None for all of the plan's section."""
    filtered: str = ""
    """That filter."""
    section: Section | None = None
    """Of the list one came from, which is gone on with next time; None for the plan's."""
    record: str | None = None
    """Where to begin; None to resume."""


class ReviewReader:
    """Keeps the record in sight, and what is known of it, in step with the journal and the checks."""

    def __init__(
        self,
        screen: WorkScreen[None],
        wish: PassWish,
        runner: ActRunner,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock`: in seconds, never going back; it counts the reading."""
        self._screen = screen
        self._wish = wish
        self._runner = runner
        self._clock = clock
        self.session: Reviewing | None = None
        """The pass; None until it is begun."""
        self.told: ReviewSections | None = None
        """What is on the screen; None where there is no record."""
        self.current = ""
        """The zone of the finding or comment gone to."""
        self.seen = False
        """Whether what is in `sheet` has been painted."""
        self._shown = 0
        """Counts what was shown, so that an answer that comes late is dropped."""
        self._attention = Attention()
        self._ahead: dict[str, Studied] = {}
        """What was found out of texts, by revision: replaced and never changed, for any thread reads it."""
        self._alone = True
        """Whether other records are not known yet to the checks."""
        self._learns = False
        """Whether the other records are being read, or were."""

    @property
    def sheet(self) -> Sheet | None:
        """The record in sight."""
        return self.told.sheet if self.told is not None else None

    @property
    def _panes(self) -> RecordPanes:
        return self._screen.query_one(RecordPanes)

    # -- beginning

    def begin(self) -> None:
        """Open the pass, and show the record to begin with."""
        self._say(f"{self._wish.topic} · opening…")
        self._screen.run(
            "begin", lambda _: self._begin(), lambda begun: self._begun(*begun), self._cannot_begin
        )

    def _begin(self) -> tuple[Reviewing, ReviewSections | None]:
        wish = self._wish
        session = Reviewing(wish.project, wish.topic, wish.by, wish.plan, wish.only)
        session.refresh()
        return session, self.read(session, wish.record or session.resume())

    def read(self, session: Reviewing, record: str | None) -> ReviewSections | None:
        """A record as it is shown, with what is known of it by now. Worker threads only. Raises `BackspanError`."""
        if record is None:
            return None
        sheet = session.open(record)
        studied = self._ahead.get(sheet.revision.id) if sheet.revision is not None else None
        return tell(session, sheet, studied, self._alone)

    def _cannot_begin(self, error: BackspanError) -> None:
        self._screen.app.notify(str(error), severity="error", markup=False, timeout=20)
        self._screen.dismiss(None)

    def _begun(self, session: Reviewing, told: ReviewSections | None) -> None:
        self.session = session
        self.show(told)
        self._screen.set_interval(WATCH, self.look_again)

    def close(self) -> None:
        """Let go of what is open."""
        if self.session is not None:
            # What is under way ends first, and nobody waits for that.
            threading.Thread(target=self.session.close, name="close review").start()

    # -- one record

    def show(self, told: ReviewSections | None) -> None:
        """Show another record, or none: what is known now; the rest comes as it is found out."""
        self._shown += 1
        self.seen, self.current = False, ""
        self.told = told
        self._say(self._header())
        self._panes.show(told)
        self._screen.call_after_refresh(self._painted, self._shown)

    def update(self, told: ReviewSections) -> None:
        """More is known of the record that is shown, or other people said something of it: its texts stay."""
        self.told = told
        self._say(self._header())
        self._panes.update(told, self.current)

    def show_act(self, told: ReviewSections | None) -> None:
        """Show what an act led to: another record, or more about this one."""
        before = self.sheet
        if before is not None and told is not None and before.revision == told.sheet.revision is not None:
            self.update(told)  # only what is said about the text changed
        else:
            self.show(told)

    def _painted(self, shown: int) -> None:
        """The record is in sight: from now on it can be judged, and reading counts."""
        if shown != self._shown:
            return
        self.seen = True
        self._attention.begin(self._clock())
        if self.told is not None:
            self._study(self.told.sheet, self.told.studied is None)

    # -- what is found out meanwhile

    def _study(self, sheet: Sheet, wanted: bool) -> None:
        shown = self._shown
        self._screen.run("study", lambda cancelled: self._study_this(shown, sheet, wanted, cancelled))

    def _study_this(self, shown: int, sheet: Sheet, wanted: bool, cancelled: Callable[[], bool]) -> None:
        """Keep the record's place, find out what is to be said of it, and read the next one ahead."""
        session, call = self.session, self._screen.app.call_from_thread
        assert session is not None
        try:
            session.keep_place(sheet.record, self._wish.section, self._wish.filtered)
        except BackspanError:
            pass  # only convenience is lost
        if wanted:
            studied = session.study(sheet)
            if studied is not None and not cancelled():
                call(self._studied, shown, tell(session, sheet, studied, self._alone))
        if not self._learns and not cancelled():
            call(self._learn_first)
        following = session.next(sheet.record)
        if following is not None and not cancelled():
            self._study_ahead(session, following, cancelled)

    def _study_ahead(self, session: Reviewing, record: str, cancelled: Callable[[], bool]) -> None:
        try:
            after = session.open(record)
        except BackspanError:
            return  # whoever goes there is told why
        if after.revision is None or after.revision.id in self._ahead or cancelled():
            return
        studied = session.study(after)
        if studied is not None and not cancelled():
            self._screen.app.call_from_thread(self._keep_ahead, studied)

    def _studied(self, shown: int, told: ReviewSections) -> None:
        assert told.studied is not None
        self._keep_ahead(told.studied)
        before = self.told
        if shown == self._shown and before is not None and before.sheet is told.sheet:
            self.update(told)

    def _keep_ahead(self, studied: Studied) -> None:
        self._ahead = {**dict(list(self._ahead.items())[-3:]), studied.revision: studied}

    def _learn_first(self) -> None:
        """Once something is known of the first record: its reader comes before all the others."""
        if not self._learns:
            self._learns = True
            self._learn()

    def _learn(self) -> None:
        """Take in the other records, so that the checks can tell near-duplicates."""
        session = self.session
        assert session is not None

        def learn(cancelled: Callable[[], bool]) -> None:
            changed = session.learn(cancelled)
            if changed or not cancelled():  # the look that took its place finds nothing new any more
                self._screen.app.call_from_thread(self._learnt, changed)

        self._screen.run("learn", learn, failed=self._screen.alarm_of)

    def _learnt(self, changed: bool) -> None:
        if not changed and not self._alone:
            return
        if self._alone:
            # What the checks have read by now stays: a collection that goes through it stops a key for 100 ms.
            gc.freeze()
        self._alone = False
        self._ahead = {}
        if self.told is None:
            return
        self.told = self.told._replace(studied=None)  # if it is not painted yet, it is studied then
        if self.seen:
            self._study(self.told.sheet, True)

    # -- what others do

    def look_again(self) -> None:
        """The journal may have changed on disk, whoever did it."""
        session, before = self.session, self.sheet
        if session is not None and not self._runner.busy:
            self._screen.run(
                "watch",
                lambda _: self._look(session, before),
                lambda found: self._changed(before, found[0]) if found is not None else None,
                self._screen.alarm_of,
            )

    def _look(self, session: Reviewing, before: Sheet | None) -> tuple[ReviewSections | None] | None:
        """The record as it is now; None where nothing changed. Raises `BackspanError`."""
        if not session.changed():
            return None
        session.refresh()
        return (self.read(session, before.record) if before is not None else None,)

    def _changed(self, before: Sheet | None, now: ReviewSections | None) -> None:
        if before is not self.sheet or self._runner.busy:
            return  # the person has gone on meanwhile
        if before is None or now is None or now.sheet.same_as(before):
            self._say(self._header())
        elif before.state.parents != now.sheet.state.parents:
            self._another_text(now)
        else:
            self.update(now)
        if self._learns:
            self._learn()

    def _another_text(self, now: ReviewSections) -> None:
        revision, status = now.sheet.revision, now.sheet.state.status
        whose = revision.by if revision is not None else "Somebody"
        if status == "retracted":
            said = "This record has been withdrawn meanwhile."
        elif status == "conflict":
            said = "This record has come into conflict meanwhile: enter shows the texts side by side."
        else:
            said = f"{whose} has saved a new text of this record: this is what it says now; d shows what changed."
        self._screen.warn(said, timeout=10)
        self.show(now)

    # -- reading counts

    def touch(self) -> None:
        """The person is at it."""
        self._attention.touch(self._clock())

    def pause(self) -> None:
        """Something else covers the record."""
        self._attention.pause(self._clock())

    def resume(self) -> None:
        """The record is in sight again."""
        if self.seen:
            self._attention.resume(self._clock())

    @property
    def seconds(self) -> int:
        """For how many whole seconds the record was read."""
        return self._attention.seconds(self._clock())

    # -- what is said

    def _header(self) -> str:
        session, sheet, topic = self.session, self.sheet, self._wish.topic
        if session is None:
            return topic
        parts = [topic]
        place = session.place(sheet.record) if sheet is not None else None
        if place is not None:
            parts.append(f"{place + 1}/{len(session.records)}")
        parts.append(f"{session.open_count} open")
        if self._wish.filtered:
            parts.append(self._wish.filtered)
        if sheet is None:
            return " · ".join([*parts, "nothing left here: u takes the last act back, q leaves"])
        flagged = [c.by for c in sheet.comments if c.about == "flag"]
        return " · ".join(
            [
                *parts,
                sheet.state.status,
                *(["you judged it"] if sheet.row.judged else []),
                *(["⚑ " + ", ".join(flagged)] if flagged else []),
                sheet.row.title or sheet.record,
                sheet.row.by,
                age(sheet.row.at),
            ]
        )

    def _say(self, text: str) -> None:
        self._screen.query_one(StatusLine).set_left(text)
