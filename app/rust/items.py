"""The items of a Rust file: names for people, and byte ranges that take each item's lead and trail along.

All offsets are bytes, 0-based, end exclusive. A *lead* is the attributes and doc comments of an item, and the plain
comments directly above; a *trail* is the comment that ends its last line, and the `;` after an item-level macro.
"""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node, Tree

from app.errors import UsageError
from app.rust.testcode import inner_test, marks_test

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
"""The tree-sitter node kinds that are items here."""

_KEYWORDS = {
    "struct_item": "struct",
    "enum_item": "enum",
    "union_item": "union",
    "trait_item": "trait",
    "const_item": "const",
    "static_item": "static",
    "type_item": "type",
    "associated_type": "type",
    "mod_item": "mod",
}
_COMMENTS = ("line_comment", "block_comment")
_LICENCE = re.compile(rb"SPDX-|copyright|licen[sc]e", re.IGNORECASE)
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_BLANK = b" \t\r\n\f\v"


@dataclass(frozen=True, slots=True)
class Wrap:
    """What stands around a method that is taken without the rest of its impl."""

    item: str
    """Item path of the impl."""
    head: tuple[int, int]
    """From the impl's lead to its `{`, inclusive."""
    tail: tuple[int, int]
    """Its `}`."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item, or member of an impl, a trait, a module or an `extern` block."""

    path: str
    """The item's name for people, unique in its file: `Retry::run`, `impl Queue for Memory`, `const MAX`."""
    kind: str
    """tree-sitter's node kind."""
    start: int
    """First byte of the lead."""
    end: int
    """One past the trail."""
    test: bool
    """Whether it is compiled for tests only, by its own attributes or those around it."""
    broken: bool
    """Whether it holds a syntax error."""
    parent: int | None
    """Index of the item around it."""
    wrap: Wrap | None
    """The inherent impl around a method that can stand alone between its header and closing brace."""
    whole: int | None
    """Index of the trait or trait impl that must be taken instead, being the smallest unit that compiles."""
    name_start: int
    """First byte after the lead."""


def outline(data: bytes, tree: Tree) -> tuple[Item, ...]:
    """All items of a file, in file order, containers before their members."""
    outliner = _Outliner(data)
    outliner.container(tree.root_node, "", None, inner_test(data, tree.root_node))
    return _unique(outliner.items)


def item_at(items: Sequence[Item], offset: int) -> int | None:
    """Index of the innermost item that holds the byte."""
    at: int | None = bisect_right(items, offset, key=lambda item: item.start) - 1
    if at is None or at < 0:
        return None
    while at is not None and not items[at].start <= offset < items[at].end:
        at = items[at].parent
    return at


def scope_at(items: Sequence[Item], offset: int) -> tuple[int, ...]:
    """Indexes of all items that hold the byte, outermost first."""
    chain: list[int] = []
    at = item_at(items, offset)
    while at is not None:
        chain.append(at)
        at = items[at].parent
    return tuple(reversed(chain))


def find_item(items: Sequence[Item], name: str) -> Item:
    """The item of that path; else the only one it can mean (`Retry` for `struct Retry`). Raises `UsageError`."""
    for item in items:
        if item.path == name:
            return item
    wanted = " ".join(name.split())
    wanted = wanted.removeprefix("pub ").removeprefix("async ").removeprefix("fn ").removesuffix("()")
    meant = [item for item in items if wanted in _short_names(item)]
    if len(meant) == 1:
        return meant[0]
    shown = _UNSAFE.sub("?", wanted)[:120]
    if meant:
        raise UsageError(
            f"{shown!r} can be {', '.join(item.path for item in meant[:8])}", "give the whole item path"
        )
    near = difflib.get_close_matches(wanted, [item.path for item in items], 5, 0.4)
    raise UsageError(
        f"no item {shown!r} in this file",
        f"near it: {', '.join(near)}" if near else "list them with 'backspan items'",
    )


def _short_names(item: Item) -> tuple[str, ...]:
    bare = item.path.split("#", 1)[0]
    after = bare.split(" ", 1)[-1] if item.kind in _KEYWORDS else bare
    return (bare, after, after.rsplit("::", 1)[-1])


