"""What the names of a file mean, and what each of its items needs, worked out once and kept.

`Lookup` is made when a file is opened and handed to `imports` and `closure`. What an item needs is looked up the
first time it is asked for; a later question costs a dictionary. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.rust.names.namespaces import binds, is_own_name, may_come_by_glob
from app.rust.names.scopes import Leaf, Module, Space
from app.rust.names.traits import PRIMITIVES
from app.rust.names.walk import Ref
from app.rust.needs import impls as implneeds
from app.rust.needs.file import RustFile
from app.rust.needs.globs import OWN_CRATE, Globs
from app.rust.needs.methods import Methods
from app.rust.needs.modules import CratePlace, crate_places
from app.rust.needs.need import How, Need

_BANG = re.compile(rb"(?<![\w:])([^\W\d]\w*)\s*!\s*[(\[{]")
_DEPTH = 16


class Lookup:
    """What the names of one file mean, and so what its items need. Answers are kept; safe to share once made."""

    def __init__(self, file: RustFile) -> None:
        self.file = file
        self._bangs = frozenset(_BANG.findall(file.data))  # names that are called as macros
        self._needs: dict[int, tuple[Need, ...]] = {}
        self._followed: set[tuple[tuple[bytes, ...], int | None]] = set()
        """Paths that are being followed: one that leads back to itself leads nowhere else."""
        self._methods = Methods(file)
        self._globs = Globs(file)

    # -- what an item needs

    def needs(self, index: int) -> tuple[Need, ...]:
        """What the item's own code needs: of a container its header, without its members."""
        known = self._needs.get(index)
        if known is None:
            known = self._needs[index] = tuple(self._looked_up(index))
        return known

    def needs_of(self, start: int, end: int) -> list[Need]:
        """What the code in a range needs, in source order as far as items go."""
        return [
            need
            for index in self.file.parts(start, end)
            for need in self.needs(index)
            if start <= need.at < end
        ]

    def brought(self, need: Need) -> bool:
        """Whether a called method is known to be that of an import's trait, and is none of the standard library's."""
        return self._methods.brought(need)

    def _looked_up(self, index: int) -> Iterator[Need]:
        module = self.file.scopes.home[index]
        uses = self.file.uses(index)
        for ref in uses.refs:
            yield from self.resolve(ref, module, index)
        yield from self._methods.of_calls(uses.calls, module, index)
        yield from implneeds.of_item(self.file, index)

    def _is_of_own_impl(self, index: int, name: bytes) -> bool:
        """Whether an item stands in an impl of a trait that has the member itself."""
        at: int | None = index
        while at is not None:
            impl = self.file.scopes.impl_at.get(at)
            if impl is not None:
                return bool(impl.trait) and name in impl.members
            at = self.file.items[at].parent
        return False

    # -- the crate

    def abroad(self, index: int) -> Iterator[tuple[Ref, CratePlace]]:
        """What an item's own code names of the crate's other files; without `modules` nothing."""
        module = self.file.scopes.home[index]
        for ref in self.file.uses(index).refs if self.file.modules is not None else ():
            leads = [ref.path] if ref.path[0] in (b"crate", b"self", b"super") else []
            leads += [(*leaf.path, *ref.path[1:]) for leaf in module.leaves.get(ref.path[0], ())]
            for lead in leads:
                space = ref.space if len(ref.path) == 1 else None
                places = crate_places(self.file, lead, module, space) or crate_places(
                    self.file, lead[:-1], module, "type"
                )
                yield from ((ref, place) for place in places)

    def _from_macro(self, path: tuple[bytes, ...], module: Module, at: int, depth: int = 0) -> Iterator[Need]:
        """What the body of another file's macro names is looked up where it is called."""
        if depth > _DEPTH:
            return
        for place in crate_places(self.file, path, module, "macro"):
            if place.file.items[place.index].kind != "macro_definition":
                continue
            for ref in place.file.uses(place.index).refs:
                if ref.path[0] not in (b"crate", b"self", b"super"):
                    yield from self._path(ref.path, ref._replace(at=at), module)
                elif ref.space == "macro":
                    yield from self._from_macro(ref.path, module, at, depth + 1)

    # -- names

    def resolve(self, ref: Ref, module: Module, index: int) -> Iterator[Need]:
        """What a path means: an import, items of the file, both, or nothing that is known."""
        path, at = ref.path, ref.at
        if path[0] == b"Self":
            own = self.file.own_type(index)
            if own is None:
                return
            called = len(path) > 1 and not self._is_of_own_impl(index, path[1])
            found = list(self._methods.associated(own.path, path[1], module, at, own)) if called else []
            yield from found
            named = list(self.resolve(ref._replace(path=own.path[-1:], space="type"), module, -2))
            yield from named
            if called and not found:
                yield from self._methods.foreign_path((*own.path, path[1]), named, module, at)
            return
        found = self._variants_of_blocks(ref, module)  # what a block's glob brings comes before the module's
        found = found or list(self._path(path, ref, module))
        if not found:
            found = list(self._through_globs_of_blocks(ref, module))
        yield from found
        if self.file.modules is not None and ref.space == "macro":
            leads = [need.leaf.path for need in found if need.leaf is not None and not need.leaf.glob]
            for lead in leads or [path]:
                yield from self._from_macro(lead, module, at)
        if len(path) > 1:
            yield from self._methods.foreign_path(path, found, module, at)

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
                yield from self._methods.associated((head,), path[1], module, ref.at)
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
        kind = self.file.items[need.item].kind
        if kind == "mod_item":
            inner = self.file.scopes.modules.get(need.item)
            deeper = [] if inner is None else list(self._path(path[1:], ref, inner, depth + 1))
            yield from deeper or [need]
            return
        yield need
        if kind in ("struct_item", "enum_item", "union_item", "type_item", "trait_item", "macro_invocation"):
            yield from self._methods.associated((path[0],), path[1], module, ref.at)

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
            if binds(leaf, name, space, ref, single, self._bangs) and self._is_seen(leaf.item, module)
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
                n
                for n in above
                if self.file.items[n.item if n.item >= 0 else (n.leaf or _NO).item].kind in kinds
            ]
            if taken:
                return taken
        may = not ref.weak and name not in PRIMITIVES
        brought = {glob: self._globs.brings(glob, module, name, space) if may else None for glob in foreign}
        if sure := [glob for glob, told in brought.items() if told]:
            nearest = [glob for glob in sure if self._globs.defines(glob, module, name)]
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
        inner = self.file.module_at(glob.path, module)
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
            [Need(ref.at, enum, None, name, "used", True)] if name in self.file.members.variants(enum) else []
        )

    def _enum_at(self, path: tuple[bytes, ...], module: Module) -> int | None:
        home = self.file.module_at(path[:-1], module)
        if home is None or not path:
            return None
        found = [i for i in home.names["type"].get(path[-1], ()) if self.file.items[i].kind == "enum_item"]
        return found[0] if found else None

    def _through_globs_of_blocks(self, ref: Ref, module: Module) -> Iterator[Need]:
        """A name that a block's own glob brings out of this file needs no import."""
        for path in ref.globs:
            home = self.file.module_at(path, module)
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
            if enum is not None and ref.path[0] in self.file.members.variants(enum)
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
            b"cfg" in self.file.data[n.start_byte : n.end_byte] for n in self.file.scopes.leads[item]
        )

    def _is_seen(self, item: int, module: Module) -> bool:
        """Whether code outside tests sees it."""
        return item < 0 or not self.file.items[item].test or self._is_test(module)

    def _is_test(self, module: Module) -> bool:
        return module.test or (module.item is not None and self.file.items[module.item].test)


_NO = Leaf(None, None)  # type: ignore[arg-type]
