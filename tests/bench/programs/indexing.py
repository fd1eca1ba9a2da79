"""The index in a process with a pulse, as a workstation has it. indexing.py ROOT CACHE RESULT [HELPERS]

Makes the index of the repository in ROOT with the cache CACHE, then types symbols into it, each search in a thread.
HELPERS processes read, as many as usual unless said. RESULT gets seconds: `made` (until every item is known), `ready`
(until it can be searched), `keys` (a keystroke each), and the longest standstill of the loop while it did `nothing`,
while `making` and while `searching`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from pathlib import Path

from app.repository.index.building import build_index
from app.repository.index.cache import IndexCache
from app.repository.index.codebase import Codebase
from app.repository.index.symbol_search import SymbolSearch

BEAT = 0.001
QUERIES = (
    "completion_context",
    "SyntaxNode::text",
    "fn resolve name",
    "struct Con",
    "impl Drop",
    "gotodef",
    "rqh",
)


class Work:
    """What is measured, in a thread of its own."""

    def __init__(self, root: Path, cache: Path, helpers: int | None) -> None:
        self.root, self.cache, self.helpers = root, cache, helpers
        self.phase = "nothing"
        self.made = self.ready = 0.0
        self.keys: list[float] = []
        self.files = self.items = 0

    def run(self) -> None:
        time.sleep(0.5)  # the loop's own standstills, with nothing to do
        code = Codebase.at(self.root)  # a workstation has opened it long before
        self.phase = "making"
        start = time.perf_counter()
        cache = IndexCache(self.cache)
        index = build_index(code, cache, helpers=self.helpers)
        assert index is not None
        self.made = time.perf_counter() - start
        search = SymbolSearch(index).prepare()
        self.ready = time.perf_counter() - start
        self.files, self.items = len(index.files), len(index)
        cache.close()
        self.phase = "searching"
        for query in QUERIES:
            for typed in range(1, len(query) + 1):
                start = time.perf_counter()
                search.search(query[:typed])
                self.keys.append(time.perf_counter() - start)
                time.sleep(0.01)
        self.phase = "done"


async def pulse(work: Work) -> dict[str, float]:
    """The longest time between two beats, a phase each."""
    longest: dict[str, float] = {}
    before = time.perf_counter()
    while work.phase != "done":
        await asyncio.sleep(BEAT)
        now = time.perf_counter()
        longest[work.phase] = max(longest.get(work.phase, 0.0), now - before - BEAT)
        before = now
    return longest


def main() -> None:
    work = Work(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[4]) if len(sys.argv) > 4 else None)
    thread = threading.Thread(target=work.run, daemon=True)
    thread.start()
    stalls = asyncio.run(pulse(work))
    thread.join()
    told = {
        "made": work.made,
        "ready": work.ready,
        "keys": work.keys,
        "files": work.files,
        "items": work.items,
    }
    Path(sys.argv[3]).write_text(json.dumps({**told, "stalls": stalls}))


if __name__ == "__main__":
    main()
