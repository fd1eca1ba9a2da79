"""Colours for a byte range of a parsed file: named styles, ordered and never overlapping.

Asked for what is visible, it costs the same in a file of any size (about 0.5 ms for a page).
"""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import files

from tree_sitter import Query, QueryCursor, Tree

from app.rust.grammar import LANGUAGE
from app.rust.styles import STYLES

__all__ = ["STYLES", "Highlight", "highlight", "warm"]

_PRIORITY = {name: place for place, name in enumerate(STYLES)}
_OVER_ATTRIBUTE = _PRIORITY["attribute"]
_compiling = threading.Lock()

Highlight = tuple[int, int, str]
"""First byte, one past the last byte, style name."""


@cache
def _compile() -> Query:
    text = files("app.rust").joinpath("queries", "highlight.scm").read_text(encoding="utf-8")
    return Query(LANGUAGE, text)


def warm() -> Query:
    """Compile the query, once (9 ms); call it from a worker thread before the first `highlight`."""
    with _compiling:  # the pinned tree-sitter must not build the same query twice at a time
        return _compile()


def highlight(tree: Tree, data: bytes, start: int, end: int) -> list[Highlight]:
    """Styled ranges within bytes `start`-`end`, in order, not overlapping, clipped to that range."""
    if end <= start:
        return []
    cursor = QueryCursor(warm())
    cursor.set_byte_range(start, end)
    found: list[tuple[int, int, int]] = []
    for name, nodes in cursor.captures(tree.root_node).items():
        if name == "identifier":
            for node in nodes:
                first = node.start_byte
                if data[first : first + 1].isupper():
                    last = node.end_byte
                    style = "constant" if data[first:last].isupper() and last - first > 1 else "type"
                    found.append((first, -last, _PRIORITY[style]))
        else:
            place = _PRIORITY[name]
            found.extend([(node.start_byte, -node.end_byte, place) for node in nodes])
    found.sort()
    return _flatten(found, start, end)


def _flatten(found: list[tuple[int, int, int]], start: int, end: int) -> list[Highlight]:
    """Nested ranges, given sorted as (start, -end, priority), as ranges side by side: the inner ones show.

    Syntax ranges nest or lie apart, so a stack of those still open is enough.
    """
    spans: list[Highlight] = []
    open_: list[tuple[int, int]] = []  # (end, priority) of the ranges around `at`
    at = start

    def paint(until: int) -> None:
        nonlocal at
        if open_ and until > at:
            style = STYLES[open_[-1][1]]
            if spans and spans[-1][1] == at and spans[-1][2] == style:
                spans[-1] = (spans[-1][0], until, style)
            else:
                spans.append((at, until, style))
        at = max(at, until)

    for first, minus_last, place in found:
        last = min(-minus_last, end)
        if last <= start or first >= end:
            continue
        first = max(first, start)
        while open_ and open_[-1][0] <= first:
            paint(open_[-1][0])
            open_.pop()
        if open_ and place < open_[-1][1] and (open_[-1][0] == last or open_[-1][1] == _OVER_ATTRIBUTE):
            continue
        paint(first)
        open_.append((last, place))
    while open_:
        paint(open_[-1][0])
        open_.pop()
    return spans
