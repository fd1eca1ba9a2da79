"""The floor of reading Rust: tree-sitter alone, in a process with nothing else. tree.py FILE

Prints seconds of the middle one of three parses, and the bytes that holding one tree takes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Parser


def held() -> int:
    """Bytes of memory this process has."""
    lines = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def main() -> None:
    data = Path(sys.argv[1]).read_bytes()
    parser = Parser(Language(tree_sitter_rust.language()))
    parser.parse(b"fn warm() {}\n")
    before = held()
    start = time.perf_counter()
    tree = parser.parse(data)
    took = [time.perf_counter() - start]
    after = held()
    for _ in range(2):
        start = time.perf_counter()
        parser.parse(data)
        took.append(time.perf_counter() - start)
    print(sorted(took)[1], after - before, tree.root_node.child_count)


if __name__ == "__main__":
    main()
