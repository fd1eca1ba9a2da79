"""A block as a person gets it with three keys: an item, its helpers, their helpers, and the imports of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from app.rust.needs.closure import Branch, Helper, closure
from app.rust.needs.imports import propose_imports
from tests.bench.closure.helpers_judged import Judged, is_hidden
from tests.bench.closure.truth import FileTruth

_Range = tuple[int, int]


class Block(NamedTuple):
    """What rustc says of a block."""

    missing_helpers: frozenset[int]
    """Items of the file that it uses and does not hold."""
    missing_imports: frozenset[int]
    """First bytes of the leaves that it needs and does not hold."""
    names: int
    """Names it imports."""
    unused: int
    """Of these, those that nothing in it uses."""


def flat(branches: Iterable[Branch]) -> Iterator[Helper]:
    """All helpers of a tree."""
    for branch in branches:
        yield branch.helper
        yield from flat(branch.children)


def judged_block(judged: Judged, imports: FileTruth, index: int) -> Block:
    """The block of an item with all its helpers of the file, likely ones included, and certain and likely imports.

    Impls of traits are left out, as what needs them is not told of all.
    """
    file = judged.file
    lookup, given = file.lookup, judged.spans(index)
    tree = closure(lookup, given)
    members = [index, *(helper.index for helper in flat(tree) if helper.tier == 1)]
    spans = sorted({span for each in members for span in judged.spans(each)})
    proposed = {name.start for each in propose_imports(lookup, spans) for name in each.names}
    needed = _needed(imports, spans)
    idle = {at for at in proposed - needed - imports.unjudged if not _is_out_of_sight(judged, spans, at)}
    return Block(
        missing_helpers=frozenset(judged.needed(spans)[0]),
        missing_imports=frozenset(needed - proposed),
        names=len(proposed),
        unused=len(idle),
    )


def _needed(imports: FileTruth, spans: Sequence[_Range]) -> set[int]:
    """The leaves that the spans need, and those that these need in turn; leaves inside the spans left out."""
    needed = {use.leaf for use in imports.uses if use.how != "chain" and _inside(use.at, spans)}
    size = -1
    while size != len(needed):
        size = len(needed)
        needed |= {use.leaf for use in imports.uses if use.how == "chain" and use.at in needed}
    return {leaf for leaf in needed if not _inside(leaf, spans)}


def _inside(at: int, spans: Sequence[_Range]) -> bool:
    return any(start <= at < end for start, end in spans)


def _is_out_of_sight(judged: Judged, spans: Sequence[_Range], leaf: int) -> bool:
    """Whether an import is proposed only for what rustc does not look at."""
    lookup = judged.file.lookup
    needs = [need for start, end in spans for need in lookup.needs_of(start, end)]
    places = [need.at for need in needs if need.leaf is not None and need.leaf.node.start_byte == leaf]
    return bool(places) and all(is_hidden(judged.file, at) for at in places)
