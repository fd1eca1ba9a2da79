"""`python -m tests.bench.checks`: how far the checks are right, and what they cost. Never fails for a bad figure.

`BACKSPAN_CORPUS` names a folder of Rust repositories with their history; without it only faults and speed are told.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench.checks.human import Said, look
from tests.bench.checks.pairs import Pair, commit_pairs, doc_pairs, sampled
from tests.bench.checks.speed import speed
from tests.bench.checks.tables import frequent, human, seeded, wrong
from tests.bench.figures import markdown
from tests.checks.seeded import faults, judge

REPOSITORIES = ("tokio-rs+tokio", "rust-lang+rust-analyzer")
"""Those that the checks were tuned on, but for what was kept aside."""


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.checks", description="The checks, judged.")
    parser.add_argument(
        "--comments", type=int, default=1_000, metavar="N", help="doc comments of a repository, at most"
    )
    parser.add_argument(
        "--commits", type=int, default=6_000, metavar="N", help="latest commits to look through"
    )
    parser.add_argument(
        "--crates", type=Path, metavar="FOLDER", help="crates that no one looked at, one folder each"
    )
    parser.add_argument(
        "--list", action="store_true", help="every error and warning of what was not kept aside"
    )
    parser.add_argument("--no-speed", action="store_true", help="leave out what the checks cost")
    return parser.parse_args()


def main() -> None:
    options = _options()
    corpus = os.environ.get("BACKSPAN_CORPUS")
    if corpus:
        said = _people(Path(corpus), options.comments, options.commits)
        unseen = _unseen(options.crates, options.comments) if options.crates else []
        print(human(said, unseen), "\n")
        tuned = [one for one in said if not one.pair.aside]
        print("### The most frequent findings, all pairs\n")
        print(frequent([*said, *unseen]), "\n")
        if options.list:
            print(wrong(tuned), "\n")
    else:
        print(
            "BACKSPAN_CORPUS names no folder of repositories: people's texts are left out\n", file=sys.stderr
        )
    print(seeded({family: [judge(row) for row in rows] for family, rows in faults().items()}), "\n")
    if not options.no_speed:
        print(markdown(speed(10_000, 15, 500)))


def _people(corpus: Path, comments: int, commits: int) -> list[Said]:
    """What is said of the texts of the repositories that the folder has."""
    found: list[Said] = []
    for name in REPOSITORIES:
        path = corpus / name / "repo" if (corpus / name / "repo").is_dir() else corpus / name
        if not path.is_dir():
            print(f"{name}: not there", file=sys.stderr)
            continue
        start = time.perf_counter()
        pairs = [
            *sampled(doc_pairs(path, name), comments),
            *sampled(commit_pairs(path, name, commits), comments),
        ]
        found += look(pairs)
        print(f"{name}: {len(pairs):,} pairs, {time.perf_counter() - start:.0f} s", file=sys.stderr)
    return found


def _unseen(folder: Path, comments: int) -> Sequence[Said]:
    """What is said of the comments of crates that no one looked at."""
    pairs: list[Pair] = []
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            pairs += sampled(doc_pairs(path, "crates"), 60)
    return look(sampled(pairs, comments))


if __name__ == "__main__":
    main()
