"""Any event, with every field it can have; and topics' worth of events that speak of each other."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone
from typing import get_args

from hypothesis import strategies as st

from app.records.events import (
    About,
    Block,
    Comment,
    Effort,
    Part,
    Place,
    Review,
    Role,
    Span,
    TopicEvent,
    Verdict,
    Waiver,
    make_closing,
    make_comment,
    make_retraction,
    make_review,
    make_revision,
    make_skip,
)
from app.records.history.light import Event
from tests.store.events import moment, record_id

texts = st.text(max_size=60)
"""Anything UTF-8 can say, NUL and line separators included."""
names = st.text(min_size=1, max_size=20)
hashes = st.binary(max_size=4).map(lambda data: hashlib.sha256(data).hexdigest())
objects = st.binary(max_size=2).map(lambda data: hashlib.sha1(data).hexdigest()) | hashes
whole = st.integers(0, 2**40)
ulids = st.integers(0, 2**28).map(record_id)
moments = st.datetimes(
    datetime(1970, 1, 2),
    datetime(2200, 12, 1),
    timezones=st.integers(-1400, 1400).map(
        lambda minutes: timezone(timedelta(minutes=minutes * 1439 // 1400))
    ),
)
_ends = st.characters(codec="utf-8", exclude_characters=" \t\r\n\f\v")


@st.composite
def blocks(draw: st.DrawFn) -> Block:
    """A block of one to three spans that keeps the law."""
    spans: list[Span] = []
    parts: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        joint = draw(st.text(" \t\n\r\f\v", max_size=4)) if number else ""
        piece = draw(_ends) + draw(st.text(max_size=12)) + draw(_ends)
        start = draw(whole)
        data = piece.encode("utf-8")
        spans.append(
            Span(
                path=draw(
                    st.text("abc/é \u2028", min_size=1, max_size=9).filter(lambda path: path[0] != "/")
                ),
                start=start,
                end=start + len(data),
                role=draw(st.sampled_from(get_args(Role))),
                item=draw(texts),
                sha256=hashlib.sha256(data).hexdigest(),
                part=draw(st.sampled_from(get_args(Part))),
                joint=joint,
                blob=draw(st.none() | objects),
            )
        )
        parts += [joint, piece]
    return Block(
        repository=draw(names),
        commit=draw(st.none() | objects),
        licence=draw(st.none() | texts),
        spans=tuple(spans),
        text="".join(parts),
    )


waivers = st.builds(
    Waiver,
    code=st.sampled_from(["BS403", "BS501"]),
    reason=names.filter(lambda reason: bool(reason.strip())),
)
revisions = st.builds(
    make_revision,
    record=st.integers(0, 2**28).map(record_id),
    by=names,
    block=blocks(),
    user=texts,
    think=texts,
    parents=st.lists(hashes, max_size=3).map(tuple),
    effort=st.none()
    | st.builds(Effort, active_seconds=whole, typed=whole, pasted=whole, rapid=whole, moved=whole),
    origin=st.none() | hashes,
    waivers=st.lists(waivers, max_size=2, unique_by=lambda waiver: waiver.code),
    undoes=st.none() | hashes,
    act=st.none() | ulids,
    at=moments,
)
places = st.builds(Place, field=st.sampled_from(["user", "think", "block"]), start=whole, end=whole)
reviews = st.builds(
    make_review,
    record=st.integers(0, 2**28).map(record_id),
    by=names,
    revision=hashes,
    verdict=st.sampled_from(get_args(Verdict)),
    note=texts,
    place=st.none() | places,
    reading_seconds=whole,
    undoes=st.none() | hashes,
    act=st.none() | ulids,
    at=moments,
)
retractions = st.builds(
    make_retraction,
    record=st.integers(0, 2**28).map(record_id),
    by=names,
    parents=st.lists(hashes, min_size=1, max_size=3).map(tuple),
    note=texts,
    undoes=st.none() | hashes,
    act=st.none() | ulids,
    at=moments,
)
skips = st.builds(
    make_skip,
    record=st.integers(0, 2**28).map(record_id),
    by=names,
    repository=names,
    commit=st.none() | objects,
    path=st.text("abc/é \u2028", min_size=1, max_size=9).filter(lambda path: path[0] != "/"),
    item=names,
    sha256=hashes,
    reason=names.filter(lambda reason: bool(reason.strip())),
    withdrawn=st.booleans(),
    undoes=st.none() | hashes,
    act=st.none() | ulids,
    at=moments,
)
closings = st.builds(
    make_closing,
    record=st.integers(0, 2**28).map(record_id),
    by=names,
    records=st.integers(0, 10**9),
    reason=names.filter(lambda reason: bool(reason.strip())),
    withdrawn=st.booleans(),
    undoes=st.none() | hashes,
    act=st.none() | ulids,
    at=moments,
)


@st.composite
def _comments(draw: st.DrawFn) -> Comment:
    about = draw(st.sampled_from(get_args(About)))
    return make_comment(
        record=record_id(draw(st.integers(0, 2**28))),
        by=draw(names),
        comment=record_id(draw(st.integers(0, 2**28))),
        revision=draw(hashes),
        about=about,
        note=draw(texts.filter(lambda note: about != "note" or bool(note.strip()))),
        place=draw(st.none() | places),
        answers=draw(hashes) if about == "answer" else None,
        withdrawn=draw(st.booleans()),
        undoes=draw(st.none() | hashes),
        act=draw(st.none() | ulids),
        at=draw(moments),
    )


comments = _comments()
events: st.SearchStrategy[Event] = st.one_of(revisions, reviews, retractions, skips, closings, comments)


@st.composite
def topics(draw: st.DrawFn) -> list[Event]:
    """Events of a few records that replace, judge, withdraw and undo each other; some speak of what is not here.

    Skips are among them, some of which share their id with a record, as no honest one does; and comments, some of
    which share their own id with one of another record.
    """
    known: dict[int, list[Event]] = {}
    found: list[Event] = []
    for _ in range(draw(st.integers(0, 12))):
        record = draw(st.integers(1, 3))
        before = known.setdefault(record, [])
        heads = [event.id for event in before if not isinstance(event, Review | TopicEvent | Comment)] + [
            "f" * 64
        ]
        by, at = draw(st.sampled_from(["ada", "bob", "cy"])), moment(draw(st.integers(0, 5)))
        undoes = draw(st.none() | st.sampled_from([event.id for event in before])) if before else None
        kind = draw(
            st.sampled_from(
                ["revision", "revision", "review", "review", "retract", "skip", "close", "comment"]
            )
        )
        event: Event
        if kind == "revision":
            start = draw(st.integers(0, 3))
            event = make_revision(
                record=record_id(record),
                by=by,
                block=_block(start, draw(st.sampled_from(["src/a.rs", "src/b.rs"]))),
                user=draw(st.sampled_from(["a", "b", "c"])),
                think="because",
                parents=tuple(draw(st.lists(st.sampled_from(heads), max_size=2, unique=True))),
                origin=draw(st.none() | st.just("e" * 64)),
                undoes=undoes,
                at=at,
            )
        elif kind == "review":
            verdict = draw(st.sampled_from(get_args(Verdict)))
            of = draw(st.sampled_from(heads))
            event = make_review(
                record=record_id(record), by=by, revision=of, verdict=verdict, undoes=undoes, at=at
            )
        elif kind == "skip":
            event = make_skip(
                record=record_id(record),
                by=by,
                repository="https://example.org/a",
                commit="a" * 40,
                path="src/a.rs",
                item="go",
                sha256="b" * 64,
                reason=draw(st.sampled_from(["trivial", "another topic"])),
                withdrawn=draw(st.booleans()),
                undoes=undoes,
                at=at,
            )
        elif kind == "close":
            event = make_closing(
                record=record_id(record + 20),
                by=by,
                records=3,
                reason=draw(st.sampled_from(["it is small", "the rest is tests"])),
                withdrawn=draw(st.booleans()),
                undoes=undoes,
                at=at,
            )
        elif kind == "comment":
            answers = draw(st.none() | st.sampled_from([event.id for event in before])) if before else None
            event = make_comment(
                record=record_id(record),
                by=by,
                comment=record_id(draw(st.integers(8, 9))),
                revision=draw(st.sampled_from(heads)),
                about="flag" if answers is None else "answer",
                answers=answers,
                withdrawn=draw(st.booleans()),
                undoes=undoes,
                at=at,
            )
        else:
            of_these = tuple(draw(st.lists(st.sampled_from(heads), min_size=1, max_size=2, unique=True)))
            event = make_retraction(record=record_id(record), by=by, parents=of_these, undoes=undoes, at=at)
        before.append(event)
        found.append(event)
    return found


def _block(start: int, path: str) -> Block:
    data = b"fn go() {}"
    span = Span(
        path=path,
        start=start,
        end=start + len(data),
        role="main",
        item="go",
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return Block(repository="https://example.org/a", commit="a" * 40, spans=(span,), text=data.decode())
