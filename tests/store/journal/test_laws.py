"""Laws of the journal: order and repetition mean nothing, every field comes back, any bytes open."""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from app.records.events import (
    EVENTS,
    Block,
    Comment,
    Effort,
    Place,
    Retraction,
    Review,
    Revision,
    Skip,
    Span,
    event_line,
)
from app.records.history.ledger import STATUSES, Ledger
from app.records.history.light import Event
from app.store.journal import track
from app.store.journal.lines import read_line
from app.store.journal.store import JournalStore
from tests.answers import answered
from tests.store import strategies as our
from tests.store.events import record_id, revision

# Order and repetition.


def told(ledger: Ledger) -> object:
    """All that a ledger says, by ids."""
    return (
        [
            (
                state.record,
                state.status,
                [event.id for event in state.heads],
                [event.id for event in state.revisions],
                state.revision and state.revision.id,
                [event.id for event in state.verdicts],
                [event.id for event in state.history],
                state.parents,
            )
            for state in ledger.records
        ],
        ledger.counts(),
        {path: list(spans) for path, spans in ledger.covered().items()},
        {path: list(spans) for path, spans in ledger.covered(frozenset()).items()},
        [event.id for event in ledger.strays],
        [event.id for event in ledger.skips.events],
        [event.id for event in ledger.skips.current],
        [event.id for event in ledger.comments.events],
        [
            ([event.id for event in ledger.comments.of(record)], sorted(answered(ledger, record)))
            for record in map(record_id, range(1, 4))
        ],
        [[event.id for event in ledger.comments.named(record_id(number))] for number in (8, 9)],
    )


@given(our.topics(), st.integers(1, 2), st.randoms(use_true_random=False))
def test_what_events_amount_to_does_not_depend_on_their_order_or_repetition(
    events: list[Event], needed: int, dice: random.Random
) -> None:
    other = events + dice.choices(events, k=4) if events else []
    dice.shuffle(other)
    assert told(Ledger(other, needed)) == told(Ledger(events, needed))


@given(our.topics(), st.randoms(use_true_random=False))
def test_nor_on_being_asked_in_between(events: list[Event], dice: random.Random) -> None:
    """Whatever a ledger keeps of an earlier answer gives way to what came since."""
    other = [*events, *events]
    dice.shuffle(other)
    ledger = Ledger()
    at = 0
    while at < len(other):
        step = dice.randint(1, 4)
        ledger.add(other[at : at + step])
        at += step
        told(ledger)
    assert told(ledger) == told(Ledger(events))


@given(our.topics())
def test_every_record_has_one_status_and_every_event_is_in_one_history(events: list[Event]) -> None:
    ledger = Ledger(events)
    assert sum(ledger.counts().values()) == len(ledger.records)
    assert {state.status for state in ledger.records} <= set(STATUSES)
    histories = [event.id for state in ledger.records for event in state.history]
    others = [event.id for event in (*ledger.strays, *ledger.skips.events, *ledger.comments.events)]
    assert sorted([*histories, *others]) == sorted({e.id for e in events})


# Every field.


@given(our.events)
def test_an_event_comes_back_from_its_line_as_it_was(event: Event) -> None:
    line = event_line(event)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert not {"\x85", "\u2028", "\u2029"} & set(line.decode("utf-8"))
    assert read_line(line, 1) == event == EVENTS.validate_json(line)
    assert event_line(EVENTS.validate_json(line)) == line


MODELS: tuple[type[BaseModel], ...] = (
    Revision,
    Review,
    Retraction,
    Skip,
    Comment,
    Block,
    Span,
    Effort,
    Place,
)


@functools.cache
def seen_apart_from_defaults() -> dict[type[BaseModel], set[str]]:
    """Of each model, the fields that the law's events give something else than their default."""
    seen: dict[type[BaseModel], set[str]] = {model: set() for model in MODELS}

    @settings(max_examples=800, database=None, derandomize=True)
    @given(our.events)
    def look(event: Event) -> None:
        todo: list[object] = [event]
        while todo:
            value = todo.pop()
            if isinstance(value, tuple):
                todo.extend(value)
            elif isinstance(value, BaseModel):
                todo.extend(getattr(value, name) for name in type(value).model_fields)
                for model in MODELS:
                    if isinstance(value, model):
                        seen[model].update(_other_than_default(value, model))

    look()
    return seen


