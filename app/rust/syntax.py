"""Parsing without holding up the interface, and moving along the tree by syntax.

All offsets are bytes, 0-based, end exclusive. Nothing here needs a tree's source: ask `data[start:end]` for text.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable

import tree_sitter_rust
from tree_sitter import Language, Parser, Tree

LANGUAGE = Language(tree_sitter_rust.language())
"""The Rust grammar. Build each `Query` on it once, at module level."""

SLICE_MICROSECONDS = 2_000
"""How long one slice of parsing may hold the interpreter lock."""

_idle: list[Parser] = []
_idle_lock = threading.Lock()


def never() -> bool:
    """The default answer to "is this still wanted?": nobody cancels."""
    return False


def _new_parser() -> Parser:
    # A parse in slices is the only way to let other threads run with the pinned tree-sitter: `progress_callback`
    # crashes the process there on Python before 3.14, and a chunked read still holds the lock for 20 ms at the
    # end, while the tree is balanced. The timeout is deprecated in favour of that callback; the pin keeps it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return Parser(LANGUAGE, timeout_micros=SLICE_MICROSECONDS)


def parse(data: bytes, cancelled: Callable[[], bool] = never) -> Tree | None:
    """The syntax tree of `data`; None once `cancelled()` says so (it is asked every few milliseconds).

    Meant for a worker thread: the interpreter lock is let go between slices of about 2 ms. Never fails on bad
    source; broken places become ERROR nodes.
    """
    with _idle_lock:
        parser = _idle.pop() if _idle else _new_parser()
    try:
        while not cancelled():
            tree = _slice(parser, data)
            if tree is not None:
                return tree
            time.sleep(0)  # lets a waiting thread take the lock at once
        return None
    finally:
        parser.reset()
        with _idle_lock:
            _idle.append(parser)


def _slice(parser: Parser, data: bytes) -> Tree | None:
    try:
        return parser.parse(data)
    except ValueError:  # how the pinned version says that the time is up; the next call goes on from there
        return None


def token_at(tree: Tree, data: bytes, offset: int) -> tuple[int, int] | None:
    """The range of the leaf token that holds the byte at `offset`; None in white space between tokens."""
    if not 0 <= offset < len(data):
        return None
    node = tree.root_node.descendant_for_byte_range(offset, offset + 1)
    if node is None or node.child_count or not node.start_byte <= offset < node.end_byte:
        return None
    return node.start_byte, node.end_byte


def widen(tree: Tree, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The smallest syntactic range strictly larger than `start`-`end`; None if that is the whole file already."""
    node = tree.root_node.descendant_for_byte_range(start, max(start, end))
    while node is not None:
        low, high = min(start, node.start_byte), max(end, node.end_byte)
        if node.start_byte <= start and end <= node.end_byte and (low, high) != (start, end):
            return low, high
        node = node.parent
    return None if (start, end) == (0, len(data)) else (0, len(data))
