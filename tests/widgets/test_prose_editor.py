"""The editors of `user` and `think`: what is typed, pasted, found, undone, drawn and sent."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, Static

from app.records.prose import NONE, Characters
from widgets.prose.area import drawn
from widgets.prose.editor import ProseEditor
from widgets.prose.find_bar import FindBar


class Desk(App[None]):
    """One editor and what it says."""

    def __init__(self, vim: bool = False, text: str = "") -> None:
        super().__init__()
        self.editor = ProseEditor("think", vim)
        self.first = text
        self.changes: list[ProseEditor.Changed] = []
        self.took: list[Characters] = []
        self.said: list[str] = []
        self.reached: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.editor
        yield Input(id="after")

    def on_mount(self) -> None:
        self.editor.load(self.first)
        self.editor.focus()

    def on_prose_editor_changed(self, message: ProseEditor.Changed) -> None:
        self.changes.append(message)
        self.took.append(message.editor.take_effort())

    def on_prose_editor_save_wanted(self) -> None:
        self.said.append("save")

    def on_prose_editor_leave_wanted(self) -> None:
        self.said.append("leave")

    def on_key(self, event: events.Key) -> None:
        self.reached.append(event.key)

    @property
    def heading(self) -> str:
        """What the editor's title row says."""
        return str(self.editor.query_one(".prose-editor--title", Static).content)


async def paste(pilot: Pilot[None], desk: Desk, text: str) -> None:
    desk.editor.area.post_message(events.Paste(text))
    await pilot.pause()


async def test_typing_is_told_key_by_key_with_its_effort() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        await pilot.press("h", "i", "enter", "!")
        await pilot.pause()
    assert desk.editor.text == "hi\n!"
    assert [change.text for change in desk.changes][-1] == "hi\n!"
    assert sum(took.typed for took in desk.took) == 4
    assert sum(took.pasted for took in desk.took) == 0
    assert {change.field for change in desk.changes} == {"think"}


async def test_a_paste_is_counted_as_pasted_even_one_character() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        await paste(pilot, desk, "abc")
        await paste(pilot, desk, "d")
        await pilot.press("e")
    assert desk.editor.text == "abcde"
    assert (sum(took.typed for took in desk.took), sum(took.pasted for took in desk.took)) == (1, 4)


async def test_loading_another_record_posts_nothing_and_ends_undo() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        await pilot.press("a")
        desk.editor.load("one\r\ntwo")
        await pilot.pause()
        before = len(desk.changes)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert desk.editor.text == "one\ntwo"
        assert len(desk.changes) == before


async def test_undo_goes_back_over_a_replacement_of_the_whole_text() -> None:
    desk = Desk(text="first line\nsecond line")
    async with desk.run_test() as pilot:
        await pilot.press("X")
        desk.editor.replace_all("Xfirst line\nchanged in an editor\n")
        await pilot.pause()
        assert desk.changes[-1].text == "Xfirst line\nchanged in an editor\n"
        assert desk.took[-1] == NONE
        await pilot.press("ctrl+z")
        assert desk.editor.text == "Xfirst line\nsecond line"
        await pilot.press("ctrl+z")
        assert desk.editor.text == "first line\nsecond line"
        await pilot.press("ctrl+y", "ctrl+y")
        assert desk.editor.text == "Xfirst line\nchanged in an editor\n"


async def test_replacing_a_text_by_itself_is_no_step_and_no_message() -> None:
    desk = Desk(text="same")
    async with desk.run_test() as pilot:
        desk.editor.replace_all("same")
        await pilot.pause()
        assert desk.changes == []
        assert desk.editor.area.history.undo_stack == []


async def test_the_cursor_is_a_character_offset() -> None:
    desk = Desk(text="αβ\nγδε")
    async with desk.run_test():
        for offset in range(7):
            desk.editor.cursor = offset
            assert desk.editor.cursor == offset
        desk.editor.cursor = 99
        assert desk.editor.cursor == 6


async def test_the_title_counts_and_marks() -> None:
    desk = Desk(text="two words")
    async with desk.run_test() as pilot:
        assert "2 words  9 characters" in desk.heading
        desk.editor.set_marks({"tokio": True, "[b]serde": False})
        await pilot.press("end", "space", "m", "o", "r", "e")
        await pilot.pause()
        assert "3 words  14 characters" in desk.heading
        assert "✓ tokio" in desk.heading
        assert "✗ [b]serde" in desk.heading


