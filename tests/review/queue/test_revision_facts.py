"""What a revision tells of itself to filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import StoreError
from app.records.events import Effort, make_revision
from app.records.filters.language import parse
from app.records.filters.matching import RowColumns
from app.records.filters.rows import Views
from app.records.finding import Finding, Severity
from app.records.history.ledger import Ledger
from app.records.history.viewpoint import Viewer
from app.review.queue.revision_facts import crates_of, facts_of, fetch_from, text_of
from app.review.queue.text_index import TextIndex
from app.store.journal.store import JournalStore
from tests.records.filters.rows import NOW
from tests.store.events import block, review, revision

CODE = """use std::time::Duration;
pub(crate) use tokio::{select, time};
    use ::tracing::warn;
use crate::own; use self::x;
extern crate serde;
// used tokens: use of none
fn pause() {}"""


def finding(code: str, severity: Severity, waived: str = "") -> Finding:
    return Finding(code, severity, "user", None, None, "", "", waived)


def test_crates_are_what_the_code_brings_in_and_the_reasoning_names() -> None:
    told = revision(code=CODE, think="I take `tower-http`, and no reqwests.")
    assert crates_of(told, ["tower_http", "reqwest", "tokio", ""]) == (
        "serde",
        "std",
        "tokio",
        "tower_http",
        "tracing",
    )


def test_facts_leave_out_what_was_waived() -> None:
    told = make_revision(
        record=revision().record,
        by="ada",
        block=block(),
        user="a",
        think="b",
        effort=Effort(typed=30, pasted=90),
    )
    found = [
        finding("BS409", "error"),
        finding("BS409", "error"),
        finding("BS502", "warning"),
        finding("BS503", "error", "it is so"),
    ]
    facts = facts_of(told, found, near=2)
    assert (facts.codes, facts.errors, facts.warnings) == (("BS409", "BS502"), 2, 1)
    assert (facts.pasted, facts.near, facts.crates) == (75, 2, ())
    assert facts_of(revision()).pasted == 0


def test_from_a_journal_to_what_a_filter_means(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    one, other = revision(1, think="A thundering herd, because."), revision(2, user="Part the herd.")
    store.append("practice", [one, other, review(one, "accept", 5)])
    ledger, index, columns = Ledger(store.survey("practice").entries), TextIndex(tmp_path), RowColumns()
    rows = Views("practice", Viewer("ada")).rows(ledger.records)
    columns.take(rows)
    index.take([name for row in rows for name in row.texts], fetch_from(store, "practice"))
    picked = {
        typed: [row.record for row in columns.select(parse(typed), NOW, index)]
        for typed in ("herd", '"thundering herd"', "herd -status:accepted", "herd verdict:accept", "fn pause")
    }
    assert picked == {
        "herd": [one.record, other.record],
        '"thundering herd"': [one.record],
        "herd -status:accepted": [other.record],
        "herd verdict:accept": [one.record],
        "fn pause": [one.record, other.record],
    }
    assert columns.select(parse("herd"), NOW, index)[0] is rows[0]
    index.close()


def test_only_a_revision_has_a_text(tmp_path: Path) -> None:
    store = JournalStore(tmp_path)
    text = revision()
    given = review(text)
    store.append("practice", [text, given])
    fetch = fetch_from(store, "practice")
    assert fetch(text.id) == text_of(text)
    for name in (given.id, "f" * 64):
        with pytest.raises(StoreError):
            fetch(name)
