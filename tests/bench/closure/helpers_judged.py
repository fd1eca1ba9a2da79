"""One file beside what rustc says of it: who uses what, and of what rustc does not tell.

Offsets are bytes, 0-based, end exclusive; items are told by their index in the file's outline.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.bench.closure.helpers_truth import Mark, Opened, Truth, Use, is_deprecable, is_trait_impl

_WHOLE = frozenset({"impl_item", "trait_item"})
_BLIND = frozenset({"macro_definition", "macro_invocation"})
"""Of what these use rustc tells only what is expanded."""
_INFERRED = frozenset({"field", "associated type"})
"""Uses that name a member of what is used, and not it."""
_Range = tuple[int, int]


@dataclass
class Judged:
    """One file of a crate and what rustc says of it."""

    file: Opened
    truth: Truth

    @cached_property
    def uses(self) -> list[Use]:
        """Uses of this file's items in this file, in source order."""
        path = self.file.path
        return sorted(use for use in self.truth.uses if use.path == path == use.used.path)

    @cached_property
    def impl_uses(self) -> list[Use]:
        """Needs of this file's impls of traits in this file."""
        path = self.file.path
        return sorted(use for use in self.truth.impl_uses if use.path == path == use.used.path)

    @cached_property
    def by_start(self) -> dict[int, int]:
        """Items by their first byte."""
        return {item.name_start: index for index, item in enumerate(self.file.items)}

    def mark(self, index: int) -> Mark:
        """What names the item in the truth."""
        return Mark(self.file.path, self.file.items[index].name_start)

    def users(self) -> Iterator[int]:
        """The items that are scored: what a person can take, and rustc compiles."""
        for index, item in enumerate(self.file.items):
            whole = item.kind in _WHOLE and (item.kind == "trait_item" or is_trait_impl(self.file, index))
            alone = is_deprecable(self.file, index) and item.kind != "macro_definition"
            if (
                (whole or alone)
                and not item.test
                and not item.broken
                and self.mark(index) in self.truth.compiled
            ):
                yield index

    def spans(self, index: int) -> list[_Range]:
        """What taking the item puts into a block: itself, and the header of the impl around it."""
        item = self.file.items[index]
        return [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])

    def used(self, spans: Sequence[_Range], uses: Sequence[Use]) -> dict[int, list[Use]]:
        """What stands outside the spans and is used in them, by item. `uses` are in source order."""
        found: dict[int, list[Use]] = {}
        items = self.file.items
        for start, end in spans:
            for use in uses[bisect_left(uses, start, key=_at) : bisect_left(uses, end, key=_at)]:
                index = self.by_start.get(use.used.start)
                item = items[index] if index is not None else None
                if (
                    index is not None
                    and item is not None
                    and not any(s < item.end and item.start < e for s, e in spans)
                ):
                    found.setdefault(index, []).append(use)
        return found

    def needed(self, spans: Sequence[_Range]) -> tuple[dict[int, Use], set[int]]:
        """What the spans use, each with the first place, and what they only reach through a type: a struct by its
        field, a trait by a type of it."""
        found = self.used(spans, self.uses)
        named = {index: [use for use in uses if use.noun not in _INFERRED] for index, uses in found.items()}
        sure = {index: uses[0] for index, uses in named.items() if uses}
        return sure, set(found) - set(sure)

    def overlapping(self, index: int) -> set[int]:
        """The items that the item's spans hold or cut: itself, its members, and what it stands in."""
        found: set[int] = set()
        at: int | None = index
        while at is not None:
            found.add(at)
            at = self.file.items[at].parent
        for start, end in self.spans(index):
            found |= set(range(bisect_left(self.starts, start), bisect_left(self.starts, end)))
        return found

    @cached_property
    def starts(self) -> list[int]:
        """Where items begin, leads included, in file order."""
        return [item.start for item in self.file.items]

    def is_blind(self, index: int) -> bool:
        """Whether rustc does not tell all that the item uses."""
        return self.file.items[index].kind in _BLIND or self.mark(index) not in self.truth.compiled

    def is_told(self, index: int) -> bool:
        """Whether rustc would say so if the item were used."""
        return self.mark(index) in self.truth.told

    def places(self, spans: Sequence[_Range], index: int) -> list[int]:
        """The bytes in the spans that made the resolver think of the item."""
        lookup, items = self.file.lookup, self.file.items
        needs = [need for start, end in spans for need in lookup.needs_of(start, end)]
        return [n.at for n in needs if n.item >= 0 and index in (n.item, items[n.item].whole)]

    def first_need(self, user: int, index: int) -> int:
        """The first of them in an item; -1 if there is none."""
        return min(self.places(self.spans(user), index), default=-1)

    def is_spelled_out_of_sight(self, spans: Sequence[_Range], index: int) -> bool:
        """Whether all that names the item stands where rustc does not look: attributes, code that `cfg` leaves out."""
        places = self.places(spans, index)
        return bool(places) and all(is_hidden(self.file, at) for at in places)


def _at(use: Use) -> int:
    return use.at


def is_hidden(file: Opened, at: int) -> bool:
    """Whether rustc does not look at a byte: in an attribute, or left out by `cfg`."""
    if any(start <= at < end for start, end in file.unseen):
        return True
    node = file.lookup.file.tree.root_node.descendant_for_byte_range(at, at + 1)
    while node is not None and node.type not in ("attribute_item", "inner_attribute_item"):
        node = node.parent
    return node is not None
