"""What of the same file, and of the crate's other files, a selection uses: helpers, direct and transitive.

Three tiers: what the file itself holds; what other files of the crate hold, found by module path if the caller can
open them; and impls of traits whose methods are called. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.rust.items import Item, scope_at
from app.rust.needs.error_types import returned_errors
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import CratePlace
from app.rust.needs.need import How, Need

Range = tuple[int, int]
ERROR = "error"
"""The kind of a helper that is a type and stands in the error's place of a `Result` which the code returns."""
_MOST_REASONS = 3
_KINDS = {
    "function_item": "function",
    "function_signature_item": "function",
    "struct_item": "type",
    "enum_item": "type",
    "union_item": "type",
    "type_item": "type",
    "associated_type": "type",
    "const_item": "constant",
    "static_item": "static",
    "macro_definition": "macro",
    "macro_invocation": "macro call",
    "trait_item": "trait",
    "impl_item": "impl",
    "mod_item": "module",
    "foreign_mod_item": "foreign block",
}


@dataclass(frozen=True, slots=True)
class Helper:
    """An item that a selection uses and does not hold."""

    item: Item
    index: int
    """Of the item in its file's outline."""
    kind: str
    """In a word: function, method, type, error (one it returns), constant, static, macro, macro call, trait, impl …"""
    reason: str
    """Why, in words, with 1-based lines: "called in lines 812 and 840"."""
    certainty: Literal["certain", "likely"]
    """Whether a name proves that it is used; a method whose receiver is unknown is likely at best."""
    tier: Literal[1, 2, 3]
    """1: of the same file; 2: of another file of the crate; 3: an impl of a trait whose method is called."""
    rank: int
    """Place in the list, from 1: what to take first."""
    uses: int
    """How often the selection uses it."""
    nbytes: int
    """Bytes it adds by itself, without the header and brace of an impl around it."""
    module: tuple[bytes, ...] = ()
    """Path of the module whose file holds it, for tier 2; empty for the same file."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A helper in the tree of all that a selection needs."""

    helper: Helper
    children: tuple[Branch, ...]
    """What only it brings in: each item stands once in the tree, at its smallest depth."""

    @property
    def nbytes(self) -> int:
        """Bytes of the helper and all below it."""
        return self.helper.nbytes + sum(child.nbytes for child in self.children)


def helpers(lookup: Lookup, spans: Sequence[Range]) -> tuple[Helper, ...]:
    """What the spans use directly, best first.

    `spans` are the ranges of the block, headers of wrapped impls included; nothing that overlaps them is proposed.
    A member of a trait or of its impl stands for the whole of it. If the file has `modules`, what the spans name of the
    crate's other files follows as tier 2. Of the same file the error types that the spans return come first.
    """
    taken = _taken(lookup.file, spans)
    errors = returned_errors(lookup.file, spans)
    here = _told(_found(lookup.file, _needs(lookup, spans), taken), errors)
    found = [*here, *_abroad(lookup, spans)]
    found.sort(key=lambda helper: (helper.tier, helper.kind != ERROR))
    return tuple(replace(helper, rank=rank) for rank, helper in enumerate(found, 1))


def _told(found: Sequence[Helper], errors: frozenset[int]) -> list[Helper]:
    """The same, each that is a returned error type said to be one."""
    return [replace(one, kind=ERROR) if one.index in errors else one for one in found]


def _taken(file: RustFile, spans: Sequence[Range]) -> set[int]:
    """The items that the spans hold or cut: what stands around a span begins before it, all else inside it."""
    items, taken = file.items, set[int]()
    for start, end in spans:
        taken.update(index for index in scope_at(items, start) if items[index].start < end)
        first = bisect_left(items, start, key=_start)
        taken.update(range(first, bisect_left(items, end, key=_start)))
    return taken


def _start(item: Item) -> int:
    return item.start


def _abroad(lookup: Lookup, spans: Sequence[Range]) -> list[Helper]:
    """Items of other files, those used most first."""
    places: dict[tuple[tuple[bytes, ...], int], tuple[CratePlace, list[Need]]] = {}
    for start, end in spans:
        for index in lookup.file.parts(start, end):
            for ref, place in lookup.abroad(index):
                if start <= ref.at < end and place.file.items[place.index].kind != "mod_item":
                    found = places.setdefault((place.module, place.index), (place, []))[1]
                    function = place.file.items[place.index].kind == "function_item"
                    how: How = "called" if function else "used"
                    found.append(Need(ref.at, place.index, None, ref.path[-1], how, True))
    helpers = [
        replace(_helper(place.file, place.index, needs, lookup.file), tier=2, module=place.module)
        for place, needs in places.values()
    ]
    return sorted(helpers, key=lambda helper: -helper.uses)


