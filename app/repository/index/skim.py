"""A file's items without reading what no item can hide in: functions are cut down to their names before parsing.

Parsing takes as long as a text is, and most of a Rust file stands where no item is listed: in bodies of functions, in
fields, in documentation. One expression finds them, and `(){}`, `{}` or nothing stands in their place. Where the
shortened text does not parse cleanly the whole file is read. So all files have the items that `outline` lists, but for
files that are broken in what was left out: those have the items that stand behind the broken place as well.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tree_sitter import Node, Tree

from app.repository.index.columns import KIND_NUMBERS, TEST, Columns, bare_name, lines_of
from app.rust.gaps.strangers import listed
from app.rust.gaps.unknowns import Range, is_clean, left_out
from app.rust.item_paths import PathScope
from app.rust.items import path_of
from app.rust.leads import ItemExtent
from app.rust.test_code import is_test

_DEPTH = 16
"""Braces within braces that a body may hold; a deeper one is left to the parser."""
_NESTED = 6
"""Parentheses within parentheses that a signature may hold."""
_HASHES = 6
"""`#` of the longest raw string that is known here."""
_TOO_MANY_HASHES = b"#" * (_HASHES + 1) + b'"'
_HOLDERS = frozenset({"mod_item", "impl_item", "trait_item", "foreign_mod_item"})

_RAW = b"|".join(
    # A name that ends in `r` before a string makes it no raw one: before the `r` may stand `b` or `c`, and no more.
    rb"(?:(?<=[^\w]r%s\")|(?<=[^\w][bc]r%s\"))(?:[^\"]++|\"(?!%s))*+\"%s" % (hashes, hashes, hashes, hashes)
    for hashes in (b"#" * count for count in range(_HASHES + 1))
).replace(b"|\"(?!)", b"")  # fmt: skip
_STRING = rb"\"(?:" + _RAW + rb"|(?:[^\"\\]++|\\.)*+\")"
_LINE_COMMENT = rb"//[^\n]*+"
_BLOCK_COMMENT = rb"/\*(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"
for _ in range(2):  # they nest
    _BLOCK_COMMENT = rb"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|" + _BLOCK_COMMENT + rb")*+\*/"
# A character, or the quote before a lifetime or label.
_QUOTE = rb"'(?:[^'\\\n\x80-\xff]'|\\(?:u\{[0-9a-fA-F_]*+\}|x[0-9a-fA-F]{2}|[^\n])'|[\x80-\xff]{2,4}'|)"
_TEXT = rb"|".join((_STRING, _LINE_COMMENT, _BLOCK_COMMENT, rb"/(?!\*)", _QUOTE))
_BODY = rb"\{(?:[^{}\"'/]++|" + _TEXT + rb")*+\}"
for _ in range(_DEPTH):
    _BODY = rb"\{(?:[^{}\"'/]++|" + _TEXT + rb"|" + _BODY + rb")*+\}"
_PARENS = rb"\((?:[^()\"'/]++|" + _TEXT + rb")*+\)"
for _ in range(_NESTED):  # parameters hold patterns, types of functions, attributes
    _PARENS = rb"\((?:[^()\"'/]++|" + _TEXT + rb"|" + _PARENS + rb")*+\)"
_ARRAY = rb"\[[^\[\]{}\"'/]*+(?:\[[^\[\]{}\"'/]*+\][^\[\]{}\"'/]*+)*+\]"
_SIGNATURE = (
    rb"(?:[^(){};\"'/\[]++|" + rb"|".join((_PARENS, _ARRAY, _LINE_COMMENT, _BLOCK_COMMENT, _QUOTE)) + rb")*+"
)
_FUNCTION = rb"fn(?<!\w..)\s++(?:r#)?+\w++(?=\s*[(<])(?P<function>" + _SIGNATURE + _BODY + rb")"
_FIELDS = (
    rb"(?:struct(?<!\w.{6})|enum(?<!\w.{4}))\s++(?:r#)?+\w++(?=\s*[{<w])"
    + _SIGNATURE
    + rb"(?P<fields>"
    + _BODY
    + rb")"
)
# Of lines of documentation only the first matters: a lead begins there.
_DOCS = rb"//(?P<kind>[/!])(?!/)[^\n]*+\n(?P<docs>(?:[ \t]*+//(?P=kind)(?!/)[^\n]*+\n)++)"
# What opens a text that never ends takes the rest of the file with it: nothing there may be cut.
_PIECE = re.compile(
    rb"|".join(
        (_FUNCTION, _FIELDS, _DOCS, _STRING, _LINE_COMMENT, _BLOCK_COMMENT, _QUOTE, rb"(?:\"|/\*).*+")
    ),
    re.DOTALL,
)

_INSTEAD = {"function": (b"(){", 1), "fields": (b"{", 1), "docs": (b"", 0)}
"""What is put in the place of each group, and how many bytes of its end stay."""


class Skimmed(NamedTuple):
    """A file's text without the insides of its functions."""

    text: bytes
    firsts: list[int]
    """Where in `text` the pieces begin that stand in the file too, rising."""
    shifts: list[int]
    """How much later each of them stands in the file."""

    def places(self, offsets: Sequence[int]) -> array[int]:
        """Where in the file bytes of the text stand; what was put in is nowhere."""
        firsts, shifts = self.firsts, self.shifts
        return array("I", [offset + shifts[bisect_right(firsts, offset) - 1] for offset in offsets])


