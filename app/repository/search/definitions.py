"""From a name in the source to what may define it, by syntax alone: everything that fits is told, nothing is guessed.

Offsets are bytes, 0-based; lines are 0-based.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from app.repository.index.modules import CrateModule, ModuleMap
from app.repository.index.symbols import Symbol, SymbolIndex
from app.repository.search.bindings import binding_of
from app.repository.search.occurrences import ParsedFile, identifier_at, occurrences
from app.repository.search.use_paths import ImportedName, segments, uses_in
from app.rust.items import Item, scope_at

_TYPES = frozenset(
    {
        "struct_item",
        "enum_item",
        "union_item",
        "trait_item",
        "type_item",
        "associated_type",
        "mod_item",
        "macro_definition",
    }
)
_FUNCTIONS = frozenset({"function_item", "function_signature_item"})
_MEMBERS = frozenset({"field_declaration", "enum_variant"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may define the name."""

    file: str
    line: int
    """0-based."""
    start: int
    """First byte of what is defined."""
    label: str
    """The item path, or what else it is, such as `local retry`. Not safe to print as it is."""
    why: str
    """How it was found, in words."""
    sure: bool
    """Whether syntax says so; else it is only called the same."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """What may define a name, likeliest first."""

    name: str
    candidates: tuple[Candidate, ...]

    @property
    def only(self) -> Candidate | None:
        """The one to go to at once; None where there is a choice to be made, or nothing."""
        sure = [each for each in self.candidates if each.sure]
        return sure[0] if len(sure) == 1 else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A name at its place."""

    node: Node
    name: str
    before: tuple[str, ...]
    """The path in front of it, such as `crate`, `core`."""
    method: bool
    macro: bool
    field: bool


def definitions(file: ParsedFile, offset: int, index: SymbolIndex, modules: ModuleMap) -> Definitions | None:
    """What may define the name at a byte of a file; None where there is no name."""
    node = identifier_at(file.tree, file.data, offset)
    if node is None:
        return None
    asked = _asked(file.data, node)
    found: dict[tuple[str, int], Candidate] = {}
    for tier in (_local(file, asked), _resolved(file, asked, index, modules), _members(file, asked)):
        for candidate in tier:
            found.setdefault((candidate.file, candidate.start), candidate)
        if any(candidate.sure for candidate in found.values()):
            return Definitions(asked.name, tuple(found.values()))
    for candidate in _elsewhere(file, asked, index, modules):
        found.setdefault((candidate.file, candidate.start), candidate)
    return Definitions(asked.name, tuple(found.values()))


def _asked(data: bytes, node: Node) -> _Asked:
    parent = node.parent
    kind = "" if parent is None else parent.type
    name = data[node.start_byte : node.end_byte].decode("utf-8", "replace").removeprefix("r#")
    before: tuple[str, ...] = ()
    outer = parent
    if parent is not None and kind in ("scoped_identifier", "scoped_type_identifier"):
        if parent.child_by_field_name("name") == node:
            before = segments(data, parent.child_by_field_name("path"))
        outer = parent.parent
    grand = None if parent is None else parent.parent
    return _Asked(
        node,
        name,
        before,
        method=kind == "field_expression" and grand is not None and grand.type == "call_expression",
        macro=outer is not None and outer.type == "macro_invocation",
        field=node.type == "field_identifier",
    )


# -- what the function around says


def _local(file: ParsedFile, asked: _Asked) -> Iterator[Candidate]:
    if asked.before or asked.field or asked.macro:
        return
    node = binding_of(file.data, file.tree, asked.node)
    if node is not None:
        line = file.source.line_at(node.start_byte)
        yield Candidate(
            file.path, line, node.start_byte, f"local {asked.name}", f"bound here in line {line + 1}", True
        )


# -- what the module, its imports and the path say


def _resolved(file: ParsedFile, asked: _Asked, index: SymbolIndex, modules: ModuleMap) -> Iterator[Candidate]:
    scope = scope_at(file.items, asked.node.start_byte)
    if asked.field or asked.before == ("Self",):
        owner = _owner(file.items, scope)
        if owner and (asked.before or _on_self(file.data, asked.node)):
            here = [each for each in _named(index, asked) if each.file == file.path]
            yield from _told(
                (each for each in here if _owner_name(each.path) == owner), "of the type around", True
            )
        return
    inner = [each for each in scope if file.items[each].kind == "mod_item"]
    module = modules.module_of(file.path).child(*_inline_names(file.items, inner))
    uses = uses_in(file.data, file.tree, file.items, inner[-1] if inner else None)
    fitting: list[Symbol] = []
    for target, why in _targets(asked, module, uses, modules, file):
        fitting = [each for each in _named(index, asked, target.path[-1]) if _is(each, target, modules)]
        yield from _told(fitting, why, True)
    for use in uses:
        if use.name == asked.name and not asked.before and not fitting and not asked.macro:
            yield from _outside(file, use, module, index, modules)


def _outside(
    file: ParsedFile, use: ImportedName, module: CrateModule, index: SymbolIndex, modules: ModuleMap
) -> Iterator[Candidate]:
    """The import itself, where what it imports is another's: there is no nearer place to go to."""
    first = use.path[0]
    own = {"crate", "self", "super"}
    child = module.child(first)
    here = any(_is(each, child, modules) for each in index.named(first))
    if first not in own and not here and modules.crate_named(first) is None:
        why = f"imported here from {'::'.join(use.path)}, which is not in this repository"
        line = file.source.line_at(use.start)
        yield Candidate(file.path, line, use.start, f"use {'::'.join(use.path)}", why, True)


