"""How findings are drawn: a row for each, and the summary over them. Plain functions; the panel lays them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from app.base.text import many
from widgets.base.drawing import Part, cut, head, pad, parts_width

if TYPE_CHECKING:
    from app.records.finding import Finding

SIGNS = {"error": "✗", "warning": "!", "hint": "·", "waived": "~"}
"""What stands before a finding, by its grade: told apart without colour."""
LOOK = "findings-panel--"
"""What the component classes' names begin with."""
LEAD = 15
"""Cells before a message: sign, code, field."""
_ROOMY = 60
"""From this many cells on, a message goes on under its own beginning, not at the edge."""
_LONGEST = 1000
"""Characters of a message that are looked at: more never fit."""
_LEAST_NOTE = 12
"""Cells below which a note is left out."""


class FindingsSummary(NamedTuple):
    """What the first row tells."""

    counts: Counter[str]
    """Findings by grade."""
    busy: bool
    """Whether newer ones are being looked for."""
    known: bool
    """Whether any check has come to its end: before, nothing is said to be well."""
    note: str
    """What they leave out; may be empty."""


def grade_of(finding: Finding) -> str:
    """`error`, `warning` or `hint`; `waived` where a person lets it stand."""
    return "waived" if finding.waived else finding.severity


def told(finding: Finding) -> str:
    """The message as one line, with the reason for which it stands if it was waived."""
    text = f"{finding.message} (waived: {finding.waived})" if finding.waived else finding.message
    return " ".join(text[:_LONGEST].split())


def indent(cells: int) -> int:
    """Cells before the further rows of a message, in rows of so many cells."""
    return LEAD if cells >= _ROOMY else 2


def folded(text: str, first: int, rest: int, most: int) -> list[str]:
    """A text in at most `most` rows, broken at blanks: `first` cells for the first row, `rest` for each other.

    What does not fit ends in an ellipsis.
    """
    rows: list[str] = []
    room = max(first, 1)
    while len(rows) < most - 1:
        row = head(text, room)
        if row == text:
            break
        blank = -1 if text[len(row)] == " " else row.rfind(" ")
        row = row[:blank] if blank > 0 else row
        rows.append(row.rstrip())
        text = text[len(row) :].lstrip()
        room = max(rest, 1)
    return [*rows, cut(text, room)] if text else rows


def first_row(finding: Finding, message: str) -> tuple[Part, ...]:
    """Sign, code and field in `LEAD` cells, then the message, or as much of it as is given."""
    grade = grade_of(finding)
    return (
        Part(f"{SIGNS[grade]} {pad(finding.code, 5)} ", LOOK + grade),
        Part(f"{pad(finding.field, 6)} ", LOOK + "quiet"),
        Part(message, LOOK + grade if finding.waived else ""),
    )


def summary_parts(summary: FindingsSummary, cells: int) -> list[Part]:
    """The summary in exactly `cells`: in words where they fit, else in signs, and the note if there is room."""
    parts = _in_words(summary)
    if parts_width(parts) > cells:
        parts = _in_signs(summary)
    left = cells - parts_width(parts)
    if summary.note and left >= _LEAST_NOTE:
        parts.append(Part(cut(f"  ({' '.join(summary.note.split())})", left), LOOK + "quiet"))
    return [*parts, Part(" " * max(cells - parts_width(parts), 0))]


def _in_words(summary: FindingsSummary) -> list[Part]:
    dots = [Part(" …", LOOK + "quiet")] * summary.busy
    counts = summary.counts
    if (summary.busy or not summary.known) and not counts:
        return [Part("Checks", LOOK + "head"), *dots]
    said = [Part(_counted(counts[grade], grade), LOOK + grade) for grade in SIGNS if counts[grade]]
    if counts.total() == counts["waived"]:
        return [*_joined([Part("✓ nothing to say", LOOK + "good"), *said]), *dots]
    return [Part("Checks  ", LOOK + "head"), *_joined(said), *dots]


def _in_signs(summary: FindingsSummary) -> list[Part]:
    counts = summary.counts
    said = [Part(f"{SIGNS[grade]}{counts[grade]} ", LOOK + grade) for grade in SIGNS if counts[grade]]
    if summary.known and counts.total() == counts["waived"] and (counts or not summary.busy):
        said.insert(0, Part("✓ ", LOOK + "good"))
    return [*said, Part("…" * summary.busy)]


def _counted(count: int, grade: str) -> str:
    return f"{count:,} waived" if grade == "waived" else many(count, grade)


def _joined(parts: Sequence[Part]) -> list[Part]:
    found: list[Part] = []
    for part in parts:
        found += [Part(" · ", LOOK + "quiet"), part] if found else [part]
    return found
