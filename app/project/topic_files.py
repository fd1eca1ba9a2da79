"""One topic's spec, its snapshot, and the files of it that were opened so far, with their syntax.

Everything here may take longer than a screen can wait (git, parsing): call it from a worker thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Tree

from app.base.cancelling import never
from app.errors import SourceError
from app.project.project import Project
from app.project.topics.spec import SAMPLE, Spec
from app.repository.repository import Snapshot
from app.repository.sources import is_url
from app.rust.items import Item, outline
from app.rust.needs.crate_files import CrateFiles, Read
from app.rust.source import SourceFile
from app.rust.syntax import parse


@dataclass(frozen=True, slots=True)
class Opened:
    """One file of the snapshot."""

    source: SourceFile
    blob: str | None
    """Git blob id; none for a plain folder."""


@dataclass(frozen=True, slots=True)
class FileSyntax:
    """One file with its syntax."""

    source: SourceFile
    tree: Tree
    items: tuple[Item, ...]


class TopicFiles:
    """A topic's files, each read and parsed once. Safe to use from several threads."""

    def __init__(self, project: Project, topic: str) -> None:
        """Raises `BackspanError` where the topic has no usable spec, or its repository is not here."""
        self.project = project
        self.topic = topic
        self.spec: Spec = project.spec(topic)
        self.snapshot: Snapshot = project.snapshot(self.spec)
        self._opened: dict[str, Opened] = {}
        self._parsed: dict[str, FileSyntax] = {}
        self._lock = threading.Lock()
        self.crate_files = CrateFiles(lambda path: path in self.snapshot, self._read)
        """What the files' code needs, worked out when first asked for."""

    @property
    def repository(self) -> str:
        """The repository as blocks name it: where this person keeps the clone is nobody else's concern."""
        url = self.spec.repository.url
        return url if url == SAMPLE or is_url(url) else self.snapshot.url

    def sources(self) -> tuple[str, ...]:
        """The files the topic is about, in the order of the spec's globs."""
        return self._sources

    def related(self) -> tuple[str, ...]:
        """The files the lead points to besides."""
        return self._related

    # Every refresh of the coverage asks for them: the snapshot is one moment, so its globs are matched once.

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        return _in_order(self.spec.sources, self.snapshot)

    @cached_property
    def _related(self) -> tuple[str, ...]:
        own = set(self._sources)
        return tuple(path for path in _in_order(self.spec.related, self.snapshot) if path not in own)

    def open(self, path: str) -> Opened:
        """A file of the snapshot. Raises `SourceError` if it is not there or cannot be read."""
        with self._lock:
            known = self._opened.get(path)
        if known is not None:
            return known
        read = self.snapshot.read(path)
        opened = Opened(SourceFile.of(path, read.data), read.blob)
        with self._lock:
            return self._opened.setdefault(path, opened)

    def parsed(self, path: str, cancelled: Callable[[], bool] = never) -> FileSyntax:
        """A file with its syntax. Raises `SourceError`, also if it cannot be annotated."""
        with self._lock:
            known = self._parsed.get(path)
        if known is not None:
            return known
        source = self.open(path).source
        if source.obstacle:
            raise SourceError(f"{path} {source.obstacle}", "choose code from another file")
        tree = parse(source.data, cancelled)
        if tree is None:
            raise SourceError(f"{path}: reading was cancelled")
        return self.keep(FileSyntax(source, tree, outline(source.data, tree)))

    def keep(self, parsed: FileSyntax) -> FileSyntax:
        """Take over what the source pane has parsed already."""
        with self._lock:
            return self._parsed.setdefault(parsed.source.path, parsed)

    def _read(self, path: str) -> Read:
        parsed = self.parsed(path)
        return parsed.source.data, parsed.tree, parsed.items


def _in_order(globs: Sequence[str], snapshot: Snapshot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for glob in globs for path in snapshot.match([glob])))
