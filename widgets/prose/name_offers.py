"""Names inside backticks: whether one is being typed, and which known names it may become.

Names that exist are offered, never prose: outside an open backtick nothing here gives anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Set

from app.records.prose import pasted

_RUN = re.compile("`+")
_PREFIX = re.compile(r"(?<![^\W_])[A-Za-z_][A-Za-z0-9_]*\Z")
_FENCE = re.compile(r"^ {0,3}(`{3,})([^`\n]*)$", re.MULTILINE)
_UNFIT = re.compile(r"[\s`]")


def open_name(text: str, cursor: int) -> tuple[int, str] | None:
    """The name being typed at `cursor`: where it starts and what of it stands there; None for prose.

    Offsets are characters of `text`, 0-based. A name stands behind a single backtick that is not closed on
    its line, outside fences; it begins with an ASCII letter or `_`, and after `::` or `.` anew. None also
    where nothing of it is typed yet, and in the middle of a word.
    """
    start = text.rfind("\n", 0, cursor) + 1
    if text.find("`", start, cursor) < 0:
        return None
    line = text[start:cursor]
    found = _PREFIX.search(line)
    if found is None or not _open(line) or _in_word(text[cursor : cursor + 1]):
        return None
    return None if _in_fence(text, start) else (start + found.start(), found.group())


def _open(line: str) -> bool:
    """Whether a line ends inside an inline backtick: runs of more open only if they are closed."""
    at = 0
    while run := _RUN.search(line, at):
        at, size = run.end(), len(run.group())
        close = next((other for other in _RUN.finditer(line, at) if len(other.group()) == size), None)
        if close is not None:
            at = close.end()
        elif size == 1:
            return True
    return False


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _in_fence(text: str, end: int) -> bool:
    """Whether the line that starts at `end` stands in a block fenced by three backticks or more."""
    if text.find("```", 0, end) < 0:
        return False
    fence = 0
    for found in _FENCE.finditer(text, 0, max(end - 1, 0)):
        size, info = len(found.group(1)), found.group(2).strip()
        if not fence:
            fence = size
        elif size >= fence and not info:
            fence = 0
    return fence > 0


def fit(names: Iterable[str]) -> list[str]:
    """The names that can stand in backticks on one line, each once, in the order given."""
    return [name for name in dict.fromkeys(names) if name and not _UNFIT.search(name) and not pasted(name)[1]]


class OfferedNames:
    """The names that may be offered, the block's before its file's. Asked at every key, so it remembers."""

    def __init__(self, block: Collection[str] = (), file: Collection[str] = ()) -> None:
        self._block = frozenset(block)
        self._names = fit((*_in_order(block), *_in_order(file)))
        self._by_letter: dict[str, list[str]] = {}

    def offer(self, prefix: str, most: int = 8) -> list[str]:
        """What `rank` gives of these names."""
        letter = prefix[:1].lower()
        names = self._by_letter.get(letter)
        if names is None:
            upper, begins = letter.upper(), _parts(letter)
            names = [name for name in self._names if letter in name or upper in name]
            names = self._by_letter[letter] = [name for name in names if begins.search(name)]
        return rank(prefix, names, most, self._block)


def _in_order(names: Collection[str]) -> Iterable[str]:
    return sorted(names) if isinstance(names, Set) else names  # a set's order differs from run to run


def rank(prefix: str, names: Iterable[str], most: int = 8, block: Collection[str] = ()) -> list[str]:
    """At most `most` of `names` that `prefix` may become; [] if it could only become itself.

    First those that begin with it, then those that do so but for capitals, then those that have its
    letters in this order from the start of a part on (`mt` for `max_tries`, `rc` for `RetryConfig`); in
    each, names of the `block` before others, the shorter first, then in the order given.
    """
    if not prefix or most < 1:
        return []
    lower = prefix.lower()
    parts = _parts(lower)
    known = [name for name in dict.fromkeys(names) if name]
    tiers: tuple[Callable[[str], object], ...] = (
        lambda name: name.startswith(prefix),
        lambda name: name.lower().startswith(lower),
        parts.search,
    )
    found: dict[str, None] = {}
    for holds in tiers:  # the later are asked only if there is room
        of_tier = sorted(filter(holds, known), key=lambda name: (name not in block, len(name)))
        found |= dict.fromkeys(of_tier)
        if len(found) >= most:
            break
    offered = list(found)[:most]
    return [] if offered == [prefix] else offered


def _parts(lower: str) -> re.Pattern[str]:
    """What a name must hold somewhere: the letters in order, the first where a part of the name starts.

    Each letter is taken where it first comes and never given back, so the search takes one pass a part.
    """
    either = [f"[{char}{char.upper()}]" for char in lower]
    first = f"(?<![A-Za-z0-9]){either[0]}|(?<![A-Z]){lower[0].upper()}"
    return re.compile(f"(?:{first})" + "".join(f"(?>.*?{one})" for one in either[1:]))
