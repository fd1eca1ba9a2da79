"""Days in filters begin and end exactly when the person's clocks say so, on the day itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.moments import LOCAL
from app.records.filters.language import parse
from app.records.filters.matching import RowColumns
from app.records.filters.row import Row
from tests.clocks import zone

TICK = timedelta(microseconds=1)
ZONES = ("UTC", "Europe/Berlin", "America/Santiago", "America/Havana", "Australia/Lord_Howe")
CHANGES = (
    date(2026, 3, 29),  # Berlin goes forward
    date(2026, 10, 25),  # Berlin goes back
    date(2026, 4, 4),  # Santiago goes back at midnight
    date(2026, 9, 6),  # Santiago goes forward at midnight, which is left out
    date(2026, 11, 1),  # Havana goes back to midnight, which comes twice
    date(2026, 4, 5),  # Lord Howe goes back by half an hour
)


def means(typed: str, at: datetime, now: datetime) -> bool:
    """Whether a filter means a row of that moment; asked of one row and of a column of rows alike."""
    row = Row("R1", at=at)
    found = parse(typed).matches(row, now=now)
    columns = RowColumns()
    columns.take([row])
    assert len(columns.select(parse(typed), now)) == found
    return found


def check_edge(day: date, at: datetime, now: datetime) -> None:
    for moment, begun in ((at - TICK, False), (at, True), (at + TICK, True)):
        assert means(f"after:{day}", moment, now) is begun, f"after:{day} of {moment}"
        assert means(f"before:{day}", moment, now) is not begun, f"before:{day} of {moment}"


def beginning(day: date, name: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)).astimezone(UTC)


def test_the_edge_of_a_day_belongs_to_the_day() -> None:
    check_edge(date(2026, 11, 18), datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize(
    "looked", [datetime(2026, 1, 15, 12, tzinfo=UTC), datetime(2026, 7, 15, 12, tzinfo=UTC)]
)
def test_a_day_beyond_a_change_of_clocks_begins_by_its_own_rules(name: str, looked: datetime) -> None:
    with zone(name):
        now = looked.astimezone(LOCAL)
        for change in CHANGES:
            for day in (change - timedelta(days=1), change, change + timedelta(days=1)):
                check_edge(day, beginning(day, name), now)


@pytest.mark.parametrize("name", ZONES)
@given(day=st.dates(date(1971, 1, 1), date(2199, 1, 1)), looked=st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_any_day_begins_by_its_own_rules(name: str, day: date, looked: date) -> None:
    with zone(name):
        now = datetime(looked.year, looked.month, looked.day, 12, tzinfo=LOCAL)
        check_edge(day, beginning(day, name), now)


@pytest.mark.parametrize("name", ZONES)
def test_today_and_yesterday_begin_at_their_own_midnights(name: str) -> None:
    with zone(name):
        for change in CHANGES:
            for day in (change, change + timedelta(days=1)):
                now = datetime(day.year, day.month, day.day, 23, 30, tzinfo=LOCAL)
                for word, meant in (("today", day), ("yesterday", day - timedelta(days=1))):
                    edge = beginning(meant, name)
                    assert means(f"after:{word}", edge, now) and not means(f"after:{word}", edge - TICK, now)
                    assert means(f"before:{word}", edge - TICK, now) and not means(
                        f"before:{word}", edge, now
                    )


@pytest.mark.parametrize("typed, hours", [("36h", 36), ("2d", 48), ("1w", 168)])
def test_an_age_is_time_that_passed_whatever_clocks_did_meanwhile(typed: str, hours: int) -> None:
    with zone("Europe/Berlin"):
        now = datetime(2026, 10, 26, 12, tzinfo=LOCAL)
        edge = now.astimezone(UTC) - timedelta(hours=hours)
        assert means(f"after:{typed}", edge, now) and not means(f"after:{typed}", edge - TICK, now)


@pytest.mark.parametrize("hours", [None, -14, 0, 14])
@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin", "UTC"])
def test_days_of_any_year_can_be_asked_for(name: str, hours: int | None) -> None:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    with zone(name):
        now = at.astimezone(LOCAL if hours is None else timezone(timedelta(hours=hours)))
        for far in ("9999-12-31", "9999-12"):
            assert means(f"before:{far}", at, now) and not means(f"after:{far}", at, now)
        for old in ("0001-01-01", "0001-01", "1969-12-31", "1900y"):
            assert means(f"after:{old}", at, now) and not means(f"before:{old}", at, now)


def test_a_filter_without_a_time_goes_by_this_machines_clocks() -> None:
    with zone("Europe/Berlin"):
        summer, winter = datetime(2026, 7, 1, 22, tzinfo=UTC), datetime(2026, 1, 1, 23, tzinfo=UTC)
        assert parse("after:2026-07-02").matches(Row("R1", at=summer))
        assert not parse("after:2026-07-02").matches(Row("R1", at=summer - TICK))
        assert parse("after:2026-01-02").matches(Row("R1", at=winter))
        assert not parse("after:2026-01-02").matches(Row("R1", at=winter - TICK))
