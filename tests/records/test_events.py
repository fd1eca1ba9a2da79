"""The events: what they accept, how they are named, that a line gives them back."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.records.events import (
    EVENTS,
    Block,
    Effort,
    Place,
    Span,
    Waiver,
    canonical,
    event_line,
    make_comment,
    make_review,
    make_revision,
)
from tests.store.events import CODE, block, comment, moment, record_id, retraction, review, revision

TEXT = st.text(max_size=40)
ZONES = st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours)))
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=ZONES)
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)
_MANY = st.integers(0, 10**9)
EFFORTS = st.builds(Effort, active_seconds=_MANY, typed=_MANY, pasted=_MANY, rapid=_MANY, moved=_MANY)

REASONS = st.text(min_size=1, max_size=60).filter(lambda text: bool(text.strip()))
WAIVERS = st.dictionaries(st.from_regex(r"BS[0-9]{3}", fullmatch=True), REASONS, max_size=3).map(
    lambda given: [Waiver(code=code, reason=reason) for code, reason in given.items()]
)


def _span(code: str, **fields: Any) -> Span:
    digest = hashlib.sha256(code.encode()).hexdigest()
    base: dict[str, Any] = {
        "path": "a.rs",
        "start": 0,
        "end": len(code.encode()),
        "role": "main",
        "item": "a",
        "sha256": digest,
    }
    return Span(**(base | fields))


@given(TEXT, TEXT, TEXT.filter(len), TIMES, st.lists(HASHES, max_size=3), EFFORTS, WAIVERS)
def test_every_field_of_a_revision_comes_back(
    user: str, think: str, by: str, at: datetime, parents: list[str], effort: Effort, waivers: list[Waiver]
) -> None:
    event = make_revision(
        record=record_id(1),
        by=by,
        block=block(),
        user=user,
        think=think,
        parents=tuple(parents),
        effort=effort,
        waivers=waivers,
        at=at,
    )
    line = event_line(event)
    assert line.decode().splitlines() == [line.decode().removesuffix("\n")]
    back = EVENTS.validate_json(line)
    assert back == event
    assert (back.at, back.at.utcoffset()) == (at, timedelta(0))


@given(TEXT, TEXT.filter(len), TIMES, HASHES, st.sampled_from(["accept", "return", "reject"]))
def test_every_field_of_a_review_comes_back(
    note: str, by: str, at: datetime, name: str, verdict: Any
) -> None:
    place = Place(field="think", start=2, end=5)
    event = make_review(
        record=record_id(1), by=by, revision=name, verdict=verdict, note=note, place=place, at=at
    )
    assert EVENTS.validate_json(event_line(event)) == event


def test_the_name_of_an_event_is_what_the_documents_say() -> None:
    fields = json.loads(event_line(review(revision())))
    name = fields.pop("id")
    defaults = {"note": "", "place": None, "undoes": None}
    kept = {key: value for key, value in fields.items() if defaults.get(key, ...) != value}
    assert name == hashlib.sha256(canonical(kept)).hexdigest()


def test_names_never_change() -> None:
    # These stand in journals that exist. If this fails, every one of them would be read as damaged.
    first = revision()
    assert first.id == "26fdff9190b2384ce962258189eb1d03f12b44a48771229d6e4ce6a0393d5203"
    assert review(first).id == "ee6bd9730553e63ad166ecc5e604a645830c2a5931a3817338c2f2a0faf978b9"
    assert retraction((first,)).id == "2ca9192c5b9cdf1ce8d8552ffe0266920a7ca0fd037477794038c8b895e3c782"


def test_a_revision_without_waivers_is_a_line_that_an_older_backspan_reads() -> None:
    assert "waivers" not in json.loads(event_line(revision()))


def test_a_review_without_reading_time_is_a_line_that_an_older_backspan_reads() -> None:
    given = review(revision())
    assert "reading_seconds" not in json.loads(event_line(given))
    timed = make_review(
        record=given.record, by="bob", revision=given.revision, verdict="accept", reading_seconds=41
    )
    assert json.loads(event_line(timed))["reading_seconds"] == 41
    with pytest.raises(ValidationError, match="reading_seconds"):
        EVENTS.validate_json(event_line(timed).replace(b":41", b":-1"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"note": " \n"}, "the note is empty"),
        ({"note": "x" * 10_001}, "at most 10000 characters"),
        ({"comment": "no ulid"}, "String should match"),
        ({"about": "praise"}, "'note', 'flag' or 'answer'"),
        ({"answers": "a" * 64}, "an answer, and nothing else, names what it answers"),
        ({"about": "answer"}, "an answer, and nothing else, names what it answers"),
    ],
)
def test_a_comment_that_says_nothing_or_answers_nothing_is_refused(change: dict[str, str], said: str) -> None:
    asked = comment(revision())
    fields: dict[str, Any] = asked.model_dump(exclude={"id", "kind", "place"}) | change
    with pytest.raises(ValidationError, match=said):
        make_comment(**fields)


def test_a_flag_needs_no_words() -> None:
    flag = comment(revision(), "", about="flag")
    assert EVENTS.validate_json(event_line(flag)) == flag


@pytest.mark.parametrize(
    "waivers",
    [
        [{"code": "BS403", "reason": " \n"}],
        [{"code": "BS403", "reason": ""}],
        [{"code": "403", "reason": "the topic is about names"}],
        [{"code": "BS403", "reason": "one"}, {"code": "BS403", "reason": "two"}],
        [{"code": "BS501", "reason": "one"}, {"code": "BS403", "reason": "two"}],
    ],
)
def test_a_waiver_without_reason_or_a_code_said_twice_is_refused(waivers: list[dict[str, str]]) -> None:
    fields = json.loads(event_line(revision())) | {"waivers": waivers}
    with pytest.raises(ValidationError, match=r"waive|waivers\.0"):
        EVENTS.validate_json(json.dumps(fields))


def test_the_zone_of_a_time_does_not_change_a_name() -> None:
    there = moment(0).astimezone(timezone(timedelta(hours=5)))
    here = revision()
    same = make_revision(
        record=here.record, by=here.by, block=here.block, user=here.user, think=here.think, at=there
    )
    assert same.id == here.id


def test_a_time_that_is_not_given_is_now_in_whole_milliseconds() -> None:
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    event = make_review(record=record_id(1), by="a", revision="0" * 64, verdict="accept")
    assert before <= event.at <= datetime.now(UTC)
    assert event.at.microsecond % 1000 == 0


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"user": "other"}, "not the hash"),
        ({"id": "0" * 64}, "not the hash"),
        ({"mood": "good"}, "Extra inputs"),
        ({"kind": "claim"}, "does not match any of the expected tags"),
        ({"record": "1"}, "pattern"),
        ({"by": ""}, "at least 1"),
        ({"user": 7}, "valid string"),
        ({"at": "2026-01-31T12:00:00"}, "offset"),
        ({"at": "0001-01-01T00:00:00+23:00"}, "UTC cannot say"),
        ({"at": 5}, "must be a time"),
        ({"effort": {"typed": -1}}, "greater than or equal"),
        ({"parents": ["x"]}, "pattern"),
    ],
)
def test_a_line_that_was_changed_is_refused(change: dict[str, Any], why: str) -> None:
    fields = json.loads(event_line(revision())) | change
    with pytest.raises(ValidationError, match=why):
        EVENTS.validate_json(json.dumps(fields))


@pytest.mark.parametrize("field", ["user", "think", "by"])
def test_a_lone_surrogate_is_a_validation_error_and_no_crash(field: str) -> None:
    fields: dict[str, Any] = {"record": record_id(1), "by": "a", "block": block(), "user": "u", "think": "t"}
    with pytest.raises(ValidationError):
        make_revision(**(fields | {field: "\ud800"}))


def test_the_blocks_law() -> None:
    whole = Block(
        repository="r",
        commit=None,
        spans=(_span("use a;"), _span("fn é() {}", start=9, end=19, joint="\r\n\r\n")),
        text="use a;\r\n\r\nfn é() {}",
    )
    assert whole.spans[1].end - whole.spans[1].start == 10


@pytest.mark.parametrize(
    ("spans", "text", "why"),
    [
        ((_span("use a;"),), "use b;", "not the recorded ones"),
        ((_span("use a;"),), "use a;\n", "1 bytes that belong to no span"),
        ((_span("use a;"), _span("fn a() {}", joint="\n")), "use a; fn a() {}", "lacks the joint"),
        ((_span("a", joint=" "),), " a", "begin and end with a byte that is not blank"),
        ((_span("a\n"),), "a\n", "begin and end with a byte that is not blank"),
        ((_span("\ta"),), "\ta", "begin and end with a byte that is not blank"),
    ],
)
def test_a_block_that_breaks_its_law_is_refused(spans: tuple[Span, ...], text: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Block(repository="r", commit=None, spans=spans, text=text)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"start": 5, "end": 5}, "before it starts"),
        ({"start": -1}, "greater than or equal"),
        ({"joint": "//"}, "more than white space"),
        ({"joint": "\xa0"}, "more than white space"),
        ({"path": "../a.rs"}, "leaves the repository"),
        ({"path": "a/../../b"}, "leaves the repository"),
        ({"path": "/etc/passwd"}, "leaves the repository"),
        ({"path": "a\0b"}, "leaves the repository"),
        ({"role": "star"}, "main"),
        ({"sha256": "0"}, "pattern"),
    ],
)
def test_a_span_that_cannot_be_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        _span(CODE, **fields)