class _Outliner:
    """Collects items container by container."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.items: list[Item] = []

    def container(self, node: Node, scope: str, parent: int | None, test: bool) -> None:
        """Collect the items directly in a file, module, impl, trait or extern block."""
        pending: list[Node] = []
        ended = -1
        children = list(_flat(node))
        for at, child in enumerate(children):
            kind = child.type
            if kind in _COMMENTS:
                if _inner_doc(child):
                    pending.clear()
                elif child.start_byte >= ended:
                    pending.append(child)
            elif kind == "attribute_item":
                pending.append(child)
            elif (item := _item_node(child)) is not None:
                start = self._lead(pending, child.start_byte)
                ended = self._trail(children, at)
                marked = test or marks_test(self.data, [n for n in pending if n.type == "attribute_item"])
                self._add(item, start, ended, child.start_byte, scope, parent, marked)
                pending.clear()
            elif child.is_named and kind != "empty_statement":
                pending.clear()

    def _add(
        self, node: Node, start: int, end: int, own: int, scope: str, parent: int | None, test: bool
    ) -> None:
        container = self.items[parent] if parent is not None else None
        index = len(self.items)
        body = node.child_by_field_name("body")
        test = test or (
            body is not None and node.type in ("mod_item", "impl_item") and inner_test(self.data, body)
        )
        wrap, whole = None, None
        if container is not None and parent is not None and container.kind in ("impl_item", "trait_item"):
            if container.whole is not None or container.wrap is None:
                whole = parent
            else:
                wrap = container.wrap
        path = self._path(node, scope)
        broken = node.has_error
        # A container carries what its members get: its wrap if they can stand alone in it. Cleared at the end.
        inherits = self._wrap(node, path, start, body) if node.type == "impl_item" else None
        self.items.append(
            Item(path, node.type, start, end, test, broken, parent, inherits or wrap, whole, own)
        )
        if body is not None and node.type in ("mod_item", "impl_item", "trait_item", "foreign_mod_item"):
            self.container(body, self._inner_scope(node, scope), index, test)
        if node.type == "impl_item":
            self.items[index] = replace(self.items[index], wrap=None)

    def _wrap(self, node: Node, path: str, start: int, body: Node | None) -> Wrap | None:
        if node.child_by_field_name("trait") is not None or body is None:
            return None
        open_, close = body.start_byte, body.end_byte - 1
        if self.data[open_ : open_ + 1] != b"{" or self.data[close : close + 1] != b"}" or close <= open_:
            return None
        return Wrap(path, (start, open_ + 1), (close, close + 1))

    # -- extents

    def _lead(self, pending: Sequence[Node], own: int) -> int:
        """Where the lead starts, given the comments and attributes since the last item."""
        own_kinds = [
            at for at, node in enumerate(pending) if node.type == "attribute_item" or _outer_doc(node)
        ]
        first = own_kinds[0] if own_kinds else len(pending)
        start = pending[first].start_byte if own_kinds else own
        glued = first
        while glued > 0 and self._glued(pending[glued - 1], start):
            glued -= 1
            start = pending[glued].start_byte
        if glued < first and self._is_licence(pending[glued:first], start):
            start = pending[first].start_byte if own_kinds else own
        return start

    def _glued(self, node: Node, start: int) -> bool:
        """Whether no blank line lies between a comment and what it would belong to."""
        end = node.start_byte + len(self.data[node.start_byte : node.end_byte].rstrip(_BLANK))
        between = self.data[end:start]
        return not between.strip(_BLANK) and between.count(b"\n") <= 1

    def _is_licence(self, nodes: Sequence[Node], start: int) -> bool:
        """A header glued to the file's first item is about the file."""
        before = self.data[:start].removeprefix(b"\xef\xbb\xbf")
        if before.strip(_BLANK) and not before.startswith(b"#!"):
            return False
        return any(_LICENCE.search(self.data, node.start_byte, node.end_byte) for node in nodes)

    def _trail(self, children: Sequence[Node], at: int) -> int:
        """Where the item ends, with the `;` and the comment that end its last line."""
        end = children[at].end_byte
        for node in children[at + 1 :]:
            if b"\n" in self.data[end : node.start_byte] or self.data[end : node.start_byte].strip(_BLANK):
                break
            if node.type in ("empty_statement", ";"):
                end = node.end_byte
            elif node.type in _COMMENTS and not _outer_doc(node) and not _inner_doc(node):
                text = self.data[node.start_byte : node.end_byte].rstrip(_BLANK)
                line = self.data.find(b"\n", node.start_byte + len(text))
                rest = self.data[node.start_byte + len(text) : line if line >= 0 else len(self.data)]
                if rest.strip(_BLANK):
                    break
                end = node.start_byte + len(text)
            else:
                break
        return end

    # -- names

    def _text(self, start: int, end: int) -> str:
        text = " ".join(self.data[start:end].decode("utf-8", "replace").split())
        return _UNSAFE.sub("", text)

    def _node_text(self, node: Node | None) -> str:
        return self._text(node.start_byte, node.end_byte) if node is not None else "?"

    def _path(self, node: Node, scope: str) -> str:
        kind = node.type
        if kind == "impl_item":
            header = self._header(node)
            return f"{header} in {scope.removesuffix('::')}" if scope else header
        if kind == "use_declaration":
            argument = node.child_by_field_name("argument")
            text = f"use {self._node_text(argument)}"
            return f"{text} in {scope.removesuffix('::')}" if scope else text
        if kind == "foreign_mod_item":
            return self._text(node.start_byte, _body_start(node))
        name = self._node_text(node.child_by_field_name("name"))
        if kind == "extern_crate_declaration":
            return f"extern crate {name}"
        if kind == "macro_definition":
            return f"macro_rules! {scope}{name}"
        if kind == "macro_invocation":
            return f"{scope}{self._node_text(node.child_by_field_name('macro'))}!"
        keyword = _KEYWORDS.get(kind)
        return f"{keyword} {scope}{name}" if keyword else f"{scope}{name}"

    def _header(self, node: Node) -> str:
        where = next((c for c in node.children if c.type == "where_clause"), None)
        return self._text(node.start_byte, where.start_byte if where is not None else _body_start(node))

    def _inner_scope(self, node: Node, scope: str) -> str:
        if node.type == "foreign_mod_item":
            return scope
        if node.type != "impl_item":
            return f"{scope}{self._node_text(node.child_by_field_name('name'))}::"
        target, trait = node.child_by_field_name("type"), node.child_by_field_name("trait")
        if trait is not None:
            return f"{scope}<{self._node_text(target)} as {self._node_text(trait)}>::"
        return f"{scope}{self._self_type(node, target)}::"

    def _self_type(self, node: Node, target: Node | None) -> str:
        """`Retry` for `impl<'a, Re> Retry<'a, Re>`; arguments that are not the impl's own stay: `Foo<u8>`."""
        if target is None or target.type != "generic_type":
            return self._node_text(target)
        own: set[str] = set()
        parameters = node.child_by_field_name("type_parameters")
        for parameter in parameters.named_children if parameters is not None else ():
            named = parameter.child_by_field_name("name") or next(iter(parameter.named_children), parameter)
            own.add(self._node_text(named))
            own.add(self._node_text(parameter))
        arguments = target.child_by_field_name("type_arguments")
        plain = all(
            child.type == "lifetime" or self._node_text(child) in own
            for child in (arguments.named_children if arguments is not None else ())
        )
        return self._node_text(target.child_by_field_name("type")) if plain else self._node_text(target)


