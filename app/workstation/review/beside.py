"""What a reviewer looks at beside the record: its history, a difference, its file, the guidelines, a finding told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.base.text import printable
from app.review import Reviewing, Sheet
from app.settings.person import Settings
from app.workstation.prompt_screen import open_prompt
from app.workstation.records.acts import JudgeActs
from app.workstation.review.panes import ReviewPanes
from app.workstation.review.passing import Passing
from app.workstation.review.reader import ReviewReader
from app.workstation.review.record_panes import RecordPanes
from app.workstation.review.sections import seen_of
from app.workstation.routes import Workplace, routes_of
from app.workstation.screen import WorkScreen

if TYPE_CHECKING:
    from app.workstation.records.settling import ConflictResult


class Beside:
    """Opens what stands over the record, and looks again when that is closed."""

    def __init__(
        self,
        screen: WorkScreen[None],
        reader: ReviewReader,
        panes: ReviewPanes,
        passing: Passing,
        settings: Settings,
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._panes = panes
        self._passing = passing
        self._settings = settings

    @property
    def _in_sight(self) -> tuple[Reviewing, Sheet] | None:
        session, sheet = self._reader.session, self._reader.sheet
        return (session, sheet) if session is not None and sheet is not None else None

    def action_history(self) -> None:
        """Show the record's history."""
        from app.workstation.records.history_screen import HistoryScreen

        found = self._in_sight
        if found is not None and self._passing.free():
            session, sheet = found
            self._screen.push(HistoryScreen(JudgeActs(session.judge), sheet.record), self._came_back)

    def _came_back(self, _: object) -> None:
        self._reader.look_again()

    def _settled(self, result: ConflictResult | None) -> None:
        session = self._reader.session
        if result is not None and result.outcome == "edit" and session is not None:
            at = Workplace(session.project, self._settings, session.by)
            routes_of(self._screen.app).open_topic(at, session.topic, result.record, self._came_back)
        else:
            self._came_back(None)

    def action_guide(self) -> None:
        """Show what the topic asks, and its guidelines."""
        from app.workstation.review.modals import Guidelines

        if self._reader.session is not None:
            told = self._reader.told
            seen = seen_of(told.studied if told is not None else None)
            self._screen.push(Guidelines(self._reader.session.spec, seen))

    def action_prompt(self) -> None:
        """Show the prompt document."""
        session = self._reader.session
        if session is not None:
            open_prompt(self._screen, session.project.root, session.topic, session.spec)

    def action_difference(self) -> None:
        """Show what changed."""
        from app.workstation.review.modals import Difference

        found = self._in_sight
        if found is None or found[1].revision is None:
            return
        session, sheet = found
        assert sheet.revision is not None
        if sheet.earlier is None:
            self._screen.say("This is the record's first text.")
            return
        compared = "what you judged last" if sheet.earlier.judged else "the text before"
        title, about = f"{sheet.revision.by}'s text", f"compared with {compared}, of {sheet.earlier.by}"
        self._screen.push(
            Difference(printable(title), printable(about), lambda: session.earlier(sheet), sheet.revision)
        )

    def action_open_code(self) -> None:
        """Show the code in its file."""
        from app.workstation.review.modals import CodeInFile
        from widgets.source.messages import PaneSpan

        found = self._in_sight
        if found is None or found[1].revision is None:
            return
        session, sheet = found
        assert sheet.revision is not None
        view = self._screen.query_one(RecordPanes).view("block")
        at = view.cursor if self._screen.focused is view else None
        spans = sheet.revision.block.spans
        standing = zip(spans, sheet.standings, strict=True)
        chosen = next((s for s, one in standing if at is not None and at < one.end), None)
        chosen = chosen or next((span for span in spans if span.role == "main"), spans[0])
        tinted = [PaneSpan(s.start, s.end, s.role) for s in spans if s.path == chosen.path]
        path = chosen.path
        self._screen.push(CodeInFile(lambda: session.file(sheet, path), path, chosen.start, tinted))

    def action_more(self) -> None:
        """Explain the current finding, or settle a conflict."""
        found = self._in_sight
        if found is None or not self._passing.free():
            return
        session, sheet = found
        if sheet.state.status == "conflict":
            from app.workstation.records.conflict_screen import ConflictScreen

            self._screen.push(ConflictScreen(JudgeActs(session.judge), sheet.record), self._settled)
        else:
            self._explain(session, sheet)

    def _explain(self, session: Reviewing, sheet: Sheet) -> None:
        kind, _, number = self._reader.current.partition(" ")
        studied = self._reader.told.studied if self._reader.told is not None else None
        if kind != "finding" or studied is None:
            self._screen.say("Go to a finding first (full stop), then enter explains it.")
            return
        from app.checks.registry import rule
        from app.workstation.explain import ExplainScreen

        finding = studied.findings[int(number)]
        texts = dict(zip(("user", "think", "block"), sheet.texts, strict=True))
        limits, text = session.spec.checks.limits, texts.get(finding.field, "")
        self._screen.push(
            ExplainScreen(finding, rule(finding.code), text=text, limits=limits), self._explained
        )

    def _explained(self, answer: str | None) -> None:
        if answer == "waive":
            self._screen.say("Letting a finding stand is the author's: return the record, or comment on it.")
        elif answer == "go":
            self._panes.go_to_zone(self._reader.current)
