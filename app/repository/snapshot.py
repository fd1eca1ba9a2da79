"""A repository at one commit (or a plain folder), as everything above this room sees it."""

from __future__ import annotations

import difflib
import posixpath
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.base.cancelling import never
from app.base.globs import Glob, glob_of
from app.base.text import did_you_mean, shown
from app.errors import SourceError
from app.repository.git.transfer import Progress, quiet

SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes of the largest file that is read."""

HIT_TEXT = 1000
"""Characters of a found line that are kept; a one-megabyte line is not a search result."""


@dataclass(frozen=True)
class SourceBytes:
    """A file as it stands in a snapshot."""

    data: bytes
    blob: str | None
    """Git's id of these bytes; none in a plain folder."""


@dataclass(frozen=True)
class LineHit:
    """A line in which a searched word stands."""

    path: str
    line: int
    """1-based; lines end at line feeds only."""
    text: str
    """The line without its line feed, at most `HIT_TEXT` characters, undecodable bytes replaced.

    Not safe to print as it is."""


@dataclass(frozen=True)
class Entry:
    """One file of a snapshot's listing, or something in a file's place."""

    mode: int
    """Git's file mode, such as 0o100644."""
    oid: str
    """Git's object id; empty in a plain folder."""


LINK, SUBMODULE = 0o120000, 0o160000


class Snapshot:
    """Files of one repository at one moment. Safe to use from several threads."""

    commit: str | None = None
    """Full commit id; none for a plain folder."""

    def __init__(self, url: str, name: str) -> None:
        self.url = url
        """The origin's URL without credentials; the repository's path where there is no origin."""
        self.name = name
        """The repository (and commit) as errors call it, safe to print."""
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] | None = None
        self._left_out: tuple[tuple[str, str], ...] = ()

    # What a kind of repository supplies.

    def _list(self) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
        """Every path with its entry, and what cannot be a path, each with its reason. Raises SourceError."""
        raise NotImplementedError

    def _read(self, path: str, entry: Entry) -> SourceBytes:
        """A regular file's bytes. Raises SourceError."""
        raise NotImplementedError

    def _grep(self, words: Sequence[str], paths: Sequence[str], limit: int) -> list[LineHit]:
        raise NotImplementedError

    def prefetch(
        self,
        paths: Sequence[str],
        progress: Callable[[Progress], None] = quiet,
        cancelled: Callable[[], bool] = never,
    ) -> int:
        """Bring the files' contents here in one go where a blob-less clone lacks them; gives how many came.

        Raises SourceError (no network, no such server) and Cancelled.
        """
        return 0

    def expect(self, paths: Sequence[str]) -> None:
        """Say which files will be read next, in this order, by this thread alone: they are got ready meanwhile."""

    def at_hand(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Those of the files that can be read without fetching anything. Raises SourceError."""
        return tuple(paths)

    # What everybody uses.

    def files(self, suffix: str = ".rs") -> tuple[str, ...]:
        """Sorted paths of regular files (no links, no submodules) whose names end in `suffix`."""
        entries = self._listing()
        return tuple(
            sorted(p for p, e in entries.items() if p.endswith(suffix) and e.mode not in (LINK, SUBMODULE))
        )

    def blob_ids(self, suffix: str = ".rs") -> dict[str, str]:
        """The paths of `files`, each with git's id of its bytes; empty ids in a plain folder. Raises SourceError."""
        entries = self._listing()
        return {path: entries[path].oid for path in self.files(suffix)}

    def left_out(self, suffix: str = ".rs") -> tuple[tuple[str, str], ...]:
        """What looks like a file but is not offered: (its name, safe to print; the reason)."""
        entries = self._listing()
        links = [(shown(p), _not_a_file(e)) for p, e in entries.items() if e.mode in (LINK, SUBMODULE)]
        return tuple(sorted(one for one in [*links, *self._left_out] if one[0].endswith(suffix)))

    def __contains__(self, path: str) -> bool:
        entry = self._listing().get(path)
        return entry is not None and entry.mode not in (LINK, SUBMODULE)

    def match(self, globs: Sequence[str], suffix: str = ".rs") -> tuple[str, ...]:
        """Sorted paths that one of the globs matches, at any depth.

        Globs read as in a `.gitignore`: `*` stays in a folder, `**` does not, a folder stands for all below.
        Raises ValueError, in words for people, for a glob that leaves the repository or cannot be read.
        """
        wanted = [_readable(glob) for glob in globs]
        return tuple(
            path
            for path, parts in ((path, path.split("/")) for path in self.files(suffix))
            if any(glob.fits(parts) for glob in wanted)
        )

    def read(self, path: str) -> SourceBytes:
        """The file's bytes. Raises SourceError: no such file, a link or submodule, too large, unreadable."""
        entry = self._listing().get(path)
        if entry is None:
            raise SourceError(f"{shown(path)} is not in {self.name}", self._nearest(path))
        if entry.mode in (LINK, SUBMODULE):
            raise SourceError(f"{shown(path)} in {self.name} {_not_a_file(entry)}", "choose a regular file")
        return self._read(path, entry)

    def grep(
        self, words: Sequence[str], paths: Sequence[str] | None = None, limit: int = 10_000
    ) -> list[LineHit]:
        """Lines that hold one of the words, by path and line, at most `limit`. Raises SourceError.

        Words are plain text; one with a line feed or NUL occurs nowhere. No `paths`: every `.rs` file.
        """
        wanted = [word for word in dict.fromkeys(words) if word and _searchable(word)]
        among = self.files() if paths is None else tuple(p for p in sorted(set(paths)) if p in self)
        if not wanted or not among:
            return []
        return self._grep(wanted, among, limit)

    def _listing(self) -> dict[str, Entry]:
        with self._lock:
            if self._entries is None:
                entries, left_out = self._list()
                self._left_out = tuple((shown(name), reason) for name, reason in left_out)
                self._entries = entries
            return self._entries

    def _nearest(self, path: str) -> str:
        name = posixpath.basename(path)
        same = [p for p in self.files() if posixpath.basename(p) == name]
        near = difflib.get_close_matches(path, same or self.files(), n=3, cutoff=0.0 if same else 0.7)
        return did_you_mean([shown(one) for one in near], "check the path and the commit")

    def _too_large(self, path: str, size: int) -> SourceError:
        return SourceError(
            f"{shown(path)} in {self.name} has {size:,} bytes; files over {SIZE_LIMIT:,} are not opened",
            "choose another file",
        )


def _not_a_file(entry: Entry) -> str:
    return "is a symbolic link; not followed" if entry.mode == LINK else "is a submodule; not opened"


def _searchable(word: str) -> bool:
    return not any(char in "\n\0" or "\ud800" <= char <= "\udfff" for char in word)


def _readable(glob: str) -> Glob:
    try:
        return glob_of(glob)
    except ValueError as error:
        raise ValueError(f"the glob {shown(glob, 80)!r} {shown(str(error))}") from None
