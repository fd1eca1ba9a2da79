"""`python -m tests.monkey`: random hands for a long while, and what they found; exit status 1 if anything."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.monkey.trouble import Walk
from tests.monkey.walk import walk_alone
from tests.monkey.wire import walk_the_wire

LEAST_GROWTH = 60 << 10
"""Kilobytes that a process may grow by in any case between a quarter of its walk and its end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk; gives the exit status."""
    options = _options(arguments)
    seeds = range(options.seed, options.seed + options.seeds)
    each = options.events // options.seeds
    print(
        f"{options.events} events, seeds {seeds.start} to {seeds.stop - 1}, {options.jobs} at a time",
        flush=True,
    )
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="monkey-", dir=options.folder))
    with ProcessPoolExecutor(
        options.jobs, multiprocessing.get_context("spawn"), max_tasks_per_child=1
    ) as pool:
        walks = list(
            pool.map(
                walk_the_wire if options.wire else walk_alone,
                seeds,
                [each] * len(seeds),
                [folder / str(seed) for seed in seeds],
            )
        )
    for done in walks:
        _tell(done, " --wire" if options.wire else "")
    kinds = Counter(trouble.kind for done in walks for trouble in done.troubles)
    total = sum(done.events for done in walks)
    print(f"{total} events in {time.monotonic() - began:.0f} s: {dict(kinds) or 'nothing went wrong'}")
    bad = bool(kinds) or any(grown(done.memory) for done in walks)
    print(f"What was left on disk: {folder}")
    return int(bad)


def grown(memory: Sequence[int]) -> bool:
    """Whether memory, in kilobytes after each run, did not come to rest: half as much again since the first quarter."""
    if len(memory) < 4:
        return False
    first, last = memory[len(memory) // 4], memory[-1]
    return last - first > max(first // 2, LEAST_GROWTH)


def _tell(done: Walk, wire: str) -> None:
    print(
        f"seed {done.seed}: {done.events} events in {done.runs} runs, {done.appended} appended to the journal"
    )
    megabytes = [kilobytes >> 10 for kilobytes in done.memory]
    print(
        f"  memory by run, in MB: {megabytes}{' GROWS' if grown(done.memory) else ''}; {done.screens} screens kept"
    )
    print(f"  screens: {', '.join(f'{name} {count}' for name, count in sorted(done.visited.items()))}")
    for trouble in done.troubles:
        first = trouble.told.splitlines()[0][:150]
        print(f"  {trouble.kind} before event {trouble.event}: {first}\n    {trouble.path}")
    if done.troubles:
        print(f"  again: python -m tests.monkey --seed {done.seed} --seeds 1 --events {done.events}{wire}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--events", type=int, default=100_000, help="of all seeds together")
    parser.add_argument("--seed", type=int, default=1, help="the first")
    parser.add_argument("--seeds", type=int, default=4, help="how many, each a process")
    parser.add_argument("--jobs", type=int, default=2, help="processes at a time")
    parser.add_argument("--wire", action="store_true", help="at a real terminal, byte by byte")
    parser.add_argument("--folder", type=Path, help="where to work (default: the folder for temporary files)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
