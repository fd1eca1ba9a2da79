"""Which clauses of a text are in another language than English, by their little words or their script.

Places are characters, 0-based, end exclusive.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_LEAST = 3
"""Little words of another language that a clause must have."""
_CLAUSE = re.compile(r"[^.!?;:\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FOREIGN = re.compile(
    "[\u0370-\u03ff\u0400-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
"""Letters of other scripts: Greek, Cyrillic, Hebrew, Arabic, those of India and of South-East Asia, and CJK."""
_NAMES = {
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "it": "Italian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "sv": "Swedish",
}
SCRIPT = "another script"


class Foreign(NamedTuple):
    """Clauses in a row that are in one other language."""

    language: str
    """In English, or `SCRIPT`."""
    start: int
    end: int


@lru_cache(maxsize=1)
def _little_words() -> dict[str, frozenset[str]]:
    """The little words of each language: those of English, and of the others those that English has not."""
    text = (files("app.checks") / "data" / "function_words.toml").read_text(encoding="utf-8")
    found = {language: frozenset(words.split()) for language, words in tomllib.loads(text).items()}
    return {one: words if one == "en" else words - found["en"] for one, words in found.items()}


def little_words(language: str) -> frozenset[str]:
    """The little words of a language, by its two letters."""
    return _little_words()[language]


@lru_cache(maxsize=256)
def _language(clause: str) -> str:
    """The other language of a clause; empty if it is English, or too short to tell."""
    if len(_FOREIGN.findall(clause)) > max(4, 0.4 * sum(char.isalpha() for char in clause)):
        return SCRIPT
    words = [word.casefold() for word in _WORD.findall(clause)]
    little = _little_words()
    english = sum(word in little["en"] for word in words)
    count, best = max((sum(w in little[one] for w in words), one) for one in _NAMES)
    return _NAMES[best] if count >= _LEAST and count > english else ""


def foreign(plain: str) -> Iterator[Foreign]:
    """What of a text without its quotes is in another language, clauses in a row as one."""
    last: Foreign | None = None
    for match in _CLAUSE.finditer(plain):
        language = _language(match[0])
        if last is not None and (not language or language != last.language):
            yield last
            last = None
        if language:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            last = Foreign(language, last.start if last else start, match.end())
    if last is not None:
        yield last
