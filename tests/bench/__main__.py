"""`python -m tests.bench`: measure, tell, and keep the figures in .bench/latest.json. Never fails for being slow."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import (
    indexing,
    journals,
    keys,
    lists,
    opening,
    overview,
    proposing,
    queue,
    reviewing,
    saving,
    writing,
)
from tests.bench.checks.live import live
from tests.bench.checks.screen import screen
from tests.bench.figures import Figure, markdown, plain, table
from tests.bench.pty import GaveUpError
from tests.bench.workplace import REPOSITORY, Workplace

Part = Callable[[Workplace, bool], list[Figure]]


def _starting(place: Workplace, quick: bool) -> list[Figure]:
    return opening.first_paint(place, 3 if quick else 7)


def _opening(place: Workplace, quick: bool) -> list[Figure]:
    sizes = (1_000, 10_000) if quick else (1_000, 10_000, 100_000)
    return opening.files(place, sizes, 3 if quick else 4)


def _keys(place: Workplace, quick: bool) -> list[Figure]:
    return keys.moves(place, (1_000, 10_000) if quick else (1_000, 100_000), 30 if quick else 90)


def _writing(place: Workplace, quick: bool) -> list[Figure]:
    return writing.typing(place, 30 if quick else 90, 3 if quick else 10)


def _memory(place: Workplace, quick: bool) -> list[Figure]:
    return opening.weight(place, 10_000 if quick else 100_000, 1 if quick else 2)


def _saving(place: Workplace, quick: bool) -> list[Figure]:
    return saving.saves(place, 30 if quick else 100)


def _journals(place: Workplace, quick: bool) -> list[Figure]:
    return journals.journals(place, 5_000 if quick else 100_000, 3 if quick else 5, 30 if quick else 200)


def _indexing(place: Workplace, quick: bool) -> list[Figure]:
    return indexing.indexing(place, 1 if quick else 3)


def _proposing(_place: Workplace, quick: bool) -> list[Figure]:
    return proposing.proposals(1 if quick else 5)


def _checks(_place: Workplace, quick: bool) -> list[Figure]:
    return [
        *live(1_000 if quick else 10_000, 15 if quick else 60, 40 if quick else 300),
        *screen(20 if quick else 40, 2 if quick else 5),
    ]


def _lists(_place: Workplace, quick: bool) -> list[Figure]:
    return lists.lists(10_000 if quick else 100_000)


def _queue(_place: Workplace, quick: bool) -> list[Figure]:
    return queue.queue(10_000 if quick else 100_000)


def _review(place: Workplace, quick: bool) -> list[Figure]:
    return reviewing.verdicts(place, 20 if quick else 60)


def _overview(_place: Workplace, quick: bool) -> list[Figure]:
    return overview.overview(10_000 if quick else 100_000)


PARTS: dict[str, Part] = {
    "start": _starting,
    "open": _opening,
    "keys": _keys,
    "write": _writing,
    "memory": _memory,
    "save": _saving,
    "journals": _journals,
    "lists": _lists,
    "queue": _queue,
    "overview": _overview,
    "review": _review,
    "index": _indexing,
    "needs": _proposing,
    "checks": _checks,
}


def measure(names: Sequence[str], quick: bool) -> list[Figure]:
    """The figures of the named parts, in the order of `PARTS`; a part that cannot be measured says why."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="backspan-bench-") as folder:
        place = Workplace.make(Path(folder))
        for name, part in PARTS.items():
            if name not in names:
                continue
            began = time.perf_counter()
            try:
                figures += part(place, quick)
            except GaveUpError as error:
                print(f"{name}: gave up: {error}", file=sys.stderr)
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Speed as ratios, side by side."
    )
    parser.add_argument(
        "--quick", action="store_true", help="fewer runs, no file of 100,000 lines or revisions"
    )
    parser.add_argument(
        "--markdown", action="store_true", help="print the tables as docs/benchmarks.md has them"
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)} (default: all)")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    busy = os.getloadavg()[0]
    figures = measure(options.parts or list(PARTS), options.quick)
    print(markdown(figures) if options.markdown else table(figures))
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load at the start {busy:.1f}"
    print(f"\n{machine}. Medians; a quiet gap of 60 ms ends an answer and is in no figure.")
    _keep(figures, machine)


def _keep(figures: Sequence[Figure], machine: str) -> None:
    folder = REPOSITORY / ".bench"
    folder.mkdir(exist_ok=True)
    text = json.dumps({"machine": machine, "figures": plain(figures)}, indent=1)
    (folder / "latest.json").write_text(text.replace("NaN", "null") + "\n", "utf-8")


if __name__ == "__main__":
    main()
