"""An index that is being made while people work, and how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from app.errors import BackspanError, SourceError
from app.repository.index.building import build_index
from app.repository.index.cache import IndexCache
from app.repository.index.codebase import Codebase
from app.repository.index.modules import ModuleMap
from app.repository.index.symbol_search import SymbolSearch
from app.repository.index.symbols import SymbolIndex


class Ready(NamedTuple):
    """What there is once all files are known."""

    symbols: SymbolIndex
    search: SymbolSearch
    """Laid out, so that the first letter is answered at once."""
    modules: ModuleMap


class State(NamedTuple):
    """How far it is."""

    done: int
    """Files known."""
    total: int
    """Files in all; 0 until they are listed."""
    ready: Ready | None
    problem: BackspanError | None
    """Why there will be no index; None while there may be."""
    cancelled: bool

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.ready is None and self.problem is None and not self.cancelled


class BackgroundIndex:
    """Makes an index in a thread of its own. Ask `state` from any thread, as often as one likes."""

    def __init__(self, code: Codebase, cache: Callable[[], IndexCache | None] = IndexCache) -> None:
        """`cache` is called in the thread: to open it takes reading."""
        self.code = code
        self._cache = cache
        self._cancel = threading.Event()
        self._thread: threading.Thread | None = None
        self._state = State(0, 0, None, None, False)

    @property
    def state(self) -> State:
        """How far it is just now."""
        return self._state

    def start(self) -> BackgroundIndex:
        """Begin, or begin again after a cancellation or a problem; while it runs or once it is done, nothing."""
        under_way = self._thread is not None and self._thread.is_alive() and not self._cancel.is_set()
        if self._state.ready is None and not under_way:
            # A thread that was called off may still be at its last file: it keeps its own event and says nothing.
            self._cancel = threading.Event()
            self._state = State(0, 0, None, None, False)
            self._thread = threading.Thread(
                target=self._work, args=(self._cancel,), name="index", daemon=True
            )
            self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop soon; what was read stays in the cache."""
        self._cancel.set()

    def wait(self, seconds: float | None = None) -> State:
        """Wait for the end, at most so long. Not for the interface's thread."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._state

    def _work(self, cancel: threading.Event) -> None:
        def report(done: int, total: int) -> None:
            self._become(cancel, done=done, total=total)

        cache: IndexCache | None = None
        try:
            cache = self._cache()
            index = build_index(self.code, cache, report, cancel.is_set)
            ready = None
            if index is not None:
                ready = Ready(index, SymbolSearch(index).prepare(), ModuleMap.of(self.code.snapshot))
            self._become(cancel, ready=ready, cancelled=ready is None)
        except BackspanError as error:
            # A transfer that the person stopped is no problem.
            stopped = cancel.is_set()
            self._become(cancel, problem=None if stopped else error, cancelled=stopped)
        except Exception as error:  # noqa: BLE001 - in a thread: nobody else would ever hear of it
            problem = SourceError(f"{self.code.snapshot.name} cannot be indexed: {error!r}", "try again")
            self._become(cancel, problem=problem)
        finally:
            if cache is not None:
                cache.close()

    def _become(self, cancel: threading.Event, **changes: Any) -> None:
        """The next state, if that run is still the one that counts."""
        if cancel is self._cancel:
            self._state = self._state._replace(**changes)
