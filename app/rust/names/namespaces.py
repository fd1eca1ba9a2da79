"""Whether an import or a glob can bind a name in a namespace, as far as the name itself and its use tell."""

from __future__ import annotations

from collections.abc import Collection

from app.rust.names.scopes import Leaf, Space
from app.rust.names.traits import PRELUDE_TYPES, PRELUDE_VALUES, PRIMITIVES, STD_MACROS, STD_MODULES
from app.rust.names.walk import Ref

_WITH_MACROS = ((b"tracing",), (b"log",), (b"slog",))
_ROOTS = (b"std", b"core", b"alloc", b"crate", b"self", b"super")


def binds(
    leaf: Leaf, name: bytes, space: Space | None, ref: Ref, single: bool, bangs: Collection[bytes]
) -> bool:
    """Whether an import can bind the name. `single`: the name is all of the path; `bangs`: the macros called."""
    if not single:
        if name in PRIMITIVES and leaf.path[:1] in ((b"std",), (b"core",)):
            return _is_of_module(name, ref.path[1])
        return not is_own_name(leaf)
    if space == "type":
        return name not in PRIMITIVES
    if space == "macro":
        return not (ref.weak and name in bangs)
    return not (name[:1].islower() and name in bangs and _is_macro_only(leaf))


def _is_macro_only(leaf: Leaf) -> bool:
    return leaf.path[:1] in _WITH_MACROS or len(leaf.path) > 1


def may_come_by_glob(name: bytes, space: Space | None, ref: Ref, single: bool) -> bool:
    """Whether a name that nothing else explains may be of a module that a glob brings in."""
    if ref.weak or name in PRIMITIVES or name in _ROOTS:
        return False
    if space == "macro":
        return name not in STD_MACROS
    if not single:
        return name not in PRELUDE_TYPES and (name[:1].isupper() or name in STD_MODULES)
    if space is None and not name[:1].isupper():
        return False
    return name not in PRELUDE_TYPES and name not in PRELUDE_VALUES


def is_own_name(leaf: Leaf) -> bool:
    """Whether an import brings what a crate is named after (`anyhow::anyhow`): a macro or function, not a module."""
    return len(leaf.path) == 2 and leaf.path[0] == leaf.path[1] and leaf.name == leaf.path[0]


def _is_of_module(primitive: bytes, member: bytes) -> bool:
    """Whether `f64::consts` means the module `std::f64` rather than the type."""
    if primitive in (b"str", b"char"):
        return member[:4] == b"from" or member[:1].isupper()
    return member == b"consts" or member.isupper()
