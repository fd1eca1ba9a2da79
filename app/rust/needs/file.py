"""What a file says by itself: its items, its scopes, and what each item names, worked out when first asked for.

What a name means is `app.rust.needs.lookup`. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

from tree_sitter import Tree

from app.rust.items import Item, next_item, scope_at
from app.rust.names.bindings import Scope
from app.rust.names.references import references
from app.rust.names.scopes import Module, is_shown, leaves, name_of, scopes
from app.rust.names.walk import Ref, Uses, generics
from app.rust.types.members import Members
from app.rust.types.types import Type

Modules = Callable[[tuple[bytes, ...]], "RustFile | None"]
"""Opens the file of a module by its path from the crate's root; None if no file holds it."""

_LINE_END = re.compile(rb"\n")
_HOLDERS = frozenset({"mod_item", "impl_item", "trait_item", "foreign_mod_item"})


class RustFile:
    """What is known of one file. Not changed from outside; safe to share once made."""

    def __init__(
        self,
        data: bytes,
        tree: Tree,
        items: Sequence[Item],
        modules: Modules | None = None,
        path: tuple[bytes, ...] = (),
    ) -> None:
        self.modules = modules
        """Opens other files of the crate; None if they are not to be looked into."""
        self.path = path
        """Path of the file's module from the crate's root; matters only with `modules`."""
        self.data = data
        self.tree = tree
        """Kept, because nodes live in it."""
        self.items = items
        self.scopes = scopes(data, tree, items)
        self.members = Members(data, self.scopes, self.outer)
        self._lines: list[int] | None = None  # where lines end
        self._uses: dict[int, Uses] = {}
        self._outer: dict[int | None, Scope] = {None: Scope()}

    def parts(self, start: int, end: int) -> Iterator[int]:
        """The items whose own code lies, at least in part, in the range; of a container its header."""
        yield from scope_at(self.items, start)
        following = next_item(self.items, start)
        for each in range(len(self.items) if following is None else following, len(self.items)):
            if self.items[each].start >= end:
                break
            yield each

    def uses(self, index: int) -> Uses:
        """Names and calls of the item's own code."""
        known = self._uses.get(index)
        if known is None:
            known = self._uses[index] = self._read(index)
        return known

    def _read(self, index: int) -> Uses:
        node = self.scopes.nodes[index]
        kind = self.items[index].kind
        if node is None or kind == "extern_crate_declaration":
            return Uses((), ())
        if kind == "use_declaration":
            named = [leaf for leaf in leaves(self.data, node) if len(leaf.path) > 1]
            return Uses(tuple(Ref(leaf.node.start_byte, leaf.path, None) for leaf in named), ())
        nodes = list(self.scopes.leads[index])
        scope = self.outer(self.items[index].parent)
        if kind in _HOLDERS:
            body = node.child_by_field_name("body")
            if kind in ("impl_item", "trait_item"):
                name = node.child_by_field_name("name")
                nodes += [child for child in node.named_children if child not in (body, name)]
                scope = self.outer(index)
        else:
            nodes.append(node)
        return references(self.data, nodes, scope)

    def outer(self, container: int | None) -> Scope:
        """The generics that an impl or a trait gives its members."""
        known = self._outer.get(container)
        if known is None:
            known = Scope(wall=True)
            node = self.scopes.nodes[container] if container is not None else None
            if node is not None and node.type in ("impl_item", "trait_item"):
                generics(self.data, node, known)
            self._outer[container] = known
        return known

    def own_type(self, index: int) -> Type | None:
        """What `Self` means in an item."""
        at: int | None = index
        while at is not None:
            if at in self.scopes.impl_at:
                impl = self.scopes.impl_at[at]
                return (self.members.impl_type(impl) or Type(impl.owner)) if impl.owner else None
            if at in self.scopes.traits:
                return None
            at = self.items[at].parent
        return None

    def item_name(self, index: int) -> bytes:
        """An item's own name; empty if it has none."""
        node = self.scopes.nodes[index]
        return b"" if node is None else name_of(self.data, node.child_by_field_name("name")) or b""

    def is_public(self, index: int) -> bool:
        """Whether an item's own words show it to other modules."""
        node = self.scopes.nodes[index]
        return node is not None and is_shown(self.data, node)

    def module_at(self, path: Sequence[bytes], module: Module) -> Module | None:
        """The module of this file that a path leads to from `module`."""
        at: Module | None = module
        for name in path:
            if at is None or name == b"crate":
                return None
            if name == b"super":
                at = at.parent
            elif name != b"self":
                inside = [i for i in at.names["type"].get(name, ()) if i in self.scopes.modules]
                at = self.scopes.modules[inside[0]] if inside else None
        return at

    def line(self, at: int) -> int:
        """1-based line of a byte."""
        if self._lines is None:
            self._lines = [match.start() for match in _LINE_END.finditer(self.data)]
        return bisect_left(self._lines, at) + 1
