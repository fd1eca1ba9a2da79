"""Saying that all code there is of a topic is recorded, because …, and taking that back. Each is one new event."""

from __future__ import annotations

from ulid import ULID

from app.base.text import printable
from app.errors import UsageError
from app.records.events import Closing, make_closing
from app.review.acts.reasons import kept_reason
from app.store.signer import Signer, Stamp

WHY = "say why there is no more code"
"""What is asked of whoever says it."""


def close(signer: Signer, reason: str) -> Closing:
    """Append that there is no more code to record. Raises `UsageError` where somebody said so already; `StoreError`."""
    reason = kept_reason(reason, "a topic is complete", WHY)
    ledger = signer.ledger()
    known = ledger.skips.closing
    if known is not None:
        raise UsageError(
            f"{printable(known.by)} said so already: {printable(known.reason)}",
            "take that back first to give another reason",
        )
    standing = sum(state.status != "retracted" for state in ledger.records)
    try:
        event = make_closing(
            record=str(ULID()), by=signer.by, records=standing, reason=reason, **signer.stamp()._asdict()
        )
    except ValueError as error:
        raise UsageError(
            f"that cannot be kept: {printable(str(error))}", "give a reason in plain words"
        ) from error
    signer.append([event])
    return event


def reopen(signer: Signer) -> Closing:
    """Append that there is more to do after all, whoever said the other. Raises `UsageError` if nobody did."""
    known = signer.ledger().skips.closing
    if known is None:
        raise UsageError("nobody said that all code there is is recorded", "there is nothing to take back")
    event = said_anew(known, signer.by, signer.stamp(known.at), withdrawn=True)
    signer.append([event])
    return event


def said_anew(latest: Closing, by: str, stamp: Stamp, withdrawn: bool, undoes: str | None = None) -> Closing:
    """The next event of a closing: the same, in force or not. `stamp` must be later than `latest`."""
    return make_closing(
        record=latest.record,
        by=by,
        records=latest.records,
        reason=latest.reason,
        withdrawn=withdrawn,
        undoes=undoes,
        **stamp._asdict(),
    )
