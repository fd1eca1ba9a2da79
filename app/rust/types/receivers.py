"""A light guess at the type of an expression: enough to tell whose method a call is.

What is followed: annotations, parameters, `let`, fields, constructors, return types of the file's own functions, `?`,
`unwrap`, references and the usual pointers. Where that ends the answer is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from tree_sitter import Node

from app.rust.names.bindings import Binding, Scope, Step
from app.rust.names.patterns import bind, conditions, declare
from app.rust.names.scopes import COMMENTS, name_of
from app.rust.names.walk import Walk
from app.rust.types import std_types as stdtypes
from app.rust.types.types import Type, read_type

_DEPTH = 24
_SAME = frozenset(
    {b"clone", b"to_owned", b"as_ref", b"as_mut", b"borrow", b"borrow_mut", b"by_ref",
     b"as_deref", b"as_deref_mut", b"map_err", b"ok", b"context",
     b"with_context", b"or_else", b"inspect_err", b"instrument", b"boxed", b"into_inner", b"deref"}
)  # fmt: skip
_ITERATES = frozenset(
    {b"iter", b"iter_mut", b"into_iter", b"chars", b"char_indices", b"keys", b"values", b"values_mut", b"into_values",
     b"into_keys", b"enumerate", b"split_whitespace", b"rev", b"flat_map", b"filter_map", b"step_by", b"cloned",
     b"copied", b"peekable", b"windows"}
)  # fmt: skip
_ITSELF = (b"clone", b"by_ref", b"into_iter")
_BUILDERS = (b"Builder", b"Options")
_OF_MEM = (b"mem::replace", b"mem::take", b"std::mem::replace", b"std::mem::take", b"core::mem::replace")
_MAKERS = (b"new", b"default", b"with_", b"from_", b"builder")
_NAMED = {b"to_string": Type((b"String",)), b"to_vec": Type((b"Vec",)), b"to_lowercase": Type((b"String",))}


class KnownTypes(Protocol):
    """What the file says of its own types and functions."""

    data: bytes

    def field_type(self, owner: Type, name: bytes) -> Type | None:
        """The type of a field."""

    def pattern_type(
        self, kind: Type | None, path: tuple[bytes, ...], name: bytes, place: int
    ) -> Type | None:
        """What stands in a pattern at a field or, without a name, at a place."""

    def item_type(self, owner: Type) -> Type | None:
        """What a loop over an own type yields."""

    def is_iterator(self, owner: Type) -> bool:
        """Whether an own type is an iterator itself."""

    def target(self, owner: Type) -> tuple[Type, int] | None:
        """What an own type derefs to, and by which impl."""

    def named(self, kind: Type) -> Type:
        """What an alias stands for."""

    def has_variant(self, owner: Type, name: bytes) -> bool:
        """Whether an own type is an enum with that variant."""

    def method_type(self, owner: Type, name: bytes) -> Type | None:
        """What an own method returns."""

    def function_type(self, name: bytes) -> Type | None:
        """What a function returns, or which tuple struct a call makes."""

    def constant_type(self, name: bytes) -> Type | None:
        """The type of a constant, a static or a unit struct."""


class Reader:
    """Reads types of expressions in one body."""

    def __init__(self, known: KnownTypes, own: Type | None) -> None:
        self._known = known
        self._own = own
        self._read: dict[int, Type | None] = {}

    def receiver(self, receiver: Node | tuple[Node, ...] | None, scope: Scope) -> Type | None:
        """The type of a call's receiver; in tokens a bracket stands for the call or the index behind a name."""
        if receiver is None or isinstance(receiver, Node):
            return self.of(receiver, scope)
        kind: Type | None = None
        for place, node in enumerate(receiver):
            called = place + 1 < len(receiver) and receiver[place + 1].type == "("
            if node.type == "[":
                kind = None if kind is None else self._element(kind)
            elif node.type == "(":
                continue
            elif place == 0:
                kind = self._known.function_type(self._name(node)) if called else self.of(node, scope)
            else:
                kind = self._method(kind, self._name(node)) if called else self._field(kind, self._name(node))
        return kind

    def derefed(self, kind: Type | None) -> Iterator[tuple[Type, int | None]]:
        """The type and what it points to, in the order in which methods are looked for, with the impl of `Deref`."""
        impl: int | None = None
        for _ in range(_DEPTH):
            if kind is None:
                return
            kind = self._known.named(kind)
            yield kind, impl
            if kind.path[-1] in stdtypes.POINTERS and kind.arguments:
                kind, impl = kind.arguments[0], None
            else:
                kind, impl = self._known.target(kind) or (None, None)

    def _each(self, kind: Type | None) -> Type | None:
        """What a loop over it yields."""
        for each, _ in self.derefed(kind):
            found = stdtypes.element(each) or self._known.item_type(each) or self._bound_item(each)
            if found is not None:
                return found
        return None

    def _bound_item(self, kind: Type) -> Type | None:
        """`T` of `impl Iterator<Item = T>`."""
        waiting = list(kind.bounds)
        while waiting:
            node = waiting.pop()
            if node.type == "type_binding" and self._name(node.child_by_field_name("name")) == b"Item":
                return self.written(node.child_by_field_name("type"), None)
            waiting += node.named_children
        return None

    def of(self, node: Node | None, scope: Scope | None, depth: int = 0) -> Type | None:
        """The type of an expression."""
        if node is None or scope is None or depth > _DEPTH:
            return None
        if node.id in self._read:
            return self._read[node.id]
        reader = _READERS.get(node.type)
        if reader is None:
            return None
        self._read[node.id] = None  # what asks for itself is not known
        found = self._read[node.id] = reader(self, node, scope, depth + 1)
        return found

    def written(self, node: Node | None, scope: Scope | None) -> Type | None:
        """A type as written in this body."""
        return read_type(self._known.data, node, scope, self._own)

    def _name(self, node: Node | None) -> bytes:
        return name_of(self._known.data, node) or b""

    def _self(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self._own

    def _variable(self, node: Node, scope: Scope, depth: int) -> Type | None:
        name = self._name(node)
        binding = scope.variable(name, node.start_byte)
        if binding is None:
            return None if scope.item(name) is not None else self._known.constant_type(name)
        return self._bound(binding, scope, depth)

    def _bound(self, binding: Binding, scope: Scope, depth: int) -> Type | None:
        if binding.type_node is not None:
            kind = self.written(binding.type_node, scope)
        else:
            kind = self.of(binding.value_node, binding.scope, depth)
        for step in binding.through:
            kind = self._through(kind, step)
        return kind

    def _through(self, kind: Type | None, step: Step) -> Type | None:
        if step.how in ("variant", "field"):
            return self._in_pattern(kind, step)
        if kind is None or step.how == "unknown":
            return None
        if step.how == "each":
            return self._each(kind)
        if step.how == "at":
            return stdtypes.argument(kind, step.place) if kind.path == (b"()",) else None
        return self._handed(kind, step)

    def _handed(self, kind: Type, step: Step) -> Type | None:
        for each, _ in self.derefed(kind):
            known = stdtypes.element(each) or self._bound_item(each)
            if known is None and self._known.is_iterator(each):
                known = self._known.item_type(each)
            found = stdtypes.handed(each, step.path[-1], step.place, known)
            if found is not None:
                return found
        return None

    def _in_pattern(self, kind: Type | None, step: Step) -> Type | None:
        last = step.path[-1]
        if step.how == "variant" and last in (b"Some", b"Ok", b"Ready", b"Err"):
            for each, _ in self.derefed(kind):
                if each.path[-1] in stdtypes.WRAPPERS or each.path[-1].endswith(b"Result"):
                    return stdtypes.argument(each, 1 if last == b"Err" else 0)
            return None
        path = step.path
        if path[0] == b"Self":
            if self._own is None:
                return None
            path = (*self._own.path, *path[1:])
            kind = kind or self._own
        inner: Type | None = None
        for inner, _ in self.derefed(kind):
            if inner.path[-1] in path:
                break
        return self._known.pattern_type(inner, path, step.name, step.place)

    def _field(self, kind: Type | None, name: bytes) -> Type | None:
        for each, _ in self.derefed(kind):
            if each.path == (b"()",) and name.isdigit():
                return stdtypes.argument(each, int(name))
            found = self._known.field_type(each, name)
            if found is not None:
                return found
        return None

    def _field_expression(self, node: Node, scope: Scope, depth: int) -> Type | None:
        kind = self.of(node.child_by_field_name("value"), scope, depth)
        return self._field(kind, self._name(node.child_by_field_name("field")))

    def _call(self, node: Node, scope: Scope, depth: int) -> Type | None:
        function = node.child_by_field_name("function")
        if function is not None and function.type == "generic_function":
            function = function.child_by_field_name("function")
        if function is None:
            return None
        if function.type == "identifier":
            return self._called(self._name(function), node, scope, depth)
        if function.type == "scoped_identifier":
            if self._name(function) in _OF_MEM:
                return self.of(self._argument(node), scope, depth)
            return self._associated(node, function, scope, depth)
        if function.type == "field_expression":
            receiver = self.of(function.child_by_field_name("value"), scope, depth)
            name = self._name(function.child_by_field_name("field"))
            if name == b"zip" and receiver is not None:
                other = self.of(self._argument(node), scope, depth)
                return stdtypes.iterator(stdtypes.tuple_of(self._each(receiver), self._each(other)))
            return self._method(receiver, name)
        return None

    def _argument(self, call: Node) -> Node | None:
        arguments = call.child_by_field_name("arguments")
        return None if arguments is None else _child(arguments, 0)

    def _called(self, name: bytes, node: Node, scope: Scope, depth: int) -> Type | None:
        if name in (b"Some", b"Ok"):
            arguments = node.child_by_field_name("arguments")
            inner = None if arguments is None else self.of(_child(arguments, 0), scope, depth)
            return Type((b"Option" if name == b"Some" else b"Result",), (inner,))
        return None if scope.holds_value(name, node.start_byte) else self._known.function_type(name)

    def _associated(self, call: Node, function: Node, scope: Scope, depth: int) -> Type | None:
        owner = self._owner(function, scope)
        name = self._name(function.child_by_field_name("name"))
        if owner is None:
            return None
        if self._known.has_variant(owner, name):
            return owner
        found = self._known.method_type(owner, name)
        if found is not None:
            return found
        if owner.path[-1] in stdtypes.POINTERS and name in (b"new", b"clone", b"from", b"pin"):
            return self._pointed(owner, call, scope, depth)
        if owner.path[-1][:1].isupper() and (name == b"from" or name.startswith(_MAKERS)):
            return None if name == b"builder" else owner
        return None if owner.path[-1][:1].isupper() else self._known.function_type(name)

    def _owner(self, path: Node, scope: Scope) -> Type | None:
        """The type before the last name of a path."""
        return self.written(path.child_by_field_name("path"), scope)

    def _path(self, node: Node, scope: Scope, depth: int) -> Type | None:
        """A path as a value: a variant or a constant."""
        owner = self._owner(node, scope)
        name = self._name(node.child_by_field_name("name"))
        if owner is not None and self._known.has_variant(owner, name):
            return owner
        if owner is not None and owner.path[-1][:1].isupper():
            return self._known.method_type(owner, name) if name.isupper() else None
        return self._known.constant_type(name)

    def _pointed(self, owner: Type, call: Node, scope: Scope, depth: int) -> Type | None:
        inner = self.of(self._argument(call), scope, depth)
        if inner is not None and inner.path[-1] == owner.path[-1]:
            return inner
        return Type(owner.path, (inner,))

    def _method(self, receiver: Type | None, name: bytes) -> Type | None:
        for each, _ in self.derefed(receiver):
            found = self._known.method_type(each, name) or stdtypes.returned(each, name)
            if found is None and self._known.is_iterator(each):
                if name in _ITSELF:
                    return each
                found = stdtypes.returned(stdtypes.iterator(self._known.item_type(each)), name)
            if found is not None:
                return found
        if name in _ITERATES:
            return stdtypes.iterator(None)
        if receiver is not None and receiver.path[-1].endswith(_BUILDERS) and name[:5] != b"build":
            return receiver  # of another file, or its method would be known
        return receiver if name in _SAME else _NAMED.get(name)

    def _unwrapped(self, node: Node, scope: Scope, depth: int) -> Type | None:
        for each, _ in self.derefed(self.of(_child(node, 0), scope, depth)):
            if each.path[-1] in stdtypes.WRAPPERS or each.path[-1].endswith(b"Result"):
                return stdtypes.argument(each)
        return None

    def _inside(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.of(node.named_children[-1] if node.named_children else None, scope, depth)

    def _awaited(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.of(_child(node, 0), scope, depth)

    def _made(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.written(node.child_by_field_name("name"), scope)

    def _cast(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.written(node.child_by_field_name("type"), scope)

    def _indexed(self, node: Node, scope: Scope, depth: int) -> Type | None:
        kind, index = self.of(_child(node, 0), scope, depth), node.named_child(1)
        if index is not None and index.type == "range_expression":
            return kind
        return None if kind is None else self._element(kind)

    def _element(self, kind: Type) -> Type | None:
        """What stands in a list, or a map, at an index."""
        for each, _ in self.derefed(kind):
            if len(each.arguments) == 2 and each.path[-1].endswith(b"Map"):
                return each.arguments[1]
            found = stdtypes.element(each)
            if found is not None:
                return found
        return None

    def _match(self, node: Node, scope: Scope, depth: int) -> Type | None:
        """The first arm whose type is known: others return or panic."""
        body, value = node.child_by_field_name("body"), node.child_by_field_name("value")
        for arm in body.named_children if body is not None else ():
            inner = Scope(scope)
            pattern = arm.child_by_field_name("pattern")
            bind(Walk(self._known.data), pattern, inner, Binding(0, None, value, scope), inner)
            found = self.of(arm.child_by_field_name("value"), inner, depth)
            if found is not None:
                return found
        return None

    def _if(self, node: Node, scope: Scope, depth: int) -> Type | None:
        inner = Scope(scope)
        conditions(Walk(self._known.data), node.child_by_field_name("condition"), inner)
        found = self.of(node.child_by_field_name("consequence"), inner, depth)
        if found is None:
            other = node.child_by_field_name("alternative")
            found = self.of(None if other is None else _child(other, 0), scope, depth)
        return found

    def _block(self, node: Node, scope: Scope, depth: int) -> Type | None:
        inner = Scope(scope)
        declare(Walk(self._known.data), node, inner)
        last = next((child for child in reversed(node.named_children) if child.type not in COMMENTS), None)
        return self.of(last, inner, depth)

    def _tuple(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return stdtypes.tuple_of(*(self.of(each, scope, depth) for each in node.named_children))

    def _list(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return Type((b"[]",), (self.of(_child(node, 0), scope, depth),))

    def _macro(self, node: Node, scope: Scope, depth: int) -> Type | None:
        name = self._name(node.child_by_field_name("macro"))
        if name == b"vec":
            return Type((b"Vec",))
        return Type((b"String",)) if name == b"format" else None


def _child(node: Node, place: int) -> Node | None:
    """A named child that is no comment, by its 0-based place; None if there are not so many."""
    children = [child for child in node.named_children if child.type not in COMMENTS]
    return children[place] if place < len(children) else None


def _literal(name: bytes) -> Callable[[Reader, Node, Scope, int], Type | None]:
    kind = Type((name,))
    return lambda reader, node, scope, depth: kind


_READERS: dict[str, Callable[[Reader, Node, Scope, int], Type | None]] = {
    "self": Reader._self,
    "identifier": Reader._variable,
    "field_expression": Reader._field_expression,
    "call_expression": Reader._call,
    "try_expression": Reader._unwrapped,
    "reference_expression": Reader._inside,
    "parenthesized_expression": Reader._inside,
    "unary_expression": Reader._inside,
    "await_expression": Reader._awaited,
    "struct_expression": Reader._made,
    "type_cast_expression": Reader._cast,
    "index_expression": Reader._indexed,
    "scoped_identifier": Reader._path,
    "tuple_expression": Reader._tuple,
    "match_expression": Reader._match,
    "if_expression": Reader._if,
    "block": Reader._block,
    "unsafe_block": Reader._inside,
    "array_expression": Reader._list,
    "macro_invocation": Reader._macro,
    "string_literal": _literal(b"str"),
    "raw_string_literal": _literal(b"str"),
    "char_literal": _literal(b"char"),
    "boolean_literal": _literal(b"bool"),
}