async def test_tab_leaves_the_field_and_escape_does_not_leave_the_screen() -> None:
    desk = Desk(text="abc")
    async with desk.run_test() as pilot:
        await pilot.press("shift+right", "escape")
        assert desk.editor.area.selection.is_empty
        await pilot.press("escape")
        assert "escape" not in desk.reached
        await pilot.press("tab")
        assert desk.focused is desk.query_one("#after")
    assert desk.editor.text == "abc"


async def test_alt_with_a_letter_types_nothing_and_reaches_bindings() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        desk.post_message(events.Key("alt+x", "x"))
        await pilot.pause()
        assert desk.editor.text == ""
        assert desk.reached == ["alt+x"]


@pytest.mark.parametrize("vim", [False, True])
async def test_a_paste_of_control_characters_leaves_them_out(vim: bool) -> None:
    desk = Desk(vim)
    async with desk.run_test() as pilot:
        await paste(pilot, desk, "a\x1b[31mb\x9b2Jc\r\nd\re\u202e\u2028\ud800")
        assert desk.editor.text == "a[31mb2Jc\nd\ne\n"
        assert any("4 characters" in note.message for note in desk._notifications)


async def test_the_applications_clipboard_is_pasted_as_carefully() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        desk.copy_to_clipboard("x\x1by")
        await pilot.press("ctrl+v")
        assert desk.editor.text == "xy"


async def test_a_record_with_control_characters_is_kept_and_drawn_as_pictures() -> None:
    text = "esc \x1b[31m c1 \x9b bidi \u202e wide 漢字 tab\tend " * 4
    desk = Desk(text=text)
    async with desk.run_test(size=(40, 12)):
        assert desk.editor.text == text
        area = desk.editor.area
        rows = [area.render_line(y) for y in range(area.size.height)]
        shown = "".join(row.text for row in rows)
        assert "␛[31m" in shown and "漢字" in shown
        assert shown.replace("\n", "").isprintable()
        assert all(line[-1] != "\x1b" for line in shown)


def test_every_character_is_drawn_as_one_character() -> None:
    text = "".join(map(chr, range(0x3000))) + "\ud800\U0001f600"
    assert len(drawn(text)) == len(text)
    assert not set(drawn(text)) & set(map(chr, [*range(9), *range(10, 32), *range(0x7F, 0xA0), 0x202E]))


async def test_wide_characters_are_typed_and_deleted_one_by_one() -> None:
    desk = Desk()
    async with desk.run_test() as pilot:
        for char in "漢字é":
            desk.post_message(events.Key(char, char))
        await pilot.pause()
        assert desk.editor.text == "漢字é"
        await pilot.press("backspace", "left", "backspace")
        assert desk.editor.text == "字"


async def find_bar(pilot: Pilot[None], desk: Desk, wanted: str) -> str:
    await pilot.press("ctrl+f", *wanted)
    await pilot.pause()
    return str(desk.editor.query_one("#count", Static).content)


async def test_find_counts_steps_and_goes_round() -> None:
    desk = Desk(text="a bird\nand a Bird\nand birds")
    async with desk.run_test() as pilot:
        assert await find_bar(pilot, desk, "bird") == "1/3"
        assert desk.editor.area.selected_text == "bird"
        count = desk.editor.query_one("#count", Static)
        for key, told in (("enter", "2/3"), ("down", "3/3"), ("enter", "1/3"), ("up", "3/3")):
            await pilot.press(key)
            await pilot.pause()
            assert str(count.content) == told
        await pilot.press("escape")
        assert desk.focused is desk.editor.area
        assert not desk.editor.query_one(FindBar).is_open
        assert desk.editor.area.selection.end == (2, 8)
    assert desk.editor.text == "a bird\nand a Bird\nand birds"


async def test_find_says_when_there_is_none_and_works_by_mouse() -> None:
    desk = Desk(text="one two one")
    async with desk.run_test() as pilot:
        assert await find_bar(pilot, desk, "x") == "no match"
        await pilot.press("backspace", *"one")
        await pilot.click("#next")
        await pilot.pause()
        assert desk.editor.area.selection.start == (0, 8)
        await pilot.click("#close")
        await pilot.pause()
        assert desk.focused is desk.editor.area


