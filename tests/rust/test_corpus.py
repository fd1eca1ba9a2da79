"""On real Rust: items nest or lie apart, ranges and gaps make the file again, blocks keep the law."""

from __future__ import annotations

import pytest

from app.records.blocks import compose, piece_for, pieces_of
from app.rust.gaps.unknowns import NOT_UNDERSTOOD
from app.rust.items import Item, outline
from app.rust.leads import ITEM_KINDS
from app.rust.source import SourceFile
from app.rust.syntax import parse
from tests.corpus import needs_corpus, rust_files
from tests.records.verifying import verify

pytestmark = [pytest.mark.corpus, needs_corpus]


def _items(data: bytes) -> tuple[Item, ...]:
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def _misplaced(items: tuple[Item, ...], data: bytes) -> list[str]:
    wrong = []
    for index, item in enumerate(items):
        around = items[item.parent] if item.parent is not None else None
        bounds = (around.start, around.end) if around is not None else (0, len(data))
        if not bounds[0] <= item.start <= item.name_start < item.end <= bounds[1]:
            wrong.append(f"{item.path} leaves its container")
        after = next((i for i in items[index + 1 :] if i.parent == item.parent), None)
        if after is not None and after.start < item.end:
            wrong.append(f"{item.path} overlaps {after.path}")
    return wrong


def _alone(item: Item, data: bytes) -> bool:
    """Whether a top-level item's bytes parse to that one item and nothing else."""
    again = _items(data[item.start : item.end])
    top = [i for i in again if i.parent is None]
    return len(top) == 1 and (top[0].start, top[0].end, top[0].kind) == (0, item.end - item.start, item.kind)


def test_every_file_of_the_corpus() -> None:
    files = units = refused = broken = 0
    wrong: list[str] = []
    for name, data in rust_files():
        if SourceFile.of(name, data).obstacle:
            refused += 1
            continue
        files += 1
        items = _items(data)
        wrong += [f"{name}: {what}" for what in _misplaced(items, data)]
        top = [item for item in items if item.parent is None]
        ends = [0, *(item.end for item in top)]
        starts = [*(item.start for item in top), len(data)]
        rebuilt = b"".join(
            data[end:start] + data[item.start : item.end] if item else data[end:start]
            for end, start, item in zip(ends, starts, [*top, None], strict=True)
        )
        assert rebuilt == data, name
        assert all(item.kind in ITEM_KINDS or item.kind == NOT_UNDERSTOOD for item in items)
        for item in top:
            units += 1
            if item.broken:
                broken += 1
            elif not _alone(item, data):
                wrong.append(f"{name}: {item.path} does not parse alone to itself")
        if items:
            pieces = [piece_for(items, index, "a.rs", "main") for index in range(0, len(items), 7)]
            block = compose(pieces, {"a.rs": data})
            wrong += verify(block.text, block.spans, lambda _, data=data: data)  # type: ignore[misc]
            again = compose(pieces_of(block.spans), {"a.rs": data})
            if again != block:
                wrong.append(f"{name}: the block taken up again is another")
    print(f"{files} files, {units} top-level items, {broken} with syntax errors, {refused} files refused")
    assert files
    assert len(wrong) <= units // 2000, "\n".join(wrong[:40])
    print("\n".join(wrong))
