"""A container's items, and the pieces between them that are no item the parser knows, so that nothing is missing.

Where the parser gave up somewhere in a container, each of its bytes that is not blank lies in an item, in a comment or
an attribute, or in such a piece. Elsewhere nothing is looked for. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from tree_sitter import Node

from app.rust.gaps.unknowns import (
    ITEM_LINE,
    NOT_UNDERSTOOD,
    PREFIX,
    Range,
    column_of,
    cut_at_items,
    lead_above,
)
from app.rust.item_paths import plain
from app.rust.leads import ItemExtent, content_end, extents, first_of_lead, flattened, may_lead

_BLANKS = b" \t\r\n\f\v"
_CLOSERS = b"})]"
_BETWEEN = frozenset({"inner_attribute_item", "shebang", "line_comment", "block_comment"})
_LONGEST_NAME = 60
"""Characters of a piece that name it."""


def listed(data: bytes, container: Node, edge: int | None, gaps: Sequence[Range] = ()) -> list[ItemExtent]:
    """The items of a container and its pieces that are not understood, in file order.

    `edge` is the byte after its opening brace, None for the file itself; `gaps` are what the parser was not given.
    """
    low, high = _span(data, container, edge)
    if not container.has_error and not any(low <= start and end <= high for start, end in gaps):
        return extents(data, container.named_children, edge)
    found = extents(data, container.named_children, edge, strange=True)
    return sorted([*found, *_pieces(data, container, found, (low, high))], key=lambda one: one.start)


def piece_name(data: bytes, piece: ItemExtent) -> str:
    """How a piece is named for people: by the beginning of its first line, its lead left out."""
    end = data.find(b"\n", piece.begin, piece.end)
    line = data[piece.begin : piece.end if end < 0 else end][: 4 * _LONGEST_NAME].decode("utf-8", "replace")
    stops = [at for at in map(line.find, "({=;") if at > 0]
    head = plain(line[: min(stops)]) if stops else ""
    return PREFIX + (head or plain(line))[:_LONGEST_NAME].rstrip()


def _span(data: bytes, container: Node, edge: int | None) -> Range:
    """The bytes between a container's braces; of a file all but its byte order mark."""
    if edge is None:
        return len(data) - len(data.removeprefix(b"\xef\xbb\xbf")), len(data)
    last = container.child(container.child_count - 1)
    closed = last is not None and last.type == "}" and not last.is_missing and last.start_byte >= edge
    return edge, last.start_byte if closed and last is not None else container.end_byte


class _Part(NamedTuple):
    """A range of a container, by what it is."""

    start: int
    end: int
    what: Literal["item", "lead", "between", "end", "strange"]
    node: Node | None = None


class _Piece(NamedTuple):
    """A piece as far as it has been followed."""

    start: int
    begin: int
    """First byte behind the attributes and comments that the parser has told apart."""
    end: int


def _pieces(data: bytes, container: Node, found: Sequence[ItemExtent], span: Range) -> Iterator[ItemExtent]:
    make = _Maker(data, container)
    piece: _Piece | None = None
    lead: list[Node] = []  # attributes and comments since the last thing that they cannot belong to
    for part in (*_parts(data, container, found, span), _Part(span[1], span[1], "between")):
        if part.what == "lead" and part.node is not None:
            lead.append(part.node)
        elif part.what == "strange" and piece is not None and _goes_on(data, piece, part):
            piece, lead = piece._replace(end=part.end), []
        elif part.what == "end":  # a semicolon
            piece = piece._replace(end=part.end) if piece is not None and not lead else piece
        else:
            dangling = _dangling(data, lead) if part.what == "between" else None
            yield from (make(each) for each in (piece, dangling) if each is not None)
            start = _start(data, lead, part.start)
            piece = _Piece(start, part.start, part.end) if part.what == "strange" else None
            lead = []


def _dangling(data: bytes, lead: Sequence[Node]) -> _Piece | None:
    """The attributes of nothing: they stand behind all items, or before what they cannot belong to."""
    ranges = [(node.start_byte, content_end(data, node)) for node in lead if node.type == "attribute_item"]
    return _Piece(ranges[0][0], ranges[0][0], ranges[-1][1]) if ranges else None


def _parts(data: bytes, container: Node, found: Sequence[ItemExtent], span: Range) -> Iterator[_Part]:
    """All of a container that is not blank, in order."""
    known = [_Part(one.start, one.end, "item") for one in found]
    known += _around_items(data, container, known)
    at = span[0]
    for part in (*sorted(known, key=lambda one: one.start), _Part(span[1], span[1], "end")):
        if at < part.start:
            for start, end in cut_at_items(data, at, part.start):
                text = data[start:end]
                yield _Part(end - len(text.lstrip(_BLANKS)), start + len(text.rstrip(_BLANKS)), "strange")
        if part.start < part.end:
            yield part
        at = max(at, part.end)


def _around_items(data: bytes, container: Node, items: Sequence[_Part]) -> Iterator[_Part]:
    """The comments and attributes of a container that lie in no item."""
    at = 0
    for node in flattened(container.named_children):
        while at < len(items) and items[at].end <= node.start_byte:
            at += 1
        if at < len(items) and items[at].start <= node.start_byte:
            continue
        if node.has_error:  # a comment that never ends
            continue
        if may_lead(data, node):
            yield _Part(node.start_byte, content_end(data, node), "lead", node)
        elif node.type in _BETWEEN:
            yield _Part(node.start_byte, content_end(data, node), "between")
        elif node.type == "empty_statement":
            yield _Part(node.start_byte, node.end_byte, "end")


def _goes_on(data: bytes, piece: _Piece, part: _Part) -> bool:
    """Whether what is strange again belongs to the piece before it: further in than it, on its line, or closing it."""
    if data.find(b"\n", piece.end, part.start) < 0 or data[part.start] in _CLOSERS:
        return True
    return column_of(data, part.start) > column_of(data, piece.begin)


def _start(data: bytes, lead: Sequence[Node], below: int) -> int:
    first = first_of_lead(data, lead, below, at_top=False)
    return lead[first].start_byte if first < len(lead) else below


class _Maker:
    """Makes the pieces of a container."""

    def __init__(self, data: bytes, container: Node) -> None:
        self._data = data
        self._container = container
        nodes = flattened(container.named_children)
        self._attributes = [node for node in nodes if node.type == "attribute_item"]
        self._starts = [node.start_byte for node in self._attributes]

    def __call__(self, piece: _Piece) -> ItemExtent:
        start, begin, end = piece
        own = self._attributes[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        begin = _begin(self._data, begin, end)
        return ItemExtent(NOT_UNDERSTOOD, self._container, start, end, tuple(own), begin)


def _begin(data: bytes, start: int, end: int) -> int:
    """Where a piece begins behind its attributes and comments."""
    line = data.rfind(b"\n", 0, start) + 1
    head = ITEM_LINE.search(data, line, end)
    if head is None or head.start("head") < start:
        return start
    above = lead_above(data, head.start(), line, column_of(data, start))
    return head.start("head") if above == line else start
