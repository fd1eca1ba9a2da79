"""What the code of one item needs, beside the parse of its file: imports and helpers, once the file's facts are known.

Files are the largest Rust files of the repositories in BACKSPAN_CORPUS; without that folder, those of the sample crate.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator

from app.project import bundled
from app.repository.repository import open_repository
from app.rust.items import Item, outline
from app.rust.needs.closure import closure, helpers
from app.rust.needs.file import RustFile
from app.rust.needs.imports import propose_imports
from app.rust.needs.lookup import Lookup
from app.rust.syntax import parse
from tests.bench.figures import Figure, middle, percentile
from tests.corpus import repositories

FILES = 12
"""Files of each repository, the largest ones up to `LARGEST` bytes."""
LARGEST = 200_000


def proposals(runs: int) -> list[Figure]:
    """Each item outside tests of each file, `runs` times after a first time that is counted apart."""
    first, later, tree, shares, parses = (list[float]() for _ in range(5))
    for data in _files():
        parsed = middle([_parse(data) for _ in range(3)])
        root = parse(data)
        assert root is not None
        items = outline(data, root)
        spans = [_spans(item) for item in items if not item.test]
        lookup = Lookup(RustFile(data, root, items))
        parses.append(parsed)
        gc.collect()
        for span in spans:
            first.append(_proposal(lookup, span))
        for _ in range(runs):
            own = [_proposal(lookup, span) for span in spans]
            later += own
            shares += [took / parsed for took in own]
        tree += [_tree(lookup, span) for span in spans]
    group = f"What one item needs: {len(parses)} files, {len(first):,} items"
    share = middle(shares) * middle(parses)
    return [
        Figure(
            group,
            "a proposal, the file's facts known: median",
            share,
            middle(parses),
            "parse of the file",
            goal=0.02,
        ),
        Figure(group, "the same: 95 of 100 within", percentile(later, 0.95), goal=0.005),
        Figure(
            group, "a proposal for the first time: median", middle(first), middle(parses), "parse of the file"
        ),
        Figure(group, "a proposal for the first time: 95 of 100 within", percentile(first, 0.95), goal=0.005),
        Figure(group, "the tree of all that is needed: 95 of 100 within", percentile(tree, 0.95)),
    ]


def _spans(item: Item) -> list[tuple[int, int]]:
    return [(item.start, item.end), *([item.wrap.head] if item.wrap is not None else [])]


def _files() -> Iterator[bytes]:
    if not os.environ.get("BACKSPAN_CORPUS"):
        yield from (path.read_bytes() for path in sorted((bundled.crate_dir() / "src").glob("*.rs")))
        return
    for path in repositories():
        with open_repository(path) as repository:
            snapshot = repository.snapshot()
            named = [name for name in snapshot.files() if "/src/" in name]
            read = (snapshot.read(name).data for name in named[:: max(1, len(named) // 400)])
            sized = sorted((data for data in read if len(data) <= LARGEST), key=len, reverse=True)
        yield from sized[:FILES]


def _parse(data: bytes) -> float:
    began = time.perf_counter()
    parse(data)
    return time.perf_counter() - began


def _proposal(lookup: Lookup, spans: list[tuple[int, int]]) -> float:
    began = time.perf_counter()
    propose_imports(lookup, spans)
    helpers(lookup, spans)
    return time.perf_counter() - began


def _tree(lookup: Lookup, spans: list[tuple[int, int]]) -> float:
    began = time.perf_counter()
    closure(lookup, spans)
    return time.perf_counter() - began
