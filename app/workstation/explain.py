"""What a finding means, told over the screen it came from; and the question why it may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from app.records.check_codes import FIXED, LIMITS
from app.records.events import REASON
from app.records.prose import pasted
from widgets.base.drawing import RULER, safe, safe_lines
from widgets.base.steady import SteadyModal
from widgets.dialogs.questions import PromptLine
from widgets.panels.finding_rows import SIGNS, grade_of

if TYPE_CHECKING:
    from app.checks.registry import Example, Rule
    from app.records.finding import Finding

AROUND = 40
"""Characters of a line that are shown before and after what a finding is about."""
LEAST_REASON = 8
"""Characters below which a reason says nothing."""
_MARKED = 200
"""Characters that are shown of what a finding is about."""
_BETWEEN = "▏"
"""Shown where a finding is about a place between two characters."""
_EXAMPLE = 240
"""Characters that are shown of each text of an example."""
_EXAMPLE_LINES = 5
_HEADING = "bold $text-accent"
_QUIET = "$text-muted"

Piece = tuple[str, str]
"""Text that is safe to draw, and its style; empty for plain."""


class Excerpt(NamedTuple):
    """What a finding is about, in its line. Raw: to be made safe where it is drawn."""

    before: str
    marked: str
    after: str
    line: int
    """1-based, of the field."""
    column: int
    """Characters into the line, 1-based."""


def excerpt(text: str, start: int, end: int) -> Excerpt:
    """The characters `start` to `end` (0-based, end exclusive) with `AROUND` of their line on either side.

    A place that the text does not reach any more is moved to its end. Of a place that goes over several lines
    the first is shown, of a long one its beginning; either ends in an ellipsis.
    """
    start = min(max(start, 0), len(text))
    end = min(max(end, start), len(text))
    low = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start, end)
    stop = end if stop < 0 else stop
    if stop == end and stop - start <= _MARKED:
        tail = text.find("\n", end)
        tail = len(text) if tail < 0 else tail
        marked = text[start:end] or _BETWEEN
        after = text[end : min(tail, end + AROUND)] + "…" * (tail - end > AROUND)
    else:
        marked, after = text[start : min(stop, start + _MARKED)] + "…", ""
    first = max(low, start - AROUND)
    while low < first < start and RULER[text[first]][1] == 0:
        first += 1  # a mark whose letter is not shown would settle on the ellipsis
    before = ("…" if first > low else "") + text[first:start]
    return Excerpt(before, marked, after, text.count("\n", 0, start) + 1, start - low + 1)


def explained(finding: Finding, rule: Rule, text: str, limits: Mapping[str, float]) -> list[Piece]:
    """Everything there is to say of a finding, from top to bottom."""
    pieces: list[Piece] = [
        (f"{_standing(finding, rule)}\n\n", _QUIET),
        (f"{safe_lines(finding.message)}\n\n", ""),
    ]
    pieces += _section("Where", _where(finding, text))
    pieces += _section("Why it matters", [(safe_lines(rule.why), "")])
    pieces += _section("What to do", [(safe_lines(finding.remedy or rule.remedy), "")])
    if rule.limits:
        pieces += _section("It goes by", _limits(rule.limits, limits))
    pieces += _section("Found in", _example(rule.bad))
    pieces += _section("Not found in", _example(rule.good))
    return pieces + _section("Letting it stand", _waiving(finding))


def _section(title: str, pieces: list[Piece]) -> list[Piece]:
    return [(f"{title}\n", _HEADING), *pieces, ("\n\n", "")] if pieces else []


def _standing(finding: Finding, rule: Rule) -> str:
    """Severity and family, and the severity it usually has where the spec or the check has set another."""
    told = f"{finding.severity} · {rule.family}"
    if finding.severity != rule.severity:
        told += f" · usually {'an' if rule.severity == 'error' else 'a'} {rule.severity}"
    return f"{told} · waived" if finding.waived else told


def _where(finding: Finding, text: str) -> list[Piece]:
    if finding.start is None or finding.end is None:
        return [("the whole record" if finding.field == "record" else f"all of {finding.field}", "")]
    if not text:
        return [(f"{finding.field}, from character {finding.start + 1:,}", "")]
    found = excerpt(text, finding.start, finding.end)
    return [
        (f"{finding.field}, line {found.line:,}, character {found.column:,}\n", ""),
        (safe(found.before), _QUIET),
        (safe(found.marked), "reverse"),
        (safe(found.after), _QUIET),
    ]


def _limits(names: tuple[str, ...], own: Mapping[str, float]) -> list[Piece]:
    pieces: list[Piece] = []
    for name in names:
        usual, value = LIMITS[name].default, own.get(name, LIMITS[name].default)
        pieces.append((f"{name} = {_number(value)}", "bold"))
        if value != usual:
            pieces.append((f" by this topic's spec; else {_number(usual)}", ""))
        pieces.append((f"\n  {LIMITS[name].help}\n", _QUIET))
    last = pieces[-1]
    return [*pieces[:-1], (last[0].rstrip("\n"), last[1])]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def _example(example: Example) -> list[Piece]:
    pieces: list[Piece] = []
    for name, text in (("user", example.user), ("think", example.think), ("block", example.block)):
        if text is not None:
            pieces += [("\n" * bool(pieces) + f"{name}: ", _QUIET), (_short(text), "")]
    if example.note:
        pieces.append(("\n" * bool(pieces) + f"({safe_lines(example.note)})", _QUIET))
    return pieces


def _short(text: str) -> str:
    """The beginning of an example's text; several lines stand under their field's name."""
    if not text.strip():
        return "(empty)"
    cut = "\n".join(text[:_EXAMPLE].split("\n")[:_EXAMPLE_LINES])
    cut += "…" if len(cut) < len(text) else ""
    return safe_lines(f"\n{cut}" if "\n" in cut else cut)


def _waiving(finding: Finding) -> list[Piece]:
    if finding.code in FIXED:
        return [
            (f"No reason lets {finding.code} stand, and no spec lowers it: the record would be lost, ", ""),
            ("or would not be what it says it is.", ""),
        ]
    if finding.waived:
        return [
            ("Waived for this record: ", "bold"),
            (safe_lines(finding.waived), ""),
            ("\nw takes that back.", _QUIET),
        ]
    return [(f"w waives every {finding.code} of this record, with a reason that is kept in its history.", "")]


class ExplainScreen(SteadyModal[str | None]):
    """Tells a finding. Gives `go` (to its place), `waive` (or no longer), or None if it was only read."""

    DEFAULT_CSS = """
    ExplainScreen { align: center middle; }
    ExplainScreen > Vertical {
        width: 90%; max-width: 100; height: auto; max-height: 90%;
        background: $surface; border: round $primary; padding: 0 1;
    }
    ExplainScreen.-short > Vertical { width: 100%; height: 100%; max-height: 100%; border: none; padding: 0; }
    ExplainScreen #title { text-style: bold; height: auto; max-height: 2; }
    ExplainScreen #title.-error { color: $text-error; }
    ExplainScreen #title.-warning { color: $text-warning; }
    ExplainScreen VerticalScroll { height: auto; max-height: 70vh; scrollbar-size-vertical: 1; }
    ExplainScreen.-short VerticalScroll { height: 1fr; max-height: 100%; }
    ExplainScreen VerticalScroll Static { height: auto; }
    ExplainScreen Horizontal { height: 1; align-horizontal: right; }
    ExplainScreen Button { margin: 0 0 0 1; min-width: 6; }
    """
    VERTICAL_BREAKPOINTS = [(0, "-short"), (16, "-tall")]
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "answer('')", "Close"),
        Binding("enter", "answer('go')", "Go there"),
        Binding("w", "answer('waive')", "Waive"),
    ]

    def __init__(
        self, finding: Finding, rule: Rule, *, text: str = "", limits: Mapping[str, float] | None = None
    ) -> None:
        """`text`: the whole field that the finding is about; `limits`: the numbers that the spec sets."""
        super().__init__()
        self._finding = finding
        self._rule_told = rule
        self._text = text
        self._limits = limits or {}

    def compose(self) -> ComposeResult:
        finding = self._finding
        title = f"{SIGNS[grade_of(finding)]} {finding.code}  {self._rule_told.title}"
        pieces = explained(finding, self._rule_told, self._text, self._limits)
        with Vertical():
            yield Static(Content(safe(title)), id="title", classes=f"-{grade_of(finding)}")
            with VerticalScroll():
                yield Static(Content.assemble(*pieces).rstrip())
            with Horizontal():
                yield Button(Content("Go there"), id="go", compact=True, variant="primary")
                if finding.code not in FIXED:
                    yield Button(Content("Unwaive" if finding.waived else "Waive"), id="waive", compact=True)
                yield Button(Content("Close"), id="close", compact=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What no reason lets stand cannot be waived by a key either."""
        return (action, parameters) != ("answer", ("waive",)) or self._finding.code not in FIXED

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.action_answer("" if event.button.id == "close" else event.button.id or "")

    def action_answer(self, answer: str) -> None:
        """Close, with the answer if there is one."""
        self.dismiss(answer or None)


def reason_of(typed: str) -> str:
    """A typed reason as it is kept: one line, nothing in it that a terminal acts on."""
    return " ".join(pasted(typed)[0].split())


def refused(typed: str) -> str:
    """Why a typed reason cannot be taken; empty if it can."""
    reason = reason_of(typed)
    letters = sum(1 for char in reason if char.isprintable())
    if not letters:
        return "Say why it may stand: the reason is kept with the record."
    if letters < LEAST_REASON:
        return f"Too short to say why: {letters} of at least {LEAST_REASON} characters."
    if len(reason) > REASON:
        return f"A reason has {REASON:,} characters at most; this one has {len(reason):,}."
    return ""


def waive_dialog(finding: Finding) -> PromptLine:
    """Asks why a finding may stand; gives the reason as it is kept, or None if it may not."""
    about = f"Why may every {finding.code} of this record stand? It says: {finding.message}"
    return PromptLine(" ".join(about.split()), finding.waived, refused, reason_of)
