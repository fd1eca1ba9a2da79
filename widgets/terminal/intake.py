"""What a terminal sends, told apart: keys as text, and pastes whole. Bytes in; nothing here knows Textual or a clock.

Textual's own reading ends the program at a byte that is no UTF-8 (its issue 6456), and takes a paste apart at the
first escape in it. Here what stands between the marks of a bracketed paste is one text, and a byte that is no UTF-8
becomes U+FFFD, as the replacement of what cannot be read.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass

ESCAPE = b"\x1b"
START, END = b"\x1b[200~", b"\x1b[201~"
"""The marks of a bracketed paste."""
LATE = 32
"""Bytes that come in one go after a pause within a paste, above which they are taken for more of the paste."""
MOST = 16 * 1024 * 1024
"""Bytes of a paste that are kept at most before they are given: nothing a terminal sends may fill the memory."""
_MARK = re.compile(rb"\x1b\[(?:200~|M)")
_BEGUN = re.compile(rb"\x1b(?:\[(?:2(?:00?)?)?)?\Z")
_ENDING = re.compile(rb"\x1b(?:\[(?:2(?:0(?:1)?)?)?)?\Z")
_MOUSE = 3
"""Bytes behind `ESC [ M`, the old report of the mouse: a button, a column and a row, of any value."""


@dataclass(frozen=True)
class Pasted:
    """One paste, as it came but for bytes that are no UTF-8."""

    text: str
    """All that stood between the marks, control characters too."""


class Intake:
    """Reads on from where it stopped: a character, a mark or a paste may come in any number of pieces."""

    def __init__(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._begun = b""
        """The beginning of a mark, at the end of what was given already."""
        self._mouse = 0
        """Bytes of an old mouse report still to come."""
        self._paste: bytearray | None = None
        """What came of a paste that is under way."""
        self._late = False
        """Whether its text was given without its end: the end may never come."""

    @property
    def within(self) -> bool:
        """Whether a mark is begun that no key begins with, or an old mouse report: the rest is on its way."""
        return self._mouse > 0 or len(self._begun) > len(b"\x1b[")

    def feed(self, data: bytes) -> Iterator[str | Pasted]:
        """Keys as text, for a parser of escape sequences, and pastes, in their order.

        The marks of a paste are given as text too, without what stands between them: the parser had the first
        bytes of one before it could be known for what it is. Old mouse reports come with blanks for numbers.
        """
        if self._late and self._paste is not None:
            yield from self._belated(self._paste, data)
        while data:
            if self._paste is not None:
                found, data = self._within_paste(self._paste, data)
                yield from found
            elif self._mouse:
                blanks = min(self._mouse, len(data))
                self._mouse -= blanks
                data = data[blanks:]
                yield " " * blanks
            else:
                keys, data = self._keys(data)
                if keys:
                    yield keys

    def pause(self) -> None:
        """Nothing came for a moment: an escape that was begun was a key of its own."""
        self._begun, self._mouse = b"", 0

    def silence(self) -> Iterator[str | Pasted]:
        """Nothing came for long: gives what waits for its rest, be it a character or a paste."""
        self.pause()
        if self._paste is None:
            if rest := self._decoder.decode(b"", final=True):
                yield rest
        else:
            yield from self._so_far(self._paste)
            self._late = True

    def _belated(self, paste: bytearray, data: bytes) -> Iterator[str | Pasted]:
        """Whether this is more of a paste that was given without its end, or a person's next key, who waits for none.

        Keys come few at a time, and the rest of a paste in one go, with the end of it at last.
        """
        self._late = False
        if END not in paste + data and (len(data) <= LATE or data.startswith(ESCAPE)):
            self._paste = None
            yield END.decode()

    def _keys(self, data: bytes) -> tuple[str, bytes]:
        """The text up to and with the next mark, and what is left behind it."""
        seen = self._begun + data
        mark = _MARK.search(seen)
        if mark is None:
            begun = _BEGUN.search(seen)
            self._begun = begun.group() if begun else b""
            return self._decoder.decode(data), b""
        end = mark.end() - len(self._begun)
        self._begun = b""
        if mark.group() == START:
            self._paste = bytearray()
        else:
            self._mouse = _MOUSE
        return self._decoder.decode(data[:end]), data[end:]

    def _within_paste(self, paste: bytearray, data: bytes) -> tuple[list[str | Pasted], bytes]:
        """What can be given of a paste with these bytes more, and what is behind its end."""
        looked_at = max(len(paste) - len(END) + 1, 0)  # each byte once: a paste may be a megabyte
        paste += data
        end = paste.find(END, looked_at)
        if end < 0:
            return (self._so_far(paste) if len(paste) > MOST else []), b""
        self._paste = None
        return [*_pasted(paste[:end]), END.decode()], bytes(paste[end + len(END) :])

    def _so_far(self, paste: bytearray) -> list[str | Pasted]:
        """What has come of a paste; the beginning of its end mark is kept."""
        begun = _ENDING.search(paste)
        self._paste = paste[begun.start() :] if begun else bytearray()
        return _pasted(paste[: begun.start()] if begun else paste)


def _pasted(data: bytearray) -> list[str | Pasted]:
    return [Pasted(data.decode("utf-8", "replace"))] if data else []
