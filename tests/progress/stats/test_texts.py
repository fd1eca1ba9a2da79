"""Texts as numbers: words, crates and openings as the checks mean them, and what writing took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.checks import crates_met
from app.checks.reading import words_of
from app.progress.stats.texts import Measure, TextRow, Took, text_stats
from app.records.filters.language import parse
from tests.store.events import moment, record_id

CRATES = ("tokio", "tokio-util", "serde_json", "r2d2")
PIECES = st.sampled_from(
    (*CRATES, "tokio_util", "Serde-JSON", "tokios", "-", "_", " ", "`", "don't", "ß", "\n", "é")
)
PROSE = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=80)


def row(
    number: int = 1,
    user: str = "",
    think: str = "",
    block: str = "x",
    effort: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0),
) -> TextRow:
    texts = (user, think, block)
    made = Measure(CRATES, 3).row(
        record_id(number), f"r{number}", "ada", moment(number * 86_400), texts, Took(*effort)
    )
    assert isinstance(made, TextRow)
    return made


@given(PROSE, PROSE)
def test_words_and_crates_are_what_the_checks_mean(user: str, think: str) -> None:
    found = row(user=user, think=think)
    assert found.request_words == len(words_of(user))
    assert found.think_words == len(words_of(think))
    assert set(found.crates) == {crate for crate, met in crates_met(think, CRATES).items() if met}
    first = [word.text for word in words_of(user)[:3]]
    assert found.request_opening == (" ".join(first) if len(first) == 3 else "")


def test_a_block_has_as_many_lines_as_people_count() -> None:
    assert row(block="a\nb\nc").block_lines == 3
    assert row(block="").block_lines == 0


def test_openings_that_recur_lead_to_the_texts_that_have_them() -> None:
    rows = [
        row(n, user=text)
        for n, text in enumerate(("Let callers WAIT here", "let callers wait there", "Once"))
    ]
    found = text_stats("retry", rows, {"r0", "r1", "r2"})
    (shared,) = found.request_openings
    assert (shared.name, shared.count) == ("let callers wait", 2)
    assert str(parse(shared.link)) == shared.link


def test_only_what_records_say_now_is_measured_but_all_work_is() -> None:
    rows = [
        row(1, "one two", effort=(60, 100, 0, 0, 30)),
        row(2, "one two three four", effort=(120, 40, 50, 10, 0)),
        row(3),
    ]
    found = text_stats("retry", rows, {"r2"}, CRATES)
    assert (found.records, found.request.spread.median) == (1, 4)
    assert sum(week.revisions for week in found.effort) == 2
    assert sum(week.active_seconds for week in found.effort) == 180
    assert found.seconds.median == 90
    assert (sum(week.rapid for week in found.effort), sum(week.moved for week in found.effort)) == (10, 30)
    assert found.pasted_share == 0.25
    assert {one.name: one.count for one in found.crates} == dict.fromkeys(CRATES, 0)


def test_where_nothing_was_counted_nothing_is_said_of_it() -> None:
    found = text_stats("retry", [row(1)], {"r1"})
    assert (found.effort, found.seconds.count, found.pasted_share) == ((), 0, None)
    assert found.as_json()["active_seconds"] is None


def test_weeks_go_by_the_persons_clock() -> None:
    sunday = row(1, effort=(1, 1, 1, 0, 0))  # 12:00 UTC on Sunday 1 February
    assert text_stats("t", [sunday], ()).effort[0].start == "2026-01-26"
    assert text_stats("t", [sunday], (), zone=timezone(timedelta(hours=13))).effort[0].start == "2026-02-02"


def test_weeks_of_effort_go_by_the_rules_of_their_own_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for monday, hour in ((8, 22), (1, 22)):  # of June, when it is two hours ahead of UTC
        at = datetime(2026, 6, monday, tzinfo=berlin).astimezone(UTC)
        assert at.hour == hour
        one = replace(row(1, effort=(1, 1, 1, 0, 0)), at=at)
        assert text_stats("t", [one], (), zone=berlin).effort[0].start == f"2026-06-{monday:02}"
    winter = replace(row(1, effort=(1, 1, 1, 0, 0)), at=datetime(2026, 1, 11, 22, 30, tzinfo=UTC))
    assert text_stats("t", [winter], (), zone=berlin).effort[0].start == "2026-01-05"
