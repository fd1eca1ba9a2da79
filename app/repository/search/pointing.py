"""The names in a piece of a file, and what may define each: for a cursor that is on a line and not on a word.

Offsets are bytes, 0-based; lines are 0-based.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from app.base.cancelling import never
from app.repository.index.modules import ModuleMap
from app.repository.index.symbols import SymbolIndex
from app.repository.search.definitions import Definitions, definitions
from app.repository.search.occurrences import IDENTIFIERS, ParsedFile

MOST = 60
"""Names of one piece that are looked up: a line of a hundred thousand names is nobody's to read."""
_WORD = re.compile(rb"(?:r#)?[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*")


def names_in(file: ParsedFile, start: int, end: int) -> dict[str, int]:
    """Each name that code has from `start` to `end`, without `r#`, and its first place there; `MOST` at most."""
    found: dict[str, int] = {}
    root = file.tree.root_node
    for word in _WORD.finditer(file.data, start, end):
        node = root.descendant_for_byte_range(*word.span())
        if node is not None and node.type in IDENTIFIERS and (node.start_byte, node.end_byte) == word.span():
            found.setdefault(word[0].decode("utf-8", "replace").removeprefix("r#"), node.start_byte)
            if len(found) == MOST:
                break
    return found


def defined_in(
    file: ParsedFile,
    start: int,
    end: int,
    index: SymbolIndex,
    modules: ModuleMap,
    cancelled: Callable[[], bool] = never,
) -> list[Definitions]:
    """What may define the names from `start` to `end`, but for what stands on these lines itself.

    First come names with one definition (items before what a function binds), then those with several, then those
    with none; each in the order of the text. Ends early once `cancelled()` says so.
    """
    lines = range(file.source.line_at(start), file.source.line_at(max(start, end - 1)) + 1)
    found = []
    for offset in names_in(file, start, end).values():
        if cancelled():
            break
        each = definitions(file, offset, index, modules)
        if each is not None:
            away = tuple(c for c in each.candidates if c.file != file.path or c.line not in lines)
            found.append(replace(each, candidates=away))
    return sorted(found, key=_order)


def _order(found: Definitions) -> int:
    only = found.only
    if only is None:
        return 2 if found.candidates else 3
    return int(only.label == f"local {found.name}")
