"""The names that are known, those offered inside backticks, and the row that shows them.

Only names that were given are offered, never prose.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from app.rust.cells import one_line
from widgets.prose.name_offers import OfferedNames, open_name

Part = Literal["names", "name-marked", "names-quiet"]
PARTS: tuple[Part, ...] = ("names", "name-marked", "names-quiet")
"""The row's styles, as component classes of the text area: `prose-area--names` and so on."""
_BETWEEN = " │ "
_MORE = "…"
_LONGEST = 60
"""Cells of a name that are shown at most."""


class NameOffer(NamedTuple):
    """What is offered for the name that is being typed."""

    start: int
    """First character of what is typed of it, in characters of the text, 0-based."""
    prefix: str
    """What is typed of it; the cursor stands behind."""
    names: tuple[str, ...]
    """What it may become, the likeliest first; at least one."""
    chosen: int = 0
    """Which of them is marked, 0-based."""

    @property
    def name(self) -> str:
        """The marked name."""
        return self.names[self.chosen]

    def step(self, by: int) -> NameOffer:
        """Another one marked; goes round at the ends."""
        return self._replace(chosen=(self.chosen + by) % len(self.names))


class Names:
    """The names that are known, and what of them is offered now. Knows the text only as it is told."""

    def __init__(self) -> None:
        self._known = OfferedNames()
        self._given: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
        self.offer: NameOffer | None = None
        """What is offered now."""
        self._refused = -1

    def know(self, block: Collection[str], file: Collection[str]) -> None:
        """Other names, the block's before its file's; what is offered meanwhile stays."""
        given = tuple(block), tuple(file)
        if given != self._given:
            self._given = given
            self._known = OfferedNames(block, file)

    def typed(self, text: str, cursor: int) -> None:
        """Offers what fits the name that a key has just changed at `cursor` (characters, 0-based)."""
        found = open_name(text, cursor)
        self.offer = None
        if found is None:
            self._refused = -1
        elif found[0] != self._refused:
            self._refused = -1
            if names := self._known.offer(found[1]):
                self.offer = NameOffer(*found, tuple(names))

    def refuse(self) -> None:
        """Offers nothing more for this name."""
        if self.offer is not None:
            self._refused = self.offer.start
            self.offer = None


class OfferRow(NamedTuple):
    """The row as it is drawn, and where a click takes what."""

    strip: Strip
    """The row, as wide as was asked for."""
    places: tuple[tuple[int, int, int], ...]
    """First cell, one past the last, and which name (0-based) stands there."""

    def name_at(self, cell: int) -> int | None:
        """Which name stands at a 0-based cell."""
        return next((number for first, last, number in self.places if first <= cell < last), None)


def row(offer: NameOffer, width: int, styles: Mapping[Part, Style], key: str = "tab") -> OfferRow:
    """The offer on one row of `width` cells: ` tab max_delay │ max_tries │ … `, with the marked one in sight."""
    named = [_short(one_line(name)) for name in offer.names]
    lead = f" {key} " if key and width > 20 else " "
    first, last = _in_sight([cell_len(name) for name in named], offer.chosen, width - cell_len(lead) - 1)
    parts: list[tuple[str, Part]] = [(lead, "names-quiet")]
    if first:
        parts.append((_MORE + _BETWEEN[1:], "names-quiet"))
    places = []
    for number in range(first, last):
        if number > first:
            parts.append((_BETWEEN, "names-quiet"))
        at = sum(cell_len(text) for text, _ in parts)
        parts.append((named[number], "name-marked" if number == offer.chosen else "names"))
        places.append((at, at + cell_len(named[number]), number))
    if last < len(named):
        parts.append((_BETWEEN + _MORE, "names-quiet"))
    strip = Strip([Segment(text, styles[part]) for text, part in parts])
    return OfferRow(strip.adjust_cell_length(width, styles["names"]), tuple(places))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + _MORE


def _in_sight(widths: list[int], chosen: int, room: int) -> tuple[int, int]:
    """Which names have room: from the first on if the marked one is then among them."""
    gap = len(_BETWEEN)
    more = gap + len(_MORE)
    for first in range(chosen + 1):
        left, last = room - (more if first else 0), first
        while last < len(widths):
            wanted = widths[last] + (gap if last > first else 0)
            if left < wanted + (more if last + 1 < len(widths) else 0):
                break
            left -= wanted
            last += 1
        if last > chosen:
            return first, last
    return chosen, chosen + 1