def skim(data: bytes) -> Skimmed:
    """The text with `(){}` for each function's signature and body, `{}` for fields, and one line of documentation."""
    parts: list[bytes] = []
    firsts, shifts = [0], [0]
    at = size = 0
    for found in () if _TOO_MANY_HASHES in data else _PIECE.finditer(data):
        if group := found.lastgroup:
            start, end = found.span(group)
            put, kept = _INSTEAD[group]
            parts += (data[at:start], put)
            size += start - at + len(put)
            at = end - kept
            firsts.append(size)
            shifts.append(at - size)
    parts.append(data[at:])
    return Skimmed(b"".join(parts), firsts, shifts)


def columns_of(data: bytes, parse: Callable[[bytes], Tree | None]) -> Columns | None:
    """The items of a file; None if `parse` gave nothing."""
    skimmed = skim(data)
    tree = parse(skimmed.text)
    if tree is not None and not is_clean(tree, len(skimmed.text)):
        skimmed = Skimmed(data, [0], [0])
        tree = parse(data)
    if tree is None:
        return None
    items = _Items(skimmed.text, left_out(tree, len(skimmed.text)))
    items.read(tree.root_node)
    starts, ends = skimmed.places(items.starts), skimmed.places([end - 1 for end in items.ends])
    return Columns(
        bytes(items.kinds),
        starts,
        array("I", [end + 1 for end in ends]),
        array("I", lines_of(data, skimmed.places(items.heads))),
        "\n".join(items.paths),
        "\n".join(items.names),
    )


class _Frame(NamedTuple):
    """A container that is being listed."""

    left: Iterator[ItemExtent]
    """What of it is still to be listed."""
    scope: PathScope
    test: bool


class _Items:
    """What `app.rust.items.outline` tells of a text, as lists and without an object for each item."""

    def __init__(self, text: bytes, gaps: Sequence[Range]) -> None:
        self.text = text
        self._gaps = gaps
        self.kinds: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.heads: list[int] = []
        """First byte of each behind its lead."""
        self.paths: list[str] = []
        self.names: list[str] = []
        self._taken: dict[str, int] = {}
        self._tests: dict[bytes, bool] = {}
        """Which attributes mark tests: few are written once only."""
        self._speaks = b"#![" in text
        """Whether a module may say something of itself."""

    def read(self, root: Node) -> None:
        """List the items of a tree, those of modules, impls, traits and foreign blocks included."""
        frames = [self._frame(root, None, PathScope(), False)]
        while frames:
            left, scope, test = frames[-1]
            for extent in left:
                attributes = extent.attributes
                marked = test or (bool(attributes) and any(map(self._marks_test, attributes)))
                inner = self._inside(extent, scope, marked) if extent.kind in _HOLDERS else None
                self._add(extent, scope, marked if inner is None else inner.test)
                if inner is not None:
                    frames.append(inner)
                    break
            else:
                frames.pop()

    def _inside(self, extent: ItemExtent, scope: PathScope, test: bool) -> _Frame | None:
        body = extent.node.child_by_field_name("body")
        if body is None:
            return None
        inner = scope.inside(self.text, extent.kind, extent.node)
        return self._frame(body, body.start_byte + 1, inner, test, extent.kind == "mod_item")

    def _frame(
        self, container: Node, edge: int | None, scope: PathScope, test: bool, module: bool = True
    ) -> _Frame:
        children = container.named_children
        if module and self._speaks and not test:
            test = any(self._marks_test(node) for node in children if node.type == "inner_attribute_item")
        return _Frame(iter(listed(self.text, container, edge, self._gaps)), scope, test)

    def _marks_test(self, node: Node) -> bool:
        said = self.text[node.start_byte : node.end_byte]
        known = self._tests.get(said)
        if known is None:
            known = self._tests[said] = is_test(self.text, (node,))
        return known

    def _add(self, extent: ItemExtent, scope: PathScope, test: bool) -> None:
        kind, node, start, end, _attributes, begin = extent
        name = self._plain_name(node) if kind == "function_item" else ""
        path = scope.modules + scope.owner + name if name else path_of(self.text, extent, scope)
        taken = self._taken
        if path in taken:
            path = self._numbered(path)
        taken[path] = 1
        self.kinds.append(KIND_NUMBERS[kind] | (TEST if test else 0))
        self.starts.append(start)
        self.ends.append(end)
        self.heads.append(begin)
        self.paths.append(path)
        self.names.append(name or bare_name(kind, path))

    def _plain_name(self, node: Node) -> str:
        """The name of most functions: letters that need no second look; else empty."""
        named = node.child_by_field_name("name")
        said = b"" if named is None else self.text[named.start_byte : named.end_byte]
        return said.decode("ascii") if said.isascii() and said.replace(b"_", b"a").isalnum() else ""

    def _numbered(self, path: str) -> str:
        """The path with `#2`, `#3` … where the file had it before."""
        while path in self._taken:
            count = self._taken[path] = self._taken[path] + 1
            path = f"{path}#{count}"
        return path
