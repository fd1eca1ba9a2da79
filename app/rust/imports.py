"""Which `use` declarations a selection needs, judged by names."""

from __future__ import annotations

from dataclasses import dataclass

from app.rust.items import Item


@dataclass(frozen=True, slots=True)
class ImportPick:
    """An import that goes into a block."""

    item: Item
    cuts: tuple[tuple[int, int], ...]
    """Byte ranges of the file to leave out of it, in order; empty if it is taken whole."""
