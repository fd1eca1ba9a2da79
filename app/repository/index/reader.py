"""A process that reads files and tells their items: the interface's process never holds its lock for them.

Started by `app.repository.index.processes`. It is told one JSON line with the repository's git folder (or the plain
folder), then one JSON line a batch: a list of pairs of a path and its blob id. For each it answers a JSON line with the
key of what it read and the count of bytes that follow: the encoded columns. It ends when its input does.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import BinaryIO

from tree_sitter import Tree

from app.errors import SourceError
from app.repository.git.blobs import BlobMissing, BlobReader, BlobTooLarge
from app.repository.index.codebase import content_key
from app.repository.index.columns import EMPTY, encode
from app.repository.index.skim import columns_of
from app.repository.repository import SIZE_LIMIT, Snapshot, open_repository
from app.rust.source import SourceFile
from app.rust.syntax import at_once, parse

NICENESS = 5
"""How far it stands back behind the interface."""


Parse = Callable[[bytes], Tree | None]
Pair = tuple[str, str]
"""A file's path and the id of its blob (or another key of its content)."""


def read_file(snapshot: Snapshot, path: str, parser: Parse = parse) -> tuple[str, bytes]:
    """A file's key and encoded columns. A file that cannot be read has no items, and no key.

    By default it is parsed in slices that let other threads run.
    """
    try:
        read = snapshot.read(path)
    except SourceError:
        return "", encode(EMPTY)
    return read.blob or content_key(read.data), _outlined(path, read.data, parser)


def _outlined(path: str, data: bytes, parser: Parse) -> bytes:
    obstacle = SourceFile.of(path, data).obstacle
    return encode((None if obstacle else columns_of(data, parser)) or EMPTY)


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answer batches until the input ends."""
    place = json.loads(given.readline() or b"null")
    if place is None:
        return
    read = _blobs if place["git"] else _files
    for told in read(Path(place["folder"]), (json.loads(line) for line in given)):
        for key, data in told:
            answers.write(json.dumps([key, len(data)]).encode("ascii") + b"\n" + data)
        answers.flush()


# Both parse at one go: there is no other thread here.


def _blobs(git_dir: Path, batches: Iterable[Sequence[Pair]]) -> Iterator[Iterator[tuple[str, bytes]]]:
    """A batch's keys and columns at a time, read as blobs: no listing, and git works ahead."""
    parser = at_once()

    def told(pairs: Sequence[Pair]) -> Iterator[tuple[str, bytes]]:
        reader.expect([blob for _path, blob in pairs])
        for path, blob in pairs:
            try:
                data = reader.read(blob, SIZE_LIMIT)
            except (BlobMissing, BlobTooLarge, SourceError):
                yield "", encode(EMPTY)
            else:
                yield blob, _outlined(path, data, parser)

    with closing(BlobReader(git_dir)) as reader:
        yield from map(told, batches)


def _files(folder: Path, batches: Iterable[Sequence[Pair]]) -> Iterator[Iterator[tuple[str, bytes]]]:
    """The same of a plain folder."""
    parser = at_once()
    with open_repository(folder) as repository:
        snapshot = repository.snapshot()
        for pairs in batches:
            yield (read_file(snapshot, path, parser) for path, _key in pairs)


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
