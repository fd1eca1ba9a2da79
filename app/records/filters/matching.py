"""Filters over all rows at once: a hundred thousand in some milliseconds, because each distinct value is judged once.

A field's column holds, for each row, the number of its value; a term becomes a row of 0 and 1, which whole-number
arithmetic joins with others. What a term means is said in `app.records.filters.fields` alone, for one row as for all.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Protocol, overload

from app.base.cancelling import CancelledError, never
from app.records.filters.fields import FIELDS, Field
from app.records.filters.language import AnyOf, Filter, Node, Not, Term
from app.records.filters.row import Row

_MASKS = 64
"""Answers to terms that are kept, the latest ones: at a key in a filter most terms stay as they were."""
_Numbers = tuple["array[int]", dict[int, list[int]]]
_STRETCH = 8_192
"""Rows that are gone through in one go, without anything else running: half a millisecond."""
_STRIDE = 2_000
"""Rows between two questions whether to go on."""


class FullTexts(Protocol):
    """Full texts by number, as `app.review.queue.text_index.TextIndex` has them."""

    @property
    def size(self) -> int:
        """How many more than the highest number."""

    def number(self, revision: str) -> int:
        """The number of a revision's text; 0 where it is not known yet."""

    def hits(self, wanted: str) -> bytearray:
        """For each number 1 where the text holds the words, else 0."""


