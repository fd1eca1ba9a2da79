"""Parsing again around what the parser does not know, so that one strange line hides no items behind it.

tree-sitter goes on behind an error wherever that is cheapest, and may take the heads of whole items for operands. An
item nearly always begins a line. Where such a line stands in a broken place and is no item there, the place is parsed
piece by piece: what can be read alone stays, the rest is kept out of the parser, and the file is parsed once more
without it. So every node keeps its place in the file, and `tree.included_ranges` tells what is left out. A clean file
is not looked at; of any other, a byte is parsed at most six times, and twice more for each container around it whose
insides go wrong.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, cached_property

from tree_sitter import Node, Query, QueryCursor, Tree

from app.rust.gaps.unknowns import CONFLICT, ITEM_LINE, Range, column_of, cut_at_items
from app.rust.grammar import LANGUAGE
from app.rust.leads import extents, item_kind

Parse = Callable[[bytes, Sequence[Range] | None], Tree | None]
"""Parses a text, or these ranges of it; None once that is not wanted any more."""

_QUIET = frozenset(
    {"line_comment", "block_comment", "attribute_item", "inner_attribute_item", "shebang", "empty_statement"}
)
"""What may stand between items."""
_TEXTS = """
[(string_literal) (raw_string_literal) (line_comment) (block_comment) (token_tree)] @text
(function_item body: (block) @body)
"""
_HOLDER = re.compile(
    rb"[ \t]*(?:pub\b(?:[ \t]*\([^)\n]*\))?[ \t]+)?(?:(?:default|const|unsafe|auto)[ \t]+)*(?:mod|impl|trait|extern)\b"
)
_OPENED = re.compile(rb"\{[ \t]*(?://[^\n]*)?\r?\n")
_DEEPEST = 16
"""Containers in containers that are looked into."""
_compiling = threading.Lock()


@cache
def _texts() -> Query:
    return Query(LANGUAGE, _TEXTS)


def resynced(data: bytes, tree: Tree, parse: Parse) -> Tree | None:
    """The tree, or one in which strange places hide less; None once `parse` gave none."""
    kept_out = _markers(data, tree)
    if kept_out:
        data = _blanked(data, kept_out)
        without = parse(data, _others(kept_out, len(data)))
        if without is None:
            return None
        tree = without
    for patient in (
        True,
        False,
    ):  # what goes wrong again, though it can be read alone, is kept out the second time
        hidden = _Hidden(data, tree.root_node)
        regions = [one for one in _regions(data, tree.root_node) if hidden.within(*one)]
        search = _Search(data, parse, patient)
        try:
            found = [each for region in regions for each in search.strange(*region)]
        except _CancelledError:
            return None
        if found:
            kept_out += found
            again = parse(data, _others(kept_out, len(data)))
            if again is None:
                return None
            tree = again
    return tree


def _markers(data: bytes, tree: Tree) -> list[Range]:
    """The lines that a merge has left, if it has: they stand in the middle of anything."""
    found = [match.span() for match in CONFLICT.finditer(data)]
    if not any(data.startswith(b"<", start) for start, _ in found):
        return []
    texts = _Texts(data, tree.root_node)
    return [one for one in found if not texts.is_text(one[0])]


def _blanked(data: bytes, ranges: Sequence[Range]) -> bytes:
    """A copy in which the ranges are blank."""
    copy = bytearray(data)
    for start, end in ranges:
        copy[start:end] = b" " * (end - start)
    return bytes(copy)


class _CancelledError(Exception):
    """The parser gave nothing: nobody wants it any more."""


class _Search:
    """Finds what of a broken place cannot be read."""

    def __init__(self, data: bytes, parse: Parse, patient: bool) -> None:
        """`patient`: errors inside an item pass, as long as they hide no other."""
        self._data = data
        self._parse = parse
        self._patient = patient

    def strange(self, low: int, high: int) -> list[Range]:
        """The ranges of a broken place to keep out."""
        found: list[Range] = []
        waiting = [(low, high, 0)]
        while waiting:
            low, high, depth = waiting.pop()
            for start, end in cut_at_items(self._data, low, high):
                if self._reads(self._data[start:end]):
                    continue
                inside = _inside(self._data, start, end) if depth < _DEEPEST else None
                if inside is not None and self._reads(
                    self._data[start : inside[0]] + self._data[inside[1] : end]
                ):
                    waiting.append((*inside, depth + 1))
                else:
                    found.append((start, end))
        return found

    def _reads(self, text: bytes) -> bool:
        """Whether a text is items and what may stand between them."""
        tree = self._parse(text, None)
        if tree is None:
            raise _CancelledError
        root = tree.root_node
        if root.has_error and not (self._patient and not _Hidden(text, root).within(0, len(text))):
            return False
        return root.type == "source_file" and all(
            each.type in _QUIET or item_kind(each) is not None for each in root.children
        )


def _lacks_end(node: Node) -> bool:
    last: Node | None = node
    while last is not None and not last.is_missing:
        last = last.child(last.child_count - 1) if last.child_count else None
    return last is not None


def _others(kept_out: Sequence[Range], size: int) -> list[Range]:
    """What of a file remains. Of nothing, its end: no range at all would mean everything."""
    at, remain = 0, list[Range]()
    for low, high in sorted(kept_out):
        if at < low:
            remain.append((at, low))
        at = max(at, high)
    if at < size:
        remain.append((at, size))
    return remain or [(size, size)]


def _regions(data: bytes, root: Node) -> Iterator[Range]:
    """Where the file's top level is broken: neighbours in one, with what is further in and so belongs to them."""
    last: Range | None = None
    for child in root.children:
        known = not child.has_error and (child.type in _QUIET or item_kind(child) is not None)
        if known and (last is None or data[child.start_byte - 1 : child.start_byte] in (b"", b"\n")):
            if last is not None:
                yield last
            last = None
        else:
            last = (child.start_byte if last is None else last[0], child.end_byte)
    if last is not None:
        yield last


