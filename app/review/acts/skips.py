"""Leaving an item out of a topic, because …, and having it in again. Each is one new event in the journal."""

from __future__ import annotations

from ulid import ULID

from app.base.text import printable
from app.errors import UsageError
from app.records.events import Skip, make_skip
from app.records.item_place import ItemPlace
from app.review.acts.reasons import kept_reason
from app.store.signer import Signer, Stamp


def skip(signer: Signer, place: ItemPlace, reason: str) -> Skip:
    """Append that the item is left out. Raises `UsageError` where it is already, or for a bad reason; `StoreError`."""
    reason = kept_reason(reason, "an item is left out")
    for known in signer.ledger().skips.current:
        if (known.path, known.item) == (place.path, place.item):
            raise UsageError(
                f"{printable(place.item)} is left out already, by {printable(known.by)}: {printable(known.reason)}",
                "take that back first to give another reason",
            )
    stamp = signer.stamp()
    try:
        event = make_skip(
            record=str(ULID()),
            by=signer.by,
            repository=place.repository,
            commit=place.commit,
            path=place.path,
            item=place.item,
            sha256=place.sha256,
            reason=reason,
            **stamp._asdict(),
        )
    except ValueError as error:
        raise UsageError(
            f"that cannot be kept: {printable(str(error))}", "give a reason in plain words"
        ) from error
    signer.append([event])
    return event


def take_back(signer: Signer, place: ItemPlace) -> tuple[Skip, ...]:
    """Append that the item is to be done after all, whoever left it out. Raises `UsageError` if nobody did."""
    there = [one for one in signer.ledger().skips.current if one.path == place.path]
    known = [one for one in there if one.item == place.item]
    known = known or [one for one in there if one.sha256 == place.sha256]
    if not known:
        raise UsageError(f"nobody left {printable(place.item)} out", "there is nothing to take back")
    stamp = signer.stamp(max(one.at for one in known))
    events = tuple(changed(one, signer.by, stamp, withdrawn=True) for one in known)
    signer.append(events)
    return events


def changed(latest: Skip, by: str, stamp: Stamp, withdrawn: bool, undoes: str | None = None) -> Skip:
    """The next event of a skip: the same, in force or not. `stamp` must be later than `latest`."""
    return make_skip(
        record=latest.record,
        by=by,
        repository=latest.repository,
        commit=latest.commit,
        path=latest.path,
        item=latest.item,
        sha256=latest.sha256,
        reason=latest.reason,
        withdrawn=withdrawn,
        undoes=undoes,
        **stamp._asdict(),
    )
