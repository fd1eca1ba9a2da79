"""A file's units: the items that one would write a record about, and where recorded bytes are in it now.

Every item outside tests is one, but `use` and `mod` declarations and what is not understood; of a trait and a trait's
impl the whole; of any other impl, and of a module, not the container but what is in it. Units of a file never overlap.
A constant, a type alias and an item of one line that other units use are parts of those, and no work of their own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.base.globs import fits
from app.base.text import printable
from app.project.topics.claims import word_pattern
from app.project.topics.spec import Spec
from app.records.events import Skip, Span
from app.rust.gaps.unknowns import NOT_UNDERSTOOD, Range
from app.rust.items import Item
from app.rust.source import SourceFile

NEVER = ("use_declaration", "extern_crate_declaration", "mod_item", NOT_UNDERSTOOD)
"""Kinds that are never units. Of what is not understood only the place is told."""
_SMALL = ("const_item", "static_item", "type_item")
_WHOLE = ("whole", "fragment")
"""Parts of items that can be looked for: a container's header or brace alone is no use of anything."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An item that one would write a record about, and what the spec says of it."""

    path: str
    item: str
    """Item path."""
    index: int
    """In the file's outline."""
    start: int
    """First byte of its lead."""
    end: int
    name_start: int
    """First byte behind its lead."""
    first: int
    """Line on which its lead begins."""
    line: int
    """Line on which it begins itself: where a cursor belongs."""
    last: int
    """Line on which it ends."""
    kind: str
    """The grammar's name of the item."""
    focus: bool
    """Whether it holds one of the spec's focus words."""
    excluded: str
    """Why the spec leaves it out, for people; empty if it does not."""
    within: tuple[str, ...]
    """Its own item path, then those of the items around it."""
    small: bool = False
    """Whether it may be a part of what uses it: a constant, a static, a type alias, or one line."""

    @property
    def lines(self) -> int:
        """How many lines it has with its lead."""
        return self.last - self.first + 1


class Rules:
    """What the spec says of items."""

    def __init__(self, spec: Spec) -> None:
        self._patterns = spec.exclude_items
        words = [line for line in spec.exclude if not line.lower().startswith("test")]
        self._why = f" ({'; '.join(printable(line, 200) for line in words)})" if words else ""
        self._named = spec.related_items
        self.words = tuple((word, re.compile(word_pattern(word).encode())) for word in spec.focus_words)
        """The focus words, each with what finds it in bytes."""
        self.offer = spec.offer
        """In which order items are offered."""

    def excluded(self, within: Sequence[str]) -> str:
        """Why an item is left out, its path and those around it given; empty if it is not."""
        for pattern in self._patterns:
            if any(fits(name, pattern) for name in within):
                return f"the spec leaves out {printable(pattern, 200)}{self._why}"
        return ""

    def focus(self, data: bytes, start: int, end: int) -> bool:
        """Whether these bytes of a file hold a focus word."""
        return any(found.search(data, start, end) for _, found in self.words)

    def named(self, within: Sequence[str]) -> bool:
        """Whether the spec names an item of a related file as the topic's."""
        return any(fits(name, pattern) for pattern in self._named for name in within)


class FileUnits:
    """One file of the sources: its items, which of them are units, and where recorded bytes are in it."""

    def __init__(
        self,
        source: SourceFile,
        items: Sequence[Item],
        rules: Rules,
        strange: Sequence[Range] = (),
        related: bool = False,
    ) -> None:
        """`strange` are the places of the file that are not understood; `related`: it is none of the sources."""
        self.source = source
        self.related = related
        self.strange = tuple(source.line_at(low) for low, _ in strange)
        """The 0-based lines on which places begin that are not understood."""
        self.items = items
        self.units = tuple(_unit(source, items, index, rules) for index in unit_indexes(items))
        """In file order; they never overlap."""
        self._named = {item.path: item for item in items}

    @cached_property
    def digests(self) -> dict[str, int]:
        """SHA-256 of an item's bytes -> its index; the first of several that are the same."""
        data = self.source.data
        found: dict[str, int] = {}
        for index, item in enumerate(self.items):
            found.setdefault(hashlib.sha256(data[item.start : item.end]).hexdigest(), index)
        return found

    def place(self, span: Span, data: bytes) -> tuple[int, int, bool] | None:
        """Where a span of another state of this file is now, and whether its bytes are; None if it is nowhere.

        By its bytes where they were, in the item of its name, or in one other place; else by its item path.
        """
        text = self.source.data
        if text.startswith(data, span.start):
            return span.start, span.end, True
        item = self._named.get(span.item)
        if span.part not in _WHOLE:
            return None
        at = text.find(data, item.start, item.end) if item is not None else -1
        if at < 0 and text.count(data) == 1:
            at = text.find(data)
        if at >= 0:
            return at, at + len(data), True
        return None if item is None else (item.start, item.end, False)

    def skipped(self, skip: Skip) -> tuple[Unit, ...]:
        """The units that a skip in this file leaves out: by item path, else by the bytes."""
        named = tuple(unit for unit in self.units if skip.item in unit.within)
        return named if named or skip.item in self._named else self.same(skip.sha256)

    def same(self, sha256: str) -> tuple[Unit, ...]:
        """The units in (or that are) the item with just these bytes."""
        index = self.digests.get(sha256)
        if index is None:
            return ()
        name = self.items[index].path
        return tuple(unit for unit in self.units if name in unit.within)


def unit_indexes(items: Sequence[Item]) -> Iterator[int]:
    """The indexes of a file's units, in file order."""
    holders = _holders(items)
    for index, item in enumerate(items):
        if not item.test and item.kind not in NEVER and item.whole is None and index not in holders:
            yield index


def _holders(items: Sequence[Item]) -> set[int]:
    """The containers that are no units themselves, because what is in them is."""
    found: set[int] = set()
    for item in items:
        if item.parent is not None and item.whole is None and item.kind not in NEVER:
            found.add(item.parent)
    return found


def _unit(source: SourceFile, items: Sequence[Item], index: int, rules: Rules) -> Unit:
    item = items[index]
    within = tuple(items[at].path for at in around(items, index))
    line, last = source.line_at(item.name_start), source.line_at(max(item.start, item.end - 1))
    return Unit(
        source.path,
        item.path,
        index,
        item.start,
        item.end,
        item.name_start,
        source.line_at(item.start),
        line,
        last,
        item.kind,
        rules.focus(source.data, item.start, item.end),
        rules.excluded(within),
        within,
        rules.offer.small == "parts" and (item.kind in _SMALL or line == last),
    )


def around(items: Sequence[Item], index: int) -> Iterator[int]:
    """The index of an item, then those of the items around it, innermost first."""
    at: int | None = index
    while at is not None:
        yield at
        at = items[at].parent
