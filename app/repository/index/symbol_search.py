"""Fuzzy search over an index: a few letters of a symbol's name, of its path, or both.

The bulk is done in C over joined texts, in slices that let other threads run; only what may be shown is judged in
Python. Better than a lower tier's hit is any hit of a higher one: the name itself, its beginning, its middle, the
item path, and last the letters in order.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import accumulate

from app.repository.index.columns import KINDS, TEST
from app.repository.index.symbols import Symbol, SymbolIndex, sorted_gently

LIMIT = 200
"""Hits shown: who does not find it among these types on."""
ENOUGH = 400
"""Candidates after which no lower tier is looked at."""
JUDGED = 500
"""Candidates of one tier that are ranked in full: those with the shortest paths."""
SLICE = 4_000
"""Texts after which other threads may run, and a cancellation is seen."""

KIND_WORDS: dict[str, frozenset[str]] = {
    "fn": frozenset({"function_item", "function_signature_item"}),
    "struct": frozenset({"struct_item"}),
    "enum": frozenset({"enum_item"}),
    "union": frozenset({"union_item"}),
    "trait": frozenset({"trait_item"}),
    "impl": frozenset({"impl_item"}),
    "mod": frozenset({"mod_item"}),
    "const": frozenset({"const_item"}),
    "static": frozenset({"static_item"}),
    "type": frozenset({"type_item", "associated_type"}),
    "macro": frozenset({"macro_definition"}),
}
"""Words that ask for one kind of item when they stand beside others."""

_LEFT_OUT = frozenset({"use_declaration", "extern_crate_declaration", "foreign_mod_item", "macro_invocation"})
_WORD_START = re.compile(r"(?:^|(?<=[^A-Za-z0-9]))[A-Za-z0-9]|(?<=[a-z0-9])[A-Z]")
_SPLIT = re.compile(r"\s+|::")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, taken apart."""

    terms: tuple[str, ...]
    """What each hit's item path must hold, its letters in order; in lower case."""
    kinds: frozenset[str]
    """The kinds that count; empty for all."""
    files: tuple[str, ...]
    """What each hit's file path must hold; in lower case."""

    @classmethod
    def of(cls, query: str) -> Wanted:
        """`fn retry` asks for functions, `retry worker.rs` and `retry core/` for files."""
        words = [word for word in _SPLIT.split(query.strip().lower()) if word]
        files = tuple(word for word in words if "/" in word or word.endswith(".rs"))
        rest = [word for word in words if word not in files]
        kinds = frozenset[str]()
        if rest and rest[0] in KIND_WORDS and (len(rest) > 1 or files or query.endswith(" ")):
            kinds = KIND_WORDS[rest.pop(0)]
        return cls(tuple(rest), kinds, files)


