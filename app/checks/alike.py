"""Which of many records say nearly the same: an index that grows by a record at a time and is asked about one.

A record leaves fingerprints: hashes of rows of words, thinned out so that two texts that share a long enough row
share one (winnowing; Schleimer, Wilkerson and Aiken, 2003), and of a block's rows the 64 smallest (bottom-k sketch;
Broder, 1997). Who shares some is then compared word by word. Hashes are the same in every process, so that two runs
agree.
Not safe for several threads at once.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nlargest
from typing import NamedTuple, TypeAlias, TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from app.checks.findings import Field, Near, Run
from app.checks.reading import code_of, grams, prose_of, shared_rows

_USER = (3, 3)
"""Words a row and rows a window: whatever shares 5 words in a row with another request meets it."""
_THINK = (5, 5)
"""Whatever shares 9 words in a row with another reasoning meets it."""
_BLOCK = 8
"""Words a row of code."""
_SKETCH = 64
_SHARDS = 61
_COMMON = 200
"""Records with one fingerprint from which on it tells nothing; what is meant stands out by others."""
_CANDIDATES = 5
_Key = TypeVar("_Key")


class Light(NamedTuple):
    """Of a record what the set's checks need."""

    record: str
    topic: str
    user: str
    think: str
    block: str
    path: str = ""
    """The file of its main code."""


Marks: TypeAlias = "array[int]"
"""Fingerprints, ascending; four bytes each."""


class _Prints:
    """Who has which fingerprint. Most are one record's, and a list for each would keep the garbage collector busy.

    In many small tables, because one large table stalls for a tenth of a second whenever it grows.
    """

    def __init__(self) -> None:
        self._first: tuple[dict[int, int], ...] = tuple({} for _ in range(_SHARDS))
        self._more: dict[int, list[int]] = {}

    def add(self, mark: int, number: int) -> None:
        """The record with that number has it."""
        if self._first[mark % _SHARDS].setdefault(mark, number) != number:
            self._more.setdefault(mark, []).append(number)

    def remove(self, mark: int, number: int) -> None:
        """It has it no more."""
        more, first = self._more.get(mark, []), self._first[mark % _SHARDS]
        if first.get(mark) != number:
            more.remove(number)
        elif more:
            first[mark] = more.pop()
        else:
            del first[mark]
        if not more:
            self._more.pop(mark, None)

    def holders(self, mark: int) -> Sequence[int]:
        """Numbers of the records that have it."""
        first = self._first[mark % _SHARDS].get(mark)
        return () if first is None else (first, *self._more.get(mark, ()))


class _Kept(NamedTuple):
    """A record in the index. Words are joined by blanks: a tenth of the memory of tuples."""

    topic: str
    path: str
    user: str
    think: str
    digest: bytes
    number: int
    """Of the record in this index; a number is never given twice."""
    prints: dict[str, Marks]


