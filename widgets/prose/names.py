"""The names offered inside backticks: one row beside the cursor, which the text area draws over its text.

A row of the text area and no widget of its own: showing it changes no layout, so it costs one row, also over a
slow line and in a pane of five rows. Only names that were given are offered, never prose.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Literal, NamedTuple, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.document._document import Document, Location, Selection
from textual.strip import Strip

from app.rust.cells import one_line
from app.settings.keys import shown
from widgets.base.steady_area import SteadyArea
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


class NamesArea(SteadyArea):
    """A text area that offers names inside backticks while somebody types there."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"prose-area--{part}" for part in PARTS}
    DEFAULT_CSS = """
    NamesArea .prose-area--names { background: $panel; color: $text; }
    NamesArea .prose-area--name-marked { background: $panel; color: $text; text-style: bold reverse; }
    NamesArea .prose-area--names-quiet { background: $panel; color: $text-muted; }
    """

    def __init__(self, **settings: Any) -> None:
        self.names = Names()
        """The names that may be offered, and those that are."""
        self._offered_at = Selection()
        super().__init__(**settings)

    @property
    def offers_names(self) -> bool:
        """Whether what is typed now is text."""
        return True

    def replace_uncounted(self, text: str, start: Location, end: Location, follow: bool = False) -> None:
        """Replaces a range in one step that can be undone, and counts nothing as typed or pasted."""
        raise NotImplementedError

    def offer_names(self, typing: bool) -> None:
        """After an edit: offers what fits the name at the cursor, if a person is typing one; else nothing."""
        self.names.offer = None
        row, column = self.cursor_location
        if not typing or not self.offers_names or not self.selection.is_empty:
            return
        if "`" in self.document[row][:column]:
            cursor = cast(Document, self.document).get_index_from_location((row, column))
            self.names.typed(self.text, cursor)
            self._offered_at = self.selection

    def refuse_names(self) -> bool:
        """Offers nothing more for this name; whether anything was offered."""
        if self.names_row is None:
            return False
        self.names.refuse()
        self.refresh()
        return True

    @property
    def names_row(self) -> int | None:
        """The 0-based row in sight on which names are offered, beside the cursor's; None while none are."""
        if self.names.offer is None or self.selection != self._offered_at or not self.offers_names:
            return None
        height = self.size.height
        y = self.wrapped_document.location_to_offset(self.cursor_location).y - self.scroll_offset.y
        if height < 2 or not 0 <= y < height:
            return None
        return y + 1 if y + 1 < height else y - 1

    def render_line(self, y: int) -> Strip:
        """A row of the text, or the names that are offered over it."""
        if self.names.offer is not None and y == self.names_row:
            return self._names_drawn(self.names.offer).strip
        return super().render_line(y)

    def _names_drawn(self, offer: NameOffer) -> OfferRow:
        styles = {part: self.get_component_rich_style(f"prose-area--{part}") for part in PARTS}
        return row(offer, self.size.width, styles, self._take_key())

    def _take_key(self) -> str:
        """The key that takes a name, as people read it; empty if none does."""
        keys = self._bindings.copy()
        keys.apply_keymap(self.app._keymap)
        for key, bound in keys.key_to_bindings.items():
            if any(binding.id == "prose.take_name" for binding in bound):
                return shown(key)
        return ""

    def watch_selection(self) -> None:
        """Names are offered where they were asked for; a move of the cursor ends that."""
        if self.names.offer is not None and self.selection != self._offered_at:
            self.names.offer = None

    def on_blur(self) -> None:
        """Nothing is offered to somebody who writes elsewhere."""
        if self.names.offer is not None:
            self.names.offer = None
            self.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys for names are others' while no names are offered: tab then leaves the field."""
        if action in ("take_name", "next_name", "previous_name"):
            return self.names_row is not None
        return super().check_action(action, parameters)

    def action_take_name(self) -> None:
        """Puts the marked name in the place of what is typed of it: one step that can be undone.

        The characters that were typed stay counted as typed; the rest of the name counts as neither typed
        nor pasted, since nobody wrote it and it came from nowhere else.
        """
        offer = self.names.offer
        if offer is None:
            return
        self.names.refuse()
        if offer.name != offer.prefix:
            line, column = self.cursor_location
            start = (line, column - len(offer.prefix))
            self.replace_uncounted(offer.name, start, (line, column), follow=True)
        self.refresh()

    def action_next_name(self) -> None:
        """Marks the next name."""
        self._step_name(1)

    def action_previous_name(self) -> None:
        """Marks the name before."""
        self._step_name(-1)

    def _step_name(self, by: int) -> None:
        if self.names.offer is not None:
            self.names.offer = self.names.offer.step(by)
            self.refresh()

    async def _on_mouse_down(self, event: events.MouseDown) -> None:
        offer = self.names.offer
        if offer is None or event.y != self.names_row:
            return  # the text area's own turn
        event.stop()
        event.prevent_default()
        number = self._names_drawn(offer).name_at(event.x)
        if number is not None:
            self.names.offer = offer._replace(chosen=number)
            self.action_take_name()
