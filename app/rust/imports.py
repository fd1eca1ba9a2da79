"""Which of a file's imports the selected code uses, by name alone.

A `use` declaration is taken if the code between the spans' bounds says one of the names that it binds. What no name
can show (globs, `as _`, a trait used only through its methods) is taken by mode `all` alone. Offsets are bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tree_sitter import Node, Tree

from app.rust.items import Item, item_at

Mode = Literal["whole", "pruned", "all"]

_KINDS = ("use_declaration", "extern_crate_declaration")
_CAPTURE = re.compile(rb"(?<!\{)(?:\{\{)*\{([A-Za-z_]\w*)")
_NAMES = ("identifier", "type_identifier", "shorthand_field_identifier", "metavariable")


@dataclass(frozen=True, slots=True)
class ImportPick:
    """One import to take."""

    item: Item
    cuts: tuple[tuple[int, int], ...]
    """Byte ranges of the declaration that mode `pruned` leaves out, in order, not touching."""


def imports(
    data: bytes, tree: Tree, items: Sequence[Item], spans: Sequence[tuple[int, int]], mode: Mode
) -> tuple[ImportPick, ...]:
    """The imports that the code in `spans` uses, in file order; test code's own are left out unless spans lie there."""
    if not spans:
        return ()
    scopes = {_scope(items, start) for start, _ in spans}
    candidates = [item for item in items if item.kind in _KINDS and item.parent in scopes]
    if mode == "all":
        return tuple(ImportPick(item, ()) for item in candidates)
    used = names_used(data, tree, spans)
    picks: list[ImportPick] = []
    for item in candidates:
        node = tree.root_node.descendant_for_byte_range(item.name_start, item.name_start + 1)
        while node is not None and node.type not in _KINDS:
            node = node.parent
        if node is None or not _needed(data, node, used):
            continue
        cuts = tuple(_merged(_cuts(data, node, used))) if mode == "pruned" else ()
        picks.append(ImportPick(item, cuts))
    return tuple(picks)


def names_used(data: bytes, tree: Tree, spans: Sequence[tuple[int, int]]) -> frozenset[bytes]:
    """Names in `spans` that an import could bind: no fields, methods, or later segments of a path."""
    found: set[bytes] = set()
    for start, end in spans:
        for node in _leaves(tree.root_node, start, end):
            text = data[node.start_byte : node.end_byte]
            if node.type in _NAMES:
                before = data[max(0, node.start_byte - 3) : node.start_byte].rstrip()
                if not before.endswith(b"::") and (not before.endswith(b".") or before.endswith(b"..")):
                    found.add(text.removeprefix(b"r#"))
            elif node.type == "string_content":
                found.update(_CAPTURE.findall(text))
    return frozenset(found)


def _scope(items: Sequence[Item], offset: int) -> int | None:
    """Index of the module whose imports the code at a byte sees; None for the file."""
    at = item_at(items, offset)
    while at is not None and items[at].kind != "mod_item":
        at = items[at].parent
    return at


def _leaves(node: Node, start: int, end: int) -> Iterator[Node]:
    todo = [node]
    while todo:
        node = todo.pop()
        if node.end_byte <= start or node.start_byte >= end or node.type in ("line_comment", "block_comment"):
            continue
        children = node.children
        if not children:
            yield node
        else:
            todo.extend(reversed(children))


def _bound(data: bytes, node: Node) -> bytes | None:
    """The name a leaf of a `use` tree binds; None if it binds none that code could say."""
    kind = node.type
    if kind == "use_as_clause":
        node = node.child_by_field_name("alias") or node
    elif kind == "scoped_identifier":
        node = node.child_by_field_name("name") or node
    elif kind == "extern_crate_declaration":
        node = node.child_by_field_name("alias") or node.child_by_field_name("name") or node
    elif kind == "use_wildcard":
        return None
    elif kind == "self":
        # `a::b::{self}` binds b.
        outer = node.parent.parent if node.parent is not None else None
        path = outer.child_by_field_name("path") if outer is not None else None
        return _bound(data, path) if path is not None else None
    name = data[node.start_byte : node.end_byte].removeprefix(b"r#")
    return None if name == b"_" else name


def _argument(node: Node) -> Node | None:
    return node.child_by_field_name("argument") if node.type == "use_declaration" else node


def _list_of(node: Node) -> Node | None:
    if node.type == "use_list":
        return node
    return node.child_by_field_name("list") if node.type == "scoped_use_list" else None


def _members(use_list: Node) -> list[Node]:
    return [c for c in use_list.named_children if c.type not in ("line_comment", "block_comment")]


def _needed(data: bytes, node: Node, used: frozenset[bytes]) -> bool:
    tree = _argument(node)
    if tree is None:
        return False
    members = _list_of(tree)
    if members is not None:
        return any(_needed(data, member, used) for member in _members(members))
    return _bound(data, tree) in used


def _cuts(data: bytes, node: Node, used: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    """Ranges that take the unneeded members out, each with its comma and the white space before the next or it."""
    tree = _argument(node)
    use_list = _list_of(tree) if tree is not None else None
    if use_list is None:
        return
    members = _members(use_list)
    kept_before = False
    for at, member in enumerate(members):
        if _needed(data, member, used):
            yield from _cuts(data, member, used)
            kept_before = True
        elif kept_before:
            yield (members[at - 1].end_byte, member.end_byte)
        else:
            yield (member.start_byte, members[at + 1].start_byte)


def _merged(cuts: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    last: tuple[int, int] | None = None
    for start, end in cuts:
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last
