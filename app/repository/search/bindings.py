"""What a name at a place in a function is bound by: a parameter, a `let`, a pattern, a generic, a local item.

Offsets are bytes, 0-based.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tree_sitter import Node, Tree

from app.rust.leads import ITEM_KINDS
from app.rust.syntax import around

_PATTERN_OWNERS = frozenset({"match_arm", "for_expression"})
_CONDITIONAL = frozenset({"if_expression", "while_expression", "match_arm"})
_NAMES = frozenset({"identifier", "shorthand_field_identifier"})


def binding_of(data: bytes, tree: Tree, node: Node) -> Node | None:
    """The node that binds the plain name `node` nearest to it; None where nothing in its item does."""
    name = data[node.start_byte : node.end_byte]
    own_function = True
    for inner, outer in pairwise([node, *around(tree, node)]):
        if own_function:
            found = _last(_bound_here(data, outer, inner, node, name))
            if found is not None:
                return found
        for generic in _generics(outer):
            if data[generic.start_byte : generic.end_byte] == name:
                return generic
        if outer.type == "function_item":
            own_function = False  # a nested function sees no locals of the one around it
        if outer.type == "block":
            for item in outer.named_children:
                if item.type in ITEM_KINDS and _is_called(data, item, name):
                    return item.child_by_field_name("name")
    return None


def _last(found: Iterator[Node]) -> Node | None:
    node = None
    for node in found:  # noqa: B007 - the last one counts: it shadows those before
        pass
    return node


def _bound_here(data: bytes, outer: Node, inner: Node, node: Node, name: bytes) -> Iterator[Node]:
    """The bindings of `name` in a construct that the place sees, in order; `inner` is the part that holds the place."""
    if outer.type == "block":
        for statement in outer.named_children:
            if statement.start_byte > node.start_byte:
                break
            if statement.type == "let_declaration" and _reached(statement, node):
                yield from _in_pattern(data, statement.child_by_field_name("pattern"), name)
    elif outer.type in ("function_item", "closure_expression"):
        yield from _in_pattern(data, outer.child_by_field_name("parameters"), name)
    elif outer.type in _PATTERN_OWNERS:
        yield from _in_pattern(data, outer.child_by_field_name("pattern"), name)
    if outer.type in _CONDITIONAL:
        for condition in _conditions(outer):
            if condition.start_byte <= node.start_byte:
                yield from _in_pattern(data, condition.child_by_field_name("pattern"), name)


def _reached(statement: Node, node: Node) -> bool:
    """Whether a `let` is in force at the place: behind it, or on its own pattern."""
    pattern = statement.child_by_field_name("pattern")
    on_pattern = pattern is not None and pattern.start_byte <= node.start_byte < pattern.end_byte
    return on_pattern or statement.end_byte <= node.start_byte


def _conditions(node: Node) -> Iterator[Node]:
    waiting = [node.child_by_field_name("condition"), node.child_by_field_name("pattern")]
    while waiting:
        each = waiting.pop()
        if each is None:
            continue
        if each.type == "let_condition":
            yield each
        elif each.type in ("let_chain", "match_pattern", "binary_expression"):
            waiting += each.named_children


def _in_pattern(data: bytes, pattern: Node | None, name: bytes) -> Iterator[Node]:
    """The nodes of a pattern (or of parameters) that bind the name; paths and types bind nothing."""
    waiting = [] if pattern is None else [pattern]
    while waiting:
        node = waiting.pop()
        if node.type in _NAMES or node.type == "self":
            if data[node.start_byte : node.end_byte] == name and not name[:1].isupper():
                yield node
            continue
        skipped = {node.child_by_field_name("type"), node.child_by_field_name("condition")}
        if node.type not in ("scoped_identifier", "macro_invocation"):
            waiting += [child for child in node.named_children if child not in skipped]


def _generics(node: Node) -> Iterator[Node]:
    parameters = node.child_by_field_name("type_parameters")
    for parameter in parameters.named_children if parameters is not None else ():
        named = parameter.child_by_field_name("name") or (
            parameter if parameter.type in ("type_identifier", "lifetime") else None
        )
        if named is not None:
            yield named


def _is_called(data: bytes, item: Node, name: bytes) -> bool:
    named = item.child_by_field_name("name")
    return named is not None and data[named.start_byte : named.end_byte] == name
