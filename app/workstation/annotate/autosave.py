"""Keeping the draft on disk while it is typed: at most a second after a change, and at once when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from app.annotate.session import AnnotateSession
from app.errors import BackspanError
from app.records.draft import Draft

DELAY = 0.6
"""Seconds from the first unkept change to its writing: under a second with the write itself."""


class Autosave:
    """Writes the draft in hand. Timers run on the interface's thread, the writing itself in a worker."""

    def __init__(
        self, owner: Widget, session: AnnotateSession, failed: Callable[[BackspanError], None]
    ) -> None:
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
                lambda: self._write(draft, number),
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

        def work() -> None:
            with self._lock:
                if self._session.draft.record == draft.record and self._session.dirty:
                    return  # more was written since: the file is that draft's now
                try:
                    self._session.drop_file(draft)
                except BackspanError as error:
                    self._owner.app.call_from_thread(self._failed, error)

        self._owner.run_worker(work, group="keep", thread=True, exit_on_error=False, name="drop draft")

    def _needs(self, draft: Draft) -> bool:
        return draft is not self._kept and self._session.dirty

    def _put(self, draft: Draft, number: int) -> None:
        self._session.keep(draft)
        self._kept = draft
        self._written[draft.record] = number

    def _write(self, draft: Draft, number: int) -> None:
        with self._lock:
            newest = self._session.draft
            if newest.record == draft.record:
                # More was typed meanwhile: keep that, so that an older text never lands on top of a newer one.
                draft, number = newest, self._asked
            if draft is self._kept or number < self._written.get(draft.record, 0):
                return
            try:
                self._put(draft, number)
            except BackspanError as error:
                self._owner.app.call_from_thread(self._failed, error)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
