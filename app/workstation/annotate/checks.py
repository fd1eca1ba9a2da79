"""Checks while one writes: run beside the screen, newest text first; listed, marked in the text, explained, waived."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import takewhile
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from textual import on, work
from textual.timer import Timer
from textual.worker import get_current_worker

from app.annotate.composer import Composition
from app.annotate.session import AnnotateSession, Opening
from app.base.cancelling import never
from app.checks import Finding, crates_met, errors, traits_met
from app.errors import BackspanError
from app.records import chatml
from app.records.draft import Draft
from app.records.prose import many
from app.workstation.annotate.editing import DeskScreen
from widgets.panels.findings import FindingsPanel
from widgets.panels.guide import Guide
from widgets.prose.editor import ProseEditor
from widgets.prose.marks import Mark
from widgets.source.pane import SourcePane

if TYPE_CHECKING:
    from app.checks.running import Live
    from app.records.events import Block

DELAY = 0.2
"""Seconds of rest after which a change is checked; what changes in between is checked together."""
LONGEST = 1.0
"""Seconds after which somebody who never rests is told all the same."""
_SOON = 0.01
"""Seconds that are not worth another timer."""
_ALONE = "others not read yet"


class CheckedDraft(NamedTuple):
    """What the checks said of one state of the draft."""

    draft: Draft
    findings: tuple[Finding, ...]
    crates: dict[str, bool]
    traits: dict[str, bool]
    tokens: int | None


class CheckingScreen(DeskScreen):
    """Keeps the findings in step with the draft. Nothing here holds up a key: judging is done in a thread."""

    _checked: CheckedDraft | None = None
    """The newest answer, also where the draft has changed since; None before the first."""
    _check_timer: Timer | None = None
    _changed_at = _check_by = 0.0
    """When the draft changed last, and when it is checked at the latest; of `monotonic`."""
    _alone = True
    """Whether the other records are not known yet."""
    _composing = False
    """Whether the block on the desk is not that of the draft yet: it is checked once it is."""
    _news = False
    """Whether other records changed since the last check that was told of them."""
    _left = False
    """Whether the screen is closed."""

    @property
    def checks_pending(self) -> bool:
        """Whether what is on the desk has not been checked yet, with all that is to be known."""
        desk, found = self._desk, self._checked
        if desk is None or self._check_timer is not None or self._alone or self._composing:
            return True
        return found is None or found.draft is not desk.draft

    # -- when

    def _take_up(self, opening: Opening) -> None:
        self._checked, self._composing = None, True
        super()._take_up(opening)
        self.query_one(FindingsPanel).set_findings((), busy=True)

    def _ready(self, desk: AnnotateSession, opening: Opening, path: str, line: int) -> None:
        super()._ready(desk, opening, path, line)
        self._learn_others()

    def _change(self, draft: Draft) -> None:
        before = self._desk.draft if self._desk is not None else None
        if before is not None and draft.selection != before.selection:
            self._composing = True
        super()._change(draft)
        if before is not None and draft is not before:
            self._check_soon()

    def _composed_anew(self) -> None:
        super()._composed_anew()
        self._composing = False
        self._learn_names()
        self._check_soon()

    def _check_soon(self) -> None:
        """Check what stands there once the keys rest; who types on and on is told every second."""
        self._changed_at = monotonic()
        if self._check_timer is None:
            self._check_by = self._changed_at + LONGEST
            self._check_timer = self.set_timer(DELAY, self._check)

    def _check(self) -> None:
        # One timer that looks again, because to stop one and start another at each key is what keys would feel.
        rest = min(self._changed_at + DELAY, self._check_by) - monotonic()
        if rest > _SOON:
            self._check_timer = self.set_timer(rest, self._check)
            return
        self._check_timer = None
        desk = self._desk
        if desk is not None and not self._composing:
            self._run_checks(desk.draft, desk.composition)

    @work(thread=True, exclusive=True, group="check", exit_on_error=False)
    def _run_checks(self, draft: Draft, composition: Composition) -> None:
        worker = get_current_worker()
        found = self._judge(draft, composition, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self.app.call_from_thread(self._judged, found)

    def _judge(
        self, draft: Draft, composition: Composition, cancelled: Callable[[], bool] = never
    ) -> CheckedDraft:
        """Worker threads only."""
        desk = self._desk
        assert desk is not None
        spec = desk.files.spec
        findings = desk.composer.findings(draft, composition, cancelled)
        think = chatml.normalise_prose(draft.think)
        tokens = desk.composer.tokens(draft, composition)
        return CheckedDraft(
            draft,
            findings,
            crates_met(think, spec.crates),
            traits_met(think, spec.traits, spec.checks.trait_words),
            tokens,
        )

    def _judged(self, found: CheckedDraft) -> None:
        """Show an answer, unless it is about something else than what stands there now: then another is coming."""
        desk = self._desk
        if desk is None or not self.is_attached or _judged_by(found.draft) != _judged_by(desk.draft):
            return
        told, self._checked = self._problems(), found
        self._show_findings()
        if self._problems() != told:
            self._show_line()

    @work(thread=True, exclusive=True, group="others", exit_on_error=False)
    def _learn_others(self) -> None:
        """Take in what other records say now: at the beginning, and whenever a journal has changed."""
        desk, worker = self._desk, get_current_worker()
        if desk is None:
            return
        live = self._live(desk)
        try:
            # One that is called off may have learnt something by then: whoever comes after it says so.
            self._news |= live.refresh(lambda: worker.is_cancelled)
        except BackspanError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._warn, str(error))
            return
        finally:
            if self._left:
                live.close()
        if not worker.is_cancelled:
            self.app.call_from_thread(self._others_learnt)

    def _others_learnt(self) -> None:
        if self.is_attached and (self._news or self._alone):
            self._alone = self._news = False
            self._show_findings()
            self._check_soon()

    @work(thread=True, exclusive=True, group="names", exit_on_error=False)
    def _learn_names(self) -> None:
        """Tell the editors which identifiers there are to be completed."""
        desk, worker = self._desk, get_current_worker()
        if desk is None:
            return
        block = self._block(desk)
        own, around = self._live(desk).names(block) if block is not None else (frozenset(), frozenset())
        if not worker.is_cancelled:
            self.app.call_from_thread(self._names_learnt, own, around)

    def _names_learnt(self, own: frozenset[str], around: frozenset[str]) -> None:
        if self.is_attached:
            for name in ("user", "think"):
                self.query_one(f"#{name}", ProseEditor).set_names(own, around)

    async def on_unmount(self) -> None:
        """Lets go of the files that the checks hold open, in a thread: the disk may be slow."""
        self._left = True
        live = (
            vars(self._desk.composer).get("live") if self._desk is not None else None
        )  # made only if it was asked
        if live is not None:
            threading.Thread(target=live.close, name="close checks").start()

    @staticmethod
    def _live(desk: AnnotateSession) -> Live:
        return desk.composer.live

    @staticmethod
    def _block(desk: AnnotateSession) -> Block | None:
        return desk.composer.block_or_none(desk.composition)

    def _failed(self, group: str, why: str) -> None:
        if group == "compose":
            self._composing = False  # no other block is coming: what is known of this one can be said
        super()._failed(group, why)

    # -- what is shown

    def _problems(self) -> list[str]:
        if self._checked is None:
            return []
        return [f"{found.field}: {found.message}" for found in errors(self._checked.findings)]

    def _show_findings(self) -> None:
        if self._checked is None:
            return
        findings = self._checked.findings
        note = ", ".join(
            part for part in (self._line_size(), _ALONE if self._alone else self._evidence()) if part
        )
        self.query_one(FindingsPanel).set_findings(findings, note=note)
        for name in ("user", "think"):
            mine = [found for found in findings if found.field == name and not found.waived]
            grades = [found.severity for found in mine]
            counts = (grades.count("error"), grades.count("warning"), grades.count("hint"))
            marks = [
                Mark(found.start, found.end, found.severity)
                for found in mine
                if found.start is not None and found.end is not None
            ]
            marks += self._extra_marks(name)
            self.query_one(f"#{name}", ProseEditor).set_findings(marks, counts)
        self.query_one(Guide).set_ticks(self._checked.crates, self._checked.traits)

    def _extra_marks(self, field: str) -> list[Mark]:
        """Places of a text to be marked besides those of the checks: `AnsweringScreen` has some."""
        return []

    def _line_size(self) -> str:
        """The tokens of the whole line, where the spec has them counted and they can be."""
        desk, found = self._desk, self._checked
        if desk is None or found is None or found.tokens is None:
            return ""
        most = desk.files.spec.checks.limits.get("tokens_max", 0)
        return f"{found.tokens:,} of {many(most, 'token')}" if most else many(found.tokens, "token")

    def _evidence(self) -> str:
        """What the revision will say of how it was written: its author sees it first."""
        desk = self._desk
        if desk is None or not desk.records_effort:
            return ""
        effort = desk.draft.effort
        if not (effort.typed or effort.pasted):
            return ""
        minutes = f"{effort.active_seconds // 60} min, " if effort.active_seconds >= 60 else ""
        return f"{minutes}typed {effort.typed:,}, pasted {effort.pasted:,}"

    # -- going from one to the next

    def action_next_finding(self) -> None:
        """Go to the next finding's place."""
        self._step_finding(1)

    def action_previous_finding(self) -> None:
        """Go to the place of the finding before."""
        self._step_finding(-1)

    def _step_finding(self, step: int) -> None:
        finding = self.query_one(FindingsPanel).step(step)
        if finding is None:
            self._say_nothing_found()
        else:
            self._go_to_finding(finding)

    def _say_nothing_found(self) -> None:
        known = self._checked is not None
        self.notify("The checks have nothing to say." if known else "The checks are under way.", markup=False)

    @on(FindingsPanel.Chosen)
    def _finding_chosen(self, event: FindingsPanel.Chosen) -> None:
        self._go_to_finding(event.finding)

    def _go_to_finding(self, finding: Finding) -> None:
        if finding.field in ("user", "think"):
            editor = self.query_one(f"#{finding.field}", ProseEditor)
            self._show_pane("write")
            self.set_focus(editor.area)
            place = self._place_now(finding, editor.text)
            if place is not None:
                editor.go_to(*place)
        elif finding.field == "block" and finding.start is not None:
            self._go_to_block(finding.start)
        else:
            self._show_pane("write")
            self.set_focus(self.query_one(FindingsPanel))

    def _place_now(self, finding: Finding, text: str) -> tuple[int, int] | None:
        """Where in the text the characters stand that a finding is about, though more was written since."""
        if finding.start is None or finding.end is None:
            return None
        was = getattr(self._checked.draft, finding.field) if self._checked is not None else text
        return moved(was, text, finding.start, finding.end)

    def _go_to_block(self, character: int) -> None:
        """Show the source line that a character of the block comes from."""
        desk = self._desk
        place = desk.composer.place_of(desk.composition, character) if desk is not None else None
        if desk is None or place is None:
            return
        path, start = place
        line = desk.files.open(path).source.line_at(start)
        self._show_pane("source")
        if path == self._path:
            self.query_one(SourcePane).go_to(line)
        else:
            self._show_file(path, line)
        self.set_focus(self.query_one(SourcePane))

    # -- what it means, and letting it stand

    def action_explain(self) -> None:
        """Explain the finding that is marked in the list."""
        finding = self.query_one(FindingsPanel).current
        if finding is None:
            self._say_nothing_found()
        else:
            self._explain(finding)

    @on(FindingsPanel.ExplainRequested)
    def _explain_wanted(self, event: FindingsPanel.ExplainRequested) -> None:
        self._explain(event.finding)

    def _explain(self, finding: Finding) -> None:
        from app.checks.registry import rule  # late: only who asks waits for it
        from app.workstation.explain import ExplainScreen

        desk = self._desk
        assert desk is not None
        written = self._checked.draft if self._checked is not None else desk.draft
        texts = {
            "user": written.user,
            "think": written.think,
            "block": desk.composition.text,
        }

        def answered(answer: str | None) -> None:
            if answer == "go":
                self._go_to_finding(finding)
            elif answer == "waive":
                self._waive(finding)

        limits = desk.files.spec.checks.limits
        screen = ExplainScreen(finding, rule(finding.code), text=texts.get(finding.field, ""), limits=limits)
        self.app.push_screen(screen, answered)

    def action_waive(self) -> None:
        """Let the marked finding stand, with a reason; or no longer."""
        finding = self.query_one(FindingsPanel).current
        if finding is None:
            self.notify("There is no finding to let stand.", markup=False)
        else:
            self._waive(finding)

    @on(FindingsPanel.WaiveRequested)
    def _waive_wanted(self, event: FindingsPanel.WaiveRequested) -> None:
        self._waive(event.finding)

    def _waive(self, finding: Finding) -> None:
        from app.records.check_codes import FIXED
        from app.workstation.explain import WaiveDialog

        desk = self._desk
        assert desk is not None
        if finding.code in FIXED:
            self._warn(f"{finding.code} cannot be waived: the record would not be what it says it is")
            return
        record = desk.draft.record
        if finding.waived:
            self._change(desk.draft.waive(finding.code, ""))
            self.notify(f"{finding.code} counts again.", markup=False)
            return

        def answered(reason: str | None) -> None:
            now = self._desk
            if reason and now is not None and now.draft.record == record:
                self._change(now.draft.waive(finding.code, reason))
                self.notify(
                    f"{finding.code} stands in this record; the reason is saved with it.", markup=False
                )

        self.app.push_screen(WaiveDialog(finding), answered)


def _judged_by(draft: Draft) -> tuple[object, ...]:
    """What of a draft its findings hang on, but for how it was typed: that alone outdates nothing."""
    return draft.record, draft.user, draft.think, draft.selection, draft.waivers


def moved(was: str, now: str, start: int, end: int) -> tuple[int, int]:
    """Characters `start`-`end` of a text, in what one edit made of it; where that touched them, what is left."""
    if was == now:
        return start, end
    head = _alike(was, now)
    tail = min(_alike(was[::-1], now[::-1]), min(len(was), len(now)) - head)
    shift, edited = len(now) - len(was), len(was) - tail
    first = max(start, edited) + shift if start >= edited or start > head else start
    last = end if end <= head else end + shift if end >= edited else head
    return first, max(first, last)


def _alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