async def test_only_the_rows_that_changed_are_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(text="\n".join(f"line {number}" for number in range(12)))
    async with desk.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        painted: list[int] = []
        area = desk.editor.area
        exchange = area._exchange_repaint_regions

        def spy() -> object:
            regions = exchange()
            painted.extend(row for region in regions for row in range(region.y, region.bottom))
            return regions

        monkeypatch.setattr(area, "_exchange_repaint_regions", spy)
        await pilot.press("x")
        await pilot.pause()
        assert set(painted) == {0}
        await pilot.press("enter")
        await pilot.pause()
        assert {0, 1, 12} <= set(painted)


async def test_after_any_keys_the_screen_shows_the_text() -> None:
    """What is left unpainted must be what a full paint would show."""
    desk = Desk(text="\n".join(f"line {number} of a text" for number in range(40)))
    async with desk.run_test(size=(30, 14)) as pilot:
        area = desk.editor.area
        keys = (
            "x pagedown y enter shift+up ctrl+k ctrl+z up end z pageup shift+end backspace ctrl+y ctrl+a 漢"
        )
        for key in keys.split():
            await pilot.press(key)
            await pilot.pause()
            on_screen = [area._strips.on_screen[y] for y in range(area.size.height)]
            area._line_cache.clear()
            area._strips.drawn.clear()
            assert on_screen == [area.render_line(y) for y in range(area.size.height)], key
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        assert "".join(area._strips.on_screen[0].text).strip()


async def test_vim_begins_in_normal_mode_and_tells_its_mode() -> None:
    desk = Desk(vim=True, text="one two three\nnext")
    async with desk.run_test() as pilot:
        await pilot.press("z", "q")
        assert desk.editor.text == "one two three\nnext"
        assert "NORMAL" in desk.heading
        await pilot.press("i", "X")
        await pilot.pause()
        assert "INSERT" in desk.heading
        await pilot.press("escape")
        await pilot.pause()
        assert "NORMAL" in desk.heading
        assert desk.editor.text == "Xone two three\nnext"


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("d d", "beta gamma\ndelta"),
        ("d d u", "alpha one\nbeta gamma\ndelta"),
        ("d w", "one\nbeta gamma\ndelta"),
        ("w d w", "alpha \nbeta gamma\ndelta"),
        ("w c w x escape", "alpha x\nbeta gamma\ndelta"),
        ("j w x", "alpha one\nbeta amma\ndelta"),
        ("G d d", "alpha one\nbeta gamma"),
        ("d d p", "beta gamma\nalpha one\ndelta"),
        ("G d d p", "alpha one\nbeta gamma\ndelta"),
        ("o n escape", "alpha one\nn\nbeta gamma\ndelta"),
        ("A ! escape", "alpha one!\nbeta gamma\ndelta"),
        ("x x u u", "alpha one\nbeta gamma\ndelta"),
        ("enter x", "alpha one\neta gamma\ndelta"),
        ("l l backspace x", "apha one\nbeta gamma\ndelta"),
        ("v e d", " one\nbeta gamma\ndelta"),
        ("V j d", "delta"),
        ("2 d d", "delta"),
        ("$ x 0 x", "lpha on\nbeta gamma\ndelta"),
    ],
)
async def test_vim_commands(keys: str, text: str) -> None:
    desk = Desk(vim=True, text="alpha one\nbeta gamma\ndelta")
    async with desk.run_test() as pilot:
        await pilot.press(*keys.split())
        await pilot.pause()
        assert desk.editor.text == text


async def test_vim_saves_leaves_and_finds() -> None:
    desk = Desk(vim=True, text="a bird\nand a bird")
    async with desk.run_test() as pilot:
        await pilot.press("colon", "w", "enter", "colon", "q", "enter")
        await pilot.pause()
        assert desk.said == ["save", "leave"]
        await pilot.press("slash", *"bird", "escape")
        await pilot.pause()
        assert desk.editor.area.selection.start == (0, 2)
        await pilot.press("n")
        await pilot.pause()
        assert desk.editor.area.selection.start == (1, 6)
        assert desk.editor.text == "a bird\nand a bird"


async def test_vim_typing_is_counted_and_commands_are_not() -> None:
    desk = Desk(vim=True, text="alpha")
    async with desk.run_test() as pilot:
        await pilot.press("x", "w", "i", "a", "b", "escape")
        await pilot.pause()
    assert sum(took.typed for took in desk.took) == 2
