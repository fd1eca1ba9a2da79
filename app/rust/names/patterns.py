"""What patterns and blocks bind, and through which steps the value they stand for leads to each name.

Names are bytes without `r#`; offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from tree_sitter import Node

from app.rust.names.bindings import Binding, Scope, Step
from app.rust.names.scopes import COMMENTS, Space, leaves, type_path
from app.rust.names.walk import Walk

GENERIC_ITEMS = frozenset(
    {
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "impl_item",
        "type_item",
        "associated_type",
        "const_item",
        "static_item",
        "enum_variant",
        "function_signature_item",
    }
)
"""Kinds of items that may have parameters of their own, functions aside."""
_BLOCK_ITEMS = (GENERIC_ITEMS | {"function_item", "macro_definition", "mod_item"}) - {
    "impl_item",
    "enum_variant",
}
_REFERRING = frozenset(
    {"scoped_identifier", "generic_type", "macro_invocation", "range_pattern", "const_block"}
)
_THROUGH = frozenset({"mut_pattern", "ref_pattern", "reference_pattern", "or_pattern", "captured_pattern"})
_NO_PATTERNS = COMMENTS | {"mutable_specifier", "string_literal", "raw_string_literal", "lifetime", "label"}
_PUNCTUATION = COMMENTS | {"(", ")", "[", "]", "|", ","}
_REST = "remaining_field_pattern"
_UNKNOWN = Step("unknown")

_Waiting = list[tuple[Node, Binding]]


def bind(walk: Walk, pattern: Node | None, scope: Scope, binding: Binding, outside: Scope) -> None:
    """Bind a pattern's names in `scope`; what it refers to is looked up in `outside`."""
    waiting: _Waiting = [] if pattern is None else [(pattern, binding)]
    while waiting:
        node, origin = waiting.pop()
        kind = node.type
        if kind in ("identifier", "shorthand_field_identifier"):
            name = walk.text(node)
            if kind == "identifier" and name[:1].isupper():
                walk.push(node, outside)
            elif name != b"_":
                scope.bind(name, origin)
        elif kind in ("tuple_struct_pattern", "struct_pattern"):
            waiting += _of_type(walk, node, origin, outside)
        elif kind in ("tuple_pattern", "slice_pattern"):
            waiting += _in_order(node, origin, "at" if kind == "tuple_pattern" else "each")
        elif kind in _REFERRING:
            walk.push(node, outside)
        elif kind == "match_pattern":
            condition = node.child_by_field_name("condition")
            waiting += [(child, origin) for child in node.named_children[:1] if child != condition]
        elif kind in _THROUGH:
            waiting += [(child, origin) for child in node.named_children]
        elif kind not in _NO_PATTERNS:
            waiting += [(child, _on(origin, _UNKNOWN)) for child in node.named_children]


def _on(origin: Binding, step: Step) -> Binding:
    return origin._replace(through=(*origin.through, step))


def in_places(node: Node) -> list[Node]:
    """What stands between brackets and commas; `_`, which is no named node, takes a place too."""
    return [child for child in node.children if child.type not in _PUNCTUATION]


def _in_order(node: Node, origin: Binding, how: str, path: tuple[bytes, ...] = ()) -> _Waiting:
    """Elements by their place; behind `..` they are counted from the end, from -1."""
    children = in_places(node)[1 if path else 0 :]
    rest = next((place for place, child in enumerate(children) if child.type == _REST), len(children))
    found: _Waiting = []
    for place, child in enumerate(children):
        if place != rest and child.type != "mutable_specifier":
            at = place if place < rest else place - len(children)
            step = Step("each") if how == "each" else Step("variant" if path else "at", path, b"", at)
            found.append((child, _on(origin, step)))
    return found


def _of_type(walk: Walk, node: Node, origin: Binding, outside: Scope) -> _Waiting:
    """What stands in `Path(…)` and `Path { … }`."""
    head = node.child_by_field_name("type")
    if head is None:
        return []
    if head.type in ("identifier", "type_identifier"):
        space: Space = "value" if head.type == "identifier" else "type"
        walk.path((walk.text(head),), space, head.start_byte, outside)
    else:
        walk.push(head, outside)
    path = type_path(walk.data, head) or (walk.text(head),)
    if node.type == "tuple_struct_pattern":
        return _in_order(node, origin, "at", path)
    found: _Waiting = []
    for child in node.named_children:
        if child.type == "field_pattern":
            name = child.child_by_field_name("name")
            target = child.child_by_field_name("pattern") or name
            if name is not None and target is not None:
                found.append((target, _on(origin, Step("field", path, walk.text(name)))))
    return found


def parameters(walk: Walk, listed: Node | None, scope: Scope, method: Node | None = None) -> None:
    """Bind the parameters of a function or closure, and walk their types; `method` is called with that closure."""
    for place, child in enumerate(in_places(listed) if listed is not None else ()):
        if child.type == "parameter":
            kind = child.child_by_field_name("type")
            bind(walk, child.child_by_field_name("pattern"), scope, Binding(0, kind), scope)
            walk.push(kind, scope)
        elif child.type in ("attribute_item", "self_parameter"):
            walk.push(child, scope)
            if child.type == "self_parameter":
                scope.bind(b"self", Binding(0))
        elif listed is not None and listed.type == "closure_parameters":
            bind(walk, child, scope, _handed(walk, method, place, scope), scope)
        else:
            walk.push(child, scope)


def _handed(walk: Walk, method: Node | None, place: int, scope: Scope) -> Binding:
    """A closure's parameter: what the method that is given the closure hands it."""
    if method is None:
        return Binding(0, None, None, None, (Step("unknown"),))
    step = Step("closure", (walk.text(method.child_by_field_name("field")),), b"", place)
    return Binding(0, None, method.child_by_field_name("value"), scope.parent, (step,))


def declare(walk: Walk, block: Node, scope: Scope) -> None:
    """Bind what a block holds: its items, its imports, and each `let` for what comes after it."""
    for child in block.named_children:
        kind = child.type
        if kind in _BLOCK_ITEMS:
            scope.items[walk.text(child.child_by_field_name("name"))] = child
        elif kind in ("use_declaration", "extern_crate_declaration"):
            for leaf in leaves(walk.data, child):
                if leaf.glob:
                    scope.globs.append(leaf.path)
                elif leaf.name is not None:
                    scope.items[leaf.name] = leaf.node
    for child in block.named_children:
        if child.type == "let_declaration":
            origin = Binding(
                child.end_byte,
                child.child_by_field_name("type"),
                child.child_by_field_name("value"),
                scope,
            )
            bind(walk, child.child_by_field_name("pattern"), scope, origin, scope)


def conditions(walk: Walk, condition: Node | None, scope: Scope) -> None:
    """Bind what `let` binds in a condition, and walk the condition."""
    waiting = [] if condition is None else [condition]
    while waiting:
        node = waiting.pop()
        if node.type == "let_condition":
            value = node.child_by_field_name("value")
            origin = Binding(node.end_byte, None, value, scope)
            bind(walk, node.child_by_field_name("pattern"), scope, origin, scope)
        elif node.type in ("let_chain", "binary_expression", "parenthesized_expression"):
            waiting += node.named_children
    walk.push(condition, scope)
