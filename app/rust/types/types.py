"""A type as far as syntax tells: written ones read, parameters put in, headers of impls compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tree_sitter import Node

from app.rust.names.bindings import Scope
from app.rust.names.scopes import type_path

_DEPTH = 24


class Type(NamedTuple):
    """A type as far as it is known."""

    path: tuple[bytes, ...]
    """Its names; `[]` for a slice or an array, `()` for a tuple, `dyn` for what is known by its bounds alone."""
    arguments: tuple[Type | None, ...] = ()
    bounds: tuple[Node, ...] = ()
    """Nodes that name traits it has, for `dyn`."""
    parameter: bytes = b""
    """Name of the generic parameter that it is, for `dyn`."""


def read_type(
    data: bytes, node: Node | None, scope: Scope | None, own: Type | None, depth: int = 0
) -> Type | None:
    """A written type. `own` is what `Self` means."""
    while node is not None and node.type in ("reference_type", "pointer_type"):
        node = node.child_by_field_name("type")
    if node is None or depth > _DEPTH:
        return None
    kind = node.type
    if kind in ("array_type", "slice_type"):
        element = node.child_by_field_name("element") or next(iter(node.named_children), None)
        return Type((b"[]",), (read_type(data, element, scope, own, depth + 1),))
    if kind == "tuple_type":
        return Type(
            (b"()",), tuple(read_type(data, each, scope, own, depth + 1) for each in node.named_children)
        )
    if kind in ("abstract_type", "dynamic_type", "bounded_type"):
        return Type((b"dyn",), (), (node,))
    path = type_path(data, node)
    if path == (b"Self",):
        return own
    if not path:
        return None
    bounds = scope.bounds(path[0]) if scope is not None and len(path) == 1 else None
    if bounds is not None:
        return Type((b"dyn",), (), bounds, path[0])
    arguments = node.child_by_field_name("type_arguments")
    inner = () if arguments is None else tuple(
        read_type(data, each, scope, own, depth + 1) for each in arguments.named_children if each.type != "lifetime"
    )  # fmt: skip
    return Type(path, inner)


def filled(kind: Type | None, values: Mapping[bytes, Type | None]) -> Type | None:
    """The type with parameters put in where they are known."""
    if kind is None or not values:
        return kind
    if kind.parameter:
        return values.get(kind.parameter) or kind
    if not kind.arguments:
        return kind
    return kind._replace(arguments=tuple(filled(each, values) for each in kind.arguments))


def matched(pattern: Type | None, kind: Type | None) -> dict[bytes, Type | None] | None:
    """What the parameters of an impl's header are for a type; None if the header cannot be that type's.

    What is not known fits all.
    """
    if pattern is None or kind is None:
        return {}
    if pattern.parameter:
        return {pattern.parameter: kind}
    if b"dyn" in (pattern.path[-1], kind.path[-1]):
        return {}
    if pattern.path[-1] != kind.path[-1]:
        return None
    found: dict[bytes, Type | None] = {}
    for left, right in zip(pattern.arguments, kind.arguments, strict=False):
        inside = matched(left, right)
        if inside is None:
            return None
        found |= inside
    return found


def shape(kind: Type | None) -> Type | None:
    """The type with its parameters made alike, whatever their names and bounds."""
    if kind is None or kind.path == (b"dyn",):
        return None
    return Type(kind.path, tuple(shape(each) for each in kind.arguments))
