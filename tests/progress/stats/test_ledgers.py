"""Figures of ledgers: each is what counting by hand gives, and its filter leads to just the records behind it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.moments import LOCAL
from app.progress.stats.ledgers import Gathered, LedgerStats, accepted_at, ledger_stats
from app.records.events import Revision, Verdict, make_review
from app.records.filters.language import parse
from app.records.filters.rows import row_of
from app.records.history.ledger import Ledger
from app.records.history.light import Event
from app.records.history.viewpoint import Viewer, viewpoint
from tests.clocks import zone
from tests.store.events import moment, retraction, review, revision

DAY = 86_400
VERDICTS: tuple[Verdict, ...] = ("accept", "return", "reject", "clear")
PEOPLE = ("ada", 'Bo "the * reviewer"', "cy, d. (e)", "-f:g \\")
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def stats(*events: Event, reviews: int = 1, now: datetime | None = NOW) -> LedgerStats:
    return ledger_stats("retry", Ledger(events, reviews).records, (2, 4), now)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """A few records, each written, perhaps rewritten, judged or withdrawn by anybody."""
    events: list[Event] = []
    people = st.sampled_from(PEOPLE)
    for number in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, 30)) * DAY // 2
        texts: list[Revision] = [revision(number, at, (), draw(people))]
        for again in range(draw(st.integers(0, 2))):
            parents = (texts[-1],) if draw(st.booleans()) else (texts[0],)
            texts.append(
                revision(number, at + (again + 1) * 3600, parents, draw(people), user=f"Ask {again}.")
            )
        events += texts
        for given_ in range(draw(st.integers(0, 3))):
            verdict: Verdict = draw(st.sampled_from(VERDICTS))
            of = draw(st.sampled_from(texts))
            events.append(review(of, verdict, at + 7000 + given_ * DAY, draw(people)))
        if draw(st.integers(0, 5)) == 0:
            events.append(retraction((texts[-1],), at + 9 * DAY))
    return draw(st.permutations(events))


@given(histories(), st.integers(1, 2))
@settings(max_examples=60)
def test_every_figure_adds_up_and_its_filter_leads_to_just_those_records(
    events: list[Event], reviews: int
) -> None:
    ledger = Ledger(events, reviews)
    found = ledger_stats("retry", ledger.records, (2, 4), NOW)
    rows = [row_of(state, Viewer("nobody"), "retry") for state in ledger.records]

    def behind(link: str) -> int:
        meant = parse(link)
        return sum(meant.matches(row, now=NOW) for row in rows)

    assert found.records == len(rows)
    assert {one.name: one.count for one in found.statuses} == ledger.counts()
    for one in found.statuses:
        assert behind(one.link) == one.count
    assert sum(person.records for person in found.people) == len(rows)
    for person in found.people:
        if "*" not in person.name:
            assert behind(person.link) == person.records
            assert all(behind(one.link) == one.count for one in person.statuses)
    texts = [event for event in events if isinstance(event, Revision)]
    assert sum(person.revisions for person in found.people) == len(texts)
    assert sum(day.begun + day.revised for day in found.days) == len(texts)
    assert sum(person.given for person in found.people) == sum(event.kind == "review" for event in events)
    assert sum(day.verdicts for day in found.days) == sum(week.verdicts for week in found.weeks)
    assert sum(day.accepted for day in found.days) == found.target.accepted == ledger.counts()["accepted"]
    assert sum(behind(day.link) for day in found.days) == len(rows)
    assert sum(behind(week.link) for week in found.weeks) == len(rows)
    assert sum(one.count for one in found.files) == found.target.standing


@given(histories())
@settings(max_examples=30)
def test_the_order_of_events_means_nothing(events: list[Event]) -> None:
    assert stats(*events).as_json() == stats(*reversed(events)).as_json()


def test_time_to_accept_runs_from_the_first_save_to_the_accept_that_was_needed() -> None:
    first = revision(1, 0)
    second = revision(1, 100, (first,), user="Write it better.")
    early = review(second, "accept", 200, "bob")
    late = review(second, "accept", 500, "cy")
    one = stats(first, second, early, late)
    assert (one.to_accept.count, one.to_accept.median) == (1, 200)
    both = stats(first, second, early, late, reviews=2)
    assert both.to_accept.median == 500
    (state,) = Ledger((first, second, early, late), 2).records
    assert accepted_at(state) == moment(500)
    (waiting,) = Ledger((first, second, early), 2).records
    assert accepted_at(waiting) is None


def test_a_clock_that_is_behind_makes_no_negative_time() -> None:
    text = revision(1, 1000)
    assert stats(text, review(text, "accept", 10)).to_accept.most == 0


def test_what_waits_is_counted_from_its_newest_text_and_only_with_a_clock() -> None:
    text = revision(1, 0)
    told = stats(text, now=moment(90))
    assert (told.waiting.count, told.waiting.median) == (1, 90)
    assert stats(text, now=None).waiting.count == 0
    assert stats(text, review(text), now=moment(90)).waiting.count == 0


def test_the_target_says_what_is_missing_and_what_is_too_much() -> None:
    texts = [revision(number) for number in range(5)]
    none = stats(*texts).target
    assert (none.missing, none.over, none.share, none.standing) == (2, 0, 0.0, 5)
    most = stats(*texts, *(review(text, second=9) for text in texts)).target
    assert (most.missing, most.over, most.share, most.accepted) == (0, 1, 1.0, 5)
    assert stats(texts[0], review(texts[0], "reject", 9)).target.standing == 0


def test_days_begin_where_the_clock_says() -> None:
    late = revision(1, 11 * 3600 + 1800)  # 23:30 UTC on 31 January
    east = NOW.astimezone(timezone(timedelta(hours=1)))
    assert [day.start for day in stats(late).days] == ["2026-01-31"]
    assert [day.start for day in stats(late, now=east).days] == ["2026-02-01"]


def test_a_day_without_work_is_told_too() -> None:
    found = stats(revision(1), revision(2, 3 * DAY))
    assert [day.begun for day in found.days] == [1, 0, 0, 1]
    assert [week.start for week in found.weeks] == ["2026-01-26", "2026-02-02"]


def test_several_topics_are_counted_as_one() -> None:
    gathered = Gathered(NOW)
    gathered.take(Ledger([revision(1)]).records)
    gathered.take(Ledger([revision(1, by="bob")]).records)
    found = gathered.told(("a", "b"), (3, 5))
    assert (found.records, found.target.minimum, found.topics) == (2, 3, ("a", "b"))
    assert found.statuses[0].link == "status:submitted"


def test_in_blind_mode_others_verdicts_change_no_figure() -> None:
    text = revision(1)
    viewer = Viewer("cleo", blind=True)
    seen = []
    for verdict in VERDICTS[:2]:
        given_ = make_review(record=text.record, by="bob", revision=text.id, verdict=verdict, at=moment(5))
        states = [viewpoint(state, viewer) for state in Ledger([text, given_]).records]
        seen.append(ledger_stats("retry", states, (1, 2), NOW).as_json())
    assert seen[0] == seen[1]
    assert seen[0]["statuses"][0]["count"] == 1


def test_reviewers_are_told_by_how_much_they_gave() -> None:
    texts = [revision(number) for number in range(3)]
    found = stats(*texts, review(texts[0], by="bob"), *(review(text, "return", 9, "cy") for text in texts))
    assert [(one.name, one.given) for one in found.reviewers] == [("cy", 3), ("bob", 1)]
    assert [one.name for one in found.authors] == ["ada"]
    assert Counter({one.name: one.count for one in found.reviewers[0].verdicts}) == {"return": 3}


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"])
@pytest.mark.parametrize("looked", [datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)])
def test_figures_of_a_day_go_by_the_rules_of_that_day(name: str, looked: datetime) -> None:
    """And so does the filter that leads from a day's figure to its records."""
    begin = datetime(2026, 2, 1, 0, 15, tzinfo=UTC)
    times = [begin + timedelta(days=day, minutes=90 * part) for day in range(0, 300, 9) for part in range(16)]
    events = [revision(n, int((at - moment(0)).total_seconds())) for n, at in enumerate(times)]
    there = Counter(at.astimezone(ZoneInfo(name)).date().isoformat() for at in times)
    with zone(name):
        now = looked.astimezone(LOCAL)
        found = stats(*events, now=now)
        rows = [row_of(state, Viewer("nobody"), "retry") for state in Ledger(events).records]
        assert {day.start: day.begun for day in found.days if day.begun} == there
        for day in (day for day in found.days if day.begun):
            assert sum(parse(day.link).matches(row, now=now) for row in rows) == day.begun


def test_weeks_on_both_sides_of_a_change_of_clocks_begin_at_their_own_midnights() -> None:
    edge = datetime(2026, 10, 26, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)  # the Monday behind it
    second = int((edge - moment(0)).total_seconds())
    with zone("Europe/Berlin"):
        for now in (datetime(2026, 7, 1, tzinfo=LOCAL), datetime(2026, 12, 1, tzinfo=LOCAL)):
            found = stats(revision(1, second - 1), revision(2, second), now=now)
            assert [(week.start, week.begun) for week in found.weeks] == [
                ("2026-10-19", 1),
                ("2026-10-26", 1),
            ]
