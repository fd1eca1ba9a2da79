"""Which attributes make code test code: `#[test]` and its kin, and `cfg` predicates that hold only under test."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tree_sitter import Node

_MARKERS = frozenset(
    ["test", "bench", "rstest", "test_case", "quickcheck", "wasm_bindgen_test", "test_matrix"]
)
_ATTRIBUTE = re.compile(r"#!?\s*\[\s*([\w:\s]*?)\s*(?:\((.*)\))?\s*\]", re.DOTALL)
_TOKEN = re.compile(r'\s*(?://[^\n]*\n|/\*.*?\*/|r?"(?:[^"\\]|\\.)*"|[\w:]+|.)', re.DOTALL)


def marks_test(data: bytes, attributes: Iterable[Node]) -> bool:
    """Whether any of these attributes says that what follows is compiled for tests only."""
    return any(_is_test(data[node.start_byte : node.end_byte]) for node in attributes)


def inner_test(data: bytes, container: Node) -> bool:
    """Whether an inner attribute (`#![cfg(test)]`) makes a whole file or module test code."""
    for child in container.children:
        if child.type == "inner_attribute_item":
            if _is_test(data[child.start_byte : child.end_byte]):
                return True
        elif child.is_named and child.type not in ("line_comment", "block_comment", "shebang"):
            return False
    return False


def only_under_test(predicate: str) -> bool:
    """Whether a `cfg` predicate can hold only under test: `test`, `all(.., P)`, `any(P, P)`; `not(…)` never."""
    tokens = [t.strip() for t in _TOKEN.findall(predicate)]
    tokens = [t for t in tokens if t and not t.startswith(("//", "/*"))]
    holds, rest = _predicate(tokens)
    return holds and not [t for t in rest if t != ","]


def _predicate(tokens: list[str]) -> tuple[bool, list[str]]:
    if not tokens:
        return False, []
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["("]:
        parts: list[bool] = []
        rest = rest[1:]
        while rest and rest[0] != ")":
            if rest[0] == ",":
                rest = rest[1:]
                continue
            holds, rest = _predicate(rest)
            parts.append(holds)
        rest = rest[1:]
        if name == "all":
            return any(parts), rest
        return name == "any" and bool(parts) and all(parts), rest
    if rest[:1] == ["="]:
        return False, rest[2:]
    return name == "test", rest


def _is_test(attribute: bytes) -> bool:
    found = _ATTRIBUTE.fullmatch(attribute.decode("utf-8", "replace").strip())
    if found is None:
        return False
    path = "".join(found.group(1).split())
    if path == "cfg":
        return only_under_test(found.group(2) or "")
    return path.rsplit("::", 1)[-1] in _MARKERS
