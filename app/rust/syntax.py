"""Parsing without holding up the interface, and moving along the tree by syntax.

All offsets are bytes, 0-based, end exclusive. Ask `data[start:end]` for a node's text.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

from tree_sitter import Node, Parser, Point, Range, Tree

from app.base.cancelling import never
from app.rust.gaps.repair import repaired
from app.rust.gaps.strangers import listed
from app.rust.gaps.unknowns import is_clean, left_out
from app.rust.grammar import LANGUAGE
from app.rust.leads import CONTAINER_KINDS, content_end, extent_around, extent_of, item_kind

SLICE_MICROSECONDS = 2_000
"""How long one slice of parsing may hold the interpreter lock."""

_HOLDERS = CONTAINER_KINDS | {"block"}
_BLANKS = b" \t\r\n\f\v"
_idle: list[Parser] = []
_idle_lock = threading.Lock()


def _new_parser() -> Parser:
    # Parsing in slices is the only way to let other threads run with the pinned tree-sitter: `progress_callback`
    # crashes the process there on Python before 3.14, and a chunked read alone still holds the lock for 20 ms at
    # the end, while the tree is balanced. The timeout is deprecated in favour of that callback.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return Parser(LANGUAGE, timeout_micros=SLICE_MICROSECONDS)


def parse(data: bytes, cancelled: Callable[[], bool] = never) -> Tree | None:
    """The syntax tree of `data`; None once `cancelled()` says so (it is asked every few milliseconds).

    Meant for a worker thread: the interpreter lock is let go between slices of about 2 ms. Never fails on bad
    source: broken places are read by `app.rust.gaps.repair` if it knows them to be good Rust, else become ERROR nodes,
    or are kept out (see `app.rust.gaps.resync`) where they would hide items.
    """
    tree = _parse(data, cancelled)
    if tree is None:
        return None
    return _understood(data, tree, lambda text, ranges: _parse(text, cancelled, ranges))


def _parse(
    data: bytes, cancelled: Callable[[], bool], ranges: Sequence[tuple[int, int]] | None = None
) -> Tree | None:
    """The tree of `data`, or of these ranges of it: ordered, not touching, at least one."""
    with _idle_lock:
        parser = _idle.pop() if _idle else _new_parser()
    try:
        if ranges is not None:
            parser.included_ranges = list(_pointed(data, ranges))
        while not cancelled():
            tree = _slice(parser, data)
            if tree is not None:
                return tree
            time.sleep(0)  # lets a waiting thread take the lock at once
        return None
    finally:
        parser.reset()
        if ranges is not None:
            del parser.included_ranges
        with _idle_lock:
            _idle.append(parser)


def at_once() -> Callable[[bytes], Tree | None]:
    """A parser that gives the same trees in one go, for a process that has nothing else to do."""
    parser = Parser(LANGUAGE)

    def read(data: bytes, ranges: Sequence[tuple[int, int]] | None = None) -> Tree:
        if ranges is None:
            return parser.parse(data)
        parser.included_ranges = list(_pointed(data, ranges))
        try:
            return parser.parse(data)
        finally:
            del parser.included_ranges

    return lambda data: _understood(data, read(data), read)


def _understood(
    data: bytes, tree: Tree, read: Callable[[bytes, Sequence[tuple[int, int]] | None], Tree | None]
) -> Tree | None:
    """The tree of a file, or of what is left of it once what the grammar lacks is put right or kept out."""
    if not tree.root_node.has_error:
        return tree
    texts = [data]

    def read_copy(copy: bytes) -> Tree | None:
        texts.append(copy)
        return read(copy, None)

    better = repaired(data, tree, read_copy)
    if better is None or not better.root_node.has_error:
        return better
    from app.rust.gaps.resync import resynced  # late: most files never ask

    return resynced(texts[0 if better is tree else -1], better, read)


def _pointed(data: bytes, ranges: Iterable[tuple[int, int]]) -> Iterator[Range]:
    """The ranges as tree-sitter wants them: with lines and columns."""
    at = line = 0
    for low, high in ranges:
        first = line + data.count(b"\n", at, low)
        line = first + data.count(b"\n", low, high)
        at = high
        yield Range(_point(data, first, low), _point(data, line, high), low, high)


def _point(data: bytes, line: int, offset: int) -> Point:
    return Point(line, offset - (data.rfind(b"\n", 0, offset) + 1))


def _slice(parser: Parser, data: bytes) -> Tree | None:
    try:
        return parser.parse(data)
    except ValueError:  # how the pinned version says that the time is up; the next call goes on from there
        return None


def token_at(tree: Tree, data: bytes, offset: int) -> tuple[int, int] | None:
    """The range of the token that holds the byte at `offset`; None in white space.

    A comment's tokens are its words.
    """
    if not 0 <= offset < len(data):
        return None
    node = tree.root_node.descendant_for_byte_range(offset, offset + 1)
    if node is None or data[offset] in _BLANKS:
        return None
    if node.child_count == 0 and node.type != "doc_comment":
        inside = node.start_byte <= offset < node.end_byte
        return (node.start_byte, node.end_byte) if inside else None
    if node.type not in ("line_comment", "block_comment", "doc_comment"):
        return None
    start, end = offset, offset + 1
    while start > node.start_byte and data[start - 1] not in _BLANKS:
        start -= 1
    while end < node.end_byte and data[end] not in _BLANKS:
        end += 1
    return start, end


def around(tree: Tree, node: Node) -> list[Node]:
    """The nodes that hold `node`, innermost first. One descent: `node.parent` makes one for every step."""
    cursor, found = tree.walk(), []
    while (here := cursor.node) is not None and here != node:
        found.append(here)
        if cursor.goto_first_child_for_byte(node.start_byte) is None:
            break
    return found[::-1]


def widen(tree: Tree, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The smallest syntactic range strictly larger than `start`-`end`; None if that is the whole file already.

    Never sticks: from a token over expressions, statements and blocks to the item with its lead and trail, then what
    it stands in, then the file.
    """
    start, end = max(0, start), min(len(data), end)
    if (start, end) == (0, len(data)):
        return None
    node = tree.root_node.descendant_for_byte_range(start, max(start, end))
    while node is not None and node.parent is not None:
        if node.type in _HOLDERS:
            around = _extent_in(tree, node, data, start, end)
            if around is not None and around != (start, end):
                return around
        if node.type != "declaration_list" and not _is_item(node):
            low, high = node.start_byte, content_end(data, node)
            if low <= start and end <= high and (low, high) != (start, end):
                return low, high
        node = node.parent
    around = _extent_in(tree, tree.root_node, data, start, end)
    return around if around is not None and around != (start, end) else (0, len(data))


def _extent_in(tree: Tree, container: Node, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The extent of the item, or of the piece that is not understood, in which a range of a container lies."""
    inner_error = container.is_error and container.parent is not None
    if container.type == "block" or inner_error or is_clean(tree, len(data)):
        return extent_around(container, data, start, end)
    edge = None if container.parent is None else container.start_byte + 1
    return extent_of(listed(data, container, edge, left_out(tree, len(data))), start, end)


def _is_item(node: Node) -> bool:
    """Whether the node is taken with its lead, so that its bare range is no step by itself."""
    return node.parent is not None and node.parent.type in _HOLDERS and item_kind(node) is not None
