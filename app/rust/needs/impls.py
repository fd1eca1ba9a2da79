"""Impls of traits that no name tells: what a trait builds on, what a derive asks of fields, what operators call.

These are the third tier: each is a need of the kind `impl`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.rust.names.scopes import Impl, type_path
from app.rust.needs.file import RustFile
from app.rust.needs.need import Need
from app.rust.types.types import Type, shape

_ABOVE: dict[bytes, tuple[bytes, ...]] = {
    b"Error": (b"Display", b"Debug"),
    b"Eq": (b"PartialEq",),
    b"PartialOrd": (b"PartialEq",),
    b"Ord": (b"Eq", b"PartialOrd", b"PartialEq"),
    b"Copy": (b"Clone",),
    b"FusedIterator": (b"Iterator",),
    b"ExactSizeIterator": (b"Iterator",),
    b"DoubleEndedIterator": (b"Iterator",),
    b"DerefMut": (b"Deref",),
    b"IndexMut": (b"Index",),
    b"BorrowMut": (b"Borrow",),
}
"""Traits of the standard library with those they build on."""
_DERIVE = re.compile(rb"\bderive\s*\(([^)]*)\)")
_WORD = re.compile(rb"\w+")
_ARGUMENTS = re.compile(rb"<.*>", re.DOTALL)
_LIFETIME = re.compile(rb"'\w+\b(?!')|\s+")
_LOOPED = (b"IntoIterator", b"Index")
_BY_ARGUMENT = (b"PartialEq", b"PartialOrd", b"Borrow", b"Index")


def of_item(file: RustFile, index: int) -> Iterator[Need]:
    """The impls that an impl of a trait, or what a type derives, asks for."""
    impl = file.scopes.impl_at.get(index)
    if impl is not None and impl.trait:
        yield from _of_impl(file, impl)
    elif file.items[index].kind in ("struct_item", "enum_item", "union_item"):
        yield from _of_derives(file, index)


def _of_impl(file: RustFile, impl: Impl) -> Iterator[Need]:
    own = file.members.impl_type(impl)
    at = file.items[impl.item].name_start
    for name in _above(file, impl):
        for other in file.scopes.impls:
            if (
                other.trait[-1:] == (name,)
                and other is not impl
                and _is_of_same(file, impl, other, own, name)
            ):
                yield Need(at, other.item, None, name, "impl", True)


def _above(file: RustFile, impl: Impl) -> tuple[bytes, ...]:
    """Last names of the traits that the impl's trait builds on."""
    found = list(_ABOVE.get(impl.trait[-1], ()))
    for item in file.scopes.traits:
        node = file.scopes.nodes[item]
        bounds = node.child_by_field_name("bounds") if node is not None else None
        if bounds is not None and file.item_name(item) == impl.trait[-1]:
            found += [
                path[-1] for path in (type_path(file.data, each) for each in bounds.named_children) if path
            ]
    return tuple(dict.fromkeys(found))


def _is_of_same(file: RustFile, one: Impl, other: Impl, own: Type | None, name: bytes) -> bool:
    if shape(own) != shape(file.members.impl_type(other)):
        return False
    if own is None or not own.path or _refers(file, one) != _refers(file, other):
        return False
    return name not in _BY_ARGUMENT or _arguments(file, one) == _arguments(file, other)


def _refers(file: RustFile, impl: Impl) -> bool:
    node = file.scopes.nodes[impl.item]
    kind = None if node is None else node.child_by_field_name("type")
    return kind is not None and kind.type == "reference_type"


def _arguments(file: RustFile, impl: Impl) -> bytes:
    """The trait's arguments as written, without lifetimes and white space."""
    node = file.scopes.nodes[impl.item]
    trait = None if node is None else node.child_by_field_name("trait")
    found = None if trait is None else _ARGUMENTS.search(file.data, trait.start_byte, trait.end_byte)
    return b"" if found is None else _LIFETIME.sub(b"", found[0])


def _of_derives(file: RustFile, index: int) -> Iterator[Need]:
    derived: list[tuple[int, bytes]] = []
    for node in file.scopes.leads[index]:
        for match in _DERIVE.finditer(file.data, node.start_byte, node.end_byte):
            derived += [(node.start_byte, name) for name in _WORD.findall(match[1])]
    if not derived:
        return
    own = file.item_name(index)
    types = {ref.path[-1] for ref in file.uses(index).refs if ref.space == "type"} - {own}
    for at, trait in derived:
        for impl in _impls_of(file, own, _ABOVE.get(trait, ())):
            yield Need(at, impl.item, None, trait, "impl", True)
        for name in sorted(types):
            for impl in _impls_of(file, name, (trait,)):
                yield Need(at, impl.item, None, trait, "impl", True)


def _impls_of(file: RustFile, owner: bytes, traits: tuple[bytes, ...]) -> Iterator[Impl]:
    for impl in file.scopes.owners.get(owner, ()):
        if impl.trait[-1:] and impl.trait[-1] in traits and not _refers(file, impl):
            yield impl


def of_operator(file: RustFile, kind: Type, traits: tuple[bytes, ...], at: int) -> list[Need]:
    """The impls of one of the traits for a type."""
    impls = (impl for impl, _ in file.members.impls(kind) if impl.trait)
    found = [impl for impl in impls if impl.trait[-1] in traits]
    if len(found) > 1 and not any(trait in traits for trait in _LOOPED):
        return []  # the other operand says which
    return [Need(at, impl.item, None, impl.trait[-1], "impl", len(found) == 1) for impl in found]
