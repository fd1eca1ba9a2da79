"""One walk over code: what is noted on the way, and the names that a path begins with looked up in their scopes.

What to do with a node of a kind is handed in. Names are bytes without `r#`; offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tree_sitter import Node

from app.rust.names.bindings import Binding, Call, Scope
from app.rust.names.scopes import COMMENTS, Space, name_of

_SKIPPED = COMMENTS | {
    "lifetime",
    "label",
    "visibility_modifier",
    "string_literal",
    "raw_string_literal",
    "self_parameter",
    "inner_attribute_item",
    "lifetime_parameter",
    "field_identifier",
    "for_lifetimes",
}


class Ref(NamedTuple):
    """A path that is not local."""

    at: int
    path: tuple[bytes, ...]
    space: Space | None
    """Namespace of the whole path; None where tokens do not tell."""
    globs: tuple[tuple[bytes, ...], ...] = ()
    """Glob imports of the blocks around: they may bind the first name."""
    weak: bool = False
    """Whether it may be no reference at all."""


class Uses(NamedTuple):
    """What a piece of code uses, in source order."""

    refs: tuple[Ref, ...]
    calls: tuple[Call, ...]


class Walk:
    """One walk. Nodes wait on a stack with their scope, so depth costs nothing."""

    def __init__(self, data: bytes, handlers: Mapping[str, Handler] | None = None) -> None:
        """`handlers` say what to do with a node by its kind; of any other its children are walked."""
        self.data = data
        self._handlers = handlers or {}
        self.refs: list[Ref] = []
        self.calls: list[Call] = []
        self._waiting: list[tuple[Node, Scope]] = []

    def push(self, node: Node | None, scope: Scope) -> None:
        """Let a node be walked; None is passed over."""
        if node is not None:
            self._waiting.append((node, scope))

    def run(self) -> None:
        """Walk all that waits."""
        waiting = self._waiting
        while waiting:
            node, scope = waiting.pop()
            kind = node.type
            if kind in _SKIPPED:
                continue
            handler = self._handlers.get(kind)
            if handler is not None:
                handler(self, node, scope)
            elif node.named_child_count:
                waiting += [(child, scope) for child in node.named_children]

    # -- names

    def text(self, node: Node | None) -> bytes:
        """A name's bytes without `r#`; empty for no node."""
        return name_of(self.data, node) or b""

    def value(self, node: Node, scope: Scope) -> None:
        """A name that stands for a value."""
        name = self.text(node)
        if not scope.holds_value(name, node.start_byte):
            self.refer(node.start_byte, (name,), "value", scope)

    def type(self, node: Node, scope: Scope) -> None:
        """A name that stands for a type."""
        self.path((self.text(node),), "type", node.start_byte, scope)

    def path(
        self, path: tuple[bytes, ...], space: Space | None, at: int, scope: Scope, weak: bool = False
    ) -> None:
        """A path, unless its first name is local. One that is a single name and a value is asked for in `value`."""
        if not path or path[0] in (b"_", b"'"):
            return
        first = path[0]
        if 1 < len(path) < 4 and space != "macro" and scope.bounds(first):
            self.call(Call(at, path[-1], None, scope, parameter=path[:-1]))
        if scope.bounds(first) is not None or scope.item(first) is not None:
            return
        if len(path) == 1 and space in ("value", None) and scope.variable(first, at) is not None:
            return
        self.refer(at, path, space, scope, weak)

    def refer(
        self, at: int, path: tuple[bytes, ...], space: Space | None, scope: Scope, weak: bool = False
    ) -> None:
        """Note a reference as it is."""
        self.refs.append(Ref(at, path, space, tuple(scope.all_globs()), weak))

    def call(self, call: Call) -> None:
        """Note a method call."""
        self.calls.append(call)

    def scoped(self, node: Node, scope: Scope, space: Space) -> None:
        """A path of several names: its arguments are walked, its first name is looked up."""
        names: list[bytes] = []
        at: Node | None = node
        while at is not None:
            kind = at.type
            if kind in ("scoped_identifier", "scoped_type_identifier"):
                names.append(self.text(at.child_by_field_name("name")))
                before = at.child_by_field_name("path")
                if before is None:  # `::name`: the first name is a crate
                    return
                at = before
            elif kind in ("generic_type", "generic_type_with_turbofish", "generic_function"):
                self.push(at.child_by_field_name("type_arguments"), scope)
                at = at.child_by_field_name("type") or at.child_by_field_name("function")
            elif kind == "bracketed_type":
                self._bracketed(at, names, node, scope)
                return
            elif at.named_child_count:
                self.push(at, scope)
                return
            else:
                names.append(self.text(at))
                break
        self.path(tuple(reversed(names)), space, node.start_byte, scope)

    def _bracketed(self, bracket: Node, names: list[bytes], node: Node, scope: Scope) -> None:
        inner = bracket.named_child(0)
        if inner is None:
            return
        if inner.type in ("type_identifier", "identifier"):
            self.path((self.text(inner), *reversed(names)), "value", node.start_byte, scope)
        else:
            self.push(inner, scope)


Handler = Callable[[Walk, Node, Scope], None]
"""What is done with a node of one kind."""


def generics(data: bytes, node: Node, scope: Scope) -> None:
    """Bind the parameters of an item, with the bounds of its where clause."""
    listed = node.child_by_field_name("type_parameters")
    for parameter in listed.named_children if listed is not None else ():
        name = name_of(data, parameter.child_by_field_name("name")) or b""
        if parameter.type == "const_parameter":
            scope.bind(name, Binding(0, parameter.child_by_field_name("type")))
        elif parameter.type != "lifetime_parameter" and name:
            bounds = parameter.child_by_field_name("bounds")
            scope.types[name] = () if bounds is None else (bounds,)
    for child in node.named_children:
        if child.type == "where_clause":
            for predicate in child.named_children:
                left, bounds = (
                    predicate.child_by_field_name("left"),
                    predicate.child_by_field_name("bounds"),
                )
                name = name_of(data, left) or b""
                if bounds is not None and name in scope.types:
                    scope.types[name] = (*scope.types[name], bounds)
