"""What a file's modules define and import, and which impls its types have: the tables that names are looked up in.

Nothing here walks a body. Names are bytes without `r#`. Offsets are bytes, 0-based, end exclusive; an item is named
by its index in the file's outline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tree_sitter import Node, Tree

from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.rust.items import Item

Space = Literal["type", "value", "macro"]
"""Rust's namespaces."""

COMMENTS = frozenset({"line_comment", "block_comment"})
_PATHS = frozenset(
    {"scoped_identifier", "scoped_type_identifier", "generic_type", "generic_type_with_turbofish"}
)
_TYPES = frozenset({"enum_item", "union_item", "trait_item", "type_item", "mod_item"})
_VALUES = frozenset({"function_item", "function_signature_item", "const_item", "static_item"})
_DEFINED = re.compile(
    rb"\b(struct|enum|union|trait|type|mod|fn|const|static|macro_rules\s*!)\s+(?:ref\s+|mut\s+)?(?:r#)?([^\W\d]\w*)"
)
_SPACES: dict[bytes, tuple[Space, ...]] = {
    b"struct": ("type", "value"),
    b"enum": ("type",),
    b"union": ("type",),
    b"trait": ("type",),
    b"type": ("type",),
    b"mod": ("type",),
    b"fn": ("value",),
    b"const": ("value",),
    b"static": ("value", "type"),  # lazy_static makes a type of that name too
}


class Leaf(NamedTuple):
    """One name that a use declaration brings in."""

    node: Node
    name: bytes | None
    """The name bound; None for a glob, `as _` and what cannot be read."""
    path: tuple[bytes, ...] = ()
    """What is brought in, from the declaration's root: `std`, `fmt`, `Display`. Of a glob what stands before `::*`."""
    glob: bool = False
    item: int = -1
    """Index of the declaration in the outline; -1 inside a body."""


@dataclass(slots=True)
class Module:
    """One module of the file, its top level included."""

    item: int | None
    """Index of the `mod` item; None for the file itself."""
    parent: Module | None
    test: bool = False
    """Whether only tests see it."""
    names: dict[Space, dict[bytes, list[int]]] = field(
        default_factory=lambda: {"type": {}, "value": {}, "macro": {}}
    )
    """Items by namespace and name; several where `cfg` chooses among them."""
    leaves: dict[bytes, list[Leaf]] = field(default_factory=dict)
    globs: list[Leaf] = field(default_factory=list)
    nameless: list[Leaf] = field(default_factory=list)
    """Imports `as _`."""
    given: dict[bytes, list[int]] = field(default_factory=dict)
    """Names given to item-level macro calls: a call may define them."""

    def all_leaves(self) -> Iterator[Leaf]:
        """Every import of the module but its globs."""
        for found in self.leaves.values():
            yield from found
        yield from self.nameless


