"""A small repository's files, in git and as a plain folder."""

from __future__ import annotations

from pathlib import Path

from app.repository.repository import Snapshot, open_repository

WORKER = "server/svix-server/src/worker.rs"
FILES = {
    WORKER: b"fn retry() {}\n// jitter: none\n",
    "server/svix-server/src/core/retry.rs": b"struct Retry;\n",
    "src/lib.rs": b"pub mod worker;\r\n",
    "README.md": b"retry\n",
}


def both(bare: Path, folder: Path) -> list[Snapshot]:
    return [open_repository(bare).snapshot(), open_repository(folder).snapshot()]
