"""What people wrote, with the code: doc comments with their items, commit messages with what they changed."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.checks.reading import code_of
from app.errors import SourceError
from app.repository.repository import open_repository
from app.rust.items import Item, outline
from app.rust.syntax import parse
from tests.bench.checks.cleaning import clean_doc, clean_message, points_elsewhere

LINES = (3, 150)
"""Lines of code that a pair must have, least and most."""
LARGE = 3_000
"""Commits from which on a repository counts as large."""
_KINDS = frozenset(
    {"function_item", "struct_item", "enum_item", "trait_item", "function_signature_item", "macro_definition"}
)
_DOC = re.compile(r"^[ \t]*///(?!/).*$", re.MULTILINE)
_HUNK = re.compile(r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class Pair:
    """A text that a person wrote, and the code it is about."""

    repository: str
    kind: str
    """`doc` or `commit`."""
    where: str
    """File and item, or commit."""
    text: str
    block: str
    names: frozenset[str]
    """Identifiers of the file."""

    @property
    def aside(self) -> bool:
        """Whether it was kept aside while the checks were tuned: every third, by the text's hash."""
        return _mark(self.text) % 3 == 0

    @property
    def pointing(self) -> bool:
        """Whether it names a URL or an issue's number."""
        return points_elsewhere(self.text)


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:6], "big")


def sampled(pairs: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many, each text once, chosen by hash so that no one chooses."""
    once: dict[str, Pair] = {}
    for pair in pairs:
        once.setdefault(pair.text, pair)
    return sorted(once.values(), key=lambda pair: _mark("order " + pair.text))[:most]


def doc_pairs(path: Path, name: str) -> Iterator[Pair]:
    """Every documented item outside tests, without its lead, and its comment's prose."""
    with open_repository(path) as repository:
        snapshot = repository.snapshot()
        for file in snapshot.files():
            if not file.endswith(".rs"):
                continue
            try:
                data = snapshot.read(file).data
            except SourceError:
                continue
            if b"///" in data:
                yield from _documented(data, file, name)


def _documented(data: bytes, file: str, name: str) -> Iterator[Pair]:
    names = code_of(data.decode("utf-8", "replace")).names
    for item in _items(data):
        lead = data[item.start : item.name_start].decode("utf-8", "replace")
        text = clean_doc("\n".join(_DOC.findall(lead))) if item.kind in _KINDS and not item.test else ""
        if text:
            code = data[item.name_start : item.end].decode("utf-8", "replace").strip()
            if _fits(code):
                yield Pair(name, "doc", f"{file} {item.path}", text, code, names)


def commit_pairs(path: Path, name: str, most: int) -> Iterator[Pair]:
    """The latest commits of one or two Rust files, each with the item that most of its new lines are in."""
    command = ["git", "-C", str(path), "log", "--no-merges", f"-{most}", "-U0", "-p", "--diff-filter=AM"]
    command += [
        "--no-color",
        "--no-ext-diff",
        "--no-renames",
        "--format=%x01%H%x02%an%x02%B%x02",
        "--",
        "*.rs",
    ]
    done = subprocess.run(command, capture_output=True, check=True)
    for entry in done.stdout.decode("utf-8", "replace").split("\x01")[1:]:
        commit, author, message, patch = entry.split("\x02", 3)
        text = "" if "bot" in author.casefold() or "bors" in author else clean_message(message)
        place = _largest(patch) if text else None
        if place is not None:
            yield from _changed(path, name, commit, text, *place)


def _largest(patch: str) -> tuple[str, int, int] | None:
    """File, first line (0-based) and number of lines of the largest hunk; None for more than two files."""
    files = re.findall(r"^\+\+\+ b/(.*)$", patch, re.MULTILINE)
    if not 1 <= len(files) <= 2:
        return None
    best: tuple[int, str, int] = (0, "", 0)
    file = ""
    for line in patch.split("\n"):
        if line.startswith("+++ b/"):
            file = line[6:]
        elif hunk := _HUNK.match(line):
            best = max(best, (int(hunk[2] or 1), file, int(hunk[1]) - 1))
    return (best[1], best[2], best[0]) if best[0] else None


def _changed(
    path: Path, name: str, commit: str, text: str, file: str, first: int, count: int
) -> Iterator[Pair]:
    done = subprocess.run(
        ["git", "-C", str(path), "show", f"{commit}:{file}"], capture_output=True, check=False
    )
    data = done.stdout
    starts = [0, *(match.end() for match in re.finditer(rb"\n", data))]
    if done.returncode or first + count >= len(starts):
        return
    start, end = starts[first], starts[first + count]
    around = [
        item
        for item in _items(data)
        if item.kind in _KINDS
        and not item.test
        and min(item.end, end) - max(item.start, start) > (end - start) // 2
    ]
    if around:
        item = min(around, key=lambda one: one.end - one.start)
        code = data[item.start : item.end].decode("utf-8", "replace").strip()
        if _fits(code):
            names = code_of(data.decode("utf-8", "replace")).names
            yield Pair(name, "commit", commit[:12], text, code, names)


def _items(data: bytes) -> tuple[Item, ...]:
    tree = parse(data)
    return () if tree is None else outline(data, tree)


def _fits(code: str) -> bool:
    return LINES[0] <= code.count("\n") + 1 <= LINES[1]
