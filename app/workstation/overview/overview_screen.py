"""The overview a data lead steers by: how far topics are, who did what, how good it is. Figures lead to records."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Footer

from app.base.text import printable
from app.progress.stats.board import Gathering
from app.project.project import Project
from app.settings.person import Settings
from app.workstation.overview.figure_list import FigureLine, FigureList
from app.workstation.overview.figure_panes import NARROW, FigurePanes
from app.workstation.overview.gathering import GROUP, BoardKnown, Counting, CountingEnded, FigureGathering
from app.workstation.overview.rows import SECTIONS
from app.workstation.routes import Workplace, routes_of
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.panels.chart import Chart


class OverviewScreen(WorkScreen[None]):
    """Shows a project's figures, those known at once first.

    `journal_changed()` may be called at any time on the interface's thread.
    """

    HELP_SCOPES = ("overview", "chart")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("overview")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (NARROW, "-normal"), (150, "-wide")]

    def __init__(
        self,
        project: Project,
        settings: Settings,
        by: str,
        topic: str | None = None,
        gathering: Gathering | None = None,
    ) -> None:
        """`by`: who looks; `topic`: whose figures are shown first, else those of all; `gathering`: a kept one."""
        super().__init__()
        self._at = Workplace(project, settings, by)
        self.figures = FigureGathering(self, gathering or Gathering(project, by), self._fetch_queue)
        self.panes = FigurePanes(self, self.figures, project.root.name, topic)
        self.adopt(self.panes)

    def compose(self) -> ComposeResult:
        yield StatusLine(
            id="status",
            buttons=(("Back", "back"), ("Table", "table"), ("Other plot", "plot"), ("Again", "again")),
        )
        with Horizontal(id="overview"):
            yield FigureList(id="topics")
            with Vertical(id="figures"):
                yield PaneBar(SECTIONS)
                with Vertical(id="panes"):
                    yield FigureList(id="lines")
                    yield Chart(id="plot")
                yield StatusLine(id="detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.panes.show_pane(self.query_one("#lines", FigureList))
        self.panes.show()
        # the first paint has the interpreter to itself
        self.call_after_refresh(self.figures.start, costly=True)

    # -- what is gathered

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again."""
        self.figures.journal_changed()

    def work_failed(self, group: str, why: str) -> None:
        """Put right what hangs on work that a mistake of ours ended."""
        if group == GROUP:
            self.figures.failed()

    @on(BoardKnown)
    def _known(self, message: BoardKnown) -> None:
        self.figures.know(message.board)
        self.panes.show()

    @on(Counting)
    def _counting(self, message: Counting) -> None:
        self.figures.tell(message)

    @on(CountingEnded)
    def _ended(self, message: CountingEnded) -> None:
        self.figures.ended(message)

    # -- what the panes tell

    @on(LineList.Highlighted, "#topics")
    def _topic_marked(self) -> None:
        self.panes.topic_marked()

    @on(LineList.Highlighted, "#lines")
    def _row_marked(self) -> None:
        self.panes.row_marked()

    @on(PaneBar.Chosen)
    def _section_clicked(self, event: PaneBar.Chosen) -> None:
        self.panes.choose(event.pane)

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        getattr(self, f"action_{event.action_id}")()

    # -- where figures lead

    @on(FigureList.Picked)
    def _picked(self, event: FigureList.Picked) -> None:
        event.stop()
        self._lead(event.line)

    @on(Chart.Picked)
    def _place_picked(self, event: Chart.Picked) -> None:
        event.stop()
        place = event.chart.plot.labels[event.place]
        self._lead(FigureLine(place, link=event.link or None, topic=self.panes.topic))

    def _lead(self, line: FigureLine) -> None:
        if line.link is None:
            self.say(f"{printable(line.name, 80)}: no filter leads from here to records.", timeout=12)
            return
        routes_of(self.app).open_queue(line.topic or None, line.link, self._at)

    def _fetch_queue(self) -> None:
        """Where figures lead is at hand once a row is chosen. Worker threads only."""
        routes_of(self.app).fetch_queue()

    def action_open(self) -> None:
        """Go to the records behind the marked row."""
        focused = self.focused
        if isinstance(focused, FigureList):
            focused.pick()
        elif isinstance(focused, Chart):
            focused.action_pick()

    # -- counting, and leaving

    def action_again(self) -> None:
        """Count everything again, findings and near-duplicates too."""
        self.figures.start(costly=True)

    def action_stop(self) -> None:
        """Stop counting; what is known stays."""
        self.figures.stop()

    def action_back(self) -> None:
        """Leave; what was being counted is stopped."""
        self.figures.stop()
        self.dismiss(None)
