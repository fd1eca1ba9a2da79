"""The names that a piece of Rust uses from outside itself, and the methods it calls: a walk that knows what is bound.

What is local (variables, generics, items of a block) is left out. Macro arguments and attributes have no syntax of
their own; they are read in `tokens`. Names are bytes without `r#`; offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from collections.abc import Iterable

from tree_sitter import Node

from app.rust.names import macros as tokens
from app.rust.names.bindings import Binding, Call, Scope, Step
from app.rust.names.patterns import GENERIC_ITEMS, bind, conditions, declare, parameters
from app.rust.names.scopes import COMMENTS, leaves
from app.rust.names.walk import Handler, Uses, Walk, generics

_OPERATORS = {
    **dict.fromkeys(("==", "!="), b"PartialEq"),
    **dict.fromkeys(("<", ">", "<=", ">="), b"PartialOrd"),
    "+": b"Add",
    "-": b"Sub",
    "*": b"Mul",
    "/": b"Div",
    "%": b"Rem",
    "&": b"BitAnd",
    "|": b"BitOr",
    "^": b"BitXor",
    "+=": b"AddAssign",
    "-=": b"SubAssign",
    "*=": b"MulAssign",
    "/=": b"DivAssign",
    "|=": b"BitOrAssign",
}


def references(data: bytes, nodes: Iterable[Node], outer: Scope) -> Uses:
    """What the nodes use. `outer` holds the generics of what they stand in."""
    walk = Walk(data, _HANDLERS)
    for node in nodes:
        walk.push(node, outer)
    walk.run()
    return Uses(
        tuple(sorted(walk.refs, key=lambda ref: ref.at)), tuple(sorted(walk.calls, key=lambda call: call.at))
    )


# -- one function a kind of node


def _children_but(walk: Walk, node: Node, scope: Scope, *fields: str) -> None:
    left_out = [node.child_by_field_name(name) for name in fields]
    for child in node.named_children:
        if child not in left_out:
            walk.push(child, scope)


def _function(walk: Walk, node: Node, scope: Scope) -> None:
    inner = Scope(scope, wall=True)
    generics(walk.data, node, inner)
    parameters(walk, node.child_by_field_name("parameters"), inner)
    _children_but(walk, node, inner, "name", "parameters")


def _closure(walk: Walk, node: Node, scope: Scope, method: Node | None = None) -> None:
    """A closure; `method` is the field expression that is called with it, where it is an argument."""
    inner = Scope(scope)
    parameters(walk, node.child_by_field_name("parameters"), inner, method)
    _children_but(walk, node, inner, "parameters")


def _generic_item(walk: Walk, node: Node, scope: Scope) -> None:
    inner = Scope(scope, wall=True)
    generics(walk.data, node, inner)
    parameters(walk, node.child_by_field_name("parameters"), inner)
    _children_but(walk, node, inner, "name", "parameters")


def _block(walk: Walk, node: Node, scope: Scope) -> None:
    inner = Scope(scope)
    declare(walk, node, inner)
    for child in node.named_children:
        walk.push(child, inner)


def _match(walk: Walk, node: Node, scope: Scope) -> None:
    value, body = node.child_by_field_name("value"), node.child_by_field_name("body")
    walk.push(value, scope)
    for child in body.named_children if body is not None else ():
        if child.type in _ARMS:
            _arm(walk, child, scope, value)
        else:
            walk.push(child, scope)


def _arm(walk: Walk, node: Node, scope: Scope, value: Node | None = None) -> None:
    """An arm of a match on `value`, which is handed down: asking a node for what is above it costs its depth."""
    inner = Scope(scope)
    pattern = node.child_by_field_name("pattern")
    bind(walk, pattern, inner, Binding(0, None, value, scope), scope)
    if pattern is not None:
        conditions(walk, pattern.child_by_field_name("condition"), inner)
    _children_but(walk, node, inner, "pattern")


def _if(walk: Walk, node: Node, scope: Scope) -> None:
    inner = Scope(scope)
    conditions(walk, node.child_by_field_name("condition"), inner)
    walk.push(node.child_by_field_name("consequence") or node.child_by_field_name("body"), inner)
    walk.push(node.child_by_field_name("alternative"), scope)


def _for(walk: Walk, node: Node, scope: Scope) -> None:
    inner = Scope(scope)
    value = node.child_by_field_name("value")
    bind(
        walk,
        node.child_by_field_name("pattern"),
        inner,
        Binding(0, None, value, scope, (Step("each"),)),
        scope,
    )
    if value is not None:
        walk.call(
            Call(value.start_byte, b"into_iter", value, scope, 0, operator=(b"IntoIterator", b"Iterator"))
        )
    walk.push(value, scope)
    walk.push(node.child_by_field_name("body"), inner)


def _index(walk: Walk, node: Node, scope: Scope) -> None:
    whole = node.named_children[0] if node.named_children else None
    walk.call(Call(node.start_byte, b"index", whole, scope, 1, operator=(b"Index", b"IndexMut")))
    _children_but(walk, node, scope)


def _binary(walk: Walk, node: Node, scope: Scope) -> None:
    sign, left = node.child_by_field_name("operator"), node.child_by_field_name("left")
    trait = _OPERATORS.get(sign.type if sign is not None else "")
    if trait is not None and left is not None:
        walk.call(Call(node.start_byte, trait, left, scope, 1, operator=(trait,)))
    _children_but(walk, node, scope)


def _await(walk: Walk, node: Node, scope: Scope) -> None:
    for child in node.named_children:
        if child.type == "call_expression":
            _call(walk, child, scope, awaited=True)
        else:
            walk.push(child, scope)


def _call(walk: Walk, node: Node, scope: Scope, awaited: bool = False) -> None:
    given = node.child_by_field_name("arguments")
    function = node.child_by_field_name("function")
    method = function
    if method is not None and method.type == "generic_function":
        walk.push(method.child_by_field_name("type_arguments"), scope)
        method = method.child_by_field_name("function")
    if method is not None and method.type == "field_expression":
        receiver, name = method.child_by_field_name("value"), method.child_by_field_name("field")
        if name is not None:
            count = (
                sum(each.type not in COMMENTS for each in given.named_children) if given is not None else -1
            )
            walk.call(Call(name.start_byte, walk.text(name), receiver, scope, count, awaited))
            if walk.text(name) == b"field" and count == 2 and given is not None:  # of `f.debug_struct(…)`
                shown = given.named_children[-1]
                walk.call(Call(shown.start_byte, b"fmt", shown, scope, 1, operator=(b"Debug",)))
        walk.push(receiver, scope)
        _handed(walk, given, scope, method)
    else:
        walk.push(method, scope)
        walk.push(given, scope)


def _handed(walk: Walk, given: Node | None, scope: Scope, method: Node) -> None:
    """The arguments of a method: a closure among them is told whose it is."""
    for child in given.named_children if given is not None else ():
        if child.type == "closure_expression":
            _closure(walk, child, scope, method)
        else:
            walk.push(child, scope)


def _macro_call(walk: Walk, node: Node, scope: Scope) -> None:
    macro = node.child_by_field_name("macro")
    if macro is not None and macro.type == "identifier":
        walk.path((walk.text(macro),), "macro", macro.start_byte, scope)
    elif macro is not None:
        walk.scoped(macro, scope, "macro")
    name = walk.text(macro).rpartition(b"::")[2]
    for child in node.named_children:
        if child.type == "token_tree":
            tokens.arguments(walk, child, scope, name)


def _let(walk: Walk, node: Node, scope: Scope) -> None:
    for name in ("type", "value", "alternative"):
        walk.push(node.child_by_field_name(name), scope)


def _use(walk: Walk, node: Node, scope: Scope) -> None:
    for leaf in leaves(walk.data, node):
        if leaf.path and node.type == "use_declaration":
            around = scope.parent or scope  # its own names do not explain it
            walk.refer(leaf.node.start_byte, leaf.path, None, around)


def _nothing(walk: Walk, node: Node, scope: Scope) -> None:
    return


def _attributed(walk: Walk, node: Node, scope: Scope) -> None:
    """Fields and variants: attributes there speak to a derive and name no macro."""
    for child in node.named_children:
        if child.type == "attribute_item":
            tokens.attribute(walk, child, scope, inert=True)
        else:
            walk.push(child, scope)


_ARMS = frozenset({"match_arm", "last_match_arm"})
_HANDLERS: dict[str, Handler] = {
    "identifier": Walk.value,
    "type_identifier": Walk.type,
    "primitive_type": Walk.type,
    "scoped_identifier": lambda walk, node, scope: walk.scoped(node, scope, "value"),
    "scoped_type_identifier": lambda walk, node, scope: walk.scoped(node, scope, "type"),
    "generic_type": lambda walk, node, scope: walk.scoped(node, scope, "type"),
    "generic_type_with_turbofish": lambda walk, node, scope: walk.scoped(node, scope, "type"),
    "function_item": _function,
    **dict.fromkeys(GENERIC_ITEMS, _generic_item),
    "closure_expression": _closure,
    "block": _block,
    "match_expression": _match,
    **dict.fromkeys(_ARMS, _arm),
    **dict.fromkeys(tokens.FIELDS, _attributed),
    "if_expression": _if,
    "while_expression": _if,
    "for_expression": _for,
    "index_expression": _index,
    "binary_expression": _binary,
    "compound_assignment_expr": _binary,
    "call_expression": _call,
    "await_expression": _await,
    "macro_invocation": _macro_call,
    "macro_definition": lambda walk, node, scope: tokens.definition(walk, node, scope),
    "token_tree": lambda walk, node, scope: tokens.arguments(walk, node, scope, b""),
    "attribute_item": lambda walk, node, scope: tokens.attribute(walk, node, scope),
    "let_declaration": _let,
    "let_condition": lambda walk, node, scope: walk.push(node.child_by_field_name("value"), scope),
    "use_declaration": _use,
    "extern_crate_declaration": _nothing,
    "mod_item": _nothing,
    "type_parameter": lambda walk, node, scope: _children_but(walk, node, scope, "name"),
    "const_parameter": lambda walk, node, scope: _children_but(walk, node, scope, "name"),
    "type_binding": lambda walk, node, scope: _children_but(walk, node, scope, "name"),
    "parameter": lambda walk, node, scope: walk.push(node.child_by_field_name("type"), scope),
}
