"""Which imports a selection needs, why, and how to cut the rest out of them.

`propose_imports` tells what names prove (certain) from what only a method call suggests (likely): which trait a
method belongs to cannot be seen by syntax alone.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node

from app.rust.items import Item, scope_at
from app.rust.names.scopes import elements
from app.rust.needs.file import RustFile
from app.rust.needs.lookup import Lookup
from app.rust.needs.need import Need

Certainty = Literal["certain", "likely"]

_Range = tuple[int, int]
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class ImportPick:
    """An import that goes into a block."""

    item: Item
    cuts: tuple[_Range, ...]
    """Byte ranges of the file to leave out of it, in order; empty if it is taken whole."""


@dataclass(frozen=True, slots=True)
class NeededName:
    """One name of a declaration that a selection seems to need."""

    name: str
    """`*` for a glob, `_` for an import that binds none."""
    start: int
    """First byte of its leaf in the use tree."""
    certainty: Certainty
    reasons: tuple[str, ...]
    """Why, in words, with 1-based lines: "`Duration` used in line 812"."""
    only: str = ""
    """Of a likely name the called method that is known to be its trait's, and that nothing else seems to bring."""


@dataclass(frozen=True, slots=True)
class ImportProposal:
    """A declaration that a selection seems to need."""

    item: Item
    names: tuple[NeededName, ...]
    """The names needed, in the declaration's order."""
    cuts: tuple[_Range, ...]
    """What to leave out so that it brings in the certain names alone, or the likely ones if none is certain."""
    cuts_with_likely: tuple[_Range, ...]
    """The same for certain and likely names together."""
    certainty: Certainty
    """`certain` if at least one of its names is."""
    reasons: tuple[str, ...]
    """Those of its names, certain ones first."""


def propose_imports(lookup: Lookup, spans: Sequence[_Range]) -> tuple[ImportProposal, ...]:
    """The imports that the spans need, in file order: of the file, or of the module a span stands in.

    `spans` are the ranges of the block, headers of wrapped impls included. Imports inside a span are left out, and
    those that only tests see unless a span is test code.
    """
    items = lookup.file.items
    wanted: dict[int, dict[int, list[Need]]] = {}
    brings: dict[int, set[tuple[int, int]]] = {}
    for start, end in spans:
        for need in lookup.needs_of(start, end):
            if need.how != "impl":  # an impl does not bring its trait into scope
                at = need.leaf.node.start_byte if need.leaf is not None else -1
                brings.setdefault(need.at, set()).add((need.item, at))
            if need.leaf is not None and need.leaf.item >= 0:
                by_leaf = wanted.setdefault(need.leaf.item, {})
                by_leaf.setdefault(need.leaf.node.start_byte, []).append(need)
    alone = frozenset(at for at, found in brings.items() if len(found) == 1)
    return tuple(
        _proposal(lookup, index, wanted[index], alone)
        for index in sorted(wanted)
        if not _inside(items[index], spans)
    )


def _inside(item: Item, spans: Sequence[_Range]) -> bool:
    return any(start < item.end and item.start < end for start, end in spans)


def _proposal(
    lookup: Lookup, index: int, by_leaf: dict[int, list[Need]], alone: frozenset[int]
) -> ImportProposal:
    """`alone`: bytes of which one import, or one item, is all that is needed there."""
    item, node = lookup.file.items[index], lookup.file.scopes.nodes[index]
    names = tuple(_needed(lookup, at, by_leaf[at], alone) for at in sorted(by_leaf))
    certain = {each.start for each in names if each.certainty == "certain"}
    cuts: tuple[_Range, ...] = ()
    every = cuts
    if node is not None and not item.broken:
        cuts = every = tuple(_cuts(node, certain or set(by_leaf)))
        if 0 < len(certain) < len(by_leaf):
            every = tuple(_cuts(node, set(by_leaf)))
    ordered = sorted(names, key=lambda each: each.certainty)
    return ImportProposal(
        item=item,
        names=names,
        cuts=cuts,
        cuts_with_likely=every,
        certainty="certain" if certain else "likely",
        reasons=tuple(dict.fromkeys(reason for each in ordered for reason in each.reasons)),
    )


