"""A light guess at the type of an expression: enough to tell whose method a call is.

What is followed: annotations, parameters, `let`, fields, constructors, return types of the file's own functions, `?`,
`unwrap`, references and the usual pointers. Where that ends the answer is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

from tree_sitter import Node

from app.rust.locals import Binding, Scope
from app.rust.scopes import name_of, type_path

_DEPTH = 24
_POINTERS = frozenset(
    {b"Box", b"Arc", b"Rc", b"Pin", b"Cow", b"Ref", b"RefMut", b"MutexGuard", b"RwLockReadGuard",
     b"RwLockWriteGuard", b"LazyLock", b"Lazy", b"OnceCell", b"ManuallyDrop", b"Reverse", b"Wrapping"}
)  # fmt: skip
_WRAPPERS = frozenset({b"Option", b"Result", b"Poll"})
_UNWRAPPING = frozenset(
    {b"unwrap", b"expect", b"unwrap_or", b"unwrap_or_else", b"unwrap_or_default", b"unwrap_unchecked", b"ok_or",
     b"ok_or_else"}
)  # fmt: skip
_SAME = frozenset(
    {b"clone", b"to_owned", b"as_ref", b"as_mut", b"borrow", b"borrow_mut", b"by_ref",
     b"as_deref", b"as_deref_mut", b"map_err", b"ok", b"context",
     b"with_context", b"or_else", b"inspect_err", b"instrument", b"boxed", b"into_inner", b"deref"}
)  # fmt: skip
_ELEMENTS = frozenset({b"Vec", b"VecDeque", b"HashSet", b"BTreeSet", b"BinaryHeap", b"Option", b"[]", b"Box"})
_LOCKS = {
    b"lock": b"Mutex",
    b"read": b"RwLock",
    b"write": b"RwLock",
    b"borrow": b"RefCell",
    b"borrow_mut": b"RefCell",
}
_ITERATES = frozenset(
    {b"iter", b"iter_mut", b"into_iter", b"chars", b"char_indices", b"keys", b"values", b"values_mut", b"into_values",
     b"into_keys", b"enumerate", b"split_whitespace", b"rev", b"flat_map", b"filter_map", b"step_by", b"cloned",
     b"copied", b"peekable", b"windows"}
)  # fmt: skip
_ITERATES_ON = frozenset(
    {b"map", b"filter", b"zip", b"chain", b"take", b"skip", b"flatten", b"scan", b"take_while", b"skip_while", b"fuse",
     b"inspect", b"by_ref", b"map_while", b"cycle"}
)  # fmt: skip
_MAKERS = (b"new", b"default", b"with_", b"from_", b"builder")
_STRUCTURE = "?"


class Type(NamedTuple):
    """A type as far as it is known."""

    path: tuple[bytes, ...]
    """Its names; `[]` for a slice or an array, `dyn` for what is known by its bounds alone."""
    arguments: tuple[Type | None, ...] = ()
    bounds: tuple[Node, ...] = ()
    """Nodes that name traits it has, for `dyn`."""


_ITERATOR = Type((b"Iterator",))
_NAMED = {b"to_string": Type((b"String",)), b"to_vec": Type((b"Vec",)), b"to_lowercase": Type((b"String",))}


class Known(Protocol):
    """What the file says of its own types and functions."""

    data: bytes

    def field_type(self, owner: Type, name: bytes) -> Type | None:
        """The type of a field."""

    def method_type(self, owner: Type, name: bytes) -> Type | None:
        """What an own method returns."""

    def function_type(self, name: bytes) -> Type | None:
        """What a function returns, or which tuple struct a call makes."""

    def constant_type(self, name: bytes) -> Type | None:
        """The type of a constant, a static or a unit struct."""


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
        element = node.child_by_field_name("element") or node.named_child(0)
        return Type((b"[]",), (read_type(data, element, scope, own, depth + 1),))
    if kind in ("abstract_type", "dynamic_type", "bounded_type"):
        return Type((b"dyn",), (), (node,))
    path = type_path(data, node)
    if path == (b"Self",):
        return own
    if not path:
        return None
    bounds = scope.bounds(path[0]) if scope is not None and len(path) == 1 else None
    if bounds is not None:
        return Type((b"dyn",), (), bounds)
    arguments = node.child_by_field_name("type_arguments")
    inner = () if arguments is None else tuple(
        read_type(data, each, scope, own, depth + 1) for each in arguments.named_children if each.type != "lifetime"
    )  # fmt: skip
    return Type(path, inner)


def peeled(kind: Type | None) -> Iterator[Type]:
    """The type and what it points to, in the order in which methods are looked for."""
    for _ in range(_DEPTH):
        if kind is None:
            return
        yield kind
        if kind.path[-1] not in _POINTERS or not kind.arguments:
            return
        kind = kind.arguments[0]


class Reader:
    """Reads types of expressions in one body."""

    def __init__(self, known: Known, own: Type | None) -> None:
        self._known = known
        self._own = own

    def receiver(self, receiver: Node | tuple[Node, ...] | None, scope: Scope) -> Type | None:
        """The type of a call's receiver."""
        if receiver is None or isinstance(receiver, Node):
            return self.of(receiver, scope)
        kind = self.of(receiver[0], scope)
        for field in receiver[1:]:
            kind = self._field(kind, name_of(self._known.data, field) or b"")
        return kind

    def of(self, node: Node | None, scope: Scope | None, depth: int = 0) -> Type | None:
        """The type of an expression."""
        if node is None or scope is None or depth > _DEPTH:
            return None
        reader = _READERS.get(node.type)
        return None if reader is None else reader(self, node, scope, depth + 1)

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

    def _through(self, kind: Type | None, step: str) -> Type | None:
        if kind is None or step == _STRUCTURE:
            return None
        if step.startswith("field:"):
            return self._field(kind, step.removeprefix("field:").encode())
        if step == "each":
            return _first(kind, _ELEMENTS)
        if step in ("Some", "Ok", "Ready"):
            return _first(kind, _WRAPPERS)
        if step == "Err" and len(kind.arguments) > 1:
            return kind.arguments[1]
        return None

    def _field(self, kind: Type | None, name: bytes) -> Type | None:
        for each in peeled(kind):
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
            return self._associated(function, scope)
        if function.type == "field_expression":
            receiver = self.of(function.child_by_field_name("value"), scope, depth)
            return self._method(receiver, self._name(function.child_by_field_name("field")))
        return None

    def _called(self, name: bytes, node: Node, scope: Scope, depth: int) -> Type | None:
        if name in (b"Some", b"Ok"):
            arguments = node.child_by_field_name("arguments")
            inner = None if arguments is None else self.of(arguments.named_child(0), scope, depth)
            return Type((b"Option" if name == b"Some" else b"Result",), (inner,))
        return None if scope.holds_value(name, node.start_byte) else self._known.function_type(name)

    def _associated(self, function: Node, scope: Scope) -> Type | None:
        owner = self.written(function.child_by_field_name("path"), scope)
        name = self._name(function.child_by_field_name("name"))
        if owner is None:
            return None
        found = self._known.method_type(owner, name)
        if found is not None:
            return found
        if owner.path[-1] in _POINTERS and name in (b"new", b"clone", b"from", b"pin"):
            return self._pointed(owner, function, scope)
        if owner.path[-1][:1].isupper() and (name == b"from" or name.startswith(_MAKERS)):
            return None if name == b"builder" else owner
        return None

    def _pointed(self, owner: Type, function: Node, scope: Scope) -> Type | None:
        call = function.parent
        arguments = None if call is None else call.child_by_field_name("arguments")
        inner = None if arguments is None else self.of(arguments.named_child(0), scope, 8)
        if inner is not None and inner.path[-1] == owner.path[-1]:
            return inner
        return Type(owner.path, (inner,))

    def _method(self, receiver: Type | None, name: bytes) -> Type | None:
        for each in peeled(receiver):
            found = self._known.method_type(each, name)
            if found is not None:
                return found
            last = each.path[-1]
            if _LOCKS.get(name) == last:
                return (
                    Type((b"Result",), each.arguments)
                    if name != b"borrow" and last != b"RefCell"
                    else _argument(each)
                )
            if name in _UNWRAPPING and last in _WRAPPERS:
                return each if name.startswith(b"ok_or") else _argument(each)
            if last in (b"Vec", b"VecDeque", b"[]", b"HashMap", b"BTreeMap") and name in (
                b"first",
                b"last",
                b"get",
                b"get_mut",
                b"pop",
            ):
                return Type((b"Option",), each.arguments[-1:])
        if name in _ITERATES or (
            receiver is not None and receiver.path == _ITERATOR.path and name in _ITERATES_ON
        ):
            return _ITERATOR
        return receiver if name in _SAME else _NAMED.get(name)

    def _unwrapped(self, node: Node, scope: Scope, depth: int) -> Type | None:
        kind = self.of(node.named_child(0), scope, depth)
        return None if kind is None else _first(kind, _WRAPPERS)

    def _inside(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.of(node.named_child(node.named_child_count - 1), scope, depth)

    def _awaited(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.of(node.named_child(0), scope, depth)

    def _made(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.written(node.child_by_field_name("name"), scope)

    def _cast(self, node: Node, scope: Scope, depth: int) -> Type | None:
        return self.written(node.child_by_field_name("type"), scope)

    def _indexed(self, node: Node, scope: Scope, depth: int) -> Type | None:
        kind = self.of(node.named_child(0), scope, depth)
        return _first(kind, _ELEMENTS) if kind is not None else None

    def _macro(self, node: Node, scope: Scope, depth: int) -> Type | None:
        name = self._name(node.child_by_field_name("macro"))
        if name == b"vec":
            return Type((b"Vec",))
        return Type((b"String",)) if name == b"format" else None


def _argument(kind: Type) -> Type | None:
    return kind.arguments[0] if kind.arguments else None


def _first(kind: Type, wanted: frozenset[bytes]) -> Type | None:
    for each in peeled(kind):
        if each.path[-1] in wanted:
            return _argument(each)
        if each.path[-1].endswith(b"Result") and b"Result" in wanted:
            return _argument(each)
    return None


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
    "macro_invocation": Reader._macro,
    "string_literal": _literal(b"str"),
    "raw_string_literal": _literal(b"str"),
    "char_literal": _literal(b"char"),
    "boolean_literal": _literal(b"bool"),
}
