"""Where a code base is, and under which key the index knows each of its Rust files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import SourceError
from app.repository.repository import Snapshot, open_repository


@dataclass(frozen=True)
class Codebase:
    """A snapshot, and where its repository is on this machine. Safe to use from several threads."""

    path: Path
    """The repository's or the plain folder."""
    git_dir: Path | None
    """None for a plain folder."""
    snapshot: Snapshot

    @classmethod
    def of(cls, path: Path, snapshot: Snapshot) -> Codebase:
        """A snapshot that is open already, and the folder it is of. Raises `SourceError` if that is gone."""
        repository = open_repository(path)
        return cls(repository.path, repository.git_dir, snapshot)

    @classmethod
    def at(cls, path: Path, commit: str | None = None) -> Codebase:
        """The repository in a folder at a commit (HEAD if none is named). Raises `SourceError`."""
        repository = open_repository(path)
        return cls(repository.path, repository.git_dir, repository.snapshot(commit))

    def keys(self, cancelled: Callable[[], bool]) -> dict[str, str]:
        """The Rust files, sorted: path → what names its bytes: the blob id, or a hash in a plain folder.

        A file of a plain folder that cannot be read is left out. Raises `SourceError`.
        """
        if self.git_dir is not None:
            return self.snapshot.blob_ids()
        found: dict[str, str] = {}
        for path in self.snapshot.files():
            if cancelled():
                break
            try:
                found[path] = content_key(self.snapshot.read(path).data)
            except SourceError:
                continue
        return found


def content_key(data: bytes) -> str:
    """What names these bytes where there is no git: told apart from every blob id by its beginning."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
