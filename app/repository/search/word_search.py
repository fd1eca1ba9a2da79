"""Several words that no line holds as they were typed: lines with some of them, the most telling first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

from app.repository.index.codebase import Codebase
from app.repository.search.grep_lines import TextHit
from app.repository.search.text_search import TextQuery, search_text

MOST = 8
"""Words that are looked for."""
SHORT = 5
"""Letters below which a word says little (`with`, `the`): left out if there are longer ones."""
LIMIT = 200
"""Lines told."""
LOOKED_AT = 20_000
"""Lines that are weighed."""


def words_of(pattern: str) -> list[str]:
    """The words of a text worth looking for, in lower case; fewer than two mean that there is nothing to weigh."""
    words = list(dict.fromkeys(re.findall(r"\w+", pattern.lower())))
    telling = [word for word in words if len(word) >= SHORT]
    return (telling if len(telling) > 1 else words)[:MOST]


def search_words(code: Codebase, query: TextQuery, cancelled: Callable[[], bool]) -> list[TextHit]:
    """Lines with at least one of the words: those with more words first, then those with rarer ones, then by place.

    Raises `UsageError` and `SourceError` as `search_text` does.
    """
    words = words_of(query.pattern)
    if len(words) < 2 or len(query.pattern.split()) < 2:
        return []
    anyone = replace(query, pattern="|".join(words), regex=True, words=False, case=False)
    held: list[tuple[TextHit, list[str]]] = []
    with closing(search_text(code, anyone, cancelled, LOOKED_AT)) as found:
        for hits in found:
            for hit in hits:
                low = hit.text.lower()
                held.append((hit, [word for word in words if word in low]))
    counts = Counter(word for _hit, some in held for word in some)

    def weight(row: tuple[TextHit, list[str]]) -> tuple[int, float]:
        return -len(row[1]), -sum(1 / counts[word] for word in row[1])

    return [hit for hit, some in sorted(held, key=weight) if some][:LIMIT]
