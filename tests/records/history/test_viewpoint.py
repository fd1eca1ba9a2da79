"""A topic's records as one person may see them: what `viewpoint` leaves of each, worked out once."""

from __future__ import annotations

from app.records.events import Comment, Review
from app.records.history.ledger import Ledger
from app.records.history.viewpoint import SeenRecords, Viewer, viewpoint, visible
from tests.store.events import comment, record_id, review, revision

TEXT, OWN = revision(1), revision(2, second=1, by="cleo")
REJECTED = review(TEXT, "reject", 9, "bob")


def test_a_hidden_verdict_is_left_out_until_one_has_given_ones_own() -> None:
    ledger = Ledger([TEXT, OWN, REJECTED])
    blind = SeenRecords(Viewer("cleo", blind=True))
    assert [state.status for state in ledger.records] == ["rejected", "submitted"]
    assert [state.status for state in blind.states(ledger.records)] == ["submitted", "submitted"]
    ledger.add([review(TEXT, "accept", 10, "cleo")])
    assert [state.status for state in blind.states(ledger.records)] == ["rejected", "submitted"]


def test_a_record_that_stays_the_same_is_the_same_object_and_one_that_changed_another() -> None:
    ledger = Ledger([TEXT, OWN, REJECTED])
    blind = SeenRecords(Viewer("cleo", blind=True))
    first, second = blind.states(ledger.records)
    ledger.add([review(OWN, "return", 11, "bob")])
    assert [
        state is old for state, old in zip(blind.states(ledger.records), (first, second), strict=True)
    ] == [
        True,
        False,
    ]
    state = ledger.get(record_id(2))
    assert state is not None
    assert blind.state(state).events == viewpoint(state, blind.viewer).events


def test_where_nobody_is_blind_nothing_is_gone_through() -> None:
    records = Ledger([TEXT, REJECTED]).records
    assert SeenRecords(Viewer("cleo")).states(records) is records


def test_a_comment_is_open_to_whoever_judged_the_text_that_it_speaks_of() -> None:
    better = revision(1, second=2, parents=(TEXT,), user="Better.")
    of_first, of_better = comment(TEXT, second=3, by="bob"), comment(better, second=4, by="bob", number=9002)
    own = comment(TEXT, second=5, by="cleo", number=9003)

    def seen(*verdicts: Review) -> tuple[Comment, ...]:
        (state,) = Ledger([TEXT, better, *verdicts]).records
        return visible((of_first, of_better, own), state, Viewer("cleo", blind=True))

    assert seen() == (own,)
    assert seen(review(better, "accept", 6, "cleo")) == (of_better, own)
    assert seen(review(TEXT, "accept", 6, "cleo")) == (of_first, own)
