"""`python -m tests.bench.closure`: which imports items need, told by rustc, against what is proposed.

What rustc told is kept in the cache folder; scoring it again takes a minute. Never fails for a low score.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.errors import BackspanError
from tests.bench.closure.compiling import CACHE, Crate, find_crates
from tests.bench.closure.corpus import BEGIN_WITH, WITHOUT, is_development
from tests.bench.closure.misses import misses, page
from tests.bench.closure.score import Judged, Score, judge, scored
from tests.bench.closure.tables import SPLITS, by_crate, totals
from tests.bench.closure.truth import truth_of


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.closure", description="Imports, judged by rustc."
    )
    corpus = os.environ.get("BACKSPAN_CORPUS")
    parser.add_argument(
        "--crates", type=Path, default=Path(corpus) if corpus else None, metavar="FOLDER",
        help="a directory source, one folder a crate (default: what BACKSPAN_CORPUS names)",
    )  # fmt: skip
    parser.add_argument("--cache", type=Path, default=CACHE, help=f"where truth is kept (default: {CACHE})")
    parser.add_argument("--only", nargs="*", default=(), metavar="NAME", help="score these crates only")
    parser.add_argument(
        "--stored", action="store_true", help="ask rustc nothing: only crates with stored truth"
    )
    parser.add_argument("--development", action="store_true", help="leave out the crates never looked at")
    parser.add_argument(
        "--misses", type=Path, metavar="FILE", help="write misses of development crates there"
    )
    parser.add_argument("--list", action="store_true", help="a table of every crate as well")
    options = parser.parse_args()
    if options.crates is None:
        parser.error("--crates or BACKSPAN_CORPUS has to name a folder of crates")
    return options


def _chosen(options: argparse.Namespace) -> list[Crate]:
    """The crates to score, those for development first."""
    crates = [
        crate
        for crate in find_crates(options.crates, options.cache, BEGIN_WITH)
        if crate.name not in WITHOUT
        and (not options.only or crate.name in options.only)
        and (not options.development or is_development(crate.name))
        and (not options.stored or (options.cache / "imports" / f"{crate.key}.json").exists())
    ]
    return sorted(crates, key=lambda crate: (not is_development(crate.name), crate.key))


def _scores(crates: Sequence[Crate], cache: Path) -> tuple[dict[str, Score], list[Judged], list[str]]:
    """Scores by crate, what was judged in development crates, and the crates without truth."""
    scores: dict[str, Score] = {}
    seen: list[Judged] = []
    without: list[str] = []
    for crate in crates:
        truth = truth_of(crate, cache)
        if truth is None:
            without.append(crate.key)
            continue
        judged, conditional = judge(crate, truth)
        scores[crate.key] = scored(judged, conditional)
        if is_development(crate.name):
            seen += judged
    return scores, seen, without


def _print(scores: Mapping[str, Score], crates: Sequence[Crate], every: bool) -> None:
    names = {crate.key: crate.name for crate in crates}
    split = {
        name: {
            key: score for key, score in scores.items() if is_development(names[key]) == seen and score.items
        }
        for name, seen in SPLITS.items()
    }
    print(totals(split))
    for name, listed in split.items() if every else ():
        print(f"\n### {name.capitalize()}\n\n{by_crate(listed)}")


def main() -> None:
    """Score what is stored, ask rustc for what is not, print the tables."""
    options = _options()
    began = time.monotonic()
    try:
        crates = _chosen(options)
        scores, seen, without = _scores(crates, options.cache)
    except BackspanError as error:
        sys.exit(str(error))
    _print(scores, crates, options.list)
    if options.misses is not None:
        options.misses.write_text(page(misses(seen)), "utf-8")
    if without:
        print(f"\nNo truth for {len(without)}: {', '.join(without)}")
    print(f"\n{time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