class SetIndex:
    """All records of a project, or as many as one likes."""

    def __init__(self, records: Iterable[Light] = ()) -> None:
        self._kept: dict[str, _Kept] = {}
        self._by_print = {field: _Prints() for field in ("user", "think", "block")}
        self._names: dict[int, str] = {}
        self._next = 0
        self._by_digest: dict[bytes, list[str]] = {}
        self._openings: dict[tuple[str, str, str], set[str]] = {}
        self._files: Counter[tuple[str, str]] = Counter()
        self._topics: Counter[str] = Counter()
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, record: str) -> bool:
        return record in self._kept

    def add(self, light: Light) -> None:
        """Take a record in, in place of what was known of it."""
        self.remove(light.record)
        kept = _read(light, self._next)
        self._kept[light.record] = kept
        self._names[kept.number] = light.record
        self._next += 1
        for field, marks in kept.prints.items():
            add = self._by_print[field].add
            for mark in marks:
                add(mark, kept.number)
        self._by_digest.setdefault(kept.digest, []).append(light.record)
        for key in _opening_keys(kept):
            self._openings.setdefault(key, set()).add(light.record)
        self._files[kept.topic, kept.path] += 1
        self._topics[kept.topic] += 1

    def remove(self, record: str) -> None:
        """Forget a record; nothing happens if it is not known."""
        kept = self._kept.pop(record, None)
        if kept is None:
            return
        for field, marks in kept.prints.items():
            for mark in marks:
                self._by_print[field].remove(mark, kept.number)
        del self._names[kept.number]
        _drop(self._by_digest, kept.digest, record)
        for key in _opening_keys(kept):
            self._openings[key].discard(record)
        self._files[kept.topic, kept.path] -= 1
        self._topics[kept.topic] -= 1

    def view(self, light: Light) -> View:
        """What the others are to this record, whether or not it is in the index."""
        return View(self, light.record, _read(light, -1))

    def count(self, topic: str) -> int:
        """How many records of a topic are known."""
        return self._topics[topic]

    def files(self, topic: str) -> dict[str, int]:
        """How many of a topic's records come from each file."""
        return {path: count for (name, path), count in self._files.items() if name == topic and count > 0}

    # -- for views

    def candidates(self, field: str, marks: Marks, but: str) -> list[str]:
        """The records that share most fingerprints, most first, then by name."""
        holders_of, shared = self._by_print[field].holders, Counter[int]()
        for mark in marks:
            holders = holders_of(mark)
            if len(holders) <= _COMMON:
                for number in holders:
                    shared[number] += 1
        best = nlargest(_CANDIDATES * 4, shared.items(), key=lambda pair: pair[1])
        ranked = sorted((-count, self._names[number]) for number, count in best)
        return [record for _, record in ranked if record != but][:_CANDIDATES]

    def kept(self, record: str) -> _Kept:
        """What is known of a record that is in the index."""
        return self._kept[record]

    def twins(self, digest: bytes, but: str) -> list[str]:
        """Records with the very same block."""
        return sorted(record for record in self._by_digest.get(digest, ()) if record != but)

    def beginning(self, key: tuple[str, str, str]) -> Iterator[tuple[str, _Kept]]:
        """Records of a topic whose text begins with the same two words."""
        for record in self._openings.get(key, ()):
            yield record, self._kept[record]

    def of_file(self, topic: str, path: str) -> int:
        """How many of a topic's records come from a file."""
        return self._files[topic, path]


class View:
    """The other records as one record sees them: `app.checks.findings.Others`."""

    def __init__(self, index: SetIndex, record: str, own: _Kept) -> None:
        self._index = index
        self._record = record
        self._own = own
        self._found: dict[tuple[str, int, int], Near | None] = {}

    def near(self, field: Field, overlap: int, ratio: int) -> Near | None:
        """The record most like this one in a field, if overlap or ratio (per cent) are reached."""
        asked = (field, overlap, ratio)
        if asked not in self._found:
            near = self._near_block(overlap) if field == "block" else self._near_prose(field, overlap, ratio)
            self._found[asked] = near
        return self._found[asked]

    def _near_prose(self, field: Field, overlap: int, ratio: int) -> Near | None:
        own = _text(self._own, field)
        best: Near | None = None
        for record in self._index.candidates(field, self._own.prints[field], self._record):
            other = self._index.kept(record)
            share = _likeness(own, _text(other, field))
            alike = share >= overlap or fuzz.ratio(own, _text(other, field)) >= ratio
            if alike and (best is None or share > best.share):
                best = Near(record, other.topic, share, own == _text(other, field))
        return best

    def _near_block(self, overlap: int) -> Near | None:
        twins = self._index.twins(self._own.digest, self._record)
        if twins and self._own.digest:
            return Near(twins[0], self._index.kept(twins[0]).topic, 100, True)
        marks, best = self._own.prints["block"], None
        for record in self._index.candidates("block", marks, self._record):
            other = self._index.kept(record)
            share = _sketched(marks, other.prints["block"])
            if share >= overlap and (best is None or share > best.share):
                best = Near(record, other.topic, share, False)
        return best

    def shared_run(self, words: int) -> Run | None:
        """The longest row of at least so many words that another reasoning shares with this one."""
        own, best = tuple(self._own.think.split()), None
        for record in self._index.candidates("think", self._own.prints["think"], self._record):
            other = self._index.kept(record)
            for first, count in shared_rows(own, grams(tuple(other.think.split()), words), words):
                if best is None or count > best.words:
                    best = Run(record, other.topic, first, count)
        return best

    def openings(self, field: Field, words: int) -> int:
        """How many other records of the topic begin with the same words."""
        own = _text(self._own, field).split(" ", words)[:words]
        if len(own) < words:
            return 0
        key = (self._own.topic, field, " ".join(own[:2]))
        others = ((r, _text(kept, field)) for r, kept in self._index.beginning(key) if r != self._record)
        return sum(text.split(" ", words)[:words] == own for _, text in others)

    def from_file(self) -> tuple[str, int, int]:
        """The main file of this record, how many of the topic's records come from it, and how many there are."""
        path, topic = self._own.path, self._own.topic
        new = 0 if self._record in self._index and self._index.kept(self._record).topic == topic else 1
        moved = new or self._index.kept(self._record).path != path
        count = self._index.of_file(topic, path) + (1 if moved else 0)
        return path, count, self._index.count(topic) + new


