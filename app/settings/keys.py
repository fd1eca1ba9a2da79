"""Keys: their names, the presets, and what is wrong with a keymap.

Textual ignores a keymap's unknown ids, cannot unbind an action, and on a clash drops one binding without a
word. So keymaps are checked here, before they get there. Nothing of Textual is imported.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from app.settings.actions import ACTIONS, BY_ID, SCOPES

PRESETS = ("default", "vim", "emacs")
"""The keymaps that come along, each a file `app/settings/keymaps/NAME.toml` of `"action id" = "keys"`."""

Keymap = Mapping[str, tuple[str, ...]]
"""Action id → its keys, in canonical names, the shown one first."""

_MODIFIERS = {"control": "ctrl", "option": "alt", "cmd": "super", "command": "super"} | {
    name: name for name in ("alt", "ctrl", "hyper", "meta", "shift", "super")
}
_FUNCTION = {f"f{number}" for number in range(1, 25)}
_MOVES = {"up", "down", "left", "right", "home", "end", "pageup", "pagedown"}
_EDITS = {"backspace", "delete", "enter", "space", "tab", "insert"}
_NAMED = _FUNCTION | _MOVES | _EDITS | {"escape"}
_OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "page_up": "pageup",
    "pgup": "pageup",
    "page_down": "pagedown",
    "pgdn": "pagedown",
    "spacebar": "space",
}
_SHORT = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_LONG = {short: long for long, short in _SHORT.items()}
_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+left_square_bracket": "escape"}
_MULTIPLEXER = {"ctrl+a", "ctrl+b", "ctrl+j", "ctrl+o", "ctrl+s"}
_WINDOW = {"f10", "f11"}
_WHILE_TYPING = ("app", "annotate", "prose", "search", "review_edit")
_TOGETHER = {
    "app": set(SCOPES),
    "annotate": {"source", "prose", "findings", "remarks", "block", "preview"},
}
"""Scope → the other scopes whose keys are looked at together with its own."""


class KeyNameError(ValueError):
    """A key's name means no key, or one that no terminal sends. The text says what to write."""


class Clash(NamedTuple):
    """One key that two actions want at the same time."""

    key: str
    """Canonical name."""
    first: str
    """Action id, the earlier in the table."""
    second: str
    """Action id."""


def canonical(key: str) -> str:
    """Textual's name of a key: `?` → `question_mark`, `Alt+Ctrl+X` → `alt+ctrl+x`. Raises `KeyNameError`."""
    text = key.strip()
    if not text:
        raise KeyNameError("a key's name is missing")
    if len(text) > 1 and text.endswith("++"):
        text = text[:-1] + "plus"
    *before, last = [text] if len(text) == 1 else text.split("+")
    modifiers = set()
    for part in before:
        if part.lower() not in _MODIFIERS:
            raise KeyNameError(f"`{part}` in `{key}` is no modifier; there are ctrl, alt, shift and super")
        modifiers.add(_MODIFIERS[part.lower()])
    base = _base(last, key)
    if len(base) == 1 and modifiers:
        base = _shifted(base, modifiers, key)
    name = "+".join([*sorted(modifiers), base])
    if name in _SAME:
        raise KeyNameError(f"`{key}` cannot be told from {_SAME[name]}: terminals send the same for both")
    return "ctrl+@" if name in ("ctrl+space", "ctrl+at") else name


def _base(name: str, key: str) -> str:
    if len(name) == 1:
        if name == " ":
            return "space"
        if name.isalnum():
            return name
        try:
            long = unicodedata.name(name).lower().replace("-", "_").replace(" ", "_")
        except ValueError:
            raise KeyNameError(f"{key!a} is no key that can be typed") from None
        return _SHORT.get(long, long)
    lower = name.lower()
    lower = _OTHER_NAMES.get(lower, lower)
    if lower in _NAMED:
        return lower
    if (char := _character(lower)) is not None and len(char) == 1 and not char.isalnum():
        return _base(char, key)
    raise KeyNameError(f"`{key}` is no key; write keys as in ctrl+s, f6, alt+n, pageup, slash or /")


def _shifted(letter: str, modifiers: set[str], key: str) -> str:
    """A letter under modifiers, as terminals report it."""
    if "shift" in modifiers and not modifiers - {"shift"}:
        raise KeyNameError(f"`{key}` arrives as `{letter.upper()}`: write that instead")
    if letter.isupper() and "alt" in modifiers:
        modifiers.add("shift")
    return letter.lower()


def _character(name: str) -> str | None:
    """The character a canonical one-key name stands for; None for keys that are no character."""
    if len(name) == 1:
        return name
    if name in _NAMED:
        return " " if name == "space" else None
    long = _LONG.get(name, name)
    for between in " -":
        try:
            return unicodedata.lookup(long.replace("_", between))
        except KeyError:
            pass
    return _by_name().get(long) if "_" in long else None


@cache
def _by_name() -> dict[str, str]:
    """Characters whose names hold hyphens, by what a key's name makes of those; asked only for odd names."""
    # Ideographs have hyphens too, but are letters and stay themselves: only two planes and the selectors are left.
    codes = (*range(0x20000), *range(0xE0000, 0xE0200))
    named = ((chr(code), unicodedata.name(chr(code), "")) for code in codes)
    return {name.lower().replace("-", "_").replace(" ", "_"): char for char, name in named if "-" in name}


