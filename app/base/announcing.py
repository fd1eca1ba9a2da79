"""Telling those who asked for it what has happened: by the kind of the event, in the order in which they asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Event = TypeVar("Event")


class Announcer:
    """Who wants to be told of what. One thread tells."""

    def __init__(self) -> None:
        self._told: dict[type[Any], list[Callable[[Any], object]]] = {}

    def on(self, kind: type[Event], callback: Callable[[Event], object]) -> None:
        """Call this with each event of just that class."""
        self._told.setdefault(kind, []).append(callback)

    def tell(self, event: object) -> None:
        """Call everybody who asked for events of this class, the first one first. Passes their exceptions on."""
        for callback in self._told.get(type(event), ()):
            callback(event)
