"""The parts of the annotate screen, made once a topic is open. What they do when something happens is theirs to say."""

from __future__ import annotations

from textual.widget import Widget

from app.progress.coverage.tracker import CoverageTracker
from app.store.presence.claims import Claims
from app.workstation.annotate.block import BlockPicks
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.checks import LiveChecks
from app.workstation.annotate.coverage import Coverage
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.header import Header
from app.workstation.annotate.host import Host
from app.workstation.annotate.navigation import Navigation
from app.workstation.annotate.needs import Needs
from app.workstation.annotate.others import OtherPeople
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.annotate.records import BegunTopic, Records
from app.workstation.annotate.remarks import SpokenRemarks
from app.workstation.annotate.saving import Saving
from app.workstation.autosave import Autosave


class Parts:
    """All of them, each made of what stands above it."""

    def __init__(
        self, host: Host, owner: Widget, begun: BegunTopic, panes: AnnotatePanes, claims: Claims
    ) -> None:
        """`owner` is the screen as a widget: its timers keep the draft."""
        session, judge = begun.session, begun.judge
        self.session = session
        self.browsing = Browsing(host, session, panes)
        self.header = Header(session, panes, self.browsing)
        self.autosave = Autosave(owner, session, lambda error: self.editing.not_kept(error))
        self.editing = Editing(host, session, panes, self.browsing, self.autosave)
        self.block = BlockPicks(host, session, self.browsing, self.editing)
        self.checks = LiveChecks(host, session, panes, self.browsing, self.editing)
        tracker = CoverageTracker(session.files, judge.signer.follower, session.by)
        self.coverage = Coverage(host, session, panes, self.browsing, tracker, judge.signer, claims)
        self.saving = Saving(host, session, panes, self.editing, self.checks, self.autosave)
        self.others = OtherPeople(host, session, self.header, self.saving, claims)
        self.records = Records(
            host, session, panes, self.browsing, self.editing, self.coverage, self.others, judge, claims
        )
        self.saving.look_at = self.records.look_at
        self.navigation = Navigation(host, session, panes, self.browsing, self.coverage)
        self.needs = Needs(host, session, panes, self.editing, self.navigation)
        self.remarks = SpokenRemarks(host, session, panes, self.checks, self.records, judge)
        # The order of this list is the order in which they are told what happened.
        for part in (
            self.header,
            self.editing,
            self.saving,
            self.checks,
            self.coverage,
            self.records,
            self.remarks,
        ):
            part.listen()

    @property
    def acting(self) -> tuple[object, ...]:
        """Those with actions of their own, which keys reach through the screen."""
        return (
            self.browsing,
            self.block,
            self.checks,
            self.coverage,
            self.saving,
            self.records,
            self.navigation,
            self.needs,
            self.remarks,
        )

    def begin(self) -> None:
        """Begin what goes on beside the person, once they have a draft in hand."""
        self.checks.learn_others()
        self.others.begin()
        self.navigation.begin()

    def leave(self) -> None:
        """End it."""
        self.navigation.leave()
        self.others.leave()
        self.checks.leave()
