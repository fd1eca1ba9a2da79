"""What is known of a record, under headings: findings, comments, verdicts, provenance, a checklist. Only data to draw.

Everything is told in full, wrapped; a fact with a place can be clicked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.message import Message

from widgets.base.drawing import Part, pad, width
from widgets.base.wrapped_text import StyledRun, WrappedText
from widgets.record.base import BaseKept, KeptRows

STYLES = ("error", "warning", "hint", "good", "bad", "asked", "quiet", "strong", "note")
"""What a fact's look may be."""
_LOOK = "record-facts--"


class Fact(NamedTuple):
    """One thing to tell."""

    text: str
    """Any text, several lines too."""
    sign: str = ""
    """What stands before it, such as `✗ BS101`."""
    style: str = ""
    """Of the sign, one of `STYLES`; of the text too where there is no sign."""
    zone: str = ""
    """What a click on it means; empty for nothing."""


class FactSection(NamedTuple):
    """Facts under a heading."""

    title: str
    facts: tuple[Fact, ...]


class FactRow(NamedTuple):
    """One row of what is drawn."""

    parts: tuple[Part, ...]
    """Their styles are component classes, `record-facts--` and the fact's."""
    zone: str = ""
    """Of its fact."""


class _FactRows(KeptRows):
    def over(self, base: Style) -> Callable[[str], Style]:
        return self._view.look  # the current fact keeps its colours


class RecordFacts(BaseKept):
    """Sections under each other; the current fact is set off."""

    ROWS = _FactRows

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"{_LOOK}heading",
        f"{_LOOK}current",
        *(f"{_LOOK}{name}" for name in STYLES),
    }
    DEFAULT_CSS = """
    RecordFacts { scrollbar-size-vertical: 1; }
    RecordFacts > .record-facts--heading { background: $panel; text-style: bold; }
    RecordFacts:focus > .record-facts--heading { background: $primary-muted; }
    RecordFacts > .record-facts--current { background: $warning 25%; }
    RecordFacts > .record-facts--error { color: $text-error; text-style: bold; }
    RecordFacts > .record-facts--warning { color: $text-warning; }
    RecordFacts > .record-facts--hint { color: $text-secondary; }
    RecordFacts > .record-facts--good { color: $text-success; }
    RecordFacts > .record-facts--bad { color: $text-error; }
    RecordFacts > .record-facts--asked { color: $text-warning; }
    RecordFacts > .record-facts--quiet { text-style: dim; }
    RecordFacts > .record-facts--strong { text-style: bold; }
    RecordFacts > .record-facts--note { color: $text-secondary; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "turn(-1)", "Page up", show=False),
        Binding("pagedown,space", "turn(1)", "Page down", show=False),
        Binding("home", "edge(0)", "Top", show=False),
        Binding("end", "edge(1)", "End", show=False),
    ]

    class Chosen(Message):
        """A fact with a place was clicked."""

        def __init__(self, zone: str) -> None:
            super().__init__()
            self.zone = zone
            """The fact's zone."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._sections: tuple[FactSection, ...] = ()
        self._laid: list[FactRow] = []
        self._current = ""

    # -- what it is given

    def set_sections(self, sections: Sequence[FactSection], *, keep_place: bool = False) -> None:
        """Show these. `keep_place`: they are about the same record, so the scroll stays."""
        if not keep_place:
            self._current = ""
            if self.scroll_offset.y:
                self.scroll_to(y=0)
        if tuple(sections) != self._sections:
            self._sections = tuple(sections)
            self._lay_out()

    def set_current(self, zone: str) -> None:
        """Set the fact of this zone off, and bring it into sight."""
        self._current = zone
        rows = [row for row, laid in enumerate(self._laid) if laid.zone == zone]
        top = self.scroll_offset.y
        if rows and not top <= rows[0] <= rows[-1] < top + self.page:
            self.scroll_to(y=max(rows[0] - 1, 0))
        self.repaint_changed()

    # -- rows

    def row_parts(self, row: int, width_: int) -> Sequence[Part]:
        return self._laid[row].parts if row < len(self._laid) else ()

    def row_look(self, row: int) -> Style:
        chosen = row < len(self._laid) and self._current and self._laid[row].zone == self._current
        return self.rich_style + self.look(f"{_LOOK}current") if chosen else self.rich_style

    def _lay_out(self) -> None:
        if not self.is_mounted or self.cells < 8:
            return
        self._laid = laid_out(self._sections, self.cells)
        self.set_rows_count(len(self._laid))
        self.refresh()

    def on_resize(self) -> None:
        self._lay_out()

    def on_focus(self) -> None:
        self.call_later(self.refresh)

    def on_blur(self) -> None:
        self.call_later(self.refresh)

    # -- what the person does

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        of_row = self._laid[row].zone if 0 <= row < len(self._laid) else ""
        if of_row:
            self.post_message(self.Chosen(of_row))

    def action_move(self, rows: int) -> None:
        """Scroll by rows."""
        self.scroll_to(y=self.scroll_offset.y + rows)

    def action_turn(self, pages: int) -> None:
        """Scroll by pages; a row of the one before stays in sight."""
        self.scroll_to(y=self.scroll_offset.y + pages * max(self.page - 1, 1))

    def action_edge(self, end: int) -> None:
        """Scroll to the top or the end."""
        self.scroll_to(y=self.max_scroll_y if end else 0)


def laid_out(sections: Sequence[FactSection], cells: int) -> list[FactRow]:
    """Sections under each other in rows of so many cells, each fact wrapped under its own beginning."""
    rows: list[FactRow] = []
    for section in sections:
        rows.append(FactRow((Part(pad(f" {section.title}", cells), f"{_LOOK}heading"),)))
        for fact in section.facts:
            rows += _told(fact, cells)
    return rows


def _told(fact: Fact, cells: int) -> list[FactRow]:
    sign = f" {fact.sign} " if fact.sign else " "
    lead = min(width(sign), max(cells // 3, 1))
    look = f"{_LOOK}{fact.style}" if fact.style in STYLES else ""
    text = fact.text.replace("\t", "    ").replace("\r\n", "\n")
    wrapped = WrappedText([StyledRun(text, "" if fact.sign else look)], max(cells - lead, 8), words=True)
    found: list[FactRow] = []
    for row in range(len(wrapped.rows)):
        first = Part(pad(sign, lead), look) if not row else Part(" " * (lead if fact.sign else 1))
        found.append(FactRow((first, *wrapped.parts(row)), fact.zone))
    return found
