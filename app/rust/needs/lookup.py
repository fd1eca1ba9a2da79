"""One file's facts: its scopes, and what each of its items needs, worked out once and kept.

`FileFacts` is made when a file is opened and handed to `imports` and `closure`. What an item needs is looked up the
first time it is asked for; a later question costs a dictionary. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from tree_sitter import Tree

from app.rust.items import Item, next_item, scope_at
from app.rust.names.bindings import Scope
from app.rust.names.namespaces import binds, is_own_name, may_come_by_glob
from app.rust.names.references import references
from app.rust.names.scopes import Leaf, Module, Space, name_of, scopes
from app.rust.names.scopes import leaves as scope_leaves
from app.rust.names.traits import PRIMITIVES
from app.rust.names.walk import Ref, Uses, generics
from app.rust.needs import impls as implneeds
from app.rust.needs.globs import OWN_CRATE, Globs
from app.rust.needs.methods import Methods
from app.rust.needs.modules import CratePlace, Modules, absolute, find
from app.rust.types.types import Type

How = Literal["used", "called", "trait", "glob", "chain", "impl", "method"]
"""Used or called by name; trait of a called method; supplied by a glob; needed by another import; an impl of a trait
whose method is called; a method whose receiver is not known."""

_LINE_END = re.compile(rb"\n")
_BANG = re.compile(rb"(?<![\w:])([^\W\d]\w*)\s*!\s*[(\[{]")
_HOLDERS = frozenset({"mod_item", "impl_item", "trait_item", "foreign_mod_item"})
_DEPTH = 16


class Need(NamedTuple):
    """Something outside a piece of code that it needs."""

    at: int
    """Byte at which it is needed."""
    item: int
    """Index of the item in the outline; -1 for an import."""
    leaf: Leaf | None
    """The import."""
    name: bytes
    """The name as it is written there."""
    how: How
    certain: bool


class FileFacts:
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
        self.bangs = frozenset(_BANG.findall(data))
        """Names that are called as macros anywhere in the file."""
        self._lines: list[int] | None = None  # where lines end
        self._uses: dict[int, Uses] = {}
        self._needs: dict[int, tuple[Need, ...]] = {}
        self._outer: dict[int | None, Scope] = {None: Scope()}
        self._followed: set[tuple[tuple[bytes, ...], int | None]] = set()
        """Paths that are being followed: one that leads back to itself leads nowhere else."""
        self.methods = Methods(self)
        self.globs = Globs(self)
        """What glob imports from elsewhere bring."""

    # -- what an item uses and needs

    def parts(self, start: int, end: int) -> Iterator[int]:
        """The items whose own code lies, at least in part, in the range; of a container its header."""
        yield from scope_at(self.items, start)
        following = next_item(self.items, start)
        for each in range(len(self.items) if following is None else following, len(self.items)):
            if self.items[each].start >= end:
                break
            yield each

    def needs(self, index: int) -> tuple[Need, ...]:
        """What the item's own code needs: of a container its header, without its members."""
        known = self._needs.get(index)
        if known is None:
            known = self._needs[index] = tuple(self._looked_up(index))
        return known

    def needs_of(self, start: int, end: int) -> list[Need]:
        """What the code in a range needs, in source order as far as items go."""
        return [
            need for index in self.parts(start, end) for need in self.needs(index) if start <= need.at < end
        ]

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
            leaves = [leaf for leaf in scope_leaves(self.data, node) if len(leaf.path) > 1]
            return Uses(tuple(Ref(leaf.node.start_byte, leaf.path, None) for leaf in leaves), ())
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
                return (self.methods.members.impl_type(impl) or Type(impl.owner)) if impl.owner else None
            if at in self.scopes.traits:
                return None
            at = self.items[at].parent
        return None

    def _looked_up(self, index: int) -> Iterator[Need]:
        module = self.scopes.home[index]
        uses = self.uses(index)
        for ref in uses.refs:
            yield from self.resolve(ref, module, index)
        yield from self.methods.of_calls(uses.calls, module, index)
        yield from implneeds.of_item(self, index)

    def _is_of_own_impl(self, index: int, name: bytes) -> bool:
        """Whether an item stands in an impl of a trait that has the member itself."""
        at: int | None = index
        while at is not None:
            impl = self.scopes.impl_at.get(at)
            if impl is not None:
                return bool(impl.trait) and name in impl.members
            at = self.items[at].parent
        return False

    # -- the crate

    def item_name(self, index: int) -> bytes:
        """An item's own name; empty if it has none."""
        node = self.scopes.nodes[index]
        return b"" if node is None else name_of(self.data, node.child_by_field_name("name")) or b""

    def places(self, path: tuple[bytes, ...], module: Module, space: Space | None = None) -> list[CratePlace]:
        """What a path with `crate`, `self` or `super` leads to in other files of the crate."""
        target = absolute(path, module, self.path, self.item_name) if self.modules is not None else None
        if self.modules is None or not target:
            return []
        return [place for place in find(self.modules, target, space) if place.facts is not self]

    def abroad(self, index: int) -> Iterator[tuple[Ref, CratePlace]]:
        """What an item's own code names of the crate's other files; without `modules` nothing."""
        module = self.scopes.home[index]
        for ref in self.uses(index).refs if self.modules is not None else ():
            leads = [ref.path] if ref.path[0] in (b"crate", b"self", b"super") else []
            leads += [(*leaf.path, *ref.path[1:]) for leaf in module.leaves.get(ref.path[0], ())]
            for lead in leads:
                space = ref.space if len(ref.path) == 1 else None
                places = self.places(lead, module, space) or self.places(lead[:-1], module, "type")
                yield from ((ref, place) for place in places)

    def _from_macro(self, path: tuple[bytes, ...], module: Module, at: int, depth: int = 0) -> Iterator[Need]:
        """What the body of another file's macro names is looked up where it is called."""
        if depth > _DEPTH:
            return
        for place in self.places(path, module, "macro"):
            if place.facts.items[place.index].kind != "macro_definition":
                continue
            for ref in place.facts.uses(place.index).refs:
                if ref.path[0] not in (b"crate", b"self", b"super"):
                    yield from self._path(ref.path, ref._replace(at=at), module)
                elif ref.space == "macro":
                    yield from self._from_macro(ref.path, module, at, depth + 1)

    # -- names

    def resolve(self, ref: Ref, module: Module, index: int) -> Iterator[Need]:
        """What a path means: an import, items of the file, both, or nothing that is known."""
        path, at = ref.path, ref.at
        if path[0] == b"Self":
            own = self.own_type(index)
            if own is None:
                return
            called = len(path) > 1 and not self._is_of_own_impl(index, path[1])
            found = list(self.methods.associated(own.path, path[1], module, at, own)) if called else []
            yield from found
            named = list(self.resolve(ref._replace(path=own.path[-1:], space="type"), module, -2))
            yield from named
            if called and not found:
                yield from self.methods.foreign_path((*own.path, path[1]), named, module, at)
            return
        found = self._variants_of_blocks(ref, module)  # what a block's glob brings comes before the module's
        found = found or list(self._path(path, ref, module))
        if not found:
            found = list(self._through_globs_of_blocks(ref, module))
        yield from found
        if self.modules is not None and ref.space == "macro":
            leads = [need.leaf.path for need in found if need.leaf is not None and not need.leaf.glob]
            for lead in leads or [path]:
                yield from self._from_macro(lead, module, at)
        if len(path) > 1:
            yield from self.methods.foreign_path(path, found, module, at)

    def _path(self, path: tuple[bytes, ...], ref: Ref, module: Module, depth: int = 0) -> Iterator[Need]:
        """Follow a path from a module. Its first name may be a keyword."""
        key = (path, module.item)
        if depth > _DEPTH or key in self._followed:
            return
        self._followed.add(key)
        try:
            yield from self._steps(path, ref, module, depth)
        finally:
            self._followed.discard(key)

    def _steps(self, path: tuple[bytes, ...], ref: Ref, module: Module, depth: int) -> Iterator[Need]:
        head = path[0]
        if head in (b"self", b"super", b"crate"):
            inner = {b"self": module, b"super": module.parent}.get(head)
            if inner is not None and len(path) > 1:
                yield from self._path(path[1:], ref, inner, depth + 1)
            return
        single = len(path) == 1
        for need in self.lookup(module, head, ref.space if single else "type", ref, single):
            if single:
                yield need
            elif need.leaf is not None:
                yield need
                yield from self._behind_leaf(need.leaf, path[1:], ref, module, depth)
                yield from self.methods.associated((head,), path[1], module, ref.at)
            else:
                yield from self._member(need, path, ref, module, depth)

    def _behind_leaf(
        self, leaf: Leaf, rest: tuple[bytes, ...], ref: Ref, module: Module, depth: int
    ) -> Iterator[Need]:
        """Items of this very file that an import brings in from one of its modules."""
        if self._leads_back(leaf, module):
            yield from self._path((*leaf.path, *rest), ref, module, depth + 1)

    def _leads_back(self, leaf: Leaf, module: Module) -> bool:
        """Whether an import's path may lead to an item of this file."""
        return leaf.path[:1] in ((b"self",), (b"super",)) or (
            bool(leaf.path) and leaf.path[0] in module.names["type"]
        )

    def _member(
        self, need: Need, path: tuple[bytes, ...], ref: Ref, module: Module, depth: int
    ) -> Iterator[Need]:
        kind = self.items[need.item].kind
        if kind == "mod_item":
            inner = self.scopes.modules.get(need.item)
            deeper = [] if inner is None else list(self._path(path[1:], ref, inner, depth + 1))
            yield from deeper or [need]
            return
        yield need
        if kind in ("struct_item", "enum_item", "union_item", "type_item", "trait_item", "macro_invocation"):
            yield from self.methods.associated((path[0],), path[1], module, ref.at)

    def lookup(
        self,
        module: Module,
        name: bytes,
        space: Space | None,
        ref: Ref,
        single: bool,
        depth: int = 0,
        around: bool = True,
    ) -> list[Need]:
        """What a single name means in a module; with `around` also what modules around it lend."""
        spaces: tuple[Space, ...] = ("type", "value", "macro") if space is None else (space,)
        items = [index for each in spaces for index in module.names[each].get(name, ())]
        leaves = [
            leaf
            for leaf in module.leaves.get(name, ())
            if binds(leaf, name, space, ref, single, self.bangs) and self._is_seen(leaf.item, module)
        ]
        if items and leaves:  # both only where `cfg` chooses among them
            leaves = [leaf for leaf in leaves if self._is_conditional(leaf.item)]
        items = [index for index in dict.fromkeys(items) if self._is_seen(index, module)]
        how: How = "called" if space == "value" and name[:1].islower() else "used"
        found = [Need(ref.at, index, None, name, how, True) for index in items]
        found += [Need(ref.at, -1, leaf, name, how, True) for leaf in leaves]
        for leaf in leaves:
            found += self._chain(leaf, module, ref)
            if single and len(leaf.path) > 1 and self._leads_back(leaf, module) and depth < _DEPTH:
                found += self._path(leaf.path, ref._replace(space=space), module, depth + 1)
        if found or depth > _DEPTH:
            return found
        return self._elsewhere(module, name, space, ref, single, depth, around)

    def _elsewhere(
        self,
        module: Module,
        name: bytes,
        space: Space | None,
        ref: Ref,
        single: bool,
        depth: int,
        around: bool,
    ) -> list[Need]:
        """Globs, then macros and crates that modules around have."""
        foreign: list[Leaf] = []
        for glob in module.globs:
            if not self._is_seen(glob.item, module):
                continue
            inside = self._in_glob(glob, module, name, space, ref, single, depth)
            if inside is None:
                foreign.append(glob)
            elif inside:
                return [Need(ref.at, -1, glob, name, "used", all(n.certain for n in inside)), *inside]
        if around and module.parent is not None and (space == "macro" or not single):
            above = self.lookup(module.parent, name, space, ref, single, depth + 1)
            kinds = ("macro_definition", "extern_crate_declaration")
            taken = [
                n for n in above if self.items[n.item if n.item >= 0 else (n.leaf or _NO).item].kind in kinds
            ]
            if taken:
                return taken
        may = not ref.weak and name not in PRIMITIVES
        brought = {glob: self.globs.brings(glob, module, name, space) if may else None for glob in foreign}
        if sure := [glob for glob, told in brought.items() if told]:
            nearest = [glob for glob in sure if self.globs.defines(glob, module, name)]
            return [Need(ref.at, -1, glob, name, "glob", True) for glob in nearest or sure]
        given = [i for i in module.given.get(name, ()) if self._is_seen(i, module)]
        if given and space != "macro":
            return [Need(ref.at, index, None, name, "used", True) for index in given]
        foreign = [
            glob
            for glob, told in brought.items()
            if told is None and not (space == "macro" and glob.path[:1] and glob.path[0] in OWN_CRATE)
        ]
        if not foreign or not may_come_by_glob(name, space, ref, single):
            return []
        return [Need(ref.at, -1, glob, name, "glob", len(foreign) == 1) for glob in foreign]

    def _in_glob(
        self, glob: Leaf, module: Module, name: bytes, space: Space | None, ref: Ref, single: bool, depth: int
    ) -> list[Need] | None:
        """What a glob import brings by that name; None if its module is not in this file."""
        inner = self.module_at(glob.path, module)
        if inner is not None and inner is not module:
            key = ((*glob.path, name), module.item)
            if key in self._followed:
                return []
            self._followed.add(key)
            found = self.lookup(inner, name, space, ref, single, depth + 1, around=False)
            self._followed.discard(key)
            return found
        enum = self._enum_at(glob.path, module)
        if enum is None:
            return None if inner is None else []
        return (
            [Need(ref.at, enum, None, name, "used", True)]
            if name in self.methods.members.variants(enum)
            else []
        )

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

    def _enum_at(self, path: tuple[bytes, ...], module: Module) -> int | None:
        home = self.module_at(path[:-1], module)
        if home is None or not path:
            return None
        found = [i for i in home.names["type"].get(path[-1], ()) if self.items[i].kind == "enum_item"]
        return found[0] if found else None

    def _through_globs_of_blocks(self, ref: Ref, module: Module) -> Iterator[Need]:
        """A name that a block's own glob brings out of this file needs no import."""
        for path in ref.globs:
            home = self.module_at(path, module)
            if home is not None:
                yield from self.lookup(
                    home, ref.path[0], ref.space if len(ref.path) == 1 else "type", ref, False
                )

    def _variants_of_blocks(self, ref: Ref, module: Module) -> list[Need]:
        """The enums of this file that a block's own glob brings the name from."""
        enums = [self._enum_at(path, module) for path in ref.globs] if len(ref.path) == 1 else []
        return [
            Need(ref.at, enum, None, ref.path[0], "used", True)
            for enum in enums
            if enum is not None and ref.path[0] in self.methods.members.variants(enum)
        ]

    def _chain(self, leaf: Leaf, module: Module, ref: Ref) -> list[Need]:
        """The imports that an import's own first name comes from: `use std::fmt; use fmt::Display`."""
        head = leaf.path[0] if leaf.path else b""
        found = [
            other
            for other in module.leaves.get(head, ())
            if other.item != leaf.item and not is_own_name(other)
        ]
        return [Need(ref.at, -1, other, head, "chain", True) for other in found if len(leaf.path) > 1]

    def _is_conditional(self, item: int) -> bool:
        return item < 0 or any(
            b"cfg" in self.data[n.start_byte : n.end_byte] for n in self.scopes.leads[item]
        )

    def _is_seen(self, item: int, module: Module) -> bool:
        """Whether code outside tests sees it."""
        return item < 0 or not self.items[item].test or self._is_test(module)

    def _is_test(self, module: Module) -> bool:
        return module.test or (module.item is not None and self.items[module.item].test)

    def line(self, at: int) -> int:
        """1-based line of a byte."""
        if self._lines is None:
            self._lines = [match.start() for match in _LINE_END.finditer(self.data)]
        return bisect_left(self._lines, at) + 1


_NO = Leaf(None, None)  # type: ignore[arg-type]
