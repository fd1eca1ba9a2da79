"""Files that survive a crash: whole writes, durable names, and what a failure means in a person's words."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

from app.errors import StoreError, UsageError

_REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space, then try again.",
    errno.EDQUOT: "Your disk quota is used up: free some space, then try again.",
    errno.EFBIG: "The file has reached the size allowed to this session: raise that limit, then try again.",
    errno.EROFS: "The file system is read-only: make it writable, or work on a copy of the project.",
    errno.EACCES: "You may not write there: change its permissions or owner, then try again.",
    errno.EPERM: "You may not write there: change its permissions or owner, then try again.",
    errno.ENOENT: "The folder is gone: bring it back (is a drive or a share not mounted?), then try again.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it away, then try again.",
    errno.EISDIR: "A folder stands where a file is needed: move it away, then try again.",
    errno.ELOOP: "It is a link: put the real file or folder in its place, then try again.",
    errno.ENOSYS: "This file system cannot lock files: keep the project on one that can.",
    errno.ENOTSUP: "This file system cannot do that: keep the project on one that can.",
    errno.EIO: "The disk reports a failure: check it, and keep a copy of your text elsewhere.",
}


def failure(error: OSError, what: str) -> StoreError:
    """The error for people: what could not be done and where, the system's reason, and what to do next."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return StoreError(
        f"{what}: {reason}.", _REMEDIES.get(error.errno or 0, "Put that right, then try again.")
    )


_TOPIC = re.compile(r"\w[\w.+-]*")


def is_topic(name: str) -> bool:
    """Whether a topic can have this name."""
    return bool(_TOPIC.fullmatch(name)) and len(name.encode("utf-8", "surrogatepass")) <= 100


def check_topic(topic: str) -> str:
    """The topic's name, if it can be a file's name everywhere.

    Raises `UsageError` for separators, blanks, control characters, a leading dot, or over 100 bytes.
    """
    if not is_topic(topic):
        raise UsageError(
            f"{topic!r} cannot be a topic's name.",
            "Use letters, digits, “-”, “_”, “.” and “+”, no sign first; at most 100 bytes.",
        )
    return topic


def write_all(handle: int, data: bytes) -> None:
    """Write every byte, going on after short writes. Raises `OSError`; some bytes may be written then."""
    view = memoryview(data)
    while view:
        try:
            count = os.write(handle, view)
        except InterruptedError:
            continue
        if count == 0:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        view = view[count:]


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises `OSError`; a file system without such a thing is let be."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _closed(folder: Path) -> bool:
    """Whether a folder is its owner's alone: then so is what is made in it, whatever the umask."""
    return not folder.stat().st_mode & 0o077


def write_temporary(path: Path, chunks: Iterable[bytes]) -> Path:
    """Write chunks durably to a new file beside `path`. Raises `OSError` and leaves nothing."""
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(6)}.tmp")
    mode = 0o600 if _closed(path.parent) else 0o666
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        try:
            for chunk in chunks:
                write_all(handle, chunk)
            os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        discard(temporary)
        raise
    return temporary


def put_in_place(temporary: Path, path: Path) -> None:
    """Give a temporary file its name in one step, durably. Raises `OSError` and removes that file."""
    try:
        os.replace(temporary, path)  # noqa: PTH105 - the one call the tests make fail
    except BaseException:
        discard(temporary)
        raise
    sync_folder(path.parent)


def write_whole(path: Path, data: bytes) -> None:
    """Replace a file by these bytes: a crash leaves the old file or the new one. Raises `OSError`."""
    put_in_place(write_temporary(path, (data,)), path)


def discard(temporary: Path) -> None:
    """Remove a temporary file of ours, if it can be done."""
    with contextlib.suppress(OSError):
        temporary.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make one folder, durably, unless it is there. Raises `OSError`, also for a link in its place."""
    try:
        folder.mkdir(mode=0o700 if _closed(folder.parent) else 0o777)
    except FileExistsError:
        mode = folder.lstat().st_mode
        if stat.S_ISLNK(mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(folder)) from None
        if not stat.S_ISDIR(mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder)) from None
    else:
        sync_folder(folder.parent)


def make_own_folder(folder: Path) -> None:
    """Make one folder of what belongs to this machine, kept out of git. Raises `OSError`, as `make_folder` does."""
    make_folder(folder)
    if not (folder / ".gitignore").exists():
        write_whole(folder / ".gitignore", b"*\n")
