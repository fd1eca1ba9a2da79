"""A draft against what is saved of its record, to be read before deciding."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer

from app.annotate.composer import Composer
from app.records.chatml import normalise_prose
from app.records.draft import Draft
from app.records.events import Revision
from app.workstation.records.acts import FIELDS
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.record.diff import Comparison, RevisionDiff


class DifferenceScreen(WorkScreen[None]):
    """Shows the difference and nothing else; whatever key leaves it, the question comes back."""

    BINDINGS = [Binding("escape,enter,q", "leave", "Back to the question")]

    def __init__(self, saved: Revision | None, draft: Draft, composer: Composer) -> None:
        super().__init__()
        self._saved = saved
        self._draft = draft
        self._composer = composer

    def compose(self) -> ComposeResult:
        yield StatusLine(buttons=(("Back", "leave"),))
        yield RevisionDiff()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(StatusLine).set_left("the draft against what is saved")
        difference = self.query_one(RevisionDiff)
        difference.set_title(
            "The draft", "compared with what is saved" if self._saved else "nothing is saved yet"
        )
        self.set_focus(difference)
        self.run("compare", lambda _: self._compared(), difference.set_fields)

    def _compared(self) -> list[Comparison]:
        from app.base.word_diff import word_diff  # late: only who looks at a difference waits for it

        saved, draft = self._saved, self._draft
        old = (saved.user, saved.think, saved.block.text) if saved is not None else ("", "", "")
        new = (
            normalise_prose(draft.user),
            normalise_prose(draft.think),
            self._composer.compose(draft).text,
        )
        return [
            Comparison(name, word_diff(before, after))
            for name, before, after in zip(FIELDS, old, new, strict=True)
        ]

    def on_status_line_pressed(self) -> None:
        """The button."""
        self.action_leave()

    def action_leave(self) -> None:
        """Back to the question."""
        self.dismiss(None)
