"""What the texts of a topic tell: lengths, crates named, openings that recur, and what the writing took.

A text is read once, into a row of a few numbers; figures are made of rows.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from msgspec import Struct

from app.base.moments import days
from app.progress.stats.figures import (
    Count,
    Lengths,
    Spread,
    day_named,
    lengths,
    monday,
    ranked,
    spread,
    steps,
)
from app.progress.stats.filter_links import where

_WORD = re.compile(r"\w+(?:['’]\w+)*")
"""A word as the checks count them (`app.checks.reading`)."""
_OPENINGS = 50
"""Openings that are named, those that recur most."""
_MOST_WEEKS = 400


class Took(NamedTuple):
    """What the writing of a revision took, as its line says."""

    active_seconds: int = 0
    typed: int = 0
    """Characters, as those below."""
    pasted: int = 0
    rapid: int = 0
    moved: int = 0


NOTHING = Took()


class TextRow(Struct, frozen=True, gc=False):
    """One revision's texts in numbers."""

    record: str
    revision: str
    by: str
    at: datetime
    """UTC."""
    request_words: int
    think_words: int
    block_lines: int
    active_seconds: int
    typed: int
    """Characters."""
    pasted: int
    """Characters."""
    rapid: int
    """Characters that came faster than hands type."""
    moved: int
    """Characters that stood in the record already."""
    crates: tuple[str, ...]
    """Of the crates that were asked for, those that the reasoning names."""
    request_opening: str
    """The first words, without regard to capitals; empty where the text has fewer."""
    think_opening: str

    @property
    def effort_known(self) -> bool:
        """Whether the writing was counted at all: a project may switch that off."""
        return bool(self.active_seconds or self.typed or self.pasted or self.rapid or self.moved)


class Measure:
    """Makes rows of texts, for one list of crates and one length of openings."""

    def __init__(self, crates: Collection[str] = (), opening: int = 4) -> None:
        """`opening`: words that make an opening."""
        self._opening = opening
        self._crates = {_folded(crate): crate for crate in crates}
        names = sorted(self._crates, key=len, reverse=True)
        spelt = "|".join(re.escape(name).replace("_", "[-_]") for name in names)
        # The same as `app.checks.rules.topic.crates_met`, for all crates in one walk.
        self._named = re.compile(rf"(?<![\w-])(?:{spelt})(?![\w-])", re.IGNORECASE) if spelt else None

    def row(
        self,
        record: str,
        revision: str,
        by: str,
        at: datetime,
        texts: tuple[str, str, str],
        effort: Took = NOTHING,
    ) -> TextRow:
        """The row of a revision. `texts`: user, think, block; `effort`: what it took."""
        user, think, block = texts
        asked, reasoned = _WORD.findall(user), _WORD.findall(think)
        return TextRow(
            record,
            revision,
            by,
            at,
            len(asked),
            len(reasoned),
            block.count("\n") + 1 if block else 0,
            *effort,
            self._crates_in(think),
            self._begins(asked),
            self._begins(reasoned),
        )

    def _begins(self, words: list[str]) -> str:
        if len(words) < self._opening:
            return ""
        return sys.intern(" ".join(words[: self._opening]).casefold())

    def _crates_in(self, think: str) -> tuple[str, ...]:
        if self._named is None:
            return ()
        found = {_folded(match) for match in self._named.findall(think)}
        return tuple(sorted(self._crates[name] for name in found if name in self._crates))


def _folded(crate: str) -> str:
    return crate.replace("-", "_").lower()


@dataclass(frozen=True, slots=True)
class WeekEffort:
    """What the writing of a week's revisions took, where it was counted."""

    start: str
    """The week's Monday, as 2026-11-02."""
    revisions: int
    """Of which it is known."""
    active_seconds: int
    typed: int
    """Characters."""
    pasted: int
    """Characters."""
    rapid: int
    """Characters that came faster than hands type."""
    moved: int
    """Characters that stood in the record already."""
    median_seconds: float
    """Active seconds of the revision in the middle."""
    link: str

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "start": self.start,
            "revisions": self.revisions,
            "active_seconds": self.active_seconds,
            "typed": self.typed,
            "pasted": self.pasted,
            "rapid": self.rapid,
            "moved": self.moved,
            "median_seconds": self.median_seconds,
            "filter": self.link,
        }


