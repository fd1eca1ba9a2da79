"""`python -m tests.bench.items_oracle`: the outline of real files, told by rustc, against what backspan lists.

Skips, and says so, without a rustc that tells its tree or without files. Never fails for a difference: it is told.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from app.rust.items import outline
from app.rust.source import SourceFile
from app.rust.syntax import parse
from tests.bench.items_oracle.compare import differences
from tests.bench.items_oracle.rustc import is_unstable, rustc, true_items
from tests.rust.test_items_corpus import rust_files

_Judged = tuple[str, Counter[str], list[str]]
"""A file's name, its counts, and its differences in words."""
_LARGEST = 400_000
"""Bytes of a file above which it is left out: rustc's dump is a hundred times as long."""
_ROWS = {
    "files": "files read",
    "refused": "refused by rustc's parser (files written to fail, templates)",
    "judged": "judged",
    "items": "items in them, by rustc",
    "nested": "of these in modules, impls, traits and foreign blocks",
    "wrong": "missing, made up or wrong, in files that stable Rust takes",
    "wrong files": "such files",
    "unstable": "missing, made up or wrong, in files that need a nightly compiler",
    "unstable files": "such files",
    "broken": "items read right, with an error inside, in files that stable Rust takes or not",
}


def _judge(compiler: str, name: str, data: bytes) -> _Judged:
    counts: Counter[str] = Counter(files=1)
    theirs = true_items(compiler, data)
    tree = parse(data)
    if theirs is None or tree is None:
        counts["refused"] = 1
        return name, counts, []
    ours = outline(data, tree)
    found = list(differences(data, ours, theirs))
    counts.update(judged=1, items=len(theirs), nested=sum(true.parent is not None for true in theirs))
    counts["broken"] = sum(item.broken for item in ours) if not found else 0
    if found:
        kind = "unstable" if is_unstable(compiler, data) else "wrong"
        counts.update({kind: len(found), f"{kind} files": 1})
        found = [f"{kind}: {each}" for each in found]
    return name, counts, found


def _files(folders: Sequence[Path], every: int) -> Iterator[tuple[str, bytes]]:
    """Each `every`th file that can be annotated."""
    for folder in folders:
        for name, data in islice(rust_files(folder), 0, None, every):
            if len(data) <= _LARGEST and not SourceFile.of(name, data).obstacle:
                yield name, data


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.items_oracle", description="Items, judged by rustc."
    )
    corpus = os.environ.get("BACKSPAN_CORPUS")
    parser.add_argument(
        "folders", type=Path, nargs="*", default=[Path(corpus)] if corpus else [], metavar="FOLDER",
        help="folders of bare git repositories or plain trees (default: what BACKSPAN_CORPUS names)",
    )  # fmt: skip
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth file only")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    return parser.parse_args()


def main() -> None:
    """Judge the files and print a table, each difference before it."""
    options = _options()
    compiler = rustc()
    if compiler is None or not options.folders:
        lacking = "rustc tells no syntax tree" if compiler is None else "BACKSPAN_CORPUS names no folder"
        print(f"skipped: {lacking}")
        return
    totals: Counter[str] = Counter()
    with ProcessPoolExecutor(options.jobs) as pool:
        waiting = []
        for name, data in _files(options.folders, options.every):
            waiting.append(pool.submit(_judge, compiler, name, data))
        for each in waiting:
            name, counts, found = each.result()
            totals += counts
            for difference in found:
                print(f"{name}: {difference}", flush=True)
    for key, row in _ROWS.items():
        print(f"| {row} | {totals[key]:,} |")


if __name__ == "__main__":
    main()
