"""What a topic's spec asks of the reasoning: crates to name, traits to treat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.checks.findings import Check, Context, Finding, Texts, finding


def crates_met(think: str, crates: Iterable[str]) -> dict[str, bool]:
    """For each required crate whether `think` names it: as a word, in any case, `-` and `_` being one."""
    return {crate: bool(_crate(crate).search(think)) for crate in crates}


def traits_met(think: str, traits: Iterable[str]) -> dict[str, bool]:
    """For each trait whether `think` seems to treat it: half of its telling words occur, by their stems.

    A tick beside the editor, no verdict: it cannot tell treating from mentioning.
    """
    said = _stems(think)
    met: dict[str, bool] = {}
    for trait in traits:
        asked = _trait(trait)
        met[trait] = bool(asked) and 2 * len(asked & said) >= len(asked)
    return met


def crates(texts: Texts, context: Context) -> Iterator[Finding]:
    """BS201, once there is a reasoning at all."""
    if texts.think.strip():
        for crate, met in crates_met(texts.think, context.crates).items():
            if not met:
                yield finding("BS201", "think", f"The reasoning does not name the crate “{crate}”.")


FAMILY: tuple[Check, ...] = (crates,)
"""In the order they run."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_COMMON = frozenset(
    {
        "and",
        "are",
        "but",
        "can",
        "for",
        "from",
        "has",
        "have",
        "into",
        "its",
        "logic",
        "not",
        "our",
        "per",
        "such",
        "that",
        "the",
        "their",
        "them",
        "then",
        "this",
        "use",
        "used",
        "uses",
        "using",
        "via",
        "was",
        "when",
        "where",
        "which",
        "while",
        "with",
        "consideration",
        "considerations",
        "pattern",
        "patterns",
        "problem",
        "problems",
        "specific",
    }
)
"""Words that tell nothing about what a trait is."""
_ENDINGS = ("izations", "ization", "ations", "ation", "ments", "ment", "ables", "able", "ings", "ing", "ies")
_SHORT_ENDINGS = ("ed", "es", "er", "ly", "s", "e", "y")


@lru_cache(maxsize=64)
def _crate(name: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in re.split(r"[-_]", name))
    return re.compile(r"(?<![\w-])" + "[-_]".join(parts) + r"(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=64)
def _trait(trait: str) -> frozenset[str]:
    return _stems(trait)


def _stems(text: str) -> frozenset[str]:
    words = {word.casefold() for word in _WORD.findall(text)}
    return frozenset(_stem(word) for word in words - _COMMON)


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    """What is left of a word without its ending, at least four letters; a doubled last letter counts once."""
    for ending in (*_ENDINGS, *_SHORT_ENDINGS):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word[-1] == word[-2] else word
