"""How far an item reaches: its lead (attributes, docs, the comments above) and its trail.

Extents are computed on bytes and line boundaries, never on the ends of comment nodes: the grammar lets a doc comment
swallow its line feed, a plain one not, and both keep the carriage return. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node

ITEM_KINDS = frozenset(
    {
        "function_item",
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "impl_item",
        "const_item",
        "static_item",
        "type_item",
        "mod_item",
        "macro_definition",
        "macro_invocation",
        "foreign_mod_item",
        "extern_crate_declaration",
        "use_declaration",
        "function_signature_item",
        "associated_type",
    }
)
"""Node kinds that are items where a container (file, module, impl, trait, foreign block) holds them."""

CONTAINER_KINDS = frozenset({"source_file", "declaration_list", "ERROR"})
"""Node kinds whose children are items. The root of a badly broken file is an ERROR node."""

_COMMENTS = frozenset({"line_comment", "block_comment"})
_LICENCE = re.compile(rb"copyright|licen[sc]e|spdx", re.IGNORECASE)


class ItemExtent(NamedTuple):
    """An item of a container, with where it begins and ends for people."""

    kind: str
    """Node kind; a macro call's statement counts as the `macro_invocation` in it."""
    node: Node
    """The item's own node, without lead and trail; of a piece that is not understood what it stands in."""
    start: int
    """First byte of the lead."""
    end: int
    """One past the last byte of the trail."""
    attributes: tuple[Node, ...]
    """The `attribute_item` nodes of the lead."""
    begin: int
    """First byte behind the lead."""


def item_kind(node: Node) -> str | None:
    """The kind as which a container's child counts as an item, or None."""
    kind = node.type
    if kind in ITEM_KINDS:
        return kind
    if kind == "expression_statement":
        inner = node.named_child(0)
        if inner is not None and inner.type == "macro_invocation":
            return "macro_invocation"
    return None


def content_end(data: bytes, node: Node) -> int:
    """The node's end without the line end that a comment node may have swallowed."""
    end = node.end_byte
    if node.type == "line_comment":
        while end > node.start_byte and data[end - 1] in b"\r\n":
            end -= 1
    return end


def extents(
    data: bytes, children: Iterable[Node], edge: int | None, strange: bool = False
) -> list[ItemExtent]:
    """The items among a container's named children, in file order.

    `edge` is the byte after the container's opening brace; None at the beginning of the file. With `strange`, bytes
    that lie in no node part what stands before them from what comes behind.
    """
    nodes = list(flattened(children))
    found: list[ItemExtent] = []
    above: list[Node] = []  # attributes and outer comments since the last thing that ends a lead
    at_top = edge is None
    index = 0
    while index < len(nodes):
        node = nodes[index]
        if strange and index and data[nodes[index - 1].end_byte : node.start_byte].strip():
            above, edge, at_top = [], node.start_byte, False
        index += 1
        if may_lead(data, node):
            if (
                not above
                and edge is not None
                and _is_plain(data, node)
                and not _breaks(data, edge, node.start_byte)
            ):
                edge = content_end(
                    data, node
                )  # the trailing comment of a brace or of something that is no item
            else:
                above.append(node)
            continue
        kind = item_kind(node)
        if kind is None:
            edge = content_end(data, node)
            at_top = at_top and node.type == "shebang" and not found
        else:
            lead = above[first_of_lead(data, above, node.start_byte, at_top) :]
            end, index = _trail(data, nodes, index, kind, node.end_byte)
            start = lead[0].start_byte if lead else node.start_byte
            attributes = tuple(each for each in lead if each.type == "attribute_item")
            found.append(ItemExtent(kind, node, start, end, attributes, node.start_byte))
            edge, at_top = end, False
        above = []
    return found