@dataclass(frozen=True, slots=True)
class TextStats:
    """What a topic's texts tell. But for effort only of what records say now, rejected and withdrawn ones left out."""

    records: int
    """That were read."""
    request: Lengths
    think: Lengths
    block: Lengths
    crates: tuple[Count, ...]
    """How many reasonings name each crate that was asked for, zeros included."""
    request_openings: tuple[Count, ...]
    """First words that several requests share."""
    think_openings: tuple[Count, ...]
    effort: tuple[WeekEffort, ...]
    """By week, without gaps; of every revision there is."""
    seconds: Spread
    """Active seconds a revision, where they were counted."""
    pasted_share: float | None
    """Pasted characters, as a part of those typed, too fast or not, or pasted; None where none was counted."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "records": self.records,
            "request": self.request.as_json(),
            "think": self.think.as_json(),
            "block": self.block.as_json(),
            "crates": [one.as_json() for one in self.crates],
            "request_openings": [one.as_json() for one in self.request_openings],
            "think_openings": [one.as_json() for one in self.think_openings],
            "effort": [one.as_json() for one in self.effort],
            "active_seconds": self.seconds.as_json(),
            "pasted_share": None if self.pasted_share is None else round(self.pasted_share, 4),
        }


def text_stats(
    topic: str,
    rows: Sequence[TextRow],
    current: Collection[str],
    crates: Iterable[str] = (),
    zone: tzinfo | None = None,
) -> TextStats:
    """The figures of a topic's rows. `current`: ids of the revisions that records say now and that count.

    `crates` are those asked for; `zone` is the one that weeks begin in, UTC without one.
    """
    now = [row for row in rows if row.revision in current]
    named = Counter(crate for row in now for crate in row.crates)
    known = [row for row in rows if row.effort_known]
    written = sum(row.typed + row.pasted + row.rapid for row in known)
    return TextStats(
        len(now),
        lengths("words", [row.request_words for row in now]),
        lengths("words", [row.think_words for row in now]),
        lengths("lines", [row.block_lines for row in now]),
        ranked({crate: named[crate] for crate in crates}, lambda name: where(topic=topic, crate=name)),
        _shared(topic, (row.request_opening for row in now)),
        _shared(topic, (row.think_opening for row in now)),
        tuple(_effort(topic, known, zone)),
        spread([row.active_seconds for row in known if row.active_seconds]),
        sum(row.pasted for row in known) / written if written else None,
    )


def _shared(topic: str, openings: Iterable[str]) -> tuple[Count, ...]:
    counts = {opening: count for opening, count in Counter(openings).items() if opening and count > 1}
    return ranked(counts, lambda opening: where(topic=topic, text=opening), _OPENINGS)


def _effort(topic: str, rows: Sequence[TextRow], zone: tzinfo | None) -> Iterable[WeekEffort]:
    weeks: dict[int, list[TextRow]] = {}
    for row, day in zip(rows, days((row.at for row in rows), zone), strict=True):
        weeks.setdefault(monday(day), []).append(row)
    for week in steps(weeks, 7, _MOST_WEEKS):
        mine = weeks.get(week, [])
        yield WeekEffort(
            day_named(week).isoformat(),
            len(mine),
            sum(row.active_seconds for row in mine),
            sum(row.typed for row in mine),
            sum(row.pasted for row in mine),
            sum(row.rapid for row in mine),
            sum(row.moved for row in mine),
            spread([row.active_seconds for row in mine]).median,
            where(topic=topic, after=day_named(week), before=day_named(week + 7)),
        )
