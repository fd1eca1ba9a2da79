"""Leaving an item out of a topic, because …, and having it in again. Each is one new event in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from ulid import ULID

from app.errors import UsageError
from app.project.topics.titles import printable
from app.records.events import REASON, Skip, make_skip
from app.review.acts.verdicts import Judge, Stamp
from app.rust.items import Item


@dataclass(frozen=True, slots=True)
class Place:
    """The item that is spoken of, as the snapshot has it."""

    repository: str
    """As blocks name it."""
    commit: str | None
    path: str
    item: str
    """Item path."""
    sha256: str
    """Of the item's bytes."""


def place_of(
    repository: str, commit: str | None, path: str, data: bytes, items: Sequence[Item], index: int
) -> Place:
    """The item at `index` of a file's outline. Raises `UsageError` for one that is never offered by itself."""
    item = items[index]
    if item.test or item.kind in ("use_declaration", "extern_crate_declaration"):
        what = "test code" if item.test else "a declaration"
        raise UsageError(f"{printable(item.path)} is {what}, which is not offered anyway", "leave it")
    if item.whole is not None:
        whole = printable(items[item.whole].path)
        raise UsageError(f"{printable(item.path)} is only taken with the whole of {whole}", f"skip '{whole}'")
    return Place(repository, commit, path, item.path, hashlib.sha256(data[item.start : item.end]).hexdigest())


def skip(judge: Judge, place: Place, reason: str) -> Skip:
    """Append that the item is left out. Raises `UsageError` where it is already, or for a bad reason; `StoreError`."""
    reason = reason.strip()
    if not reason:
        raise UsageError("an item is left out for a reason", "say why")
    if len(reason) > REASON:
        raise UsageError(f"the reason has {len(reason)} characters", f"say it in {REASON}")
    for known in judge.ledger().skips.current:
        if (known.path, known.item) == (place.path, place.item):
            raise UsageError(
                f"{printable(place.item)} is left out already, by {printable(known.by)}: {printable(known.reason)}",
                "take that back first to give another reason",
            )
    stamp = judge.stamp()
    try:
        event = make_skip(
            record=str(ULID()),
            by=judge.by,
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
    judge.append([event])
    return event


def take_back(judge: Judge, place: Place) -> tuple[Skip, ...]:
    """Append that the item is to be done after all, whoever left it out. Raises `UsageError` if nobody did."""
    there = [one for one in judge.ledger().skips.current if one.path == place.path]
    known = [one for one in there if one.item == place.item]
    known = known or [one for one in there if one.sha256 == place.sha256]
    if not known:
        raise UsageError(f"nobody left {printable(place.item)} out", "there is nothing to take back")
    stamp = judge.stamp(max(one.at for one in known))
    events = tuple(changed(one, judge.by, stamp, withdrawn=True) for one in known)
    judge.append(events)
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
