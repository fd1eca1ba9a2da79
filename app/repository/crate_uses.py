"""Where code comes from, for whoever has a snapshot and a file: its lines, its crate, and the crates it really uses.

A crate counts as used if the code names it: at the head of a path, or by a name that a `use` of that file brings
from it. Being listed in a manifest is not being used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node, Tree

from app.errors import UsageError
from app.repository.crates import Crate, Dependency, Licence, crate_of, licence_of
from app.repository.history import Commit, History
from app.repository.repository import Snapshot
from app.rust.source import SourceFile
from app.rust.syntax import parse

_RELATIVE = frozenset({"crate", "self", "super", "Self", "std", "core", "alloc"})
_TEXTS = frozenset({"line_comment", "block_comment", "string_literal", "raw_string_literal", "char_literal"})
_NAMES = frozenset({"identifier", "type_identifier", "shorthand_field_identifier"})


@dataclass(frozen=True, slots=True)
class CrateUse:
    """A crate the code names."""

    dependency: Dependency
    lines: tuple[int, ...]
    """Where, 1-based, ascending."""


@dataclass(frozen=True, slots=True)
class CrateFacts:
    """What is known of a piece of code's crate."""

    crate: Crate | None
    """None where no Cargo.toml with a package stands above the file."""
    licence: Licence
    uses: tuple[CrateUse, ...]
    """By name."""


def line_range(source: SourceFile, start: int, end: int) -> tuple[int, int]:
    """First and last line (1-based, both included) of the bytes `start` to `end`."""
    first = source.line_at(start)
    return first + 1, max(source.line_at(max(end - 1, start)), first) + 1


def crate_facts(
    snapshot: Snapshot, path: str, spans: Sequence[tuple[int, int]] = (), tree: Tree | None = None
) -> CrateFacts:
    """The facts about a file's spans (byte ranges), or about the whole file if none are given.

    `tree` is the file's, if it was parsed already. Raises SourceError if the file cannot be read.
    """
    data = snapshot.read(path).data
    crate = crate_of(snapshot, path)
    tree = tree or parse(data)
    assert tree is not None  # nobody cancels here
    uses = crates_used(data, tree, crate, spans or [(0, len(data))]) if crate else ()
    return CrateFacts(crate, licence_of(snapshot, path), uses)


def crates_used(
    data: bytes, tree: Tree, crate: Crate, spans: Sequence[tuple[int, int]]
) -> tuple[CrateUse, ...]:
    """The crate's dependencies that the spans' code names, with the lines where it does."""
    bound: dict[str, str] = {}
    declared: list[tuple[str, Node]] = []
    for declaration in _found(tree.root_node, ("use_declaration", "extern_crate_declaration")):
        for root, name, node in _leaves(data, declaration):
            bound.setdefault(name, root)
            declared.append((root, node))
    modules = {
        _text(data, child)
        for module in _found(tree.root_node, ("mod_item",))
        if (child := module.child_by_field_name("name")) is not None
    }
    lines: dict[str, set[int]] = {}

    def note(root: str, node: Node) -> None:
        if root in crate.dependencies and root not in _RELATIVE:
            lines.setdefault(root, set()).add(node.start_point[0] + 1)

    for root, leaf in declared:
        if root not in modules and _inside(leaf, spans):
            note(root, leaf)
    for name, node, heads in _names(data, tree.root_node, spans):
        if name in bound:
            note(bound[name], node)
        elif heads and name not in modules:
            note(name, node)
    return tuple(CrateUse(crate.dependencies[name], tuple(sorted(at))) for name, at in sorted(lines.items()))


def _names(data: bytes, root: Node, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, Node, bool]]:
    """Every name that may refer to something outside: its text, its node, and whether it heads a path.

    Read as a row of tokens, because inside a macro's arguments the grammar knows no paths.
    """
    tokens = list(_tokens(root, spans))
    kinds = ["", "", *(token.type for token in tokens), ""]
    for at, token in enumerate(tokens):
        before_that, before, after = kinds[at], kinds[at + 1], kinds[at + 3]
        if token.type not in _NAMES or before == ".":
            continue
        # `::tokio::time` begins with its crate; after a name or `>` the two colons go on with a path.
        if before == "::" and (
            before_that in _NAMES or before_that in (">", "crate", "self", "super", "metavariable")
        ):
            continue
        yield _text(data, token), token, after == "::" or before == "::"


