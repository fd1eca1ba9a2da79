"""Asks the checks about the texts of a list, in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.base.cancelling import never
from app.errors import BackspanError
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.filters.row import NO_FACTS, Facts, Row
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import viewpoint
from app.review.queue.listing import Listing, Progress, TopicQueue, quiet
from app.review.queue.revision_facts import facts_of
from app.store.follower import Follower

if TYPE_CHECKING:
    from app.checks.running import Judged

_NEAR = frozenset({"BS601", "BS602", "BS603"})
"""What says that another record says nearly the same."""
_KEEP = 50
"""Texts after which what was found is put on disk."""
_TELL = 2.0
"""Seconds after which the list is told that there is something new."""
_REST = 0.002
"""Seconds left to others after each text."""


class _EnoughError(Exception):
    """Nobody wants the answer any more."""


def check_texts(
    listing: Listing,
    progress: Progress = quiet,
    cancelled: Callable[[], bool] = never,
    on_some: Callable[[], None] = lambda: None,
    tell: Callable[[str], None] = lambda remark: None,
) -> int:
    """Find out what the checks say of every text they were not asked about; gives back of how many. Very long.

    `on_some` is called now and then, when `Listing.take` would find something new. Raises `BackspanError`.
    """
    rows = listing.unchecked()
    return _check(listing, rows, progress, cancelled, on_some, tell) if rows else 0


def _check(
    listing: Listing,
    rows: Sequence[Row],
    progress: Progress,
    cancelled: Callable[[], bool],
    on_some: Callable[[], None],
    tell: Callable[[str], None],
) -> int:
    from app.checks.running import Audit, AuditTarget  # late: who only filters by status does not wait for it

    def part(what: str, done: int, total: int) -> None:
        if cancelled():
            raise _EnoughError
        progress(what, done, total)

    specs, states = _everything(listing)
    by_record = {(topic, state.record): state for topic, found in states.items() for state in found}
    targets = [
        AuditTarget(row.topic, by_record[row.topic, row.record])
        for row in sorted(rows, key=lambda row: row.status in ("retracted", "rejected"))
        if (row.topic, row.record) in by_record
    ]
    audit = Audit(listing.project, specs, states, tell, part)
    keeping = _Keeping(listing, on_some)
    try:
        for judged in audit.run(targets):
            keeping.take(judged)
            if cancelled():
                raise _EnoughError
            time.sleep(_REST)
    except _EnoughError:
        pass
    else:
        for row in rows:  # what cannot be read is not asked for again and again
            listing.desks[row.topic].facts.setdefault(row.revision, NO_FACTS)
    finally:
        keeping.put()
    return keeping.count


def _everything(listing: Listing) -> tuple[dict[str, Spec], dict[str, Sequence[RecordState]]]:
    """Every topic's spec and records, as this person may see them: a hidden verdict must not tell by a finding."""
    specs, _ = listing.project.specs()
    states: dict[str, Sequence[RecordState]] = {}
    for topic, spec in specs.items():
        desk = listing.desks.get(topic)
        follower = (
            desk.judge.signer.follower if desk else Follower(listing.project.store, topic, spec.reviews)
        )
        viewer = viewer_of(spec, listing.by)
        try:
            if desk is None:
                follower.refresh()
        except BackspanError:
            continue  # another topic's journal: its own list says why
        finally:
            states[topic] = [viewpoint(state, viewer) for state in follower.ledger.records]
    return specs, states


class _Keeping:
    """Takes answers in, puts them on disk in portions, and tells of them now and then."""

    def __init__(self, listing: Listing, on_some: Callable[[], None]) -> None:
        self.count = 0
        self._listing = listing
        self._on_some = on_some
        self._fresh: dict[str, dict[str, Facts]] = {}
        self._told = time.monotonic()

    def take(self, judged: Judged) -> None:
        desk: TopicQueue = self._listing.desks[judged.topic]
        near = len({found.code for found in judged.findings if found.code in _NEAR and not found.waived})
        facts = facts_of(judged.revision, judged.findings, near, desk.spec.crates, judged.behind)
        desk.facts[judged.revision.id] = facts
        self._fresh.setdefault(judged.topic, {})[judged.revision.id] = facts
        self.count += 1
        if self.count % _KEEP == 0:
            self.put()
        if time.monotonic() - self._told > _TELL:
            self._on_some()
            self._told = time.monotonic()

    def put(self) -> None:
        for topic, said in self._fresh.items():
            self._listing.kept.put(self._listing.desks[topic].digest, said)
        self._fresh.clear()
