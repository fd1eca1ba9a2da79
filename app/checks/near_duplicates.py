"""Which of many records say nearly the same: an index that grows by a record at a time and is asked about one.

Who shares fingerprints (`app.checks.imprints`) is compared word by word.
Not safe for several threads at once.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from heapq import nsmallest
from math import log, sqrt
from typing import NamedTuple

from msgspec import Struct
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

from app.checks.findings import Near, WordRun
from app.checks.imprints import SKETCH, Imprint, Marks, imprint
from app.checks.reading import grams, shared_rows
from app.checks.words.tongues import little_words
from app.records.finding import Field

_COMMON = 200
"""Records with one fingerprint from which on it tells nothing; what is meant stands out by others."""
_COMMON_STEMS = 60
"""The same of words' beginnings: what so many speak of is the project's subject."""
_STEMS = 3
"""Beginnings of words that two texts must share to be compared by their letters."""
_CANDIDATES = 5
_LONGEST = 20_000
"""Characters of a text that are compared letter by letter: the time grows with their square."""
_ROW = 4
"""Letters in a row by which texts in other words are compared."""
_FEW_WORDS = 12
"""Words of a text, little ones left out, below which two are alike by their subject alone."""
_MOST_WORDS = 4_000
"""Words of a text that are compared word by word."""


class Light(NamedTuple):
    """Of a record what the set's checks need."""

    record: str
    topic: str
    user: str
    think: str
    block: str
    path: str = ""
    """The file of its main code."""


class _Prints:
    """Who has which fingerprint: in many small tables of numbers, eight bytes a fingerprint.

    A dictionary of them all takes ten times the memory, and stalls everything whenever it grows.
    """

    def __init__(self) -> None:
        self._tables: list[array[int] | None] = [None] * 65_536

    def add(self, marks: Marks, number: int) -> None:
        """The record with that number has these."""
        tables = self._tables
        for mark in marks:
            table = tables[mark >> 16]
            if table is None:
                table = tables[mark >> 16] = array("Q")
            table.append(mark << 32 | number)

    def holders(self, mark: int) -> list[int]:
        """Numbers of the records that have it, also of those that are gone."""
        return [one & 0xFFFF_FFFF for one in self._tables[mark >> 16] or () if one >> 32 == mark]


class _Names:
    """Records by something that they mostly have alone: a set for each would keep the garbage collector busy."""

    def __init__(self) -> None:
        self._first: dict[str | bytes, str] = {}
        self._more: dict[str | bytes, list[str]] = {}

    def add(self, key: str | bytes, record: str) -> None:
        """The record has it."""
        if self._first.setdefault(key, record) != record:
            self._more.setdefault(key, []).append(record)

    def remove(self, key: str | bytes, record: str) -> None:
        """It has it no more."""
        more = self._more.get(key, [])
        if self._first.get(key) != record:
            more.remove(record)
        elif more:
            self._first[key] = more.pop()
        else:
            del self._first[key]
        if not more:
            self._more.pop(key, None)

    def of(self, key: str | bytes) -> list[str]:
        """The records that have it, in no order."""
        first = self._first.get(key)
        return [] if first is None else [first, *self._more.get(key, ())]


class _Held(Struct, frozen=True, gc=False):
    """A record in the index."""

    record: str
    topic: str
    path: str
    user: str
    think: str
    digest: bytes
    sketch: Marks
    number: int
    """Of this text in this index; a number is never given twice."""
    counts: bool
    """Whether it counts as a record, and not as another text of one."""


