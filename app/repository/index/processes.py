"""Processes that read files for the index, and the work divided among them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue

import app
from app.repository.index.codebase import Codebase
from app.repository.index.reader import Pair

BATCH = 24
"""Files given to a process at a time: enough that it seldom waits, few enough that all end together."""
TICK = 0.05
"""Seconds within which a cancellation is seen."""
_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from app.repository.index.reader import main; main()"

Answer = tuple[str, str, bytes]
"""A file's path, the key of the bytes that were read, and their encoded columns."""


class _Helper:
    """One process that reads, and the thread that talks to it."""

    def __init__(
        self, code: Codebase, batches: Iterator[Sequence[Pair]], said: SimpleQueue[Answer | None]
    ) -> None:
        self._batches = batches
        self._said = said
        git = code.git_dir is not None
        self._place = json.dumps({"git": git, "folder": str(code.git_dir if git else code.path)})
        # -P: the folder a person happens to be in may hold a package of our name.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", _PROGRAM, str(Path(app.__file__).parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._thread = threading.Thread(target=self._talk, name="index helper", daemon=True)
        self._thread.start()

    def _talk(self) -> None:
        with suppress(OSError, ValueError):
            self._tell(self._place)
            for batch in self._batches:
                self._tell(json.dumps(batch))
                for path, _key in batch:
                    self._said.put((path, *self._heard()))
        self._said.put(None)

    def _tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode("utf-8") + b"\n")
        self.process.stdin.flush()

    def _heard(self) -> tuple[str, bytes]:
        assert self.process.stdout is not None
        key, size = json.loads(self.process.stdout.readline())  # ValueError: it has ended
        data = self.process.stdout.read(size)
        if len(data) != size:
            raise ValueError("it ended in the middle of a file")
        return str(key), data

    def end(self) -> None:
        """Stop the process, whatever it does."""
        self.process.kill()
        self.process.wait()
        self._thread.join()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class _Batches:
    """Files by the batch, for several threads."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._parts = iter([pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)])
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Sequence[Pair]]:
        return self

    def __next__(self) -> Sequence[Pair]:
        with self._lock:
            return next(self._parts)


def read_in_helpers(
    code: Codebase, pairs: Sequence[Pair], count: int, cancelled: Callable[[], bool]
) -> Iterator[Answer]:
    """What `count` processes read of these files, as it comes. No process is left behind, however this ends.

    Files that a process took with it when it died, and all where none can be started, are missing from the answers.
    """
    said: SimpleQueue[Answer | None] = SimpleQueue()
    batches = _Batches(pairs)
    helpers: list[_Helper] = []
    try:
        with suppress(OSError):
            for _ in range(min(count, -(-len(pairs) // BATCH))):
                helpers.append(_Helper(code, batches, said))
        ended = 0
        while ended < len(helpers) and not cancelled():
            try:
                answer = said.get(timeout=TICK)
            except Empty:
                continue
            if answer is None:
                ended += 1
            else:
                yield answer
    finally:
        for helper in helpers:
            helper.end()
