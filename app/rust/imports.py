"""Which imports a selection needs, judged by names, and how to cut the rest out of them.

A name counts as used where it stands by itself or begins a path: in code, attributes, macro arguments and inline
format captures. It does not behind `::` or `.`, nor in a comment. This is name matching, not resolution: a local of
the same name counts, and what is used through its methods alone (most traits) is not seen. Globs and `as _` bind no
name that could be looked for, so only the mode `all` takes them.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tree_sitter import Node, Tree

from app.rust.items import Item, item_at

Mode = Literal["whole", "pruned", "all"]
"""Whole declarations with a used name; the same with unused names cut out; every import in scope."""

_Range = tuple[int, int]
_NAMES = frozenset({"identifier", "type_identifier", "shorthand_field_identifier"})
_COMMENTS = frozenset({"line_comment", "block_comment"})
_CAPTURE = re.compile(rb"(?<!\{)(?:\{\{)*\{([^\W\d]\w*)|([^\W\d]\w*)\$")
_STRING_PATH = re.compile(rb"\s*([^\W\d]\w*)\s*(?:::|<|$)")
_FROM_PARENT = re.compile(rb"\bsuper\s*::\s*(?:\{([^;]*)|([^\W\d]\w*))")
_WORD = re.compile(rb"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class ImportPick:
    """An import that goes into a block."""

    item: Item
    cuts: tuple[_Range, ...]
    """Byte ranges of the file to leave out of it, in order; empty if it is taken whole."""


class Leaf(NamedTuple):
    """One name that a use declaration brings in."""

    node: Node
    name: bytes | None
    """The name bound; None for a glob, `as _` and what cannot be read."""


def imports(
    data: bytes, tree: Tree, items: Sequence[Item], spans: Sequence[_Range], mode: Mode
) -> tuple[ImportPick, ...]:
    """The imports that the spans need, in file order: of the file, or of the module a span stands in.

    `spans` are the ranges of the block, headers of wrapped impls included. Imports that only tests see and those
    inside a span are left out.
    """
    wanted = _wanted(data, tree, items, spans)
    picks: list[ImportPick] = []
    for item in items:
        if item.kind not in ("use_declaration", "extern_crate_declaration") or item.parent not in wanted:
            continue
        only_for_tests = item.test and not (item.parent is not None and items[item.parent].test)
        if only_for_tests or any(start <= item.start and item.end <= end for start, end in spans):
            continue
        pick = ImportPick(item, ()) if mode == "all" else _pick(data, tree, item, wanted[item.parent], mode)
        if pick is not None:
            picks.append(pick)
    return tuple(picks)


def _pick(data: bytes, tree: Tree, item: Item, used: frozenset[bytes], mode: Mode) -> ImportPick | None:
    node = _declaration(tree, item)
    if node is None:
        return None
    needed = {leaf.node.start_byte for leaf in leaves(data, node) if leaf.name in used}
    if not needed:
        return None
    cuts = tuple(_cuts(node, needed)) if mode == "pruned" and not item.broken else ()
    return ImportPick(item, cuts)


def _declaration(tree: Tree, item: Item) -> Node | None:
    node = tree.root_node.descendant_for_byte_range(item.name_start, item.name_start + 1)
    while node is not None and node.type != item.kind:
        node = node.parent
    return node


def leaves(data: bytes, declaration: Node) -> Iterator[Leaf]:
    """The names that a `use_declaration` or an `extern_crate_declaration` brings in, in order."""
    if declaration.type == "extern_crate_declaration":
        name = declaration.child_by_field_name("alias") or declaration.child_by_field_name("name")
        if name is not None:
            yield Leaf(name, _bound(data, name))
        return
    argument = declaration.child_by_field_name("argument")
    waiting = [] if argument is None else [argument]
    while waiting:
        node = waiting.pop()
        if node.type == "scoped_use_list":
            listed = node.child_by_field_name("list")
            waiting += [] if listed is None else [listed]
        elif node.type == "use_list":
            waiting += reversed(_elements(node))
        else:
            yield Leaf(node, _leaf_name(data, node))


def _leaf_name(data: bytes, node: Node) -> bytes | None:
    if node.type == "use_wildcard":
        return None
    if node.type == "use_as_clause":
        alias = node.child_by_field_name("alias")
        return None if alias is None else _bound(data, alias)
    if node.type == "self":
        return _name_of_self(data, node)
    name = node.child_by_field_name("name") if node.type == "scoped_identifier" else node
    return None if name is None else _bound(data, name)


def _name_of_self(data: bytes, node: Node) -> bytes | None:
    """`self` in a list brings in the last name of the path before the list."""
    listed = node.parent
    around = None if listed is None else listed.parent
    path = None if around is None else around.child_by_field_name("path")
    if path is None:
        return None
    return _bound(data, path.child_by_field_name("name") or path)


def _bound(data: bytes, node: Node) -> bytes | None:
    name = data[node.start_byte : node.end_byte].removeprefix(b"r#")
    return None if name == b"_" else name


def _elements(use_list: Node) -> list[Node]:
    return [node for node in use_list.named_children if node.type not in _COMMENTS]


def _cuts(declaration: Node, needed: set[int]) -> Iterator[_Range]:
    """What to leave out so that the declaration brings in the leaves that begin at `needed`, and no others.

    An element goes with the comma and the white space before it; those before the first that stays go with what
    stands behind them, up to that one. So the brackets and a trailing comma keep their form.
    """
    lists = [node for node in _lists(declaration) if _keeps(node, needed)]
    found: list[_Range] = []
    for node in lists:
        elements = _elements(node)
        kept = [_keeps(element, needed) for element in elements]
        first = kept.index(True)
        if first:
            found.append((elements[0].start_byte, elements[first].start_byte))
        for index in range(first + 1, len(elements)):
            if not kept[index]:
                found.append((elements[index - 1].end_byte, elements[index].end_byte))
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


def _wanted(
    data: bytes, tree: Tree, items: Sequence[Item], spans: Sequence[_Range]
) -> dict[int | None, frozenset[bytes]]:
    """Which names are used in which module (index in the outline; None: the file itself)."""
    wanted: dict[int | None, set[bytes]] = {}
    for start, end in spans:
        module = _module_of(items, start, end)
        names = used_names(data, tree, start, end)
        wanted.setdefault(module, set()).update(names)
        while module is not None and _opens_parent(data, items, module):
            module = items[module].parent
            wanted.setdefault(module, set()).update(names)
    return {module: frozenset(names) for module, names in wanted.items()}


def _module_of(items: Sequence[Item], start: int, end: int) -> int | None:
    """The innermost module around the range."""
    index = item_at(items, start)
    while index is not None:
        item = items[index]
        if item.kind == "mod_item" and item.name_start < start and end < item.end:
            return index
        index = item.parent
    return None


def _opens_parent(data: bytes, items: Sequence[Item], module: int) -> bool:
    """Whether the module says `use super::*`."""
    return any(
        item.parent == module
        and item.kind == "use_declaration"
        and b"super::*" in data[item.start : item.end]
        for item in items
    )


def used_names(data: bytes, tree: Tree, start: int, end: int) -> frozenset[bytes]:
    """Names that the range uses by themselves or as a path's beginning (without `r#`)."""
    names: set[bytes] = set()
    waiting = [(tree.root_node, False)]
    while waiting:
        node, quoted = waiting.pop()
        if node.end_byte <= start or node.start_byte >= end or node.type in _COMMENTS:
            continue
        kind = node.type
        if kind in _NAMES:
            if not _follows(data, node.start_byte):
                names.add(data[node.start_byte : node.end_byte].removeprefix(b"r#"))
        elif kind == "string_content":
            names.update(_names_in_string(data[node.start_byte : node.end_byte]) if quoted else ())
        elif kind == "mod_item" and start <= node.start_byte and node.end_byte <= end:
            names.update(_names_from_parent(data[node.start_byte : node.end_byte]))
        elif kind != "use_declaration" and node.child_count:
            inside = quoted or kind == "token_tree" or kind == "attribute_item"
            waiting += [(child, inside) for child in node.children]
    return frozenset(names)


def _follows(data: bytes, start: int) -> bool:
    """Whether what begins at `start` is a path's later part, a member, or a lifetime's name."""
    at = start
    # On the same line only: above may stand a comment, and its full stop is no member access.
    while at and data[at - 1] in b" \t":
        at -= 1
    before = data[max(0, at - 2) : at]
    return (
        before == b"::" or (before[-1:] == b"." and before != b"..") or (at == start and before[-1:] == b"'")
    )


def _names_in_string(text: bytes) -> Iterator[bytes]:
    """Inline format captures, and the first name of a path as serde's attributes have them."""
    for match in _CAPTURE.finditer(text):
        yield match[1] or match[2]
    path = _STRING_PATH.match(text)
    if path is not None:
        yield path[1]


def _names_from_parent(text: bytes) -> Iterator[bytes]:
    """Names that a module takes from the one around it by `super::`."""
    for match in _FROM_PARENT.finditer(text):
        yield from _WORD.findall(match[1]) if match[1] else [match[2]]