class SetIndex:
    """All records of a project, or as many as one likes."""

    def __init__(self, records: Iterable[Light] = ()) -> None:
        self._held: dict[str, _Held] = {}
        self._more: dict[str, set[str]] = {}
        """The other texts of a record in conflict, by their keys."""
        self._by_print = {field: _Prints() for field in ("user", "think", "block", "user~", "think~")}
        self._common: dict[str, set[int]] = {field: set() for field in self._by_print}
        """Fingerprints that are known to tell nothing; whatever leaves the index makes them unknown again."""
        self._keys: dict[int, str] = {}
        self._next = 0
        self._by_digest = _Names()
        self._openings = _Names()
        self._files: Counter[tuple[str, str]] = Counter()
        self._topics: Counter[str] = Counter()
        for record in records:
            self.add(record)

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, record: str) -> bool:
        return record in self._held

    def add(self, light: Light) -> None:
        """Take a record in, in place of what was known of it."""
        self.take(light.record, light.topic, light.path, imprint(light.user, light.think, light.block))

    def take(self, record: str, topic: str, path: str, left: Imprint, text: str = "") -> None:
        """Take a record in by its imprint. `text` names a further text of it, which makes it no other record."""
        if text:
            self._drop(_key(record, text))
            self._more.setdefault(record, set()).add(text)
        else:
            self.remove(record)
        key, number = _key(record, text), self._next
        self._next += 1
        held = _Held(record, topic, path, left.user, left.think, left.digest, left.sketch, number, not text)
        self._held[key] = held
        self._keys[number] = key
        for field, prints in self._by_print.items():
            prints.add(left.marks(field), number)
        if held.digest:
            self._by_digest.add(held.digest, key)
        if held.counts:
            for opening in _openings(held):
                self._openings.add(opening, key)
            self._files[topic, path] += 1
            self._topics[topic] += 1

    def remove(self, record: str) -> None:
        """Forget a record with all its texts; nothing happens if it is not known."""
        for text in self._more.pop(record, ()):
            self._drop(_key(record, text))
        self._drop(record)

    def _drop(self, key: str) -> None:
        held = self._held.pop(key, None)
        if held is None:
            return
        # Its fingerprints stay: a number that names nobody is passed over.
        del self._keys[held.number]
        for known in self._common.values():
            known.clear()
        if held.digest:
            self._by_digest.remove(held.digest, key)
        if held.counts:
            for opening in _openings(held):
                self._openings.remove(opening, key)
            self._files[held.topic, held.path] -= 1
            self._topics[held.topic] -= 1

    def view(self, light: Light) -> View:
        """What the others are to this record, whether or not it is in the index."""
        own = imprint(light.user, light.think, light.block)
        return View(self, light.record, light.topic, light.path, own)

    def count(self, topic: str) -> int:
        """How many records of a topic are known."""
        return self._topics[topic]

    def files(self, topic: str) -> dict[str, int]:
        """How many of a topic's records come from each file."""
        return {path: count for (name, path), count in self._files.items() if name == topic and count > 0}

    # -- for views

    def candidates(self, field: str, marks: Marks, but: str, least: int = 1) -> list[_Held]:
        """The texts of other records that share most fingerprints, `least` at least: most first, then by name."""
        holders_of, known, shared = self._by_print[field].holders, self._common[field], Counter[int]()
        common = _COMMON_STEMS if field.endswith("~") else _COMMON
        for mark in marks:
            if mark in known:
                continue
            numbers = holders_of(mark)
            if len(numbers) > common and sum(number in self._keys for number in numbers) > common:
                known.add(mark)
            else:
                shared.update(numbers)
        return [self._held[key] for _, key in nsmallest(_CANDIDATES, self._ranked(shared, but, least))]

    def _ranked(self, shared: Counter[int], but: str, least: int) -> Iterator[tuple[int, str]]:
        for number, count in shared.items():
            key = self._keys.get(number) if count >= least else None
            if key is not None and self._held[key].record != but:
                yield -count, key

    def held(self, record: str) -> _Held | None:
        """What is known of a record."""
        return self._held.get(record)

    def twins(self, digest: bytes, but: str) -> list[_Held]:
        """Texts of other records with the very same block."""
        keys = sorted(self._by_digest.of(digest))
        return [held for key in keys if (held := self._held[key]).record != but]

    def beginning(self, topic: str, field: str, words: list[str]) -> Iterator[_Held]:
        """Records of a topic whose text begins with the same two words."""
        return (self._held[record] for record in self._openings.of(_opening(topic, field, words)))

    def of_file(self, topic: str, path: str) -> int:
        """How many of a topic's records come from a file."""
        return self._files[topic, path]