class _Hidden:
    """Tells where a tree hides items: a line looks like the head of one, and is none in the tree."""

    def __init__(self, data: bytes, root: Node) -> None:
        self._data = data
        self._root = root

    def within(self, low: int, high: int) -> bool:
        """Whether some are hidden in a range."""
        heads = [match.start("head") for match in ITEM_LINE.finditer(self._data, low, high)]
        return any(at not in self._known and at not in self._texts for at in heads)

    @cached_property
    def _known(self) -> frozenset[int]:
        return _items(self._data, self._root)

    @cached_property
    def _texts(self) -> _Texts:
        return _Texts(self._data, self._root)


class _Texts:
    """Where what looks like an item is none: in strings, comments, tokens of macro calls, and functions."""

    def __init__(self, data: bytes, root: Node) -> None:
        with _compiling:  # the pinned tree-sitter must not build the same query twice at a time
            query = _texts()
        found = QueryCursor(query).captures(root)
        self._data = data
        # One without its end has taken in what comes behind it.
        self._texts = _outermost(node for node in found.get("text", ()) if not _lacks_end(node))
        self._bodies = _outermost(node for node in found.get("body", ()) if not _lacks_end(node))

    def is_text(self, at: int) -> bool:
        """Whether a byte is in a string, a comment or the tokens of a macro call."""
        return _around(self._texts, at) is not None

    def __contains__(self, at: int) -> bool:
        if self.is_text(at):
            return True
        body = _around(self._bodies, at)
        # Items of a function's own stand further in than it does.
        return body is not None and column_of(self._data, at) > column_of(self._data, body)


def _outermost(nodes: Iterable[Node]) -> tuple[list[int], list[int]]:
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(node.byte_range for node in nodes):
        if not ends or start >= ends[-1]:
            starts.append(start)
            ends.append(end)
    return starts, ends


def _around(ranges: tuple[list[int], list[int]], at: int) -> int | None:
    """Where the range begins that holds the byte behind its first."""
    starts, ends = ranges
    index = bisect_right(starts, at - 1) - 1
    return starts[index] if index >= 0 and at < ends[index] else None


def _items(data: bytes, root: Node) -> frozenset[int]:
    """Where the items of a tree begin, those in containers too; without their leads."""
    found: set[int] = set()
    waiting: list[tuple[Node, int | None]] = [(root, None)]
    while waiting:
        container, edge = waiting.pop()
        for extent in extents(data, container.named_children, edge):
            found.add(extent.node.start_byte)
            body = extent.node.child_by_field_name("body")
            if body is not None and body.type == "declaration_list":
                waiting.append((body, body.start_byte + 1))
    return frozenset(found)


def _inside(data: bytes, low: int, high: int) -> Range | None:
    """What a module, impl, trait or foreign block holds, its braces left out; None for anything else."""
    head = next(
        (m for m in ITEM_LINE.finditer(data, low, high) if _HOLDER.match(data, m.start("head"))), None
    )
    opened = _OPENED.search(data, head.start(), high) if head is not None else None
    closed = data.rfind(b"}", low, high)
    if head is None or opened is None or opened.end() >= closed:
        return None
    start = data.rfind(b"\n", low, closed) + 1
    return (opened.end(), start) if opened.end() < start and not data[start:closed].strip() else None
