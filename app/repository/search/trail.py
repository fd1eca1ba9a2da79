"""Places that a person visited, with the way back and forward. Pure: gives a new list at each step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

MOST = 200
"""Places kept; the oldest go first."""


class LinePlace(NamedTuple):
    """A line of a file."""

    file: str
    """From the repository's root, with forward slashes."""
    line: int
    """0-based."""


@dataclass(frozen=True, slots=True)
class Trail:
    """The places visited, oldest first, and where on that way one is."""

    places: tuple[LinePlace, ...] = ()
    at: int = -1
    """Index of the present place; -1 while there is none."""

    @property
    def here(self) -> LinePlace | None:
        """The present place."""
        return self.places[self.at] if self.places else None

    def jump(self, origin: LinePlace, target: LinePlace) -> Trail:
        """Gone from one place to another: both are remembered, and what lay ahead is forgotten.

        Repeating the place one is at adds nothing.
        """
        return self._with(origin)._with(target)

    def back(self, origin: LinePlace | None = None) -> tuple[Trail, LinePlace | None]:
        """The trail one step earlier, and the place there; None at the beginning.

        `origin` is where the person really is: they may have walked on since the last jump, and want to come back.
        """
        trail = self._moved(origin)
        if trail.at <= 0:
            return trail, None
        earlier = replace(trail, at=trail.at - 1)
        return earlier, earlier.here

    def forward(self, origin: LinePlace | None = None) -> tuple[Trail, LinePlace | None]:
        """The same, one step later; None at the end."""
        trail = self._moved(origin)
        if trail.at + 1 >= len(trail.places):
            return trail, None
        later = replace(trail, at=trail.at + 1)
        return later, later.here

    def _with(self, place: LinePlace) -> Trail:
        if place == self.here:
            return self
        places = (*self.places[: self.at + 1], place)[-MOST:]
        return Trail(places, len(places) - 1)

    def _moved(self, origin: LinePlace | None) -> Trail:
        """The present place brought up to date; nothing ahead is lost by that."""
        if origin is None or not self.places or origin == self.here:
            return self
        if self.at == len(self.places) - 1:
            return self._with(origin)  # at the end one can always add
        return replace(self, places=(*self.places[: self.at], origin, *self.places[self.at + 1 :]))
