"""What a topic's ledger alone tells: how far it is, who did what, and when. No text is read for it.

Weeks begin on Monday.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, get_args

from app.base.moments import days
from app.base.pacing import paced
from app.base.text import bounds
from app.progress.stats.figures import NONE, Count, Spread, day_named, monday, ranked, spread, steps
from app.progress.stats.filter_links import where
from app.records.events import Review, Verdict
from app.records.history.ledger import STATUSES, RecordState, Status
from app.records.history.summary import Summary

MOST_DAYS = 400
"""Days of a topic's history that are told one by one, the newest; weeks are told as many."""
_AT_ONCE = 5_000
"""Things that are counted in one call, which takes about a millisecond."""
_Thing = TypeVar("_Thing", bound=Hashable)
_FILES = 50
"""Files that are named, those with most records."""
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
_READING = "reading_seconds"
"""The field of a review that tells how long its reviewer read, once reviews have one."""
_TELLS_READING = _READING in Review.model_fields
LEFT_OUT: frozenset[Status] = frozenset({"retracted", "rejected"})
"""What is no record to be trained on any more."""


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """How far a topic is on its way to what its spec asks for. All in records."""

    minimum: int
    """At least so many are wanted; 0 where the spec does not say."""
    maximum: int
    """At most so many."""
    accepted: int
    """How many may leave."""
    standing: int
    """How many there are that are neither rejected nor withdrawn, accepted ones included."""
    closed: str = ""
    """Who says that all code there is is recorded, and why; empty where nobody does. Not safe to draw."""

    @property
    def goal(self) -> int:
        """Accepted records that are wanted at least: those that stand, where there is no more code."""
        return min(self.minimum, self.standing) if self.closed else self.minimum

    @property
    def aim(self) -> str:
        """What the spec asks for, such as `15-25`."""
        return bounds(self.minimum, self.maximum)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What there is to say of the accepted records: `3 missing`, `2 too many`."""
        missing = (f"{self.missing} missing",) if self.missing else ()
        return (*missing, f"{self.over} too many") if self.over else missing

    @property
    def missing(self) -> int:
        """Accepted records that are missing to the goal."""
        return max(self.goal - self.accepted, 0)

    @property
    def share(self) -> float:
        """The accepted part of the goal, 0.0 to 1.0; nothing of nothing is nothing."""
        return min(self.accepted / self.goal, 1.0) if self.goal else float(self.accepted > 0)

    @property
    def over(self) -> int:
        """Accepted records beyond the maximum."""
        return max(self.accepted - self.maximum, 0) if self.maximum else 0

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "min": self.minimum,
            "max": self.maximum,
            "accepted": self.accepted,
            "standing": self.standing,
            "missing": self.missing,
            "over": self.over,
            "share": round(self.share, 4),
            "closed": self.closed or None,
        }


@dataclass(frozen=True, slots=True)
class Person:
    """What one person did in a topic."""

    name: str
    """As the person calls themselves: nothing in it is safe to draw."""
    records: int
    """Records whose newest text is theirs."""
    statuses: tuple[Count, ...]
    """Of those, by status, without zeros."""
    begun: int
    """Records that they wrote first."""
    revisions: int
    """Texts they saved in all."""
    verdicts: tuple[Count, ...]
    """Verdicts they gave in all, by verdict, without zeros; what was given again counts again."""
    link: str
    """To the records whose newest text is theirs."""
    reviewed: str
    """The expression of the records they reviewed."""
    reading: Spread = NONE
    """Seconds they read before a verdict, where that was told."""

    @property
    def given(self) -> int:
        """Verdicts in all."""
        return sum(one.count for one in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "records": self.records,
            "statuses": {one.name: one.count for one in self.statuses},
            "begun": self.begun,
            "revisions": self.revisions,
            "verdicts": {one.name: one.count for one in self.verdicts},
            "reading_seconds": self.reading.as_json(),
            "filter": self.link,
            "reviewed_filter": self.reviewed,
        }


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a week."""

    start: str
    """Its first day, as 2026-11-02."""
    begun: int
    """Records saved for the first time."""
    revised: int
    """Later texts of records."""
    verdicts: int
    """Verdicts given."""
    accepted: int
    """Of the records that are accepted now, those that became so then."""
    link: str
    """To the records whose newest text was saved then."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "start": self.start,
            "begun": self.begun,
            "revised": self.revised,
            "verdicts": self.verdicts,
            "accepted": self.accepted,
            "filter": self.link,
        }


@dataclass(frozen=True, slots=True)
class LedgerStats:
    """What the ledgers of one topic, or of several taken together, tell."""

    topics: tuple[str, ...]
    records: int
    """In every status."""
    target: TargetProgress
    statuses: tuple[Count, ...]
    """Every status, zeros included, in the ledger's order."""
    people: tuple[Person, ...]
    """Who wrote or reviewed, most records first, then most verdicts."""
    days: tuple[Period, ...]
    """Without gaps from the first day anything was done to the last."""
    weeks: tuple[Period, ...]
    """The same by week."""
    to_accept: Spread
    """Seconds from a record's first save to the accept that made it accepted, of those accepted now."""
    waiting: Spread
    """Seconds that what is submitted has waited since its newest text was saved."""
    files: tuple[Count, ...]
    """Records by the file of their main code, the most first; without rejected and withdrawn ones."""

    @property
    def authors(self) -> tuple[Person, ...]:
        """Who wrote."""
        return tuple(person for person in self.people if person.revisions)

    @property
    def reviewers(self) -> tuple[Person, ...]:
        """Who gave verdicts, most first."""
        found = (person for person in self.people if person.given)
        return tuple(sorted(found, key=lambda person: (-person.given, person.name)))

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "records": self.records,
            "target": self.target.as_json(),
            "statuses": [one.as_json() for one in self.statuses],
            "people": [one.as_json() for one in self.people],
            "days": [one.as_json() for one in self.days],
            "weeks": [one.as_json() for one in self.weeks],
            "seconds_to_accept": self.to_accept.as_json(),
            "seconds_waiting": self.waiting.as_json(),
            "files": [one.as_json() for one in self.files],
        }


