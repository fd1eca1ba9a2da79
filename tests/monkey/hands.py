"""The hands: events as a terminal sends them, one behind the other, whether or not the workstation has caught up."""

from __future__ import annotations

import asyncio

from textual import events
from textual.app import App
from textual.geometry import Size
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.widgets import Input

from tests.monkey.plan import Burst, Event, Mouse, Paste, Press, Resize
from widgets.dialogs.questions import PromptLine

_LETTERS = {"space": " ", "tab": None, "enter": None}


async def do(app: App[None], burst: Burst) -> None:
    """Do a burst."""
    for event, rest in zip(burst.events, burst.pauses, strict=True):
        if not app.is_running or app._exit:
            return
        do_one(app, event)
        if rest:
            for _ in range(8):
                await asyncio.sleep(0)


def do_one(app: App[None], event: Event) -> None:
    """Send one event."""
    match event:
        case Press(key):
            if not (key in ("slash", "/", ".") and _asks_for_a_path(app)):
                app.post_message(_key(key))
        case Paste(text):
            app.post_message(events.Paste(text))
        case Resize(size):
            app._driver._size = size  # type: ignore[union-attr]
            app.post_message(events.Resize(Size(*size), Size(*size)))
        case Mouse():
            for one in _mouse(app, event):
                app.post_message(one)


def _asks_for_a_path(app: App[None]) -> bool:
    """The monkey writes no file outside its cage."""
    return isinstance(app.screen, PromptLine) and isinstance(app.focused, Input)


def _key(key: str) -> events.Key:
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    if "+" in key or key in _LETTERS:
        return events.Key(key, _LETTERS.get(key))
    import unicodedata

    try:
        return events.Key(key, unicodedata.lookup(_get_unicode_name_from_key(key)))
    except KeyError:
        return events.Key(key, None)


def _mouse(app: App[None], event: Mouse) -> list[events.Event]:
    here = _cell(app, event.x, event.y)
    there = _cell(app, *event.to)
    click = [_at(events.MouseDown, here), _at(events.MouseUp, here)]
    match event.what:
        case "click":
            return [_at(events.MouseMove, here, button=0), *click]
        case "double":
            return [*click, *click]
        case "drag":
            return [_at(events.MouseDown, here), _at(events.MouseMove, there), _at(events.MouseUp, there)]
        case "move":
            return [_at(events.MouseMove, here, button=0)]
        case "wheel":
            return [
                _at(events.MouseScrollDown if event.to[0] < 0.5 else events.MouseScrollUp, here, button=0)
            ]
        case "down":
            return [_at(events.MouseDown, here)]
        case _:
            return [_at(events.MouseUp, here)]


def _cell(app: App[None], x: float, y: float) -> tuple[int, int]:
    width, height = app.size
    return int(x * width), int(y * height)


def _at(kind: type[events.MouseEvent], cell: tuple[int, int], button: int = 1) -> events.MouseEvent:
    x, y = cell
    return kind(None, x, y, 0, 0, button, False, False, False, screen_x=x, screen_y=y)
