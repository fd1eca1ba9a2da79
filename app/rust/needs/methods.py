"""Whose method is called: a type's own, one of the file's traits, or one that an imported trait brings.

Syntax alone cannot prove a trait's method; such needs are likely, not certain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tree_sitter import Node

from app.rust.names.bindings import Call, Scope
from app.rust.names.references import references
from app.rust.names.scopes import Impl, Leaf, Module
from app.rust.names.traits import Methods as Table_
from app.rust.names.traits import fits, table
from app.rust.needs import impls as implneeds
from app.rust.needs.file import RustFile
from app.rust.needs.modules import crate_places, methods_of_trait
from app.rust.needs.need import Need
from app.rust.types.receivers import Reader
from app.rust.types.types import Type, matched, shape

_WORD = re.compile(rb"\w+")
_OWNED = ("struct_item", "enum_item", "union_item", "type_item", "trait_item", "macro_invocation")


class Methods:
    """Whose the methods are that a file calls."""

    def __init__(self, file: RustFile) -> None:
        self._file = file
        self.data = file.data
        self.members = file.members
        self._by_name: dict[bytes, list[tuple[Impl, int]]] | None = None
        self._unnamed: dict[int | None, list[Leaf]] = {}
        self._traitlike: dict[int | None, list[Leaf]] = {}
        self._traits: dict[tuple[bytes, ...], Table_] = {}
        self._read_traits: set[tuple[bytes, ...]] = set()
        self._words: Counter[bytes] | None = None
        self._proven: dict[tuple[int, int], bool] = {}

    # -- calls

    def of_calls(self, calls: Sequence[Call], module: Module, index: int) -> Iterator[Need]:
        """What the method calls of the item at `index` need."""
        own = self._file.own_type(index)
        reader = Reader(self.members, own)
        for call in calls:
            yield from self._of_call(call, reader, module, index)

    def _of_call(self, call: Call, reader: Reader, module: Module, index: int) -> Iterator[Need]:
        if call.parameter:
            bounds = call.scope.bounds(call.parameter[0]) or ()
            yield from self._of_bounds(Type((b"dyn",), (), bounds), call, module)
            return
        kind = reader.receiver(call.receiver, call.scope)
        if call.operator:
            yield from self._of_operator(call, kind, reader)
            return
        if kind is None and self._is_self_of_trait(call, index):
            yield from self._of_own_trait(call, module, index)
            return
        through: list[int] = []
        explained = False
        for each, impl in reader.derefed(kind):
            through += [impl] if impl is not None else []
            found = list(self.associated(each.path, call.name, module, call.at, each))
            if found:
                yield from found
                yield from self._derefs(through, call.at)
                return
            brought = list(self._of_impls(each, call, module))
            yield from brought
            explained = explained or bool(brought)
            iterates = fits(_inherent(b"Iterator"), call.name, call.arguments)
            if (iterates and self.members.is_iterator(each)) or call.name == b"to_string":
                wanted = (b"Iterator",) if iterates else (b"Display",)
                own = implneeds.of_operator(self._file, each, wanted, call.at)
                yield from own
                if own:
                    return
            if each.path == (b"dyn",):
                own = [*self._of_bounds(each, call, module), *self._extending(each, call, module)]
                yield from own
                if own or self._bounds_explain(each, call.name, module):
                    return
            elif fits(_inherent(each.path[-1]), call.name, call.arguments) or self._is_own_abroad(
                each.path, call.name, module
            ):
                yield from self._derefs(through, call.at)
                return
        if not explained:
            yield from self._guessed(call, module, kind, index)

    def _of_impls(self, kind: Type, call: Call, module: Module) -> Iterator[Need]:
        """The imports of traits that the file implements for a type: their given methods stand in no impl."""
        for impl in self._file.scopes.owners.get(kind.path[-1], ()):
            if not impl.trait or not self._meant(kind.path, impl, module):
                continue
            name = self._full(impl)[-1]
            for leaf in self._importable(module):
                same = not leaf.glob and leaf.path[-1] == name
                if same and fits(self._methods_of(leaf, module), call.name, call.arguments):
                    yield self._likely(leaf, call.name, call.at)

    def _full(self, impl: Impl) -> tuple[bytes, ...]:
        """The path of an impl's trait, behind its import."""
        leaf = next(iter(impl.module.leaves.get(impl.trait[0], ())), None)
        return (*leaf.path, *impl.trait[1:]) if leaf is not None and leaf.path else impl.trait

    def _extending(self, kind: Type, call: Call, module: Module) -> Iterator[Need]:
        """`StreamExt` for a method of what is known as a `Stream`."""
        names = {
            ref.path[-1] for bound in kind.bounds for ref in references(self.data, [bound], Scope()).refs
        }
        for leaf in self._importable(module):
            stem = leaf.path[-1].removesuffix(b"Ext") if leaf.path and not leaf.glob else b""
            extends = stem in names and stem != leaf.path[-1]
            if extends and fits(self._methods_of(leaf, module), call.name, call.arguments):
                yield self._likely(leaf, call.name, call.at)

    def _of_operator(self, call: Call, kind: Type | None, reader: Reader) -> Iterator[Need]:
        """The impl that an operator or a loop calls, through those of `Deref` where it needs them."""
        through: list[int] = []
        for each, impl in reader.derefed(kind):
            through += [impl] if impl is not None else []
            found = implneeds.of_operator(self._file, each, call.operator, call.at)
            if found:
                yield from (*found, *self._derefs(through, call.at))
                return
        if call.operator == (b"Index", b"IndexMut"):
            yield from self._derefs(through, call.at)

    def _derefs(self, impls: Sequence[int], at: int) -> Iterator[Need]:
        """The impls of `Deref` that a call goes through."""
        yield from (Need(at, index, None, b"deref", "impl", True) for index in impls)

    def _is_self_of_trait(self, call: Call, index: int) -> bool:
        node = call.receiver
        if isinstance(node, tuple):
            node = node[0] if len(node) == 1 else None
        parent = self._file.items[index].parent
        return node is not None and node.type == "self" and parent in self._file.scopes.traits

    def _of_own_trait(self, call: Call, module: Module, index: int) -> Iterator[Need]:
        """`self.m()` in a trait: its own method, or one of another trait that it builds on."""
        parent = self._file.items[index].parent
        if parent is not None and call.name not in self._file.scopes.traits[parent]:
            yield from self._of_file_traits(call.name, call.at, module)

    def _of_bounds(self, kind: Type, call: Call, module: Module) -> Iterator[Need]:
        """The trait of the file that has the method: one that a bound names, or one that it builds on."""
        scopes = self._file.scopes
        waiting = [ref.path for bound in kind.bounds for ref in references(self.data, [bound], Scope()).refs]
        seen: set[int] = set()
        while waiting:
            path = waiting.pop()
            for item in module.names["type"].get(path[-1], ()) if not self.members.is_foreign(path) else ():
                if item in scopes.traits and item not in seen:
                    seen.add(item)
                    through = (
                        scopes.traits[item].get(call.parameter[1], ()) if len(call.parameter) > 1 else ()
                    )
                    if call.name in scopes.traits[item] and len(call.parameter) < 2:
                        yield Need(call.at, item, None, call.name, "trait", True)
                        return
                    for member in through:  # `T::Kind::name`: the bounds of `type Kind`
                        call, bounds = call._replace(parameter=call.parameter[:1]), self._bounds_of(member)
                        waiting += [ref.path for ref in references(self.data, bounds, Scope()).refs]
                    waiting += [
                        ref.path for ref in references(self.data, self._bounds_of(item), Scope()).refs
                    ]

    def _bounds_of(self, index: int) -> list[Node]:
        node = self._file.scopes.nodes[index]
        bounds = node.child_by_field_name("bounds") if node is not None else None
        return [] if bounds is None else [bounds]

    def _bounds_explain(self, kind: Type, name: bytes, module: Module) -> bool:
        """Whether a bound that is written has the method: then it is in scope without an import."""
        for bound in kind.bounds:
            for ref in references(self.data, [bound], Scope()).refs:
                methods = self._trait_methods(ref.path, module)
                if methods is None or name in methods:
                    return True
        return False

    def _trait_methods(self, path: tuple[bytes, ...], module: Module) -> Collection[bytes] | None:
        """The methods of the trait a path names; None if it is not known."""
        scopes = self._file.scopes
        for item in module.names["type"].get(path[-1], ()):
            if item in scopes.traits:
                return frozenset(scopes.traits[item])
        for leaf in module.leaves.get(path[0], ()):
            if len(path) == 1:
                return self._methods_of(leaf, module) or None
            return table().methods((*leaf.path, *path[1:]))
        return table().methods(path) or _PRELUDE.get(path[-1])

    # -- `Type::name`

    def associated(
        self, owner: tuple[bytes, ...], name: bytes, module: Module, at: int, kind: Type | None = None
    ) -> Iterator[Need]:
        """The members that `name` can mean on a type of this file: own ones, else those of trait impls.

        `kind` is the type with its arguments, where they are known: it decides among impls of one type.
        """
        alias = self.members.named(kind or Type(owner))
        if alias.path != owner:
            owner, kind = alias.path, alias
        if self.members.is_foreign(owner):
            return
        impls = [i for i in self._file.scopes.owners.get(owner[-1], ()) if self._meant(owner, i, module)]
        if kind is not None:
            impls = [i for i in impls if matched(self.members.impl_type(i), kind) is not None]
        own = [impl for impl in impls if not impl.trait and name in impl.members]
        if own:
            certain = len({shape(self.members.impl_type(impl)) for impl in own}) == 1
            members = [index for impl in own for index in impl.members[name]]
            yield from (Need(at, index, None, name, "called", certain) for index in members)
            return
        for impl in impls:
            if impl.trait and name in impl.members:
                yield Need(at, impl.item, None, name, "impl", True)
                yield from self._trait_of(impl, name, module, at)
        if owner[-1:] and not any(name in impl.members for impl in impls):
            yield from self._default_of_trait(impls, name, module, at)

    def _default_of_trait(
        self, impls: Sequence[Impl], name: bytes, module: Module, at: int
    ) -> Iterator[Need]:
        """A method that a trait of the file gives all its types."""
        scopes = self._file.scopes
        for impl in impls:
            for item in impl.module.names["type"].get(impl.trait[-1], ()) if impl.trait else ():
                if name in scopes.traits.get(item, ()):
                    yield Need(at, item, None, name, "trait", True)
                    yield Need(at, impl.item, None, name, "impl", True)

    def _trait_of(self, impl: Impl, name: bytes, module: Module, at: int) -> Iterator[Need]:
        """The trait that an impl is of must be in scope where its method is called."""
        for item in impl.module.names["type"].get(impl.trait[-1], ()):
            yield Need(at, item, None, name, "trait", True)
        called = len(impl.trait) == 1 and not _is_type(name)  # a trait's type needs no import of the trait
        for leaf in module.leaves.get(impl.trait[-1], ()) if called else ():
            yield Need(at, -1, leaf, name, "trait", False)

    def _meant(self, owner: tuple[bytes, ...], impl: Impl, module: Module) -> bool:
        """Whether an impl is of the type that a path names: its last name, unless an import says otherwise."""
        scopes = self._file.scopes
        local = any(self._file.items[i].kind in _OWNED for i in impl.module.names["type"].get(owner[-1], ()))
        if local or len(owner) > 1 or impl.module is module:
            return True
        return owner[-1] in module.leaves or not scopes.modules[None].names["type"].get(owner[-1])

    def foreign_path(
        self, path: tuple[bytes, ...], found: Sequence[Need], module: Module, at: int
    ) -> Iterator[Need]:
        """`T::name` on a type from elsewhere may be a function of an imported trait."""
        if not path[-2][:1].isupper() and path[-2] not in _LOWER_TYPES:
            return
        if path[-2] in _PRELUDE or path[-2] == b"Iterator":
            return
        if any(need.how in ("called", "impl", "trait") and need.item >= 0 for need in found):
            return
        if path[-1] in _inherent(path[-2]) or _is_type(path[-1]):
            return
        if self._is_own_abroad(path[:-1], path[-1], module):
            return
        if any(need.item >= 0 and self._file.items[need.item].kind == "trait_item" for need in found):
            return
        bound = [need.leaf for need in found if need.leaf is not None]
        if any(
            self._is_trait((*leaf.path, *path[1:-1]), path[-1], module) for leaf in bound if not leaf.glob
        ):
            return
        traits = {leaf.name for leaf in bound}
        own = self._file.modules is not None and any(
            leaf.path[0] in _OWN_CRATE for leaf in bound if leaf.path
        )
        for leaf in self._importable(module):
            if path[-1] == b"new" and not own and self._has_proof(leaf, module):
                continue  # hardly a type that cannot be read has it from a trait
            if path[-1] in self._methods_of(leaf, module) and leaf.name not in traits:
                yield self._likely(leaf, path[-1], at)

    def _is_trait(self, path: tuple[bytes, ...], name: bytes, module: Module) -> bool:
        """Whether a full path is that of a known trait with such a method."""
        if not path:
            return False
        places = crate_places(self._file, path, module, "type")
        if places:
            return any(place.file.items[place.index].kind == "trait_item" for place in places)
        return name in (table().methods(path) or ())

    def _is_own_abroad(self, path: tuple[bytes, ...], name: bytes, module: Module) -> bool:
        """Whether a type of another file of the crate has a method of its own by that name."""
        for leaf in module.leaves.get(path[0], ()) if self._file.modules is not None else ():
            for place in crate_places(self._file, (*leaf.path, *path[1:]), module, "type"):
                owner = place.file.item_name(place.index)
                impls = place.file.scopes.owners.get(owner, ())
                if any(not impl.trait and name in impl.members for impl in impls):
                    return True
        return False

    # -- guesses

    def _guessed(self, call: Call, module: Module, kind: Type | None, index: int) -> Iterator[Need]:
        """Who may have a method, if its receiver does not tell."""
        name, at = call.name, call.at
        weak = self._is_weak(call, kind)
        traits = [
            leaf
            for leaf in self._importable(module)
            if fits(self._methods_of(leaf, module), name, call.arguments)
            and not (call.awaited and leaf.path[0] in _NOT_AWAITED)
        ]
        traits = self._handed_on(traits, name, index) or traits
        # Of several, one that was read is believed over one that a table knows.
        traits = [leaf for leaf in traits if leaf.path in self._read_traits] or traits
        yield from (
            self._likely(leaf, name, at) for leaf in traits if not weak or not self._has_proof(leaf, module)
        )
        own = list(self._of_file_traits(name, at, module)) if not weak else []
        yield from own
        if traits or own or weak:
            return
        inherent = self._methods_named(name)
        if kind is None and inherent and len({impl.owner for impl, _ in inherent}) == 1:
            yield from (Need(at, index, None, name, "method", False) for _, index in inherent)
        elif not inherent and not fits(table().common, name, call.arguments):
            yield from (self._likely(leaf, name, at) for leaf in self.unexplained(module))

    def _handed_on(self, traits: Sequence[Leaf], name: bytes, index: int) -> list[Leaf]:
        """Of traits with a method the one whose impl calls it: `fmt` in `impl Display` is rather that of `Display`."""
        impl = self._file.scopes.impl_at.get(index)
        if impl is None:
            impl = self._file.scopes.impl_at.get(self._file.items[index].parent or -1)
        if impl is None or not impl.trait or name not in impl.members:
            return []
        return [leaf for leaf in traits if not leaf.glob and leaf.path[-1:] == self._full(impl)[-1:]]

    def _is_weak(self, call: Call, kind: Type | None) -> bool:
        """Whether the standard library has such a method of its own, so that the call says little of traits."""
        if call.awaited or (kind is not None and kind.path[-1] in table().inherent):
            return False
        return fits(table().common, call.name, call.arguments)

    def brought(self, need: Need) -> bool:
        """Whether a method is known to be that of the import's trait, and is none that the standard library has too."""
        leaf = need.leaf
        if leaf is None or leaf.glob or leaf.item < 0 or not leaf.path or need.how != "trait":
            return False
        known = self._methods_of(leaf, self._file.scopes.home[leaf.item])
        return need.name in known and need.name not in table().common

    def _methods_of(self, leaf: Leaf, module: Module) -> Table_:
        if leaf.glob:
            return table().of_glob(leaf.path)
        known = self._traits.get(leaf.path)
        if known is None:
            places = crate_places(self._file, leaf.path, module, "type")
            own = [methods_of_trait(place.file, place.index) for place in places]
            if own:
                self._read_traits.add(leaf.path)
            known = self._traits[leaf.path] = (own[0] if own else None) or table().methods(leaf.path) or {}
        return known

    def _has_proof(self, leaf: Leaf, module: Module) -> bool:
        """Whether the file has a better reason for an import than a call that may be the standard library's."""
        key = (leaf.item, leaf.node.start_byte)
        known = self._proven.get(key)
        if known is None:
            known = self._proven[key] = self._is_named(leaf) or self._is_called(leaf, module)
        return known

    def _is_called(self, leaf: Leaf, module: Module) -> bool:
        methods = self._methods_of(leaf, module)
        common = table().common
        for index, home in enumerate(self._file.scopes.home):
            if home is module and not self._file.items[index].test:
                for call in self._file.uses(index).calls:
                    if (
                        not call.parameter
                        and fits(methods, call.name, call.arguments)
                        and (call.awaited or not fits(common, call.name, call.arguments))
                    ):
                        return True
        return False

    def _of_file_traits(self, name: bytes, at: int, module: Module) -> Iterator[Need]:
        for item, members in self._file.scopes.traits.items():
            if name in members and self._file.scopes.home[item] is module:
                yield Need(at, item, None, name, "trait", False)

    def _likely(self, leaf: Leaf, name: bytes, at: int) -> Need:
        return Need(at, -1, leaf, name, "trait", False)

    def _importable(self, module: Module) -> list[Leaf]:
        """Imports that can bring a trait's methods into scope."""
        known = self._traitlike.get(module.item)
        if known is None:
            known = [leaf for leaf in (*module.all_leaves(), *module.globs) if self._may_be_trait(leaf)]
            self._traitlike[module.item] = known
        return known

    def _may_be_trait(self, leaf: Leaf) -> bool:
        return leaf.glob or (bool(leaf.path) and leaf.path[-1][:1].isupper())

    def unexplained(self, module: Module) -> list[Leaf]:
        """Imports of unknown traits of other crates: nothing in the file names them, so only methods can need them."""
        known = self._unnamed.get(module.item)
        if known is None:
            known = [
                leaf
                for leaf in module.all_leaves()
                if self._may_be_unknown_trait(leaf) and not self._is_named(leaf)
            ]
            self._unnamed[module.item] = known
        return known

    def _may_be_unknown_trait(self, leaf: Leaf) -> bool:
        if not self._may_be_trait(leaf) or table().methods(leaf.path) is not None or leaf.path[0] in _STD:
            return False
        return leaf.name is None or leaf.path[-1].endswith((b"Ext", b"Trait", b"able"))

    def _is_named(self, leaf: Leaf) -> bool:
        if leaf.name is None:
            return False
        if leaf.item >= 0 and self._file.is_public(leaf.item):
            return True
        return self._is_mentioned(leaf, leaf.name)

    def _is_mentioned(self, leaf: Leaf, name: bytes) -> bool:
        """Whether the import's name stands outside its declaration, by itself or as the beginning of a path."""
        if self._words is None:
            self._words = Counter(_WORD.findall(self.data))
        if self._words[name] < 2:
            return False
        item = self._file.items[leaf.item] if leaf.item >= 0 else None
        for match in re.finditer(rb"(?<!::)\b" + re.escape(name) + rb"\b", self.data):
            line = self.data[self.data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
            inside = item is not None and item.start <= match.start() < item.end
            if not inside and b"//" not in line:
                return True
        return False

    def _methods_named(self, name: bytes) -> list[tuple[Impl, int]]:
        """Own methods of any type of the file by that name."""
        if self._by_name is None:
            self._by_name = {}
            for impl in self._file.scopes.impls:
                if not impl.trait:
                    for each, indexes in impl.members.items():
                        self._by_name.setdefault(each, []).extend((impl, index) for index in indexes)
        return self._by_name.get(name, [])


def _is_type(name: bytes) -> bool:
    """Whether a name by its form is a type's or a variant's: neither a method nor a constant."""
    return name[:1].isupper() and (len(name) == 1 or not name.isupper())


def _inherent(name: bytes) -> Table_:
    """Own methods of a type of the standard library; `AtomicUsize` and its like are one there."""
    return table().inherent.get(b"Atomic" if name.startswith(b"Atomic") else name, {})


_OWN_CRATE = (b"crate", b"self", b"super")
_STD = (b"std", b"core", b"alloc")
_NOT_AWAITED = frozenset(
    b"std core alloc itertools rayon bytes byteorder base64 serde rand num_traits chrono sha2 hmac digest".split()
)
_LOWER_TYPES = frozenset(b"bool char str i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64".split())
_PRELUDE = {
    b"Fn": frozenset(), b"FnMut": frozenset(), b"FnOnce": frozenset(), b"Send": frozenset(), b"Sync": frozenset(),
    b"Sized": frozenset(), b"Unpin": frozenset(), b"Copy": frozenset(), b"Static": frozenset(),
    b"Clone": frozenset({b"clone", b"clone_from"}), b"Default": frozenset(), b"Into": frozenset({b"into"}),
    b"TryFrom": frozenset(),
    b"From": frozenset(), b"AsRef": frozenset({b"as_ref"}), b"AsMut": frozenset({b"as_mut"}),
    b"ToString": frozenset({b"to_string"}), b"ToOwned": frozenset({b"to_owned"}),
}  # fmt: skip
