"""A plot in the terminal, and the same numbers as a table: bars or lines over a row of places, such as weeks.

plotille turns numbers into a grid of braille dots, as plain text; colours are the theme's, and nothing but the screen's
own strips is ever written to the terminal. Every label is anybody's text, and drawn as such.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from textual import on, work
from textual.binding import BindingType
from textual.message import Message
from textual.reactive import reactive

from widgets.base.drawing import Part, cut, pad, safe, width
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import LineList

Kind = Literal["bars", "lines"]
COLOURS = 4
"""Series that have a colour of their own; the next begin again."""
_BLANK = "\N{BRAILLE PATTERN BLANK}"
_LEAST = (12, 5)
"""Cells and rows under which the table is shown instead of the plot."""
_AXIS = 10
"""Cells of the labels at the side at most."""
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Series:
    """One bar or point a place."""

    name: str
    values: tuple[float, ...]
    """As many as there are places; none of them negative."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What is drawn."""

    title: str
    labels: tuple[str, ...]
    """The places, from left to right."""
    series: tuple[Series, ...]
    kind: Kind = "bars"
    unit: str = ""
    """What the numbers count, in a word."""
    links: tuple[str, ...] = ()
    """What choosing a place says (`Chart.Picked.link`); empty, or as many as there are places."""

    def link(self, place: int) -> str:
        """What a 0-based place leads to."""
        return self.links[place] if 0 <= place < len(self.links) else ""

    def value(self, series: int, place: int) -> float:
        """The number of a series at a place; 0 where it has none, or where it is no number one can draw."""
        values = self.series[series].values
        found = values[place] if place < len(values) else 0.0
        return found if 0.0 <= found < 1e15 else 0.0


EMPTY = Plot("", (), ())


def ceiling(most: float) -> float:
    """The smallest round number that is no less, for the top of an axis; 1 at least."""
    size = 1.0
    while most > 10 * size:
        size *= 10
    return next((step * size for step in _STEPS if most <= step * size), 10 * size)


