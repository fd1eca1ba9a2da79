"""Where the outline of a file and rustc's tree of it differ.

What counts: every item of a file, a module, an impl, a trait or a foreign block, by its kind, its name, what it stands
in, and its bytes. Its lead must begin at the first of its attributes and docs, or before it with plain comments
only; its trail may add comments and the `;` of a macro call. Items inside bodies are no items of the outline.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.rust.items import Item
from tests.bench.items_oracle.rustc import TrueItem

_COMMENT = rb"//[^\n]*|/\*(?:(?!\*/)(?!/\*).|/\*(?:(?!\*/).)*\*/)*\*/"
_BLANK = re.compile(rb"(?:\s|" + _COMMENT + rb")*", re.DOTALL)
_TRAIL = re.compile(rb"(?:\s|;|" + _COMMENT + rb")*", re.DOTALL)
_SAME = {
    "function_signature_item": "function_item",
    "associated_type": "type_item",
}
"""Kinds that differ in tree-sitter and not in rustc."""
_TAIL = re.compile(r"(?:r#)?([\w?]+)(?:#\d+)?$")
_NAMELESS = frozenset(
    {"impl_item", "use_declaration", "foreign_mod_item", "macro_invocation", "extern_crate_declaration"}
)


def differences(data: bytes, ours: Sequence[Item], theirs: Sequence[TrueItem]) -> Iterator[str]:
    """What is missing, made up or wrong in the outline; nothing where both agree."""
    mine = {item.name_start: index for index, item in enumerate(ours)}
    met: dict[int, int] = {}  # index of theirs to index of ours
    for number, true in enumerate(theirs):
        index = mine.pop(true.start, None)
        if index is None:
            yield f"missing {true.kind} {true.name} {_line(data, true.start)}"
            continue
        met[number] = index
        parent = None if true.parent is None else met.get(true.parent, -1)
        yield from _wrong(data, ours[index], true, parent)
    for index in mine.values():
        item = ours[index]
        yield f"made up {item.kind} {item.path} {_line(data, item.name_start)}"


def _wrong(data: bytes, item: Item, true: TrueItem, parent: int | None) -> Iterator[str]:
    where = f"{item.path} {_line(data, true.start)}"
    if _SAME.get(item.kind, item.kind) != _SAME.get(true.kind, true.kind):
        yield f"kind {item.kind}, not {true.kind}: {where}"
    named = None if item.kind in _NAMELESS else _TAIL.search(item.path)
    if true.name and true.name != (named[1] if named else item.path):
        yield f"name, not {true.name}: {where}"
    if parent != -1 and item.parent != parent:
        yield f"stands elsewhere: {where}"
    if item.start > true.lead or not _BLANK.fullmatch(data, item.start, true.lead):
        yield f"lead at {item.start}, not {true.lead}: {where}"
    if item.end < true.end or not _TRAIL.fullmatch(data, true.end, item.end):
        yield f"end at {item.end}, not {true.end}: {where}"


def _line(data: bytes, at: int) -> str:
    return f"(line {data.count(10, 0, at) + 1})"