def _other_than_default(value: BaseModel, model: type[BaseModel]) -> Iterator[str]:
    for name, info in model.model_fields.items():
        if info.is_required() or getattr(value, name) != info.get_default(call_default_factory=True):
            yield name


@pytest.mark.parametrize("model", MODELS)
def test_no_field_of_any_model_stays_at_its_default_in_that_law(model: type[BaseModel]) -> None:
    """Else a field that is added one day would pass unseen."""
    assert seen_apart_from_defaults()[model] == set(model.model_fields)


# Any bytes.

GOOD = [revision(number, user=f"Write {number} \u2028 Wörter.") for number in range(1, 6)]
Chunk = tuple[bytes, Event | None]
"""A line without its end, and the event it must be read as, if any."""


def _spoilt(event: Event, at: int, put: bytes) -> bytes:
    line = event_line(event)[:-1]
    at %= len(line)
    return (line[:at] + put + line[at + len(put) + 1 :]).replace(b"\n", b" ")


good = st.sampled_from(GOOD).map(lambda event: (event_line(event)[:-1], event))
odd: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=60),
    st.builds(_spoilt, st.sampled_from(GOOD), st.integers(0, 5000), st.binary(min_size=1, max_size=3)),
    st.sampled_from(GOOD).flatmap(
        lambda event: st.integers(1, len(event_line(event)) - 3).map(lambda n: event_line(event)[:n])
    ),
    st.sampled_from([b"[", b'{"a":', b'{"kind":"revision","block":']).map(lambda opening: opening * 3000),
    st.sampled_from(
        [b"1e999999", b"-0", b"9" * 5000, b'{"kind":1e400}', b"NaN", b"Infinity", b'"\\ud800"', b"\0" * 99]
    ),
    st.sampled_from([b"x" * 70_000, b'"' + b"\xc3" * 40_000, b'{"id":"' + b"0" * 100_000]),
    st.sampled_from(
        [b"\xef\xbb\xbf", b"\xff\xfe{}", b"\xed\xa0\x80", b"<<<<<<< HEAD", b"{}", b"null", b"[]"]
    ),
    st.sampled_from(GOOD).map(lambda event: event_line(event)[:-1] * 2),
    st.sampled_from(GOOD).map(
        lambda event: event_line(event)[:-1].replace(
            b'"effort":{', b'"effort":{"typed":' + b"9" * 400 + b',"x":'
        )
    ),
).map(lambda data: data.replace(b"\n", b" "))
chunks: st.SearchStrategy[Chunk] = st.one_of(good, odd.map(lambda data: (data, None)))
ends = st.sampled_from([b"\n", b"\n", b"\r\n", b" \n", b"\n\n"])


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def ids(events: Sequence[Event]) -> list[str]:
    return [event.id for event in events]


@settings(deadline=None)
@given(
    st.lists(st.tuples(chunks, ends), max_size=8),
    st.sampled_from([b"", b"", b"\xef\xbb\xbf"]),
    st.booleans(),
    st.booleans(),
)
def test_a_journal_of_any_bytes_opens_and_every_valid_line_in_it_is_read(
    lines: list[tuple[Chunk, bytes]], mark: bytes, ended: bool, light: bool
) -> None:
    data = mark + b"".join(chunk[0] + end for chunk, end in lines)
    if not ended:
        data = data[:-1]
    valid = [chunk[1] for chunk, _ in lines if chunk[1] is not None]
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(track, "STRICT_AT_ONCE", 0 if light else track.STRICT_AT_ONCE)
        folder = Path(name)
        (folder / "retry.jsonl").write_bytes(data)
        before = contents(folder)

        reading = JournalStore(folder).read("retry")
        known = {event.id: event for event in GOOD}
        # What was spoilt may, by chance, still say what it said; it never says anything else.
        assert all(known[event.id] == event for event in reading.events)
        assert _in_order(ids(valid), ids(reading.events))
        assert all(damage.reason.isprintable() for damage in reading.damaged)

        store = JournalStore(folder)
        survey = store.survey("retry")
        assert set(ids(reading.events)) <= {entry.id for entry in survey.entries}
        store.verify("retry")
        proven = store.survey("retry")
        assert [entry.id for entry in proven.entries] == ids(reading.events)
        assert proven.damaged == reading.damaged
        assert all(store.fetch("retry", event.id) == event for event in reading.events)
        Ledger(proven.entries).counts()
        assert contents(folder) == before


def _in_order(some: list[str], of: list[str]) -> bool:
    rest = iter(of)
    return all(name in rest for name in some)