def _text(kept: _Kept, field: str) -> str:
    return kept.user if field == "user" else kept.think


def _likeness(one: str, other: str) -> int:
    """How alike two texts are, per cent: the larger of ROUGE-L and the overlap of their rows of five words."""
    left, right = tuple(one.split()), tuple(other.split())
    if not left or not right:
        return 0
    rouge = 2 * LCSseq.similarity(left, right) / (len(left) + len(right))
    mine, theirs = grams(left, 5), grams(right, 5)
    overlap = len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
    return int(100 * max(rouge, overlap) + 0.5)


def _sketched(one: Marks, other: Marks) -> int:
    """Per cent of the smallest hashes of both together that both have: what their rows have in common."""
    smallest = sorted({*one, *other})[:_SKETCH]
    both = set(one) & set(other)
    return int(100 * sum(mark in both for mark in smallest) / len(smallest) + 0.5) if smallest else 0


@lru_cache(maxsize=8)
def _of_block(text: str) -> tuple[bytes, Marks]:
    words = code_of(text).folded
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] if words else b""
    return digest, array("I", sorted(set(_hashes(words, _BLOCK)))[:_SKETCH])


def _read(light: Light, number: int) -> _Kept:
    user, think = prose_of(light.user).folded, prose_of(light.think).folded
    digest, sketch = _of_block(light.block)
    prints = {"user": _winnowed(user, *_USER), "think": _winnowed(think, *_THINK), "block": sketch}
    return _Kept(light.topic, light.path, " ".join(user), " ".join(think), digest, number, prints)


@lru_cache(maxsize=16)
def _winnowed(words: tuple[str, ...], length: int, window: int) -> Marks:
    marks = _hashes(words, length)
    least = (
        {min(marks[at : at + window]) for at in range(max(1, len(marks) - window + 1))} if marks else set()
    )
    return array("I", sorted(least))


def _hashes(words: tuple[str, ...], length: int) -> list[int]:
    """One number a row of words; of a shorter text one for all of it."""
    if not words:
        return []
    coded = [word.encode("utf-8", "surrogatepass") for word in words]
    rows = range(max(1, len(words) - length + 1))
    # CRC alone keeps like rows near each other; the product parts them.
    return [zlib.crc32(b" ".join(coded[at : at + length])) * 2_654_435_761 & 0xFFFF_FFFF for at in rows]


def _opening_keys(kept: _Kept) -> Iterator[tuple[str, str, str]]:
    for field in ("user", "think"):
        first = _text(kept, field).split(" ", 2)[:2]
        if len(first) == 2:
            yield kept.topic, field, " ".join(first)


def _drop(table: dict[_Key, list[str]], key: _Key, record: str) -> None:
    holders = table.get(key)
    if holders is not None:
        holders.remove(record)
        if not holders:
            del table[key]
