"""A terminal that is looked at often: colours are left out, and rows are read once for each output."""

from __future__ import annotations

import re
import signal
from typing import Any

import pyte

from tests.processes.person import Person
from tests.processes.terminal import Terminal

_COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
_UNFINISHED = re.compile(rb"\x1b(\[\??[0-9;:]*)?\Z")
_BEGIN, _END = b"\x1b[?2026h", b"\x1b[?2026l"
"""Around everything that is drawn at once, for a terminal that says it can wait for the end."""
_ASKED, _ANSWER = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""The question whether it can, and that it does."""


class _Plain(pyte.ByteStream):
    """Feeds a screen with everything but colours: they are most of what is sent, and nobody here asks for them.

    What is drawn at once is fed at once. A pipe gives it in pieces, and a reader who looked between two of them saw the
    new header over the old texts: the record was thought to be there, and the next key came while it was being read.
    """

    _rest = b""

    def feed(self, data: Any) -> None:
        data = self._rest + bytes(data)
        begun = data.rfind(_BEGIN)
        cut = _UNFINISHED.search(data)
        whole = begun if begun > data.rfind(_END) else len(data) if cut is None else cut.start()
        self._rest = data[whole:]
        super().feed(_COLOURS.sub(b"", data[:whole]))


def _usual_signals() -> None:
    """What tests run by nohup or in the background ignore, their workstations must not."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Sight(Terminal):
    """The same as `Terminal`, for tests that wait for hundreds of screens."""

    _read_at = -1
    """Bytes that had been sent when the rows were read last."""
    _rows = ""

    @classmethod
    def of(cls, person: Person, *arguments: str, size: tuple[int, int]) -> Sight:
        """`backspan` with these arguments on a new terminal of this person's."""
        terminal = cls(["-C", str(person.project.root), *arguments], person.environment, size, _usual_signals)
        terminal._stream = _Plain(terminal._screen)
        person.terminals.append(terminal)
        return terminal

    def _read(self, patience: float) -> None:
        before = max(0, len(self.sent) - len(_ASKED))
        super()._read(patience)
        if _ASKED in self.sent[before:]:
            self.send(_ANSWER)

    def look(self) -> None:
        """Take in what the process writes within the next moment."""
        self._read(0.005)

    @property
    def text(self) -> str:
        """What stands on the screen now, row by row."""
        if self._read_at != len(self.sent):
            columns, buffer = range(self._screen.columns), self._screen.buffer
            # The second cell of a wide character holds nothing.
            self._rows = "\n".join(
                "".join([buffer[row][column].data for column in columns]) for row in range(self._screen.lines)
            )
            self._read_at = len(self.sent)
        return self._rows
