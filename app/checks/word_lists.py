"""The lists in `data/`: phrases, claims, openings, words of the trade. Each is read once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from app.base.globs import starred
from app.checks.reading import Word


@lru_cache(maxsize=8)
def listed_lines(name: str) -> tuple[str, ...]:
    """The lines of a list, without comments and empty ones."""
    text = (files("app.checks") / "data" / f"{name}.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


class Phrases:
    """Phrases found by their first words, which is ten times quicker than one pattern of them all.

    A `*` takes the rest of a word, blanks take any white space, and capitals do not matter.
    """

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._first: dict[str, list[re.Pattern[str]]] = {}
        self._begun: list[tuple[str, re.Pattern[str]]] = []
        for line in sorted({line.strip().casefold() for line in lines}, key=lambda line: (-len(line), line)):
            word = _FIRST.match(line)
            if word is None:
                continue
            if line[word.end() : word.end() + 1] == "*":
                self._begun.append((word[0], _phrase(line)))
            else:
                self._first.setdefault(word[0], []).append(_phrase(line))
        self._stems = tuple(stem for stem, _ in self._begun)

    def at(self, text: str, words: Iterable[Word]) -> Iterator[re.Match[str]]:
        """Where phrases stand in a text, of which these are words; they do not overlap."""
        end, first, stems = -1, self._first, self._stems
        for word in words:
            said = word.text
            if said not in first and not (stems and said.startswith(stems)) and "’" not in said:
                continue
            found = self._match(text, word) if word.start >= end else None
            if found is not None:
                end = found.end()
                yield found

    def _match(self, text: str, word: Word) -> re.Match[str] | None:
        said = word.text.replace("’", "'")
        patterns = self._first.get(said, ())
        if self._stems and said.startswith(self._stems):
            patterns = [*patterns, *(pattern for stem, pattern in self._begun if said.startswith(stem))]
        matches = (pattern.match(text, word.start) for pattern in patterns)
        return next((match for match in matches if match and match.end() > match.start()), None)


_FIRST = re.compile(r"\w+(?:['’]\w+)*")


@lru_cache(maxsize=8)
def phrases(lines: tuple[str, ...]) -> Phrases:
    """The phrases of some lines, one a line."""
    return Phrases(lines)


def _phrase(line: str) -> re.Pattern[str]:
    text = starred(line, r"\w", r"\s+").replace("'", "['’]")
    return re.compile(text + (r"(?!\w)" if line[-1:].isalnum() else ""), re.IGNORECASE)


@lru_cache(maxsize=1)
def claims() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    """Each claim's first word, its pattern, and the beginnings of words of which one must stand in the code."""
    found: list[tuple[str, re.Pattern[str], tuple[str, ...]]] = []
    for line in listed_lines("claims"):
        claim, _, evidence = line.partition("=")
        words = r"[\s-]".join(re.escape(word) for word in claim.split())
        first = claim.split()[0]
        found.append((first, re.compile(rf"(?<!\w){words}\w*", re.IGNORECASE), tuple(evidence.split())))
    return tuple(found)


@lru_cache(maxsize=8)
def list_words(name: str) -> frozenset[str]:
    """The words of a list, as they stand."""
    return frozenset(word for line in listed_lines(name) for word in line.split())


@lru_cache(maxsize=1)
def crate_names() -> frozenset[str]:
    """Crates that people know by name, with hyphens."""
    return frozenset(name.replace("_", "-") for name in list_words("crate_names"))


@lru_cache(maxsize=1)
def std_names() -> frozenset[str]:
    """Names of the language and of its standard library, methods included: a reasoning may weigh any of them."""
    data = files("app.rust") / "data"
    found = set(list_words("rust_names"))
    for name in ("std_methods", "std_traits"):
        lines = (data / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        found.update(word for line in lines if not line.startswith("#") for word in _STD_NAME.findall(line))
    return frozenset(found)


_STD_NAME = re.compile(r"[^\W\d]\w*")
