"""What a record shares with benchmark files, as findings.

It is no check of the registry, because only a run that is given such files can say anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.checking.overlap import ROW, Overlap
from app.checks import Finding, Texts
from app.checks.findings import Field, Severity, shown
from app.topics import printable

CODE = "BS801"
TITLE = "overlap with a benchmark"
WHY = (
    f"A record that shares {ROW} words in a row with a benchmark may have been taken from it, and a model trained on "
    "it cannot be measured by it."
)
REMEDY = "Say it in other words; where the code itself stands in the benchmark, leave the record out."
MOST = 5
"""Findings of one field at most; one is enough to act."""

_FIELDS: tuple[tuple[Field, Severity], ...] = (("user", "error"), ("think", "error"), ("block", "warning"))
"""Code of public repositories shares its idioms with much; texts that were written by hand do not."""


def contamination(overlap: Overlap, texts: Texts) -> Iterator[Finding]:
    """The runs of words that the files have too."""
    for field, severity in _FIELDS:
        text = getattr(texts, field)
        for number, run in enumerate(overlap.shared(text)):
            if number == MOST:
                break
            words = " ".join(text[run.start : run.end].split())
            where = f"{printable(run.file)}:{run.line}"
            said = f"{run.words} words in a row stand in {where} too: “{shown(words, 120)}”."
            yield Finding(CODE, severity, field, run.start, run.end, said, REMEDY)
