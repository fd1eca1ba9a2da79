"""Events to test with: small blocks of our own Rust, times that count up."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

from app.records.events import (
    About,
    Block,
    Comment,
    Retraction,
    Review,
    Revision,
    Span,
    Verdict,
    content_id,
    make_comment,
    make_retraction,
    make_review,
    make_revision,
)
from app.records.history.light import Event

_ULID = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = "fn pause() -> u64 {\n    7\n}"


def record_id(number: int) -> str:
    """The id of the record with this number; higher numbers sort later."""
    digits = ""
    for _ in range(6):
        number, digit = divmod(number, 32)
        digits = _ULID[digit] + digits
    return "01J00000000000000000" + digits


def moment(second: int) -> datetime:
    """A time, so many seconds after a fixed one."""
    return datetime(2026, 1, 31, 12, tzinfo=UTC) + timedelta(seconds=second)


def block(code: str = CODE, path: str = "src/a.rs", start: int = 0) -> Block:
    """A block of one span."""
    data = code.encode("utf-8")
    digest = hashlib.sha256(data).hexdigest()
    span = Span(path=path, start=start, end=start + len(data), role="main", item="pause", sha256=digest)
    return Block(repository="https://example.org/a", commit="a" * 40, spans=(span,), text=code)


def revision(
    record: int = 1,
    second: int = 0,
    parents: tuple[Revision | Retraction, ...] = (),
    by: str = "ada",
    user: str = "Write a pause.",
    think: str = "A pause is a number, because tokio wants one.",
    code: str = CODE,
) -> Revision:
    """A revision of the record with this number."""
    return make_revision(
        record=record_id(record),
        by=by,
        block=block(code),
        user=user,
        think=think,
        parents=tuple(parent.id for parent in parents),
        at=moment(second),
    )


def review(of: Revision, verdict: Verdict = "accept", second: int = 0, by: str = "bob") -> Review:
    """A verdict on a revision."""
    return make_review(record=of.record, by=by, revision=of.id, verdict=verdict, at=moment(second))


def retraction(of: tuple[Revision | Retraction, ...], second: int = 0, by: str = "ada") -> Retraction:
    """A withdrawal."""
    return make_retraction(
        record=of[0].record, by=by, parents=tuple(event.id for event in of), at=moment(second)
    )


def comment(
    of: Revision,
    note: str = "Why seven?",
    second: int = 0,
    by: str = "bob",
    number: int = 9001,
    about: About = "note",
    answers: str | None = None,
    withdrawn: bool = False,
) -> Comment:
    """Something said about a revision; `number` is the comment's own."""
    return make_comment(
        record=of.record,
        by=by,
        comment=record_id(number),
        revision=of.id,
        about=about,
        note=note,
        answers=answers,
        withdrawn=withdrawn,
        at=moment(second),
    )


def altered(event: Event, **fields: object) -> bytes:
    """The line of an event with other fields and the id that belongs to them, valid or not."""
    kept = event.model_dump(mode="json", exclude={"id"}, exclude_defaults=True) | fields
    whole = event.model_dump(mode="json") | fields | {"id": content_id(kept)}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8") + b"\n"
