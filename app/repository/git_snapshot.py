"""A snapshot of a git repository: everything comes from git's objects, nothing from a work tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from app.base.cancelling import never
from app.base.text import shown
from app.errors import SourceError
from app.repository.git.blobs import BlobMissing, BlobReader, BlobTooLarge
from app.repository.git.run import path_chunks, run_git
from app.repository.git.transfer import Progress, fetch_objects, quiet
from app.repository.snapshot import (
    HIT_TEXT,
    LINK,
    SIZE_LIMIT,
    SUBMODULE,
    Entry,
    LineHit,
    Snapshot,
    SourceBytes,
)

_GREP = ("grep", "-n", "-z", "-F", "-a", "--no-color", "--no-column", "--no-textconv", "--full-name")
"""Settings of a repository could ask for columns, colours or a text converter."""


class GitSnapshot(Snapshot):
    """A commit of a work tree's or bare clone's repository."""

    def __init__(
        self, git_dir: Path, reader: BlobReader, commit: str, url: str, name: str, promised: str
    ) -> None:
        super().__init__(url, name)
        self.commit = commit
        self.git_dir: Final = git_dir
        """Git's folder."""
        self._reader = reader
        self.promised: Final = promised
        """URL from which missing blobs can be fetched, with credentials; empty if the clone is a full one."""
        self._missing: set[str] | None = None

    def _list(self) -> tuple[dict[str, Entry], list[tuple[str, str]]]:
        answer = run_git(["ls-tree", "-r", "-z", "--full-tree", f"{self.commit}"], git_dir=self.git_dir)
        if answer.code:
            raise SourceError(
                f"the files of {self.name} cannot be listed: {answer.complaint}",
                "if this is a partial clone, fetch the commit with git first; otherwise run 'git fsck' there",
            )
        entries: dict[str, Entry] = {}
        left_out: list[tuple[str, str]] = []
        for line in answer.out.split(b"\0")[:-1]:
            facts, _, raw = line.partition(b"\t")
            mode, _, oid = facts.split(b" ")
            name = raw.decode("utf-8", "surrogateescape")
            if any("\ud800" <= char <= "\udfff" for char in name):
                left_out.append((name, "has a name that is not UTF-8; not opened"))
            elif any(part in ("", ".", "..") for part in name.split("/")):
                left_out.append((name, "has a name that leaves the repository; not opened"))
            else:
                entries[name] = Entry(int(mode, 8), oid.decode("ascii"))
        return entries, left_out

    def _read(self, path: str, entry: Entry) -> SourceBytes:
        try:
            if self.promised and entry.oid in self._absent():
                self._fetch([entry.oid], quiet, never)
            return SourceBytes(self._reader.read(entry.oid, SIZE_LIMIT), entry.oid)
        except BlobTooLarge as error:
            raise self._too_large(path, error.args[0]) from None
        except BlobMissing:
            raise SourceError(
                f"git could not give {shown(path)} of {self.name} (blob {entry.oid[:12]})",
                "the repository may be damaged: run 'git fsck' there, or clone it again",
            ) from None

    def expect(self, paths: Sequence[str]) -> None:
        listing = self._listing()
        if not self.promised:  # git would wait for what is not here
            self._reader.expect([e.oid for p in paths if (e := listing.get(p)) and _is_file(e)])

    def at_hand(self, paths: Sequence[str]) -> tuple[str, ...]:
        if not self.promised:
            return tuple(paths)
        listing, absent = self._listing(), self._absent()
        return tuple(p for p in paths if (e := listing.get(p)) is not None and e.oid not in absent)

    def prefetch(
        self,
        paths: Sequence[str],
        progress: Callable[[Progress], None] = quiet,
        cancelled: Callable[[], bool] = never,
    ) -> int:
        if not self.promised:
            return 0
        listing = self._listing()
        wanted = {e.oid for p in paths if (e := listing.get(p)) and _is_file(e)}
        absent = sorted(wanted & self._absent())
        if absent:
            self._fetch(absent, progress, cancelled)
        return len(absent)

    def _absent(self) -> set[str]:
        """Ids of this commit's blobs that are not here, found without asking the network."""
        with self._lock:
            if self._missing is None:
                answer = run_git(
                    ["rev-list", "--objects", "--missing=print", "--no-object-names", "--stdin"],
                    git_dir=self.git_dir,
                    stdin=f"{self.commit}^{{tree}}\n".encode(),
                )
                if answer.code:
                    raise SourceError(
                        f"{self.name} cannot be read: {answer.complaint}", "run 'git fsck' there"
                    )
                lines = answer.out.decode("ascii", "replace").split("\n")
                self._missing = {line[1:] for line in lines if line.startswith("?")}
            return self._missing

    def _fetch(
        self, oids: list[str], progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        answer = fetch_objects(self.git_dir, self.promised, oids, progress, cancelled)
        if answer.code:
            raise SourceError(
                f"{len(oids)} file(s) of {self.name} are not here and cannot be fetched: {answer.complaint}",
                f"check the network and try again, or use a full clone: backspan source map {self.url} PATH",
            )
        self._reader.close()  # the next process sees the new objects
        with self._lock:
            if self._missing is not None:
                self._missing -= set(oids)

    def _grep(self, words: Sequence[str], paths: Sequence[str], limit: int) -> list[LineHit]:
        self.prefetch(paths)
        patterns: list[bytes] = [part for word in words for part in (b"-e", word.encode("utf-8"))]
        hits: list[LineHit] = []
        for chunk in path_chunks(paths):
            answer = run_git(
                [*_GREP, *patterns, f"{self.commit}", "--", *chunk],
                git_dir=self.git_dir,
            )
            if answer.code not in (0, 1):
                raise SourceError(
                    f"{self.name} cannot be searched: {answer.complaint}", "run 'git fsck' there"
                )
            hits += _hits(answer.out, limit - len(hits))
            if len(hits) >= limit:
                break
        return hits


def _is_file(entry: Entry) -> bool:
    return entry.mode not in (LINK, SUBMODULE)


def _hits(out: bytes, limit: int) -> list[LineHit]:
    """Reads `commit:path NUL line NUL text LF` field by field: a name may hold line feeds and colons."""
    hits: list[LineHit] = []
    at = 0
    while at < len(out) and len(hits) < limit:
        name_end = out.index(b"\0", at)
        number_end = name_end + 1
        while out[number_end : number_end + 1].isdigit():
            number_end += 1
        end = out.find(b"\n", number_end)
        end = len(out) if end < 0 else end
        name = out[at:name_end].decode("utf-8", "replace").partition(":")[2]
        text = out[number_end + 1 : end].decode("utf-8", "replace")[:HIT_TEXT]
        hits.append(LineHit(name, int(out[name_end + 1 : number_end]), text))
        at = end + 1
    return hits
