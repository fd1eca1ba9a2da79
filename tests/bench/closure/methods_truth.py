"""Which traits each function uses through their methods, and which `extern crate`s are needed, told by rustc.

Every import of the module is brought in once more, as `_`, at the beginning of every body: rustc's lint then tells
which of these the body has no use for. An import that is not a trait is never of use so. `extern crate`s are taken
away: what can no longer be found stood on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tree_sitter import Node

from app.rust.names.scopes import Leaf, Module
from tests.bench.closure.compiling import Crate, Diagnostic
from tests.bench.closure.edits import Edit, Edited
from tests.bench.closure.names_truth import Use, chained, written
from tests.bench.closure.views import View

_MOST_ROUNDS = 5


def method_uses(crate: Crate, views: Sequence[View]) -> dict[Path, list[Use]] | None:
    """The traits used through methods, each at the function that uses it; None if rustc would not tell."""
    asked: list[tuple[View, int, Leaf]] = []
    refused: set[int] = set()
    for _ in range(_MOST_ROUNDS):
        asked.clear()
        files = {view.path: Edited(view.data, _asking(view, asked, refused)) for view in views}
        told = crate.check(
            {path: each.data for path, each in files.items()}, ["--force-warn", "unused_imports"]
        )
        wrong = set(_marks(told, files, "error"))
        if not wrong and any(each.level == "error" and each.code for each in told):
            return None
        if wrong <= refused:
            break
        refused |= wrong
    if wrong:
        return None
    idle = set(_marks(told, files, "warning"))
    found: dict[Path, list[Use]] = {}
    for number, (view, at, leaf) in enumerate(asked):
        if number not in idle and number not in refused:
            found.setdefault(view.path, []).append(Use(at, leaf.node.start_byte, "method"))
    return found


def _marks(told: Sequence[Diagnostic], files: Mapping[Path, Edited], level: str) -> Iterator[int]:
    for each in told:
        if each.level == level and (level == "error" or each.code == "unused_imports"):
            for path, start, _ in each.spans:
                mark = files[path].mark(start) if path in files else -1
                if mark >= 0:
                    yield mark


def _asking(view: View, asked: list[tuple[View, int, Leaf]], refused: set[int]) -> Iterator[Edit]:
    """The edits of one file; `asked` grows by what each mark means. Marks are the same in every round."""
    nameless: dict[int, str] = {}
    for module in view.modules():
        for leaf in view.leaves(module):
            if leaf.name is None and not leaf.glob and leaf.node.type == "use_as_clause":
                nameless[leaf.node.start_byte] = f"__bs_n{leaf.node.start_byte}"
                last = leaf.node.children[-1]
                yield Edit(last.start_byte, last.end_byte, nameless[leaf.node.start_byte].encode())
    for index, item in enumerate(view.items):
        place = _body(view, index) if index in view.active and not item.test else None
        if place is None:
            continue
        opening, closing = place
        if closing >= 0:
            yield Edit(opening, opening, b"{ ")
        for leaf, name in _traits(view, view.scopes.home[index], nameless):
            number = len(asked)
            asked.append((view, item.name_start, leaf))
            if number not in refused:
                yield Edit(opening, opening, f" use self::{name} as _;".encode(), number)
        if closing >= 0:
            yield Edit(closing, closing, b" }")


def _traits(view: View, module: Module, nameless: Mapping[int, str]) -> Iterator[tuple[Leaf, str]]:
    """The module's imports that may be traits, and what each is called."""
    for leaf in view.leaves(module):
        if leaf.node.start_byte in nameless:
            yield leaf, nameless[leaf.node.start_byte]
        elif leaf.name is not None and view.items[leaf.item].kind == "use_declaration":
            name = leaf.name.lstrip(b"_")
            if name[:1].isupper() and (len(name) == 1 or not name.isupper()):
                yield leaf, written(leaf.name)


def _body(view: View, index: int) -> tuple[int, int] | None:
    """Where a function's body can begin with declarations; of a constant with calls its value's bounds; else None.

    A second number of -1 says that the braces are there.
    """
    node = view.scopes.nodes[index]
    if node is None:
        return None
    if node.type == "function_item":
        body = node.child_by_field_name("body")
        if body is None:
            return None
        return _behind_inner(body), -1
    if node.type in ("const_item", "static_item"):
        value = node.child_by_field_name("value")
        if value is not None and b"." in view.data[value.start_byte : value.end_byte]:
            return value.byte_range
    return None


def _behind_inner(body: Node) -> int:
    """Behind the brace and the body's inner attributes."""
    at = body.start_byte + 1
    for child in body.named_children:
        if child.type == "inner_attribute_item":
            at = child.end_byte
        elif child.type not in ("line_comment", "block_comment"):
            break
    return at


def extern_uses(crate: Crate, views: Sequence[View]) -> dict[Path, list[Use]]:
    """What cannot be found without the crate's `extern crate` declarations, of those that bring in no macros."""
    files: dict[Path, Edited] = {}
    gone: dict[Path, dict[bytes, Leaf]] = {}
    for view in views:
        edits: list[Edit] = []
        for leaf in extern_leaves(view):
            node = view.scopes.nodes[leaf.item]
            if node is not None and leaf.name is not None:
                edits.append(Edit(node.start_byte, node.end_byte, b"const _: () = ();"))
                gone.setdefault(view.path, {})[leaf.name] = leaf
        files[view.path] = Edited(view.data, edits)
    found: dict[Path, list[Use]] = {}
    if not gone:
        return found
    by_path = {view.path: view for view in views}
    for each in crate.check({path: edited.data for path, edited in files.items() if path in gone}):
        for path, start, end in each.spans if each.level == "error" else ():
            at = files[path].before(start) if path in gone else None
            if at is not None:
                found.setdefault(path, []).extend(_extern_uses(by_path[path], at, end - start, gone[path]))
    return found


def _extern_uses(view: View, at: int, length: int, gone: Mapping[bytes, Leaf]) -> Iterator[Use]:
    name = view.data[at : at + length]
    home = view.home(at)
    if name not in gone or home is None or view.items[home[0]].test:
        return
    use = Use(at, gone[name].node.start_byte, "name")
    if view.items[home[0]].kind == "use_declaration":
        yield from chained(view, home[0], at, name, [use])
    else:
        yield use


def extern_leaves(view: View) -> Iterator[Leaf]:
    """The `extern crate` declarations at the file's top level without `macro_use`."""
    for leaf in view.leaves(view.scopes.modules[None]):
        if view.items[leaf.item].kind == "extern_crate_declaration":
            leads = view.scopes.leads[leaf.item]
            if not any(b"macro_use" in view.data[n.start_byte : n.end_byte] for n in leads):
                yield leaf
