"""What is proposed for every item of three of svix-server's files, as it was read and judged by hand.

The golden file holds names only. It is made anew with `BACKSPAN_GOLDEN=write BACKSPAN_CORPUS=… pytest -m corpus`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import SourceError
from app.repository.repository import Snapshot, open_repository
from app.rust.items import Item, outline
from app.rust.needs.closure import helpers
from app.rust.needs.file import RustFile
from app.rust.needs.imports import propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.needs.modules import module_files, module_path
from app.rust.syntax import parse
from tests.corpus import needs_corpus, repositories

COMMIT = "4fc0cfb8b426c87ef7e2b937e7d896a71d456a47"
FOLDER = "server/svix-server/src/"
FILES = ("worker.rs", "expired_message_cleaner.rs", "core/retry.rs")
GOLDEN = Path(__file__).parent / "golden" / "svix.txt"


class Crate:
    """The files of the crate, opened once each."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._there = frozenset(snapshot.files())
        self._opened: dict[str, RustFile] = {}

    def open(self, file: str) -> RustFile:
        if file not in self._opened:
            data = self._snapshot.read(file).data
            tree = parse(data)
            assert tree is not None
            path = tuple(name.encode() for name in module_path(file)[1])
            self._opened[file] = RustFile(data, tree, outline(data, tree), self._module, path)
        return self._opened[file]

    def _module(self, path: tuple[bytes, ...]) -> RustFile | None:
        files = module_files(FOLDER.rstrip("/"), tuple(name.decode() for name in path))
        return next((self.open(file) for file in files if file in self._there), None)


def snapshot() -> Iterator[Snapshot]:
    for path in repositories():
        with open_repository(path) as repository:
            try:
                yield repository.snapshot(COMMIT)
            except SourceError:
                continue


def told(lookup: Lookup, item: Item) -> Iterator[str]:
    """The lines about one item."""
    spans = [(item.start, item.end)] + ([item.wrap.head] if item.wrap is not None else [])
    found = propose_imports(lookup, spans)
    yield f"  {item.path}"
    for certainty in ("certain", "likely"):
        names = sorted(each.name for one in found for each in one.names if each.certainty == certainty)
        if names:
            yield f"    import, {certainty}: {', '.join(names)}"
    for helper in helpers(lookup, spans):
        if helper.tier != 2:
            yield f"    helper {helper.rank}, {helper.certainty}: {helper.item.path} ({helper.reason})"
    abroad = [each for each in helpers(lookup, spans) if each.tier == 2]
    if abroad:
        names = sorted(f"{'::'.join(n.decode() for n in one.module)} {one.item.path}" for one in abroad)
        yield f"    in other files: {'; '.join(names)}"


@needs_corpus
@pytest.mark.corpus
def test_what_is_proposed_for_svix() -> None:
    taken = next(snapshot(), None)
    if taken is None:
        pytest.skip(f"BACKSPAN_CORPUS holds no repository with the commit {COMMIT[:8]}")
    crate = Crate(taken)
    lines: list[str] = []
    for file in FILES:
        lookup = Lookup(crate.open(FOLDER + file))
        lines.append(file)
        for item in lookup.file.items:
            if not item.test and item.kind not in ("use_declaration", "extern_crate_declaration", "mod_item"):
                lines += told(lookup, item)
    text = "\n".join(lines) + "\n"
    if os.environ.get("BACKSPAN_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