def _needed(lookup: Lookup, at: int, needs: list[Need], alone: frozenset[int]) -> NeededName:
    certainty: Certainty = "certain" if any(need.certain for need in needs) else "likely"
    reasons = tuple(dict.fromkeys(_reason(lookup.file, need) for need in _best(needs)))
    only = [] if certainty == "certain" else [n for n in needs if n.at in alone and lookup.brought(n)]
    name = only[0].name.decode("utf-8", "replace") if only else ""
    return NeededName(_shown(needs[0]), at, certainty, reasons, name)


def _shown(need: Need) -> str:
    leaf = need.leaf
    if leaf is None or leaf.glob:
        return "*"
    return "_" if leaf.name is None else leaf.name.decode("utf-8", "replace")


def _best(needs: list[Need]) -> list[Need]:
    """The reasons worth telling: those that prove it, where there are any."""
    proofs = [need for need in needs if need.certain]
    return sorted(proofs or needs, key=lambda need: need.at)[:_MOST_REASONS]


def _reason(file: RustFile, need: Need) -> str:
    name, line = need.name.decode("utf-8", "replace"), file.line(need.at)
    if need.how == "trait":
        proof = "" if need.certain else ", which syntax cannot prove"
        return f"trait of the method `.{name}()` in line {line}{proof}"
    if need.how == "chain":
        return f"`{name}` begins the path of another import needed in line {line}"
    if need.how == "glob":
        sure = "" if need.certain else ", perhaps"
        return f"`{name}`, used in line {line}, comes by the glob{sure}"
    return f"`{name}` {need.how if need.how == 'called' else 'used'} in line {line}"


def every_import(items: Sequence[Item], spans: Sequence[_Range]) -> Iterator[Item]:
    """Every import of the modules that the spans stand in; those that only tests see stay out."""
    modules = {_module_of(items, start, end) for start, end in spans}
    for item in items:
        if item.kind not in ("use_declaration", "extern_crate_declaration") or item.parent not in modules:
            continue
        only_for_tests = item.test and not (item.parent is not None and items[item.parent].test)
        if not only_for_tests and not _inside(item, spans):
            yield item


def _module_of(items: Sequence[Item], start: int, end: int) -> int | None:
    """The innermost module around the range."""
    for index in reversed(scope_at(items, start)):
        item = items[index]
        if item.kind == "mod_item" and item.name_start < start and end < item.end:
            return index
    return None


def _cuts(declaration: Node, needed: set[int]) -> Iterator[_Range]:
    """What to leave out so that the declaration brings in the leaves that begin at `needed`, and no others.

    An element goes with the comma and the white space before it; those before the first that stays go with what
    stands behind them, up to that one. So the brackets and a trailing comma keep their form.
    """
    lists = [node for node in _lists(declaration) if _keeps(node, needed)]
    found: list[_Range] = []
    for node in lists:
        listed = elements(node)
        kept = [_keeps(element, needed) for element in listed]
        first = kept.index(True)
        if first:
            found.append((listed[0].start_byte, listed[first].start_byte))
        for index in range(first + 1, len(listed)):
            if not kept[index]:
                found.append((listed[index - 1].end_byte, listed[index].end_byte))
    last: _Range | None = None
    for low, high in sorted(found):
        if last is not None and low <= last[1]:
            last = (last[0], max(high, last[1]))
            continue
        if last is not None:
            yield last
        last = (low, high)
    if last is not None:
        yield last


def _lists(declaration: Node) -> Iterator[Node]:
    waiting = [declaration]
    while waiting:
        node = waiting.pop()
        if node.type == "use_list":
            yield node
        waiting += [child for child in node.named_children if child.type in ("scoped_use_list", "use_list")]


def _keeps(node: Node, needed: set[int]) -> bool:
    """Whether a part of a use tree holds a needed leaf. Leaves begin where no other leaf does."""
    if node.type not in ("use_list", "scoped_use_list"):
        return node.start_byte in needed
    return any(node.start_byte <= start < node.end_byte for start in needed)
