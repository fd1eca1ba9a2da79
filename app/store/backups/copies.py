"""A copy of a journal as a file: what its name tells, and how its bytes are read."""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal, cast

from app.base.moments import possible
from app.errors import StoreError
from app.store.disk.files import failure
from app.store.disk.plain_files import opened

Why = Literal["routine", "asked", "repair", "restore"]
"""What made a backup: the day's first use, a person, or what was about to change the journal."""

CHUNK = 1 << 20
"""Bytes that are read at once."""
_NAME = re.compile(r"(\d{8}T\d{9})Z-(\d+)-([0-9a-f]{8})(?:-([a-z]+))?\.jsonl(?:\.gz)?")
_TIME = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of one topic's journal, as its name tells it."""

    topic: str
    path: Path
    at: datetime
    """When it was made, UTC."""
    lines: int
    """As many events as it can hold."""
    digest: str
    """The first 8 hex digits of the SHA-256 of the journal's bytes."""
    why: Why
    size: int
    """Bytes on the disk."""

    @property
    def name(self) -> str:
        """The file's name, by which a person asks for it."""
        return self.path.name

    @property
    def guarded(self) -> bool:
        """Made before the journal was changed by a repair: not pruned by count."""
        return self.why in ("repair", "restore")


def name_of(at: datetime, lines: int, digest: str, why: Why) -> str:
    """The file's name of a backup; `digest` is of 8 hex digits."""
    moment = f"{at:{_TIME}}{at.microsecond // 1000:03d}Z"
    return "-".join([moment, str(lines), digest, *([why] if why != "routine" else [])]) + ".jsonl.gz"


def backup_named(topic: str, path: Path, size: int) -> Backup | None:
    """What a file's name says; None for a file that is no backup."""
    match = _NAME.fullmatch(path.name)
    if not match or match[4] not in (None, "asked", "repair", "restore"):
        return None
    try:
        at = datetime.strptime(match[1][:-3], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    if not possible(at):
        return None  # no clock of ours said so, and the next backup is to be later than the newest
    at += timedelta(milliseconds=int(match[1][-3:]))
    return Backup(topic, path, at, int(match[2]), match[3], cast(Why, match[4] or "routine"), size)


@contextlib.contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a journal or of a copy, compressed (`.gz`) or not. Raises `StoreError`, also while reading."""
    try:
        with opened(path) as handle, os.fdopen(os.dup(handle), "rb", buffering=CHUNK) as file:
            if path.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
                    yield cast(BinaryIO, unpacked)
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise StoreError(
            f"The copy {path} is damaged: it cannot be unpacked to its end.", "Use another one."
        ) from None
    except OSError as error:
        raise failure(error, f"{path} cannot be read") from error
