"""One journal, many people: what others change is seen within two seconds, and what needs a decision is asked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from functools import partial

from textual import work
from textual.timer import Timer
from textual.worker import get_current_worker

from app.annotate.session import AnnotateSession, Opening
from app.base.moments import local
from app.errors import BackspanError
from app.project import marker as projectfile
from app.project.project import MARKER, Project
from app.project.topics.titles import printable
from app.records.draft import Draft
from app.records.events import Revision
from app.records.history.ledger import RecordState
from app.records.prose import many
from app.settings.person import Settings
from app.store.disk import mounts
from app.store.presence.claims import Claim
from app.store.protocol import Damaged
from app.workstation.annotate.saving import SavingScreen, news_of
from app.workstation.annotate.watcher import News, Watcher
from app.workstation.records.acts import JudgeActs
from app.workstation.records.conflict import ConflictResult, ConflictScreen
from app.workstation.records.difference import DifferenceScreen
from app.workstation.records.history import HistoryScreen
from app.workstation.roles import tell_readers
from widgets.dialogs.choose import GRACE, Choose
from widgets.dialogs.questions import Notice

_MISSING = "Events are missing from the journal"
WATCH = 1.0
"""Seconds between two looks at the journal and at what others are on."""
PARTING = 1.0
"""Seconds that a screen which is left waits at most for its claim to be taken back."""


class SharingScreen(SavingScreen):
    """Watches the journal, tells of others, and leads to the history and to conflicts."""

    def __init__(
        self, project: Project, topic: str, settings: Settings, by: str, record: str | None = None
    ) -> None:
        super().__init__(project, topic, settings, by, record)
        self._watcher: Watcher | None = None
        self._watching: Timer | None = None
        self._told: tuple[str, ...] = ()
        """Heads of the record on the desk that the person was told of."""
        self._others = ""
        self._missing = ""
        """What the journal lacks of what was seen of it."""
        self._heard_before = False
        """Whether the first look is over: from then on the person may be writing."""

    # -- watching

    def _ready(self, desk: AnnotateSession, opening: Opening, path: str, line: int) -> None:
        super()._ready(desk, opening, path, line)
        self._watcher = Watcher(self._project, self._topic, desk.judge.follower, self._claims)
        self._look()
        self._settle_in(desk)
        self._watching = self.set_interval(WATCH, self._look)

    @work(thread=True, group="settle-in", exit_on_error=False)
    def _settle_in(self, desk: AnnotateSession) -> None:
        """What is done once, while the person is already at work: a backup, the trash, the whole journal's proof."""
        project, topic, worker = self._project, self._topic, get_current_worker()
        said: list[str] = []
        if project.say_once("mount") and (remark := mounts.remark(project.datasets_dir)):
            said.append(remark)
        said += projectfile.shown(project.root / MARKER, project.file[1])
        for errand in (partial(project.backups.routine, topic), project.drafts.tidy):
            try:
                errand()
            except BackspanError as error:
                said.append(str(error))
        try:
            damaged = desk.judge.follower.verify(lambda: worker.is_cancelled)
        except BackspanError:
            damaged = ()  # whoever reads next says why
        if damaged and not worker.is_cancelled:
            said.append(_of_damage(topic, damaged))
        if not worker.is_cancelled:
            self.app.call_from_thread(self._heard, News(remarks=tuple(said)))

    async def on_unmount(self) -> None:
        """Nobody is on anything here any more."""
        if self._watching is not None:
            self._watching.stop()
        # Its own thread, and no daemon: whatever the disk does, the process ends only once others are told.
        leaving = threading.Thread(target=self._claims.release, name="leave")
        leaving.start()
        await asyncio.to_thread(leaving.join, PARTING)

    @work(thread=True, group="watch", exit_on_error=False)
    def _look(self) -> None:
        desk, watcher = self._desk, self._watcher
        if desk is None or watcher is None:
            return
        main = next((piece for piece in desk.draft.selection.pieces if piece.role == "main"), None)
        on = None if desk.draft.empty else desk.draft.record
        news = watcher.look(on, main.path if main else "", main.item if main else "")
        if news is not None or not self._heard_before:
            self.app.call_from_thread(self._looked, news)

    def _looked(self, news: News | None) -> None:
        if news is not None:
            self._heard(news)
        self._heard_before = True

    def _heard(self, news: News) -> None:
        """Something is new on disk. The focus and the texts stay as they are."""
        if not self.is_attached:
            return
        if news.alarm is not None:
            self._alarmed(news.alarm)
        for remark in news.remarks:
            self.notify(remark, severity="warning", markup=False, timeout=20)
        if news.others is not None:
            self._show_others(news)
        if news.journal:
            self._mark_covered()
            self._learn_others()
            self._check_heads()
            tell_readers(self.app)

    def _alarmed(self, why: str) -> None:
        """Say it in the header for as long as it is so, and once in full: in a dialog if nobody is writing yet."""
        opening = not self._heard_before and self.app.screen is self
        self._missing = why.partition("\n")[0]
        self._show_place()
        if why and opening:
            self.app.push_screen(Notice(_MISSING, why))
        elif why:
            self.notify(why, title=_MISSING, severity="error", markup=False, timeout=60)

    def _show_others(self, news: News) -> None:
        said = [self._who_is_on(claim, "a record") for claim in news.others or ()]
        self._others = " · ".join(said[:3]) + (f" and {len(said) - 3} more" if len(said) > 3 else "")
        self._show_place()
        for claim in news.meeting:
            mine = claim.by == printable(self._by, 80)
            then = (
                "Only one of the two is the draft at a time."
                if mine
                else "Nothing is locked: talk to each other."
            )
            self.notify(f"{self._who_is_on(claim, 'this record')} as well. {then}", markup=False, timeout=10)

    def _who_is_on(self, claim: Claim, otherwise: str) -> str:
        if claim.by == printable(self._by, 80):
            return f"you, on another screen, are on {claim.item or otherwise}"
        return f"{claim.by} is on {claim.item or otherwise}"

    def _place(self) -> list[str]:
        title, file, at = super()._place()
        alarm = [_MISSING.upper()] if self._missing else []
        return [*alarm, file, self._others, title, at] if self._others else [*alarm, title, file, at]

    # -- the record on the desk was changed by somebody else

    @work(thread=True, group="heads", exclusive=True, exit_on_error=False)
    def _check_heads(self) -> None:
        desk = self._desk
        if desk is None or self._saving:
            return
        draft = desk.draft
        try:
            state = desk.newer_than(draft)
        except BackspanError:
            return  # the save will say so; what is on screen is kept
        if state is not None:
            self.app.call_from_thread(self._others_changed, draft.record, state)

    def _others_changed(self, record: str, state: RecordState) -> None:
        desk = self._desk
        if desk is None or self._saving or desk.draft.record != record:
            return
        heads = tuple(sorted(state.parents))
        if heads == self._told or set(heads) == set(desk.draft.parents):
            return
        if any(parent not in state.events for parent in desk.draft.parents):
            return  # nobody changed it: the journal lacks what was there, and the alarm says so
        self._told = heads
        newest = state.heads[-1]
        mine = newest.by == desk.by
        here = newest.id in desk.judge.own
        who = "You" if mine else printable(newest.by)
        withdrawn = state.status == "retracted"
        if withdrawn:
            then = "Your text stays as it is; saving asks whether that brings the record back."
        elif desk.dirty:
            then = "Your text stays as it is; alt+j shows what changed, and saving asks which text stands."
        else:
            then = "You have written nothing since: F2 shows the new text."
        did = (
            ("withdrew" if withdrawn else "changed")
            + " this record"
            + (" elsewhere" if mine and not here else "")
        )
        self.notify(
            f"{who} {did} at {local(newest.at):%H:%M}. {then}",
            title=f"This record was changed {'in a list' if here else 'elsewhere' if mine else 'by somebody else'}",
            severity="warning",
            markup=False,
            timeout=20,
        )

    def _nothing_to_save(self) -> None:
        self._look_for_newer()

    @work(thread=True, group="heads", exclusive=True, exit_on_error=False)
    def _look_for_newer(self) -> None:
        desk = self._desk
        assert desk is not None
        draft = desk.draft
        try:
            newer = desk.newer_than(draft)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        if newer is None:
            self.app.call_from_thread(super()._nothing_to_save)
        elif newer.status == "retracted":
            why = f"{news_of(draft, newer)} What stands here is what was withdrawn; nothing of it is unsaved."
            self.app.call_from_thread(self.notify, why, markup=False, timeout=10)
        else:
            self.app.call_from_thread(self._load_record, draft.record)

    def _saved(self, sent: Draft, revision: Revision) -> None:
        super()._saved(sent, revision)
        self._settle_if_needed(revision.record)

    @work(thread=True, group="heads", exit_on_error=False)
    def _settle_if_needed(self, record: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            conflict = desk.in_conflict(record)
        except BackspanError:
            return
        if conflict:
            self.app.call_from_thread(self._open_conflict, record)

    # -- opening records, and what is asked about them

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _load_record(self, record: str) -> None:
        desk = self._desk
        assert desk is not None
        try:
            opening, conflict = self._look_up(desk, record, None)
            path, line = self._first_place(desk, {}, opening.draft)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return

        def show() -> None:
            self._put(opening, path, line)
            self._opened(opening, conflict)

        self.app.call_from_thread(show)

    def _put(self, opening: Opening, path: str = "", line: int = 0) -> None:
        self._take_up(opening)
        if path and path != self._path:
            self._show_file(path, line)

    def _opened(self, opening: Opening, conflict: bool) -> None:
        if opening.offer is not None:
            self._ask(opening, opening.offer.answers)
        elif conflict:
            self._open_conflict(opening.draft.record)

    def _ask(self, opening: Opening, answers: tuple[tuple[str, str], ...]) -> None:
        offer = opening.offer
        assert offer is not None

        def chosen(answer: str | None) -> None:
            if answer == "look":
                self._show_difference(opening)
            elif answer is not None and answer != offer.harmless:
                self._take_answer(opening, answer)

        first = offer.first if any(name == offer.first for name, _ in answers) else answers[0][0]
        self.app.push_screen(
            Choose(offer.title, offer.body, answers, first=first, harmless=offer.harmless, grace=GRACE),
            chosen,
        )

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _take_answer(self, opening: Opening, answer: str) -> None:
        desk = self._desk
        assert desk is not None and opening.offer is not None
        try:
            taken = desk.take(opening.offer, answer)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._put, taken)
        if answer == "open":
            said = "The draft is in the trash; “Trash” in the list of records (F5, then t) gets it back."
            self.app.call_from_thread(self.notify, said, markup=False, timeout=12)

    def _show_difference(self, opening: Opening) -> None:
        offer = opening.offer
        assert offer is not None and self._desk is not None
        self.app.push_screen(
            DifferenceScreen(opening.revision, offer.kept.draft, self._desk.composer),
            lambda _: self._ask(opening, offer.after_looking or offer.answers),
        )

    # -- history and conflicts

    def action_history(self) -> None:
        """Show the record's history."""
        desk = self._desk
        if desk is None or not self._kept():
            return
        if desk.revision is None:
            self._warn("this record was never saved: it has no history yet")
        else:
            self._look_at(desk.draft.record)

    def _look_at(self, record: str) -> None:
        desk = self._desk
        assert desk is not None
        self.app.push_screen(
            HistoryScreen(JudgeActs(desk.judge), record), lambda changed: self._came_back(record, changed)
        )

    def _came_back(self, record: str, changed: str | None) -> None:
        """From a screen that may have changed the record on the desk."""
        self._mark_covered()
        desk = self._desk
        if changed is not None and desk is not None and desk.draft.record == record:
            if desk.dirty:
                self._check_heads()
            else:
                self._load_record(record)

    def _open_conflict(self, record: str) -> None:
        desk = self._desk
        assert desk is not None

        def left(result: ConflictResult | None) -> None:
            if result is None:
                self.notify("The conflict stands; nothing was changed.", markup=False)
            elif result.outcome == "edit" and result.text is not None:
                self._edit_settling(result.record, result.text, result.parents)
            else:
                self._came_back(result.record, result.record)

        self.app.push_screen(ConflictScreen(JudgeActs(desk.judge), record), left)

    @work(thread=True, exclusive=True, group="open", exit_on_error=False)
    def _edit_settling(self, record: str, text: str, parents: tuple[str, ...]) -> None:
        desk = self._desk
        assert desk is not None
        try:
            opening = desk.begun_from(record, text, parents)
        except BackspanError as error:
            self.app.call_from_thread(self._warn, str(error))
            return
        self.app.call_from_thread(self._put, opening)


def _of_damage(topic: str, damaged: Sequence[Damaged]) -> str:
    lines = ", ".join(str(one.line) for one in damaged[:5]) + (" …" if len(damaged) > 5 else "")
    count = many(len(damaged), "line")
    what = f"The journal of {topic} has {count} that cannot be read as events ({lines}); nothing is lost of them."
    if any(one.newer for one in damaged):
        what += " Some were written by a newer backspan: here the journal can be read and not added to."
    return f"{what} 'backspan doctor {topic}' says more."