class View:
    """The other records as one record sees them: `app.checks.findings.Others`."""

    def __init__(self, index: SetIndex, record: str, topic: str, path: str, own: Imprint) -> None:
        self._index = index
        self._record = record
        self._topic = topic
        self._path = path
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
        for other in self._index.candidates(field, self._own.marks(field), self._record):
            said = _text(other, field)
            share = _likeness(own, said)
            alike = (
                share >= overlap or fuzz.ratio(own[:_LONGEST], said[:_LONGEST], score_cutoff=ratio) >= ratio
            )
            if alike and (best is None or share > best.share):
                best = Near(other.record, other.topic, share, own == said)
        return best

    def paraphrase(self, field: Field, share: int) -> Near | None:
        """The record that says most nearly the same in other words, if so much (per cent) of them is alike.

        Compared are rows of four letters within words, little words left out: what they have in common as vectors.
        """
        own = _text(self._own, field)
        best: Near | None = None
        stems = self._own.marks(f"{field}~")
        for other in self._index.candidates(f"{field}~", stems, self._record, _STEMS):
            alike = int(100 * likeness(own, _text(other, field)) + 0.5)
            if alike >= share and (best is None or alike > best.share):
                best = Near(other.record, other.topic, alike, own == _text(other, field))
        return best

    def _near_block(self, overlap: int) -> Near | None:
        twins = self._index.twins(self._own.digest, self._record) if self._own.digest else []
        if twins:
            return Near(twins[0].record, twins[0].topic, 100, True)
        marks, best = self._own.sketch, None
        for other in self._index.candidates("block", marks, self._record):
            share = _sketched(marks, other.sketch)
            if share >= overlap and (best is None or share > best.share):
                best = Near(other.record, other.topic, share, False)
        return best

    def shared_run(self, words: int) -> WordRun | None:
        """The longest row of at least so many words that another reasoning shares with this one."""
        own, best = tuple(self._own.think.split()), None
        for other in self._index.candidates("think", self._own.think_marks, self._record):
            for first, count in shared_rows(own, grams(tuple(other.think.split()), words), words):
                if best is None or count > best.words:
                    best = WordRun(other.record, other.topic, first, count)
        return best

    def openings(self, field: Field, words: int) -> int:
        """How many other records of the topic begin with the same words."""
        own = _text(self._own, field).split(" ", words)[:words]
        if len(own) < max(words, 2):  # they are found by their first two
            return 0
        alike = self._index.beginning(self._topic, field, own)
        others = (_text(held, field) for held in alike if held.record != self._record)
        return sum(text.split(" ", words)[:words] == own for text in others)

    def from_file(self) -> tuple[str, int, int]:
        """The main file of this record, how many of the topic's records come from it, and how many there are."""
        known = self._index.held(self._record)
        new = 0 if known is not None and known.topic == self._topic else 1
        moved = new or (known is not None and known.path != self._path)
        count = self._index.of_file(self._topic, self._path) + (1 if moved else 0)
        return self._path, count, self._index.count(self._topic) + new


def _key(record: str, text: str) -> str:
    return f"{record}\n{text}" if text else record


def _text(kept: _Held | Imprint, field: str) -> str:
    return kept.user if field == "user" else kept.think


def _likeness(one: str, other: str) -> int:
    """How alike two texts are, per cent: the larger of ROUGE-L and the overlap of their rows of five words."""
    left, right = tuple(one.split()), tuple(other.split())
    if not left or not right:
        return 0
    low, high = left[:_MOST_WORDS], right[:_MOST_WORDS]
    rouge = 2 * LCSseq.similarity(low, high) / (len(low) + len(high))
    mine, theirs = grams(left, 5), grams(right, 5)
    overlap = len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
    return int(100 * max(rouge, overlap) + 0.5)


def likeness(one: str, other: str) -> float:
    """How alike two texts of folded words are in the letters of their words, from 0 to 1; of short ones 0."""
    left, right = _letters(one), _letters(other)
    if len(left) > len(right):
        left, right = right, left
    return sum(weight * right.get(row, 0.0) for row, weight in left.items())


@lru_cache(maxsize=64)
def _letters(text: str) -> Mapping[str, float]:
    """How much each row of four letters weighs in a text; the squares add up to 1."""
    little = little_words("en")
    words = [word for word in text[:_LONGEST].split() if word not in little]
    if len(set(words)) < _FEW_WORDS:
        return {}
    rows = Counter[str]()
    for word in words:
        edged = f" {word} "
        rows.update([edged[at : at + _ROW] for at in range(max(1, len(edged) - _ROW + 1))])
    weights = {row: 1 + log(count) for row, count in rows.items()}
    length = sqrt(sum(weight * weight for weight in weights.values()))
    return {row: weight / length for row, weight in weights.items()}


def _sketched(one: Marks, other: Marks) -> int:
    """Per cent of the smallest hashes of both together that both have: what their rows have in common."""
    smallest = sorted({*one, *other})[:SKETCH]
    both = set(one) & set(other)
    return int(100 * sum(mark in both for mark in smallest) / len(smallest) + 0.5) if smallest else 0


def _opening(topic: str, field: str, words: list[str]) -> str:
    return f"{topic}\n{field}\n{words[0]} {words[1]}"


def _openings(held: _Held) -> set[str]:
    """What it is found by for its texts' first two words."""
    begun = ((field, _text(held, field).split(" ", 2)[:2]) for field in ("user", "think"))
    return {_opening(held.topic, field, words) for field, words in begun if len(words) == 2}
