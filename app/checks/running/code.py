"""A record's code as it stands in its repository: what the checks compare a block with, read once a file and commit.

Journals are strangers' texts: the repository that one names is read only where this project's specs or this person's
own map and clones say that it is. Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from tree_sitter import Tree

from app.checks.reading import BlockCode as Read
from app.checks.words.numbers import constants
from app.errors import BackspanError, SourceError
from app.project import bundled
from app.project.anchors import Origin, hold, origin_of, paths_of
from app.project.project import Project
from app.project.topics.spec import SAMPLE, Spec
from app.records.events import Block
from app.repository import sources
from app.repository.crate_uses import crates_used
from app.repository.crates import Crate, crate_of, licence_of
from app.repository.repository import Repository, Snapshot, open_repository, shown
from app.rust.gaps.unknowns import Range
from app.rust.items import Item, outline, unknowns
from app.rust.needs.crate_files import CrateFiles
from app.rust.needs.file import RustFile
from app.rust.source import SourceFile
from app.rust.syntax import parse

_HITS = 500
"""Lines that hold a name, perhaps within a longer one, that are looked at; where all are used up it is let pass."""


_FEW = 2
"""Names that are searched for one by one. Reading all files once costs as much as four searches."""
_PIECE = 32_768
"""Bytes of a file that are searched for words in one go, up to the line's end."""
_NAME = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")


_LOCKED = re.compile(r'^name = "([^"\n]{1,100})"$', re.MULTILINE)


class FileText(NamedTuple):
    """What the checks take from a file's text, read once."""

    names: frozenset[str]
    """Its identifiers, outside comments and strings."""
    comments: str
    """The words of its comments."""
    constants: frozenset[float]
    """The numbers in its constants."""


