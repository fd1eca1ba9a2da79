"""Opening what must be a plain file: never a link, a pipe or a device, and never waiting for one."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path


def open_file(name: str, flags: int) -> int:
    """A regular file's handle. Raises `OSError`: ELOOP for a link, EISDIR for a folder."""
    handle = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    mode = os.fstat(handle).st_mode
    if stat.S_ISREG(mode):
        return handle
    os.close(handle)
    code = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
    raise OSError(code, os.strerror(code), name)


@contextlib.contextmanager
def opened(path: Path, flags: int = os.O_RDONLY) -> Iterator[int]:
    """The same, closed in the end."""
    handle = open_file(str(path), flags)
    try:
        yield handle
    finally:
        os.close(handle)
