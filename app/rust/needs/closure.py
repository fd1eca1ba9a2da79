"""What of the same file, and of the crate's other files, a selection uses: helpers, direct and transitive.

Three tiers: what the file itself holds; what other files of the crate hold, found by module path if the caller can
open them; and impls of traits whose methods are called. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tree_sitter import Tree

from app.rust.items import Item, scope_at
from app.rust.needs.lookup import FileFacts, How, Need
from app.rust.needs.modules import CratePlace

Range = tuple[int, int]
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
    """In a word: function, method, type, constant, static, macro, macro call, trait, impl, module."""
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
    depth: int
    """1: the selection uses it itself."""
    children: tuple[Branch, ...]
    """What only it brings in: each item stands once in the tree, at its smallest depth."""

    @property
    def nbytes(self) -> int:
        """Bytes of the helper and all below it."""
        return self.helper.nbytes + sum(child.nbytes for child in self.children)


def helpers(
    data: bytes,
    tree: Tree,
    items: Sequence[Item],
    spans: Sequence[Range],
    facts: FileFacts | None = None,
) -> tuple[Helper, ...]:
    """What the spans use directly, best first.

    `spans` are the ranges of the block, headers of wrapped impls included; nothing that overlaps them is proposed.
    A member of a trait or of its impl stands for the whole of it. `facts` spares the work if the caller kept them;
    if it has `modules`, what the spans name of the crate's other files follows as tier 2.
    """
    facts = facts or FileFacts(data, tree, items)
    needs = [need for start, end in spans for need in facts.needs_of(start, end)]
    taken = _taken(facts, spans)
    found = [*_found(facts, needs, taken), *_abroad(facts, spans)]
    found.sort(key=lambda helper: helper.tier)
    return tuple(replace(helper, rank=rank) for rank, helper in enumerate(found, 1))


def _taken(facts: FileFacts, spans: Sequence[Range]) -> set[int]:
    """The items that the spans hold or cut: what stands around a span begins before it, all else inside it."""
    items, taken = facts.items, set[int]()
    for start, end in spans:
        taken.update(index for index in scope_at(items, start) if items[index].start < end)
        first = bisect_left(items, start, key=_start)
        taken.update(range(first, bisect_left(items, end, key=_start)))
    return taken


def _start(item: Item) -> int:
    return item.start


def _abroad(facts: FileFacts, spans: Sequence[Range]) -> list[Helper]:
    """Items of other files, those used most first."""
    places: dict[tuple[tuple[bytes, ...], int], tuple[CratePlace, list[Need]]] = {}
    for start, end in spans:
        for index in facts.parts(start, end):
            for ref, place in facts.abroad(index):
                if start <= ref.at < end and place.facts.items[place.index].kind != "mod_item":
                    found = places.setdefault((place.module, place.index), (place, []))[1]
                    function = place.facts.items[place.index].kind == "function_item"
                    how: How = "called" if function else "used"
                    found.append(Need(ref.at, place.index, None, ref.path[-1], how, True))
    helpers = [
        replace(_helper(place.facts, place.index, needs, facts), tier=2, module=place.module)
        for place, needs in places.values()
    ]
    return sorted(helpers, key=lambda helper: -helper.uses)


def closure(
    data: bytes,
    tree: Tree,
    items: Sequence[Item],
    spans: Sequence[Range],
    depth: int = 16,
    facts: FileFacts | None = None,
) -> tuple[Branch, ...]:
    """All that the spans need of the same file, as a tree down to `depth`; each item stands in it once.

    What a likely helper needs is likely at best. Impls of traits are listed, but what they need is not followed.
    """
    facts = facts or FileFacts(data, tree, items)
    taken = _taken(facts, spans)
    direct = [each for each in helpers(data, tree, items, spans, facts) if each.tier != 2]
    seen = taken | {helper.index for helper in direct}
    below: dict[int, list[Helper]] = {}
    level = list(direct)
    for _ in range(1, depth):
        following: list[Helper] = []
        for helper in level:
            if helper.tier == 1:
                item = items[helper.index]
                ranges = [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])
                found = _found(facts, _needs(facts, ranges), seen)
                if helper.certainty == "likely":
                    found = [replace(each, certainty="likely") for each in found]
                below[helper.index] = found
                seen |= {each.index for each in found}
                following += found
        level = following
    return tuple(_branch(helper, below, 1) for helper in direct)


def reasons(facts: FileFacts, spans: Sequence[Range]) -> dict[int, str]:
    """Why the spans' code holds items that other code among them uses: first byte of the item → a reason.

    An item's use of itself is no reason. Of several items around one another each has its own.
    """
    by_item: dict[int, list[Need]] = {}
    for need in _needs(facts, spans):
        index = _unit(facts, need.item)
        if index >= 0 and not facts.items[index].start <= need.at < facts.items[index].end:
            by_item.setdefault(index, []).append(need)
    return {facts.items[i].start: _helper(facts, i, needs).reason for i, needs in sorted(by_item.items())}


def _branch(helper: Helper, below: dict[int, list[Helper]], depth: int) -> Branch:
    children = tuple(_branch(each, below, depth + 1) for each in below.get(helper.index, ()))
    return Branch(helper, depth, children)


def _needs(facts: FileFacts, ranges: Iterable[Range]) -> list[Need]:
    return [need for start, end in ranges for need in facts.needs_of(start, end)]


def _found(facts: FileFacts, needs: Sequence[Need], taken: set[int]) -> list[Helper]:
    """The items needed of the same file, best first."""
    by_item: dict[int, list[Need]] = {}
    for need in needs:
        index = _unit(facts, need.item)
        if index >= 0 and index not in taken:
            by_item.setdefault(index, []).append(need)
    found = [_helper(facts, index, needed) for index, needed in by_item.items()]
    order = {helper.index: min(need.at for need in by_item[helper.index]) for helper in found}
    found.sort(
        key=lambda helper: (helper.tier, helper.certainty == "likely", -helper.uses, order[helper.index])
    )
    return [replace(helper, rank=rank) for rank, helper in enumerate(found, 1)]


def _unit(facts: FileFacts, index: int) -> int:
    """The item to take for an item: the trait or the trait's impl around a member."""
    if index < 0:
        return index
    whole = facts.items[index].whole
    return index if whole is None else whole


def _helper(facts: FileFacts, index: int, needs: list[Need], user: FileFacts | None = None) -> Helper:
    """An item of `facts`, needed at bytes of `user`, which is another file where the crate is looked into."""
    item = facts.items[index]
    places = list(dict.fromkeys(need.at for need in sorted(needs, key=lambda need: need.at)))
    certain = any(need.certain for need in needs)
    tier: Literal[1, 3] = 3 if all(need.how == "impl" for need in needs) and item.kind == "impl_item" else 1
    return Helper(
        item=item,
        index=index,
        kind=_kind(item),
        reason=_reason(user or facts, needs[0], places, certain),
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


def _reason(facts: FileFacts, need: Need, places: list[int], certain: bool) -> str:
    lines = list(dict.fromkeys(facts.line(at) for at in places))
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
