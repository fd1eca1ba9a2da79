"""One row of a widget as parts: text, a style's name, and what a click on it means.

Every text goes through `safe` on its way to the screen, here and nowhere else, so that nothing a terminal could
obey is ever drawn. Widths are cells, measured as Textual measures them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from app.base.letters import JOINERS, ZWJ, joins, lettered
from app.rust.cells import Ruler, one_line

RULER = Ruler(get_character_cell_size)
"""Character → (what is drawn, its cells), in agreement with Textual."""
MORE = "…"
"""Stands where a text was cut to fit."""


class Part(NamedTuple):
    """A stretch of one row."""

    text: str
    """Any text; what must not reach a terminal is drawn as pictures."""
    style: str = ""
    """Name of a component class of the widget; empty for the row's own style."""
    zone: str = ""
    """What a click here means to the widget; empty for the row itself."""


def safe(text: str) -> str:
    """The text as one line that is safe to draw: controls, tabs and feeds as one-cell pictures.

    A joiner between letters is drawn as itself: without it a Persian or Hindi name is another one.
    """
    if text.isascii() or not _joined(text):
        return one_line(text, RULER)
    return "".join([drawn for drawn, _ in _measured(text)])


def _joined(text: str) -> bool:
    return any(joiner in text for joiner in JOINERS)


def _measured(text: str) -> list[tuple[str, int]]:
    """What is drawn of each character, and its cells; a joiner between letters is drawn as itself, in none."""
    if not _joined(text):
        return [RULER[char] for char in text]
    found: list[tuple[str, int]] = []
    swallowed = False
    for at, char in enumerate(text):
        drawn, cells = (char, 0) if joins(text, at) else RULER[char]
        if swallowed:  # as Textual measures it: what a ZWJ joins takes no cell of its own
            cells = 0
        swallowed = drawn == ZWJ
        if swallowed and not lettered(text[at + 1 : at + 2]):
            drawn, swallowed = "", False  # at a word's end it would swallow the blank behind the word
        found.append((drawn, cells))
    return found


def safe_lines(text: str) -> str:
    """The text safe to draw, its line feeds kept and its tabs as blanks."""
    return "\n".join(safe(line.expandtabs(4)) for line in text.replace("\r\n", "\n").split("\n"))


def width(text: str) -> int:
    """Cells of a text once it is drawn."""
    return len(text) if text.isascii() else sum([cells for _, cells in _measured(text)])


def head(text: str, cells: int) -> str:
    """The longest beginning of a text no wider than `cells`; at least nothing."""
    if text.isascii():
        return text[: max(cells, 0)]
    used = 0
    for index, (_, taken) in enumerate(_measured(text)):
        used += taken
        if used > cells:
            return text[:index].rstrip(JOINERS)  # a joiner whose letter is gone joins nothing
    return text


def cut(text: str, cells: int) -> str:
    """The text if it fits, else its beginning and an ellipsis; never wider than `cells`."""
    if width(text) <= cells:
        return text
    return head(text, cells - 1) + MORE if cells > 0 else ""


def cut_left(text: str, cells: int) -> str:
    """The text if it fits, else an ellipsis and its end: for paths, whose end says more."""
    taken = [each for _, each in _measured(text)]
    total = sum(taken)
    if total <= cells:
        return text
    if cells <= 0:
        return ""
    index = 0
    while index < len(text) and total > cells - 1:
        total -= taken[index]
        index += 1
    while index < len(text) and taken[index] == 0:
        index += 1  # a mark whose letter is gone would settle on the ellipsis
    return MORE + text[index:]


def pad(text: str, cells: int) -> str:
    """The text cut or filled with blanks to exactly `cells`."""
    text = cut(text, cells)
    return text + " " * max(cells - width(text), 0)


def zone_at(parts: Iterable[Part], cell: int) -> str:
    """The zone of the part drawn at a 0-based cell; empty outside all."""
    for part in parts:
        cell -= width(part.text)
        if cell < 0:
            return part.zone
    return ""


def parts_width(parts: Iterable[Part]) -> int:
    """Cells of all parts together."""
    return sum(width(part.text) for part in parts)


def plain(parts: Iterable[Part]) -> str:
    """What the parts draw, without styles."""
    return "".join(safe(part.text) for part in parts)


def strip_of(parts: Sequence[Part], cells: int, base: Style, style_of: Callable[[str], Style]) -> Strip:
    """The parts as a strip of exactly `cells`; neighbours of one style become one segment."""
    texts: list[str] = []
    styles: list[Style] = []
    left = cells
    for text, name, _zone in parts:
        if left <= 0:
            break
        if not text:
            continue
        cells_of = width(text)
        if cells_of > left:
            text = head(text, left)
            cells_of = width(text)
            left = cells_of  # nothing after a cut: what follows would stand in the wrong place
        left -= cells_of
        style = base + style_of(name) if name else base
        if styles and styles[-1] == style:
            texts[-1] += safe(text)
        else:
            texts.append(safe(text))
            styles.append(style)
    segments = [Segment(text, style) for text, style in zip(texts, styles, strict=True)]
    return Strip(segments).adjust_cell_length(cells, base)


class Looks:
    """The styles of a widget's component classes: looked up once, until the theme changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._known: dict[str, Style] = {}

    def of(self, name: str) -> Style:
        """A component class's own style, to be laid over a row's."""
        style = self._known.get(name)
        if style is None:
            style = self._known[name] = self._widget.get_component_rich_style(name, partial=True)
        return style

    def forget(self) -> None:
        """The theme changed."""
        self._known.clear()


class Painter(Widget):
    """A widget that draws rows of parts."""

    @cached_property
    def _looks(self) -> Looks:
        return Looks(self)

    @property
    def look(self) -> Callable[[str], Style]:
        """A component class's own style, to be laid over a row's."""
        return self._looks.of

    def notify_style_update(self) -> None:
        self._looks.forget()
        super().notify_style_update()
