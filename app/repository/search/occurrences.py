"""Where a name stands in a file's code: as an identifier of its own, not in a comment or a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from app.base.cancelling import never
from app.rust.items import Item, outline
from app.rust.source import SourceFile
from app.rust.syntax import parse

IDENTIFIERS = frozenset({"identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"})
"""Node kinds that are names."""
_NAME = re.compile(r"(?:r#)?\w+")


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file with its syntax and items."""

    source: SourceFile
    tree: Tree
    items: Sequence[Item]

    @classmethod
    def of(cls, path: str, data: bytes, cancelled: Callable[[], bool] = never) -> ParsedFile | None:
        """Parse a file; None once `cancelled()` said so."""
        tree = parse(data, cancelled)
        return None if tree is None else cls(SourceFile.of(path, data), tree, outline(data, tree))

    @property
    def path(self) -> str:
        """From the repository's root."""
        return self.source.path

    @property
    def data(self) -> bytes:
        """The file's bytes."""
        return self.source.data


def identifier_at(tree: Tree, data: bytes, offset: int) -> Node | None:
    """The name at a byte, or the one that ends right before it (a cursor behind a word means the word)."""
    for at in (offset, offset - 1):
        if 0 <= at < len(data):
            node = tree.root_node.descendant_for_byte_range(at, at + 1)
            if node is not None and node.type in IDENTIFIERS:
                return node
    return None


def occurrences(file: ParsedFile, name: str) -> Iterator[Node]:
    """The nodes that are this name, in file order; with and without `r#`."""
    bare = name.removeprefix("r#")
    if not _NAME.fullmatch(bare):
        return
    root = file.tree.root_node
    # ASCII only at its edges: the node has the last word, and tells `naïve` from `na`.
    pattern = rb"(?<![A-Za-z0-9_])%b(?![A-Za-z0-9_])" % re.escape(bare.encode("utf-8"))
    for match in re.finditer(pattern, file.data):
        node = root.descendant_for_byte_range(match.start(), match.end())
        if node is not None and node.type in IDENTIFIERS:
            text = file.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
            if text.removeprefix("r#") == bare:
                yield node
