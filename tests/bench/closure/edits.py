"""Changes to a file's bytes, and the way back from a place in the changed file to the place it was.

Offsets are bytes, 0-based, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Put `text` in the place of the bytes from `start` to `end`; several at one place stay in order."""

    start: int
    end: int
    text: bytes = field(compare=False)
    mark: int = field(default=-1, compare=False)
    """What the text stands for, where that is asked; -1: nothing."""


class Edited:
    """A file after its edits. Edits must not overlap; raises ValueError if they do."""

    def __init__(self, data: bytes, edits: Iterable[Edit]) -> None:
        self._edits = sorted(edits)
        self._starts: list[int] = []  # where each edit's text begins in the changed file
        parts: list[bytes] = []
        at = length = 0
        for edit in self._edits:
            if edit.start < at:
                raise ValueError(f"edits overlap at byte {edit.start}")
            parts += [data[at : edit.start], edit.text]
            length += edit.start - at
            self._starts.append(length)
            length += len(edit.text)
            at = edit.end
        parts.append(data[at:])
        self.data = b"".join(parts)

    def before(self, offset: int) -> int | None:
        """The place in the original of a byte of the changed file; None for a byte that an edit put there."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        edit, start = self._edits[index], self._starts[index]
        behind = offset - start - len(edit.text)
        return None if behind < 0 else edit.end + behind

    def mark(self, offset: int) -> int:
        """The mark of the edit that put the byte there; -1 if none did."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0 or offset >= self._starts[index] + len(self._edits[index].text):
            return -1
        return self._edits[index].mark
