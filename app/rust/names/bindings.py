"""What bodies bind: generics, parameters, `let`, patterns and items local to a block. Built by the walk of references.

A name is looked up at a byte: a `let` binds what comes after it. Code may nest thousands deep, so a look-up takes
leaps over scopes that do not bind the name. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tree_sitter import Node

_GLOB = b"*"
"""Stands for the glob imports among a scope's names."""


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

    _depth: int = field(default=0, init=False, repr=False)
    """How many scopes are around."""
    _wall: int = field(default=0, init=False, repr=False)
    """Depth of the nearest wall, this scope included; 0 if there is none."""
    _jump: Scope | None = field(default=None, init=False, repr=False)
    """One of the scopes around: such that two jumps of equal reach are followed by one of both."""
    _near: frozenset[bytes] = field(default=frozenset(), init=False, repr=False)
    """Names bound here and in the scopes around up to `_jump`, that left out. Known once a scope stands inside."""

    def __post_init__(self) -> None:
        around = self.parent
        if around is not None:
            around._close()
            self._depth = around._depth + 1
            far = around._jump or around
            farther = far._jump or far
            even = around._depth - far._depth == far._depth - farther._depth
            self._jump = farther if even else around
        self._wall = self._depth if self.wall or around is None else around._wall

    def _close(self) -> None:
        """Say what is bound here. All of it is, before a scope is made inside."""
        names = {*self.values, *self.types, *self.items}
        if self.globs:
            names.add(_GLOB)
        if self._jump is not None and self.parent is not None and self._jump is not self.parent:
            names |= self.parent._near
            names |= self.parent._jump._near if self.parent._jump is not None else frozenset()
        self._near = frozenset(names)

    def _that_bind(self, name: bytes) -> Iterator[Scope]:
        """Scopes that may bind a name: this one, then those around, found in steps as many as their logarithm."""
        yield self
        scope = self.parent
        while scope is not None:
            if name not in scope._near:
                scope = scope._jump
                continue
            yield scope
            scope = scope.parent

    def bind(self, name: bytes, binding: Binding) -> None:
        """Make `name` a variable from `binding.since` on."""
        self.values.setdefault(name, []).append(binding)

    def variable(self, name: bytes, at: int) -> Binding | None:
        """The variable that `name` means at the byte `at`, if a local item does not come first."""
        for scope in self._that_bind(name):
            if scope._depth >= self._wall and name in scope.values:
                seen = [each for each in scope.values[name] if each.since <= at]
                if seen:
                    return max(seen, key=_since)
            if name in scope.items:
                return None
        return None

    def holds_value(self, name: bytes, at: int) -> bool:
        """Whether `name` as a value means something local."""
        return self.item(name) is not None or self.variable(name, at) is not None

    def item(self, name: bytes) -> Node | None:
        """The local item or import of that name."""
        return next((scope.items[name] for scope in self._that_bind(name) if name in scope.items), None)

    def bounds(self, name: bytes) -> tuple[Node, ...] | None:
        """The bounds of a generic parameter; None if there is none of that name."""
        return next((scope.types[name] for scope in self._that_bind(name) if name in scope.types), None)

    def all_globs(self) -> list[tuple[bytes, ...]]:
        """Glob imports of this block and those around it."""
        return [glob for scope in self._that_bind(_GLOB) for glob in scope.globs]


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
