"""What a file says of its own types: fields, variants, what methods return, aliases, elements, what they point to.

This is the file's part of `receivers.Known`. Names are bytes without `r#`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tree_sitter import Node

from app.rust.names.bindings import Scope
from app.rust.names.scopes import Impl, Scopes, name_of
from app.rust.names.walk import generics
from app.rust.types.types import Type, filled, matched, read_type

_MOST_ALIASES = 8
_Values = dict[bytes, "Type | None"]


class Members:
    """The members of a file's types, each looked up when it is first asked for."""

    def __init__(self, data: bytes, scopes: Scopes, outer: Callable[[int], Scope]) -> None:
        """`outer` gives the generics that an impl gives its members, by its index in the outline."""
        self.data = data
        self._scopes = scopes
        self._outer = outer
        self._fields: dict[int, dict[bytes, Node]] = {}
        self._impl_types: dict[int, Type | None] = {}
        self._variants: dict[int, dict[bytes, Node]] = {}
        self._enum_of: dict[bytes, list[Node]] | None = None

    # -- fields and patterns

    def field_type(self, owner: Type, name: bytes) -> Type | None:
        """The type of a field of one of the file's structs; of a tuple struct the name is its place in decimal."""
        owner = self.named(owner)
        for node in self._types(owner.path):
            if node.type in ("struct_item", "union_item"):
                found = self._part(node, node, name, owner)
                if found is not None:
                    return found
        return None

    def pattern_type(
        self, kind: Type | None, path: tuple[bytes, ...], name: bytes, place: int
    ) -> Type | None:
        """What stands in a pattern at a field, or, if `name` is empty, at a place of a tuple struct or variant.

        `kind` is the type of the value that is matched, if it is known; `path` has no `Self`.
        """
        for holder, node in self._meant_by(kind, path):
            body = node.child_by_field_name("body")
            if not name and body is not None:
                types = list(body.children_by_field_name("type"))
                field = types[place] if -len(types) <= place < len(types) else None
                return self._read(field, holder, kind)
            return self._part(node, holder, name, kind)
        return None

    def _meant_by(self, kind: Type | None, path: tuple[bytes, ...]) -> Iterator[tuple[Node, Node]]:
        """The item with the generics, and the struct or variant that a pattern's path names."""
        if len(path) > 1:
            for node in self._types(self.named(Type(path[:-1])).path):
                variant = self._variants_of(node).get(path[-1])
                if variant is not None:
                    yield node, variant
        enums = self._enums_with(path[0]) if len(path) == 1 else []
        for node in enums:
            if kind is not None and kind.path[-1] == name_of(self.data, node.child_by_field_name("name")):
                yield node, self._variants_of(node)[path[0]]
        for node in self._types(self.named(Type(path)).path):
            if node.type == "struct_item":
                yield node, node
        if len(enums) == 1:
            yield enums[0], self._variants_of(enums[0])[path[0]]

    def _enums_with(self, variant: bytes) -> list[Node]:
        if self._enum_of is None:
            self._enum_of = {}
            for node in self._scopes.nodes:
                if node is not None and node.type == "enum_item":
                    for name in self._variants_of(node):
                        self._enum_of.setdefault(name, []).append(node)
        return self._enum_of.get(variant, [])

    def _part(self, node: Node, holder: Node, name: bytes, owner: Type | None) -> Type | None:
        fields = self._fields.get(node.id)
        if fields is None:
            fields = self._fields[node.id] = dict(self._read_fields(node))
        return self._read(fields.get(name), holder, owner)

    def _read_fields(self, node: Node) -> Iterator[tuple[bytes, Node]]:
        body = node.child_by_field_name("body")
        if body is not None and body.type == "field_declaration_list":
            for field in body.named_children:
                name, kind = (
                    name_of(self.data, field.child_by_field_name("name")),
                    field.child_by_field_name("type"),
                )
                if name is not None and kind is not None:
                    yield name, kind
        elif body is not None:
            for place, kind in enumerate(body.children_by_field_name("type")):
                yield b"%d" % place, kind

    def _read(self, node: Node | None, holder: Node, owner: Type | None) -> Type | None:
        """A type written in an item, with the arguments of `owner` for the item's parameters."""
        name = name_of(self.data, holder.child_by_field_name("name"))
        if node is None or name is None:
            return None
        known = owner if owner is not None and owner.path[-1] == name else None
        kind = read_type(self.data, node, self._generics(holder), known or Type((name,)))
        return _useful(filled(kind, self._values(holder, known)))

    def _generics(self, item: Node, outer: Scope | None = None) -> Scope:
        scope = Scope(outer)
        generics(self.data, item, scope)
        return scope

    def _values(self, item: Node, owner: Type | None) -> _Values:
        listed = item.child_by_field_name("type_parameters")
        if owner is None or listed is None or not owner.arguments:
            return {}
        names = [
            name_of(self.data, each.child_by_field_name("name")) or b""
            for each in listed.named_children
            if each.type in ("type_parameter", "const_parameter")
        ]
        return dict(zip(names, owner.arguments, strict=False))

    # -- impls

    def impl_type(self, impl: Impl) -> Type | None:
        """The self type of an impl, with its arguments."""
        if impl.item not in self._impl_types:
            node = self._scopes.nodes[impl.item]
            kind = None if node is None else node.child_by_field_name("type")
            scope = self._outer(impl.item)
            self._impl_types[impl.item] = read_type(self.data, kind, scope, None)
        return self._impl_types[impl.item]

    def impls(self, owner: Type) -> Iterator[tuple[Impl, _Values]]:
        """The impls whose header can be that of a type, each with what its parameters are then."""
        if self.is_foreign(owner.path):
            return
        for impl in self._scopes.owners.get(owner.path[-1], ()):
            values = matched(self.impl_type(impl), owner)
            if values is not None:
                yield impl, values

    def method_type(self, owner: Type, name: bytes) -> Type | None:
        """What a method or function of one of the file's types returns."""
        owner = self.named(owner)
        for impl, values in self.impls(owner):
            for index in impl.members.get(name, ()):
                node = self._scopes.nodes[index]
                if node is None:
                    continue
                written = {"function_item": "return_type", "const_item": "type"}.get(node.type)
                if written is not None:
                    scope = self._generics(node, self._outer(impl.item))
                    kind = read_type(self.data, node.child_by_field_name(written), scope, owner)
                    return _useful(filled(self._without_self(kind, owner), values))
        return None

    def _without_self(self, kind: Type | None, owner: Type) -> Type | None:
        """The type with `Self::Item` and its like put in."""
        if kind is None:
            return None
        if len(kind.path) == 2 and kind.path[0] == b"Self":
            return self._associated_type(owner, kind.path[1])
        if not kind.arguments:
            return kind
        return kind._replace(arguments=tuple(self._without_self(each, owner) for each in kind.arguments))

    def _associated_type(self, owner: Type, name: bytes, traits: tuple[bytes, ...] = ()) -> Type | None:
        for impl, values in self.impls(owner):
            if impl.trait and (not traits or impl.trait[-1] in traits):
                for index in impl.members.get(name, ()):
                    node = self._scopes.nodes[index]
                    kind = None if node is None else node.child_by_field_name("type")
                    if kind is not None:
                        found = read_type(self.data, kind, self._outer(impl.item), owner)
                        return filled(found, values)
        return None

    def item_type(self, owner: Type) -> Type | None:
        """What a loop over one of the file's types yields."""
        return self._associated_type(self.named(owner), b"Item", (b"Iterator", b"IntoIterator"))

    def is_iterator(self, owner: Type) -> bool:
        """Whether one of the file's types is an iterator itself."""
        return any(impl.trait[-1:] == (b"Iterator",) for impl, _ in self.impls(self.named(owner)))

    def target(self, owner: Type) -> tuple[Type, int] | None:
        """What one of the file's types derefs to, with the index of the impl."""
        for impl, _ in self.impls(owner):
            if impl.trait[-1:] == (b"Deref",):
                kind = self._associated_type(owner, b"Target", (b"Deref",))
                return None if kind is None else (kind, impl.item)
        return None

    # -- names

    def is_foreign(self, path: tuple[bytes, ...]) -> bool:
        """Whether a path leads through a module of another file to what only shares its name with a type here."""
        if len(path) < 2 or path[0] in (b"Self", b"self", b"super", b"crate"):
            return False
        modules = self._scopes.modules.values()
        if any(path[0] in module.names["type"] for module in modules):
            return False
        return any(path[-1] in module.names["type"] for module in modules)

    def named(self, kind: Type) -> Type:
        """The type that an alias of the file stands for; any other type as it is."""
        for _ in range(_MOST_ALIASES):
            node = next((n for n in self._types(kind.path) if n.type == "type_item"), None)
            if node is None or kind.path[0] == b"dyn":
                return kind
            meant = read_type(self.data, node.child_by_field_name("type"), self._generics(node), None)
            meant = filled(meant, self._values(node, kind))
            if meant is None or meant.path[-1] == kind.path[-1]:
                return kind
            kind = meant
        return kind

    def function_type(self, name: bytes) -> Type | None:
        """What a function of the file returns, or the tuple struct of that name."""
        for node in self._defined(name, "value"):
            if node.type == "function_item":
                written = node.child_by_field_name("return_type")
                return _useful(read_type(self.data, written, self._generics(node), None))
            if node.type == "struct_item":
                return Type((name,))
        return None

    def constant_type(self, name: bytes) -> Type | None:
        """The type of a constant or static of the file, or the unit struct of that name."""
        for node in self._defined(name, "value"):
            if node.type in ("const_item", "static_item"):
                return _useful(read_type(self.data, node.child_by_field_name("type"), None, None))
            if node.type == "struct_item":
                return Type((name,))
        return None

    def _types(self, path: tuple[bytes, ...]) -> Iterator[Node]:
        """The types of the file that a path can mean."""
        if not self.is_foreign(path):
            yield from self._defined(path[-1], "type")

    def _defined(self, name: bytes, space: str) -> Iterator[Node]:
        for module in self._scopes.modules.values():
            for index in module.names["type" if space == "type" else "value"].get(name, ()):
                node = self._scopes.nodes[index]
                if node is not None:
                    yield node

    def has_variant(self, owner: Type, name: bytes) -> bool:
        """Whether a type of the file is an enum with that variant."""
        named = self._types(self.named(owner).path)
        return any(name in self._variants_of(node) for node in named)

    def variants(self, enum: int) -> frozenset[bytes]:
        """The names of the variants of the enum at an index of the outline."""
        node = self._scopes.nodes[enum]
        return frozenset(() if node is None else self._variants_of(node))

    def _variants_of(self, node: Node) -> dict[bytes, Node]:
        known = self._variants.get(node.id)
        if known is None:
            body = node.child_by_field_name("body") if node.type == "enum_item" else None
            known = self._variants[node.id] = {}
            for each in body.named_children if body is not None else ():
                name = name_of(self.data, each.child_by_field_name("name"))
                if name is not None:
                    known[name] = each
        return known


def _useful(kind: Type | None) -> Type | None:
    """None for what is known neither by name nor by bounds."""
    return None if kind is not None and kind.path == (b"dyn",) and not kind.bounds else kind