def _tokens(root: Node, spans: Sequence[tuple[int, int]]) -> Iterator[Node]:
    """Leaves of the tree inside the spans, in order, without comments, texts and `use` declarations."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in _TEXTS or node.type in ("use_declaration", "extern_crate_declaration"):
            continue
        if not any(node.start_byte < end and start < node.end_byte for start, end in spans):
            continue
        if node.child_count:
            stack.extend(reversed(node.children))
        elif _inside(node, spans):
            yield node


def _inside(node: Node, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= node.start_byte and node.end_byte <= end for start, end in spans)


def _found(root: Node, kinds: tuple[str, ...]) -> Iterator[Node]:
    """The nodes of these kinds that are items, of modules and of function bodies too."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in kinds:
            yield node
        if node.type != "use_declaration":
            stack.extend(child for child in reversed(node.named_children) if child.named_child_count)


def _leaves(data: bytes, declaration: Node) -> Iterator[tuple[str, str, Node]]:
    """(crate or module the path begins with, the name it brings in, its node) of each leaf."""
    if declaration.type == "extern_crate_declaration":
        name, alias = declaration.child_by_field_name("name"), declaration.child_by_field_name("alias")
        if name is not None:
            yield _text(data, name), _text(data, alias or name), name
        return
    argument = declaration.child_by_field_name("argument")
    if argument is not None:
        yield from _tree_leaves(data, argument, "")


def _tree_leaves(data: bytes, node: Node, root: str) -> Iterator[tuple[str, str, Node]]:
    if node.type == "use_list":
        for child in node.named_children:
            yield from _tree_leaves(data, child, root)
        return
    path = node.child_by_field_name("path")
    if node.type == "scoped_use_list":
        head = root or (_head(data, path) if path is not None else "")
        listed = node.child_by_field_name("list")
        if path is not None:
            # Only `self` in the list brings this name in; the path by itself is a use of its crate all the same.
            own = listed is not None and any(child.type == "self" for child in listed.named_children)
            yield head, _text(data, path).rpartition("::")[2] if own else "", path
        if listed is not None:
            yield from _tree_leaves(data, listed, head)
    elif node.type == "use_as_clause":
        alias = node.child_by_field_name("alias")
        if path is not None and alias is not None:
            yield root or _head(data, path), _text(data, alias), path
    elif node.type == "use_wildcard":
        for inner in node.named_children[:1]:  # a lone `*` has none
            yield root or _head(data, inner), "*", inner
    elif node.type in ("identifier", "scoped_identifier"):
        yield root or _head(data, node), _text(data, node).rpartition("::")[2], node


def _head(data: bytes, path: Node) -> str:
    return _text(data, path).removeprefix("::").partition("::")[0].strip()


def _text(data: bytes, node: Node) -> str:
    text = data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return "".join(text.split()).removeprefix("r#")


def parse_lines(text: str) -> tuple[int, int] | None:
    """`12`, `12-34` or `12,34` as first and last line, 1-based; None if the text is an item's name.

    Raises UsageError for numbers that are no lines.
    """
    first, _, last = text.replace(",", "-").partition("-")
    if not first.strip().isdecimal() or not (last or first).strip().isdecimal():
        return None
    low, high = int(first), int(last or first)
    if not 0 < low <= high:
        raise UsageError(f"{text[:40]} is no range of lines", "give lines such as 12-34, counted from 1")
    return low, high


def item_name(item: str) -> str:
    """The last name of an item path, without what tells twins apart: `Retry::run` → `run`; empty for an impl."""
    bare = item.partition("#")[0].strip()
    if bare.startswith("impl") or not bare:
        return ""
    return re.split(r"::|[\s!<>]+", bare.rstrip("!"))[-1].removeprefix("r#")


def introduction(commits: Sequence[Commit], item: str) -> Commit | None:
    """Of commits, newest first: the oldest whose difference brings the item's definition; None if none is known to.

    Where a shallow clone ends, the last commit it has seems to bring all there is: the item may be older.
    """
    name = item_name(item)
    if not name:
        return None
    kinds = "fn|struct|enum|union|trait|const|static|type|mod|macro_rules!"
    definition = re.compile(rf"^([+-]).*?\b(?:{kinds})\s*(?:r#)?{re.escape(name)}\b", re.MULTILINE)
    for commit in reversed(commits):
        signs = [found[1] for found in definition.finditer(commit.difference)]
        if "+" in signs and "-" not in signs:
            return None if commit.boundary else commit
    return None


def beginning(history: History) -> Commit | None:
    """Of the commits that brought or took a text, oldest first: the one before which it was nowhere.

    None where there is none, and in a shallow clone: there nobody can tell what was before.
    """
    return history.commits[0] if history.commits and not history.shallow else None
