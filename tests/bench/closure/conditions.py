"""Which `cfg` predicates hold for a recorded compile, and which bytes of a file it therefore never sees."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node, Tree

_WORD = re.compile(rb"\w+")
_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\w+|[(),=]')
_CFG_IN_TOKENS = re.compile(rb"#!?\s*\[\s*cfg|\bcfg_if\b")

Range = tuple[int, int]
"""Bytes, 0-based, end exclusive."""


def known_of(command: Sequence[str], printed: str) -> frozenset[str]:
    """The conditions that are set, as `name` or `name="value"`: by the command's `--cfg` and by rustc's target."""
    given = [command[index + 1] for index, each in enumerate(command[:-1]) if each == "--cfg"]
    return frozenset(each.replace(" ", "") for each in (*given, *printed.splitlines()) if each)


def holds(predicate: str, known: frozenset[str]) -> bool:
    """Whether what stands between the brackets of `cfg(…)` is true. What cannot be read is taken to hold."""
    tokens = _TOKEN.findall(predicate)
    if not tokens:
        return True
    return _value(tokens, known)


def _value(tokens: list[str], known: frozenset[str]) -> bool:
    """The value of the predicate that the tokens begin with; takes its tokens away."""
    name = tokens.pop(0)
    if tokens[:1] == ["="] and len(tokens) > 1:
        tokens.pop(0)
        return f"{name}={tokens.pop(0)}" in known
    if tokens[:1] != ["("]:
        return name == "true" or name in known
    tokens.pop(0)
    values: list[bool] = []
    while tokens and tokens[0] != ")":
        if tokens[0] == ",":
            tokens.pop(0)
        else:
            values.append(_value(tokens, known))
    del tokens[:1]
    if name == "not":
        return not all(values)
    return any(values) if name == "any" else all(values)


def chooses(macro: bytes) -> bool:
    """Whether what a macro's text expands to is subject to `cfg`."""
    return _CFG_IN_TOKENS.search(macro) is not None


def unseen(
    data: bytes, tree: Tree, known: frozenset[str], choosing: frozenset[bytes] = frozenset()
) -> list[Range]:
    """The ranges whose `cfg` does not hold, `cfg_attr`s that do nothing, and macro calls that choose by `cfg`.

    `choosing` are the names of the crate's own macros that do.
    """
    return sorted(_unseen(data, tree.root_node, known, choosing))


def _unseen(data: bytes, root: Node, known: frozenset[str], choosing: frozenset[bytes]) -> Iterator[Range]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "macro_invocation":
            call = data[node.start_byte : node.end_byte]
            if chooses(call) or set(_WORD.findall(call.split(b"!")[0])[-1:]) & choosing:
                yield node.byte_range
            continue
        children = node.named_children
        for index, child in enumerate(children):
            waiting.append(child)
            if child.type not in ("attribute_item", "inner_attribute_item"):
                continue
            text = data[child.start_byte : child.end_byte].decode("utf-8", "replace")
            inside = re.match(r"#!?\s*\[\s*(cfg|cfg_attr)\s*\((.*)\)\s*\]", text, re.DOTALL)
            if inside is None or holds(inside[2] if inside[1] == "cfg" else _first(inside[2]), known):
                continue
            if inside[1] == "cfg_attr":
                yield child.byte_range
            elif child.type == "inner_attribute_item":
                yield node.byte_range
            else:
                yield child.start_byte, _subject(children[index + 1 :], child).end_byte


def _first(arguments: str) -> str:
    """The predicate of a `cfg_attr`: up to the first comma outside brackets."""
    depth = 0
    for index, letter in enumerate(arguments):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            return arguments[:index]
    return arguments


def _subject(following: Sequence[Node], attribute: Node) -> Node:
    """What an attribute stands before."""
    for node in following:
        if node.type not in ("attribute_item", "line_comment", "block_comment"):
            return node
    return attribute