class Code:
    """One repository at one commit. Several threads may ask: what two of them work out at once is kept once."""

    def __init__(
        self,
        snapshot: Snapshot,
        files: CrateFiles | None = None,
        read: Callable[[str], bytes] | None = None,
    ) -> None:
        """`files` and `read` share what is parsed and read already; `read` raises `SourceError`, as a snapshot does."""
        self.snapshot = snapshot
        self.files = files or CrateFiles(lambda path: path in snapshot, self._read)
        self._bytes = read or (lambda path: snapshot.read(path).data)
        self._data: dict[str, bytes | None] = {}
        self._crates: dict[str, tuple[Crate | None, frozenset[str]]] = {}
        self._texts: dict[str, FileText] = {}
        self._licences: dict[str, str | None] = {}
        self._locked: dict[str, frozenset[str]] = {}
        self._known: dict[str, bool] = {}
        self._strange: dict[str, tuple[Range, ...]] = {}
        self._words: frozenset[bytes] | None = None
        self._read_all = False
        self.unsearched = ""
        """Why a name could not be looked for everywhere, so that it was let pass; else empty. Not safe to show."""
        self._matching: dict[tuple[str, ...], frozenset[str]] = {}

    def data(self, path: str) -> bytes | None:
        """A file's bytes; None where there is no such file. Raises `SourceError` where it cannot be read."""
        if path not in self._data:
            self._data[path] = self._bytes(path) if path in self.snapshot else None
        return self._data[path]

    def strange(self, path: str) -> tuple[Range, ...]:
        """The bytes of a file that are not understood. Raises `SourceError`."""
        if path not in self._strange:
            file = self.file(path)
            self._strange[path] = unknowns(file.data, file.tree, file.items)
        return self._strange[path]

    def file(self, path: str) -> RustFile:
        """What a file says. Raises `SourceError`."""
        return self.files.lookup(path).file

    def matching(self, globs: Sequence[str]) -> frozenset[str]:
        """The files that one of the globs matches. Raises `SourceError`."""
        key = tuple(globs)
        if key not in self._matching:
            try:
                self._matching[key] = frozenset(self.snapshot.match(key)) if key else frozenset()
            except ValueError as error:
                raise SourceError(f"the spec's files cannot be told: {error}") from None
        return self._matching[key]

    def crates(self, path: str) -> tuple[Crate | None, frozenset[str]]:
        """A file's crate, and the crates that the file names, as code and as registries call them."""
        if path not in self._crates:
            file, crate = self.file(path), crate_of(self.snapshot, path)
            spans = [(0, len(file.data))]
            uses = crates_used(file.data, file.tree, crate, spans) if crate else ()
            names = {name for use in uses for name in (use.dependency.name, use.dependency.package)}
            self._crates[path] = crate, frozenset(names)
        return self._crates[path]

    def licence(self, path: str) -> str | None:
        """The SPDX expression that applies to a file. Raises `SourceError`."""
        if path not in self._licences:
            self._licences[path] = licence_of(self.snapshot, path).expression
        return self._licences[path]

    def names(self, path: str) -> frozenset[str]:
        """The identifiers of a file, outside comments and strings."""
        return self.text(path).names

    def text(self, path: str) -> FileText:
        """What the checks take from a file's text."""
        if path not in self._texts:
            text = (self.data(path) or b"").decode("utf-8", "replace")
            read = Read(text)
            self._texts[path] = FileText(read.names, " ".join(read.comments), constants(text))
        return self._texts[path]

    def readmes(self, path: str) -> tuple[str, ...]:
        """What the README of a file's crate and that of the repository say; none that cannot be read."""
        crate, found = self.crates(path)[0], dict[str, str]()
        folders = ("", posixpath.dirname(crate.manifest) if crate else "")
        for readme in (posixpath.join(folder, "README.md") for folder in folders):
            if readme not in found and readme in self.snapshot:
                with suppress(BackspanError):
                    found[readme] = self.snapshot.read(readme).data.decode("utf-8", "replace")
        return tuple(found.values())

    def packages(self, path: str) -> frozenset[str] | None:
        """Crates that a file may use, by manifest and lock file; None where it is of no crate."""
        crate = self.crates(path)[0]
        if crate is None:
            return None
        known = {one.package for one in crate.dependencies.values()} | set(crate.dependencies)
        if crate.lock:
            if crate.lock not in self._locked:
                self._locked[crate.lock] = self._lock_names(crate.lock)
            known |= self._locked[crate.lock]
        return frozenset({*known, crate.name})

    def _lock_names(self, lock: str) -> frozenset[str]:
        with suppress(BackspanError):
            return frozenset(_LOCKED.findall(self.snapshot.read(lock).data.decode("utf-8", "replace")))
        return frozenset()

    def known(self, name: str) -> bool:
        """Whether the repository holds a name anywhere; also where that cannot be told."""
        if name not in self._known:
            self._known[name] = self._search(name)
        return self._known[name]

    def _search(self, name: str) -> bool:
        if len(self._known) >= _FEW:
            every = self._every()
            return every is None or name.encode("utf-8", "replace") in every
        try:
            hits = self.snapshot.grep([name], limit=_HITS)
        except SourceError as error:
            self.unsearched = error.what
            return True
        word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
        return len(hits) >= _HITS or any(word.search(hit.text) for hit in hits)

    def _every(self) -> frozenset[bytes] | None:
        """Every word of the repository's Rust files; None if one of them cannot be read."""
        if not self._read_all:
            self._read_all = True
            try:
                self._words = self._all_words()
            except SourceError as error:
                self._words, self.unsearched = None, error.what
        return self._words

    def _all_words(self) -> frozenset[bytes]:
        paths, found = self.snapshot.files(), set[bytes]()
        self.snapshot.expect(paths)
        for path in paths:
            found.update(_names_in(self.snapshot.read(path).data))
        return frozenset(found)

    def _read(self, path: str) -> tuple[bytes, Tree, Sequence[Item]]:
        data = self.data(path)
        if data is None:
            raise SourceError(f"{shown(path)} is not in {self.snapshot.name}")
        source = SourceFile.of(path, data)
        if source.obstacle:
            raise SourceError(f"{shown(path)} {source.obstacle}")
        tree = parse(data)
        assert tree is not None  # nobody cancels here
        return data, tree, outline(data, tree)


