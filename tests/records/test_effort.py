"""What the writing took, added up: over changes, over revisions, over a save that others were typing behind."""

from __future__ import annotations

import json

import pytest

from app.records.draft import new_draft
from app.records.events import Effort, Revision, event_line, make_revision
from app.records.prose import Characters
from tests.store.events import block, record_id


def revision(effort: Effort) -> Revision:
    return make_revision(
        record=record_id(1), by="ada", block=block(), user="Ask.", think="So.", effort=effort
    )


@pytest.mark.parametrize(
    ("had", "took", "has"),
    [
        (Effort(), Characters(3, 4, 5, 6), Effort(typed=3, pasted=4, rapid=5, moved=6)),
        (
            Effort(active_seconds=7, typed=200),
            Characters(-121, 0, 122),
            Effort(active_seconds=7, typed=79, rapid=122),
        ),
        (Effort(typed=21), Characters(-121, 0, 122), Effort(rapid=22)),
    ],
    ids=["more of each", "found to be too fast", "found to be too fast after a save"],
)
def test_a_change_is_added(had: Effort, took: Characters, has: Effort) -> None:
    assert had.with_characters(took) == has


def test_what_was_typed_behind_a_save_counts_for_the_next() -> None:
    sent = new_draft("retry", "ada").write("user", "Cap", Characters(typed=3)).spend(20)
    now = sent.write("user", "Cap it.", Characters(typed=4)).spend(2)
    assert now.saved_as("0" * 64, sent.effort).effort == Effort(active_seconds=2, typed=4)
    assert sent.saved_as("0" * 64, sent.effort).effort == Effort()


def test_efforts_are_added() -> None:
    assert Effort(typed=1, moved=2).plus(Effort(typed=3, rapid=4)) == Effort(typed=4, moved=2, rapid=4)


def test_what_came_later_is_written_only_where_it_says_something() -> None:
    """A line of before keeps its bytes, and its id."""
    plain, more = revision(Effort(typed=3)), revision(Effort(typed=3, rapid=2))
    assert json.loads(event_line(plain))["effort"] == {"active_seconds": 0, "typed": 3, "pasted": 0}
    assert json.loads(event_line(more))["effort"] == {
        "active_seconds": 0,
        "typed": 3,
        "pasted": 0,
        "rapid": 2,
    }
    assert new_draft("retry", "ada").payload()["effort"] == {"active_seconds": 0, "typed": 0, "pasted": 0}
