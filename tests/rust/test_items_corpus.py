"""The outline on all the real Rust in BACKSPAN_CORPUS, judged by parsing again and by the bytes.

Run with `BACKSPAN_CORPUS=/a/folder pytest -m corpus -s`: its subfolders are bare git repositories or plain trees.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.rust.items import Item, outline
from app.rust.syntax import parse

BEFORE = b"const _: () = ();\n\n"
"""Stands before an item that is parsed alone, so that its lead is not taken for a file's licence header."""


def rust_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of every `.rs` file below the corpus' folder, out of git where there is no work tree."""
    bare = sorted(head.parent for head in root.glob("**/HEAD") if (head.parent / "objects").is_dir())
    for repository in (each for each in bare if each.name != ".git"):
        yield from _git_files(repository)
    for path in sorted(root.glob("**/*.rs")):
        if path.is_file() and not path.is_symlink():
            yield str(path), path.read_bytes()


def _git_files(repository: Path) -> Iterator[tuple[str, bytes]]:
    git = ["git", "-C", str(repository)]
    listed = subprocess.run([*git, "ls-tree", "-rz", "HEAD"], capture_output=True, check=True).stdout
    entries = [entry.split(b"\t", 1) for entry in listed.split(b"\0") if entry.endswith(b".rs")]
    names = [(about.split()[2], path) for about, path in entries if about.startswith(b"100")]
    with subprocess.Popen(
        [*git, "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        for blob, path in names:
            process.stdin.write(blob + b"\n")
            process.stdin.flush()
            size = int(process.stdout.readline().split()[2])
            data = process.stdout.read(size)
            process.stdout.read(1)
            yield f"{repository}:{os.fsdecode(path)}", data


def read_outline(data: bytes) -> tuple[Item, ...]:
    tree = parse(data)
    assert tree is not None
    return outline(data, tree)


def faults(data: bytes) -> Iterator[str]:
    """What is wrong with the outline of a file."""
    items = read_outline(data)
    ends = [len(data)]
    last = 0
    for item in items:
        while item.start >= ends[-1] and len(ends) > 1:
            ends.pop()
        if not (last <= item.start <= item.name_start < item.end <= ends[-1]):
            yield f"overlap {item.path}"
        last = item.start
        ends.append(item.end)
    if len({item.path for item in items}) != len(items):
        yield "two items share a path"
    if not _is_broken(data):  # what stands alone next to an error is anybody's guess
        yield from (f"alone {item.path}" for item in items if not _stands_alone(data, item))
    yield from _crlf_faults(data)


def _is_broken(data: bytes) -> bool:
    """Whether the file has an error outside its items."""
    tree = parse(data)
    assert tree is not None
    return any(node.is_error or node.is_missing for node in [tree.root_node, *tree.root_node.children])


def _stands_alone(data: bytes, item: Item) -> bool:
    """Whether a whole top-level item parses alone to one item with its lead and trail."""
    if item.broken or item.parent is not None:
        return True
    text = BEFORE + data[item.start : item.end]
    alone = [each for each in read_outline(text) if each.parent is None][1:]
    return [(each.kind, each.start, each.end) for each in alone] == [(item.kind, len(BEFORE), len(text))]


def _crlf_faults(data: bytes) -> Iterator[str]:
    unix = data.replace(b"\r\n", b"\n")
    dos = unix.replace(b"\n", b"\r\n")
    ours = [
        (item.path, item.kind, item.test, item.broken, unix[item.start : item.end])
        for item in read_outline(unix)
    ]
    theirs = [
        (item.path, item.kind, item.test, item.broken, dos[item.start : item.end].replace(b"\r\n", b"\n"))
        for item in read_outline(dos)
    ]
    if ours != theirs:
        first = next((a, b) for a, b in zip([*ours, None], [*theirs, None], strict=False) if a != b)
        yield f"carriage returns change {first}"


@pytest.mark.corpus
def test_every_outline_is_sound() -> None:
    folder = os.environ.get("BACKSPAN_CORPUS")
    if not folder:
        pytest.skip("set BACKSPAN_CORPUS to a folder of Rust repositories")
    begun = time.perf_counter()
    counts: Counter[str] = Counter()
    found: list[str] = []
    for name, data in rust_files(Path(folder)):
        items = read_outline(data)
        counts.update(files=1, items=len(items), broken=sum(item.broken for item in items))
        found += [f"{name}: {fault}" for fault in faults(data)]
    print(dict(counts), f"{time.perf_counter() - begun:.1f} s")
    assert counts["files"], f"no .rs file in {folder}"
    assert not found, f"{len(found)} faults:\n" + "\n".join(found[:200])


@pytest.mark.parametrize("wrong", ["fn a() {} fn b() {}", "// c\n\nfn a() {}"])
def test_the_judge_itself_can_say_no(wrong: str) -> None:
    data = wrong.encode()
    item = read_outline(data)[-1]
    assert not _stands_alone(data, Item("a", item.kind, 0, len(data), False, False, None, None, None, 0))
    assert _stands_alone(data, item)
