"""What random hands do: keys, letters, pastes, clicks, wheels and new sizes, all from one seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.settings.actions import ACTIONS

ROUTES: tuple[tuple[str, ...], ...] = (
    ("enter",),
    ("enter",),
    ("enter", "f3"),
    ("enter", "f4"),
    ("enter", "f5"),
    ("enter", "f6"),
    ("enter", "space", "f2"),
    ("enter", "space", "shift+f12"),
    ("enter", "space", "shift+f5"),
    ("enter", "shift+f3"),
    ("enter", "shift+f8"),
    ("enter", "shift+f4"),
    ("enter", "d"),
    ("enter", "x"),
    ("enter", "alt+h"),
    ("enter", "ctrl+p"),
    ("r",),
    ("r", "h"),
    ("r", "t"),
    ("r", "down", "down", "down", "h"),
    ("r", "enter"),
    ("b",),
    ("v",),
    ("v", "C"),
    ("v", "h"),
    ("v", "slash"),
    ("v", "f3"),
    ("v", "b"),
    ("v", "enter"),
    ("v", "enter"),
    ("v", "enter", "e"),
    ("v", "enter", "c"),
    ("v", "enter", "d"),
    ("v", "enter", "h"),
    ("v", "enter", "g"),
    ("v", "enter", "o"),
    ("v", "enter", "3", "enter"),
    ("i",),
    ("i", "enter"),
    ("i", "p"),
    ("x",),
    ("c",),
    ("f1",),
    ("ctrl+p",),
)
"""Ways from the list of topics to every screen there is."""

WORDS = ("retry ", "tokio", "naïve", "e\u0301", "日本", "[b]x[/b]", "`Retry::run`", "\t", "\n", "🦀", "'")
PASTES = ("pasted", "two\nlines", "\x1b[31mred", "fn main() {}\n" * 30, "\x00\x07", "a" * 500, "")
SIZES = ((80, 24), (120, 34), (160, 45), (200, 60), (40, 12), (20, 5), (100, 24), (80, 60))
CALM = (
    "up", "down", "left", "right", "pageup", "pagedown", "home", "end", "f1", "shift+up", "shift+right",
    "ctrl+home", "ctrl+end",
)  # fmt: skip
"""Keys by which nothing is ever written into a journal, whatever has the focus."""
_QUIT = {"ctrl+q"}
_KEYS = tuple(
    sorted({key for action in ACTIONS for key in action.keys.split(",")} - _QUIT)
    + [
        "escape",
        "enter",
        "tab",
        "shift+tab",
        "backspace",
        "delete",
        "space",
        "ctrl+z",
        "ctrl+y",
        "y",
        "1",
        "2",
    ]
    * 3
)


@dataclass(frozen=True, slots=True)
class Press:
    """A key, by Textual's name, or a letter."""

    key: str


@dataclass(frozen=True, slots=True)
class Paste:
    """A bracketed paste."""

    text: str


@dataclass(frozen=True, slots=True)
class Mouse:
    """Something at a place: parts of the screen's width and height, 0 to 1."""

    what: Literal["click", "double", "drag", "move", "wheel", "down", "up"]
    x: float
    y: float
    to: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Resize:
    """A window of another size, in columns and rows."""

    size: tuple[int, int]


Event = Press | Paste | Mouse | Resize


@dataclass(frozen=True, slots=True)
class Burst:
    """What is done at once, with no look at the screen between."""

    events: tuple[Event, ...]
    pauses: tuple[bool, ...]
    """After each event: whether the hands rest for a moment, in which the workstation may catch up."""
    calm: bool
    """Whether nothing of this can write into a journal."""
    route: tuple[str, ...] | None
    """Where to go first, from the list of topics; None: go on where one is."""


def bursts(seed: int) -> Iterator[Burst]:
    """What the hands of this seed do, without end."""
    chance = random.Random(seed)
    while True:
        calm = chance.random() < 0.15
        route = chance.choice(ROUTES) if chance.random() < 0.4 else None
        make = _calm if calm else _any
        events = tuple(make(chance) for _ in range(chance.randint(2, 30)))
        pace = chance.choice((0.0, 0.2, 0.9))
        yield Burst(events, tuple(chance.random() < pace for _ in events), calm, route)


def _any(chance: random.Random) -> Event:
    kind = chance.random()
    if kind < 0.5:
        return Press(chance.choice(_KEYS))
    if kind < 0.6:
        return Press(
            chance.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;?!-_()")
        )
    if kind < 0.66:
        return Press(chance.choice(chance.choice(WORDS)))
    if kind < 0.70:
        return Paste(chance.choice(PASTES))
    return _mouse(chance) if kind < 0.97 else Resize(chance.choice(SIZES))


def _mouse(chance: random.Random) -> Mouse:
    what = chance.choice(
        ("click", "click", "click", "double", "drag", "move", "wheel", "wheel", "down", "up")
    )
    places = [chance.choice((chance.random(), 0.0, 0.999)) for _ in range(4)]
    return Mouse(what, places[0], places[1], (places[2], places[3]))  # type: ignore[arg-type]


def _calm(chance: random.Random) -> Event:
    kind = chance.random()
    if kind < 0.6:
        return Press(chance.choice(CALM))
    if kind < 0.8:
        return Mouse(chance.choice(("move", "wheel")), chance.random(), chance.random())
    return Paste(chance.choice(PASTES)) if kind < 0.9 else Resize(chance.choice(SIZES))
