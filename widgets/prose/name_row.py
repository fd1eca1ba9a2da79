"""The row beside the cursor on which names are offered inside backticks; the text area draws it over its text.

A row of the text area and no widget of its own: showing it changes no layout, so it costs one row, also over a
slow line and in a pane of five rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rich.style import Style
from textual.document._document import Document, Location, Selection
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset, Size
from textual.strip import Strip
from textual.widget import Widget

from app.settings.keys import shown
from widgets.prose.names import PARTS, NameOffer, Names, OfferRow, Part, row


class NamesHost(Protocol):
    """The text area, as far as it matters for names."""

    @property
    def offers_names(self) -> bool:
        """Whether what is typed now is text."""

    @property
    def text(self) -> str: ...
    @property
    def plain_document(self) -> Document: ...
    @property
    def wrapped_document(self) -> WrappedDocument: ...
    @property
    def selection(self) -> Selection: ...
    @property
    def cursor_location(self) -> Location: ...
    @property
    def size(self) -> Size: ...
    @property
    def scroll_offset(self) -> Offset: ...
    def get_component_rich_style(self, *names: str) -> Style: ...
    def refresh(self) -> object: ...
    def replace_uncounted(self, text: str, start: Location, end: Location, follow: bool = False) -> None: ...


class NameRow:
    """Offers names while somebody types there, and puts the one that is taken into the text."""

    def __init__(self, area: NamesHost, names: Names, key: Callable[[], str]) -> None:
        """`key`: the one that takes a name, as people read it."""
        self._area, self._names, self._key = area, names, key
        self._offered_at = Selection()

    @property
    def y(self) -> int | None:
        """The 0-based row in sight on which names are offered, beside the cursor's; None while none are."""
        area = self._area
        if self._names.offer is None or area.selection != self._offered_at or not area.offers_names:
            return None
        height = area.size.height
        y = area.wrapped_document.location_to_offset(area.cursor_location).y - area.scroll_offset.y
        if height < 2 or not 0 <= y < height:
            return None
        return y + 1 if y + 1 < height else y - 1

    def edited(self, typing: bool) -> None:
        """After an edit: offer what fits the name at the cursor, if a person is typing one; else nothing."""
        self._names.offer = None
        area = self._area
        row, column = area.cursor_location
        if not typing or not area.offers_names or not area.selection.is_empty:
            return
        if "`" in area.plain_document[row][:column]:
            self._names.typed(area.text, area.plain_document.get_index_from_location((row, column)))
            self._offered_at = area.selection

    def moved(self) -> None:
        """Names are offered where they were asked for; a move of the cursor ends that."""
        if self._names.offer is not None and self._area.selection != self._offered_at:
            self._names.offer = None

    def left(self) -> None:
        """Nothing is offered to somebody who writes elsewhere."""
        if self._names.offer is not None:
            self._names.offer = None
            self._area.refresh()

    def refuse(self) -> bool:
        """Offer nothing more for this name; whether anything was offered."""
        if self.y is None:
            return False
        self._names.refuse()
        self._area.refresh()
        return True

    def over(self, text: Callable[[int], Strip], y: int) -> Strip:
        """A row of the text, which `text` draws, or the names that are offered over it."""
        offer = self._names.offer
        return self._drawn(offer).strip if offer is not None and y == self.y else text(y)

    def press(self, x: int, y: int) -> bool:
        """The mouse goes down on a cell: the name there is taken. Whether the row is there."""
        offer = self._names.offer
        if offer is None or y != self.y:
            return False
        number = self._drawn(offer).name_at(x)
        if number is not None:
            self._names.offer = offer._replace(chosen=number)
            self.action_take_name()
        return True

    def _drawn(self, offer: NameOffer) -> OfferRow:
        area = self._area
        styles: dict[Part, Style] = {
            part: area.get_component_rich_style(f"prose-area--{part}") for part in PARTS
        }
        return row(offer, area.size.width, styles, self._key())

    def action_take_name(self) -> None:
        """Puts the marked name in the place of what is typed of it: one step that can be undone.

        The characters that were typed stay counted as typed; the rest of the name counts as neither typed
        nor pasted, since nobody wrote it and it came from nowhere else.
        """
        offer = self._names.offer
        if offer is None:
            return
        self._names.refuse()
        if offer.name != offer.prefix:
            line, column = self._area.cursor_location
            start = (line, column - len(offer.prefix))
            self._area.replace_uncounted(offer.name, start, (line, column), follow=True)
        self._area.refresh()

    def action_next_name(self) -> None:
        """Marks the next name."""
        self._step(1)

    def action_previous_name(self) -> None:
        """Marks the name before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self._names.offer is not None:
            self._names.offer = self._names.offer.step(by)
            self._area.refresh()


def take_key(area: Widget) -> str:
    """The key that takes a name, as people read it; empty if none does."""
    keys = area._bindings.copy()
    keys.apply_keymap(area.app._keymap)
    for key, bound in keys.key_to_bindings.items():
        if any(binding.id == "prose.take_name" for binding in bound):
            return shown(key)
    return ""
