"""Cargo's manifests in a repository. What cannot be read is as if it were not there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.base.toml_lines import loads
from app.errors import SourceError

if TYPE_CHECKING:
    from app.repository.snapshot import Snapshot


def above(folder: str) -> Iterator[str]:
    """The folder and those above it, the repository's root last."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""


def table_of(snapshot: Snapshot, path: str) -> dict[str, Any] | None:
    """What a TOML file says; None where it is not there, or cannot be read."""
    if path not in snapshot:
        return None
    try:
        return loads(snapshot.read(path).data.decode("utf-8"))
    except (SourceError, ValueError, RecursionError):
        return None


def manifests(snapshot: Snapshot, folder: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The manifests in the folder and above it, nearest first, each with its folder."""
    for place in above(folder):
        table = table_of(snapshot, posixpath.join(place, "Cargo.toml"))
        if table is not None:
            yield place, table


def dig(table: object, *keys: str) -> Any:
    """The value at a path of keys; None where there is none."""
    value: Any = table
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