class _Column:
    """One field of all rows."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.numbers = array("L")
        """For each row the number of its value."""
        self.values: list[Hashable] = []
        self._known: dict[Hashable, int] = {}

    def put(self, at: int, row: Row) -> None:
        """Take a row in, at its place or at the end."""
        value = self.field.of(row)
        number = self._known.get(value)
        if number is None:
            number = self._known[value] = len(self.values)
            self.values.append(value)
        if at < len(self.numbers):
            self.numbers[at] = number
        else:
            self.numbers.append(number)

    def mask(self, term: Term, now: datetime) -> int:
        """Which rows the term holds of."""
        tests = [self.field.test(value, now) for value in term.values]
        if len(tests) == 1:
            test, stretches = tests[0], range(0, len(self.values), _STRETCH)
            verdicts = b"".join([bytes(map(test, self.values[at : at + _STRETCH])) for at in stretches])
        else:
            verdicts = bytes([any(test(value) for test in tests) for value in self.values])
        return _number(_looked_up(verdicts, self.numbers))


def _looked_up(flags: bytes | bytearray, numbers: array[int]) -> bytes:
    """Each number's flag. In stretches, between which the interface's thread gets the interpreter."""
    stretches = range(0, len(numbers), _STRETCH)
    return b"".join([bytes(map(flags.__getitem__, numbers[at : at + _STRETCH])) for at in stretches])


def _number(flags: bytes) -> int:
    return int.from_bytes(flags, "little")


class RowColumns:
    """All rows of a list, ready to be filtered. Any thread may ask, one at a time; long work: not the interface's."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._rows: list[Row] = []
        self._columns: dict[str, _Column] = {}
        self._masks: OrderedDict[tuple[Term, object], int] = OrderedDict()
        self._numbers: tuple[tuple[int, int], _Numbers] | None = None
        self._clear()

    def _clear(self) -> None:
        self._rows = []
        self._where: dict[str, int] = {}
        """Each record's place; only grows, until another takes its place."""
        self._numbers = None
        self._columns = {name: _Column(field) for name, field in FIELDS.items() if name != "text"}

    def take(self, rows: Sequence[Row], cancelled: Callable[[], bool] = never) -> None:
        """Make these the rows; only those that are not the very same objects as before cost anything worth telling.

        Raises `CancelledError`; then there are no rows.
        """
        with self._guard:
            new = self._given(rows, cancelled)
            same = [row.record for row in new[: len(self._rows)]] == [row.record for row in self._rows]
            if not same:
                self._clear()
            known, self._rows = self._rows, new
            changed = [at for at, row in enumerate(known) if row is not new[at]]
            for count, at in enumerate([*changed, *range(len(known), len(new))]):
                if count % _STRIDE == 0 and cancelled():
                    self._clear()
                    self._masks.clear()
                    raise CancelledError
                for column in self._columns.values():
                    column.put(at, new[at])
            self._where.update((row.record, at) for at, row in enumerate(new[len(known) :], len(known)))
            if changed or not same or len(new) != len(known):
                self._masks.clear()
                self._numbers = None

    def _given(self, rows: Sequence[Row], cancelled: Callable[[], bool]) -> list[Row]:
        new: list[Row] = []
        for at in range(0, len(rows), _STRIDE):
            if cancelled():
                raise CancelledError
            new += rows[at : at + _STRIDE]
        return new

    def __len__(self) -> int:
        return len(self._rows)

    def unread(self, texts: FullTexts) -> int:
        """How many rows say something that full-text search cannot find yet."""
        number = texts.number
        return sum(not all(map(number, row.texts)) for row in self._rows)

    def select(
        self,
        wanted: Filter,
        now: datetime,
        texts: FullTexts | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Picked:
        """The rows that the filter means, in their order. `now` has a zone, in which days begin.

        Without `texts`, words are sought in what stands in the rows themselves: the beginning of the request, the item
        and the path. Raises `CancelledError`.
        """
        with self._guard:
            if not wanted:
                return Picked(self._rows, range(len(self._rows)), self._where)
            mask = self._mask(wanted.root, now, texts, cancelled)
            flags = mask.to_bytes(len(self._rows), "little")
            return Picked(self._rows, array("L", compress(range(len(flags)), flags)), self._where)

    def _mask(self, node: Node, now: datetime, texts: FullTexts | None, cancelled: Callable[[], bool]) -> int:
        if cancelled():
            raise CancelledError
        if isinstance(node, Term):
            return self._term(node, now, texts)
        if isinstance(node, Not):
            return self._every() ^ self._mask(node.part, now, texts, cancelled)
        masks = [self._mask(part, now, texts, cancelled) for part in node.parts]
        found = masks[0]
        for mask in masks[1:]:
            found = found | mask if isinstance(node, AnyOf) else found & mask
        return found

    def _every(self) -> int:
        return _number(b"\1" * len(self._rows))

    def _term(self, term: Term, now: datetime, texts: FullTexts | None) -> int:
        name = term.field
        depends: object = now if name in ("after", "before") else None
        if name == "text":
            depends = None if texts is None else (id(texts), texts.size)
        key = term, depends
        mask = self._masks.get(key)
        if mask is None:
            mask = self._words(term, now, texts) if name == "text" else self._columns[name].mask(term, now)
            self._masks[key] = mask
            if len(self._masks) > _MASKS:
                self._masks.popitem(last=False)
        self._masks.move_to_end(key)
        return mask

    def _words(self, term: Term, now: datetime, texts: FullTexts | None) -> int:
        if texts is None:
            only = Filter(term)
            return _number(bytes([only.matches(row, now=now) for row in self._rows]))
        found = bytearray(texts.size)
        for value in term.values:
            hits = texts.hits(value)
            found = hits if not any(found) else bytearray(map(max, found, hits))
        found[0:1] = b"\0"
        numbers, several = self._text_numbers(texts, len(found))
        flags = bytearray(_looked_up(found, numbers))
        for at, others in several.items():
            flags[at] = any(found[number] for number in others)
        return _number(bytes(flags))

    def _text_numbers(self, texts: FullTexts, size: int) -> _Numbers:
        """For each row the number of its text, 0 for none; and of rows with several texts all numbers."""
        key = id(texts), size
        if self._numbers is None or self._numbers[0] != key:
            number, first, several = texts.number, array("L"), dict[int, list[int]]()
            for at, row in enumerate(self._rows):
                known = [name if (name := number(revision)) < size else 0 for revision in row.texts]
                first.append(known[0] if len(known) == 1 else 0)
                if len(known) > 1:
                    several[at] = known
            self._numbers = key, (first, several)
        return self._numbers[1]


class Picked(Sequence[Row]):
    """Some rows of many, in the order they had. Never changes."""

    def __init__(self, rows: Sequence[Row], places: Sequence[int], where: Mapping[str, int]) -> None:
        """`places`: rising 0-based places in `rows`; `where`: each record's place there."""
        self._rows = rows
        self.places = places
        """0-based places in the list that was filtered, rising."""
        self._where = where

    def __len__(self) -> int:
        return len(self.places)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        rows = self._rows
        return [rows[place] for place in self.places[at]] if isinstance(at, slice) else rows[self.places[at]]

    def __iter__(self) -> Iterator[Row]:
        return map(self._rows.__getitem__, self.places)

    def place(self, record: str) -> int | None:
        """The record's 0-based place here, quickly; None if it is not among them."""
        place = self._where.get(record)
        if place is None:
            return None
        at = bisect_left(self.places, place)
        return at if at < len(self.places) and self.places[at] == place else None
