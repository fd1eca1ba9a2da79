"""Names offered inside backticks: when they show, what the keys and the mouse do, what is counted and undone."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Input

from app.records.prose import Characters
from widgets.prose.area import ProseArea
from widgets.prose.editor import ProseEditor
from widgets.prose.names import NameOffer, Names, Part, row

BLOCK = ("max_delay", "max_tries", "mean")
FILE = ("Matrix", "max_delay", "merge_all")
PLAIN: dict[Part, Style] = {part: Style() for part in get_args(Part)}


class Desk(App[None]):
    """One editor with names, another field, and what is said."""

    def __init__(self, text: str = "", vim: bool = False) -> None:
        super().__init__()
        self.editor = ProseEditor("think", vim)
        self.first = text
        self.changes: list[ProseEditor.Changed] = []
        self.took: list[Characters] = []
        self.reached: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.editor
        yield Input(id="after")

    def on_mount(self) -> None:
        self.editor.set_names(BLOCK, FILE)
        self.editor.load(self.first)
        self.editor.cursor = len(self.first)
        self.editor.focus()

    def on_prose_editor_changed(self, message: ProseEditor.Changed) -> None:
        self.changes.append(message)
        self.took.append(message.editor.take_effort())

    def on_key(self, event: events.Key) -> None:
        self.reached.append(event.key)

    @property
    def offered(self) -> str:
        """The row of names in sight; empty if there is none."""
        area: ProseArea = self.editor.area
        y = area.names_row
        return "" if y is None else area.render_line(y).text.strip()


async def test_names_show_while_one_is_typed_in_backticks_and_tab_takes_the_marked_one() -> None:
    desk = Desk("see ")
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("m", "a")
        assert desk.offered == ""
        await pilot.press("space", "`")
        assert desk.offered == ""
        await pilot.press("m")
        assert desk.offered == "tab mean │ max_delay │ max_tries │ merge_all │ Matrix"
        await pilot.press("a")
        assert desk.offered == "tab max_delay │ max_tries │ Matrix │ mean │ merge_all"
        await pilot.press("tab")
        assert desk.editor.text == "see ma `max_delay"
        assert desk.offered == ""
        assert desk.focused is desk.editor.area
        await pilot.press("`", "space", "m")
        assert desk.offered == ""
        assert desk.editor.text == "see ma `max_delay` m"


async def test_taking_a_name_counts_only_what_was_typed_and_is_one_step_back() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "a", "tab")
        await pilot.pause()
        assert desk.editor.text == "`max_delay"
        assert (sum(took.typed for took in desk.took), sum(took.pasted for took in desk.took)) == (3, 0)
        assert desk.changes[-1].text == "`max_delay"
        await pilot.press("ctrl+z")
        assert desk.editor.text == "`ma"
        await pilot.press("ctrl+y")
        assert desk.editor.text == "`max_delay"
        assert desk.offered == ""


async def test_only_the_prefix_is_replaced() -> None:
    desk = Desk("a `tokio::` b\nnext")
    async with desk.run_test(size=(80, 24)) as pilot:
        desk.editor.cursor = len("a `tokio::")
        await pilot.press("M", "tab")
        assert desk.editor.text == "a `tokio::Matrix` b\nnext"
        assert desk.editor.cursor == len("a `tokio::Matrix")


@pytest.mark.parametrize(("down", "up"), [("ctrl+down", "ctrl+up"), ("alt+down", "alt+up")])
async def test_another_name_is_marked_by_keys_and_goes_round(down: str, up: str) -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "a", down, down, down, up, up, "tab")
        assert desk.editor.text == "`max_tries"


async def test_enter_stays_a_line_feed_and_tab_leaves_where_no_name_is_offered() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "enter")
        assert (desk.editor.text, desk.offered) == ("`m\n", "")
        await pilot.press("tab")
        assert desk.focused is desk.query_one("#after")


async def test_escape_closes_the_names_for_this_word_and_stays() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "escape")
        assert desk.offered == "" and "escape" not in desk.reached
        await pilot.press("a")
        assert desk.offered == ""
        await pilot.press("space", "m")
        assert desk.offered.startswith("tab mean")
        await pilot.press("escape", "tab")
        assert desk.focused is desk.query_one("#after")
        assert desk.editor.text == "`ma m"


@pytest.mark.parametrize("key", ["left", "home", "ctrl+z", "shift+left", "up"])
async def test_names_go_when_the_cursor_leaves(key: str) -> None:
    desk = Desk("first\n")
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m")
        assert desk.offered
        await pilot.press(key)
        assert desk.offered == ""
        await pilot.press("right")
        assert desk.offered == ""


async def test_backspace_widens_the_offer_and_a_paste_or_another_field_ends_it() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "e", "a")
        assert desk.offered == "tab mean │ max_delay │ merge_all"
        await pilot.press("n")
        assert desk.offered == ""
        await pilot.press("backspace", "backspace")
        assert desk.offered == ""
        await pilot.press("a", "backspace")
        assert desk.offered == "tab mean │ merge_all │ max_delay │ max_tries"
        desk.query_one("#after").focus()
        await pilot.pause()
        assert desk.offered == ""
        desk.editor.focus()
        await pilot.press("r")
        assert desk.offered == "tab merge_all"
        desk.editor.area.post_message(events.Paste("ge"))
        await pilot.pause()
        assert desk.offered == ""


async def test_a_click_takes_the_name_under_it_and_beside_names_does_nothing() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "a")
        area = desk.editor.area
        y = area.names_row
        assert y is not None
        await pilot.click(area, offset=(70, y))
        assert desk.offered and desk.editor.text == "`ma"
        await pilot.click(area, offset=(area.render_line(y).text.index("max_tries") + 3, y))
        assert (desk.editor.text, desk.offered) == ("`max_tries", "")
        await pilot.click(area, offset=(0, 0))
        assert desk.editor.cursor == 0


@pytest.mark.parametrize("height", [4, 5, 6])
async def test_in_a_low_pane_the_names_stand_beside_the_cursors_row(height: int) -> None:
    desk = Desk("\n".join("line" for _ in range(20)) + "\n")
    desk.editor.styles.height = height
    async with desk.run_test(size=(40, 12)) as pilot:
        await pilot.press("`", "m")
        await pilot.pause()
        area = desk.editor.area
        assert area.size.height == height - 1
        assert area.names_row == area.size.height - 2
        assert "`m" in area.render_line(area.size.height - 1).text
        assert area._strips.on_screen[area.names_row].text.startswith(" tab mean │")
        await pilot.press("escape")
        await pilot.pause()
        assert "mean" not in "".join(strip.text for strip in area._strips.on_screen.values())


async def test_vim_offers_names_in_insert_mode_only() -> None:
    desk = Desk("`ma max", vim=True)
    async with desk.run_test(size=(80, 24)) as pilot:
        desk.editor.cursor = 3
        await pilot.press("i", "x")
        assert desk.offered == "tab max_delay │ max_tries │ Matrix"
        await pilot.press("tab")
        assert desk.editor.text == "`max_delay max"
        await pilot.press("space", "`", "space", "m")
        assert desk.offered == ""
        await pilot.press("`", "m")
        assert desk.offered
        await pilot.press("escape")
        assert desk.offered == "" and desk.editor.area.status_text == "NORMAL"  # type: ignore[attr-defined]
        await pilot.press("x")
        assert desk.offered == ""


async def test_the_keymaps_own_key_is_told_and_takes() -> None:
    desk = Desk()
    desk.set_keymap({"prose.take_name": "f9"})
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.press("`", "m", "a")
        assert desk.offered.startswith("f9 max_delay")
        await pilot.press("f9")
        assert desk.editor.text == "`max_delay"


async def test_hostile_names_are_pictures_and_what_fits_no_backticks_is_no_name() -> None:
    desk = Desk()
    async with desk.run_test(size=(80, 24)) as pilot:
        desk.editor.set_names(["ma\u200d[b]x", "ma y", "ma`z", "ma\x1b[31m"], ["ma\u202e"])
        await pilot.press("`", "m")
        assert desk.offered == "tab ma⍰[b]x"


@given(
    st.lists(
        st.text(alphabet="ab_漢\U0001f600", min_size=1, max_size=30), min_size=1, max_size=8, unique=True
    ),
    st.integers(0, 7),
    st.integers(1, 90),
)
def test_the_row_fills_its_width_and_shows_the_marked_name(names: list[str], chosen: int, width: int) -> None:
    offer = NameOffer(0, "a", tuple(names)).step(chosen)
    drawn = row(offer, width, PLAIN)
    assert drawn.strip.cell_length == sum(cell_len(s.text) for s in drawn.strip) == width
    numbers = [number for _, _, number in drawn.places]
    assert offer.chosen in numbers
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    text = drawn.strip.text
    if width > 50:
        assert all(names[number] in text for number in numbers)
    for first, last, number in drawn.places:
        assert drawn.name_at(first) == drawn.name_at(last - 1) == number


@given(st.text(alphabet="`ma_ \n.:", max_size=30), st.integers(0, 30))
def test_nothing_is_offered_outside_backticks_and_nothing_but_given_names(text: str, cursor: int) -> None:
    names = Names()
    names.know(BLOCK, FILE)
    names.typed(text, min(cursor, len(text)))
    if names.offer is not None:
        assert set(names.offer.names) <= {*BLOCK, *FILE}
        assert "`" in text[: names.offer.start].rpartition("\n")[2]
