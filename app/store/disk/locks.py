"""One writer at a time, among all processes that see a file.

Plain `flock` on a file that stays, because a save is measured against a bare write and fsync: it is the very call
that the `filelock` package makes on the same file, so each waits for the other, at a tenth of its price.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from pathlib import Path

from app.errors import StoreError
from app.store.disk.files import make_own_folder

_POLL = 0.004
"""Seconds between two attempts: about what one append takes on a disk."""
_FLAGS = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_TAKEN = (errno.EAGAIN, errno.EACCES)
"""What `flock` says where another holds the lock; some file systems say the second."""


class holding:  # noqa: N801 - used as a verb, and a class because generators cost as much as the lock
    """Hold a lock file (it stays; its name is what counts), waiting `timeout` seconds at most.

    With `make`, its folder (not the folder above) is made if need be, and kept out of git. Entering raises `OSError`
    where the lock cannot be made, and `StoreError` beginning with `what` where another process keeps it.
    """

    __slots__ = ("_handle", "_how")

    def __init__(self, lock: Path, timeout: float, what: str, make: bool = True) -> None:
        self._how = (lock, timeout, what, make)
        self._handle = -1

    def __enter__(self) -> None:
        self._handle = _acquire(*self._how)

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)  # which frees the lock


def _acquire(lock: Path, timeout: float, what: str, make: bool) -> int:
    deadline = time.monotonic() + timeout
    while True:
        handle = _opened(lock, make)
        try:
            if _locked(handle) and os.fstat(handle).st_nlink:  # else it was removed: others will lock another
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        left = deadline - time.monotonic()
        if left <= 0:
            raise StoreError(
                f"{what}: another process has been writing for {timeout:g} s and holds {lock}.",
                "Wait for it to end, or end it, then try again. The lock goes with the process; its file stays.",
            )
        time.sleep(min(_POLL, left))


def _locked(handle: int) -> bool:
    # No fallback where a file system has no locks: one that only seems to lock is worse.
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        raise
    return True


def _opened(lock: Path, make: bool) -> int:
    """The lock file, made if it is not there. Never a link, and never in a folder that is one."""
    name = str(lock)
    try:
        # Each save comes this way: plain calls on plain strings, because paths cost more than the system does.
        if not make or stat.S_ISDIR(os.lstat(name.rpartition("/")[0] or ".").st_mode):
            return os.open(name, _FLAGS)
    except FileNotFoundError:
        pass
    if make:
        make_own_folder(lock.parent)
    return os.open(name, _FLAGS | os.O_CREAT, 0o666)
