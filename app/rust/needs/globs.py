"""What a glob import of something outside the file brings: the standard library's by a table, the crate's by a look.

The table is `app/rust/data/std_names.txt`. Names are bytes without `r#`.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from app.rust.names.scopes import Leaf, Module, Space
from app.rust.names.traits import PRELUDE_TYPES, PRELUDE_VALUES
from app.rust.needs.file import Modules, RustFile
from app.rust.needs.modules import absolute, find

OWN_CRATE = (b"crate", b"self", b"super")
"""How paths into the file's own crate begin."""
_STD = (b"std", b"core", b"alloc")
_PRELUDE = (b"prelude", b"v1")
_MOST = 200
"""Modules that are looked into for one name."""


class Globs:
    """What the glob imports of one file bring. Answers are kept."""

    def __init__(self, file: RustFile) -> None:
        self._file = file
        self._known: dict[tuple[int, bytes, Space | None], bool | None] = {}

    def brings(self, glob: Leaf, module: Module, name: bytes, space: Space | None) -> bool | None:
        """Whether a glob import in `module` brings `name`; None if that cannot be told."""
        key = (glob.node.start_byte, name, space)
        if key not in self._known:
            std = glob.path[:1] and glob.path[0] in _STD
            self._known[key] = _of_std(glob.path, name) if std else self._own(glob, module, name, space)
        return self._known[key]

    def defines(self, glob: Leaf, module: Module, name: bytes) -> bool:
        """Whether the module of a glob import has an item of that name itself, rather than from another."""
        target = _target(self._file, glob, module)
        home = (
            _module(self._file.modules, target)
            if self._file.modules is not None and target is not None
            else None
        )
        return home is not None and any(name in names for names in home[1].names.values())

    def _own(self, glob: Leaf, module: Module, name: bytes, space: Space | None) -> bool | None:
        """The same for a module or an enum of the crate."""
        file = self._file
        if file.modules is None:
            return None
        target = _target(file, glob, module)
        if target is None:
            return None
        here = absolute((b"self",), module, file.path, file.item_name) or ()
        told = _handed_on(file.modules, target, here, name, space, set())
        if told is not None:
            return told
        for place in find(file.modules, target, "type"):
            if place.file.items[place.index].kind == "enum_item":
                return name in place.file.members.variants(place.index)
        return None


def _of_std(path: tuple[bytes, ...], name: bytes) -> bool | None:
    """Whether a glob of the standard library brings a name; None if that cannot be told, as of any other path."""
    if not path[:1] or path[0] not in _STD:
        return None
    path = (b"std", *path[1:])
    if b"arch" in path:
        return name.startswith(b"_") or None
    if path[1:] == _PRELUDE:
        return name in PRELUDE_TYPES or name in PRELUDE_VALUES
    names = std_names().get(path)
    return None if names is None else name in names


def _handed_on(
    modules: Modules,
    target: tuple[bytes, ...],
    here: tuple[bytes, ...],
    name: bytes,
    space: Space | None,
    seen: set[tuple[bytes, ...]],
) -> bool | None:
    """Whether the module at `target` shows `name` to the module `here`; None if that cannot be told."""
    home = _module(modules, target)
    if home is None or target in seen or len(seen) > _MOST:
        return None
    seen.add(target)
    file, module = home
    within = here[: len(target)] == target  # what is private is seen from inside
    spaces: tuple[Space, ...] = ("type", "value", "macro") if space is None else (space,)
    items = [index for each in spaces for index in module.names[each].get(name, ())]
    items += [leaf.item for leaf in module.leaves.get(name, ())]
    if any((within or _is_public(file, index)) and not file.items[index].test for index in items):
        return True
    if module.given.get(name):
        return None
    told: bool | None = False
    for glob in module.globs:
        if (within or _is_public(file, glob.item)) and not file.items[glob.item].test:
            further = _target(file, glob, module)
            if further is None:
                inside = _of_std(glob.path, name)
            else:
                inside = _handed_on(modules, further, here, name, space, seen)
            if inside:
                return True
            told = None if inside is None else told
    return told


def _target(file: RustFile, glob: Leaf, module: Module) -> tuple[bytes, ...] | None:
    """Where a glob import leads to, from the crate's root; None if it leads out of the crate or cannot be told."""
    path = glob.path
    if path and path[0] in module.names["type"]:
        path = (b"self", *path)
    return absolute(path, module, file.path, file.item_name)


def _is_public(file: RustFile, index: int) -> bool:
    """Whether an item is seen from other modules: by its word, or made by a macro that may say so."""
    node = file.scopes.nodes[index]
    made = node is None or node.type in ("macro_invocation", "macro_definition")
    return made or file.is_public(index)


def _module(modules: Modules, target: tuple[bytes, ...]) -> tuple[RustFile, Module] | None:
    """The module at a path from the crate's root."""
    for length in range(len(target), -1, -1):
        home = modules(target[:length])
        if home is not None:
            module = home.module_at(target[length:], home.scopes.modules[None])
            return None if module is None else (home, module)
    return None


@cache
def std_names() -> dict[tuple[bytes, ...], frozenset[bytes]]:
    """What the standard library's modules and well-known enums hold, by path; read once."""
    text = files("app.rust").joinpath("data", "std_names.txt").read_bytes()
    lines = [line.partition(b": ") for line in text.splitlines() if line and not line.startswith(b"#")]
    return {tuple(path.split(b"::")): frozenset(names.split()) for path, _, names in lines}
