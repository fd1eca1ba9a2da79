"""Quick hands: a second key or click while the first is still being answered."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.command import Command, CommandList, DiscoveryHit
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import OptionList, Static

import app
import app.workstation
import widgets
from widgets.base.steady import Steady, SteadyList, SteadyModal, SteadyRows, SteadyScreen
from widgets.dialogs.choose import Choose
from widgets.dialogs.help import HelpScreen
from widgets.dialogs.palette import Palette
from widgets.dialogs.questions import Confirm, Notice, ProgressDialog, PromptLine
from widgets.pick.finder import Choice, Finder


class Ground(SteadyScreen[None]):
    """Stands under what is tried."""

    def compose(self) -> ComposeResult:
        yield Static("ground")


class Desk(App[None]):
    """Collects the answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[Any] = []
        self.ground = Ground()

    def on_mount(self) -> None:
        self.push_screen(self.ground)

    async def ask(self, screen: Screen[Any]) -> None:
        await self.push_screen(screen, self.answers.append)


def _confirm() -> Screen[Any]:
    return Confirm("Sure?")


def _choose() -> Screen[Any]:
    return Choose("Which?", "", [("a", "A"), ("b", "B")], first="a", harmless="b")


def _prompt() -> Screen[Any]:
    return PromptLine("What?", "this")


def _finder() -> Screen[Any]:
    return Finder([Choice("one", 1)])


MODALS: dict[str, tuple[Callable[[], Screen[Any]], tuple[str, ...], Any]] = {
    "confirm": (_confirm, ("y", "enter", "escape"), True),
    "choose": (_choose, ("1", "2", "escape"), "a"),
    "prompt": (_prompt, ("enter", "enter", "escape"), "this"),
    "notice": (lambda: Notice("Title", "text"), ("enter", "q", "escape"), None),
    "finder": (_finder, ("enter", "enter", "enter"), 1),
    "help": (lambda: HelpScreen(("app",)), ("escape", "f1", "escape"), None),
}
"""How to ask, the keys that answer, and what the first of them gives."""


