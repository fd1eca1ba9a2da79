"""The other files of a crate, found by module path: which file holds a module, and what a path leads to in it.

Whoever opens files gives `Modules`; nothing here reads any. Paths are names from the crate's root, without `crate`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from app.rust.names.scopes import COMMENTS, Module, Space
from app.rust.names.traits import STATIC, Methods
from app.rust.needs.file import Modules, RustFile

_MOST = 500
"""Paths that are followed for one name."""


@dataclass(frozen=True, slots=True)
class CratePlace:
    """An item somewhere in the crate."""

    file: RustFile
    index: int
    """Of the item in its file's outline."""
    module: tuple[bytes, ...]
    """Path of the file's module."""


def module_path(file: str) -> tuple[str, tuple[str, ...]]:
    """The crate's source folder and the module path of a file, by the usual layout.

    `a/src/b/mod.rs` is module `b` of `a/src`; `lib.rs` and `main.rs` are the crate's root.
    """
    folder, found, inside = file.rpartition("/src/")
    if not found and file.startswith("src/"):
        folder, inside = "", file.removeprefix("src/")
    root = f"{folder}/src" if folder else "src"
    names = inside.removesuffix(".rs").split("/")
    if names[-1] == "mod" or (len(names) == 1 and names[-1] in ("lib", "main")):
        names.pop()
    return root, tuple(names)


def module_files(root: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """The files that may hold a module, the usual one first."""
    if not path:
        return (f"{root}/lib.rs", f"{root}/main.rs")
    stem = "/".join((root, *path))
    return (f"{stem}.rs", f"{stem}/mod.rs")


def absolute(path: tuple[bytes, ...], module: Module, home: tuple[bytes, ...], names: Callable[[int], bytes]) -> (
    tuple[bytes, ...] | None
):  # fmt: skip
    """A path that begins with `crate`, `self` or `super`, from the crate's root; None for any other.

    `home` is the module path of the file, `names` gives the name of an inline module's item.
    """
    if path[:1] == (b"crate",):
        return path[1:]
    inline: list[bytes] = []
    at: Module | None = module
    while at is not None and at.item is not None:
        inline.append(names(at.item))
        at = at.parent
    here = [*home, *reversed(inline)]
    rest = list(path)
    if rest[:1] not in ([b"self"], [b"super"]):
        return None
    while rest[:1] in ([b"self"], [b"super"]):
        if rest.pop(0) == b"super":
            if not here:
                return None
            here.pop()
    return (*here, *rest)


def find(
    modules: Modules,
    path: tuple[bytes, ...],
    space: Space | None = None,
    _seen: set[tuple[bytes, ...]] | None = None,
) -> Iterator[CratePlace]:
    """The items that a path from the crate's root leads to, through `pub use` where it must.

    No path is followed twice: globs may lead round in a circle.
    """
    seen = set() if _seen is None else _seen
    if path in seen or not path or len(seen) > _MOST:
        return
    seen.add(path)
    for length in range(len(path) - 1, -1, -1):
        file = modules(path[:length])
        if file is None:
            continue
        module = file.module_at(path[length:-1], file.scopes.modules[None])
        if module is not None:
            yield from _in_module(modules, file, module, path, length, space, seen)
        return


def _in_module(
    modules: Modules,
    file: RustFile,
    module: Module,
    path: tuple[bytes, ...],
    length: int,
    space: Space | None,
    seen: set[tuple[bytes, ...]],
) -> Iterator[CratePlace]:
    name, home = path[-1], path[:length]
    spaces: tuple[Space, ...] = ("type", "value", "macro") if space is None else (space,)
    found = list(dict.fromkeys(i for each in spaces for i in module.names[each].get(name, ())))
    if found:
        yield from (CratePlace(file, index, home) for index in found if not file.items[index].test)
        return
    leads = [leaf.path for leaf in module.leaves.get(name, ())]
    leads += [(*leaf.path, name) for leaf in module.globs if leaf.path[:1] != (b"super",)]
    for lead in leads:
        target = absolute(lead, module, home, file.item_name)
        if target is None and lead and lead[0] in module.names["type"]:
            target = (*path[:-1], *lead)
        if target is not None and target != path:
            yield from find(modules, target, space, seen)


def crate_places(
    file: RustFile, path: tuple[bytes, ...], module: Module, space: Space | None = None
) -> list[CratePlace]:
    """What a path with `crate`, `self` or `super` in a module leads to in other files of the crate."""
    target = absolute(path, module, file.path, file.item_name) if file.modules is not None else None
    if file.modules is None or not target:
        return []
    return [place for place in find(file.modules, target, space) if place.file is not file]


def methods_of_trait(file: RustFile, index: int) -> Methods:
    """The methods that a trait declares, as the tables have them."""
    found: Methods = {}
    for name, members in file.scopes.traits.get(index, {}).items():
        node = file.scopes.nodes[members[0]]
        if node is not None and node.type in ("function_item", "function_signature_item"):
            found[name] = frozenset({_arguments(node)})
        elif node is not None and node.type == "const_item":
            found[name] = frozenset({STATIC})
    return found


def _arguments(function: Node) -> int:
    """How many arguments it takes besides `self`; `STATIC` if it takes none."""
    parameters = function.child_by_field_name("parameters")
    listed = [] if parameters is None else [each.type for each in parameters.named_children]
    if "self_parameter" not in listed and not any(
        _is_self(each) for each in (parameters.named_children if parameters else ())
    ):
        return STATIC
    return sum(each not in COMMENTS and each != "attribute_item" for each in listed) - 1


def _is_self(parameter: Node) -> bool:
    pattern = parameter.child_by_field_name("pattern")
    return pattern is not None and pattern.type == "self"
