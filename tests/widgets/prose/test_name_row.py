"""Where names are offered while somebody types, and what taking one puts into the text."""

from __future__ import annotations

from rich.style import Style
from textual.document._document import Document, Location, Selection
from textual.document._wrapped_document import WrappedDocument
from textual.geometry import Offset, Size
from textual.strip import Strip

from widgets.prose.name_row import NameRow
from widgets.prose.names import Names


class PaperArea:
    """A text of which the cursor stands at the end of a line, in a pane of `height` rows."""

    def __init__(self, text: str, line: int = 0, height: int = 5) -> None:
        self.text = text
        self.plain_document = Document(text)
        self.wrapped_document = WrappedDocument(self.plain_document, 40)
        self.cursor_location: Location = (line, len(self.plain_document[line]))
        self.selection = Selection.cursor(self.cursor_location)
        self.scroll_offset = Offset(0, 0)
        self.size = Size(40, height)
        self.offers_names = True
        self.refreshed = 0
        self.replaced: list[tuple[str, Location, Location, bool]] = []

    def get_component_rich_style(self, *names: str) -> Style:
        return Style()

    def refresh(self) -> None:
        self.refreshed += 1

    def replace_uncounted(self, text: str, start: Location, end: Location, follow: bool = False) -> None:
        self.replaced.append((text, start, end, follow))


def offering(text: str, line: int = 0, height: int = 5) -> tuple[PaperArea, NameRow, Names]:
    area, names = PaperArea(text, line, height), Names()
    names.know(["max_delay", "max_tries"], [])
    return area, NameRow(area, names, lambda: "tab"), names


def test_names_are_offered_to_one_who_types_in_backticks() -> None:
    area, row, names = offering("wait `max_")
    row.edited(typing=True)
    assert names.offer is not None and names.offer.prefix == "max_" and row.y == 1
    row.edited(typing=False)
    assert names.offer is None and row.y is None
    area.offers_names = False
    row.edited(typing=True)
    assert names.offer is None


def test_outside_backticks_nothing_is_offered() -> None:
    _, row, names = offering("max_")
    row.edited(typing=True)
    assert names.offer is None


def test_at_the_last_row_names_stand_above_the_cursor_and_beyond_it_nowhere() -> None:
    area, row, _ = offering("a\nb\n`max_", line=2, height=3)
    row.edited(typing=True)
    assert row.y == 1
    area.scroll_offset = Offset(0, 3)
    assert row.y is None
    area.scroll_offset, area.size = Offset(0, 2), Size(40, 1)
    assert row.y is None


def test_a_move_of_the_cursor_ends_the_offer_and_so_does_leaving() -> None:
    area, row, names = offering("`max_")
    row.edited(typing=True)
    row.moved()
    assert names.offer is not None
    area.selection = Selection.cursor((0, 0))
    assert row.y is None
    row.moved()
    assert names.offer is None
    area.selection = Selection.cursor(area.cursor_location)
    row.edited(typing=True)
    row.left()
    assert names.offer is None and area.refreshed == 1
    row.left()
    assert area.refreshed == 1


def test_the_marked_name_takes_the_place_of_what_is_typed_of_it() -> None:
    area, row, names = offering("wait `max_")
    row.edited(typing=True)
    row.action_next_name()
    wanted = names.offer.name if names.offer is not None else ""
    row.action_take_name()
    assert area.replaced == [(wanted, (0, 6), (0, 10), True)] and wanted in ("max_delay", "max_tries")
    assert names.offer is None
    row.action_take_name()
    assert len(area.replaced) == 1


def test_what_was_refused_is_not_offered_again_for_the_same_name() -> None:
    _, row, names = offering("`max_")
    assert not row.refuse()
    row.edited(typing=True)
    assert row.refuse()
    row.edited(typing=True)
    assert names.offer is None


def test_a_press_takes_the_name_under_it_and_elsewhere_is_none_of_the_rows() -> None:
    area, row, names = offering("`max_")
    assert not row.press(6, 1)
    row.edited(typing=True)
    text = row.over(lambda y: Strip.blank(40), 1).text
    assert text.startswith(" tab max_")
    assert not row.press(6, 2)
    assert row.press(text.index("max_tries"), 1)
    assert [name for name, *_ in area.replaced] == ["max_tries"] and names.offer is None
