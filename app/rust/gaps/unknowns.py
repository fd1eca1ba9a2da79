"""What of a file's syntax the parser does not know, so that nobody takes silence for understanding.

It is told by the tree alone: ERROR nodes, tokens that are MISSING, and bytes that `app.rust.gaps.resync` kept out of
the parser. A clean file costs one look at its root. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever only names what is not understood need not load the parser
    from tree_sitter import Node, Tree

NOT_UNDERSTOOD = "not_understood"
"""Kind of the pieces between items that are no item the parser knows; never tree-sitter's own."""
PREFIX = "not understood: "
"""How the item path of such a piece begins."""

Range = tuple[int, int]

ITEM_LINE = re.compile(
    rb"^[ \t]*(?P<head>(?:pub\b(?:[ \t]*\([^)\n]*\))?[ \t]+)?"
    rb"(?:(?:default|const|async|unsafe|safe|gen|auto|extern(?:[ \t]+\"[^\"\n]*\")?)[ \t]+)*"
    rb"(?:(?:fn|struct|enum|union|trait|mod|use|type|static|const|macro)[ \t]+(?:r#)?[\w:{*]"
    rb"|macro_rules![ \t]*\w|extern[ \t]+(?:crate|\"|\{)|impl\b[ \t]*[<\w&(*\[!:]))",
    re.MULTILINE,
)
"""A line that begins an item, its lead left out; `head` is where."""
CONFLICT = re.compile(rb"^(?:<{7}|\|{7}|={7}|>{7})(?:[ \t][^\n]*)?\r?$", re.MULTILINE)
"""A line that a merge has left where two changes met."""

_CLOSED = re.compile(rb"^([ \t]*)[}\])]+[;,)]*[ \t]*(?://[^\n]*)?\r?(?:\n|\Z)", re.MULTILINE)
"""A line that ends an item which begins at the same column."""
_LONGEST_LEAD = 100
"""Lines above an item among which its attributes and comments are looked for."""
_BLANKS = re.compile(rb"[ \t]*")
_FILLED = re.compile(rb"\S")

_END = 2**32 - 1
_TOKENS = frozenset({"token_tree", "token_tree_pattern", "token_repetition", "token_repetition_pattern"})
_CONTAINERS = frozenset({"source_file", "declaration_list"})
_SHAPES = re.compile(rb"[()\[\]{}\"']")


def left_out(tree: Tree, size: int) -> tuple[Range, ...]:
    """The ranges of a file of so many bytes that the parser was not given, in order."""
    ranges = tree.included_ranges
    if len(ranges) == 1 and ranges[0].start_byte == 0 and ranges[0].end_byte >= min(size, _END):
        return ()
    at, found = 0, []
    for one in ranges:
        if at < one.start_byte:
            found.append((at, one.start_byte))
        at = one.end_byte
    return (*found, (at, size)) if at < size else tuple(found)


def is_clean(tree: Tree, size: int) -> bool:
    """Whether the parser was given all of the file and knew all of it."""
    return not tree.root_node.has_error and not left_out(tree, size)


def faults(data: bytes, tree: Tree) -> tuple[Range, ...]:
    """Every ERROR and MISSING node that may matter, outermost first, and what was left out; in order.

    Lone signs among the tokens of a macro call or a macro's rules (`~`, `$`) matter to nobody but the macro.
    """
    if is_clean(tree, len(data)):
        return ()
    found = list(left_out(tree, len(data)))
    if tree.root_node.has_error:
        found += _errors(data, tree.root_node)
    return tuple(sorted(found))


def _errors(data: bytes, root: Node) -> Iterator[Range]:
    waiting = [(root, True, False)]  # node, whether items may stand in it, whether it holds bare tokens
    while waiting:
        node, holds, tokens = waiting.pop()
        if node.is_missing or node.is_error:
            if not (tokens and not node.is_missing and not _SHAPES.search(data, *node.byte_range)):
                yield node.byte_range
            if not holds or node.is_missing:
                continue
        inside = holds and (node.is_error or node.type in _CONTAINERS)
        for child in node.children:
            if child.has_error or child.is_missing:
                deeper = inside or child.type == "declaration_list"
                waiting.append((child, deeper, tokens or node.type in _TOKENS))


def said(lines: Sequence[int]) -> str:
    """The places in words, by the 0-based lines on which they begin; empty for none."""
    if not lines:
        return ""
    return f"not understood near line {lines[0] + 1}" + (f", {len(lines)} places" if len(lines) > 1 else "")


def column_of(data: bytes, at: int) -> int:
    """Blanks before the first byte of the line."""
    start = data.rfind(b"\n", 0, at) + 1
    blanks = _BLANKS.match(data, start)
    return blanks.end() - start if blanks is not None else 0


def cut_at_items(data: bytes, low: int, high: int) -> Iterator[Range]:
    """A range cut where items seem to begin and end that stand as far left as its first line."""
    first = _FILLED.search(data, low, high)
    if first is None:
        return
    column = column_of(data, first.start())
    edges = {low, high}
    for match in ITEM_LINE.finditer(data, low, high):
        if match.start("head") - match.start() == column:
            edges.add(lead_above(data, match.start(), low, column))
    for match in _CLOSED.finditer(data, low, high):
        if len(match[1]) == column:
            edges.add(match.end())
    for match in CONFLICT.finditer(data, low, high):
        edges |= {match.start(), match.end()}
    yield from ((at, end) for at, end in pairwise(sorted(edges)) if data[at:end].strip())


def lead_above(data: bytes, at: int, low: int, column: int) -> int:
    """Where the attributes and comments begin that stand right above the line at `at`; not before `low`."""
    first = line = at
    for _ in range(_LONGEST_LEAD):
        if line <= low:
            break
        start = max(low, data.rfind(b"\n", 0, line - 1) + 1)
        above = data[start + column : line]
        if not above.strip() or above[:1] not in b"#/)]* \t":
            break
        line = start
        if above[:1] in b"#/":
            first = start
    return first
