"""What a reviewer looks at beside the record: its history, a difference, its file, the guidelines, a finding told."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer

from app.project.topics.titles import printable
from app.workstation.records.acts import JudgeActs
from app.workstation.review.panes import ReviewPanes

if TYPE_CHECKING:
    from app.workstation.records.conflict import ConflictResult

LATE = "The last act is still being written; that key did nothing. Press it again in a moment."
_SPELL = 0.8
"""Seconds without a key after which keys act again."""


class ReviewOver(ReviewPanes):
    """Opens what stands over the record, and looks again when that is closed."""

    _deaf_until = 0.0
    """Until when keys do nothing, by `time.monotonic`."""
    _slow: Timer | None = None
    """Says that an act takes long; None where nothing is being written."""

    def _free(self, repeated: bool = False) -> bool:
        """Whether an act can begin. `repeated`: of a key that is held down, which may come too soon without a word."""
        self._touch()
        if self._deaf():
            return False
        if self._busy and not (repeated and self._slow is None):
            self._refuse(LATE)
        return not self._busy

    def _refuse(self, why: str) -> None:
        """Say why a key did nothing. Those typed on behind it do nothing either.

        They are the words for a note that was not opened, and an `a` among them would accept the record.
        """
        self._deaf_until = time.monotonic() + _SPELL
        self.notify(why, markup=False)

    def _deaf(self) -> bool:
        now = time.monotonic()
        if now >= self._deaf_until:
            return False
        self._deaf_until = now + _SPELL
        return True

    def on_key(self, event: events.Key) -> None:
        """Let through what moves; letters only if they are not typed on behind a key that did nothing."""
        if (event.is_printable or event.key in ("enter", "backspace")) and self._deaf():
            event.stop()

    def action_history(self) -> None:
        """Show the record's history."""
        from app.workstation.records.history import HistoryScreen

        sheet, going = self._sheet, self._going
        if sheet is None or going is None or not self._free():
            return
        self.app.push_screen(HistoryScreen(JudgeActs(going.judge), sheet.record), self._came_back)

    def _came_back(self, _: object) -> None:
        self.journal_changed()

    def _settled(self, result: ConflictResult | None) -> None:
        if result is not None and result.outcome == "edit":
            from app.workstation.annotate.annotate_screen import AnnotateScreen  # late: the editor is heavy

            editor = AnnotateScreen(self._project, self._topic, self._settings, self._by, result.record)
            self.app.push_screen(editor, self._came_back)
        else:
            self._came_back(None)

    def action_guide(self) -> None:
        """Show the guidelines."""
        from app.workstation.review.modals import Guidelines

        if self._going is not None:
            self.app.push_screen(Guidelines(self._going.spec))

    def action_difference(self) -> None:
        """Show what changed."""
        from app.workstation.review.modals import Difference

        sheet, going = self._sheet, self._going
        if sheet is None or going is None or sheet.revision is None:
            return
        if sheet.earlier is None:
            self.notify("This is the record's first text.", markup=False)
            return
        about = (
            "compared with what you judged last" if sheet.earlier.judged else "compared with the text before"
        )
        title, about = f"{sheet.revision.by}'s text", f"{about}, of {sheet.earlier.by}"
        self.app.push_screen(
            Difference(printable(title), printable(about), lambda: going.earlier(sheet), sheet.revision)
        )

    def action_open_code(self) -> None:
        """Show the code in its file."""
        from app.workstation.review.modals import CodeInFile
        from widgets.source.messages import PaneSpan

        sheet, going = self._sheet, self._going
        if sheet is None or going is None or sheet.revision is None:
            return
        at = self._view("block").cursor if self.focused is self._view("block") else None
        spans = sheet.revision.block.spans
        chosen = next(
            (s for s, one in zip(spans, sheet.standings, strict=True) if at is not None and at < one.end),
            None,
        )
        chosen = chosen or next((span for span in spans if span.role == "main"), spans[0])
        tinted = [PaneSpan(s.start, s.end, s.role) for s in spans if s.path == chosen.path]
        path = chosen.path
        self.app.push_screen(CodeInFile(lambda: going.file(sheet, path), path, chosen.start, tinted))

    def action_more(self) -> None:
        """Explain the current finding, or settle a conflict."""
        sheet, going = self._sheet, self._going
        if sheet is None or going is None or not self._free():
            return
        if sheet.state.status == "conflict":
            from app.workstation.records.conflict import ConflictScreen

            self.app.push_screen(ConflictScreen(JudgeActs(going.judge), sheet.record), self._settled)
            return
        kind, _, number = self._current.partition(" ")
        studied = self._told.studied if self._told is not None else None
        if kind != "finding" or studied is None:
            self.notify("Go to a finding first (full stop), then enter explains it.", markup=False)
            return
        from app.checks.registry import rule
        from app.workstation.explain import ExplainScreen

        finding = studied.findings[int(number)]
        texts = dict(zip(("user", "think", "block"), sheet.texts, strict=True))
        limits = going.spec.checks.limits
        screen = ExplainScreen(finding, rule(finding.code), text=texts.get(finding.field, ""), limits=limits)
        self.app.push_screen(screen, self._explained)

    def _explained(self, answer: str | None) -> None:
        if answer == "waive":
            self.notify(
                "Letting a finding stand is the author's: return the record, or comment on it.", markup=False
            )
        elif answer == "go":
            self._go_to_zone(self._current)