def _names_in(data: bytes) -> Iterator[bytes]:
    """The words of a file, read a piece at a time: a search in one go would stop every other thread as long."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at + _PIECE, at + 4 * _PIECE) + 1 or min(at + 4 * _PIECE, len(data))
        yield from _NAME.findall(data, at, end)
        at = end


class Library:
    """Opens the repositories of a project's records. What is not on this machine is told once."""

    def __init__(self, project: Project, tell: Callable[[str], None], closed: bool = False) -> None:
        """`closed`: there is to be no code, and nothing is told of that."""
        self._project = project
        self._tell = tell
        self._closed = closed
        self.missed = ""
        """Why the code of the block that was asked for last could not be compared, safe to show; else empty."""
        self._used: dict[Origin, tuple[Snapshot, set[str]]] = {}
        """Commits that blocks were taken from and that are here, each with the files that were asked for."""
        self._why: dict[tuple[Path, str | None], str] = {}
        self._opened: dict[Path, Repository] = {}
        self._codes: dict[tuple[Path, str | None], Code | None] = {}
        self._urls: dict[str, str] = {}
        self._told: set[tuple[str, str | None]] = set()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for repository in self._opened.values():
            repository.close()

    def of(self, spec: Spec, block: Block) -> Code | None:
        """The code that a block was taken from; None where it is not here."""
        self.missed = ""
        if self._closed:
            return None
        try:
            code = self._code(spec, block)
        except BackspanError as error:
            self.lacks(block, error)
            return None
        if code is not None and (origin := origin_of(block)) is not None:
            self._used.setdefault(origin, (code.snapshot, set()))[1].update(paths_of(block))
        return code

    def hold(self) -> Iterator[SourceError]:
        """Keep the code of all blocks that were asked for in our clones; gives what stood in the way."""
        for origin, (snapshot, paths) in self._used.items():
            try:
                hold(origin, paths, self._project.root, snapshot)
            except SourceError as error:
                yield error

    def lacks(self, block: Block, error: BackspanError) -> None:
        """Say once of a repository and commit why what needs its code is left out."""
        self.missed = shown(error.what)
        key = (block.repository, block.commit)
        if key not in self._told:
            self._told.add(key)
            at = f" at {block.commit[:12]}" if block.commit else ""
            self._tell(
                f"the code of {shown(block.repository)}{at} cannot be read here, so what compares a record "
                f"with it is left out: {error}"
            )

    def _code(self, spec: Spec, block: Block) -> Code | None:
        path = self._place(spec, block.repository)
        if path is None:
            raise SourceError(
                "the repository is not on this machine", "see 'backspan source add' and 'backspan source map'"
            )
        key = (path, block.commit)
        if key not in self._codes:
            self._codes[key] = None  # whoever asks again after a failure is not told again
            try:
                self._codes[key] = self._opened_at(path, spec, block)
            except BackspanError as error:
                self._why[key] = shown(error.what)
                raise
        self.missed = self._why.get(key, "")
        return self._codes[key]

    def _opened_at(self, path: Path, spec: Spec, block: Block) -> Code:
        repository = self._open(path)
        pinned = (spec.repository.commit, spec.repository.branch) if repository.git_dir else (None, None)
        at = (block.commit, None) if block.commit else pinned
        return Code(repository.snapshot(*at))

    def _open(self, path: Path) -> Repository:
        if path not in self._opened:
            self._opened[path] = open_repository(path)
        return self._opened[path]

    def _place(self, spec: Spec, url: str) -> Path | None:
        """Where a record's repository is. A path is believed only if the spec's own repository is that path."""
        if url == SAMPLE:
            return bundled.crate_dir()
        own = self._project.local_path(spec)
        if own is not None and (url == spec.repository.url or url == self._name_of(spec, own)):
            return own
        return sources.locate(url, self._project.root) if sources.is_url(url) else None

    def _name_of(self, spec: Spec, own: Path) -> str:
        """What records call the spec's repository where the spec gives a path."""
        if spec.repository.url not in self._urls:
            self._urls[spec.repository.url] = self._open(own).url
        return self._urls[spec.repository.url]
