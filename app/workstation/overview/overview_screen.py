"""The overview a data lead steers by: how far topics are, who did what, how good it is. Figures lead to records."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Footer

from app.base.text import printable
from app.progress.stats.board import WHOLE, Gathering
from app.progress.stats.graphs import Graph
from app.project.annotator import annotator
from app.project.project import Project
from app.settings import person
from app.settings.person import Settings
from app.workstation.overview.figure_list import FigureLine, FigureList
from app.workstation.overview.gathering import GatheringScreen
from app.workstation.overview.rows import SECTIONS, FigureSection, section, topic_lines
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList
from widgets.panels.chart import EMPTY, Chart, Plot, Series

PANES = ("topics", "lines", "plot")
"""Ids of the panes, in the order in which they are gone through."""


class OverviewScreen(GatheringScreen):
    """Shows a project's figures, those known at once first.

    `journal_changed()` may be called at any time on the interface's thread.
    """

    HELP_SCOPES = ("overview", "chart")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_for("overview")]
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal"), (150, "-wide")]

    def __init__(
        self,
        project: Project,
        settings: Settings,
        by: str,
        topic: str | None = None,
        gathering: Gathering | None = None,
    ) -> None:
        """`by`: who looks; `topic`: whose figures are shown first, else those of all; `gathering`: a kept one."""
        super().__init__(gathering or Gathering(project, by))
        self._project = project
        self._settings = settings
        self._by = by
        self._topic = topic or WHOLE
        self._section = SECTIONS[0]
        self._graphs: tuple[Graph, ...] = ()
        self._graph = 0

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
        self._show_pane(self.query_one("#lines", FigureList))
        self.show()
        self.call_after_refresh(self.start, costly=True)  # the first paint has the interpreter to itself

    # -- showing

    def show(self) -> None:
        """Draw what is known now; marks stay where they are."""
        if self._topic not in self.board.topics and self._topic not in self.board.broken and self.learned:
            self._topic = next(iter(self.board.topics), WHOLE)
        topics = self.query_one("#topics", FigureList)
        lines = topic_lines(self.board)
        topics.set_lines(lines)
        at = next((at for at, line in enumerate(lines) if line.topic == self._topic), None)
        if at is not None:
            topics.cursor = at
        self._show_section()

    def _show_section(self, *, top: bool = False) -> None:
        if self.board.topics or self.board.broken:
            found = section(self._section, self.board, self._topic)
        else:
            found = FigureSection(_NOTHING if self.learned else _WAITING)
        self.query_one("#lines", FigureList).set_lines(found.lines, top=top)
        self._row_marked()
        self._graphs = found.graphs
        self._graph = 0 if top else min(self._graph, max(len(found.graphs) - 1, 0))
        self.query_one(PaneBar).active = self._section
        self._plot()
        one = self.board.topics.get(self._topic)
        title = one.title if one is not None else self._topic
        self.query_one("#status", StatusLine).set_left(f"Overview · {title or self._project.root.name}")

    def _plot(self) -> None:
        chart = self.query_one(Chart)
        self.query_one("#panes").set_class(self.learned and not self._graphs, "-no-plot")
        if not self._graphs:
            chart.show(EMPTY)
            if self._narrow and chart.has_class("-active"):
                self._show_pane(self.query_one("#lines", FigureList))
            return
        graph = self._graphs[self._graph]
        shown = _plot_of(graph)
        if shown != chart.plot:
            chart.show(shown)

    @property
    def _narrow(self) -> bool:
        return self.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]

    def _show_pane(self, pane: Widget) -> None:
        """On a narrow screen one pane is seen; everywhere the focus goes to it."""
        for name in PANES:
            self.query_one(f"#{name}").set_class(name == pane.id, "-active")
        self.set_class(pane.id == "topics", "-topics")
        self.set_focus(pane)

    @on(LineList.Highlighted, "#topics")
    def _topic_marked(self) -> None:
        chosen = self.query_one("#topics", FigureList).chosen
        if chosen is not None and chosen.topic != self._topic:
            self._topic = chosen.topic
            self._show_section(top=True)

    @on(LineList.Highlighted, "#lines")
    def _row_marked(self) -> None:
        """Say the marked row in full: what was cut in it, and where it leads."""
        line = self.query_one("#lines", FigureList).chosen
        parts = [line.name, line.value, line.note] if line is not None and line.kind != "head" else []
        said = " ".join(part for part in parts if part)
        link = line.link if line is not None else None
        self.query_one("#detail", StatusLine).set_left(
            said if link is None else f"{said}  →  {link or 'all'}"
        )

    # -- where figures lead

    @on(FigureList.Picked)
    def _picked(self, event: FigureList.Picked) -> None:
        event.stop()
        self._lead(event.line)

    @on(Chart.Picked)
    def _place_picked(self, event: Chart.Picked) -> None:
        event.stop()
        place = event.chart.plot.labels[event.place]
        self._lead(FigureLine(place, link=event.link or None, topic=self._topic))

    def _lead(self, line: FigureLine) -> None:
        if line.link is None:
            self.say(f"{printable(line.name, 80)}: no filter leads from here to records.")
            return
        self._open_queue(line.topic or None, line.link)

    def _open_queue(self, topic: str | None, link: str) -> None:
        from app.workstation.queue.queue_screen import QueueScreen  # late: a worker has imported it by now

        self.app.push_screen(QueueScreen(self._project, self._settings, self._by, topic, filter=link))

    # -- actions

    def action_open(self) -> None:
        """Go to the records behind the marked row."""
        focused = self.focused
        if isinstance(focused, FigureList):
            focused.pick()
        elif isinstance(focused, Chart):
            focused.action_pick()

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        panes = [name for name in PANES if name != "plot" or self._graphs]
        now = self.focused.id if self.focused is not None else None
        at = panes.index(now) if now in panes else 0
        self._show_pane(self.query_one(f"#{panes[(at + step) % len(panes)]}"))

    def action_next_section(self) -> None:
        """Show the next section."""
        self._step_section(1)

    def action_previous_section(self) -> None:
        """Show the section before."""
        self._step_section(-1)

    def _step_section(self, step: int) -> None:
        self._choose(SECTIONS[(SECTIONS.index(self._section) + step) % len(SECTIONS)])

    @on(PaneBar.Chosen)
    def _section_clicked(self, event: PaneBar.Chosen) -> None:
        self._choose(event.pane)

    def _choose(self, name: str) -> None:
        self._section = name
        self._show_section(top=True)
        if self.has_class("-topics") and self._narrow:
            self._show_pane(self.query_one("#lines"))

    def action_plot(self) -> None:
        """Show the section's next plot."""
        if not self._graphs:
            self.say("This section has no plot.")
            return
        chart = self.query_one(Chart)
        if self._narrow and not chart.has_class("-active"):
            self._show_pane(chart)
            return
        self._graph = (self._graph + 1) % len(self._graphs)
        self._plot()

    def action_table(self) -> None:
        """Show the plot's numbers as a table, or the plot again."""
        if not self._graphs:
            self.say("This section has no plot: its figures stand in the list.")
            return
        chart = self.query_one(Chart)
        if self._narrow and not chart.has_class("-active"):
            self._show_pane(chart)
            chart.table = True
        else:
            chart.action_toggle_table()

    def action_again(self) -> None:
        """Count everything again, findings and near-duplicates too."""
        self.start(costly=True)

    def action_stop(self) -> None:
        """Stop counting; what is known stays."""
        self.stop()

    @on(StatusLine.Pressed)
    def _pressed(self, event: StatusLine.Pressed) -> None:
        {
            "back": self.action_back,
            "table": self.action_table,
            "plot": self.action_plot,
            "again": self.action_again,
            "stop": self.action_stop,
        }[event.action_id]()

    def action_back(self) -> None:
        """Leave; what was being counted is stopped."""
        self.stop()
        self.dismiss(None)


def show_overview(app: App[Any], root: Path, topic: str | None = None) -> None:
    """Open the overview of the project in `root`. Worker threads only: it reads the settings and asks git."""
    settings = person.read(person.settings_path())[0]
    project, by = Project(root), annotator(root, settings)
    app.call_from_thread(app.push_screen, OverviewScreen(project, settings, by, topic))


_WAITING = (FigureLine("Reading the journals…", kind="quiet"),)
_NOTHING = (
    FigureLine("There is no topic yet.", kind="head"),
    FigureLine(
        "A topic is a spec in specs/; 'backspan spec import' makes one of a prompt document.", kind="quiet"
    ),
)


def _plot_of(graph: Graph) -> Plot:
    series = tuple(Series(name, values) for name, values in graph.series)
    return Plot(graph.title, graph.labels, series, graph.kind, graph.unit, graph.links)