class SymbolSearch:
    """Searches one index. What it looks through is laid out at the first search: do that in a worker."""

    def __init__(self, index: SymbolIndex) -> None:
        self.index = index

    def search(
        self, query: str, limit: int = LIMIT, cancelled: Callable[[], bool] = lambda: False
    ) -> list[Symbol] | None:
        """The best hits, best first; none for an empty query, None once `cancelled()` said so."""
        wanted = Wanted.of(query)
        if not (wanted.terms or wanted.files or wanted.kinds):
            return []
        chosen: list[int] = []
        seen: set[int] = set()
        for tier in self._tiers(wanted, cancelled):
            if tier is None or cancelled():
                return None
            fresh = self._fitting(tier, seen, wanted)
            chosen += fresh if len(fresh) <= JUDGED else nsmallest(JUDGED, fresh, key=self._length)
            if len(chosen) >= ENOUGH:
                break
            seen.update(tier)
        ranked = sorted(chosen, key=lambda number: self._rank(number, wanted.terms))
        return [self.index.symbol(number) for number in ranked[:limit]]

    def prepare(self) -> SymbolSearch:
        """Lay out what is looked through, so that the first letter is answered as fast as the others."""
        self._firsts, self._abbreviated  # noqa: B018 - made when first looked at
        self._paths.in_order("\0", lambda: False)  # and the engine is loaded
        return self

    def _length(self, number: int) -> int:
        return len(self.index.paths[number])

    # -- candidates, tier by tier

    def _tiers(self, wanted: Wanted, cancelled: Callable[[], bool]) -> Iterator[Sequence[int] | None]:
        """Numbers of items that may fit, ever more loosely; None where it was called off."""
        term = max(wanted.terms, key=len, default="")
        if not term or (wanted.kinds and "function_item" not in wanted.kinds):
            yield self._numbers  # few are left of these anyway
            return
        yield self._of_names(self._names.beginning(term))
        if len(term) > 1:
            rows = self._abbreviated.beginning(term)
            yield self._of_names([self._short[row][1] for row in rows])
        yield self._of_names(self._names.holding(term))
        yield [self._numbers[row] for row in self._paths.holding(term)]
        ordered = self._paths.in_order(term, cancelled)
        yield None if ordered is None else [self._numbers[row] for row in ordered]

    def _of_names(self, rows: Iterable[int]) -> list[int]:
        firsts, numbers = self._firsts, self._named
        return [number for row in rows for number in numbers[firsts[row] : firsts[row + 1]]]

    def _fitting(self, tier: Sequence[int], seen: set[int], wanted: Wanted) -> list[int]:
        """Of a tier's items those that are new and fit all of the query."""
        index = self.index
        found = [number for number in tier if number not in seen] if seen else list(tier)
        if wanted.kinds:
            kinds = {number for number, kind in enumerate(KINDS) if kind in wanted.kinds}
            kinds |= {number | TEST for number in kinds}
            every = index.kinds
            found = [number for number in found if every[number] in kinds]
        if wanted.kinds or len(wanted.terms) > 1:
            paths = index.paths
            for term in wanted.terms:
                found = [number for number in found if in_order(term, paths[number].lower())]
        for part in wanted.files:
            found = [number for number in found if part in index.file_of(number).lower()]
        return found

    # -- ranking

    def _rank(self, number: int, terms: Sequence[str]) -> tuple[float, bool, int, int]:
        path, name = self.index.paths[number], self.index.names[number]
        low, low_name = path.lower(), name.lower()
        total = sum([closeness(term, name, low_name, path, low) for term in terms])
        return total, self.index.is_test(number), len(path), number

    # -- what is looked through

    @cached_property
    def _numbers(self) -> Sequence[int]:
        """The items that can be found, by row of `_paths`."""
        out = {number for number, kind in enumerate(KINDS) if kind in _LEFT_OUT}
        out |= {number | TEST for number in out}
        return [number for number, kind in enumerate(self.index.kinds) if kind not in out]

    @cached_property
    def _paths(self) -> LineTexts:
        paths = self.index.paths
        return LineTexts([paths[number].lower() for number in self._numbers])

    @cached_property
    def _named(self) -> array[int]:
        """The items that have a name, sorted by it in lower case."""
        low = [name.lower() for name in self.index.names]
        return array("I", sorted_gently((n for n in self._numbers if low[n]), low.__getitem__))

    @cached_property
    def _names(self) -> LineTexts:
        """Every name once, in lower case and sorted."""
        names = self.index.names
        return LineTexts(list(dict.fromkeys([names[number].lower() for number in self._named])))

    @cached_property
    def _firsts(self) -> array[int]:
        """Where in `_named` the items of each row of `_names` begin, and the end."""
        names = self.index.names
        counts = Counter([names[number].lower() for number in self._named])
        return array("I", accumulate(counts.values(), initial=0))

    @cached_property
    def _short(self) -> list[tuple[str, int]]:
        """Initials of several words, sorted, with the row in `_names`."""
        rows = {name: row for row, name in enumerate(self._names.texts)}
        names = dict.fromkeys([self.index.names[number] for number in self._named])
        found = [(short, rows[name.lower()]) for name in names if len(short := initials(name)) > 1]
        order = sorted_gently(range(len(found)), lambda at: found[at][0])
        return list(dict.fromkeys([found[at] for at in order]))

    @cached_property
    def _abbreviated(self) -> LineTexts:
        return LineTexts([short for short, _row in self._short])


class LineTexts:
    """Many one-line texts, to be searched together."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._joined = "\n".join(texts)
        self._ends = array("L", accumulate(len(text) + 1 for text in texts))

    def beginning(self, part: str) -> range:
        """Rows of the texts that begin with a part. The texts must be sorted."""
        low = bisect_left(self.texts, part)
        return range(low, bisect_left(self.texts, part + "\U0010ffff", lo=low))

    def holding(self, part: str) -> Iterator[int]:
        """Rows, rising, of the texts that hold a part."""
        at = self._joined.find(part)
        row = 0
        while at >= 0:
            row = bisect_left(self._ends, at + 1, lo=row)
            yield row
            at = self._joined.find(part, self._ends[row])

    def in_order(self, letters: str, cancelled: Callable[[], bool]) -> list[int] | None:
        """Rows, rising, of the texts that hold these letters in this order; None once `cancelled()` said so."""
        from rapidfuzz import process
        from rapidfuzz.distance import LCSseq

        rows: list[int] = []
        for start in range(0, len(self.texts), SLICE):
            if cancelled():
                return None
            found = process.extract(
                letters,
                self.texts[start : start + SLICE],
                scorer=LCSseq.similarity,
                score_cutoff=len(letters),
                limit=None,
            )
            rows += sorted([start + row for _text, _score, row in found])
        return rows


def in_order(letters: str, text: str) -> bool:
    """Whether the text holds these letters in this order."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def initials(name: str) -> str:
    """The letters that begin a name's words, in lower case: `crd` of `calculate_retry_delay`."""
    return "".join(_WORD_START.findall(name)).lower()


def closeness(term: str, name: str, low_name: str, path: str, low: str) -> float:
    """How well a term fits a name, or at least its path: 0 is best. `low` and `low_name` are in lower case."""
    at = low_name.find(term)
    if at == 0:
        return 0 if len(term) == len(name) else 1
    if at > 0:
        return 2 if _starts_word(name, at) else 3
    if len(term) > 1 and initials(name).startswith(term):
        return 2.5
    at = low.find(term)
    if at >= 0:
        return 4 if not at or _starts_word(path, at) else 5
    return 6 + _spread(term, low)


def _starts_word(text: str, at: int) -> bool:
    before, here = text[at - 1], text[at]
    return not before.isalnum() or (here.isupper() and not before.isupper())


def _spread(term: str, low: str) -> float:
    """How far apart a term's letters lie, from 0 (together) to under 1; 1 where they are not all there."""
    at = first = low.find(term[0])
    for letter in term[1:]:
        at = low.find(letter, at + 1)
        if at < 0:
            return 1
    return 1 - len(term) / max(at - first + 1, 1)
