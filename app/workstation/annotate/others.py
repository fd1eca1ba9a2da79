"""One journal, many people: what others change is seen within two seconds, and what needs a decision is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from textual.timer import Timer

from app.annotate.session import AnnotateSession
from app.annotate.session_events import NewsHeard
from app.annotate.watcher import News, Watcher
from app.base.cancelling import Cancelled
from app.base.moments import local
from app.base.text import many, printable
from app.errors import BackspanError
from app.project import marker as projectfile
from app.project.project import MARKER
from app.records.draft import Draft
from app.records.history.ledger import RecordState
from app.store.disk import mounts
from app.store.presence.claims import Claim, Claims
from app.store.protocol import Damaged
from app.workstation.annotate.header import MISSING, Header
from app.workstation.annotate.host import Host
from app.workstation.annotate.saving import Saving, news_of
from widgets.dialogs.questions import Notice

WATCH = 1.0
"""Seconds between two looks at the journal and at what others are on."""


class OtherPeople:
    """Watches the journal and the claims, and tells of what others did."""

    def __init__(
        self, host: Host, session: AnnotateSession, header: Header, saving: Saving, claims: Claims
    ) -> None:
        self._host = host
        self._session = session
        self._header = header
        self._saving = saving
        saving.nothing_new = self._look_for_newer
        self.load: Callable[[str], object] = lambda record: None
        """Opens a record anew."""
        files = session.files
        self._watcher = Watcher(files.project, files.topic, session.signer.follower, claims)
        self._watching: Timer | None = None
        self._told: tuple[str, ...] = ()
        """Heads of the record in hand that the person was told of."""
        self._heard_before = False
        """Whether the first look is over: from then on the person may be writing."""

    # -- watching

    def begin(self) -> None:
        """Look now, and once a second from now on."""
        self._look()
        self._host.run("settle-in", self._settle_in, self._heard, exclusive=False)
        self._watching = self._host.set_interval(WATCH, self._look)

    def leave(self) -> None:
        """Look no more."""
        if self._watching is not None:
            self._watching.stop()

    def _settle_in(self, cancelled: Callable[[], bool]) -> News:
        """What is done once, while the person is already at work: a backup, the trash, the whole journal's proof."""
        files = self._session.files
        project, topic = files.project, files.topic
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
            damaged = self._session.signer.follower.verify(cancelled)
        except BackspanError:
            damaged = ()  # whoever reads next says why
        if damaged and not cancelled():
            said.append(_of_damage(topic, damaged))
        return News(remarks=tuple(said))

    def _look(self) -> None:
        self._host.run("watch", lambda _: self._news(), self._looked, exclusive=False)

    def _news(self) -> News | None:
        draft = self._session.draft
        main = next((piece for piece in draft.selection.pieces if piece.role == "main"), None)
        on = None if draft.empty else draft.record
        news = self._watcher.look(on, main.path if main else "", main.item if main else "")
        if news is None and self._heard_before:
            raise Cancelled("nothing is new")  # once a second: the interface is left alone
        return news

    def _looked(self, news: News | None) -> None:
        if news is not None:
            self._heard(news)
        self._heard_before = True

    def _heard(self, news: News) -> None:
        """Something is new on disk. The focus and the texts stay as they are."""
        if not self._host.is_attached:
            return
        if news.alarm is not None:
            self._alarmed(news.alarm)
        for remark in news.remarks:
            self._host.warn(remark, timeout=20)
        if news.others is not None:
            self._show_others(news.others, news.meeting)
        self._session.announcer.tell(NewsHeard(news))
        if news.journal:
            self.check_heads()
            self._host.tell_readers()

    def _alarmed(self, why: str) -> None:
        """Say it in the header for as long as it is so, and once in full: in a dialog if nobody is writing yet."""
        opening = not self._heard_before and self._host.is_current
        self._header.missing = why.partition("\n")[0]
        self._header.show()
        if why and opening:
            self._host.push(Notice(MISSING, why))
        elif why:
            self._host.alarm(why, title=MISSING, timeout=60)

    def _show_others(self, others: Sequence[Claim], meeting: Sequence[Claim]) -> None:
        said = [self._who_is_on(claim, "a record") for claim in others]
        more = f" and {len(said) - 3} more" if len(said) > 3 else ""
        self._header.others = " · ".join(said[:3]) + more
        self._header.show()
        for claim in meeting:
            then = (
                "Only one of the two is the draft at a time."
                if self._is_me(claim)
                else "Nothing is locked: talk to each other."
            )
            self._host.say(f"{self._who_is_on(claim, 'this record')} as well. {then}", timeout=10)

    def _is_me(self, claim: Claim) -> bool:
        return claim.by == printable(self._session.by, 80)

    def _who_is_on(self, claim: Claim, otherwise: str) -> str:
        who = "you, on another screen, are" if self._is_me(claim) else f"{claim.by} is"
        return f"{who} on {claim.item or otherwise}"

    # -- the record in hand was changed by somebody else

    def check_heads(self) -> None:
        """Tell the person if somebody else changed the record in hand."""
        if self._saving.under_way:
            return
        draft = self._session.draft

        def changed(state: RecordState | None) -> None:
            if state is not None:
                self._others_changed(draft.record, state)

        def unknown(error: BackspanError) -> None:
            """The save will say so; what is on screen is kept."""

        self._host.run("heads", lambda _: self._session.newer_than(draft), changed, unknown)

    def _others_changed(self, record: str, state: RecordState) -> None:
        draft = self._session.draft
        if self._saving.under_way or draft.record != record:
            return
        heads = tuple(sorted(state.parents))
        if heads == self._told or set(heads) == set(draft.parents):
            return
        if any(parent not in state.events for parent in draft.parents):
            return  # nobody changed it: the journal lacks what was there, and the alarm says so
        self._told = heads
        newest = state.heads[-1]
        mine = newest.by == self._session.by
        here = newest.id in self._session.signer.own
        withdrawn = state.status == "retracted"
        did = ("withdrew" if withdrawn else "changed") + " this record"
        elsewhere = " elsewhere" if mine and not here else ""
        who = "You" if mine else printable(newest.by)
        by = "in a list" if here else "elsewhere" if mine else "by somebody else"
        self._host.warn(
            f"{who} {did}{elsewhere} at {local(newest.at):%H:%M}. {self._what_then(withdrawn)}",
            title=f"This record was changed {by}",
            timeout=20,
        )

    def _what_then(self, withdrawn: bool) -> str:
        if withdrawn:
            return "Your text stays as it is; saving asks whether that brings the record back."
        if self._session.dirty:
            return "Your text stays as it is; alt+j shows what changed, and saving asks which text stands."
        return "You have written nothing since: F2 shows the new text."

    def _look_for_newer(self) -> None:
        draft = self._session.draft
        self._host.run("heads", lambda _: self._session.newer_than(draft), partial(self._newer, draft))

    def _newer(self, draft: Draft, newer: RecordState | None) -> None:
        if newer is None:
            self._saving.say_nothing_new()
        elif newer.status == "retracted":
            why = f"{news_of(draft, newer)} What stands here is what was withdrawn; nothing of it is unsaved."
            self._host.say(why, timeout=10)
        else:
            self.load(draft.record)


def _of_damage(topic: str, damaged: Sequence[Damaged]) -> str:
    lines = ", ".join(str(one.line) for one in damaged[:5]) + (" …" if len(damaged) > 5 else "")
    count = many(len(damaged), "line")
    what = f"The journal of {topic} has {count} that cannot be read as events ({lines}); nothing is lost of them."
    if any(one.newer for one in damaged):
        what += " Some were written by a newer backspan: here the journal can be read and not added to."
    return f"{what} 'backspan doctor {topic}' says more."
