"""A program on a pseudo-terminal of its own, with a clock beside it.

Times are of `time.perf_counter` (seconds), CPU is nanoseconds of the process with all its threads, past ones included.
What the program wrote is kept with the time at which it was read, and drawn (by pyte) only when somebody looks, so
that drawing never delays a reading.
"""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from pty import fork

import pyte

QUIET = 0.060
"""Seconds without a byte after which an answer counts as complete; not part of any figure."""
PATIENCE = 60.0
"""Seconds after which a wait is given up."""

_ASKED: tuple[tuple[re.Pattern[bytes], bytes], ...] = (
    (
        re.compile(rb"\x1b\[\?2026\$p"),
        b"\x1b[?2026;2$y",
    ),  # frames between marks: as in tmux and most terminals
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[>0?c"), b"\x1b[>41;354;0c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
)
_LEFT_OUT = re.compile(rb"\x1bP.*?\x1b\\|\x1b\[[<=>][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]+\$p", re.DOTALL)
"""What pyte would take for text."""


class GaveUpError(Exception):
    """What was waited for did not come; the message holds the screen."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one key led to."""

    first: float
    """Seconds from the key to the first byte; NaN where nothing came."""
    last: float
    """Seconds from the key to the last byte; NaN where nothing came."""
    cpu: float
    """Seconds of CPU of the process, until it was quiet."""
    size: int
    """Bytes."""


class Terminal:
    """Runs a program; a context manager, whose end is the program's."""

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int], cwd: Path | None = None
    ) -> None:
        """`size` is columns and rows in cells."""
        self.size = size
        self.screen = pyte.Screen(*size)
        self.text_seen: list[tuple[float, bytes]] = []
        """Everything read, with its time; drawn up to `_drawn`."""
        self._stream = pyte.ByteStream(self.screen)
        self._drawn = 0
        self._rest = b""
        self.started = time.perf_counter()
        self.pid, self._fd = fork()
        if self.pid == 0:
            self._become(command, env, size, cwd)
        self._clock = (~self.pid << 3) | 2  # Linux: the CPU clock of another process, in nanoseconds

    def _become(
        self, command: Sequence[str], env: Mapping[str, str], size: tuple[int, int], cwd: Path | None
    ) -> None:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            if cwd is not None:
                os.chdir(cwd)
            os.execvpe(command[0], list(command), dict(env))
        finally:
            os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    # -- the process

    def kill(self) -> None:
        """End the program at once, if it still runs."""
        if self._fd >= 0:
            try:
                os.kill(self.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            os.close(self._fd)
            os.waitpid(self.pid, 0)
            self._fd = -1

    def leave(self, keys: bytes, patience: float = 10.0) -> None:
        """Send the keys that end the program, and wait for it. Raises `GaveUpError`."""
        self.write(keys)
        deadline = time.perf_counter() + patience
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            if time.perf_counter() > deadline:
                raise GaveUpError(f"the program did not end:\n{self.shown()}")
            try:
                self._read(0.02)
            except GaveUpError:  # it has closed its terminal, and is about to end
                time.sleep(0.01)
        os.close(self._fd)
        self._fd = -1

    def cpu(self) -> float:
        """Seconds of CPU spent so far."""
        return time.clock_gettime(self._clock)

    def weight(self) -> int:
        """Bytes of memory that are this process's own, shared pages by their share."""
        for line in Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
        raise GaveUpError("the kernel does not say how much memory a process has")

    # -- bytes

    def write(self, keys: bytes) -> None:
        """Send keys without waiting."""
        os.write(self._fd, keys)

    def _read(self, patience: float) -> bool:
        """Read once, waiting at most `patience` seconds; whether anything came."""
        if not select.select([self._fd], [], [], patience)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError as error:  # how Linux says that the program has closed its terminal
            raise GaveUpError(f"the program ended:\n{self.shown()}") from error
        self.text_seen.append((time.perf_counter(), data))
        if b"\x1b[" in data:
            for asked, answer in _ASKED:
                if asked.search(data):
                    self.write(answer)
        return True

    def settle(self, quiet: float = QUIET) -> None:
        """Read until nothing has come for `quiet` seconds."""
        while self._read(quiet):
            pass

    def read_until(self, moment: float) -> None:
        """Read whatever comes until a time of `time.perf_counter`."""
        while (left := moment - time.perf_counter()) > 0:
            self._read(left)

    def press(self, keys: bytes, quiet: float = QUIET) -> Answer:
        """Send keys and read the whole answer."""
        count, cpu = len(self.text_seen), self.cpu()
        sent = time.perf_counter()
        self.write(keys)
        if self._read(1.0):
            self.settle(quiet)
        came = self.text_seen[count:]
        nothing = float("nan")
        return Answer(
            first=came[0][0] - sent if came else nothing,
            last=came[-1][0] - sent if came else nothing,
            cpu=self.cpu() - cpu,
            size=sum(len(data) for _, data in came),
        )

    # -- the screen

    def when(self, seen: Callable[[Terminal], bool], what: str, patience: float = PATIENCE) -> float:
        """Read until `seen` holds of the screen; the time its last byte was read. Raises `GaveUpError`.

        Drawing happens in small pieces between readings, so that what comes meanwhile gets its right time.
        """
        deadline = time.perf_counter() + patience
        while True:
            while self._drawn < len(self.text_seen):
                at = self.text_seen[self._drawn][0]
                self._draw_one()
                if seen(self):
                    return at
            if time.perf_counter() > deadline:
                raise GaveUpError(f"{what} did not come:\n{self.shown()}")
            self._read(0.05)

    def look(self) -> pyte.Screen:
        """The screen as it is after all that was read."""
        while self._drawn < len(self.text_seen):
            self._draw_one()
        return self.screen

    def _draw_one(self) -> None:
        data = self._rest + self.text_seen[self._drawn][1]
        self._drawn += 1
        cut = data.rfind(b"\x1b", max(0, len(data) - 64))
        if cut >= 0 and not re.match(rb"\x1b(\[[0-9;?<=>$]*[@-~]|[^\[P\]])", data[cut:]):
            data, self._rest = data[:cut], data[cut:]
        else:
            self._rest = b""
        data = _LEFT_OUT.sub(b"", data)
        for start in range(0, len(data), 512):
            self._stream.feed(data[start : start + 512])
            if self._fd >= 0:
                self._read(0)

    def row(self, y: int) -> str:
        """The text of a 0-based row of the screen as drawn so far."""
        cells = self.screen.buffer[y]
        return "".join(cells[x].data for x in range(self.size[0]))

    def find(self, text: str) -> tuple[int, int] | None:
        """0-based column and row where the text stands first; None if it does not."""
        for y in range(self.size[1]):
            x = self.row(y).find(text)
            if x >= 0:
                return x, y
        return None

    def shown(self) -> str:
        """The screen as lines of text, for messages."""
        return "\n".join(line.rstrip() for line in self.screen.display if line.strip())
