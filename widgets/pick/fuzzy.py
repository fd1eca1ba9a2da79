"""Finding by a few letters: which of many texts hold them in order, and which does so best.

Own code, because what exists does not fit: Textual's matcher tries every combination of positions and stalls
on repetitive paths, rapidfuzz measures likeness and gives no positions. Here a match costs one pass over the
places where the letters occur, whatever the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

SEGMENT = 10
"""A letter that begins the text, a path's segment or a part of an item path (`::`, a blank, `<`)."""
WORD = 8
"""A letter that begins a word: after `_`, `-` or `.`, or a hump of camel case."""
RUN = 7
"""A letter that follows the one before without a gap."""
BASENAME = 2
"""A letter in a path's last segment."""
SAME_CASE = 1
"""A capital that was typed as one."""
GAP = -3
"""A letter with a gap before it."""
_BREAKS = frozenset("/\\: <>(),&'")
_JOINTS = frozenset("_-.#")


class Match(NamedTuple):
    """How well a text matches, and where."""

    score: float
    """Larger is better; comparable between texts for one query only."""
    positions: tuple[int, ...]
    """The characters that matched: rising 0-based offsets into the text."""


def fold(text: str) -> str:
    """The text in lower case, every character in its place."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join([char.lower() if len(char.lower()) == 1 else char for char in text])


def match(query: str, text: str, folded: str | None = None) -> Match | None:
    """How `text` holds each blank-separated term of `query` as a subsequence; None if it does not.

    Case does not matter, but a capital typed as one scores. `folded` is `fold(text)`, if the caller has it.
    """
    low = fold(text) if folded is None else folded
    total = 0.0
    places: set[int] = set()
    for term in query.split():
        found = _best(term, text, low)
        if found is None:
            return None
        total += found.score
        places.update(found.positions)
    return Match(total - len(text) / 100, tuple(sorted(places)))


def holds(terms: Iterable[str], folded: str) -> bool:
    """Whether a folded text holds each folded term as a subsequence."""
    for term in terms:
        at = -1
        for char in term:
            at = folded.find(char, at + 1)
            if at < 0:
                return False
    return True


def rank(
    query: str,
    texts: Sequence[str],
    groups: Sequence[int] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[int] | None:
    """Indices of the texts that match, best first; ties by group number, then by place.

    Every text matches an empty query, in the given order. None if `cancelled` said so before the end.
    """
    terms = fold(query).split()
    if not terms:
        return list(range(len(texts)))
    found: list[tuple[float, int, int]] = []
    for index, text in enumerate(texts):
        if not index & 255 and cancelled():
            return None
        folded = fold(text)
        if holds(terms, folded) and (hit := match(query, text, folded)) is not None:
            found.append((-hit.score, groups[index] if groups else 0, index))
    found.sort()
    return [index for _score, _group, index in found]


def _best(term: str, text: str, low: str) -> Match | None:
    """The best alignment of one term: for each letter, the best end at each of its places."""
    windows = _windows(fold(term), low)
    if windows is None:
        return None
    basename = text.rstrip("/").rfind("/") + 1
    ends: list[tuple[float, int]] = []  # (score, place) of the letter before, by rising place
    trail: list[dict[int, int]] = []  # for each letter: place → place of the letter before
    for typed, places in zip(term, windows, strict=True):
        step: list[tuple[float, int]] = []
        back: dict[int, int] = {}
        ahead, best = 0, (float("-inf"), -1)
        for place in places:
            own = _bonus(text, place) + (BASENAME if place >= basename else 0)
            own += SAME_CASE if typed == text[place] and typed != low[place] else 0
            if not trail:
                step.append((own, place))
                continue
            adjacent = None
            while ahead < len(ends) and ends[ahead][1] < place:
                if ends[ahead][1] == place - 1:
                    adjacent = ends[ahead]
                best = max(best, ends[ahead], key=_score)
                ahead += 1
            if best[1] < 0:
                continue
            score, previous = best[0] + GAP, best[1]
            if adjacent is not None and adjacent[0] + RUN >= score:
                score, previous = adjacent[0] + RUN, adjacent[1]
            step.append((score + own, place))
            back[place] = previous
        ends = step
        trail.append(back)
    score, place = max(ends, key=_score)
    return Match(score, _walk_back(trail, place))


def _score(end: tuple[float, int]) -> float:
    return end[0]


def _walk_back(trail: list[dict[int, int]], place: int) -> tuple[int, ...]:
    places = [place]
    for back in reversed(trail[1:]):
        place = back[place]
        places.append(place)
    return tuple(reversed(places))


def _windows(term: str, low: str) -> list[list[int]] | None:
    """For each letter, its places between the earliest and the latest it can have; None without a match."""
    first: list[int] = []
    at = -1
    for char in term:
        at = low.find(char, at + 1)
        if at < 0:
            return None
        first.append(at)
    last: list[int] = []
    at = len(low)
    for char in reversed(term):
        at = low.rfind(char, 0, at)
        last.append(at)
    last.reverse()
    return [_places(low, char, a, b) for char, a, b in zip(term, first, last, strict=True)]


def _places(low: str, char: str, first: int, last: int) -> list[int]:
    places = [first]
    while (at := low.find(char, places[-1] + 1, last + 1)) >= 0:
        places.append(at)
    return places


def _bonus(text: str, place: int) -> int:
    if not place:
        return SEGMENT
    before, here = text[place - 1], text[place]
    if before in _BREAKS:
        return SEGMENT
    if before in _JOINTS or (here.isupper() and not before.isupper()):
        return WORD
    return 0