@dataclass(slots=True)
class Impl:
    """An impl block."""

    item: int
    module: Module
    owner: tuple[bytes, ...]
    """Path of the self type, without arguments and references; empty if it has no name."""
    trait: tuple[bytes, ...]
    """Path of the trait; empty for an inherent impl."""
    members: dict[bytes, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Scopes:
    """A file's tables."""

    modules: dict[int | None, Module]
    nodes: list[Node | None]
    """Syntax node of each item; None where it was not found again."""
    leads: list[list[Node]]
    """Attribute nodes of each item."""
    impls: list[Impl]
    impl_at: dict[int, Impl]
    traits: dict[int, dict[bytes, list[int]]]
    """Members of each trait of the file."""
    owners: dict[bytes, list[Impl]]
    """Impls by the last name of their self type."""
    home: list[Module]
    """The module that each item stands in."""


def scopes(data: bytes, tree: Tree, items: Sequence[Item]) -> Scopes:
    """The tables of a file. `items` is its outline."""
    nodes, leads = _nodes(tree, items)
    root = Module(None, None)
    found = Scopes({None: root}, nodes, leads, [], {}, {}, {}, [])
    for index, item in enumerate(items):
        node = nodes[index]
        above = items[item.parent] if item.parent is not None else None
        home = found.modules.get(item.parent) if above is None or above.kind == "mod_item" else None
        if home is None and item.parent is not None:
            home = found.home[item.parent]
        home = home or root
        found.home.append(home)
        if node is None:
            continue
        if above is not None and above.kind in ("impl_item", "trait_item"):
            _add_member(data, found, item.parent, index, node)
        else:
            _add(data, found, home, index, item, node)
    return found


def _nodes(tree: Tree, items: Sequence[Item]) -> tuple[list[Node | None], list[list[Node]]]:
    """The node and the attributes of each item, in one pass over the containers."""
    starts = {item.name_start: index for index, item in enumerate(items) if item.kind != NOT_UNDERSTOOD}
    nodes: list[Node | None] = [None] * len(items)
    leads: list[list[Node]] = [[] for _ in items]
    waiting = [tree.root_node]
    while waiting:
        above: list[Node] = []
        for child in flattened(waiting.pop().named_children):
            kind = child.type
            if kind == "attribute_item":
                above.append(child)
                continue
            if kind in COMMENTS:
                continue
            index = starts.get(child.start_byte)
            if index is not None and nodes[index] is None:
                if kind == "expression_statement":
                    child = child.named_child(0) or child
                nodes[index] = child
                leads[index] = [node for node in above if node.start_byte >= items[index].start]
                body = child.child_by_field_name("body")
                if body is not None and body.type == "declaration_list":
                    waiting.append(body)
            above = []
    return nodes, leads


def flattened(children: Iterable[Node]) -> Iterator[Node]:
    """Children with those of ERROR nodes in their place: items go on behind a broken one."""
    waiting = [iter(children)]
    while waiting:
        for child in waiting[-1]:
            if child.type == "ERROR":
                waiting.append(iter(child.named_children))
                break
            yield child
        else:
            waiting.pop()


def _add(data: bytes, found: Scopes, home: Module, index: int, item: Item, node: Node) -> None:
    kind = item.kind
    if kind in ("use_declaration", "extern_crate_declaration"):
        for leaf in leaves(data, node, index):
            _add_leaf(home, leaf)
        return
    if kind == "impl_item":
        impl = Impl(index, home, type_path(data, node.child_by_field_name("type")), _trait_of(data, node))
        found.impls.append(impl)
        found.impl_at[index] = impl
        if impl.owner:
            found.owners.setdefault(impl.owner[-1], []).append(impl)
        return
    if kind == "macro_invocation":
        for spaces, defined in _defined(data[node.start_byte : node.end_byte]):
            _define(home, spaces, defined, index)
        for given in dict.fromkeys(_given(data, node)):
            home.given.setdefault(given, []).append(index)
        return
    name = name_of(data, node.child_by_field_name("name"))
    if name is None:
        return
    _define(home, _spaces(kind, node), name, index)
    if kind == "mod_item":
        found.modules[index] = Module(index, home, item.test)
    elif kind == "trait_item":
        found.traits[index] = {}


def _add_leaf(home: Module, leaf: Leaf) -> None:
    if leaf.glob:
        home.globs.append(leaf)
    elif leaf.name is None:
        home.nameless.append(leaf)
    else:
        home.leaves.setdefault(leaf.name, []).append(leaf)


def _add_member(data: bytes, found: Scopes, parent: int | None, index: int, node: Node) -> None:
    name = name_of(data, node.child_by_field_name("name"))
    if name is None or parent is None:
        return
    impl = found.impl_at.get(parent)
    members = impl.members if impl is not None else found.traits.get(parent)
    if members is not None:
        members.setdefault(name, []).append(index)


def _define(home: Module, spaces: Iterable[Space], name: bytes, index: int) -> None:
    for space in spaces:
        home.names[space].setdefault(name, []).append(index)


def _spaces(kind: str, node: Node) -> tuple[Space, ...]:
    if kind == "struct_item":
        body = node.child_by_field_name("body")
        return ("type",) if body is not None and body.type == "field_declaration_list" else ("type", "value")
    if kind in _TYPES:
        return ("type",)
    if kind in _VALUES:
        return ("value",)
    return ("macro",) if kind == "macro_definition" else ()


def _defined(text: bytes) -> Iterator[tuple[tuple[Space, ...], bytes]]:
    """What the tokens of an item-level macro call seem to define: names behind the words that define."""
    depth, at = 0, 0
    for match in _DEFINED.finditer(text):
        between = text[at : match.start()]
        depth += between.count(b"{") - between.count(b"}")
        at = match.start()
        if depth <= 1:  # deeper are members and locals
            yield _SPACES.get(match[1], ("macro",)), match[2]


def _given(data: bytes, node: Node) -> Iterator[bytes]:
    """Capitalised names that stand by themselves among a macro call's arguments."""
    for tree in node.named_children:
        if tree.type == "token_tree":
            before = ""
            for child in tree.children:
                name = name_of(data, child) if child.type == "identifier" else None
                if name is not None and name[:1].isupper() and before in ("(", "[", "{", ",", ";"):
                    yield name
                before = child.type


def _trait_of(data: bytes, impl: Node) -> tuple[bytes, ...]:
    trait = impl.child_by_field_name("trait")
    return () if trait is None else type_path(data, trait) or (b"?",)


def type_path(data: bytes, node: Node | None) -> tuple[bytes, ...]:
    """The names of a type's path, looking through references; empty if it has none."""
    while node is not None and node.type in ("reference_type", "pointer_type"):
        node = node.child_by_field_name("type")
    names: list[bytes] = []
    while node is not None and node.type in _PATHS:
        if node.type in ("scoped_identifier", "scoped_type_identifier"):
            names += filter(None, [name_of(data, node.child_by_field_name("name"))])
            node = node.child_by_field_name("path")
        else:
            node = node.child_by_field_name("type")
    if node is None or node.type in (
        "bracketed_type",
        "tuple_type",
        "array_type",
        "function_type",
        "dynamic_type",
    ):
        return tuple(reversed(names)) if node is None and names else ()
    if node.child_count == 0:
        names += filter(None, [name_of(data, node)])
    return tuple(reversed(names))


def is_shown(data: bytes, item: Node) -> bool:
    """Whether an item has a visibility of its own: what was read in place of a word the grammar lacks is none."""
    return any(
        child.type == "visibility_modifier" and data.startswith((b"pub", b"crate"), child.start_byte)
        for child in item.children
    )


def name_of(data: bytes, node: Node | None) -> bytes | None:
    """A name's bytes without `r#`."""
    if node is None or node.end_byte <= node.start_byte:
        return None
    return data[node.start_byte : node.end_byte].removeprefix(b"r#")


def leaves(data: bytes, declaration: Node, item: int = -1) -> Iterator[Leaf]:
    """The names that a `use_declaration` or an `extern_crate_declaration` brings in, in order."""
    if declaration.type == "extern_crate_declaration":
        crate = declaration.child_by_field_name("name")
        name = declaration.child_by_field_name("alias") or crate
        if name is not None:
            yield Leaf(name, _bound(data, name), tuple(filter(None, [name_of(data, crate)])), False, item)
        return
    argument = declaration.child_by_field_name("argument")
    waiting: list[tuple[Node, tuple[bytes, ...]]] = [] if argument is None else [(argument, ())]
    while waiting:
        node, before = waiting.pop()
        if node.type == "scoped_use_list":
            listed = node.child_by_field_name("list")
            path = before + use_path(data, node.child_by_field_name("path"))
            waiting += [] if listed is None else [(listed, path)]
        elif node.type == "use_list":
            waiting += [(element, before) for element in reversed(elements(node))]
        else:
            yield _leaf(data, node, before, item)


def _leaf(data: bytes, node: Node, before: tuple[bytes, ...], item: int) -> Leaf:
    if node.type == "use_wildcard":
        inside = next((child for child in node.named_children if child.type not in COMMENTS), None)
        return Leaf(node, None, before + use_path(data, inside), True, item)
    target, alias = node, None
    if node.type == "use_as_clause":
        target = node.child_by_field_name("path") or node
        alias = node.child_by_field_name("alias")
    path = before + use_path(data, target)
    if path[-1:] == (b"self",) and len(path) > 1:
        path = path[:-1]
    if alias is not None:
        return Leaf(node, _bound(data, alias), path, False, item)
    if node.type == "use_as_clause":
        return Leaf(node, None, path, False, item)
    name = path[-1] if path else None
    return Leaf(node, None if name in (b"self", b"super", b"crate", b"_") else name, path, False, item)


def use_path(data: bytes, node: Node | None) -> tuple[bytes, ...]:
    """The names of a path in a use tree, `self`, `super` and `crate` included."""
    names: list[bytes] = []
    while node is not None and node.type == "scoped_identifier":
        names += filter(None, [name_of(data, node.child_by_field_name("name"))])
        node = node.child_by_field_name("path")
    names += filter(None, [name_of(data, node)])
    return tuple(reversed(names))


def elements(use_list: Node) -> list[Node]:
    """The elements of a use list."""
    return [node for node in use_list.named_children if node.type not in COMMENTS]


def _bound(data: bytes, node: Node) -> bytes | None:
    name = name_of(data, node)
    return None if name == b"_" else name
