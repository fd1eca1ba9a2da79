"""Going through many things without keeping the interpreter from the interface's thread."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_STEP = 400
"""Things between two rests: about two milliseconds of work."""
_REST = 0.0001
"""Seconds. Any sleep lets a waiting thread in, which else waits out the interpreter's switching interval."""


def paced(things: Iterable[T]) -> Iterator[T]:
    """The same things, with short rests between them."""
    for number, thing in enumerate(things):
        if number % _STEP == _STEP - 1:
            time.sleep(_REST)
        yield thing
