"""A disk that fails on demand: every call to the system that one thread makes is counted, and one of them goes wrong.

Nothing of backspan is replaced, only functions of `os` and `fcntl`, as the kernel itself would answer.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

CALLS = tuple(
    "open close read pread write pwrite writev fsync fdatasync ftruncate truncate fstat lstat stat "  # noqa: SIM905
    "mkdir rename replace unlink remove dup link chmod utime".split()
)
"""The functions of `os` that reach the disk; a call that none of these makes is not counted."""


class Died(BaseException):
    """The process ends here. No handler may mend anything after it."""


@dataclass(slots=True)
class Fault:
    """What goes wrong, and where."""

    at: int
    """The call it happens in, 0-based; -1 for none."""
    code: int = 0
    """The error number; 0 where the process dies instead."""
    half: bool = False
    """Whether a write has put half of its bytes on disk first."""
    after: bool = False
    """Whether the call has done all its work first: the process dies just after it."""
    lasting: bool = False
    """Whether all later calls of that name fail as well: a disk that is broken and stays so."""


@dataclass(slots=True)
class Disk:
    """The calls made so far, and the fault among them."""

    fault: Fault
    calls: list[str] = field(default_factory=list)
    """Names, in order."""
    dead: bool = False

    def answer(self, name: str, real: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Do what the call asks for, or go wrong."""
        if self.dead:
            # The kernel closes what a process leaves open, which frees its locks; nothing else is done for it.
            return real(*args, **more) if name == "close" else self._die()
        index = len(self.calls)
        self.calls.append(name)
        fault = self.fault
        broken = fault.lasting and 0 <= fault.at < index and self.calls[fault.at] == name
        if index != fault.at and not broken:
            return real(*args, **more)
        if fault.half and name == "write":
            real(args[0], bytes(args[1])[: len(args[1]) // 2])
        elif name == "close" or fault.after:
            with contextlib.suppress(OSError):
                real(*args, **more)  # a close that reports an error has closed all the same
        if not fault.code:
            self._die()
        raise OSError(fault.code, os.strerror(fault.code))

    def _die(self) -> None:
        self.dead = True
        raise Died


@contextmanager
def disk(fault: Fault) -> Iterator[Disk]:
    """Within, this thread's calls meet that fault."""
    state, here = Disk(fault), threading.get_ident()

    def watched(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if threading.get_ident() != here:
                return real(*args, **more)
            return state.answer(name, real, *args, **more)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, watched(name, getattr(os, name)))
        patch.setattr(fcntl, "flock", watched("flock", fcntl.flock))
        yield state
