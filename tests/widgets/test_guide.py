"""The guidelines beside the work, and the help page: other people's words are shown, never obeyed."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Collapsible, Input, Markdown, Static

from app.settings.keys import defaults
from tests.widgets.drawn import screen_rows
from widgets.dialogs.help import HelpScreen
from widgets.panels.guide import AskedList, Guide, safe_lines
from widgets.record.facts import Fact, FactSection


class Desk(App[None]):
    """A guide alone."""

    def __init__(self) -> None:
        super().__init__()
        self.guide = Guide()
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.guide

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url)

    def told(self) -> str:
        """What the list of rules says."""
        return self.guide.query_one(AskedList).told


def to_name(sign: str) -> FactSection:
    return FactSection("To name", (Fact("tokio", sign), Fact("[b]rand\x1b[2J", "☐")))


async def test_what_is_asked_is_ticked_as_it_is_met() -> None:
    desk = Desk()
    desk.guide.set_topic("# Be exact", [to_name("☐")])
    async with desk.run_test(size=(30, 20)) as pilot:
        await pilot.pause()
        assert desk.told() == " To name\n ☐ tokio\n ☐ [b]rand␛[2J"
        desk.guide.set_asked([to_name("✓")])
        await pilot.pause()
        assert " ✓ tokio" in "\n".join(screen_rows(desk))
        rule = FactSection("Code", (Fact("a rule of more words than one row has", "·"),))
        desk.guide.set_topic("other", [rule])
        await pilot.pause()
        assert desk.told() == " Code\n · a rule of more words than\n   one row has"
        assert desk.guide.query_one(AskedList).size.height == 3
        desk.guide.set_topic("none", [])
        await pilot.pause()
        assert not desk.guide.query_one(AskedList).display


async def test_examples_are_collapsed_and_open_at_a_click() -> None:
    desk = Desk()
    desk.guide.set_topic(
        "", [], [("Requests", ["Write a [retry] loop", "x\x1b[31m"]), ("Reasoning", ["First, v[i] …"])]
    )
    async with desk.run_test() as pilot:
        await pilot.pause()
        boxes = list(desk.guide.query(Collapsible))
        assert [box.title for box in boxes] == ["Requests", "Reasoning"]
        assert all(box.collapsed for box in boxes)
        await pilot.click("CollapsibleTitle")
        assert not boxes[0].collapsed
        texts = [str(text.content) for text in boxes[0].query(Static) if str(text.content).startswith("•")]
        assert texts == ["• Write a [retry] loop", "• x␛[31m"]


async def test_a_link_in_the_guidelines_opens_nothing() -> None:
    desk = Desk()
    desk.guide.set_topic("[press here](https://example.org/x) [/] &[T] \x1b]8;;evil\x07", [])
    async with desk.run_test() as pilot:
        await pilot.pause()
        assert "\x1b" not in desk.guide.query_one(Markdown).source
        await pilot.click("MarkdownParagraph", offset=(2, 0))
        await pilot.pause()
        assert desk.opened == []


def test_lines_stay_lines_and_controls_become_pictures() -> None:
    assert safe_lines("a\r\nb\x1b[0m\n\tc\u202e") == "a\nb␛[0m\n    c⍰"


class Helped(App[None]):
    """Shows the help of two scopes with changed keys."""

    def on_mount(self) -> None:
        keymap = {**defaults(), "prose.find": ("ctrl+slash",)}
        self.push_screen(HelpScreen(["prose", "app"], keymap, "Write [here]."))

    def shown(self) -> str:
        """The help's text."""
        return str(self.screen.query_one("#help", Static).content)


async def test_help_shows_the_present_keys_in_the_tables_order() -> None:
    app = Helped()
    async with app.run_test() as pilot:
        await pilot.pause()
        text = app.shown()
        assert "Write [here]." in text
        assert text.index("Everywhere") < text.index("The editors of user and think")
        assert "ctrl+/" in text and "ctrl+f " not in text
        assert "topics" not in text.lower().split("everywhere")[0]


async def test_help_is_narrowed_by_words_and_closes() -> None:
    app = Helped()
    async with app.run_test() as pilot:
        await pilot.press(*"undo last")
        await pilot.pause()
        assert "Undo the last change" in app.shown()
        assert "Quit" not in app.shown()
        app.screen.query_one(Input).value = "no such thing"
        await pilot.pause()
        assert app.shown() == "nothing of that name"
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, HelpScreen)