def split_keys(keys: str) -> tuple[str, ...]:
    """The canonical names in a list such as `f2,ctrl+s`, each once. Raises `KeyNameError`.

    Most terminals send F13 to F24 for F1 to F12 with shift, so those are added.
    """
    names: dict[str, None] = {}
    for part in keys.split(","):
        name = canonical(part)
        names[name] = None
        if name.startswith("shift+f") and name[7:].isdigit() and int(name[7:]) <= 12:
            names[f"f{int(name[7:]) + 12}"] = None
    return tuple(names)


def shown(key: str) -> str:
    """A canonical name as people read it: `ctrl+slash` → `ctrl+/`."""
    *modifiers, base = key.split("+")
    char = _character(base)
    return "+".join([*modifiers, char if char and char != " " else base])


def sure(key: str) -> bool:
    """Whether every terminal sends the key, and no multiplexer or window is known to keep it."""
    *modifiers, base = key.split("+")
    if not modifiers:
        return base in _NAMED - _WINDOW - {f"f{n}" for n in range(13, 25)} or _character(base) is not None
    return modifiers == ["ctrl"] and len(base) == 1 and base.isalpha() and key not in _MULTIPLEXER


_TYPING = """\
While you write, only keys that type nothing act. The workstation takes F6 and F7 from the text area (select
the line, select all): select all is `prose.select_all` instead. Shift with the arrow keys, home and end
selects; tab leaves the field; escape closes the find bar and drops a selection.

Shift+F1 to F12 arrive as F13 to F24 in most terminals, alt with a letter needs a terminal that sends alt as
escape, windows keep F10 and F11, and tmux or screen keep ctrl+a, b, j, o or s: no action hangs on one of
these alone.

The vim keymap also gives the text fields vim's modes and motions; the settings page tells which.
"""


@cache
def defaults() -> Keymap:
    """Every action's keys as the table of actions has them."""
    return {action.id: split_keys(action.keys) for action in ACTIONS}


def preset_text(name: str) -> str:
    """The TOML of a preset in `PRESETS`."""
    from importlib import resources

    return (resources.files("app.settings") / "keymaps" / f"{name}.toml").read_text(encoding="utf-8")


def preset(name: str) -> dict[str, tuple[str, ...]]:
    """The keys a preset in `PRESETS` changes. The default preset changes none, so nothing is read for it."""
    if name == "default":
        return {}
    import tomllib

    return {action: split_keys(keys) for action, keys in tomllib.loads(preset_text(name)).items()}


def refusal(action: str, key: str) -> str:
    """Why an action may not have a key; empty if it may. While somebody types, keys that type stay theirs."""
    scope, priority = BY_ID[action].scope, BY_ID[action].priority
    if scope not in _WHILE_TYPING:
        return ""
    *modifiers, base = key.split("+")
    char = _character(base)
    if char is not None and not set(modifiers) - {"shift"}:
        return f"{shown(key)} types a character, and {action} works while typing"
    own = key in defaults()[action]
    if base in _MOVES | _EDITS and not set(modifiers) - {"shift"} and not own:
        allowed = scope == "prose" and base in _MOVES
        return "" if allowed else f"{key} is needed for writing, and {action} works while typing"
    if key == "escape" and priority:
        return f"escape closes what is open, and {action} would take it first"
    return ""


def clashes(keymap: Keymap) -> list[Clash]:
    """Every key that two actions of one scope, or of two scopes that are active together, both have."""
    found = []
    holders: dict[str, list[str]] = {}
    for action in ACTIONS:
        for key in keymap[action.id]:
            for other in holders.setdefault(key, []):
                if _meet(BY_ID[other].scope, action.scope):
                    found.append(Clash(key, other, action.id))
            holders[key].append(action.id)
    return found


def _meet(one: str, other: str) -> bool:
    return one == other or other in _TOGETHER.get(one, ()) or one in _TOGETHER.get(other, ())


def key_table() -> str:
    """The page of all keys, in Markdown, made from the table of actions and the presets: `docs/keys.md`."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    changed = {name: preset(name) for name in PRESETS}
    yield "# Keys\n"
    yield "Made from the table of actions. `[keys]` in the settings file changes any of them by its id"
    yield "(see the settings page). Every action is also in the command palette.\n"
    yield _TYPING
    for scope, title in SCOPES.items():
        yield f"## {title}\n"
        yield "| action | id | keys | vim | emacs |"
        yield "|---|---|---|---|---|"
        for action in (action for action in ACTIONS if action.scope == scope):
            cells = [_cell(changed[name].get(action.id, ())) for name in ("vim", "emacs")]
            own = _cell(defaults()[action.id])
            yield f"| {action.label}: {action.help} | `{action.id}` | {own} | {cells[0]} | {cells[1]} |"
        yield ""


def _cell(keys: Iterable[str]) -> str:
    return ", ".join(f"`{shown(key)}`".replace("|", "\\|") for key in keys)
