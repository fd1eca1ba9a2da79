"""Keeping the draft on disk while it is typed: at most a second after a change, and at once when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer
from textual.widget import Widget

from app.errors import BackspanError
from app.records.draft import Draft

DELAY = 0.6
"""Seconds from the first unkept change to its writing: under a second with the write itself."""


class DraftInHand(Protocol):
    """What is written: a draft, and how its file is kept."""

    @property
    def draft(self) -> Draft:
        """As it is now."""

    @property
    def dirty(self) -> bool:
        """Whether the draft says something that is not in the journal."""

    def keep(self, draft: Draft) -> None:
        """Write the draft's file, durably. Raises `StoreError`."""

    def drop_file(self, draft: Draft) -> None:
        """Set the draft's file aside. Raises `StoreError`."""


class Autosave:
    """Writes the draft in hand. Timers run on the interface's thread, the writing itself in a worker."""

    def __init__(self, owner: Widget, session: DraftInHand, failed: Callable[[BackspanError], None]) -> None:
        self._owner = owner
        self._session = session
        self._failed = failed
        """Told, on the interface's thread, why a draft could not be kept."""
        self._timer: Timer | None = None
        self._kept: Draft | None = None
        self._asked = 0
        self._written: dict[str, int] = {}
        """By record: which request's text is in its file. A worker that comes late never puts an older one there."""
        self._lock = threading.Lock()

    def changed(self) -> None:
        """The draft changed: it will be on disk within a second."""
        if self._timer is None:
            self._timer = self._owner.set_timer(DELAY, self.soon)

    def soon(self) -> None:
        """Write now, in a worker thread."""
        self._forget_timer()
        draft = self._session.draft
        if self._needs(draft):
            self._asked += 1
            number = self._asked
            self._owner.run_worker(
                lambda: self._alone(lambda: self._write(draft, number)),
                group="keep",
                thread=True,
                exit_on_error=False,
                name="keep draft",
            )

    def now(self, patience: float = -1) -> None:
        """Write now and return when it is on disk: for leaving, and for signals. Raises `StoreError`.

        `patience`: seconds to wait for a write under way, for ever by default. A handler that interrupts this very
        method must not: it would wait for itself, and what it came to write is being written.
        """
        self._forget_timer()
        draft = self._session.draft
        self._asked += 1
        if self._needs(draft) and self._lock.acquire(timeout=patience):
            try:
                self._put(draft, self._asked)
            finally:
                self._lock.release()

    def forget(self, draft: Draft) -> None:
        """The draft is in the journal: its file is set aside, unless more was written meanwhile."""

        def drop() -> None:
            if self._session.draft.record == draft.record and self._session.dirty:
                return  # more was written since: the file is that draft's now
            self._session.drop_file(draft)

        self._owner.run_worker(
            lambda: self._alone(drop), group="keep", thread=True, exit_on_error=False, name="drop draft"
        )

    def drop(self, *, unkept: bool = False) -> None:
        """The draft is done with: its file is set aside, with what was not written yet if `unkept`.

        Worker threads only. Where that cannot be done it is told.
        """
        draft = self._session.draft
        if unkept and self._needs(draft):
            self._alone(lambda: self._put(draft, self._asked))
        self._alone(lambda: self._session.drop_file(draft))

    def _alone(self, do: Callable[[], None]) -> None:
        """From a worker: do it while nothing else is written; tell why not, once nobody waits for that any more."""
        try:
            with self._lock:
                do()
        except BackspanError as error:
            self._owner.app.call_from_thread(self._failed, error)

    def _needs(self, draft: Draft) -> bool:
        return draft is not self._kept and self._session.dirty

    def _put(self, draft: Draft, number: int) -> None:
        self._session.keep(draft)
        self._kept = draft
        self._written[draft.record] = number

    def _write(self, draft: Draft, number: int) -> None:
        newest = self._session.draft
        if newest.record == draft.record:
            # More was typed meanwhile: keep that, so that an older text never lands on top of a newer one.
            draft, number = newest, self._asked
        if draft is not self._kept and number >= self._written.get(draft.record, 0):
            self._put(draft, number)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
