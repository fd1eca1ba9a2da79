"""One topic's ledger, kept in step with its journal at the price of what was added."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.records.history.ledger import Ledger
from app.store.protocol import Damaged, Store, Survey

_REST = 0.005
"""Seconds that `verify` leaves to others after each few milliseconds of work."""
_NEVER = -1
"""The generation before anything was read."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a refresh brought."""

    records: tuple[str, ...] = ()
    """The records that changed, sorted; all there are where `anew`."""
    anew: bool = False
    """Whether everything was read anew: the journal is another one, or something left it."""
    damaged: tuple[Damaged, ...] = ()
    """All the lines known not to be events."""
    exists: bool = False
    """Whether there is a journal at all."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a first, long reading is."""

    records: tuple[str, ...]
    """The records that came or changed since the last stage, sorted."""
    ledger: Ledger
    """With what is known so far."""
    done: int
    """How far it is, in the store's measure."""
    total: int


class _Listener:
    """One who waits for a reading, perhaps another thread's."""

    def __init__(self, on_part: Callable[[Stage], None]) -> None:
        self._on_part = on_part
        self._listens = True

    def tell(self, stage: Stage, own: bool) -> None:
        """Pass a stage on. What goes wrong in another thread's listener is not the reader's affair."""
        try:
            if self._listens:
                self._on_part(stage)
        except Exception:
            self._listens = False
            if own:
                raise


class Follower:
    """Follows one topic. Any thread may refresh and ask; whoever refreshes while another does waits for it."""

    def __init__(self, store: Store, topic: str, reviews: int = 1) -> None:
        """`reviews`: accepts a record needs. Nothing is read before the first `refresh`."""
        self._store = store
        self._topic = topic
        self._reviews = reviews
        self._guard = threading.RLock()
        self._ledger = Ledger((), reviews)
        self._generation = _NEVER
        self._whole = _NEVER
        """The generation of the last refresh that came to its end."""
        self._listeners: list[_Listener] = []
        self._taken = 0
        """Entries of this generation that are in the ledger."""

    @property
    def ledger(self) -> Ledger:
        """What the topic amounted to at the last refresh, or on the way to the first.

        The same object grows; another takes its place where everything was read anew.
        """
        return self._ledger

    def refresh(self, on_part: Callable[[Stage], None] | None = None) -> Change:
        """Take in what is new. Raises `StoreError`, and then the ledger stays as it was.

        `on_part` is called while a long journal is read for the first time, by whichever thread reads it; it must
        not refresh. An exception from it ends the reading if it is this thread's, and is passed on; the next
        refresh goes on from there.
        """
        listener = _Listener(on_part) if on_part is not None else None
        if listener is not None:
            self._listeners.append(listener)
        try:
            with self._guard:
                return self._refresh(listener)
        finally:
            if listener is not None:
                self._listeners.remove(listener)

    def _refresh(self, own: _Listener | None) -> Change:
        before = self._whole

        def tell(survey: Survey, done: int, total: int) -> None:
            # Only a ledger that was empty may be seen half full; a whole one stays until another is whole.
            if before != _NEVER:
                return
            stage = Stage(self._take(survey), self._ledger, done, total)
            for listener in tuple(self._listeners):
                listener.tell(stage, listener is own)

        survey = self._store.survey(self._topic, tell)
        records = self._take(survey)
        self._whole = survey.generation
        anew = survey.generation != before
        return Change(self._ledger.ids if anew else records, anew, survey.damaged, survey.exists)

    def verify(self, cancelled: Callable[[], bool] | None = None) -> tuple[Damaged, ...]:
        """Validate what was only read lightly, slowly: for a background thread, once a topic is on the screen.

        It works a few milliseconds and then rests as long, so that the interface gets the interpreter. A
        workstation calls it once after its first refresh, and refreshes again; it returns at once where nothing
        is left to validate, which is so for every journal that is small. Raises `StoreError`.
        """
        return self._store.verify(self._topic, lambda done, total: time.sleep(_REST), cancelled)

    def _take(self, survey: Survey) -> tuple[str, ...]:
        """Take in what of this survey is not in the ledger yet; gives back the records that changed."""
        if survey.generation != self._generation:
            ledger = Ledger(survey.entries, self._reviews)
            self._ledger, self._taken, self._generation = ledger, len(survey.entries), survey.generation
            return ledger.ids
        new = survey.entries[self._taken :]
        self._taken = len(survey.entries)
        return self._ledger.add(new)
