"""Finding text in a file's bytes, in stretches, so that a search through megabytes never holds up the interface."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from app.base.cancelling import never

STRETCH = 1 << 18
"""Bytes searched at once, about 1 ms."""

Pattern = re.Pattern[bytes]


def pattern_for(text: str) -> Pattern | None:
    """What to look for: the text itself; letters of either case if it has no capitals. None for an empty text."""
    if not text:
        return None
    return re.compile(
        re.escape(text.encode("utf-8", "surrogateescape")), 0 if text.lower() != text else re.IGNORECASE
    )


def search(
    data: bytes, pattern: Pattern, start: int, backward: bool = False, cancelled: Callable[[], bool] = never
) -> tuple[int, int] | None:
    """The first match at or after `start`, or the last one that begins before it; wraps around the file's ends."""
    spans = _backward(len(data), start) if backward else _forward(len(data), start)
    reach = len(pattern.pattern)  # escaped, so no match is longer
    for low, high in spans:
        if cancelled():
            return None
        found: tuple[int, int] | None = None
        for match in pattern.finditer(data, low, min(high + reach, len(data))):
            if match.start() >= high:
                break
            found = match.span()
            if not backward:
                break
        if found is not None:
            return found
        time.sleep(0)
    return None


def _forward(size: int, start: int) -> list[tuple[int, int]]:
    start = min(max(start, 0), size)
    return [*_stretches(start, size), *_stretches(0, start)]


def _backward(size: int, start: int) -> list[tuple[int, int]]:
    start = min(max(start, 0), size)
    return [*reversed(_stretches(0, start)), *reversed(_stretches(start, size))]


def _stretches(low: int, high: int) -> list[tuple[int, int]]:
    return [(at, min(at + STRETCH, high)) for at in range(low, high, STRETCH)]
