"""Checks while one writes: run beside the screen, newest text first; listed, marked in the text, explained, waived."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from textual.timer import Timer

from app.annotate.composer import Composition
from app.annotate.session import AnnotateSession
from app.annotate.session_events import (
    BlockComposed,
    CheckedDraft,
    DraftChanged,
    DraftChecked,
    DraftOpened,
    NewsHeard,
)
from app.base.cancelling import never
from app.base.text import many
from app.checks import crates_met, errors, traits_met
from app.checks.asked import Seen, asked
from app.records import chatml
from app.records.draft import Draft
from app.records.effort_words import told_of_all
from app.records.events import Effort
from app.records.finding import Finding
from app.records.prose import moved
from app.store.efforts import Behind
from app.workstation.annotate.browsing import Browsing
from app.workstation.annotate.editing import Editing
from app.workstation.annotate.host import Host
from app.workstation.annotate.panes import AnnotatePanes
from app.workstation.asking import asked_sections
from widgets.panels.findings_panel import FindingsPanel
from widgets.prose.marks import Mark

DELAY = 0.2
"""Seconds of rest after which a change is checked; what changes in between is checked together."""
LONGEST = 1.0
"""Seconds after which somebody who never rests is told all the same."""
_SOON = 0.01
"""Seconds that are not worth another timer."""
_ALONE = "others not read yet"


class LiveChecks:
    """Keeps the findings in step with the draft. Nothing here holds up a key: judging is done in a thread."""

    marks: Callable[[str], list[Mark]] = staticmethod(lambda field: [])
    """Places of a text to be marked besides those of the checks."""
    beside: Callable[[Draft, Composition, Callable[[], bool]], None] = staticmethod(lambda *_: None)
    """What else is worked out of the same draft, in the same thread."""

    def __init__(
        self, host: Host, session: AnnotateSession, panes: AnnotatePanes, browsing: Browsing, editing: Editing
    ) -> None:
        self._host = host
        self._session = session
        self._panes = panes
        self._browsing = browsing
        self._editing = editing
        editing.problems = self.problems
        self.topic = asked(session.files.spec)
        """What the topic asks of each record."""
        self.found: CheckedDraft | None = None
        """The newest answer, also where the draft has changed since; None before the first."""
        self._timer: Timer | None = None
        self._changed_at = self._check_by = 0.0
        """When the draft changed last, and when it is checked at the latest; of `monotonic`."""
        self._alone = True
        """Whether the other records are not known yet."""
        self._composing = False
        """Whether the block in hand is not that of the draft yet: it is checked once it is."""
        self._news = False
        """Whether other records changed since the last check that was told of them."""
        self._left = False
        """Whether the screen is closed."""

    def listen(self) -> None:
        """Check whatever is in hand, whenever it changes."""
        on = self._session.announcer.on
        on(DraftOpened, lambda _: self._opened())
        on(DraftChanged, self._changed)
        on(BlockComposed, lambda _: self._composed())
        on(NewsHeard, lambda heard: self.learn_others() if heard.news.journal else None)

    @property
    def pending(self) -> bool:
        """Whether what is in hand has not been checked yet, with all that is to be known."""
        if self._timer is not None or self._alone or self._composing:
            return True
        return self.found is None or self.found.draft is not self._session.draft

    # -- when

    def _opened(self) -> None:
        self.found, self._composing = None, True
        self._panes.findings.set_findings((), busy=True)

    def _changed(self, change: DraftChanged) -> None:
        if change.block:
            self._composing = True
        self._check_soon()

    def _composed(self) -> None:
        self._composing = False
        self._learn_names()
        self._check_soon()

    def not_composed(self) -> None:
        """No other block is coming: what is known of this one can be said."""
        self._composing = False

    def _check_soon(self) -> None:
        """Check what stands there once the keys rest; who types on and on is told every second."""
        self._changed_at = monotonic()
        if self._timer is None:
            self._check_by = self._changed_at + LONGEST
            self._timer = self._host.set_timer(DELAY, self._check)

    def _check(self) -> None:
        # One timer that looks again, because to stop one and start another at each key is what keys would feel.
        rest = min(self._changed_at + DELAY, self._check_by) - monotonic()
        if rest > _SOON:
            self._timer = self._host.set_timer(rest, self._check)
            return
        self._timer = None
        if not self._composing:
            self.run(self._session.draft, self._session.composition)

    def run(self, draft: Draft, composition: Composition) -> None:
        """Check a draft in a thread, and show what comes of it."""
        self._host.run("check", lambda cancelled: self.judge(draft, composition, cancelled), self.judged)

    def judge(
        self, draft: Draft, composition: Composition, cancelled: Callable[[], bool] = never
    ) -> CheckedDraft:
        """What the checks say of a draft. Worker threads only."""
        composer, spec = self._session.composer, self._session.files.spec
        findings = composer.findings(draft, composition, cancelled)
        think = chatml.normalise_prose(draft.think)
        crates = crates_met(think, spec.crates)
        traits = traits_met(think, spec.traits, spec.checks.trait_words)
        found = CheckedDraft(
            draft, findings, crates, traits, composer.tokens(draft, composition), composer.behind(draft)
        )
        self.beside(draft, composition, cancelled)
        return found

    def judged(self, found: CheckedDraft) -> None:
        """Show an answer, unless it is about something else than what stands there now: then another is coming."""
        if not self._host.is_attached or _judged_by(found.draft) != _judged_by(self._session.draft):
            return
        told, self.found = self.problems(), found
        self.show()
        if self.problems() != told:
            self._editing.show_line()

    def learn_others(self) -> None:
        """Take in what other records say now: at the beginning, and whenever a journal has changed."""
        self._host.run("others", self._learn, lambda _: self._learnt())

    def _learn(self, cancelled: Callable[[], bool]) -> None:
        live = self._session.composer.live
        try:
            # One that is called off may have learnt something by then: whoever comes after it says so.
            self._news |= live.refresh(cancelled)
        finally:
            if self._left:
                live.close()

    def _learnt(self) -> None:
        if self._host.is_attached and (self._news or self._alone):
            self._alone = self._news = False
            self.show()
            self._check_soon()

    def _learn_names(self) -> None:
        """Tell the editors which identifiers there are to be completed."""
        self._host.run("names", lambda _: self._names(), lambda names: self._names_learnt(*names))

    def _names(self) -> tuple[frozenset[str], frozenset[str]]:
        composer = self._session.composer
        block = composer.block_or_none(self._session.composition)
        return composer.live.names(block) if block is not None else (frozenset(), frozenset())

    def _names_learnt(self, own: frozenset[str], around: frozenset[str]) -> None:
        if self._host.is_attached:
            for editor in self._panes.editors:
                editor.set_names(own, around)

    def leave(self) -> None:
        """Let go of the files that the checks hold open, in a thread: the disk may be slow."""
        self._left = True
        threading.Thread(target=self._session.composer.close, name="close checks").start()

    # -- what is shown

    def problems(self) -> list[str]:
        """Why the record cannot be saved, as far as it is known."""
        if self.found is None:
            return []
        return [f"{found.field}: {found.message}" for found in errors(self.found.findings)]

    def show(self) -> None:
        """Show what was found last in the list, in the texts and in the guide."""
        if self.found is None:
            return
        findings = self.found.findings
        parts = (self._line_size(), _ALONE if self._alone else self._evidence())
        self._panes.findings.set_findings(findings, note=", ".join(part for part in parts if part))
        for editor in self._panes.editors:
            mine = [found for found in findings if found.field == editor.field and not found.waived]
            grades = [found.severity for found in mine]
            counts = (grades.count("error"), grades.count("warning"), grades.count("hint"))
            places = [
                Mark(found.start, found.end, found.severity)
                for found in mine
                if found.start is not None and found.end is not None
            ]
            editor.set_findings(places + self.marks(editor.field), counts)
        seen = Seen(findings, self.found.crates, self.found.traits)
        self._panes.guide.set_asked(asked_sections(self.topic, seen))
        self._session.announcer.tell(DraftChecked(self.found))

    def _line_size(self) -> str:
        """The tokens of the whole line, where the spec has them counted and they can be."""
        if self.found is None or self.found.tokens is None:
            return ""
        most = self._session.files.spec.checks.limits.get("tokens_max", 0)
        tokens = self.found.tokens
        return f"{tokens:,} of {many(most, 'token')}" if most else many(tokens, "token")

    def _evidence(self) -> str:
        """What the revision will say of how it was written: its author sees it first."""
        effort = self._session.draft.effort
        if not self._session.records_effort or effort == Effort(active_seconds=effort.active_seconds):
            return ""
        return told_of_all(effort, *(self.found.behind if self.found is not None else Behind()))

    # -- going from one to the next

    def action_next_finding(self) -> None:
        """Go to the next finding's place."""
        self._step(1)

    def action_previous_finding(self) -> None:
        """Go to the place of the finding before."""
        self._step(-1)

    def _step(self, step: int) -> None:
        finding = self._panes.findings.step(step)
        if finding is None:
            self._say_nothing_found()
        else:
            self.go_to(finding)

    def _say_nothing_found(self) -> None:
        known = self.found is not None
        self._host.say("The checks have nothing to say." if known else "The checks are under way.")

    def chosen(self, event: FindingsPanel.Chosen) -> None:
        """A finding was chosen in the list."""
        self.go_to(event.finding)

    def go_to(self, finding: Finding) -> None:
        """Go to what a finding is about."""
        if finding.field in ("user", "think"):
            editor = self._panes.editor(finding.field)
            self._panes.show("write")
            self._panes.focus(editor.area)
            place = self._place_now(finding, editor.text)
            if place is not None:
                editor.go_to(*place)
        elif finding.field == "block" and finding.start is not None:
            self.go_to_block(finding.start)
        else:
            self._panes.show("write")
            self._panes.focus(self._panes.findings)

    def _place_now(self, finding: Finding, text: str) -> tuple[int, int] | None:
        """Where in the text the characters stand that a finding is about, though more was written since."""
        if finding.start is None or finding.end is None:
            return None
        was: str = getattr(self.found.draft, finding.field) if self.found is not None else text
        return moved(was, text, finding.start, finding.end)

    def go_to_block(self, character: int) -> None:
        """Show the source line that a character of the block (0-based) comes from."""
        place = self._session.composer.place_of(self._session.composition, character)
        if place is not None:
            self._browsing.visit_byte(*place)

    # -- what it means, and letting it stand

    def action_explain(self) -> None:
        """Explain the finding that is marked in the list."""
        finding = self._panes.findings.current
        if finding is None:
            self._say_nothing_found()
        else:
            self._explain(finding)

    def explain_wanted(self, event: FindingsPanel.ExplainRequested) -> None:
        """An explanation was asked for in the list."""
        self._explain(event.finding)

    def _explain(self, finding: Finding) -> None:
        from app.checks.registry import rule  # late: only who asks waits for it
        from app.workstation.explain import ExplainScreen

        written = self.found.draft if self.found is not None else self._session.draft
        texts = {"user": written.user, "think": written.think, "block": self._session.composition.text}

        def answered(answer: str | None) -> None:
            if answer == "go":
                self.go_to(finding)
            elif answer == "waive":
                self._waive(finding)

        limits = self._session.files.spec.checks.limits
        text = texts.get(finding.field, "")
        self._host.push(ExplainScreen(finding, rule(finding.code), text=text, limits=limits), answered)

    def action_waive(self) -> None:
        """Let the marked finding stand, with a reason; or no longer."""
        finding = self._panes.findings.current
        if finding is None:
            self._host.say("There is no finding to let stand.")
        else:
            self._waive(finding)

    def waive_wanted(self, event: FindingsPanel.WaiveRequested) -> None:
        """A finding of the list is to stand."""
        self._waive(event.finding)

    def _waive(self, finding: Finding) -> None:
        from app.records.check_codes import FIXED
        from app.workstation.explain import waive_dialog

        if finding.code in FIXED:
            self._host.warn(f"{finding.code} cannot be waived: the record would not be what it says it is")
            return
        if finding.waived:
            self._editing.change(self._session.draft.waive(finding.code, ""))
            self._host.say(f"{finding.code} counts again.")
            return
        record = self._session.draft.record

        def answered(reason: str | None) -> None:
            draft = self._session.draft
            if reason and draft.record == record:
                self._editing.change(draft.waive(finding.code, reason))
                self._host.say(f"{finding.code} stands in this record; the reason is saved with it.")

        self._host.push(waive_dialog(finding), answered)


def _judged_by(draft: Draft) -> tuple[object, ...]:
    """What of a draft its findings hang on, but for how it was typed: that alone outdates nothing."""
    return draft.record, draft.user, draft.think, draft.selection, draft.waivers
