"""The file in which faults of the workstation itself are noted, for whoever mends them: private, and bounded."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app import __version__

NAME = "faults.log"
OLD = "faults.old.log"
"""What was noted before `NAME` grew too large."""
MOST = 256 * 1024
"""Bytes of one file; there are two at most."""
_ENTRY = 24 * 1024
"""Characters of one fault: the ends of a longer text say more than its middle."""

Place = tuple[str, str, int]
"""The kind of an error, and the file and line (1-based) that raised it."""


def place_of(error: BaseException) -> Place:
    """Where an error was raised, to know it again."""
    frames = traceback.extract_tb(error.__traceback__)
    last = frames[-1] if frames else None
    return (type(error).__name__, last.filename if last else "", (last.lineno if last else 0) or 0)


class FaultLog:
    """Notes faults in a folder of the person's own; in the folder for temporary files where that cannot be."""

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """`folder` need not be there. Nothing is made before there is something to note."""
        self._folder = folder
        self._now = now
        self._spare: Path | None = None
        self._last: Place | None = None

    def note(self, error: BaseException, where: str) -> Path | None:
        """Note an error with its traceback; `where` says what it ended. None where no file takes it.

        An error like the last one, from the same place, is one line. Raises nothing: a full disk ends nobody's work.
        """
        text = self._entry(error, where).encode("utf-8", "backslashreplace")
        for folder in self._folders():
            with contextlib.suppress(OSError):
                return _append(folder, text)
        return None

    def _folders(self) -> tuple[Path, ...]:
        if self._spare is not None:
            return (self._spare,)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return self._elsewhere()
        return (self._folder, *self._elsewhere()) if not os.access(self._folder, os.W_OK) else (self._folder,)

    def _elsewhere(self) -> tuple[Path, ...]:
        with contextlib.suppress(OSError):
            self._spare = Path(tempfile.mkdtemp(prefix="backspan-"))
        return (self._spare,) if self._spare is not None else ()

    def _entry(self, error: BaseException, where: str) -> str:
        place = place_of(error)
        again, self._last = place == self._last, place
        head = f"{self._now():%Y-%m-%dT%H:%M:%SZ} {where}: {type(error).__name__}"
        if again:
            return f"{head}, once more\n"
        versions = (
            f"backspan {__version__}, Textual {_textual()}, Python {sys.version.split()[0]}, {sys.platform}"
        )
        text = "".join(traceback.format_exception(error))
        if len(text) > _ENTRY:
            text = f"{text[: _ENTRY // 2]}\n…\n{text[-_ENTRY // 2 :]}"
        return f"{head}\n{versions}\n{text}\n"


def _textual() -> str:
    from importlib.metadata import version

    return version("textual")


def _append(folder: Path, text: bytes) -> Path:
    """Add to the log in a folder, which begins anew when it is full. Raises `OSError`, also for a link in its place."""
    path = folder / NAME
    with contextlib.suppress(FileNotFoundError):
        if path.lstat().st_size + len(text) > MOST:
            path.replace(folder / OLD)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    handle = os.open(path, flags, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    return path
