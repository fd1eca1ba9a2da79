"""Which error types of its own file a piece of code returns: what stands in the second place of a `Result`.

An error type is a struct, enum or union that implements or derives `Error`, or whose name ends so. Offsets are bytes,
0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from app.rust.needs.file import RustFile

_TYPES = frozenset({"struct_item", "enum_item", "union_item"})
_ALIASES = frozenset({"type_item", "associated_type"})
_DERIVED = re.compile(rb"\bderive\s*\(([^)]*)\)")
_DEPTH = 4
"""Aliases that lead to one another."""


def returned_errors(file: RustFile, spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Indexes of the file's error types that functions in the spans return; through aliases of the file too."""
    found: set[int] = set()
    for start, end in spans:
        for index in file.parts(start, end):
            node = file.scopes.nodes[index]
            if node is not None and start <= file.items[index].name_start < end:
                returned = node.child_by_field_name("return_type")
                for name in _errors_of(file, index, returned) if returned is not None else ():
                    found.update(i for i in _named(file, index, name) if is_error_type(file, i))
    return frozenset(found)


def is_error_type(file: RustFile, index: int) -> bool:
    """Whether an item is a type that is an error by what it implements, what it derives, or its name."""
    if file.items[index].kind not in _TYPES:
        return False
    name = file.item_name(index)
    impls = (impl for impl in file.scopes.owners.get(name, ()) if impl.trait)
    return (
        name.endswith(b"Error")
        or any(_is_error(file, index, impl.trait) for impl in impls)
        or any(_is_error(file, index, path) for path in _derives(file, index))
    )


def _derives(file: RustFile, index: int) -> Iterator[tuple[bytes, ...]]:
    for lead in file.scopes.leads[index]:
        for listed in _DERIVED.findall(file.data[lead.start_byte : lead.end_byte]):
            yield from (tuple(part.strip() for part in path.split(b"::")) for path in listed.split(b","))


def _is_error(file: RustFile, index: int, path: tuple[bytes, ...]) -> bool:
    """Whether a path ends in `Error`, behind its import where it has one."""
    leaf = next(iter(file.scopes.home[index].leaves.get(path[0], ())), None) if len(path) == 1 else None
    return (leaf.path if leaf is not None and leaf.path else path)[-1:] == (b"Error",)


def _errors_of(file: RustFile, index: int, returned: Node, depth: int = 0) -> Iterator[bytes]:
    """The names of types in the error's place of every `Result` in a type."""
    for node in _walk(returned):
        if node.type == "generic_type" and (arguments := node.child_by_field_name("type_arguments")):
            listed = [one for one in arguments.named_children if one.type != "lifetime"]
            name = _last(file, node.child_by_field_name("type"))
            if name.endswith(b"Result") and len(listed) > 1:
                yield from _names(file, index, listed[1], depth)
                continue
        if node.type in ("type_identifier", "scoped_type_identifier"):
            name = _last(file, node)
            if name.endswith(b"Result"):  # an alias that names the error itself
                yield from _aliased(file, index, name, depth)


def _names(file: RustFile, index: int, error: Node, depth: int) -> Iterator[bytes]:
    """The names in an error's place; of `Self::Error` what the impl says it is."""
    for node in _walk(error):
        if node.type == "type_identifier":
            name = _last(file, node)
            yield name
            for alias in _associated(file, index, name) if depth < _DEPTH else ():
                yield from _names(file, alias, _type_of(file, alias), depth + 1)


def _aliased(file: RustFile, index: int, name: bytes, depth: int) -> Iterator[bytes]:
    for alias in _named(file, index, name) if depth < _DEPTH else ():
        if file.items[alias].kind in _ALIASES and alias != index:
            for error in _errors_of(file, alias, _type_of(file, alias), depth + 1):
                yield error
                yield from _default(file, alias, error)


def _default(file: RustFile, alias: int, parameter: bytes) -> Iterator[bytes]:
    """What a parameter of an alias is where nothing is said: `type Result<T, E = Fault>`."""
    node = file.scopes.nodes[alias]
    listed = node.child_by_field_name("type_parameters") if node is not None else None
    for one in listed.named_children if listed is not None else ():
        usual = one.child_by_field_name("default_type")
        if usual is not None and _last(file, one.child_by_field_name("name")) == parameter:
            yield _last(file, usual)


def _associated(file: RustFile, index: int, name: bytes) -> Iterator[int]:
    """The associated types of that name beside a member of an impl."""
    parent = file.items[index].parent
    impl = file.scopes.impl_at.get(parent) if parent is not None else None
    for each in impl.members.get(name, ()) if impl is not None else ():
        if each != index and file.items[each].kind in _ALIASES:
            yield each


def _type_of(file: RustFile, alias: int) -> Node:
    node = file.scopes.nodes[alias]
    assert node is not None  # it was found by its name
    return node.child_by_field_name("type") or node


def _named(file: RustFile, index: int, name: bytes) -> Sequence[int]:
    """The types of that name that an item's module defines."""
    return file.scopes.home[index].names["type"].get(name, ())


def _last(file: RustFile, node: Node | None) -> bytes:
    """The last name of a path of types."""
    if node is None:
        return b""
    text = file.data[node.start_byte : node.end_byte]
    return text.rsplit(b"::", 1)[-1].strip()


def _walk(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(each.named_children)
