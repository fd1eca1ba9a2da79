"""A pseudo-terminal with a process on it: type, look at the screen, resize, pull the plug. Nothing here sleeps."""

from __future__ import annotations

import array
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyte

PATIENCE = 120.0
"""Seconds after which a wait is a failure; on a quiet machine none takes three, and a busy one is to fail nothing."""

KEYS = {
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f6": "\x1b[17~",
    "enter": "\r",
    "down": "\x1b[B",
    "ctrl+q": "\x11",
}
"""What a terminal sends for a key."""

_TICK = 0.02
"""Seconds to wait for output before the thing waited for is looked at again."""


class Terminal:
    """One process in a session of its own, with a terminal of its own. A context manager: leaving it kills."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int] = (120, 34),
        before: Callable[[], object] | None = None,
    ) -> None:
        """`arguments` of `backspan`; `size` in columns and rows; `before` runs in the child just before it starts."""
        self.sent = bytearray()
        """Everything the process wrote to its terminal."""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        self._name = os.ttyname(slave)
        self.modes = termios.tcgetattr(slave)
        """The terminal's modes before the process started."""
        self._set_size(*size)

        def child() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            if before is not None:
                before()

        self.process = subprocess.Popen(
            command(*arguments),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=child,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.close()

    # -- looking

    @property
    def text(self) -> str:
        """What stands on the screen now, row by row."""
        return "\n".join(self._screen.display)

    @property
    def cursor_row(self) -> int:
        """The cursor's row, 0-based. Hidden or not, it is where the focus is."""
        return int(self._screen.cursor.y)

    def row_of(self, text: str) -> int:
        """The first row, 0-based, that holds the text; fails if none does."""
        return next(row for row, line in enumerate(self._screen.display) if text in line)

    def cursor_at(self, text: str, offset: int) -> bool:
        """Whether the cursor stands so many characters into the text, where that is on the screen."""
        cursor = self._screen.cursor
        return self._screen.display[cursor.y].find(text) + offset == cursor.x

    def wait_for(self, done: Callable[[], Any], what: str, patience: float = PATIENCE) -> None:
        """Read output until `done`. Fails with the screen if that takes too long or the process has ended."""
        deadline = time.monotonic() + patience
        while not done():
            ended = self.process.poll()
            self._read(_TICK)
            if ended is not None and not done():
                raise AssertionError(f"ended with {ended}, while waiting for {what}:\n{self.text}")
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}:\n{self.text}")

    def see(self, *texts: str) -> None:
        """Wait until all of these stand on the screen, each in one row."""
        self.wait_for(lambda: all(text in self.text for text in texts), f"{texts} on the screen")

    def answer(self, question: str, keys: str) -> None:
        """See a question, wait until it takes answers, and answer it."""
        self.see(question, "answers; esc changes nothing")
        self.write(keys)
        self.wait_for(lambda: "esc changes nothing" not in self.text, "the question gone")

    def sees_something_new(self) -> None:
        """Wait for any further output."""
        before = len(self.sent)
        self.wait_for(lambda: len(self.sent) > before, "any output")

    def _read(self, patience: float) -> None:
        """Take in what the process wrote, waiting at most `patience` seconds for it."""
        if self._master < 0 or not select.select([self._master], [], [], patience)[0]:
            return
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # Linux says that nobody holds the other end any more
            time.sleep(patience)
            return
        self.sent += data
        self._stream.feed(data)

    # -- acting

    def press(self, *keys: str) -> None:
        """Send keys by name."""
        self.write("".join(KEYS[key] for key in keys))

    def write(self, text: str) -> None:
        """Send text as if typed."""
        self.send(text.encode())

    def send(self, data: bytes) -> None:
        """Send bytes, of whatever kind."""
        while data:
            data = data[os.write(self._master, data) :]

    def drained(self) -> None:
        """Wait until the process has read all that was sent."""
        left = array.array("i", [0])
        other = os.open(self._name, os.O_RDWR | os.O_NOCTTY)

        def none_left() -> bool:
            fcntl.ioctl(other, termios.FIONREAD, left)
            return left[0] == 0

        try:
            self.wait_for(none_left, "all of it read")
        finally:
            os.close(other)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as a window being dragged does."""
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)
        self.process.send_signal(signal.SIGWINCH)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def close(self) -> None:
        """Close the terminal's window: whoever is on it is hung up on."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def kill(self) -> None:
        """SIGKILL to the process and all it started; returns when it is gone."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def end(self, patience: float = PATIENCE) -> int:
        """Wait for the process to end by itself; gives its exit status (negative: the signal that killed it)."""
        deadline = time.monotonic() + patience
        while (status := self.process.poll()) is None:
            self._read(_TICK)
            assert time.monotonic() < deadline, f"still running:\n{self.text}"
        while self._master >= 0 and select.select([self._master], [], [], 0)[0]:
            before = len(self.sent)
            self._read(0)
            if len(self.sent) == before:
                break
        return status

    def modes_now(self) -> list[Any]:
        """The terminal's modes as they are now."""
        return termios.tcgetattr(self._master)


def command(*arguments: str) -> list[str]:
    """The command line of `backspan` in the tests' own Python."""
    return [sys.executable, "-c", "from app.cli.main import main; main()", *arguments]
