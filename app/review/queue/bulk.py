"""The records of a list that one verdict can be given to, and why not to the others. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.base.text import many
from app.records.events import Verdict
from app.records.filters.row import Row
from app.review.queue.shown import Wish

FIRST = 5
"""Records that a question names."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a bulk verdict would be given to: exactly what was listed when it was asked for."""

    wish: Wish
    listed: int
    """How many records are listed."""
    rows: tuple[Row, ...]
    """Those that this person may judge, in the list's order, each with the revision that is listed."""
    left_out: Mapping[str, int]
    """Why others are left out, in words, and how many."""
    me: str
    """Who judges."""

    def of(self, verdict: Verdict) -> tuple[tuple[str, str], ...]:
        """(record, revision) of those to which the verdict would say something new."""
        given = (self.me, verdict)
        return tuple((row.record, row.revision) for row in self.rows if given not in row.reviewers)

    @property
    def left(self) -> str:
        """Why some are left out, for people; empty if none are."""
        return "; ".join(f"{count:,} {why}" for why, count in self.left_out.items())

    @property
    def first(self) -> tuple[Row, ...]:
        """The first few."""
        return self.rows[:FIRST]

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics they are of, sorted."""
        return tuple(sorted({row.topic for row in self.rows}))

    @property
    def counted(self) -> str:
        """For people: how many of how many."""
        of = f" of {self.listed:,} listed" if len(self.rows) != self.listed else ""
        return many(len(self.rows), "record") + of


def bulk_of(wish: Wish, rows: Sequence[Row], me: str, judges_own: Mapping[str, bool]) -> Bulk:
    """Sort the rows of a list. `judges_own`: by topic, whether people may judge their own."""
    able: list[Row] = []
    left: Counter[str] = Counter()
    for row in rows:
        why = _why_not(row, judges_own.get(row.topic, False))
        if why:
            left[why] += 1
        else:
            able.append(row)
    return Bulk(wish, len(rows), tuple(able), dict(sorted(left.items())), me)


def _why_not(row: Row, judges_own: bool) -> str:
    if row.status == "retracted":
        return "withdrawn"
    if row.status == "conflict":
        return "in conflict"
    if not row.revision:
        return "without a text here"
    if row.mine and not judges_own:
        return "your own"
    return ""
