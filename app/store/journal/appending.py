"""Adding bytes to the end of a file so that all of them survive a crash, or none were added."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from app.store.disk.files import sync_folder, write_all
from app.store.disk.plain_files import open_file
from app.store.journal.track import stamp_of


class Appended(NamedTuple):
    """A file before and after something was added to it."""

    before: tuple[int, ...]
    """Its stamp then (device, inode, length in bytes, time of change)."""
    after: tuple[int, ...]
    """Its stamp now."""


def append_durably(path: Path, data: bytes, named: tuple[int, ...] = ()) -> Appended | None:
    """Append whole lines, under a lock that the caller holds; on disk when this returns.

    `named`: device and inode of the file whose name this process has seen made durable. Any other file's folder is
    flushed as well, whoever made the file and however long it is: its maker may have died before doing so.
    None if the file was replaced meanwhile, so that it lacks what was written. Raises `OSError`, and then the file
    is as long as it was before.
    """
    name = str(path)  # plain strings and no context managers: a save is measured against bare system calls
    handle = open_file(name, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        before = os.fstat(handle)
        torn = before.st_size > 0 and os.pread(handle, 1, before.st_size - 1) != b"\n"
        try:
            # The line feed closes a line that a crash left open, so that ours is never joined to it.
            write_all(handle, b"\n" + data if torn else data)
            os.fsync(handle)
            if named != (before.st_dev, before.st_ino):
                sync_folder(path.parent)
        except BaseException:
            _take_back(handle, before.st_size, len(data) + torn)
            raise
        try:
            now = os.lstat(name)
        except FileNotFoundError:
            return None
        if (now.st_dev, now.st_ino) != (before.st_dev, before.st_ino):
            return None
        return Appended(stamp_of(before), stamp_of(now))
    finally:
        os.close(handle)


def _take_back(handle: int, length: int, written: int) -> None:
    """Cut a failed append off again, unless someone who holds no lock has written after it."""
    with contextlib.suppress(OSError):
        if length < os.fstat(handle).st_size <= length + written:
            os.ftruncate(handle, length)
            os.fsync(handle)
