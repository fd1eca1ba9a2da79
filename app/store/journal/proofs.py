"""How far journals were verified strictly, and the verification itself.

A proof is a hash of a journal's first bytes: as long as they are the same, what was found in them then is so still.
Proofs are kept in a small file of this machine's, and may be deleted: they only spare time.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.store.disk.files import make_own_folder, write_whole
from app.store.journal.lines import read_line
from app.store.journal.track import Track
from app.store.protocol import Damaged

_FORMAT = 1
_SLICE = 0.004
"""Seconds of work between two calls of `progress`: less than an interface may be kept waiting."""
_CHUNK = 1 << 18
"""Bytes hashed at once; the interpreter is free meanwhile."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The beginning of a journal, all of whose lines were validated."""

    length: int = 0
    """Bytes, up to and with a line feed."""
    lines: int = 0
    sha256: str = hashlib.sha256().hexdigest()
    """Of those bytes."""
    bad: tuple[int, ...] = ()
    """Where lines begin that look like events and are none."""


@dataclass(slots=True)
class Verification:
    """What a verification has found."""

    proof: Proof
    bad: dict[int, Damaged] = field(default_factory=dict)
    """By the byte where its line begins: what is damaged and was taken for an event."""


class Proofs:
    """The proofs of a project's journals. Any thread may ask; a file that cannot be used is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._known: dict[str, Proof] | None = None

    def get(self, topic: str) -> Proof:
        """What is remembered of a topic; a proof of nothing if nothing is."""
        with self._guard:
            return self._all().get(topic, Proof())

    def put(self, topic: str, proof: Proof) -> None:
        """Remember it, also past this process if that can be done."""
        with self._guard:
            known = self._all()
            known[topic] = proof
            if self._path is None:
                return
            told = {"format": _FORMAT, "topics": {name: asdict(one) for name, one in sorted(known.items())}}
            with contextlib.suppress(OSError):
                make_own_folder(self._path.parent)
                write_whole(self._path, json.dumps(told).encode())

    def _all(self) -> dict[str, Proof]:
        if self._known is None:
            self._known = {}
            with contextlib.suppress(
                OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError
            ):
                if self._path is not None:
                    found = json.loads(self._path.read_text("utf-8"))
                    if found["format"] == _FORMAT:
                        self._known = {topic: _proof(fields) for topic, fields in found["topics"].items()}
        return self._known


def _proof(fields: dict[str, Any]) -> Proof:
    bad = tuple(int(place) for place in fields["bad"])
    return Proof(int(fields["length"]), int(fields["lines"]), str(fields["sha256"]), bad)


def check(
    handle: int,
    track: Track,
    known: Proof,
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Verification:
    """Validate a journal's lines as far as they were surveyed, but for a beginning known to be proven.

    Raises `OSError`.
    """
    with track.guard:
        total = track.mark.offset
        told = {damage.line for damage in track.damaged}
    rest = _Rest(progress, cancelled, total)
    digest = _hashed(handle, known, rest) if 0 < known.length <= total else None
    if digest is None:
        known, digest = Proof(), hashlib.sha256()
    offset, lines, suspects = known.length, known.lines, list(known.bad)
    checked = Verification(known)
    with os.fdopen(os.dup(handle), "rb", buffering=1 << 18) as file:
        file.seek(offset)
        while offset < total and not rest.over(offset):
            data = file.readline()
            if not data.endswith(b"\n"):
                break
            found = read_line(data, lines + 1)
            if isinstance(found, Damaged) and found.line not in told:
                checked.bad[offset] = found
                suspects.append(offset)
            digest.update(data)
            offset += len(data)
            lines += 1
    checked.proof = Proof(offset, lines, digest.hexdigest(), tuple(suspects))
    return checked


class _Rest:
    """Tells how far it is every few milliseconds, and when it is to end."""

    def __init__(
        self,
        progress: Callable[[int, int], None] | None,
        cancelled: Callable[[], bool] | None,
        total: int,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._total = total
        self._since = time.perf_counter()

    def over(self, done: int) -> bool:
        """Whether to stop after so many bytes."""
        if time.perf_counter() - self._since < _SLICE:
            return False
        if self._progress is not None:
            self._progress(done, self._total)
        self._since = time.perf_counter()
        return self._cancelled is not None and self._cancelled()


def _hashed(handle: int, known: Proof, rest: _Rest) -> Any:
    """The hash of the proven beginning, to go on with; None if it is another one now."""
    digest, at = hashlib.sha256(), 0
    while at < known.length:
        data = os.pread(handle, min(_CHUNK, known.length - at), at)
        if not data:
            return None
        digest.update(data)
        at += len(data)
        rest.over(0)
    return digest if digest.hexdigest() == known.sha256 else None
