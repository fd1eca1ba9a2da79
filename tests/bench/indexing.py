"""The index of a whole repository: cold and warm beside universal-ctags, a keystroke of a search, standstills.

The repository is the one in BACKSPAN_CORPUS with the most Rust files; without that folder, one is made up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from app.repository.repository import open_repository
from app.rust.syntax import parse
from tests.awkward import big_rust
from tests.bench.figures import Figure, middle, percentile
from tests.bench.workplace import Workplace, python
from tests.corpus import repositories
from tests.gitfixtures import make_repo

MADE_UP = 400
"""Files of the repository that is made up."""
NO_CTAGS = "tree-sitter alone (universal-ctags is not installed)"


def indexing(place: Workplace, runs: int) -> list[Figure]:
    """`runs` times from nothing and from the cache."""
    root = _repository(place)
    files = _extracted(root, place.folder / "extracted")
    ctags = _universal_ctags()
    cold, alone, warm = list[dict[str, object]](), list[dict[str, object]](), list[dict[str, object]]()
    floor = list[float]()
    for run in range(runs):
        cache = place.folder / f"index{run}.sqlite"
        floor.append(_ctags(ctags, files, place) if ctags else _parse_alone(files))
        cold.append(_ours(root, cache, place))
        alone.append(_ours(root, place.folder / f"alone{run}.sqlite", place, "1"))
        warm.append(_ours(root, cache, place))
        warm.append(_ours(root, cache, place))
    least = middle(floor)
    name = "universal-ctags" if ctags else NO_CTAGS
    group = f"Index of a repository: {cold[0]['files']:,} files, {cold[0]['items']:,} items"
    keys = [key for told in warm for key in _seconds(told, "keys")]
    return [
        Figure(group, "cold, one process reading", _middle(alone, "made"), least, name, goal=3.0),
        Figure(group, "cold, two processes reading", _middle(cold, "made"), least, name),
        Figure(group, "warm: all items known", _middle(warm, "made"), least, name, goal=0.1),
        Figure(group, "warm: laid out for searching too", _middle(warm, "ready"), least, name),
        Figure(group, "symbol search, a keystroke: median", middle(keys)),
        Figure(group, "symbol search, a keystroke: 95 of 100 within", percentile(keys, 0.95), goal=0.016),
        Figure(group, "symbol search, a keystroke: longest", max(keys)),
        Figure(group, "longest stall while indexing, cold", _stall(cold, "making"), goal=0.015),
        Figure(group, "longest stall while indexing, warm", _stall(warm, "making"), goal=0.015),
        Figure(group, "longest stall while searching", _stall(warm, "searching"), goal=0.015),
        Figure(group, "longest stall with nothing to do", _stall(cold + warm, "nothing")),
    ]


def _repository(place: Workplace) -> Path:
    if not os.environ.get("BACKSPAN_CORPUS"):
        root = place.folder / "made-up"
        make_repo(root, {f"src/m{n}.rs": big_rust(300 + n) for n in range(MADE_UP)}, bare=True)
        return root

    def count(path: Path) -> int:
        with open_repository(path) as repository:
            return len(repository.snapshot().files())

    return max(repositories(), key=count)


def _extracted(root: Path, folder: Path) -> list[Path]:
    """The repository's Rust files, as files: what other programs read."""
    found: list[Path] = []
    with open_repository(root) as repository:
        snapshot = repository.snapshot()
        for name in snapshot.files():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(snapshot.read(name).data)
            found.append(path)
    return found


def _universal_ctags() -> str:
    """The program; empty if there is none, or only another ctags."""
    program = shutil.which("universal-ctags") or shutil.which("ctags") or ""
    if not program:
        return ""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return program if said.startswith("Universal Ctags") else ""


def _ctags(program: str, files: list[Path], place: Workplace) -> float:
    listed = place.folder / "files.txt"
    listed.write_text("\n".join(map(str, files)))
    out = place.folder / "tags"
    start = time.perf_counter()
    subprocess.run(
        [program, "--options=NONE", "--languages=Rust", "-L", str(listed), "-f", str(out)],
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def _parse_alone(files: list[Path]) -> float:
    start = time.perf_counter()
    for path in files:
        parse(path.read_bytes())
    return time.perf_counter() - start


def _ours(root: Path, cache: Path, place: Workplace, *helpers: str) -> dict[str, object]:
    result = place.folder / "indexing.json"
    subprocess.run(
        python("indexing", str(root), str(cache), str(result), *helpers), env=dict(place.env), check=True
    )
    told: dict[str, object] = json.loads(result.read_text())
    return told


def _seconds(told: dict[str, object], name: str) -> list[float]:
    values = told[name]
    assert isinstance(values, list)
    return [float(value) for value in values]


def _middle(runs: list[dict[str, object]], name: str) -> float:
    return middle(float(str(told[name])) for told in runs)


def _stall(runs: list[dict[str, object]], phase: str) -> float:
    """The middle one of the runs' longest."""
    found: list[float] = []
    for told in runs:
        stalls = told["stalls"]
        assert isinstance(stalls, dict)
        found.append(float(stalls.get(phase, 0.0)))
    return middle(found)
