"""What was once found out about a commit, kept on disk: a commit never changes, so neither does the answer.

Deleting the folder loses nothing but time. A file that cannot be read or written is no error for anyone.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any

from app.base.folders import private_folder, state_dir
from app.repository.git.log import Commit

_VERSION = 1
"""Of the files' shape, and of how git is asked: raised when either changes."""
_MOST_FILES = 400
_MOST_BYTES = 8_000_000
_NAMES = tuple(field.name for field in fields(Commit))


def folder() -> Path:
    """Where answers are kept, whether or not it is there."""
    return state_dir() / "origin"


def key(*words: object) -> str:
    """The name of an answer, made from everything it depends on."""
    text = json.dumps([_VERSION, *map(str, words)])
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def load(name: str) -> tuple[Commit, ...] | None:
    """A kept answer; None if there is none that can be read."""
    try:
        descriptor = os.open(folder() / f"{name}.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            rows = json.loads(file.read(_MOST_BYTES + 1))
        return tuple(_commit(row) for row in rows)
    except (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        return None


def save(name: str, commits: Sequence[Commit]) -> None:
    """Keep an answer; the oldest of very many make room."""
    rows = [
        {field: getattr(commit, field) for field in _NAMES} | {"at": commit.at and commit.at.isoformat()}
        for commit in commits
    ]
    data = json.dumps(rows).encode("ascii")
    if len(data) > _MOST_BYTES:
        return
    home = folder()
    part = home / f".{name}.{secrets.token_hex(4)}"
    with contextlib.suppress(OSError):
        private_folder(home.parent, home.name)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            part.replace(home / f"{name}.json")
        finally:
            part.unlink(missing_ok=True)
        _make_room(home)


def _make_room(home: Path) -> None:
    with os.scandir(home) as listing:
        files = [(entry.stat(follow_symlinks=False).st_mtime, entry.path) for entry in listing]
    for _, path in sorted(files)[: max(0, len(files) - _MOST_FILES)]:
        Path(path).unlink(missing_ok=True)


def _commit(row: dict[str, Any]) -> Commit:
    """Raises KeyError, TypeError or ValueError for what `save` did not write."""
    values = {name: row[name] for name in _NAMES}
    texts = ("oid", "author", "subject", "body", "difference")
    if not all(isinstance(values[name], str) for name in texts) or type(values["boundary"]) is not bool:
        raise TypeError("not an answer of ours")
    if values["at"] is not None:
        values["at"] = datetime.fromisoformat(values["at"])
        if values["at"].tzinfo is None:
            raise ValueError("a time without its zone")
    return Commit(**values)
