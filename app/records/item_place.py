"""Where an item is, as people and journals name it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from app.base.text import printable
from app.errors import UsageError
from app.rust.items import Item


@dataclass(frozen=True, slots=True)
class ItemPlace:
    """The item that is spoken of, as the snapshot has it."""

    repository: str
    """As blocks name it."""
    commit: str | None
    path: str
    item: str
    """Item path."""
    sha256: str
    """Of the item's bytes."""


def place_of(
    repository: str, commit: str | None, path: str, data: bytes, items: Sequence[Item], index: int
) -> ItemPlace:
    """The item at `index` of a file's outline. Raises `UsageError` for one that is never offered by itself."""
    item = items[index]
    if item.test or item.kind in ("use_declaration", "extern_crate_declaration"):
        what = "test code" if item.test else "a declaration"
        raise UsageError(f"{printable(item.path)} is {what}, which is not offered anyway", "leave it")
    if item.whole is not None:
        whole = printable(items[item.whole].path)
        raise UsageError(f"{printable(item.path)} is only taken with the whole of {whole}", f"skip '{whole}'")
    return ItemPlace(
        repository, commit, path, item.path, hashlib.sha256(data[item.start : item.end]).hexdigest()
    )
