"""What `git grep -n --column -z` says, read as it comes, with no line kept longer than a person can use."""

from __future__ import annotations

from dataclasses import dataclass

TEXT_BYTES = 1_000
"""Bytes of a line that are kept: a one-megabyte line is not a search result."""
BEFORE_BYTES = 200
"""Bytes kept in front of a match that stands too far to the right."""
MORE = "…"


@dataclass(frozen=True, slots=True)
class TextHit:
    """A line in which something was found."""

    path: str
    line: int
    """0-based; lines end at line feeds only."""
    column: int
    """0-based byte of the line where the first match begins."""
    text: str
    """The line or the part of it around the match, undecodable bytes replaced. Not safe to print as it is."""
    at: int
    """0-based character of `text` where the match begins."""


class GrepLines:
    """Takes the output in pieces of any size. Names and texts may hold anything, line feeds in names included."""

    def __init__(self, prefix: str = "") -> None:
        """`prefix` stands before every path and is taken off."""
        self._prefix = prefix.encode("utf-8")
        self._head = bytearray()
        self._fields: list[bytes] = []
        self._text = bytearray()
        self._seen = 0  # bytes of the present line's text that went by

    def feed(self, data: bytes) -> list[TextHit]:
        """The hits that these bytes complete."""
        hits: list[TextHit] = []
        at = 0
        while at < len(data):
            if len(self._fields) < 3:
                end = data.find(b"\0", at)
                self._head += data[at : len(data) if end < 0 else end]
                if end < 0:
                    break
                self._fields.append(bytes(self._head))
                self._head.clear()
            else:
                end = data.find(b"\n", at)
                self._take(data, at, len(data) if end < 0 else end)
                if end < 0:
                    break
                hit = self._hit()
                if hit is not None:
                    hits.append(hit)
            at = end + 1
        return hits

    def _take(self, data: bytes, start: int, end: int) -> None:
        """Keep what lies in the window around the match."""
        first = self._window()
        low = max(start, start + first - self._seen)
        high = min(end, start + first + TEXT_BYTES - self._seen)
        if low < high:
            self._text += data[low:high]
        self._seen += end - start

    def _window(self) -> int:
        """The first byte of the line that is kept."""
        column = _number(self._fields[2]) - 1
        return column - BEFORE_BYTES if column > TEXT_BYTES - BEFORE_BYTES else 0

    def _hit(self) -> TextHit | None:
        name, line, column = self._fields[0], _number(self._fields[1]), max(_number(self._fields[2]) - 1, 0)
        first, seen, kept = self._window(), self._seen, bytes(self._text)
        self._fields, self._seen = [], 0
        self._text.clear()
        if line < 1:
            return None  # no line of what was asked for
        path = name.removeprefix(self._prefix).decode("utf-8", "replace")
        before = kept[: column - first].decode("utf-8", "replace")
        after = kept[column - first :].decode("utf-8", "replace").removesuffix("\r")
        left = MORE if first else ""
        right = MORE if seen > first + len(kept) else ""
        return TextHit(path, line - 1, column, left + before + after + right, len(left + before))


def _number(field: bytes) -> int:
    return int(field) if field.isdigit() and len(field) < 12 else 0
