"""Real Rust for tests: every `.rs` file of the repositories in the folder that BACKSPAN_CORPUS names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.repository import open_repository

needs_corpus = pytest.mark.skipif(
    not os.environ.get("BACKSPAN_CORPUS"),
    reason="BACKSPAN_CORPUS names no folder of Rust repositories: real files are not read",
)


def repositories() -> Iterator[Path]:
    """The folders below BACKSPAN_CORPUS (and one level deeper) that are repositories or hold Rust."""
    root = Path(os.environ["BACKSPAN_CORPUS"])
    for folder in sorted(root.iterdir()):
        if folder.is_dir():
            inner = folder / "repo"
            yield inner if inner.is_dir() else folder


def rust_files() -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of every Rust file; a file that cannot be read is left out, with its reason printed."""
    for path in repositories():
        with open_repository(path) as repository:
            snapshot = repository.snapshot()
            for name in snapshot.files():
                try:
                    yield f"{path}:{name}", snapshot.read(name).data
                except SourceError as error:
                    print(f"refused: {error.what}")
