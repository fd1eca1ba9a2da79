"""What of the figures is seen: whose, which section, which plot; and which pane where there is room for one."""

from __future__ import annotations

from textual.widget import Widget

from app.progress.stats.board import WHOLE
from app.progress.stats.graphs import Graph
from app.workstation.overview.figure_list import FigureLine, FigureList
from app.workstation.overview.gathering import FigureGathering
from app.workstation.overview.rows import SECTIONS, FigureSection, section, topic_lines
from app.workstation.screen import WorkScreen
from widgets.bars.pane_bar import PaneBar
from widgets.bars.status import StatusLine
from widgets.panels.chart import EMPTY, Chart, Plot, Series

PANES = ("topics", "lines", "plot")
"""Ids of the panes, in the order in which they are gone through."""
NARROW = 100
"""Below this many cells one pane is seen at a time."""
_WAITING = (FigureLine("Reading the journals…", kind="quiet"),)
_NOTHING = (
    FigureLine("There is no topic yet.", kind="head"),
    FigureLine(
        "A topic is a spec in specs/; 'backspan spec import' makes one of a prompt document.", kind="quiet"
    ),
)


class FigurePanes:
    """Shows what is known, and what of it was chosen."""

    def __init__(
        self, screen: WorkScreen[None], figures: FigureGathering, name: str, topic: str | None
    ) -> None:
        """`name`: the project's; `topic`: whose figures are shown first, else those of all."""
        self.topic = topic or WHOLE
        """Whose figures are shown."""
        self._screen = screen
        self._figures = figures
        self._name = name
        self._section = SECTIONS[0]
        self._graphs: tuple[Graph, ...] = ()
        self._graph = 0

    # -- showing

    def show(self) -> None:
        """Draw what is known now; marks stay where they are."""
        board = self._figures.board
        if self.topic not in board.topics and self.topic not in board.broken and self._figures.learned:
            self.topic = next(iter(board.topics), WHOLE)
        topics = self._screen.query_one("#topics", FigureList)
        lines = topic_lines(board)
        topics.set_lines(lines)
        at = next((at for at, line in enumerate(lines) if line.topic == self.topic), None)
        if at is not None:
            topics.cursor = at
        self._show_section()

    def _show_section(self, *, top: bool = False) -> None:
        board = self._figures.board
        if board.topics or board.broken:
            found = section(self._section, board, self.topic)
        else:
            found = FigureSection(_NOTHING if self._figures.learned else _WAITING)
        self._screen.query_one("#lines", FigureList).set_lines(found.lines, top=top)
        self.row_marked()
        self._graphs = found.graphs
        self._graph = 0 if top else min(self._graph, max(len(found.graphs) - 1, 0))
        self._screen.query_one(PaneBar).active = self._section
        self._plot()
        one = board.topics.get(self.topic)
        title = one.title if one is not None else self.topic
        self._screen.query_one("#status", StatusLine).set_left(f"Overview · {title or self._name}")

    def _plot(self) -> None:
        chart = self._screen.query_one(Chart)
        self._screen.query_one("#panes").set_class(self._figures.learned and not self._graphs, "-no-plot")
        if not self._graphs:
            chart.show(EMPTY)
            if self._narrow and chart.has_class("-active"):
                self.show_pane(self._screen.query_one("#lines", FigureList))
            return
        graph = self._graphs[self._graph]
        shown = _plot_of(graph)
        if shown != chart.plot:
            chart.show(shown)

    @property
    def _narrow(self) -> bool:
        return self._screen.size.width < NARROW

    def show_pane(self, pane: Widget) -> None:
        """On a narrow screen one pane is seen; everywhere the focus goes to it."""
        for name in PANES:
            self._screen.query_one(f"#{name}").set_class(name == pane.id, "-active")
        self._screen.set_class(pane.id == "topics", "-topics")
        self._screen.set_focus(pane)

    def topic_marked(self) -> None:
        """Show the figures of the topic that is marked now."""
        chosen = self._screen.query_one("#topics", FigureList).chosen
        if chosen is not None and chosen.topic != self.topic:
            self.topic = chosen.topic
            self._show_section(top=True)

    def row_marked(self) -> None:
        """Say the marked row in full: what was cut in it, and where it leads."""
        line = self._screen.query_one("#lines", FigureList).chosen
        parts = [line.name, line.value, line.note] if line is not None and line.kind != "head" else []
        said = " ".join(part for part in parts if part)
        link = line.link if line is not None else None
        self._screen.query_one("#detail", StatusLine).set_left(
            said if link is None else f"{said}  →  {link or 'all'}"
        )

    # -- going through panes, sections and plots

    def action_next_pane(self) -> None:
        """Go to the next pane."""
        self._step_pane(1)

    def action_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        panes = [name for name in PANES if name != "plot" or self._graphs]
        now = self._screen.focused.id if self._screen.focused is not None else None
        at = panes.index(now) if now in panes else 0
        self.show_pane(self._screen.query_one(f"#{panes[(at + step) % len(panes)]}"))

    def action_next_section(self) -> None:
        """Show the next section."""
        self._step_section(1)

    def action_previous_section(self) -> None:
        """Show the section before."""
        self._step_section(-1)

    def _step_section(self, step: int) -> None:
        self.choose(SECTIONS[(SECTIONS.index(self._section) + step) % len(SECTIONS)])

    def choose(self, name: str) -> None:
        """Show a section."""
        self._section = name
        self._show_section(top=True)
        if self._screen.has_class("-topics") and self._narrow:
            self.show_pane(self._screen.query_one("#lines"))

    def action_plot(self) -> None:
        """Show the section's next plot."""
        if not self._graphs:
            self._screen.say("This section has no plot.", timeout=12)
            return
        chart = self._screen.query_one(Chart)
        if self._narrow and not chart.has_class("-active"):
            self.show_pane(chart)
            return
        self._graph = (self._graph + 1) % len(self._graphs)
        self._plot()

    def action_table(self) -> None:
        """Show the plot's numbers as a table, or the plot again."""
        if not self._graphs:
            self._screen.say("This section has no plot: its figures stand in the list.", timeout=12)
            return
        chart = self._screen.query_one(Chart)
        if self._narrow and not chart.has_class("-active"):
            self.show_pane(chart)
            chart.table = True
        else:
            chart.action_toggle_table()


def _plot_of(graph: Graph) -> Plot:
    series = tuple(Series(name, values) for name, values in graph.series)
    return Plot(graph.title, graph.labels, series, graph.kind, graph.unit, graph.links)