def figure(number: float) -> str:
    """A number, short: whole where it is, else with one figure after the point."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


class Drawing(NamedTuple):
    """A plot in dots."""

    rows: list[list[Part]]
    """From the top, without the labels below."""
    left: int
    """Cells that stand left of the dots."""


class Chart(LineList):
    """Draws one plot in whatever room it has. The marked place is the cursor of LineList.

    The dots are made in a thread, because a large plot takes plotille a tenth of a second.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--axis",
        "chart--mark",
        *(f"chart--series-{number}" for number in range(COLOURS)),
    }
    DEFAULT_CSS = """
    Chart { height: 1fr; min-height: 4; }
    Chart > .chart--title { text-style: bold; }
    Chart > .chart--axis { color: $text-muted; }
    Chart > .chart--mark { text-style: bold underline; }
    Chart > .chart--series-0 { color: $text-primary; }
    Chart > .chart--series-1 { color: $text-success; }
    Chart > .chart--series-2 { color: $text-warning; }
    Chart > .chart--series-3 { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings_for("chart")

    table: reactive[bool] = reactive(False, repaint=False)
    """Whether the numbers are shown as a table."""

    class Marked(Message):
        """Another place is marked."""

        def __init__(self, chart: Chart, place: int) -> None:
            super().__init__()
            self.chart = chart
            """Where."""
            self.place = place
            """0-based."""

        @property
        def control(self) -> Chart:
            return self.chart

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Chart.Marked) and message.chart is self.chart

    class Picked(Message):
        """A place was chosen."""

        def __init__(self, chart: Chart, place: int, link: str) -> None:
            super().__init__()
            self.chart = chart
            """Where."""
            self.place = place
            """0-based."""
            self.link = link
            """What the plot says of it: the filter that leads to the records behind."""

        @property
        def control(self) -> Chart:
            return self.chart

    class _Drawn(Message):
        """A thread has drawn a plot."""

        def __init__(self, plot: Plot, size: tuple[int, int], drawing: Drawing) -> None:
            super().__init__()
            self.plot, self.size, self.drawing = plot, size, drawing

    def __init__(self, plot: Plot = EMPTY, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._plot = plot
        self._drawn: Drawing | None = None
        """What the thread made of this plot, once it has."""

    def on_mount(self) -> None:
        self._lay_out()

    @property
    def plot(self) -> Plot:
        """What is drawn."""
        return self._plot

    def show(self, plot: Plot) -> None:
        """Draw another plot; the marked place stays, as far as there is one."""
        self._plot = plot
        self._lay_out()

    def watch_table(self) -> None:
        self._lay_out()

    def action_toggle_table(self) -> None:
        """Show the table, or the plot again."""
        self.table = not self.table

    def action_pick(self) -> None:
        """Choose the marked place."""
        if self._plot.labels:
            self.post_message(self.Picked(self, self.cursor, self._plot.link(self.cursor)))

    def action_previous(self) -> None:
        """Mark the place before."""
        self.cursor -= 1

    def action_next(self) -> None:
        """Mark the next place."""
        self.cursor += 1

    # -- what is where

    @property
    def as_table(self) -> bool:
        """Whether the table is shown: because it was asked for, or because a plot has no room."""
        cells, rows = _LEAST
        return self.table or self.size.width < cells or self.size.height < rows + 2

    def _lay_out(self) -> None:
        self._drawn = None
        self.pinned = 2 if self.as_table else max(self.size.height, 1)
        self.set_rows_count(len(self._plot.labels))
        self.refresh()
        if not self.as_table and self.is_mounted:
            self._make(self._plot, self._room)

    @property
    def _room(self) -> tuple[int, int]:
        """Cells and rows of the plot and its axis."""
        return self.cells, self.size.height - 2

    @work(thread=True, exclusive=True, group="plot", exit_on_error=False)
    def _make(self, plot: Plot, room: tuple[int, int]) -> None:
        self.post_message(self._Drawn(plot, room, draw(plot, *room)))

    @on(_Drawn)
    def _take(self, message: _Drawn) -> None:
        message.stop()
        if message.plot is self._plot and message.size == self._room and not self.as_table:
            self._drawn = message.drawing
            self.refresh()

    def on_resize(self) -> None:
        self._lay_out()

    def show_cursor(self) -> None:
        if self.as_table:
            super().show_cursor()
        else:
            self.scroll_to(y=0)

    def set_rows_count(self, count: int) -> None:
        super().set_rows_count(count)
        if not self.as_table:  # everything is in sight
            self.virtual_size = self.virtual_size.with_height(min(self.size.height, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        super().watch_cursor(old, new)
        self.post_message(self.Marked(self, new))
        if not self.as_table:
            self.refresh()

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        if y == 0:
            return _heading(self._plot, self.cursor, self.as_table, width)
        if self.as_table:
            return _row("", [one.name for one in self._plot.series], width, "chart--axis")
        drawn = self._drawn
        if drawn is None or y - 1 > len(drawn.rows):
            return ()
        return (
            drawn.rows[y - 1]
            if y - 1 < len(drawn.rows)
            else _below(self._plot, self.cursor, width, drawn.left)
        )

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        if row >= len(self._plot.labels):
            return ()
        values = [figure(self._plot.value(at, row)) for at in range(len(self._plot.series))]
        return _row(self._plot.labels[row], values, width, "")

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        place = int(zone) if zone.isdecimal() else row
        if 0 <= place < len(self._plot.labels):
            self.cursor = place
            if times == 2:
                self.action_pick()


def _row(label: str, values: Sequence[str], cells: int, style: str) -> list[Part]:
    """A row of the table."""
    each = 10 if len(values) * 10 < cells - 8 else max((cells - 8) // max(len(values), 1), 1)
    parts = [Part(pad(safe(label), max(cells - each * len(values), 1)), style)]
    for at, value in enumerate(values):
        shown = cut(safe(value), each - 1)
        blanks = " " * (each - width(shown))
        parts.append(Part(blanks + shown, f"chart--series-{at % COLOURS}"))
    return parts


def _heading(plot: Plot, place: int, table: bool, cells: int) -> list[Part]:
    """What is shown; of a plot also the marked place and its numbers."""
    if not plot.labels:
        return [Part(cut(safe(plot.title), cells // 2), "chart--title"), Part("  nothing yet", "chart--axis")]
    parts = [Part(cut(safe(plot.title), max(cells // 2, 1)), "chart--title")]
    if table:
        return [*parts, Part(f"  {safe(plot.unit)}", "chart--axis")]
    parts += [Part("  "), Part(cut(safe(plot.labels[place]), 24), "chart--mark")]
    for at, one in enumerate(plot.series):
        name = "" if one.name == plot.unit else f"{cut(safe(one.name), 16)} "
        parts.append(Part(f"  ● {name}{figure(plot.value(at, place))}", f"chart--series-{at % COLOURS}"))
    return [*parts, Part(f" {safe(plot.unit)}", "chart--axis")]


def _below(plot: Plot, place: int, cells: int, left: int) -> list[Part]:
    """The places' labels, as many as fit, and a mark under the marked one."""
    places = plot.labels
    wide = cells - left
    if not places or wide < 1:
        return []
    at = min(int((place + 0.5) * wide / len(places)), wide - 1)
    first, last = cut(safe(places[0]), wide // 3), cut(safe(places[-1]), wide // 3)
    line = pad(first, wide - width(last)) + last if len(places) > 1 else pad(first, wide)
    mark = Part("▲", "chart--mark")
    if width(line) != len(line):  # wide characters: the mark stands alone
        return [Part(" " * left), Part(" " * at), mark]
    return [Part(" " * left), Part(line[:at], "chart--axis"), mark, Part(line[at + 1 :], "chart--axis")]


def draw(plot: Plot, cells: int, rows: int) -> Drawing:
    """The plot in so many cells and rows; up to a tenth of a second, so for a thread."""
    places = len(plot.labels)
    most = max((plot.value(at, n) for at in range(len(plot.series)) for n in range(places)), default=0.0)
    top = ceiling(most)
    ticks = {0: figure(top), rows - 1: "0"}
    if rows >= 7:
        ticks[(rows - 1) // 2] = figure(top / 2)
    left = min(max(width(tick) for tick in ticks.values()), _AXIS) + 1
    wide = max(cells - left - 1, 1)
    layers = [_dots(plot, at, wide, rows, top) for at in range(len(plot.series))] if places else []
    drawn: list[list[Part]] = []
    for y in range(rows):
        tick = cut(ticks.get(y, ""), left - 1)
        axis = Part(" " * (left - 1 - width(tick)) + tick + " ", "chart--axis")
        drawn.append([axis, Part("│", "chart--axis"), *_merged([layer[y] for layer in layers], places)])
    return Drawing(drawn, left + 1)


def _dots(plot: Plot, series: int, wide: int, rows: int, top: float) -> list[str]:
    """One series as rows of braille, from the top; `wide` cells each."""
    # With the first plot, because its colour tables cost milliseconds.
    from plotille import Canvas  # type: ignore[import-untyped]

    places, several = len(plot.labels), len(plot.series)
    # A dot is the unit of the canvas: 2 beside each other in a cell, and 4 above each other.
    across, high = 2 * wide, 4 * rows
    canvas = Canvas(wide, rows, 0, 0, across, high)
    heights = [plot.value(series, at) / top * (high - 1) for at in range(places)]
    if plot.kind == "lines":
        xs = [min((at + 0.5) * across / places, across - 1.0) for at in range(places)]
        for at in range(places):
            begin = max(at - 1, 0)
            canvas.line(xs[begin], heights[begin], xs[at], heights[at])
        return str(canvas.plot(linesep="\n")).split("\n")
    # Of a place each series has its share of the dots, and the last one parts it from the next place. Where there
    # are too few, the series stand in each other, and of several places in one dot the highest is seen.
    room = across // places - 1
    for x in range(across):
        at = x * places // across
        last = max((x + 1) * places // across, at + 1)
        within = x + (-at * across // places)
        if room >= several and within * several // room != series:
            continue
        height = max(heights[at:last])
        if height > 0:
            canvas.line(x, 0, x, height)
    return str(canvas.plot(linesep="\n")).split("\n")


def _merged(layers: Sequence[str], places: int) -> list[Part]:
    """One row of all series: their dots together, in the colour of the first that has any there."""
    parts: list[Part] = []
    wide = len(layers[0]) if layers else 0
    for x in range(wide):
        dots, style = 0, ""
        for number, layer in enumerate(layers):
            mine = ord(layer[x]) - ord(_BLANK)
            if 0 < mine <= 0xFF:
                dots |= mine
                style = style or f"chart--series-{number % COLOURS}"
        char = chr(ord(_BLANK) + dots) if dots else " "
        zone = str(min(x * places // wide, places - 1))
        if parts and parts[-1].style == style and parts[-1].zone == zone:
            parts[-1] = Part(parts[-1].text + char, style, zone)
        else:
            parts.append(Part(char, style, zone))
    return parts
