"""What a search found, line by line as it comes, and a row of switches one can click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from textual.message import Message

from widgets.base.drawing import Part, cut, cut_left, safe, width
from widgets.base.line_view import LineList, LineView

_LEAST = 40
"""Cells a row must have for the place to stand beside the text."""


class HitLine(NamedTuple):
    """One line of the list. Texts may hold anything: they are made safe where they are drawn."""

    text: str
    """What was found."""
    where: str
    """The file and line, for people; shortened from the left."""
    label: str = ""
    """What it is, in front of the text."""
    marked: tuple[tuple[int, int], ...] = ()
    """Character ranges of the text that matched, rising."""
    quiet: bool = False
    """Whether it matters less, such as test code."""


class HitList(LineList, can_focus=False):
    """The hits, best first. The keys stay with the line to type in."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"hit-list--match", "hit-list--quiet", "hit-list--label"}
    DEFAULT_CSS = """
    HitList > .line-list--cursor {
        color: $block-cursor-foreground;
        background: $block-cursor-background;
    }
    HitList > .hit-list--match { color: $text-accent; text-style: bold underline; }
    HitList > .hit-list--label { color: $text-muted; }
    HitList > .hit-list--quiet { text-style: dim; }
    """

    class Picked(Message):
        """A hit was clicked; the cursor is on it."""

    def __init__(self, label_cells: int = 0) -> None:
        """`label_cells`: the width of the column of labels; 0 for none."""
        super().__init__()
        self._hits: list[HitLine] = []
        self._label_cells = label_cells

    def show(self, hits: Sequence[HitLine]) -> None:
        """Show these, from the top."""
        self._hits = list(hits)
        self.cursor = 0
        self.set_rows_count(len(self._hits))

    def add(self, hits: Sequence[HitLine]) -> None:
        """Show these below what there is; the cursor stays."""
        self._hits += hits
        self.set_rows_count(len(self._hits))

    @property
    def chosen(self) -> int | None:
        """0-based number of the hit under the cursor; None in an empty list."""
        return self.cursor if self.cursor < len(self._hits) else None

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        hit = self._hits[row]
        where = cut_left(safe(hit.where), width_ * 2 // 5) if width_ >= _LEAST else ""
        label = [Part(hit.label.ljust(self._label_cells), "hit-list--label"), Part(" ")] * bool(
            self._label_cells
        )
        used = 1 + sum(width(part.text) for part in label)
        room = max(width_ - used - width(where) - 2, 1)
        text = _emphasised(hit, room)
        gap = width_ - 1 - used - width(where) - sum(width(part.text) for part in text)
        return (Part(" "), *label, *text, Part(" " * max(gap, 0)), Part(where, "hit-list--quiet"))

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if row >= 0:
            self.cursor = row
            self.post_message(self.Picked())


def _emphasised(hit: HitLine, cells: int) -> list[Part]:
    """The hit's text in at most `cells`, what matched set off and, where it can be, in sight."""
    base = "hit-list--quiet" if hit.quiet else ""
    low = 0
    if hit.marked and width(hit.text[: hit.marked[0][1]]) > cells:
        low = max(hit.marked[0][0] - cells // 3, 0)
    text = ("…" if low else "") + hit.text[low:]
    shift = low - bool(low)
    shown = cut(text, cells)
    end = len(shown) - (shown != text)  # the ellipsis matched nothing
    parts: list[Part] = []
    at = 0
    for first, last in hit.marked:
        start, stop = max(first - shift, at), min(last - shift, end)
        if start < stop:
            parts += [Part(shown[at:start], base), Part(shown[start:stop], "hit-list--match")]
            at = stop
    return [part for part in (*parts, Part(shown[at:], base)) if part.text]


class Switches(LineView, can_focus=False):
    """One row of words; some can be clicked, some are on."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"switches--on", "switches--zone"}
    DEFAULT_CSS = """
    Switches { height: 1; overflow-y: hidden; scrollbar-size: 0 0; color: $text-muted; }
    Switches > .switches--on { color: $text-accent; text-style: bold; }
    Switches > .switches--zone { text-style: underline; }
    """

    class Pressed(Message):
        """A word was clicked."""

        def __init__(self, zone: str) -> None:
            super().__init__()
            self.zone = zone
            """Its name."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._parts: tuple[Part, ...] = ()

    def show(self, parts: Sequence[Part]) -> None:
        """Show these words; those with a zone can be clicked."""
        if tuple(parts) != self._parts:
            self._parts = tuple(parts)
            self.set_rows_count(1)
            self.refresh()

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        return self._parts

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if zone:
            self.post_message(self.Pressed(zone))