def _flat(node: Node) -> Iterator[Node]:
    """A container's children; what an ERROR node holds counts as standing in its place."""
    for child in node.children:
        if child.type == "ERROR":
            yield from _flat(child)
        else:
            yield child


def _item_node(node: Node) -> Node | None:
    if node.type == "expression_statement":
        inner = next(iter(node.named_children), None)
        return inner if inner is not None and inner.type == "macro_invocation" else None
    return node if node.type in ITEM_KINDS and node.is_named else None


def _outer_doc(node: Node) -> bool:
    return node.child_by_field_name("outer") is not None


def _inner_doc(node: Node) -> bool:
    return node.child_by_field_name("inner") is not None


def _body_start(node: Node) -> int:
    body = node.child_by_field_name("body")
    return body.start_byte if body is not None else node.end_byte


def _unique(items: Sequence[Item]) -> tuple[Item, ...]:
    """Tell same-named items apart by `#2`, `#3` …; a wrap follows its impl's name."""
    seen: dict[str, int] = {}
    renamed: list[Item] = []
    for item in items:
        number = seen[item.path] = seen.get(item.path, 0) + 1
        path = item.path if number == 1 else f"{item.path}#{number}"
        wrap = item.wrap
        if wrap is not None and item.parent is not None:
            wrap = replace(wrap, item=renamed[item.parent].path)
        renamed.append(replace(item, path=path, wrap=wrap))
    return tuple(renamed)
