"""Undo and redo across the moment at which the scroll bar comes or goes (Textual's issue 6686), in every field."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget
from textual.widgets import TextArea
from textual_vim_textarea import VimTextArea  # type: ignore[import-untyped]

import app
import widgets
from widgets.base.steady_area import SteadyArea
from widgets.dialogs.note import NoteArea
from widgets.prose.editor import ProseEditor

ROWS = 8
LONG = "\n".join(f"line {number} of a text" for number in range(3 * ROWS))
FIELDS: dict[str, Callable[[], Widget]] = {
    "user": lambda: ProseEditor("user"),
    "think": lambda: ProseEditor("think"),
    "vim": lambda: ProseEditor("think", vim=True),
    "note": NoteArea,
}


class Field(App[None]):
    """One field, lower than the text."""

    def __init__(self, field: Widget) -> None:
        super().__init__()
        self.field = field

    def compose(self) -> ComposeResult:
        yield self.field

    @property
    def area(self) -> TextArea:
        """The text area itself."""
        return self.query_one(TextArea)


@pytest.fixture(params=FIELDS)
def field(request: pytest.FixtureRequest) -> Field:
    """Each kind of field in turn."""
    return Field(FIELDS[request.param]())


async def test_a_long_paste_is_undone_and_done_again(field: Field) -> None:
    async with field.run_test(size=(40, ROWS)) as pilot:
        area = field.area
        field.post_message(events.Paste(LONG))
        await pilot.pause()
        assert area.show_vertical_scrollbar
        area.undo()
        await pilot.pause()
        assert (area.text, area.cursor_location, area.show_vertical_scrollbar) == ("", (0, 0), False)
        area.redo()
        await pilot.pause()
        assert (area.text, area.cursor_location) == (LONG, (3 * ROWS - 1, len(LONG.split("\n")[-1])))
        assert area.scroll_offset.y > 0  # and it scrolled to the cursor


async def test_the_deletion_of_all_is_undone_and_done_again(field: Field) -> None:
    async with field.run_test(size=(40, ROWS)) as pilot:
        area = field.area
        area.insert(LONG)
        await pilot.pause()
        area.select_all()
        area.action_delete_right()
        await pilot.pause()
        area.undo()
        await pilot.pause()
        assert area.text == LONG and area.scroll_offset.y > 0
        area.redo()
        await pilot.pause()
        assert (area.text, area.cursor_location) == ("", (0, 0))


async def test_lines_typed_one_by_one_are_undone_one_by_one(field: Field) -> None:
    async with field.run_test(size=(40, ROWS)) as pilot:
        area = field.area
        for line in LONG.splitlines(keepends=True):
            area.insert(line, maintain_selection_offset=False)
        for _ in range(3 * ROWS):
            area.undo()
            await pilot.pause()
            assert area.cursor_location == area.document.end
        assert area.text == ""


@pytest.mark.parametrize("vim", [False, True], ids=["plain", "vim"])
async def test_what_came_from_ones_own_editor_is_undone_with_the_cursor_at_its_end(vim: bool) -> None:
    editor = ProseEditor("user", vim)
    desk = Field(editor)
    async with desk.run_test(size=(40, ROWS)) as pilot:
        editor.load("one")
        editor.replace_all("one\n" + LONG)
        await pilot.pause()
        editor.area.move_cursor(editor.area.document.end)
        await pilot.pause()
        editor.area.undo()
        await pilot.pause()
        assert editor.text == "one"
        editor.area.redo()
        await pilot.pause()
        assert editor.text == "one\n" + LONG


async def test_another_short_text_is_loaded_over_a_long_one(field: Field) -> None:
    async with field.run_test(size=(40, ROWS)) as pilot:
        area = field.area
        area.insert(LONG)
        area.move_cursor(area.document.end)
        await pilot.pause()
        area.load_text("short")
        await pilot.pause()
        assert (area.text, area.show_vertical_scrollbar) == ("short", False)


async def test_a_wrapped_line_that_a_vanishing_scroll_bar_gives_a_cell_more_is_undone(field: Field) -> None:
    async with field.run_test(size=(40, ROWS)) as pilot:
        area = field.area
        area.insert("word " * 8 * ROWS)
        area.move_cursor(area.document.end)
        area.history.checkpoint()
        area.insert("\n" * ROWS, maintain_selection_offset=False)
        await pilot.pause()
        area.undo()
        await pilot.pause()
        area.undo()
        await pilot.pause()
        assert (area.text, area.wrapped_document.height) == ("", 1)


def _modules() -> Iterator[str]:
    for package in (app, widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield module.name


def _below(kind: type[TextArea]) -> Iterator[type[TextArea]]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def test_every_text_area_of_ours_is_a_steady_one() -> None:
    for name in _modules():
        if name.startswith("widgets.") or ".screens." in name:
            importlib.import_module(name)
    ours = [kind for kind in _below(TextArea) if kind.__module__.startswith(("app.", "widgets."))]
    assert {NoteArea, SteadyArea} < set(ours)
    assert all(issubclass(kind, SteadyArea) for kind in ours), ours


@pytest.mark.parametrize("kind", [TextArea, VimTextArea])
async def test_textuals_own_area_still_needs_it(kind: type[TextArea]) -> None:
    """Once this fails, the library is mended: `SteadyArea` and its line in docs/dependencies.md can go."""
    plain = Field(kind())
    with pytest.raises(ValueError, match="out of bounds"):
        async with plain.run_test(size=(40, ROWS)) as pilot:
            plain.area.insert(LONG, maintain_selection_offset=False)
            await pilot.pause()
            plain.area.undo()
