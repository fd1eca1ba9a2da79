"""Which attributes make their item test code.

`#[test]` and its kin do, and `#[cfg(P)]` where P can hold only under test. `cfg_attr(test, …)` does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

TEST_ATTRIBUTES = frozenset(
    {
        "test",
        "bench",
        "rstest",
        "test_case",
        "test_matrix",
        "test_context",
        "quickcheck",
        "proptest",
        "wasm_bindgen_test",
        "gtest",
        "traced_test",
        "fixture",
    }
)
"""Last path segments of attributes that mark tests, benchmarks and their fixtures."""

_TOKEN = re.compile(rb'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|r#"(?:.*?)"#|(?:r#)?\w+|[^\s\w]', re.DOTALL)
_WORD = re.compile(rb"(?:r#)?\w+")
_MAX_DEPTH = 100


def is_test(data: bytes, attributes: Iterable[Node]) -> bool:
    """Whether one of the attributes (outer or inner attribute nodes) marks test code."""
    return any(_marks_test(data, node) for node in attributes)


def _marks_test(data: bytes, node: Node) -> bool:
    for child in node.named_children:
        if child.type == "attribute":
            return attribute_marks_test(data[child.start_byte : child.end_byte])
    return False


def attribute_marks_test(text: bytes) -> bool:
    """The same for an attribute's text, what stands between `#[` and `]`."""
    tokens = [token for token in _TOKEN.findall(text) if not token.startswith((b"//", b"/*"))]
    path: list[bytes] = []
    for token in tokens:
        if _WORD.fullmatch(token):
            path.append(token)
        elif token != b":":
            break
    if not path:
        return False
    if path == [b"cfg"]:
        rest = tokens[1:]
        return rest[:1] == [b"("] and _only_under_test(rest[1:-1])
    return path[-1].decode("utf-8", "replace") in TEST_ATTRIBUTES


def _only_under_test(tokens: list[bytes], depth: int = 0) -> bool:
    """Whether the predicate implies `test`."""
    if tokens[-1:] == [b","]:
        tokens = tokens[:-1]
    if tokens == [b"test"]:
        return True
    if depth > _MAX_DEPTH or len(tokens) < 3 or tokens[1] != b"(" or tokens[-1] != b")":
        return False
    parts = [_only_under_test(part, depth + 1) for part in _split(tokens[2:-1])]
    if tokens[0] == b"all":
        return any(parts)
    return tokens[0] == b"any" and bool(parts) and all(parts)


def _split(tokens: list[bytes]) -> list[list[bytes]]:
    """The tokens between the commas of the outermost level."""
    parts: list[list[bytes]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token == b"(") - (token == b")")
        if token == b"," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [part for part in parts if part]
