"""What counts as typed and what as pasted: the table of docs/authorship.md."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult

from app.records.prose import NONE, Characters
from widgets.prose.area import ProseArea


class Page(App[None]):
    """One text, nothing else."""

    def __init__(self, vim: bool = False) -> None:
        super().__init__()
        self.vim = vim

    def compose(self) -> ComposeResult:
        if self.vim:
            from widgets.prose.vim import VimProseArea

            yield VimProseArea(id="text")
        else:
            yield ProseArea(id="text")


async def test_typing_counts_what_is_put_in_and_nothing_that_is_taken_away() -> None:
    app = Page()
    async with app.run_test() as pilot:
        area = app.query_one("#text", ProseArea)
        area.focus()
        await pilot.press(*"hello", "enter")
        assert area.take_effort() == Characters(6, 0)
        for char in "日本語":
            area.post_message(events.Key(char, char))
        await pilot.pause()
        assert area.take_effort() == Characters(3, 0)
        await pilot.press("backspace")
        area.undo()
        area.redo()
        assert area.take_effort() == NONE


async def test_a_paste_counts_its_characters_also_of_one_and_what_is_cut_and_put_back_is_moved() -> None:
    app = Page()
    async with app.run_test() as pilot:
        area = app.query_one("#text", ProseArea)
        area.focus()
        area.post_message(events.Paste("pasted text"))
        await pilot.pause()
        assert area.take_effort() == Characters(0, 11)
        area.select_all()
        await pilot.press("ctrl+x")
        await pilot.press("ctrl+v")
        assert (area.text, area.take_effort()) == ("pasted text", Characters(moved=11))
        area.post_message(events.Paste("z"))
        await pilot.pause()
        assert area.take_effort() == Characters(0, 1)


async def test_what_comes_from_an_editor_a_draft_or_the_offered_names_is_not_counted() -> None:
    app = Page()
    async with app.run_test():
        area = app.query_one("#text", ProseArea)
        area.load("another draft")
        area.replace_all("what was written in an editor of one's own")
        area.replace_uncounted("checked_pow", (0, 0), (0, 0))
        assert area.text.startswith("checked_pow")
        assert area.take_effort() == NONE


async def test_what_vim_puts_counts_as_moved() -> None:
    app = Page(vim=True)
    async with app.run_test() as pilot:
        area = app.query_one("#text", ProseArea)
        area.focus()
        await pilot.press("i", *"one two", "escape", "y", "y", "p")
        assert (area.text, area.take_effort()) == ("one two\none two", Characters(typed=7, moved=8))
