"""In what form the code names what was missed: the causes of misses, as far as syntax tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node


def shape_of(root: Node, at: int) -> str:
    """In what form the code at a byte names something; of a method call, what is known of its receiver."""
    node = root.descendant_for_byte_range(at, at + 1)
    around = node
    while around is not None and around.type not in _SHAPES:
        around = around.parent
    if node is None or around is None:
        return "a plain name"
    if _within(around, "use_declaration"):
        return _SHAPES["use_declaration"]
    if around.type != "field_expression":
        return _SHAPES[around.type]
    receiver = around.child_by_field_name("value")
    if receiver is None or around.child_by_field_name("field") != node:
        return "a plain name"
    if receiver.type == "identifier":
        return "method of " + _binder(receiver)
    return "method of " + receiver.type.replace("_expression", "").replace("_", " ")


def _within(node: Node, kind: str) -> bool:
    at: Node | None = node
    while at is not None and at.type != kind:
        at = at.parent
    return at is not None


def _binder(name: Node) -> str:
    """What binds a local name, told by the nearest construct around it whose pattern holds the name."""
    at = name.parent
    while at is not None and at.type != "function_item":
        for pattern in _patterns(at):
            text = pattern.text or b""
            if re.search(rb"\b" + re.escape(name.text or b"") + rb"\b", text):
                return _BINDERS[at.type if pattern.type != "let_declaration" else "let_declaration"]
        at = at.parent
    return "a parameter"


def _patterns(node: Node) -> Iterator[Node]:
    if node.type in _BINDERS:
        pattern = node.child_by_field_name("parameters" if node.type == "closure_expression" else "pattern")
        yield from () if pattern is None else (pattern,)
    if node.type in ("if_expression", "while_expression"):
        condition = node.child_by_field_name("condition")
        yield from _patterns(condition) if condition is not None else ()
    if node.type == "block":
        yield from (child for child in node.named_children if child.type == "let_declaration")


_BINDERS = {
    "closure_expression": "a closure's parameter",
    "match_arm": "a match arm's name",
    "let_condition": "an `if let`'s name",
    "if_expression": "an `if let`'s name",
    "while_expression": "a `while let`'s name",
    "for_expression": "a loop's name",
    "block": "a `let`",
    "let_declaration": "a `let`",
}
_SHAPES = {
    "field_expression": "",
    "token_tree": "in a macro's tokens",
    "attribute_item": "in an attribute",
    "use_declaration": "by an import in a block",
    "scoped_identifier": "a path",
    "scoped_type_identifier": "a path",
    "generic_function": "a call",
    "call_expression": "a call",
    "match_pattern": "a pattern",
    "tuple_struct_pattern": "a pattern",
    "binary_expression": "an operator",
    "for_expression": "a loop",
    "bounded_type": "a type",
    "generic_type": "a type",
    "parameters": "a type",
    "block": "a plain name",
}
