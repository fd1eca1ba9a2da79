"""Figures as rows: a name, how many, a bar, and what there is to say; a row may lead to the records behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.message import Message

from widgets.base.drawing import Part, cut, pad, width
from widgets.base.line_view import LineList

KINDS = ("head", "good", "warn", "bad", "quiet")
_BAR = 20
"""Cells of a bar at most."""
_ROOMY = 56
"""Cells from which a bar has room beside a name and a note."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One row. Every text may be anybody's: it is drawn, never interpreted."""

    name: str
    value: str = ""
    """How many, or how much."""
    share: float | None = None
    """Length of the bar, 0.0 to 1.0; None: no bar."""
    note: str = ""
    link: str | None = None
    """The filter that leads to the records behind it; None where none does."""
    topic: str = ""
    """The topic whose queue that filter is for; empty for all."""
    kind: str = ""
    """One of `KINDS`; anything else is shown plain."""


class FigureList(LineList):
    """Rows of figures; enter or a double click on one says where it leads."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"figure-list--bar", *(f"figure-list--{kind}" for kind in KINDS)}
    DEFAULT_CSS = """
    FigureList { height: 1fr; scrollbar-size-vertical: 1; }
    FigureList > .figure-list--bar { color: $text-primary; }
    FigureList > .figure-list--head { text-style: bold; color: $text-accent; }
    FigureList > .figure-list--good { color: $text-success; }
    FigureList > .figure-list--warn { color: $text-warning; }
    FigureList > .figure-list--bad { color: $text-error; }
    FigureList > .figure-list--quiet { color: $text-muted; }
    """

    class Picked(Message):
        """A row was chosen."""

        def __init__(self, lines: FigureList, line: FigureLine) -> None:
            super().__init__()
            self.lines = lines
            """Where."""
            self.line = line

        @property
        def control(self) -> FigureList:
            return self.lines

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[FigureLine] = ()
        self._columns = (0, 0)
        """Cells of the longest name and of the longest value."""
        self._noted = False
        """Whether any row with a value has something to say besides."""

    @property
    def lines(self) -> Sequence[FigureLine]:
        """What is shown."""
        return self._lines

    @property
    def chosen(self) -> FigureLine | None:
        """The marked row; None in an empty list."""
        return self._lines[self.cursor] if self._lines else None

    def set_lines(self, lines: Sequence[FigureLine], *, top: bool = False) -> None:
        """Show these; the mark stays on its name where there still is one, or goes to the first row with `top`."""
        chosen = self.chosen
        self._lines = lines
        names = max((width(line.name) for line in lines if line.kind != "head" and line.value), default=0)
        self._columns = names, max((width(line.value) for line in lines), default=0)
        self._noted = any(line.note and line.value for line in lines)
        self.set_rows_count(len(lines))
        if top:
            self.cursor = 0
            self.scroll_to(y=0)
        elif chosen is not None and (self.chosen is None or self.chosen.name != chosen.name):
            keys = [(line.name, line.link) for line in lines]
            known = (chosen.name, chosen.link)
            self.cursor = keys.index(known) if known in keys else self.cursor
        self.refresh()

    def pick(self) -> None:
        """Choose the marked row."""
        if self.chosen is not None:
            self.post_message(self.Picked(self, self.chosen))

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        line = self._lines[row]
        style = f"figure-list--{line.kind}" if line.kind in KINDS else ""
        names, values = self._columns
        if not line.value and line.share is None:
            return [Part(cut(line.name, width), style), Part(f"  {line.note}" if line.note else "", _QUIET)]
        bar = min(_BAR, width // 5) if width >= _ROOMY else 0
        if not bar and not self._noted:  # a narrow list without notes: the bar has what is left
            bar = max(min(10, width - names - values - 3), 0)
        room = max(width - values - bar - 3, 8)
        parts = [
            Part(pad(line.name, min(names, room * 3 // 5 if self._noted else room)), style),
            Part(" " + " " * (values - _width(line.value)) + line.value + " ", style),
        ]
        if bar:
            full = round(bar * min(max(line.share or 0.0, 0.0), 1.0))
            shown = "█" * full + "░" * (bar - full) if line.share is not None else " " * bar
            parts.append(Part(shown + " ", style or "figure-list--bar"))
        parts.append(Part(line.note, _QUIET))
        return parts

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if 0 <= row < len(self._lines):
            self.cursor = row
            if times == 2:
                self.pick()


_QUIET = "figure-list--quiet"


def _width(text: str) -> int:
    return width(text)