def _targets(
    asked: _Asked, module: CrateModule, uses: Sequence[ImportedName], modules: ModuleMap, file: ParsedFile
) -> Iterator[tuple[CrateModule, str]]:
    """Absolute paths that the name may stand for, each with its reason."""
    path = (*asked.before, asked.name)
    by_name = {use.name: use for use in uses if use.name != "*"}
    if path[0] in by_name:
        use = by_name[path[0]]
        line = file.source.line_at(use.start) + 1
        target = _absolute(use.path, module, modules)
        if target is not None:
            yield target.child(*path[1:]), f"imported in line {line}"
        return
    target = _absolute(path, module, modules)
    if target is not None and target.path:
        yield target, "by its path" if asked.before else "in the same module"
    for use in uses:
        if use.name == "*" and (around := _absolute(use.path, module, modules)) is not None:
            line = file.source.line_at(use.start) + 1
            yield around.child(*path), f"by the glob import in line {line}"


def _absolute(path: Sequence[str], module: CrateModule, modules: ModuleMap) -> CrateModule | None:
    """What a path in a module stands for, if that is in this repository."""
    if not path:
        return None
    first, rest = path[0], path[1:]
    if first == "crate":
        return CrateModule(module.crate, tuple(rest))
    if first in ("self", "super"):
        here = module
        for step, name in enumerate(path):
            if name == "super":
                here = here.parent
            elif name != "self" or step:
                return here.child(*path[step:])
        return here
    crate = modules.crate_named(first) if rest else None
    return module.child(*path) if crate is None else crate.child(*rest)


def _is(symbol: Symbol, target: CrateModule, modules: ModuleMap) -> bool:
    own = modules.module_of(symbol.file).child(*_segments_of(symbol))
    return own == target


def _segments_of(symbol: Symbol) -> list[str]:
    """The names in an item path: modules, owner, the item's own."""
    names = [each.rsplit(" ", 1)[-1] for each in symbol.path.split("::")]
    return [*names[:-1], symbol.name]


# -- what is called the same


def _members(file: ParsedFile, asked: _Asked) -> Iterator[Candidate]:
    """Fields and variants of this file: they are no items, so that no index knows them."""
    if asked.macro or asked.method:
        return
    for node in occurrences(file, asked.name):
        parent = node.parent
        if parent is not None and parent.type in _MEMBERS and parent.child_by_field_name("name") == node:
            what = "field" if parent.type == "field_declaration" else "variant"
            line = file.source.line_at(node.start_byte)
            yield Candidate(
                file.path, line, node.start_byte, f"{what} {asked.name}", f"{what} of this file", False
            )


def _elsewhere(
    file: ParsedFile, asked: _Asked, index: SymbolIndex, modules: ModuleMap
) -> Iterator[Candidate]:
    found = _named(index, asked)
    if asked.before:
        owned = [each for each in found if asked.before[-1] in (_owner_name(each.path), _stem(each, modules))]
        found = owned or found
    crate = modules.module_of(file.path).crate
    near: dict[str, list[Symbol]] = {}
    for each in found:
        if each.file == file.path:
            near.setdefault("called so in this file", []).append(each)
        elif modules.module_of(each.file).crate == crate:
            near.setdefault("called so in this crate", []).append(each)
        else:
            near.setdefault("called so elsewhere", []).append(each)
    for why in ("called so in this file", "called so in this crate", "called so elsewhere"):
        yield from _told(near.get(why, ()), why, False)


def _named(index: SymbolIndex, asked: _Asked, name: str = "") -> list[Symbol]:
    """The items of that name whose kind fits the place."""
    found = index.named(name or asked.name)
    if asked.macro:
        return [each for each in found if each.kind == "macro_definition"]
    if asked.method:
        return [each for each in found if each.kind in _FUNCTIONS and "::" in each.path]
    if asked.node.type == "type_identifier":
        return [each for each in found if each.kind in _TYPES]
    return [each for each in found if each.kind != "macro_definition"]


def _told(symbols: Iterable[Symbol], why: str, sure: bool) -> Iterator[Candidate]:
    for each in symbols:
        yield Candidate(each.file, each.line, each.start, each.path, why, sure)


def _stem(symbol: Symbol, modules: ModuleMap) -> str:
    path = modules.module_of(symbol.file).path
    return path[-1] if path else ""


def _inline_names(items: Sequence[Item], inner: Sequence[int]) -> list[str]:
    return [items[each].path.rsplit("::", 1)[-1].rsplit(" ", 1)[-1] for each in inner]


def _owner(items: Sequence[Item], scope: Sequence[int]) -> str:
    """The type or trait in whose impl or body a place is, as item paths call it; else empty."""
    for each in reversed(scope):
        if items[each].kind in _FUNCTIONS:
            owner = _owner_name(items[each].path)
            if owner:
                return owner
    return ""


def _owner_name(path: str) -> str:
    """`Retry` of `outer::Retry::run` and of `<Retry as Display>::fmt`; empty for a free item."""
    before, found, _ = path.rpartition("::")
    if not found:
        return ""
    if before.endswith(">") and before.startswith("<"):
        before = before[1:].partition(" as ")[0].partition("<")[0]
    return before.rsplit("::", 1)[-1].rsplit(" ", 1)[-1]


def _on_self(data: bytes, node: Node) -> bool:
    """Whether the place is `self.name`."""
    around = node.parent
    value = None if around is None else around.child_by_field_name("value")
    return value is not None and data[value.start_byte : value.end_byte] == b"self"
