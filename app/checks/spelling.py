"""Slips of the pen, by the English word list of `pyspellchecker` (extra `checks`); without it nothing is said.

A word counts as a slip only if it is no word, and one letter more, less, other or exchanged makes a common one of it:
that a word is unknown says little in prose about code.
"""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from typing import Any

from app.checks.word_lists import list_words

_COMMON = 2_000
"""How often a word must occur in the list's texts to be taken for what was meant (`database`: 7,800).

Of 1,700 comments and commit messages of people six have such a word, and five of the six are slips.
"""
_BEFORE = (
    *(
        "re",
        "un",
        "non",
        "pre",
        "sub",
        "de",
        "dis",
        "mis",
        "over",
        "under",
        "multi",
        "inter",
        "co",
        "auto",
        "micro",
    ),
    *("meta", "super"),
)


def has_library() -> bool:
    """Whether `pyspellchecker` is installed."""
    return importlib.util.find_spec("spellchecker") is not None


@lru_cache(maxsize=20_000)
def meant(word: str) -> str:
    """The common word that `word` (in small letters) is a slip of; empty if it is right, or no one can say."""
    speller = _speller()
    if speller is None or not word.isascii():
        return ""
    word = word.replace("’", "'").removesuffix("'s")
    if len(word) < 6 or _right(word, speller):
        return ""
    nearest: list[tuple[int, str]] = [
        (int(speller.word_frequency[near]), near) for near in speller.known(speller.edit_distance_1(word))
    ]
    best = max(nearest, default=(0, ""))
    return best[1] if best[0] >= _COMMON and len(best[1]) >= 4 else ""


def _right(word: str, speller: Any) -> bool:
    """Whether it is a word, or made of words as people make them: `rerun`, `payload`."""
    trade = list_words("rust_words")
    if word in speller or _american(word) in speller or any(base in trade for base in bases(word)):
        return True
    for before in _BEFORE:
        if word.startswith(before) and len(word) - len(before) >= 3 and word[len(before) :] in speller:
            return True
    return any(word[:at] in speller and word[at:] in speller for at in range(4, len(word) - 3))


_ENDING = re.compile(r"(?:s|es|d|ed|ing|r|er|rs|ers|able|ability|less|'s)$")
_DOUBLED = re.compile(r"(?:^|(?!(.)\1\1)[^\W\d])([b-df-hj-np-tv-z])\2$")


def is_word(word: str) -> bool:
    """Whether the English list has a word (in small letters); without it nothing is known to be one."""
    speller = _speller()
    return speller is not None and word in speller


@lru_cache(maxsize=20_000)
def bases(word: str) -> tuple[str, ...]:
    """The word, and what it may be a form of: `nacked`, `nacking` and `nacks` of `nack`."""
    found = [word]
    for size in range(1, min(8, len(word) - 2)):
        if _ENDING.fullmatch(word[-size:]):
            base = word[:-size]
            found += [base, f"{base}e", *([base[:-1]] if _DOUBLED.search(base) else [])]
    return tuple(found)


_BRITISH = (
    (re.compile("our"), "or"),
    (re.compile("is(?=e|ing|ation|able)"), "iz"),
    (re.compile("ys(?=e|ing)"), "yz"),
)


def _american(word: str) -> str:
    """The word as the list spells it, which lacks many British forms."""
    for british, american in _BRITISH:
        word = british.sub(american, word)
    return word.replace("lled", "led").replace("lling", "ling").replace("entre", "enter")


@lru_cache(maxsize=1)
def _speller() -> Any:
    if not has_library():
        return None
    from spellchecker import SpellChecker

    return SpellChecker(distance=1)
