"""What a file's `use` declarations bring in, as paths. Offsets are bytes, 0-based."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node, Tree

from app.rust.items import Item


class ImportedName(NamedTuple):
    """One name brought in."""

    name: str
    """The name bound; `*` for all of a module."""
    path: tuple[str, ...]
    """What it stands for, such as `crate`, `core`, `Retry`; for `*` the module."""
    start: int
    """The byte where the name, or the star, is written."""


def uses_in(data: bytes, tree: Tree, items: Sequence[Item], module: int | None) -> list[ImportedName]:
    """What is brought in by the declarations directly in a module (its index in the outline; None: the file)."""
    found: list[ImportedName] = []
    for item in items:
        if item.kind == "use_declaration" and item.parent == module:
            node = tree.root_node.descendant_for_byte_range(item.name_start, item.name_start + 1)
            while node is not None and node.type != "use_declaration":
                node = node.parent
            argument = None if node is None else node.child_by_field_name("argument")
            if argument is not None:
                found += _leaves(data, argument)
    return found


def segments(data: bytes, node: Node | None) -> tuple[str, ...]:
    """The names of a path, without generic arguments; empty for what is no plain path."""
    if node is None:
        return ()
    if node.type in ("generic_type", "generic_type_with_turbofish"):
        return segments(data, node.child_by_field_name("type"))
    if node.type in ("scoped_identifier", "scoped_type_identifier"):
        before = node.child_by_field_name("path")
        return (*segments(data, before), *segments(data, node.child_by_field_name("name")))
    if node.type in ("identifier", "type_identifier", "crate", "self", "super", "metavariable"):
        return (data[node.start_byte : node.end_byte].decode("utf-8", "replace").removeprefix("r#"),)
    return ()


def _leaves(data: bytes, argument: Node) -> Iterator[ImportedName]:
    waiting: list[tuple[Node, tuple[str, ...]]] = [(argument, ())]
    while waiting:
        node, before = waiting.pop()
        if node.type == "scoped_use_list":
            inside = (*before, *segments(data, node.child_by_field_name("path")))
            listed = node.child_by_field_name("list")
            waiting += [(child, inside) for child in reversed(listed.named_children if listed else ())]
        elif node.type == "use_list":
            waiting += [(child, before) for child in reversed(node.named_children)]
        elif node.type == "use_wildcard":
            inner = segments(data, node.named_children[0]) if node.named_child_count else ()
            yield ImportedName("*", (*before, *inner), node.end_byte - 1)
        elif node.type == "use_as_clause":
            alias = node.child_by_field_name("alias")
            path = (*before, *segments(data, node.child_by_field_name("path")))
            if alias is not None and path:
                yield ImportedName(
                    segments(data, alias)[-1] if segments(data, alias) else "_", path, alias.start_byte
                )
        elif names := segments(data, node):
            path = before if names == ("self",) and before else (*before, *names)
            yield ImportedName(path[-1], path, _name_start(node))


def _name_start(node: Node) -> int:
    return (node.child_by_field_name("name") or node).start_byte
