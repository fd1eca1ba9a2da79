"""Parsing without holding up the interface, and moving along the tree by syntax.

All offsets are bytes, 0-based, end exclusive. Ask `data[start:end]` for a node's text.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable

import tree_sitter_rust
from tree_sitter import Language, Node, Parser, Tree

from app.rust.leads import CONTAINER_KINDS, content_end, extent_around, item_kind
from app.rust.repair import repaired

LANGUAGE = Language(tree_sitter_rust.language())
"""The Rust grammar. Build each `Query` on it once, at module level."""

SLICE_MICROSECONDS = 2_000
"""How long one slice of parsing may hold the interpreter lock."""

_HOLDERS = CONTAINER_KINDS | {"block"}
_BLANKS = b" \t\r\n\f\v"
_idle: list[Parser] = []
_idle_lock = threading.Lock()


def never() -> bool:
    """The default answer to "is this still wanted?": nobody cancels."""
    return False


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
    source; broken places become ERROR nodes, but for those that `repair` knows to be good Rust.
    """
    with _idle_lock:
        parser = _idle.pop() if _idle else _new_parser()
    try:
        tree = _in_slices(parser, data, cancelled)
        if tree is None:
            return None
        return repaired(data, tree, lambda copy: _in_slices(parser, copy, cancelled))
    finally:
        parser.reset()
        with _idle_lock:
            _idle.append(parser)


def at_once() -> Callable[[bytes], Tree | None]:
    """A parser that gives the same trees in one go, for a process that has nothing else to do."""
    parser = Parser(LANGUAGE)
    return lambda data: repaired(data, parser.parse(data), parser.parse)


def _in_slices(parser: Parser, data: bytes, cancelled: Callable[[], bool]) -> Tree | None:
    while not cancelled():
        tree = _slice(parser, data)
        if tree is not None:
            return tree
        time.sleep(0)  # lets a waiting thread take the lock at once
    return None


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
            around = extent_around(node, data, start, end)
            if around is not None and around != (start, end):
                return around
        if node.type != "declaration_list" and not _is_item(node):
            low, high = node.start_byte, content_end(data, node)
            if low <= start and end <= high and (low, high) != (start, end):
                return low, high
        node = node.parent
    around = extent_around(tree.root_node, data, start, end)
    return around if around is not None and around != (start, end) else (0, len(data))


def _is_item(node: Node) -> bool:
    """Whether the node is taken with its lead, so that its bare range is no step by itself."""
    return node.parent is not None and node.parent.type in _HOLDERS and item_kind(node) is not None
