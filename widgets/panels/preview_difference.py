"""What changed between two texts, word by word. Off the interface's thread: a worker calls this."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from widgets.base.wrapped_text import StyledRun

_WORDS = re.compile(r"\w+|[^\S\n]+|\n|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_CELLS = 40_000_000
"""Pairs of tokens compared at most; the comparison keeps one bit for each (5 MB)."""

ADDED = "preview--added"
REMOVED = "preview--removed"


def difference(old: str, new: str) -> tuple[StyledRun, ...]:
    """The new text with what went and what came marked.

    Without the removed runs it is `new`, without the added ones `old`. Very long texts are compared by lines.
    """
    for pattern in (_WORDS, _LINES):
        before, after = pattern.findall(old), pattern.findall(new)
        if len(before) * len(after) <= _MOST_CELLS:
            return _runs(before, after)
    return (StyledRun(old, REMOVED), StyledRun(new, ADDED))


def changed(runs: Sequence[StyledRun]) -> bool:
    """Whether a difference holds any change."""
    return any(run.style for run in runs)


def _runs(before: list[str], after: list[str]) -> tuple[StyledRun, ...]:
    from rapidfuzz.distance import Indel  # late: only people who look at a difference wait for it

    a: Sequence[Hashable] = before
    b: Sequence[Hashable] = after
    runs: list[StyledRun] = []
    gone, come = "", ""  # of the change being read: all that went stands before all that came
    for step in Indel.opcodes(a, b):
        old = "".join(before[step.src_start : step.src_end])
        new = "".join(after[step.dest_start : step.dest_end])
        if step.tag != "equal":
            gone, come = gone + old, come + new
            continue
        runs += (StyledRun(gone, REMOVED), StyledRun(come, ADDED), StyledRun(new, ""))
        gone, come = "", ""
    runs += (StyledRun(gone, REMOVED), StyledRun(come, ADDED))
    return tuple(run for run in runs if run.text)
