"""Going through many things without keeping the interpreter from the interface's thread."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
_STEP = 400
"""Things between two rests: about two milliseconds of work."""
_REST = 0.0001
"""Seconds. Any sleep lets a waiting thread in, which else waits out the interpreter's switching interval."""

_MANY = 20_000
"""Things from which what is kept of them makes a collection long."""


def paced(things: Iterable[T]) -> Iterator[T]:
    """The same things, with short rests between them."""
    for number, thing in enumerate(things):
        if number % _STEP == _STEP - 1:
            time.sleep(_REST)
        yield thing


@contextmanager
def uncollected(many: int, least: int = _MANY) -> Iterator[None]:
    """No garbage is looked for meanwhile, where `many` things, `least` or more, are gone through and something is kept.

    What is derived of a hundred thousand records stays with them; each full collection would walk all of it, 70 ms at
    a time, in which no thread runs. So it is left out of later collections too, until somebody calls `gc.unfreeze`, as
    the workstation does whenever it looks at the topics.
    """
    if many < least or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