def ledger_stats(
    topic: str,
    records: Iterable[RecordState],
    target: tuple[int, int] = (0, 0),
    now: datetime | None = None,
    closed: str = "",
) -> LedgerStats:
    """The figures of one topic; `closed`: who says that all code there is is recorded, and why.

    `now` is what waiting is counted to, without which nothing is told of that; and its zone says where each day
    begins, as it does for filters. Without it days are UTC's.
    """
    gathered = Gathered(now)
    gathered.take(records)
    return gathered.told((topic,), target, closed)


class Gathered:
    """Everything that is counted, in one walk over the records of one topic or of several.

    What is met is only put into columns; counting them is one call each, which is several times quicker.
    """

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now.astimezone(UTC) if now else None
        self._zone = now.tzinfo if now else None
        self._newest: list[tuple[str, Status]] = []
        """Of each record who wrote the newest text, and its status."""
        self._first_by: list[str] = []
        self._saved_by: list[str] = []
        self._given: list[tuple[str, str]] = []
        self._reading: dict[str, list[float]] = {}
        self._paths: list[str] = []
        self._begun_at: list[datetime] = []
        self._revised_at: list[datetime] = []
        self._judged_at: list[datetime] = []
        self._accepted_at: list[datetime] = []
        self._to_accept: list[timedelta] = []
        self._waiting_since: list[datetime] = []

    def take(self, records: Iterable[RecordState]) -> None:
        """Count these. Each record is to be given once."""
        newest_of, path_of, first_by = self._newest.append, self._paths.append, self._first_by.append
        begun, waiting = self._begun_at.append, self._waiting_since.append
        for state in paced(records):
            status = state.status
            heads = state.heads
            newest = heads[0] if len(heads) == 1 and isinstance(heads[0], Summary) else state.revision
            first = newest if newest and len(state.events) == 1 else self._events(state)
            if first is not None:
                begun(first.at)
                first_by(first.by)
            if newest is None:  # another copy of the journal has its text
                newest_of(("", status))
                continue
            newest_of((newest.by, status))
            if status not in LEFT_OUT:
                path_of(newest.path)
            if status == "submitted":
                waiting(newest.at)
            elif status == "accepted" and first is not None:
                self._accepted(state, first)

    def _accepted(self, state: RecordState, first: Summary) -> None:
        moment = accepted_at(state)
        if moment is not None:
            self._accepted_at.append(moment)
            self._to_accept.append(moment - first.at)

    def _events(self, state: RecordState) -> Summary | None:
        """Count what was done to a record after it was begun; gives back its first text."""
        first: Summary | None = None
        for event in state.events.values():
            if isinstance(event, Summary):
                if first is None:
                    first = event
                    continue
                later = event
                if (event.at, event.id) < (first.at, first.id):
                    first, later = event, first
                self._revised_at.append(later.at)
                self._saved_by.append(later.by)
            elif event.kind == "review":
                by = event.by
                self._judged_at.append(event.at)
                self._given.append((by, event.verdict))
                if _TELLS_READING and (seconds := reading_seconds(event)) is not None:
                    self._reading.setdefault(by, []).append(seconds)
        return first

    def told(self, topics: tuple[str, ...], target: tuple[int, int], closed: str = "") -> LedgerStats:
        """What it amounts to. `target`: the least and the most records wanted, 0 where nobody says."""
        newest = _counted(self._newest)
        counts: Counter[Status] = Counter()
        for (_, status), count in newest.items():
            counts[status] += count
        topic = topics[0] if len(topics) == 1 else ""
        standing = sum(count for status, count in counts.items() if status not in LEFT_OUT)
        now = self._now
        return LedgerStats(
            topics,
            len(self._newest),
            TargetProgress(*target, counts["accepted"], standing, closed),
            tuple(Count(s, counts[s], where(topic=topic, status=s)) for s in STATUSES),
            self._people(topic, newest),
            self._periods(topic, 1),
            self._periods(topic, 7),
            spread(_seconds(self._to_accept)),
            spread(_seconds([now - at for at in self._waiting_since])) if now else NONE,
            ranked(_counted(self._paths), lambda path: where(topic=topic, path=path), _FILES),
        )

    def _people(self, topic: str, newest: Counter[tuple[str, Status]]) -> tuple[Person, ...]:
        verdicts = _counted(self._given)
        begun, revised = _counted(self._first_by), _counted(self._saved_by)
        names = {name for name, _ in (*newest, *verdicts)} | {*begun, *revised}
        found = [
            Person(
                name,
                sum(newest[name, status] for status in STATUSES),
                tuple(
                    Count(status, count, where(topic=topic, author=name, status=status))
                    for status in STATUSES
                    if (count := newest[name, status])
                ),
                begun[name],
                begun[name] + revised[name],
                tuple(Count(verdict, count) for verdict in _VERDICTS if (count := verdicts[name, verdict])),
                where(topic=topic, author=name),
                where(topic=topic, reviewer=name),
                spread(self._reading.get(name, ())),
            )
            for name in names
            if name
        ]
        return tuple(sorted(found, key=lambda one: (-one.records, -one.given, one.name)))

    def _periods(self, topic: str, step: int) -> tuple[Period, ...]:
        columns = (self._begun_at, self._revised_at, self._judged_at, self._accepted_at)
        begun, revised, verdicts, accepted = (self._by_day(column, step) for column in columns)
        return tuple(
            Period(
                day_named(day).isoformat(),
                begun[day],
                revised[day],
                verdicts[day],
                accepted[day],
                where(topic=topic, after=day_named(day), before=day_named(day + step)),
            )
            for day in steps({*begun, *revised, *verdicts, *accepted}, step, MOST_DAYS)
        )

    def _by_day(self, moments: Sequence[datetime], step: int) -> Counter[int]:
        """How many there are of each day, or by the Monday of each week (`step` 7)."""
        found = _counted(days(moments, self._zone))
        if step == 1:
            return found
        weeks: Counter[int] = Counter()
        for day, count in found.items():
            weeks[monday(day)] += count
        return weeks


def _counted(things: Sequence[_Thing]) -> Counter[_Thing]:
    """How often each is there, in steps: one call for all would keep the interface waiting for its end."""
    found: Counter[_Thing] = Counter()
    for at in range(0, len(things), _AT_ONCE):
        found.update(things[at : at + _AT_ONCE])
        time.sleep(0)
    return found


def _seconds(durations: Iterable[timedelta]) -> list[float]:
    """People's clocks differ: what ended before it began took no time."""
    return [max(seconds, 0.0) for seconds in map(timedelta.total_seconds, durations)]


def accepted_at(state: RecordState) -> datetime | None:
    """When an accepted record became so: the time of the last accept that it needed. None for any other."""
    if state.status != "accepted":
        return None
    # An accepted record has no other verdicts than accepts: they count by person, in the order of time.
    return state.verdicts[state.needed - 1].at


def reading_seconds(review: Review) -> float | None:
    """Seconds a reviewer read before the verdict; None where the review does not tell."""
    told = getattr(review, _READING, None)
    return float(told) if isinstance(told, int | float) and told > 0 else None