def keys_at_once(pilot: Pilot[None], *keys: str) -> None:
    """Keys in one read of the terminal: none waits for what the one before does."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


@pytest.mark.parametrize("kind", MODALS)
async def test_a_second_answer_is_none(kind: str) -> None:
    """It raised `InvalidStateError`, or took away the screen below."""
    make, keys, answer = MODALS[kind]
    desk = Desk()
    async with desk.run_test() as pilot:
        await desk.ask(make())
        keys_at_once(pilot, *keys)
        await pilot.pause()
        await pilot.pause()
        assert desk.answers == [answer]
        assert desk.screen is desk.ground


@pytest.mark.parametrize("kind", MODALS)
async def test_a_screen_is_dismissed_once(kind: str) -> None:
    """The same without luck: both answers before anything else is done."""
    make, _, _ = MODALS[kind]
    desk = Desk()
    async with desk.run_test() as pilot:
        screen = make()
        await desk.ask(screen)
        screen.dismiss(1)
        screen.dismiss(2)
        await pilot.pause()
        assert desk.answers == [1]
        assert desk.screen is desk.ground


async def test_a_screen_takes_itself_away_and_not_what_stands_above() -> None:
    """Work that ended took the palette away, and its own dialogue stayed for ever."""
    desk = Desk()
    async with desk.run_test() as pilot:
        progress = ProgressDialog("Working")
        await desk.ask(progress)
        above: Screen[Any] = Confirm("Sure?")
        await desk.push_screen(above)
        progress.dismiss(None)
        await pilot.pause()
        assert desk.screen is above
        assert progress not in desk.screen_stack and desk.answers == [None]
        await pilot.press("escape")
        assert desk.screen is desk.ground


def test_every_screen_is_steady() -> None:
    """The guard stands in one base; a screen without that base is without the guard."""
    for package in (app.workstation, widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = {kind for kind in _below(Screen) if kind.__module__.partition(".")[0] in ("app", "widgets")}
    assert len(ours) > 20
    assert [kind.__name__ for kind in ours if not issubclass(kind, Steady)] == []


def _below(kind: type[Any]) -> set[type[Any]]:
    return {kind}.union(*(_below(sub) for sub in kind.__subclasses__()))


async def test_a_second_click_beside_the_palette_is_none() -> None:
    """It ended the program six times: `ScreenStackError`."""
    desk = Desk()
    async with desk.run_test() as pilot:
        palette = Palette()
        await desk.push_screen(palette)
        await pilot.pause()
        for _ in range(3):
            palette.post_message(
                events.Click(
                    palette, x=1, y=23, delta_x=0, delta_y=0, button=1, shift=False, meta=False, ctrl=False,
                    screen_x=1, screen_y=23,
                )
            )  # fmt: skip
        await pilot.pause()
        assert desk.screen is desk.ground


class Hit(DiscoveryHit):
    """A command that counts how often it is run."""


async def _palette(pilot: Pilot[None], ran: list[int]) -> Palette:
    palette = Palette()
    await pilot.app.push_screen(palette)
    await pilot.app.workers.wait_for_complete()
    choices = palette.query_one(CommandList)
    choices.clear_options()
    choices.add_option(Command("command", Hit("command", lambda: ran.append(1))))
    choices.highlighted = 0
    palette._list_visible = True
    return palette


async def test_a_second_enter_in_the_palette_runs_nothing_twice() -> None:
    desk = Desk()
    ran: list[int] = []
    async with desk.run_test() as pilot:
        palette = await _palette(pilot, ran)
        palette._selected_command = Hit("command", lambda: ran.append(1))
        palette._list_visible = False
        keys_at_once(pilot, "enter", "enter", "enter")
        await pilot.pause()
        await pilot.pause()
        assert ran == [1] and desk.screen is desk.ground


async def test_a_second_choice_in_the_palette_runs_nothing_twice() -> None:
    desk = Desk()
    ran: list[int] = []
    async with desk.run_test() as pilot:
        palette = await _palette(pilot, ran)
        choices = palette.query_one(CommandList)
        assert isinstance(choices, SteadyRows)
        chosen = OptionList.OptionSelected(choices, choices.get_option_at_index(0), 0)
        for _ in range(2):
            palette.post_message(OptionList.OptionSelected(choices, chosen.option, 0))
        await pilot.pause()
        await pilot.pause()
        assert ran == [1] and desk.screen is desk.ground


class Choices(App[None]):
    """A list among other things."""

    def __init__(self, *options: str, hidden: bool = False) -> None:
        super().__init__()
        self.options = options
        self.hidden = hidden

    def compose(self) -> ComposeResult:
        choices = SteadyList(*self.options)
        choices.display = not self.hidden
        yield choices

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()


@pytest.mark.parametrize(
    "action", ["page_up", "page_down", "first", "last", "cursor_up", "cursor_down", "select"]
)
@pytest.mark.parametrize("options", [(), ("one", "two")])
@pytest.mark.parametrize("hidden", [False, True])
async def test_a_list_takes_any_key_before_it_knows_its_rows(
    action: str, options: tuple[str, ...], hidden: bool
) -> None:
    """Page down in a list that was not laid out yet raised `KeyError`."""
    desk = Choices(*options, hidden=hidden)
    async with desk.run_test():
        choices = desk.query_one(OptionList)
        if options:
            choices.highlighted = 0
        getattr(choices, f"action_{action}")()
        assert choices.highlighted in (None, 0, 1)


async def test_a_click_on_a_row_that_is_gone_chooses_nothing() -> None:
    """`IndexError`: the list had become shorter since it was drawn."""
    desk = Choices("one", "two", "three")
    async with desk.run_test() as pilot:
        choices = desk.query_one(OptionList)
        assert await pilot.click(OptionList, offset=(4, 3))
        assert choices.highlighted == 2
        click = events.Click.from_event(
            choices, events.MouseUp(choices, 4, 3, 0, 0, 1, False, False, False), chain=1
        )
        click.style = desk.screen.get_style_at(4, 3)
        assert click.style.meta.get("option") == 2
        choices.clear_options()
        choices.post_message(click)
        await pilot.pause()
        assert choices.highlighted is None


class Gone(App[None]):
    """Something goes while its picture is still on the screen."""

    def on_mount(self) -> None:
        self.push_screen(Fields())


class Fields(SteadyModal[None]):
    def compose(self) -> ComposeResult:
        yield Static("some words to select")


@pytest.mark.parametrize("kind", [events.MouseDown, events.MouseUp, events.MouseMove])
async def test_a_mouse_on_what_is_gone_does_nothing(kind: type[events.MouseEvent]) -> None:
    """`'NoneType' object has no attribute 'region'`, four times."""
    desk = Gone()
    async with desk.run_test() as pilot:
        screen = desk.screen
        assert isinstance(screen, ModalScreen)
        words = screen.query_one(Static)
        x, y = words.region.x + 2, words.region.y
        await pilot.mouse_down(Static, offset=(5, 0))
        parent, words._parent = words._parent, None  # its removal has begun, and nothing was drawn since
        screen._forward_event(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
        words._parent = parent
        await pilot.pause()
        assert desk.screen is screen
