"""The way from a figure to the records behind it: an expression of the filter language (`docs/filters.md`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.records.filters.language import Filter, Term, all_of
from app.records.filters.words import phrase


def where(
    *,
    topic: str = "",
    status: str = "",
    author: str = "",
    reviewer: str = "",
    verdict: str = "",
    finding: str = "",
    path: str = "",
    crate: str = "",
    text: str = "",
    record: Iterable[str] = (),
    after: date | None = None,
    before: date | None = None,
) -> str:
    """The expression that all these must hold of a record; empty arguments say nothing.

    Of the ids in `record` one must hold. `after` is the first day that counts, `before` the first that does not. A
    `text` without a letter or digit cannot be sought, so that nothing is said of it.
    """
    told: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("topic", _one(topic)),
        ("status", _one(status)),
        ("author", _one(author)),
        ("reviewer", _one(reviewer)),
        ("verdict", _one(verdict)),
        ("finding", _one(finding)),
        ("path", _one(path)),
        ("crate", _one(crate)),
        ("record", tuple(record)),
        ("after", _one(after.isoformat() if after else "")),
        ("before", _one(before.isoformat() if before else "")),
        ("text", _one(text if phrase(text) else "")),
    )
    return str(Filter(all_of([Term(field, values) for field, values in told if values])))


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
