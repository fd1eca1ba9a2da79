"""Rows to filter, and any filter there can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.records.check_codes import CODES
from app.records.filters.fields import FIELDS, STATUSES
from app.records.filters.language import Filter, Node, Term, all_of, any_of, negate
from app.records.filters.row import Facts, Row
from app.records.filters.words import phrase

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

_words = st.sampled_from(
    ["retry", "Re", "tokio::spawn", "straße", "thundering herd", "né", "a_b", "漢字", "x\ny"]
)
texts = st.lists(_words, max_size=6).map(" ".join) | st.text(max_size=12)
_names = st.sampled_from(["ada", "Ada", "cleo", "Ben Öhm", "a*", "-", "or"]) | st.text(min_size=1, max_size=5)
_statuses = st.sampled_from(STATUSES)
_codes = st.sampled_from([*CODES, "BS", "BS4"])
_verdicts = st.sampled_from(["accept", "return", "reject"])
_dates = st.sampled_from(["2026-11-01", "2026-11", "today", "yesterday", "3d", "2w", "36h", "1y"])
_patterns = st.sampled_from(["Re*try", "*", "spawn", "a*b*c", "::run", ":", "-or", "a,b"]) | st.text(
    min_size=1, max_size=6
)
_values = {
    "status": _statuses,
    "verdict": _verdicts,
    "finding": _codes | st.sampled_from(["error", "warning", "*"]),
    "after": _dates,
    "before": _dates,
    "text": (_words | st.text(min_size=1, max_size=6)).filter(lambda text: bool(phrase(text))),
    "author": _names,
    "reviewer": _names,
    "crate": _names,
    "topic": _names,
}


@st.composite
def terms(draw: st.DrawFn) -> Node:
    """One field with one value or, where it takes a list, several."""
    field = draw(st.sampled_from(list(FIELDS)))
    most = 1 if FIELDS[field].single else 3
    values = draw(st.lists(_values.get(field, _patterns), min_size=1, max_size=most, unique=True))
    return Term(field, tuple(values))


nodes: st.SearchStrategy[Node] = st.recursive(
    terms(),
    lambda part: (
        st.lists(part, min_size=1, max_size=3).map(all_of)
        | st.lists(part, min_size=1, max_size=3).map(any_of)
        | part.map(negate)
    ),
    max_leaves=8,
)
filters = st.just(Filter()) | nodes.map(Filter)

rows = st.builds(
    Row,
    record=st.integers(0, 999).map(lambda number: f"01J0{number:03}"),
    topic=_names,
    status=_statuses,
    by=_names,
    at=st.integers(0, 800).map(lambda days: NOW - timedelta(days=days, hours=3)),
    title=texts,
    path=texts,
    opening=texts,
    reviewers=st.lists(st.tuples(_names, _verdicts), max_size=2).map(tuple),
    facts=st.builds(
        Facts,
        codes=st.lists(st.sampled_from(CODES), max_size=2).map(tuple),
        errors=st.integers(0, 1),
        warnings=st.integers(0, 1),
        crates=st.lists(_names, max_size=2).map(tuple),
    ),
)