def extent_around(container: Node, data: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The extent of the container's item that holds `start`-`end`, found without looking at all its children."""
    reach = 4096
    while True:
        low = max(container.start_byte, start - reach)
        nodes, complete = _neighbours(container, data, low, start)
        if complete or low == container.start_byte:
            break
        reach *= 4
    edge = None if container.type == "source_file" else container.start_byte + 1
    return extent_of(extents(data, nodes, edge), start, end)


def extent_of(found: Iterable[ItemExtent], start: int, end: int) -> tuple[int, int] | None:
    """Where the first of the extents lies that holds `start`-`end`."""
    for extent in found:
        if extent.start <= start and end <= extent.end:
            return extent.start, extent.end
    return None


def _neighbours(container: Node, data: bytes, low: int, start: int) -> tuple[list[Node], bool]:
    """Named children from the one at `low` up to the trail of the first item that ends behind `start`.

    Also whether the first of them ends any lead, so that what lies before cannot matter.
    """
    cursor = container.walk()
    nodes: list[Node] = []
    if cursor.goto_first_child_for_byte(low) is None:
        return nodes, True
    past = False
    while (node := cursor.node) is not None:
        if node.is_named:
            if past and not may_lead(data, node) and node.type != "empty_statement":
                break
            nodes.append(node)
            past = past or (node.end_byte > start and item_kind(node) is not None)
        if not cursor.goto_next_sibling():
            break
    return nodes, bool(nodes) and not may_lead(data, nodes[0])


def flattened(children: Iterable[Node]) -> Iterator[Node]:
    """The children, with those of ERROR nodes in their place: a broken container does not hide whole items."""
    waiting = [iter(children)]
    while waiting:
        for node in waiting[-1]:
            inside = node.named_children if node.is_error else []
            if inside:
                waiting.append(iter(inside))
                break
            yield node
        else:
            waiting.pop()


def may_lead(data: bytes, node: Node) -> bool:
    """Whether the node is an attribute, or a comment that does not speak of what it stands in."""
    kind = node.type
    if kind in _COMMENTS:
        return data[node.start_byte + 2 : node.start_byte + 3] != b"!"
    return kind == "attribute_item"


def _is_plain(data: bytes, node: Node) -> bool:
    """Whether a node of a lead is a comment that documents nothing by itself."""
    if node.type not in _COMMENTS:
        return False
    head = data[node.start_byte : node.start_byte + 4]
    if node.type == "line_comment":
        return not head.startswith(b"///") or head == b"////"
    return not head.startswith(b"/**") or head in (b"/***", b"/**/")


def _breaks(data: bytes, start: int, end: int) -> bool:
    """Whether a line ends between the two bytes."""
    return data.find(b"\n", start, end) >= 0


def _blank_line(data: bytes, start: int, end: int) -> bool:
    return data.count(b"\n", start, end) > 1


def first_of_lead(data: bytes, above: Sequence[Node], below: int, at_top: bool) -> int:
    """Index in `above` of the lead's first node (its length: no lead)."""
    first = len(above)
    glued = True
    for index in range(len(above) - 1, -1, -1):
        node = above[index]
        if not _is_plain(data, node):
            first, glued = index, True
        elif glued and not _blank_line(data, content_end(data, node), below):
            first = index
        else:
            glued = False  # still in, if an attribute or a doc of this item stands above it
        below = node.start_byte
    if first == 0 and at_top and above:
        return max(first, _licence_header(data, above))
    return first


def _licence_header(data: bytes, above: Sequence[Node]) -> int:
    """How many of the file's first nodes are a licence header that happens to be glued to the first item."""
    count = 0
    while count < len(above) and _is_plain(data, above[count]):
        if count and _blank_line(data, content_end(data, above[count - 1]), above[count].start_byte):
            break
        count += 1
    if count and _LICENCE.search(data, above[0].start_byte, above[count - 1].end_byte):
        return count
    return 0


def _trail(data: bytes, nodes: Sequence[Node], index: int, kind: str, end: int) -> tuple[int, int]:
    """Where the trail ends, and the index of the first node behind it."""
    if kind == "macro_invocation" and index < len(nodes) and nodes[index].type == "empty_statement":
        end = nodes[index].end_byte
        index += 1
    while index < len(nodes):
        node = nodes[index]
        if not _is_plain(data, node) or not may_lead(data, node) or _breaks(data, end, node.start_byte):
            break
        end = content_end(data, node)
        index += 1
    return end, index
