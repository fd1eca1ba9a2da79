"""The measures of the house: how deep a class may stand, how much it may hold, and that a name means one thing."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
Key = tuple[str, str]
"""A module's dotted name, and a class of it."""
DEPTH, METHODS, FILES, STEMS, LINES = 3, 40, 20, 2, 25


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of ours, by its dotted name."""
    paths = [path for room in ("app", "widgets") for path in (ROOT / room).rglob("*.py")]
    return {_dotted(path): ast.parse(path.read_text("utf-8")) for path in paths}


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def classes() -> dict[Key, ast.ClassDef]:
    """Every class at the top of a module."""
    return {
        (name, node.name): node
        for name, tree in modules().items()
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def parents(key: Key) -> Iterator[Key]:
    """The classes of ours that a class inherits from."""
    imported = {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(modules()[key[0]])
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for base in classes()[key].bases:
        inner = base.value if isinstance(base, ast.Subscript) else base
        name = (
            inner.id
            if isinstance(inner, ast.Name)
            else inner.attr
            if isinstance(inner, ast.Attribute)
            else ""
        )
        for found in ((key[0], name), imported.get(name, ("", ""))):
            if found in classes():
                yield found
                break


def depth(key: Key) -> int:
    """How many classes of ours stand over each other, this one included."""
    return 1 + max((depth(parent) for parent in parents(key)), default=0)


def methods(key: Key) -> set[str]:
    """The names of its methods, inherited ones of ours included."""
    own = {
        node.name for node in classes()[key].body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return own.union(*(methods(parent) for parent in parents(key)))


def test_no_class_stands_deep_or_holds_much() -> None:
    assert {key: depth(key) for key in classes() if depth(key) > DEPTH} == {}
    assert {key: len(methods(key)) for key in classes() if len(methods(key)) > METHODS} == {}


def test_a_public_class_name_means_one_thing() -> None:
    homes: dict[str, list[str]] = {}
    for module, name in classes():
        homes.setdefault(name, []).append(module)
    assert {n: where for n, where in homes.items() if len(where) > 1 and not n.startswith("_")} == {}


def test_a_file_is_found_by_its_name_and_no_folder_is_a_heap() -> None:
    files = [name for name in modules() if not name.endswith("__init__")]
    stems = Counter(name.rsplit(".", 1)[-1] for name in files)
    folders = Counter(name.rsplit(".", 1)[0] for name in files)
    assert {stem for stem, count in stems.items() if count > STEMS} == set()
    assert {folder for folder, count in folders.items() if count > FILES} == set()


def test_functions_stay_short() -> None:
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert lengths[int(len(lengths) * 0.95)] <= LINES
