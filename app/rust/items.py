"""The outline of a Rust file: its items with their leads, their names, and what each can be taken with.

All offsets are bytes, 0-based, end exclusive. Items local to function bodies are not listed, nor are those that only
a macro call's tokens spell. What the parser does not know is listed too, as pieces of the kind `not_understood`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from app.errors import UsageError
from app.rust.gaps.strangers import listed, piece_name
from app.rust.gaps.unknowns import NOT_UNDERSTOOD, PREFIX, Range, faults, is_clean, left_out
from app.rust.item_paths import PathScope, item_name, plain
from app.rust.leads import ItemExtent
from app.rust.test_code import is_test

_HOLDERS = frozenset({"mod_item", "impl_item", "trait_item", "foreign_mod_item"})
_BLANK = b" \t\r\n\f\v\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Wrap:
    """What stands around a member that can be taken without its siblings: an inherent impl, a foreign block."""

    item: str
    """Item path of the container."""
    head: tuple[int, int]
    """From the container's lead to its `{`, that included."""
    tail: tuple[int, int]
    """Its `}`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a file."""

    path: str
    """Item path for people, unique within the file."""
    kind: str
    """tree-sitter's node kind, or `not_understood`."""
    start: int
    """First byte of the lead."""
    end: int
    """One past the last byte of the trail."""
    test: bool
    """Whether it is test code, by its own attributes or those of what it stands in."""
    broken: bool
    """Whether its syntax holds something that is not understood."""
    parent: int | None
    """Index in the outline of the item it stands in."""
    wrap: Wrap | None
    """What goes around it when it is taken; None where it stands by itself."""
    whole: int | None
    """Index of the container that must be taken instead (a trait, a trait's impl); else None."""
    name_start: int
    """First byte of the item itself, behind its lead: on the line where a cursor belongs."""


@dataclass(slots=True)
class _Frame:
    """A container that is being listed."""

    waiting: list[ItemExtent]  # what it holds, last first
    scope: PathScope
    test: bool
    index: int | None = None  # of the container in the outline
    wrap: Wrap | None = None
    whole: int | None = None


def outline(data: bytes, tree: Tree) -> tuple[Item, ...]:
    """Every item of the file in file order: those of modules, impls, traits and foreign blocks included."""
    root = tree.root_node
    items: list[Item] = []
    taken: dict[str, int] = {}
    strange = _Strange(data, tree)
    frames = [_frame(data, root, None, PathScope(), _inside_says_test(data, root), strange)]
    while frames:
        frame = frames[-1]
        if not frame.waiting:
            frames.pop()
            continue
        extent = frame.waiting.pop()
        item = _item(data, extent, frame, taken, strange)
        items.append(item)
        if extent.kind in _HOLDERS:
            body = extent.node.child_by_field_name("body")
            if body is not None:
                frames.append(_inner_frame(data, extent, body, frame, item, len(items) - 1, strange))
    return tuple(items)


class _Strange:
    """What of a file is not understood."""

    def __init__(self, data: bytes, tree: Tree) -> None:
        self.gaps = left_out(tree, len(data))
        """What the parser was not given."""
        found = faults(data, tree)
        self._faults = [start for start, _ in found]
        self._wide = [start for start, end in found if start < end]

    def holds(self, extent: ItemExtent) -> bool:
        """Whether something in an item is not understood."""
        if extent.node.has_error or any(each.has_error for each in extent.attributes):
            # A token may be missing right at the end.
            return _any(self._faults, extent.start, max(extent.end, extent.node.end_byte + 1))
        return _any(self._wide, extent.start, extent.end)


def _any(ordered: Sequence[int], low: int, high: int) -> bool:
    """Whether one of the numbers is in a range."""
    at = bisect_left(ordered, low)
    return at < len(ordered) and ordered[at] < high


def _frame(
    data: bytes, container: Node, edge: int | None, scope: PathScope, test: bool, strange: _Strange
) -> _Frame:
    found = listed(data, container, edge, strange.gaps)
    found.reverse()
    return _Frame(found, scope, test)


def _inner_frame(
    data: bytes, extent: ItemExtent, body: Node, outer: _Frame, item: Item, index: int, strange: _Strange
) -> _Frame:
    scope = outer.scope.inside(data, extent.kind, extent.node)
    frame = _frame(data, body, body.start_byte + 1, scope, item.test, strange)
    frame.index = index
    if extent.kind == "mod_item":
        return frame
    separable = extent.kind == "foreign_mod_item" or (
        extent.kind == "impl_item" and extent.node.child_by_field_name("trait") is None
    )
    brace = body.child(body.child_count - 1)
    if separable and brace is not None and brace.type == "}" and not brace.is_missing:
        head = (item.start, body.start_byte + 1)
        frame.wrap = Wrap(item.path, head, brace.byte_range)
    else:
        frame.whole = index
    return frame


def _item(data: bytes, extent: ItemExtent, frame: _Frame, taken: dict[str, int], strange: _Strange) -> Item:
    return Item(
        path=_unique(path_of(data, extent, frame.scope), taken),
        kind=extent.kind,
        start=extent.start,
        end=extent.end,
        test=frame.test or is_test(data, extent.attributes) or _body_is_test(data, extent),
        broken=extent.kind == NOT_UNDERSTOOD or strange.holds(extent),
        parent=frame.index,
        wrap=frame.wrap,
        whole=frame.whole,
        name_start=extent.begin,
    )


