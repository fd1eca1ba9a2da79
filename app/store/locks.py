"""One writer at a time, among all processes that see a file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from app.errors import StoreError
from app.store.files import make_folder

_POLL = 0.004
"""Seconds between two attempts: about what one append takes on a disk."""


@contextlib.contextmanager
def holding(lock: Path, timeout: float, what: str, make: bool = True) -> Iterator[None]:
    """Hold a lock file (it stays; its name is what counts), waiting `timeout` seconds at most.

    With `make`, its folder (not the folder above) is made if need be, and kept out of git. Raises `OSError`
    where the lock cannot be made, and `StoreError` beginning with `what` where another process keeps it.
    """
    from filelock import FileLock, Timeout  # 30 ms, which only those pay who write

    if make:
        make_folder(lock.parent)
        ignore = lock.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
    # No fallback: a lock that only seems to lock, or that a killed process leaves behind, is worse.
    held = FileLock(lock, timeout=timeout, poll_interval=_POLL, thread_local=False, fallback_to_soft=False)
    try:
        held.acquire()
    except Timeout:
        raise StoreError(
            f"{what}: another process has been writing for {timeout:g} s and holds {lock}.",
            "Wait for it to end, or end it, then try again. The lock goes with the process; its file stays.",
        ) from None
    try:
        yield
    finally:
        held.release()
