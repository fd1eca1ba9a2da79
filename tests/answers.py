"""What of a record's comments and verdicts is answered, as authors are told."""

from __future__ import annotations

from app.records.history.ledger import Ledger
from app.review.feedback import answers_in_force


def answered(ledger: Ledger, record: str) -> frozenset[str]:
    """The ids of the events of it that an answer in force answers."""
    return frozenset(answers_in_force(ledger, record, ledger.comments.of(record)))