def path_of(data: bytes, extent: ItemExtent, scope: PathScope) -> str:
    """An item's path, or a piece's, without the suffix that tells same-named ones apart."""
    if extent.kind == NOT_UNDERSTOOD:
        return piece_name(data, extent)
    return item_name(data, extent.kind, extent.node, scope)


def _body_is_test(data: bytes, extent: ItemExtent) -> bool:
    """Whether a module says so itself: `#![cfg(test)]` inside speaks of the module as a whole."""
    body = extent.node.child_by_field_name("body") if extent.kind == "mod_item" else None
    if body is None:
        return False
    return _inside_says_test(data, body)


def _inside_says_test(data: bytes, container: Node) -> bool:
    return is_test(data, (node for node in container.named_children if node.type == "inner_attribute_item"))


def _unique(name: str, taken: dict[str, int]) -> str:
    """The name, with `#2`, `#3` … if the file had it before."""
    count = taken[name] = taken.get(name, 0) + 1
    if count == 1:
        return name
    return _unique(f"{name}#{count}", taken)


def unknowns(data: bytes, tree: Tree, items: Sequence[Item]) -> tuple[Range, ...]:
    """The places of a file that are not understood, in order: pieces between items, and errors in what is an item.

    `items` is its outline. Errors of one line are one place.
    """
    if is_clean(tree, len(data)):
        return ()
    found = [(item.start, item.end) for item in items if item.kind == NOT_UNDERSTOOD]
    return tuple(_joined(data, sorted([*found, *_outside(data, faults(data, tree), found)])))


def _outside(data: bytes, ranges: Iterable[Range], pieces: Sequence[Range]) -> Iterator[Range]:
    """Those of the ordered ranges that no piece has told of already. Pieces are ordered, and do not overlap."""
    at = 0
    for low, high in ranges:
        # A token that is missing may be missed in the blanks beside a piece.
        while at < len(pieces) and pieces[at][1] < low and data[pieces[at][1] : low].strip():
            at += 1
        if at == len(pieces) or (high <= pieces[at][0] and data[high : pieces[at][0]].strip(_BLANK)):
            yield low, high


def _joined(data: bytes, places: Iterable[Range]) -> Iterator[Range]:
    last: Range | None = None
    for low, high in places:
        if last is not None and (low < last[1] or data.find(b"\n", last[1], low) < 0):
            last = (last[0], max(last[1], high))
            continue
        if last is not None:
            yield last
        last = (low, high)
    if last is not None:
        yield last


def item_at(items: Sequence[Item], offset: int) -> int | None:
    """Index of the innermost item that holds the byte at `offset`."""
    index: int | None = bisect_right(items, offset, key=_start) - 1
    if index is None or index < 0:
        return None
    while index is not None and items[index].end <= offset:
        index = items[index].parent
    return index


def scope_at(items: Sequence[Item], offset: int) -> tuple[int, ...]:
    """Indexes of the items around the byte at `offset`, outermost first: what a sticky header shows."""
    chain: list[int] = []
    index = item_at(items, offset)
    while index is not None:
        chain.append(index)
        index = items[index].parent
    return tuple(reversed(chain))


def next_item(items: Sequence[Item], offset: int) -> int | None:
    """Index of the first item that begins behind `offset`."""
    index = bisect_right(items, offset, key=_start)
    return index if index < len(items) else None


def _start(item: Item) -> int:
    return item.start


def find_item(items: Sequence[Item], name: str) -> Item:
    """The item called `name`: by its exact path, else the only one that can be meant.

    White space does not matter then, nor does the keyword (`Retry` or `fn run`). Raises UsageError that names the
    candidates or the nearest names.
    """
    for item in items:
        if item.path == name:
            return item
    wanted = _tight(name)
    meant = [item for item in items if _tight(item.path) == wanted]
    meant = meant or [item for item in items if wanted in _aliases(item)]
    if len(meant) == 1:
        return meant[0]
    shown = plain(name)
    if meant:
        raise UsageError(f"`{shown}` can be several items.", f"Name one of: {_listed(meant)}")
    raise UsageError(f"There is no item `{shown}` in this file.", _nearest(items, name))


def _tight(name: str) -> str:
    return "".join(name.split())


def _aliases(item: Item) -> tuple[str, ...]:
    """Shorter ways to write the path, without white space."""
    if item.kind in ("function_item", "function_signature_item"):
        return ("fn" + _tight(item.path),)
    if item.kind in ("impl_item", "use_declaration", "foreign_mod_item"):
        return ()
    if item.kind == NOT_UNDERSTOOD:
        return (_tight(item.path.removeprefix(PREFIX)),)
    if item.kind == "macro_invocation":
        return (_tight(item.path).replace("!", "", 1),)
    bare = _tight(item.path.split(" ", 1)[-1])
    return (bare, bare + "!") if item.kind == "macro_definition" else (bare,)


def _listed(items: Sequence[Item], most: int = 8) -> str:
    names = ", ".join(f"`{item.path}`" for item in items[:most])
    return names + (f" and {len(items) - most} more" if len(items) > most else "")


def _nearest(items: Sequence[Item], name: str) -> str:
    from rapidfuzz import fuzz, process

    if not items:
        return "The file holds no items."
    found = process.extract(name, [item.path for item in items], scorer=fuzz.WRatio, limit=5)
    return f"The nearest are: {_listed([items[index] for _, _, index in found])}"
