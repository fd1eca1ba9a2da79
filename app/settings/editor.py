"""The way to a person's own editor and back, which loses no text."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.base.text import one_newline
from app.errors import BackspanError


class EditorError(BackspanError):
    """The editor could not be run, or what it left cannot be read."""


def external_edit(text: str, command: str, suffix: str = ".md") -> str | None:
    """What the person made of the text in their editor; None if nothing changed.

    `command` is split as a shell would, but no shell runs it. The file is readable by its owner only. Line
    ends come back as line feeds, and the line feed an editor puts at the end of a file goes.

    Raises `EditorError` if the editor cannot be run, if it failed after changing the file, or if the file is
    gone or is not UTF-8. What the editor wrote is then kept, and named in the error.
    """
    argv = _split(command)
    folder = Path(tempfile.mkdtemp(prefix="backspan-"))  # mode 700
    path = folder / f"text{suffix}"
    before = _written(path, text)
    status = _run(argv, path)
    edited = _read(path)
    if status != 0 and edited != before:
        raise EditorError(
            f"{argv[0]} ended with status {status}; the text here is as it was before",
            f"what the editor wrote is kept in {path}",
        )
    # Only here: whatever ends this function early leaves the file where the person can find it.
    shutil.rmtree(folder, ignore_errors=True)
    return None if edited == before else edited


def _written(path: Path, text: str) -> str:
    """Writes the file; gives the text as it reads back when nobody touches it."""
    data = (text + "\n" if text else "").encode("utf-8", "replace")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, not a path
            file.write(data)
    except OSError as error:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise EditorError(f"cannot write {path}: {error.strerror}", "make room, or set $TMPDIR") from None
    return _text(data)


def _split(command: str) -> list[str]:
    try:
        argv = shlex.split(command)
    except ValueError as error:
        raise EditorError(f"the editor's command {command!r} cannot be split: {error}", _SET) from None
    if not argv:
        raise EditorError("no editor is known", _SET)
    return argv


def _run(argv: list[str], path: Path) -> int:
    try:
        with _interrupts_are_the_editors():
            return subprocess.run([*argv, str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        shutil.rmtree(path.parent, ignore_errors=True)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise EditorError(f"cannot run the editor {argv[0]!r}: {reason}", _SET) from None


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Let ctrl+c, which a terminal sends to every program in it, end nothing but the editor.

    A handler and no `SIG_IGN`, which the editor would inherit. An event loop hears of signals by its descriptor, so
    that is taken away too, and other signals are sent again at the end. In other threads nothing arrives.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late: list[int] = []
    wakeup = signal.set_wakeup_fd(-1)
    before = {signal.SIGINT: signal.signal(signal.SIGINT, lambda number, frame: None)}
    for ending in (signal.SIGTERM, signal.SIGHUP):
        before[ending] = signal.signal(ending, lambda number, frame: late.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(wakeup)
        for again in late:
            signal.raise_signal(again)


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EditorError(
            f"what the editor wrote cannot be read: {error.strerror}", f"look in {path.parent}"
        ) from None
    try:
        return _text(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise EditorError(
            f"what the editor wrote is not UTF-8 (line {line}); the text here is as it was before",
            f"it is kept in {path}: save it as UTF-8 and paste it here",
        ) from None


def _text(data: bytes) -> str:
    return one_newline(data.decode("utf-8-sig")).removesuffix("\n")


_SET = 'set `editor = "…"` in the settings file, or $VISUAL or $EDITOR'
