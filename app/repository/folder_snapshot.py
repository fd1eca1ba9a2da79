"""A snapshot of a plain folder: it has no commit, and shows the files as they are at each reading."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from app.base.text import shown
from app.errors import SourceError
from app.repository.snapshot import HIT_TEXT, LINK, SIZE_LIMIT, Entry, LineHit, Snapshot, SourceBytes


class FolderSnapshot(Snapshot):
    """The files below a folder, without `.git`, without Cargo's `target`, and without following links."""

    def __init__(self, root: Path, name: str) -> None:
        super().__init__(str(root), name)
        self._root = root

    def _list(self) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
        entries: dict[str, Entry] = {}
        left_out: list[tuple[str, str]] = []

        def unreadable(error: OSError) -> None:
            folder = os.path.relpath(os.fsdecode(error.filename), self._root)
            if folder == ".":
                raise SourceError(
                    f"{self.name} cannot be read: {error.strerror}", "check its permissions"
                ) from None
            left_out.append((folder, f"cannot be read: {error.strerror}"))

        for folder, folders, names in os.walk(self._root, onerror=unreadable):
            linked = [name for name in folders if Path(folder, name).is_symlink()]
            folders[:] = [name for name in folders if name not in linked and not _built(folder, name, names)]
            for name in [*names, *linked]:
                full = Path(folder, name)
                path = full.relative_to(self._root).as_posix()
                try:
                    mode = full.lstat().st_mode
                except OSError:
                    continue  # went away while we looked
                if any("\ud800" <= char <= "\udfff" for char in path):
                    left_out.append((path, "has a name that is not UTF-8; not opened"))
                elif stat.S_ISLNK(mode):
                    entries[path] = Entry(LINK, "")
                elif stat.S_ISREG(mode):
                    entries[path] = Entry(0o100644, "")
                else:
                    left_out.append((path, "is not a regular file; not opened"))
        return entries, left_out

    def _read(self, path: str, entry: Entry) -> SourceBytes:
        try:
            descriptor = _open_below(self._root, path)
        except OSError as error:
            raise SourceError(
                f"{shown(path)} in {self.name} cannot be read: {error.strerror}",
                "it may have been moved or deleted since the folder was opened; open the folder again",
            ) from None
        with os.fdopen(descriptor, "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise SourceError(
                    f"{shown(path)} in {self.name} is not a regular file", "choose a regular file"
                )
            if facts.st_size > SIZE_LIMIT:
                raise self._too_large(path, facts.st_size)
            data = file.read(SIZE_LIMIT + 1)
        if len(data) > SIZE_LIMIT:  # it grew meanwhile
            raise self._too_large(path, len(data))
        return SourceBytes(data, None)

    def _grep(self, words: Sequence[str], paths: Sequence[str], limit: int) -> list[LineHit]:
        needles = [word.encode("utf-8") for word in words]
        hits: list[LineHit] = []
        for path in paths:
            try:
                data = self.read(path).data
            except SourceError:
                continue  # a file that cannot be opened holds nothing to open
            if not any(needle in data for needle in needles):
                continue
            for number, line in enumerate(data.split(b"\n"), 1):
                if any(needle in line for needle in needles):
                    hits.append(LineHit(path, number, line.decode("utf-8", "replace")[:HIT_TEXT]))
                    if len(hits) >= limit:
                        return hits
        return hits


def _built(folder: str, name: str, siblings: Sequence[str]) -> bool:
    """Is this folder git's, or Cargo's output? A source folder may well be called `target` itself."""
    if name == ".git":
        return True
    return name == "target" and ("Cargo.toml" in siblings or Path(folder, name, "CACHEDIR.TAG").exists())


def _open_below(root: Path, path: str) -> int:
    """A descriptor of a file below the root. Raises OSError.

    One step at a time, so that no link on the way is followed even if it is put there meanwhile.
    """
    *folders, name = path.split("/")
    if any(part in ("", ".", "..") for part in (*folders, name)):
        raise OSError(0, "the path leaves the folder")
    here = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            os.close(here)
            here = below
        # O_NONBLOCK: a pipe without a writer would otherwise hold us for ever.
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    finally:
        os.close(here)
