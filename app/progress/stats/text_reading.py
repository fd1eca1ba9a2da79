"""A topic's texts, read quickly: for figures, not for proof.

A journal of files is walked once, and of each line only what is counted is decoded; nothing is validated, because the
ids that are asked for come from a survey. Any other store is asked for one event after the other.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

from app.base.cancelling import Cancelled, never
from app.base.text import printable
from app.errors import StoreError
from app.progress.stats.texts import Took
from app.records.events import Revision, main_span
from app.store.disk.plain_files import opened
from app.store.journal.store import JournalStore
from app.store.protocol import Store

_FEW = 200
"""Revisions that are fetched one by one rather than by a walk over the journal."""
_OFTEN = 200
"""Revisions between two words about how far it is."""
Progress = Callable[[int, int], None]
"""Told how far it is, and of how much."""


@dataclass(frozen=True, slots=True)
class RevisionTexts:
    """One revision's texts."""

    revision: str
    record: str
    user: str
    think: str
    block: str
    path: str
    """File of the main code."""
    effort: Took


class _Effort(Struct, gc=False, frozen=True):
    active_seconds: int = 0
    typed: int = 0
    pasted: int = 0
    rapid: int = 0
    moved: int = 0


class _Span(Struct, gc=False):
    path: str
    role: str


class _Block(Struct, gc=False):
    text: str
    spans: list[_Span]


class _Line(Struct, gc=False):
    id: str
    record: str
    block: _Block
    user: str
    think: str
    effort: _Effort = _Effort()


_decode = Decoder(_Line).decode


def texts(
    store: Store,
    topic: str,
    wanted: Collection[str],
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = never,
) -> Iterator[RevisionTexts]:
    """The texts of these revisions, each once, in any order; what cannot be read is left out.

    `progress` is told how many of them were found. Raises `StoreError`, and `Cancelled` where `cancelled` says so.
    """
    left = set(wanted)
    total = len(left)
    tell = progress or (lambda done, total: None)
    walked = isinstance(store, JournalStore) and total > _FEW
    found = _walk(store, topic, left) if walked else _fetched(store, topic, sorted(left))
    for number, told in enumerate(found):
        if number % _OFTEN == 0:
            if cancelled():
                raise Cancelled("reading the texts was cancelled")
            tell(number, total)
        yield told
    tell(total, total)


def _fetched(store: Store, topic: str, wanted: Collection[str]) -> Iterator[RevisionTexts]:
    for name in wanted:
        try:
            event = store.fetch(topic, name)
        except StoreError:
            continue  # a damaged line: the doctor and the list of records tell of it
        if isinstance(event, Revision):
            yield _told(event)


def _told(event: Revision) -> RevisionTexts:
    effort = event.effort
    return RevisionTexts(
        event.id,
        event.record,
        event.user,
        event.think,
        event.block.text,
        main_span(event.block.spans).path,
        Took(effort.active_seconds, effort.typed, effort.pasted, effort.rapid, effort.moved),
    )


def _walk(store: Store, topic: str, left: set[str]) -> Iterator[RevisionTexts]:
    assert isinstance(store, JournalStore)
    path = store.path(topic)
    try:
        with opened(path) as handle, io.BufferedReader(io.FileIO(os.dup(handle)), 1 << 20) as stream:
            for data in stream:
                found = _light(data)
                if found is not None and found.revision in left:
                    left.discard(found.revision)
                    yield found
    except OSError as error:
        raise StoreError(
            f"the journal {printable(str(path))} cannot be read: {error.strerror}",
            "see 'backspan doctor'",
        ) from error
    # What only a strict reading understands: JSON has more than one way to write a line.
    yield from _fetched(store, topic, sorted(left))


def _light(data: bytes) -> RevisionTexts | None:
    try:
        line = _decode(data)
    except (MsgspecError, ValueError, RecursionError, MemoryError):
        return None  # another kind of event, or none
    spans = line.block.spans
    path = next((span.path for span in spans if span.role == "main"), spans[0].path if spans else "")
    effort = line.effort
    return RevisionTexts(
        line.id,
        line.record,
        line.user,
        line.think,
        line.block.text,
        path,
        Took(effort.active_seconds, effort.typed, effort.pasted, effort.rapid, effort.moved),
    )
