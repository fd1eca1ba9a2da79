"""What may stand in `user` and `think`, and how it is counted. Offsets are characters."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from app.base.letters import composed
from app.base.text import one_newline

_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


class Characters(NamedTuple):
    """How the characters of a change came."""

    typed: int = 0
    """One at a time. Below zero where what counted as typed before is found to have come too fast."""
    pasted: int = 0
    """Many at once, from elsewhere."""
    rapid: int = 0
    """One at a time, faster than hands type."""
    moved: int = 0
    """Many at once, out of the record itself."""


NONE = Characters()
"""A change that put in nothing, or nothing that is counted."""


def pasted(text: str) -> tuple[str, int]:
    """A pasted text fit to stand in prose, and how many characters were left out.

    Line ends become line feeds; control characters, direction marks and halves of surrogate pairs go.
    """
    return _UNSAFE.subn("", one_newline(text))


def left_out(count: int) -> str:
    """What is said of characters that stayed out of a paste."""
    what = "character that is" if count == 1 else "characters that are"
    return f"{count:,} {what} not text stayed out of the paste."


def words(text: str) -> int:
    """How many words stand between white space."""
    return len(text.split())


def changed_middle(old: str, new: str) -> tuple[int, int, str]:
    """The smallest single replacement from `old` to `new`: its start and end in `old`, and the new text."""
    start = _common(old, new)
    tail = _common(old[start:][::-1], new[start:][::-1])
    return start, len(old) - tail, new[start : len(new) - tail]


def moved(was: str, now: str, start: int, end: int) -> tuple[int, int]:
    """Characters `start`-`end` of a text, in what one edit made of it; where that touched them, what is left."""
    if was == now:
        return start, end
    head, edited, _ = changed_middle(was, now)
    shift = len(now) - len(was)
    first = max(start, edited) + shift if start >= edited or start > head else start
    last = end if end <= head else end + shift if end >= edited else head
    return first, max(first, last)


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # comparing slices is a hundred times faster than comparing characters
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _either(char: str) -> str:
    """What finds a character, and the letter and marks that it is composed of."""
    apart = unicodedata.normalize("NFD", char)
    return re.escape(char) if apart == char else f"(?:{re.escape(char)}|{re.escape(apart)})"


def matches(text: str, wanted: str, limit: int = 10_000) -> list[tuple[int, int]]:
    """Where `wanted` stands in `text`, as (start, end), at most `limit` times, without overlap.

    Capitals matter only if `wanted` has one; whether a letter and its mark are one character or two never does.
    """
    if not wanted:
        return []
    flags = re.IGNORECASE if wanted == wanted.lower() else re.NOFLAG
    found = re.finditer("".join(map(_either, composed(wanted))), text, flags)
    return [match.span() for match, _ in zip(found, range(limit), strict=False)]
