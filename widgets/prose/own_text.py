"""What the fields of a record say, and what was taken out of them: text from there is moved, not pasted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

MOST = 400_000
"""Characters of what was taken out of one field that are remembered at most, the newest."""


class _Field:
    def __init__(self, now: Callable[[], str]) -> None:
        self.now = now
        self.loaded = ""
        self.gone: deque[str] = deque()

    def forget_oldest(self) -> None:
        while sum(map(len, self.gone)) > MOST:
            self.gone.popleft()


class OwnText:
    """One record's own words, in all its fields. White space does not count: a terminal copies lines as they break."""

    def __init__(self) -> None:
        self._fields: dict[object, _Field] = {}

    def join(self, field: object, now: Callable[[], str]) -> None:
        """A field of the record; `now` gives its text."""
        self._fields[field] = _Field(now)

    def load(self, field: object, text: str) -> None:
        """A field has a record's text from now on, and nothing of the one before."""
        kept = self._fields[field]
        kept.loaded = _folded(text)
        kept.gone.clear()

    def take_out(self, field: object, text: str) -> None:
        """Something was cut or written over; single characters are not worth remembering."""
        if len(text) > 1 and (folded := _folded(text)):
            kept = self._fields[field]
            kept.gone.append(folded)
            kept.forget_oldest()

    def holds(self, text: str) -> bool:
        """Whether every word of a text stands in the record in just this way, or stood there since it was loaded."""
        wanted = _folded(text)
        return bool(wanted) and any(
            wanted in said
            for field in self._fields.values()
            for said in (_folded(field.now()), field.loaded, *field.gone)
        )


def _folded(text: str) -> str:
    return " ".join(text.split())
