"""A process that reads files and tells their items: the interface's process never holds its lock for them.

Started as `python -m app.index.reading` by `app.index.building`. It is told one JSON line with the folder and commit,
then one JSON line a batch: a list of paths. For each path it answers a JSON line with the key of what it read and the
count of bytes that follow: the encoded columns. It ends when its input does.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from tree_sitter import Parser, Tree

from app.errors import SourceError
from app.index.codebase import content_key
from app.index.columns import columns, encode
from app.repository import Snapshot, open_repository
from app.rust.items import outline
from app.rust.source import SourceFile
from app.rust.syntax import LANGUAGE, parse

NICENESS = 5
"""How far it stands back behind the interface."""


def read_file(
    snapshot: Snapshot, path: str, reader: Callable[[bytes], Tree | None] = parse
) -> tuple[str, bytes]:
    """A file's key and encoded columns. A file that cannot be read has no items, and no key.

    `reader` parses: by default in slices that let other threads run.
    """
    try:
        read = snapshot.read(path)
    except SourceError:
        return "", encode(columns(SourceFile.of(path, b""), ()))
    source = SourceFile.of(path, read.data)
    key = read.blob or content_key(read.data)
    tree = None if source.obstacle else reader(source.data)
    items = outline(source.data, tree) if tree is not None else ()
    return key, encode(columns(source, items))


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until the input ends."""
    place = json.loads(given.readline() or b"null")
    if place is None:
        return
    with open_repository(Path(place["path"])) as repository:
        snapshot = repository.snapshot(place["commit"])
        parser = Parser(LANGUAGE)  # at one go: there is no other thread here
        for line in given:
            for path in json.loads(line):
                key, data = read_file(snapshot, path, parser.parse)
                answers.write(json.dumps([key, len(data)]).encode("ascii") + b"\n" + data)
            answers.flush()


def main() -> None:
    """Serve on the standard streams."""
    with suppress(OSError):
        os.nice(NICENESS)
    gc.disable()  # it lives for seconds, and its garbage holds no cycles
    # Who started it may be gone at any time: that is no error.
    with suppress(BrokenPipeError, KeyboardInterrupt, SourceError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
    os._exit(0)  # without the interpreter's last rites: nothing here needs them


if __name__ == "__main__":
    main()
