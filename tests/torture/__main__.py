"""`python -m tests.torture`: kill the workstation many times, and say what that cost; exit status 1 if anything."""

from __future__ import annotations

import argparse
import math
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.torture.report import table, told
from tests.torture.rounds import Result, play_chain
from tests.torture.writers import crowd

SHOWN = 9
"""Lines shown of a round that went wrong; the rest, whole screens, is in a file."""
LINK = 20
"""Rounds on one project at most: enough for a journal to grow, few enough to replay."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the rounds that were asked for; gives the exit status."""
    options = _options(arguments)
    seeds = range(options.seed, options.seed + options.rounds)
    print(f"{options.rounds} rounds, seeds {seeds.start} to {seeds.stop - 1}, {options.jobs} at a time")
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="torture-", dir=options.folder))
    results: list[Result] = []
    for result in _play(folder, seeds, options):
        results.append(result)
        if not result.good:
            with (folder / "told.txt").open("a", encoding="utf-8") as file:
                file.write(told(result) + "\n")
            print("\n".join(told(result).splitlines()[:SHOWN]), flush=True)
        elif len(results) % 50 == 0:
            print(f"{len(results)} rounds, {time.monotonic() - began:.0f} s", flush=True)
    print(table(results))
    print(f"{len(results)} rounds in {time.monotonic() - began:.0f} s")
    bad = len(results) != options.rounds or not all(result.good for result in results)
    if options.writers and options.rounds != 1:
        print(f"{options.writers} processes save {options.saves} times each into one journal", flush=True)
        found = crowd(folder / "crowd", options.writers, options.saves, merged=1000)
        print(found)
        bad = bad or not found.good
    if bad:
        print(f"What was left on disk: {folder}")
    else:
        shutil.rmtree(folder)
    return int(bad)


def _play(folder: Path, seeds: range, options: argparse.Namespace) -> Iterator[Result]:
    link = min(LINK, math.ceil(len(seeds) / options.jobs))
    chains = [seeds[at : at + link] for at in range(0, len(seeds), link)]
    if options.jobs == 1:
        for chain in chains:
            yield from play_chain(folder / str(chain.start), chain, options.longest)
        return
    spawn = multiprocessing.get_context("spawn")  # a fork would hand on terminals that others wait for
    with ProcessPoolExecutor(options.jobs, mp_context=spawn) as pool:
        waiting = [
            pool.submit(play_chain, folder / str(chain.start), chain, options.longest) for chain in chains
        ]
        for done in as_completed(waiting):
            yield from done.result()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument(
        "--seed", type=int, help="the first round's; with --rounds 1 it is played again alone"
    )
    parser.add_argument("--jobs", type=int, default=2, help="rounds at a time, each on a project of its own")
    parser.add_argument("--longest", type=float, default=3.0, help="seconds of typing in a round at most")
    parser.add_argument("--folder", help="where projects are made; on a disk, not in memory")
    parser.add_argument(
        "--writers", type=int, default=16, help="processes that write one journal at the end; or 0"
    )
    parser.add_argument("--saves", type=int, default=500, help="what each of them saves")
    options = parser.parse_args(arguments)
    if options.seed is None:
        options.seed = int(time.time()) % 10_000_000 * 100
    return options


if __name__ == "__main__":
    sys.exit(main())
