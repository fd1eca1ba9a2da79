"""What somebody else changed in one's own text, word by word; to accept, or to contest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Footer

from app.base.text import printable
from app.errors import BackspanError
from app.store.signer import Signer
from app.workstation.records.acts import comparisons, local
from app.workstation.screen import WorkScreen
from widgets.bars.status import StatusLine
from widgets.record.diff import Comparison, RevisionDiff

if TYPE_CHECKING:
    from app.review.feedback import Edit


class EditedScreen(WorkScreen[str | None]):
    """Gives `accept`, `contest`, `bring_back` (contest, and take one's own text again), or None if it was only read."""

    BINDINGS = [
        Binding("a", "answer('accept')", "Accept"),
        Binding("c", "answer('contest')", "Contest"),
        Binding("b", "answer('bring_back')", "Contest, mine back"),
        Binding("n", "next_change", "Next change"),
        Binding("p,N", "previous_change", "Previous change", show=False),
        Binding("z", "unfold", "Unfold"),
        Binding("escape,q", "answer('')", "Later"),
    ]

    def __init__(self, signer: Signer, edit: Edit) -> None:
        super().__init__()
        self._signer = signer
        self._edit = edit

    def compose(self) -> ComposeResult:
        yield StatusLine(
            buttons=(
                ("Accept", "accept"),
                ("Contest", "contest"),
                ("Contest, mine back", "bring_back"),
                ("Later", ""),
            )
        )
        yield RevisionDiff()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        edit = self._edit
        self.query_one(StatusLine).set_left("your text, as it was changed")
        difference = self.query_one(RevisionDiff)
        by = printable(edit.by, 80)
        difference.set_title(f"Changed by {by} · {local(edit.at)}", "compared with your newest text")
        self.set_focus(difference)
        self.run("compare", lambda _: self._compared(), difference.set_fields, self._cannot)

    def _compared(self) -> Sequence[Comparison]:
        return comparisons(self._signer.text(self._edit.mine), self._signer.text(self._edit.theirs))

    def _cannot(self, error: BackspanError) -> None:
        self.alarm_of(error)
        if self.is_current:
            self.dismiss(None)

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        self.action_answer(event.action_id)

    def action_answer(self, answer: str) -> None:
        """Close, with the answer if there is one."""
        self.dismiss(answer or None)

    def action_next_change(self) -> None:
        """Scroll to the next change."""
        self.query_one(RevisionDiff).action_next_change()

    def action_previous_change(self) -> None:
        """Scroll to the change before."""
        self.query_one(RevisionDiff).action_previous_change()

    def action_unfold(self) -> None:
        """Show what is unchanged too, or fold it again."""
        self.query_one(RevisionDiff).action_unfold()