def closure(lookup: Lookup, spans: Sequence[Range], depth: int = 16) -> tuple[Branch, ...]:
    """All that the spans need of the same file, as a tree down to `depth`; each item stands in it once.

    What a likely helper needs is likely at best. Impls of traits are listed, but what they need is not followed.
    """
    items = lookup.file.items
    taken = _taken(lookup.file, spans)
    errors = returned_errors(lookup.file, spans)
    direct = [each for each in helpers(lookup, spans) if each.tier != 2]
    seen = taken | {helper.index for helper in direct}
    below: dict[int, list[Helper]] = {}
    level = list(direct)
    for _ in range(1, depth):
        following: list[Helper] = []
        for helper in level:
            if helper.tier == 1:
                item = items[helper.index]
                ranges = [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])
                found = _told(_found(lookup.file, _needs(lookup, ranges), seen), errors)
                if helper.certainty == "likely":
                    found = [replace(each, certainty="likely") for each in found]
                below[helper.index] = found
                seen |= {each.index for each in found}
                following += found
        level = following
    return tuple(_branch(helper, below) for helper in direct)


def reasons(lookup: Lookup, spans: Sequence[Range]) -> dict[int, str]:
    """Why the spans' code holds items that other code among them uses: first byte of the item → a reason.

    An item's use of itself is no reason. Of several items around one another each has its own.
    """
    file = lookup.file
    by_item: dict[int, list[Need]] = {}
    for need in _needs(lookup, spans):
        index = _unit(file, need.item)
        if index >= 0 and not file.items[index].start <= need.at < file.items[index].end:
            by_item.setdefault(index, []).append(need)
    errors = returned_errors(file, spans)
    said = {i: _helper(file, i, needs).reason for i, needs in sorted(by_item.items())}
    return {
        file.items[i].start: f"error type it returns, {reason}" if i in errors else reason
        for i, reason in said.items()
    }


def _branch(helper: Helper, below: dict[int, list[Helper]]) -> Branch:
    return Branch(helper, tuple(_branch(each, below) for each in below.get(helper.index, ())))


def _needs(lookup: Lookup, ranges: Iterable[Range]) -> list[Need]:
    return [need for start, end in ranges for need in lookup.needs_of(start, end)]


def _found(file: RustFile, needs: Sequence[Need], taken: set[int]) -> list[Helper]:
    """The items needed of the same file, best first."""
    by_item: dict[int, list[Need]] = {}
    for need in needs:
        index = _unit(file, need.item)
        if index >= 0 and index not in taken:
            by_item.setdefault(index, []).append(need)
    found = [_helper(file, index, needed) for index, needed in by_item.items()]
    order = {helper.index: min(need.at for need in by_item[helper.index]) for helper in found}
    found.sort(
        key=lambda helper: (helper.tier, helper.certainty == "likely", -helper.uses, order[helper.index])
    )
    return [replace(helper, rank=rank) for rank, helper in enumerate(found, 1)]


def _unit(file: RustFile, index: int) -> int:
    """The item to take for an item: the trait or the trait's impl around a member."""
    if index < 0:
        return index
    whole = file.items[index].whole
    return index if whole is None else whole


def _helper(file: RustFile, index: int, needs: list[Need], user: RustFile | None = None) -> Helper:
    """An item of `file`, needed at bytes of `user`, which is another file where the crate is looked into."""
    item = file.items[index]
    places = list(dict.fromkeys(need.at for need in sorted(needs, key=lambda need: need.at)))
    certain = any(need.certain for need in needs)
    tier: Literal[1, 3] = 3 if all(need.how == "impl" for need in needs) and item.kind == "impl_item" else 1
    return Helper(
        item=item,
        index=index,
        kind=_kind(item),
        reason=_reason(user or file, needs[0], places, certain),
        certainty="certain" if certain else "likely",
        tier=tier,
        rank=0,
        uses=len(places),
        nbytes=item.end - item.start,
    )


def _kind(item: Item) -> str:
    if item.kind == "function_item" and item.wrap is not None and item.wrap.item.startswith("impl"):
        return "method"
    return _KINDS.get(item.kind, "item")


def _reason(file: RustFile, need: Need, places: list[int], certain: bool) -> str:
    lines = list(dict.fromkeys(file.line(at) for at in places))
    shown = [str(line) for line in lines[:_MOST_REASONS]]
    more = len(lines) - len(shown)
    where = "line " + shown[0] if len(lines) == 1 else "lines " + ", ".join(shown)
    where += f" and {more} more" if more else ""
    name = need.name.decode("utf-8", "replace")
    if need.how == "impl":
        return f"its `{name}` is called in {where}"
    if need.how in ("trait", "method"):
        doubt = "" if certain else ", on a receiver whose type syntax does not tell"
        return f"`.{name}()` is called in {where}{doubt}"
    return f"{'called' if need.how == 'called' else 'used'} in {where}"
