"""What the checks have to say of the record being written: a summary, then a row for each finding.

Messages may quote what a person wrote: they are drawn as plain parts, and nothing in them is interpreted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.style import Style
from textual import events
from textual.binding import BindingType
from textual.message import Message

from app.records.check_codes import FIXED
from widgets.base.drawing import Part, cut, parts_width
from widgets.base.key_bindings import bindings_for
from widgets.base.line_view import ROW_KEYS, LineView, cursor_css
from widgets.base.marked_rows import MarkedRows
from widgets.panels.finding_rows import (
    LEAD,
    LOOK,
    SIGNS,
    FindingsSummary,
    first_row,
    folded,
    grade_of,
    indent,
    summary_parts,
    told,
)

if TYPE_CHECKING:
    from app.records.finding import Finding

UNFOLDED = 3
"""Rows that the marked finding's message takes at most."""


class _FindingMessage(Message):
    """The person asked something of one finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.finding = finding


class FindingsPanel(LineView):
    """The findings, in the order they are given. With the focus the marked one is told in up to three rows."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "findings-panel--cursor",
        "findings-panel--head",
        "findings-panel--button",
        "findings-panel--quiet",
        "findings-panel--good",
        *(f"findings-panel--{grade}" for grade in SIGNS),
    }
    DEFAULT_CSS = """
    FindingsPanel { height: auto; scrollbar-size: 0 1; }
    FindingsPanel > .findings-panel--head { text-style: bold; }
    FindingsPanel > .findings-panel--button { text-style: underline; }
    FindingsPanel > .findings-panel--quiet { text-style: dim; }
    FindingsPanel > .findings-panel--good { color: $text-success; }
    FindingsPanel > .findings-panel--error { color: $text-error; text-style: bold; }
    FindingsPanel > .findings-panel--warning { color: $text-warning; }
    FindingsPanel > .findings-panel--hint { color: $text-secondary; }
    FindingsPanel > .findings-panel--waived { text-style: dim; }
    """ + cursor_css("FindingsPanel", "findings-panel")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings_for("findings"),
        *ROW_KEYS,
    ]
    pinned = 1

    class Chosen(_FindingMessage):
        """Go to the finding's place."""

    class ExplainRequested(_FindingMessage):
        """Show why the finding matters and what to do."""

    class WaiveRequested(_FindingMessage):
        """Let the finding stand in this record; one that is waived: no longer."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._marks: MarkedRows[Finding] = MarkedRows()
        """The findings; the marked one in its rows with the focus."""
        self._busy = True
        self._note = ""
        self._known = False
        """Whether any check has come to its end: before, nothing is said to be well."""
        self._counts: Counter[str] = Counter()
        self._pressed: Finding | None = None
        """Where the mouse button went down: gaining the focus moves the rows below the mark."""

    # -- what it is given

    def set_findings(self, findings: Sequence[Finding], *, busy: bool = False, note: str = "") -> None:
        """Show these; `busy`: newer ones are being looked for; `note` says what they leave out.

        The mark stays on its finding (by code and field, of several the same message and the nearest start), or
        where that is gone, or has just been waived, at its row. Findings that are the same cost nothing.
        """
        given = tuple(findings)
        known = self._known or not busy
        if (given, busy, note, known) == (self._marks.given, self._busy, self._note, self._known):
            return
        in_sight = 0 <= self._marks.marked - self.scroll_offset.y < self.page
        self._busy, self._note, self._known = busy, note, known
        if given != self._marks.given:
            self._counts = Counter(grade_of(finding) for finding in given)
            self._marks.replace(given, _place_of(self.current, given))
        self._lay_out(in_sight)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown, in its order."""
        return self._marks.given

    @property
    def current(self) -> Finding | None:
        """The marked finding; None in an empty list."""
        return self._marks.current

    def step(self, delta: int) -> Finding | None:
        """Mark the next (1) or the previous (-1) finding that is not waived, round the ends, and give it.

        None, and no other mark, where there is none.
        """
        live = [at for at, finding in enumerate(self._marks.given) if not finding.waived]
        if not live or not delta:
            return None
        self._marks.step(live, delta)
        self._lay_out(show=True)
        return self.current

    # -- rows

    def pinned_parts(self, y: int, width: int) -> Sequence[Part]:
        buttons = _buttons(self.current)
        summary = FindingsSummary(self._counts, self._busy, self._known, self._note)
        return (*summary_parts(summary, max(width - parts_width(buttons), 0)), *buttons)

    def row_parts(self, row: int, width: int) -> Sequence[Part]:
        marks = self._marks
        at, line = marks.at_row(row)
        if line:
            return (Part(" " * indent(width)), Part(marks.words[line]))
        finding = marks.given[at]
        unfolded = at == marks.marked and marks.words
        return first_row(finding, marks.words[0] if unfolded else cut(told(finding), max(width - LEAD, 1)))

    def row_look(self, row: int) -> Style:
        marked = self._marks.at_row(row)[0] == self._marks.marked
        return self.rich_style + self.look("findings-panel--cursor") if marked else self.rich_style

    def _lay_out(self, show: bool = False) -> None:
        """Reckon the rows anew and draw those that changed; `show` brings the marked one into sight."""
        if not self.is_mounted:
            return
        finding = self.current
        cells = self.cells
        self._marks.words = (
            folded(told(finding), cells - LEAD, cells - indent(cells), UNFOLDED)
            if finding is not None and self.has_focus
            else []
        )
        self.set_rows_count(self._marks.rows)
        top = self._marks.top(self.scroll_offset.y, self.page)
        if show and top != self.scroll_offset.y:
            self.scroll_to(y=top)
        self.repaint_changed()

    def _mark(self, at: int) -> None:
        self._marks.mark(at)
        self._lay_out(show=True)

    def on_mount(self) -> None:
        """The summary has its row before anything is known."""
        self._lay_out()

    def on_resize(self) -> None:
        self._lay_out(show=self.has_focus)

    def on_focus(self) -> None:
        self.call_later(self._lay_out, True)  # when the focus is here, and a press of the mouse knows its row

    def on_blur(self) -> None:
        self.call_later(self._lay_out)

    # -- what the person does

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remembers the finding: when the button is let go, the rows may have moved."""
        offset = event.get_content_offset(self)
        row = self._rows.under(offset.y) if offset is not None else None
        self._pressed = None if row is None else self.findings[self._marks.at_row(row)[0]]

    def on_click(self, event: events.Click) -> None:
        """A click on a finding marks it and goes to its place; the second of a double click goes there again."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < self.pinned:
            return  # the summary's words
        event.stop()
        event.prevent_default()
        if self._pressed not in self.findings:
            return
        if event.chain == 1:
            self._mark(self.findings.index(self._pressed))
        self.action_go()

    def zone_clicked(self, row: int, zone: str, times: int) -> None:
        if zone == "explain":
            self.action_explain()
        elif zone == "waive":
            self.action_waive()

    def action_go(self) -> None:
        """Go to the marked finding's place."""
        self._ask(self.Chosen)

    def action_explain(self) -> None:
        """Explain the marked finding."""
        self._ask(self.ExplainRequested)

    def action_waive(self) -> None:
        """Waive the marked finding, or no longer."""
        self._ask(self.WaiveRequested)

    def _ask(self, kind: type[_FindingMessage]) -> None:
        finding = self.current
        if finding is not None:
            self._marks.visited = True
            self.post_message(kind(finding))

    def action_move(self, rows: int) -> None:
        """Mark the finding so many further."""
        self._mark(self._marks.marked + rows)

    def action_turn(self, pages: int) -> None:
        """Mark the finding a page further."""
        self._mark(self._marks.marked + pages * self.page)

    def action_edge(self, way: int) -> None:
        """Mark the first finding (-1) or the last (1)."""
        self._mark(0 if way < 0 else len(self.findings) - 1)


def _buttons(finding: Finding | None) -> tuple[Part, ...]:
    """What can be done to the marked finding."""
    if finding is None:
        return ()
    explain = (Part(" "), Part("explain", LOOK + "button", "explain"))
    if finding.code in FIXED:
        return explain
    label = "unwaive" if finding.waived else "waive"
    return (*explain, Part(" "), Part(label, LOOK + "button", "waive"))


def _place_of(before: Finding | None, given: Sequence[Finding]) -> int | None:
    """Where a finding is among these, however its place in the text has moved; None if it is gone."""
    if before is None:
        return None
    was, start = before, before.start or 0

    def distance(at: int) -> tuple[bool, int]:
        finding = given[at]
        return finding.message != was.message, abs((finding.start or 0) - start)

    alike = [at for at, finding in enumerate(given) if _kind(finding) == _kind(before)]
    return min(alike, key=distance, default=None)


def _kind(finding: Finding) -> tuple[str, str, bool]:
    """What the mark stays on. Who lets a finding stand is done with it, and it goes to the end of the list."""
    return finding.code, finding.field, bool(finding.waived)
