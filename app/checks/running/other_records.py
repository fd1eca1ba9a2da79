"""A project's other records as the set's checks ask for them, kept in step with the journals at the price of a change.

What a record leaves in the index is kept on disk by its revision (`app.checks.running.imprint_cache`), so that a text
is read once in its life and not at every start.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from msgspec import Struct

from app.base.cancelling import never
from app.checks.imprints import Imprint, imprint
from app.checks.near_duplicates import SetIndex
from app.checks.running.imprint_cache import ImprintCache
from app.errors import StoreError
from app.project.project import Project
from app.records.events import Revision
from app.records.history.ledger import RecordState, Status
from app.records.history.summary import Summary

LEFT_OUT: frozenset[Status] = frozenset({"retracted", "rejected"})
"""What is looked at only where it is named: it does not leave the project."""
_AT_ONCE = 250
"""Revisions that are asked of the cache, or given to it, in one step."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


def quiet(what: str, done: int, total: int) -> None:
    """Say nothing."""


class _Wanted(Struct, frozen=True, gc=False):
    """One text of a record, as it is to stand in the index."""

    topic: str
    path: str
    revision: str
    text: str
    """Empty for the text that the record is counted by."""


class OtherRecords:
    """The index and what keeps it in step. One thread at a time updates; any may use what it holds meanwhile."""

    def __init__(self, project: Project, cache: ImprintCache | None = None) -> None:
        """Nothing is read before the first `update`. `cache`: where imprints are kept, the project's unless given."""
        self._project = project
        self._cache = cache or ImprintCache(project.work_dir)
        self._index = SetIndex()
        self._guard = threading.RLock()
        self._in: dict[str, tuple[_Wanted, ...]] = {}
        """By record: what of it stands in the index."""

    def __len__(self) -> int:
        return len(self._index)

    @contextmanager
    def held(self) -> Iterator[SetIndex]:
        """The index, which stays as it is meanwhile."""
        with self._guard:
            yield self._index

    def update(
        self,
        records: Mapping[str, Sequence[RecordState]],
        cancelled: Callable[[], bool] = never,
        progress: Progress = quiet,
        lost: Callable[[str, str, StoreError], None] | None = None,
    ) -> bool:
        """Make the index hold what these topics' records say, without those that count no more.

        Of a record in conflict every text is held. Returns whether anything changed. Where `cancelled` says so it
        ends early, and the next call goes on from there. `lost` is told topic, record and reason of what cannot be
        read, which is left out. Never raises.
        """
        wanted = {
            state.record: tuple(_texts(topic, state))
            for topic, states in records.items()
            for state in states
            if state.status not in LEFT_OUT
        }
        gone = [record for record in self._in if record not in wanted]
        for record in gone:
            with self._guard:
                self._index.remove(record)
            del self._in[record]
        todo = [(record, texts) for record, texts in wanted.items() if self._in.get(record) != texts]
        for at in range(0, len(todo), _AT_ONCE):
            progress("reading", at, len(todo))
            if cancelled():
                break
            self._take(todo[at : at + _AT_ONCE], cancelled, lost)
        else:
            self._cache.tidy(one.revision for texts in wanted.values() for one in texts)
        return bool(gone or todo)

    def close(self) -> None:
        """Let go of the cache's file."""
        self._cache.close()

    def _take(
        self,
        todo: Sequence[tuple[str, tuple[_Wanted, ...]]],
        cancelled: Callable[[], bool],
        lost: Callable[[str, str, StoreError], None] | None,
    ) -> None:
        known = self._cache.get([one.revision for _, texts in todo for one in texts])
        fresh: dict[str, Imprint] = {}
        try:
            for record, texts in todo:
                found: list[tuple[_Wanted, Imprint]] = []
                for one in texts:
                    left = known.get(one.revision)
                    if left is None:
                        if cancelled():
                            return
                        left = self._read(record, one, lost)
                        if left is not None:
                            fresh[one.revision] = left
                    if left is not None:
                        found.append((one, left))
                self._put(record, texts, found)
        finally:
            self._cache.put(fresh)

    def _put(self, record: str, texts: tuple[_Wanted, ...], found: Sequence[tuple[_Wanted, Imprint]]) -> None:
        with self._guard:
            self._index.remove(record)
            for one, left in found:
                self._index.take(record, one.topic, one.path, left, one.text)
        self._in[record] = texts

    def _read(
        self, record: str, one: _Wanted, lost: Callable[[str, str, StoreError], None] | None
    ) -> Imprint | None:
        try:
            event = self._project.store.fetch(one.topic, one.revision)
        except StoreError as error:
            if lost is not None:
                lost(one.topic, record, error)
            return None
        if not isinstance(event, Revision):
            return None
        return imprint(event.user, event.think, event.block.text)


def states_of(
    ledgers: Mapping[str, Sequence[RecordState]], topics: Collection[str], practice: Collection[str]
) -> dict[str, Sequence[RecordState]]:
    """The topics whose records are others to those of `topics`: records of practice only to their own kind."""
    return {topic: records for topic, records in ledgers.items() if topic in topics or topic not in practice}


def _texts(topic: str, state: RecordState) -> Iterator[_Wanted]:
    """What a record says now, the newest first; of what several people wrote at once every text."""
    newest: tuple[Summary, ...] = state.revisions
    for summary in reversed(newest[-1:] if state.agreed else newest):
        text = "" if summary is newest[-1] else summary.id
        yield _Wanted(topic, summary.path, summary.id, text)
