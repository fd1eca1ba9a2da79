"""The lists in `data/`: phrases, claims, openings, words of the trade. Each is read once."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=8)
def listed_lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without comments and empty ones."""
    text = (files("app.checks") / "data" / f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=8)
def phrases(lines: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for phrases; a `*` takes the rest of a word, blanks take any white space, capitals do not matter."""
    parts = (_phrase(line) for line in sorted(lines, key=len, reverse=True) if line.strip())
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def _phrase(line: str) -> str:
    words = (re.escape(word).replace(r"\*", r"\w*") for word in line.split())
    text = r"\s+".join(words).replace("'", "['’]")
    before = r"(?<!\w)" if line[:1].isalnum() else ""
    after = r"(?!\w)" if line[-1:].isalnum() else ""
    return before + text + after


@lru_cache(maxsize=1)
def claims() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Each claim's pattern with the beginnings of words of which one must stand in the code."""
    found: list[tuple[re.Pattern[str], tuple[str, ...]]] = []
    for line in listed_lines("claims"):
        claim, _, evidence = line.partition("=")
        words = r"[\s-]".join(re.escape(word) for word in claim.split())
        found.append((re.compile(rf"(?<!\w){words}\w*", re.IGNORECASE), tuple(evidence.split())))
    return tuple(found)


@lru_cache(maxsize=8)
def list_words(name: str) -> frozenset[str]:
    """The words of a list, as they stand."""
    return frozenset(word for line in listed_lines(name) for word in line.split())
