"""Whether a process that named itself in a file has ended: told at once on its own machine, unknown on any other."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """A process, so that nothing else is taken for it."""

    machine: str
    """This run of one machine, and the space its process numbers are in; empty where neither can be told."""
    pid: int
    started: str
    """When it began, in the machine's own count: numbers are given anew."""


@lru_cache(maxsize=1)
def _machine() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text()
        space = (_PROC / "self/ns/pid").readlink()  # containers of one machine count apart
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{space}".encode()).hexdigest()[:16]


def this_process() -> Process:
    """The process that asks."""
    pid = os.getpid()
    return Process(_machine(), pid, _state(pid)[1])


def has_ended(process: Process) -> bool:
    """Whether it is certain that the process is no more. False for another machine's."""
    if not process.machine or process.machine != _machine() or not 0 < process.pid < 2**31:
        return False
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # somebody else's: it is there
    state, started = _state(process.pid)
    return state in ("Z", "X") or bool(started and process.started and started != process.started)


def _state(pid: int) -> tuple[str, str]:
    """A process's state letter and beginning; empty where they cannot be read."""
    try:
        # Its name, in brackets, may hold anything, brackets too.
        fields = (_PROC / str(pid) / "stat").read_bytes().rpartition(b")")[2].decode("ascii").split()
        return fields[0], fields[19]
    except (OSError, IndexError, UnicodeDecodeError):
        return "", ""
