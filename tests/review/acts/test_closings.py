"""Saying that all code there is is recorded: what it counts, who may say it again, what it is refused for."""

from __future__ import annotations

import json

import pytest

from app.errors import UsageError
from app.records.events import EVENTS, REASON, Closing
from app.records.history.ledger import Ledger
from app.review.acts.closings import close, reopen
from tests.memory import MemoryStore, judge
from tests.store.events import retraction, review, revision


def test_it_counts_the_records_that_were_not_withdrawn_whatever_was_said_of_them() -> None:
    records = [revision(number, number) for number in range(1, 5)]
    store = MemoryStore()
    store.append("t", [*records, review(records[0], "reject"), retraction((records[1],))])
    event = close(judge(store).signer, " no more code ")
    assert (event.records, event.reason, event.withdrawn) == (3, "no more code", False)
    assert judge(store).ledger().skips.closing == event
    assert [state.record for state in judge(store).ledger().records] == [one.record for one in records]


def test_who_says_it_twice_is_told_who_said_it_and_anybody_takes_it_back() -> None:
    store = MemoryStore()
    close(judge(store, "ada").signer, "the file is small")
    with pytest.raises(UsageError, match="ada said so already: the file is small"):
        close(judge(store, "bob").signer, "so it is")
    back = reopen(judge(store, "bob").signer)
    assert back.withdrawn and back.by == "bob"
    assert judge(store).ledger().skips.closing is None
    with pytest.raises(UsageError, match="nobody said"):
        reopen(judge(store).signer)
    again = close(judge(store, "bob").signer, "so it is")
    assert judge(store).ledger().skips.closing == again


@pytest.mark.parametrize("reason", ["", "  ", "x" * (REASON + 1)])
def test_a_bad_reason_writes_nothing(reason: str) -> None:
    store = MemoryStore()
    with pytest.raises(UsageError):
        close(judge(store).signer, reason)
    assert not store.appends


def test_two_copies_merge_to_the_latest_word() -> None:
    mine, theirs = MemoryStore(), MemoryStore()
    first = close(judge(mine).signer, "no more code")
    theirs.append("t", [first])
    back = reopen(judge(theirs, "bob").signer)
    assert Ledger([first, back]).skips.closing is None
    assert Ledger([back, first, first]).skips.closing is None


def test_its_line_is_read_back_as_it_was_written_and_names_its_content() -> None:
    event = close(judge(MemoryStore()).signer, "no more code")
    line = event.model_dump_json(by_alias=True, exclude_defaults=True)
    assert EVENTS.validate_json(line) == event and isinstance(event, Closing)
    for change in ({"reason": " "}, {"records": -1}, {"reason": "other"}):
        with pytest.raises(ValueError):
            EVENTS.validate_json(json.dumps(json.loads(line) | change))
