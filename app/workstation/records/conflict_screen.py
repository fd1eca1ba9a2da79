"""A record that two people wrote at once: the versions side by side, and the ways to settle it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Footer

from app.workstation.act_runner import ActRunner
from app.workstation.records.acts import RecordActs
from app.workstation.records.conflict_panes import IDS, NARROW, PANES, ConflictPanes
from app.workstation.records.settling import ConflictResult, Settling
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.record.diff import RevisionDiff


class ConflictScreen(WorkScreen[ConflictResult | None]):
    """Gives back how the conflict was settled, what is to be edited for that, or None: it stands as it was.

    `journal_changed()` may be called at any time on the interface's thread.
    """

    HELP_SCOPES = ("conflict",)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (160, "-wide")]
    DEFAULT_CSS = """
    ConflictScreen #sides { height: 1fr; layout: horizontal; }
    ConflictScreen RevisionDiff { width: 1fr; height: 1fr; }
    ConflictScreen #second, ConflictScreen #ancestor { margin-left: 1; }
    ConflictScreen #ancestor { display: none; }
    ConflictScreen.-normal.-ancestor #ancestor, ConflictScreen.-wide.-ancestor #ancestor { display: block; }
    ConflictScreen.-normal PaneBar, ConflictScreen.-wide PaneBar { display: none; }
    ConflictScreen.-narrow #first, ConflictScreen.-narrow #second { display: none; margin-left: 0; }
    ConflictScreen.-narrow #ancestor { margin-left: 0; }
    ConflictScreen.-narrow #first.-marked, ConflictScreen.-narrow #second.-marked { display: block; }
    ConflictScreen.-narrow #ancestor.-marked { display: block; }
    """
    BINDINGS = [*bindings_for("conflict")]

    def __init__(self, acts: RecordActs, record: str) -> None:
        super().__init__()
        self._runner = ActRunner(self)
        self._panes = ConflictPanes(self, self._runner, acts, record)
        self.adopt(self._panes, Settling(self, self._runner, acts, self._panes))

    def compose(self) -> ComposeResult:
        yield StatusLine(
            buttons=(
                ("Take 1", "take_first"),
                ("Take 2", "take_second"),
                ("Edit", "edit"),
                ("Keep both", "both"),
                ("Ancestor", "ancestor"),
                ("Back", "back"),
            )
        )
        yield PaneBar(PANES)
        with Container(id="sides"):
            for name in IDS:
                yield RevisionDiff(id=name)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(StatusLine).set_left("reading…")
        self._panes.mark(0)
        self._panes.read()

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again."""
        if not self._runner.busy:  # what changed may be our own act; if it fails, all is read again
            self._panes.read()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        if group == ActRunner.GROUP:
            self._runner.mistaken()
            self._panes.read()

    # -- what the panes tell

    def on_descendant_focus(self) -> None:
        """The focus came to a pane."""
        self._panes.focused()

    @on(PaneBar.Chosen)
    def _pane_chosen(self, event: PaneBar.Chosen) -> None:
        self._panes.chosen(event.pane)

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        getattr(self, f"action_{event.action_id}")()
