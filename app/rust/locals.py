"""What bodies bind: generics, parameters, `let`, patterns and items local to a block. Built by the walk of references.

A name is looked up at a byte: a `let` binds what comes after it. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tree_sitter import Node


class Step(NamedTuple):
    """One step from a value to a part of it that a pattern or a closure names."""

    how: Literal["each", "at", "variant", "field", "closure", "unknown"]
    """An element; a place of a tuple; a place of `Path(…)`; a field of `Path { … }`; what a method hands a closure."""
    path: tuple[bytes, ...] = ()
    """The pattern's path; of a closure the method's name."""
    name: bytes = b""
    """The field."""
    place: int = 0
    """0-based; negative from the end."""


class Binding(NamedTuple):
    """A local variable, with what is known of where its type comes from."""

    since: int
    """First byte at which it can be named."""
    type_node: Node | None = None
    """The type as written."""
    value_node: Node | None = None
    """What it is made from."""
    scope: Scope | None = None
    """Where `value_node` stands."""
    through: tuple[Step, ...] = ()
    """The steps between value and name, outermost first."""


@dataclass(slots=True, eq=False)
class Scope:
    """One block, closure, function or arm."""

    parent: Scope | None = None
    wall: bool = False
    """Whether variables from outside cannot be seen: the inside of an item."""
    values: dict[bytes, list[Binding]] = field(default_factory=dict)
    types: dict[bytes, tuple[Node, ...]] = field(default_factory=dict)
    """Generic parameters with their bounds."""
    items: dict[bytes, Node] = field(default_factory=dict)
    """Items, imports and macros of the block."""
    globs: list[tuple[bytes, ...]] = field(default_factory=list)
    """Paths of the block's own glob imports."""

    def bind(self, name: bytes, binding: Binding) -> None:
        """Make `name` a variable from `binding.since` on."""
        self.values.setdefault(name, []).append(binding)

    def variable(self, name: bytes, at: int) -> Binding | None:
        """The variable that `name` means at the byte `at`, if a local item does not come first."""
        scope: Scope | None = self
        walled = False
        while scope is not None:
            if not walled and name in scope.values:
                seen = [each for each in scope.values[name] if each.since <= at]
                if seen:
                    return max(seen, key=_since)
            if name in scope.items:
                return None
            walled = walled or scope.wall
            scope = scope.parent
        return None

    def holds_value(self, name: bytes, at: int) -> bool:
        """Whether `name` as a value means something local."""
        return self.item(name) is not None or self.variable(name, at) is not None

    def item(self, name: bytes) -> Node | None:
        """The local item or import of that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.items:
                return scope.items[name]
            scope = scope.parent
        return None

    def bounds(self, name: bytes) -> tuple[Node, ...] | None:
        """The bounds of a generic parameter; None if there is none of that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.types:
                return scope.types[name]
            scope = scope.parent
        return None

    def all_globs(self) -> list[tuple[bytes, ...]]:
        """Glob imports of this block and those around it."""
        found: list[tuple[bytes, ...]] = []
        scope: Scope | None = self
        while scope is not None:
            found += scope.globs
            scope = scope.parent
        return found


class Call(NamedTuple):
    """A method call."""

    at: int
    name: bytes
    receiver: Node | tuple[Node, ...] | None
    """The receiver's expression, or the tokens of a chain of fields; None if unknown."""
    scope: Scope
    arguments: int = -1
    """How many arguments it is given besides the receiver; -1 if unknown."""
    awaited: bool = False
    operator: tuple[bytes, ...] = ()
    """Of what calls without a name, as a loop does: the traits of which one is asked for."""
    parameter: tuple[bytes, ...] = ()
    """Of `T::name(…)` the path before the name, which begins with a generic parameter."""


def _since(binding: Binding) -> int:
    return binding.since
