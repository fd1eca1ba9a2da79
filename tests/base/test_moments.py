"""Times as people are told them: by the rules of their own day, and never an error."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.moments import LOCAL, days, local, possible, utc
from app.errors import UsageError
from app.store import signer as signing
from app.store.signer import moment as signed_at
from tests.clocks import zone

ZONES = (
    "Europe/Berlin",
    "America/Santiago",  # midnight is left out in spring
    "America/Havana",  # midnight comes twice in autumn
    "Australia/Lord_Howe",  # half an hour, at half past in UTC
    "Pacific/Apia",  # left out a whole day
    "Asia/Kathmandu",
    "UTC",
)
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("name", ZONES)
@given(at=MOMENTS)
def test_a_moment_is_told_by_the_rules_of_its_own_day(name: str, at: datetime) -> None:
    there = at.astimezone(ZoneInfo(name))
    with zone(name):
        here = local(at)
        assert here.isoformat() == there.isoformat()
        assert here.astimezone(UTC) == at
        assert days([at, at], LOCAL) == [there.toordinal()] * 2


@pytest.mark.parametrize("name", ZONES)
@given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)))
@example(date(2011, 12, 30))
@example(date(2026, 3, 29))
@example(date(2026, 9, 6))
def test_a_day_begins_when_its_own_rules_say(name: str, day: date) -> None:
    there = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)).astimezone(UTC)
    with zone(name):
        assert datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC) == there


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"])
def test_a_day_on_which_clocks_change_is_not_taken_for_one_of_a_single_offset(name: str) -> None:
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [begin + timedelta(minutes=30 * step) for step in range(2 * 24 * 365)]
    with zone(name):
        assert days(moments, LOCAL) == [at.astimezone(ZoneInfo(name)).toordinal() for at in moments]
        # An hour that comes twice is told apart, and leads back to the moment it was made of.
        assert [local(at).isoformat() for at in moments] == [
            at.astimezone(ZoneInfo(name)).isoformat() for at in moments
        ]
        assert [local(at).astimezone(UTC) for at in moments] == moments


@pytest.mark.parametrize("offset", [-23, 0, 23])
@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Pacific/Niue", "UTC"])
@pytest.mark.parametrize("edge", [datetime.min, datetime.max])
def test_a_time_that_clocks_cannot_show_is_told_all_the_same(name: str, offset: int, edge: datetime) -> None:
    at = edge.replace(tzinfo=timezone(timedelta(hours=offset)))
    with zone(name):
        assert f"{local(at):%Y-%m-%d %H:%M}"
        assert abs(utc(at) - edge.replace(tzinfo=UTC)) <= timedelta(hours=23)
        assert at.replace(tzinfo=LOCAL).utcoffset() is not None


def test_a_time_without_a_local_one_is_shown_as_utc() -> None:
    with zone("Pacific/Kiritimati"):
        assert local(datetime(9999, 12, 31, 23, 30, tzinfo=UTC)).isoformat().startswith("9999-12-31T23:30")
    with zone("Pacific/Niue"):
        assert local(datetime(1, 1, 1, 0, 30, tzinfo=UTC)).isoformat().startswith("0001-01-01T00:30")


def test_the_years_of_events_are_those_from_1970_to_2200() -> None:
    years = (1969, 1970, 2200, 2201)
    assert [possible(datetime(year, 6, 1, tzinfo=UTC)) for year in years] == [False, True, True, False]


def test_a_clock_that_is_set_wrong_is_told_before_anything_is_signed_by_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing, "_last", signing._last)
    with monkeypatch.context() as wrong, pytest.raises(UsageError, match="clock says the year 2201"):
        wrong.setattr(signing, "clock", lambda: datetime(2201, 1, 2, tzinfo=UTC))
        signed_at()
    assert possible(signed_at(datetime(2200, 12, 31, 23, 59, 59, 999_500, tzinfo=UTC)))
