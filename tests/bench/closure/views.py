"""A crate's files as the harness sees them: parsed, with the modules and imports that take part in the compile."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tree_sitter import Node, Tree

from app.rust.items import Item, item_at, outline
from app.rust.names.scopes import Leaf, Module, Scopes, scopes
from app.rust.syntax import parse
from tests.bench.closure.compiling import Crate
from tests.bench.closure.conditions import Range, chooses, known_of, unseen
from tests.bench.closure.edits import Edit, Edited

_STD_PRELUDE = frozenset((b"Vec", b"String", b"Box", b"ToString", b"ToOwned"))
_CANARY = re.compile(r"bs:(\d+):(\d+)$")


@dataclass(slots=True)
class View:
    """One file of a crate."""

    path: Path
    """Relative to the crate's root."""
    data: bytes
    tree: Tree
    items: tuple[Item, ...]
    scopes: Scopes
    unseen: list[Range]
    """What the compile leaves out, as far as its `cfg` attributes tell."""
    active: set[int] = field(default_factory=set)
    """Indexes of the items that are compiled, by rustc's word."""
    prelude: frozenset[bytes] = frozenset()
    """What only std's prelude brings in, if it does here."""

    def modules(self) -> Iterator[Module]:
        """Those that are compiled and not for tests."""
        for index, module in self.scopes.modules.items():
            if index is None or (index in self.active and not self.items[index].test):
                yield module

    def leaves(self, module: Module) -> list[Leaf]:
        """The module's compiled imports, globs and nameless ones included, in file order."""
        every = [leaf for found in module.leaves.values() for leaf in found] + module.globs + module.nameless
        return sorted((leaf for leaf in every if leaf.item in self.active), key=_start)

    def module_end(self, module: Module) -> int:
        """Where a declaration can be added: before the module's closing brace, or at the end of the file."""
        node = self.scopes.nodes[module.item] if module.item is not None else None
        body = node.child_by_field_name("body") if node is not None else None
        return len(self.data) if body is None else body.end_byte - 1

    def home(self, offset: int) -> tuple[int, Module] | None:
        """The innermost item at a byte, and the module it stands in; None between items."""
        index = item_at(self.items, offset)
        return None if index is None else (index, self.scopes.home[index])


def _start(leaf: Leaf) -> int:
    return leaf.node.start_byte


@lru_cache
def _printed() -> str:
    return subprocess.run(["rustc", "--print", "cfg"], capture_output=True, text=True, check=True).stdout


def views(crate: Crate) -> list[View]:
    """The crate's files, each with the items rustc compiles. Files that are no UTF-8 are left out."""
    known = known_of(crate.command, _printed())
    found: list[View] = []
    for path in crate.sources:
        data = (crate.root / path).read_bytes()
        tree = parse(data)
        if tree is None or b"\0" in data:
            continue
        items = outline(data, tree)
        found.append(View(path, data, tree, items, scopes(data, tree, items), []))
    choosing = frozenset(name for view in found for name in _choosing(view))
    for view in found:
        view.unseen = unseen(view.data, view.tree, known, choosing)
    _mark_active(crate, found)
    root = next((view.data for view in found if view.path == crate.command_root()), b"")
    for view in found if b"no_std" not in root else ():
        view.prelude = _STD_PRELUDE
    return found


def _choosing(view: View) -> Iterator[bytes]:
    """The file's macros whose bodies are subject to `cfg`."""
    for index, item in enumerate(view.items):
        node = view.scopes.nodes[index]
        name = (
            node.child_by_field_name("name") if item.kind == "macro_definition" and node is not None else None
        )
        if name is not None and chooses(view.data[item.start : item.end]):
            yield view.data[name.start_byte : name.end_byte]


def _mark_active(crate: Crate, found: Sequence[View]) -> None:
    """A canary with its item's own `cfg` before each item: those that sing are compiled."""
    overrides: dict[Path, bytes] = {}
    for number, view in enumerate(found):
        edits = [
            Edit(item.start, item.start, _canary(view, index, number))
            for index, item in enumerate(view.items)
            if not item.test
        ]
        overrides[view.path] = Edited(view.data, edits).data
    for told in crate.check(overrides):
        song = _CANARY.match(told.message)
        if song is not None:
            found[int(song[1])].active.add(int(song[2]))


def _canary(view: View, index: int, number: int) -> bytes:
    conditions = [_text(view, node) for node in view.scopes.leads[index]]
    kept = b" ".join(text for text in conditions if re.match(rb"#\s*\[\s*cfg\s*\(", text))
    return kept + b' compile_error!("bs:%d:%d");\n' % (number, index)


def _text(view: View, node: Node) -> bytes:
    return view.data[node.start_byte : node.end_byte]
