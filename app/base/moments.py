"""Times as people are told them: the zone of this machine with its rules for each day, and what never fails.

The offset of today is not that of another day: where clocks are put forward and back, a day begins when the rules of
that day say. So whoever asks for local time takes `LOCAL`, and not `datetime.now().astimezone()`, which has but one
offset.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""The years (UTC) in which an event can have been made: others come of damage, or of a clock that knows no time."""
END = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
"""The first moment that is too late for an event."""

_IMPOSSIBLE = (OverflowError, ValueError, OSError)
"""What making a local time raises where there is none: a year below 1 or beyond 9999, or one the system cannot say."""


class _Local(tzinfo):
    """This machine's zone as the system knows it (`TZ`, else its own setting), with the rules of each day.

    Of a time that clocks show twice `fold` tells which; one that they leave out is meant by the clock from before the
    change, as PEP 495 has it. What the system cannot convert counts as UTC.
    """

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        """How far this zone's clocks are ahead of UTC then."""
        if at is None:
            return None
        try:
            return at.replace(tzinfo=None).astimezone().utcoffset()
        except _IMPOSSIBLE:
            return timedelta()

    def dst(self, at: datetime | None) -> None:
        """Not known: the offset alone is asked for."""
        return

    def tzname(self, at: datetime | None) -> str | None:
        """The zone's name then."""
        try:
            return None if at is None else at.replace(tzinfo=None).astimezone().tzname()
        except _IMPOSSIBLE:
            return "UTC"

    def fromutc(self, at: datetime) -> datetime:
        """The same moment on this zone's clocks; `at` is UTC's, with this zone put on it."""
        try:
            there = at.replace(tzinfo=UTC).astimezone()
        except _IMPOSSIBLE:
            return at
        plain = there.replace(tzinfo=self, fold=0)
        return plain if self.utcoffset(plain) == there.utcoffset() else plain.replace(fold=1)


LOCAL: tzinfo = _Local()
"""The zone of this machine."""


def possible(moment: datetime) -> bool:
    """Whether an event can have been made then; `moment` is UTC's."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR


def local(moment: datetime, zone: tzinfo | None = LOCAL) -> datetime:
    """The moment on a zone's clocks, for people; on UTC's where those cannot show it. Raises nothing."""
    for wanted in (zone, UTC):
        try:
            return moment.astimezone(wanted)
        except _IMPOSSIBLE:
            continue
    return moment


def utc(moment: datetime) -> datetime:
    """The moment in UTC; the first or the last there is where UTC cannot say it. Raises nothing."""
    try:
        return moment.astimezone(UTC)
    except _IMPOSSIBLE:
        return (datetime.min if moment.year == 1 else datetime.max).replace(tzinfo=UTC)


def days(moments: Iterable[datetime], zone: tzinfo | None) -> list[int]:
    """Of each moment (UTC) the day on the zone's clocks, numbered as by `date.toordinal`; no zone is UTC.

    The zone is asked twice a day and not once a moment, as moments are many and days are few.
    """
    if zone in (None, UTC):
        return [moment.toordinal() for moment in moments]
    known: dict[int, timedelta | None] = {}
    found: list[int] = []
    for moment in moments:
        day = moment.toordinal()
        if day not in known:
            known[day] = _offset(day, zone)
        offset = known[day]
        found.append((moment.astimezone(zone) if offset is None else moment + offset).toordinal())
    return found


def _offset(day: int, zone: tzinfo | None) -> timedelta | None:
    """How far the zone is ahead of UTC all that day of UTC's; None where that changes."""
    begin = datetime.fromordinal(day).replace(tzinfo=UTC)
    first, last = (
        at.astimezone(zone).utcoffset() for at in (begin, begin + timedelta(days=1, microseconds=-1))
    )
    return first if first == last else None
