"""A person's own settings: `settings.toml` in `app.base.folders.config_dir()`. No pydantic, for a quick start.

A broken file never stops the workstation: `read` gives the settings that can be used, and the problems;
`load` is for commands that want one or the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from app.base.letters import joins, person, spelt_out
from app.settings import keys
from app.settings.actions import BY_ID

FILE_NAME = "settings.toml"
MAX_BYTES = 100_000
"""Anything past this is another file under the settings' name."""

THEMES = (
    "textual-dark",
    "textual-light",
    "nord",
    "gruvbox",
    "catppuccin-mocha",
    "dracula",
    "tokyo-night",
    "monokai",
    "flexoki",
    "catppuccin-latte",
    "catppuccin-frappe",
    "catppuccin-macchiato",
    "solarized-light",
    "solarized-dark",
    "rose-pine",
    "rose-pine-moon",
    "rose-pine-dawn",
    "atom-one-dark",
    "atom-one-light",
    "ansi-dark",
    "ansi-light",
)
"""The themes there are: Textual's own."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a wide screen is divided."""

    source_width: int = 50
    """Per cent of the screen's width for the source pane, 20 to 80."""
    preview_lines: int = 8
    """Rows of the preview, 1 to 60."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person has set; every field has a default."""

    theme: str = THEMES[0]
    """One of the themes given to `read`."""
    keymap: str = "default"
    """One of `app.settings.keys.PRESETS`."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Action id → keys, where they differ from the preset; canonical names."""
    name: str = ""
    """The annotator's name as records carry it; empty: git's."""
    editor: str = ""
    """The command of F7, split as a shell would; empty: $VISUAL, then $EDITOR."""
    tab_size: int = 4
    """Cells from one tab stop to the next, 1 to 16."""
    layout: Layout = field(default_factory=Layout)

    @property
    def vim(self) -> bool:
        """Whether the text fields have vim's modes."""
        return self.keymap == "vim"


class SettingsProblem(NamedTuple):
    """One thing wrong with a settings file; that one setting has its default."""

    line: int
    """1-based."""
    text: str
    """What is wrong there, with the key's name and the nearest valid one."""


def settings_path() -> Path:
    """Where the settings are read from."""
    from app.base.folders import config_dir

    return config_dir() / FILE_NAME


def read(path: Path, themes: Collection[str] = THEMES) -> tuple[Settings, list[SettingsProblem]]:
    """The settings that can be used, and what is wrong with the rest. No file: defaults. Raises nothing."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Settings(), []
    except OSError as error:
        return Settings(), [SettingsProblem(1, f"cannot be read: {error.strerror}")]
    if len(data) > MAX_BYTES:
        return Settings(), [SettingsProblem(1, f"is longer than {MAX_BYTES} bytes: not a settings file")]
    import tomllib

    from app.base.toml_lines import TooDeepError, fault, loads

    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        values = loads(text)
    except UnicodeDecodeError as error:
        return Settings(), [SettingsProblem(data.count(b"\n", 0, error.start) + 1, "is not UTF-8")]
    except tomllib.TOMLDecodeError as error:
        what, line, column = fault(error)
        what = f"is not TOML: {what}" + (f" (column {column})" if column else "")
        return Settings(), [SettingsProblem(line or text.count("\n") + 1, what)]
    except TooDeepError as error:
        return Settings(), [SettingsProblem(error.line, "is nested too deeply")]
    except (RecursionError, ValueError):
        return Settings(), [SettingsProblem(1, "is nested too deeply, or holds too long a number")]
    reader = _Reader(text, themes)
    settings = reader.settings(values)
    return settings, sorted(reader.problems)


def check(path: Path, themes: Collection[str] = THEMES) -> list[str]:
    """Everything wrong with the file, each as `path:line: text`; empty if nothing is."""
    return _lines(path, read(path, themes)[1])


def keymap(settings: Settings) -> dict[str, str]:
    """For Textual's `App.set_keymap`: every action whose keys are not the table's, with all its keys."""
    changed = {**keys.preset(settings.keymap), **settings.keys}
    return {action: ",".join(given) for action, given in changed.items()}


def current_keys(settings: Settings) -> dict[str, tuple[str, ...]]:
    """Every action's keys as they are now, canonical: for the help page, the footer and the palette."""
    return {**keys.defaults(), **keys.preset(settings.keymap), **settings.keys}


def annotator(settings: Settings, git_name: Callable[[], str]) -> str:
    """The name records are signed with: the settings', else `git_name()`, else the login's."""
    login = os.environ.get("USER") or os.environ.get("USERNAME") or ""
    for name in (settings.name or git_name(), login):
        if plain := person(_one_line(name)):
            return plain
    return "unknown"


def unfit_name(name: str) -> str:
    """Why a name cannot be signed with; empty if it can."""
    if not name.strip():
        return "give a name: it stands beside each record"
    if _one_line(name) != name.strip():
        return "give one line of at most 200 printable characters"
    return ""


def editor_command(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """The command that opens a person's own editor; empty if none is known."""
    return settings.editor or environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()


def _one_line(name: str) -> str:
    printable = "".join(
        char if char.isprintable() or joins(name, at) else " " for at, char in enumerate(name)
    )
    return " ".join(printable.split())[:200]


def _lines(path: Path, problems: list[SettingsProblem]) -> list[str]:
    where = str(path).encode("utf-8", "replace").decode("utf-8")
    return [f"{where}:{problem.line}: {_one_row(problem.text)}" for problem in problems]


def _one_row(text: str) -> str:
    return spelt_out(text)


class _Reader:
    """Takes the values one by one; what cannot be used becomes a problem and keeps its default."""

    def __init__(self, text: str, themes: Collection[str]) -> None:
        self.problems: list[SettingsProblem] = []
        self._text = text
        self._themes = themes

    def settings(self, values: dict[str, Any]) -> Settings:
        """All of the file."""
        self._unknown((), values, ("theme", "keymap", "keys", "name", "editor", "tab_size", "layout"))
        found = Settings(
            theme=self._choice(values, "theme", THEMES[0], self._themes),
            keymap=self._choice(values, "keymap", "default", keys.PRESETS),
            name=self._words(values, "name"),
            editor=self._command(values, "editor"),
            tab_size=self._whole((), values, "tab_size", 4, 1, 16),
            layout=self._layout(self._table(values, "layout")),
        )
        return replace(found, keys=self._keys(found.keymap, self._table(values, "keys")))

    def _layout(self, values: dict[str, Any]) -> Layout:
        self._unknown(("layout",), values, ("source_width", "preview_lines"))
        usual = Layout()
        return Layout(
            self._whole(("layout",), values, "source_width", usual.source_width, 20, 80),
            self._whole(("layout",), values, "preview_lines", usual.preview_lines, 1, 60),
        )

    def _keys(self, preset: str, values: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        """The overrides that can be used together; of those that clash, none."""
        given: dict[str, tuple[str, ...]] = {}
        for action, names in _flat(values):
            if (found := self._action_keys(action, names)) is not None:
                given[action] = found
        for _ in range(len(given)):
            clashes = keys.clashes({**keys.defaults(), **keys.preset(preset), **given})
            guilty = {action for clash in clashes for action in clash[1:] if action in given}
            if not guilty:
                break
            for clash in clashes:
                self._clash(clash, next(action for action in clash[1:] if action in given))
            given = {action: names for action, names in given.items() if action not in guilty}
        return given

    def _clash(self, clash: keys.Clash, mine: str) -> None:
        other = clash.second if mine == clash.first else clash.first
        text = f"{keys.shown(clash.key)} clashes: {other} ({BY_ID[other].label}) has it at the same time"
        self._say(("keys", mine), text)

    def _action_keys(self, action: str, names: Any) -> tuple[str, ...] | None:
        place = ("keys", action)
        if action not in BY_ID:
            self._say(place, "is no action" + _nearest(action, BY_ID))
            return None
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            names = ",".join(names)
        if not isinstance(names, str):
            self._say(place, f"must be keys in quotes, such as {BY_ID[action].keys!r}")
            return None
        try:
            found = keys.split_keys(names)
        except keys.KeyNameError as error:
            self._say(place, str(error))
            return None
        refused = [reason for key in found if (reason := keys.refusal(action, key))]
        for reason in refused:
            self._say(place, reason)
        return None if refused else found

    def _choice(self, values: dict[str, Any], key: str, usual: str, allowed: Collection[str]) -> str:
        value = values.get(key, usual)
        if isinstance(value, str) and value in allowed:
            return value
        if key in values:
            self._say((key,), f"there is no {key} {value!r}" + _nearest(str(value), allowed))
        return usual

    def _words(self, values: dict[str, Any], key: str) -> str:
        value = values.get(key, "")
        if isinstance(value, str) and _one_line(value) == value.strip():
            return value.strip()
        self._say((key,), "must be one line of at most 200 printable characters, in quotes")
        return ""

    def _command(self, values: dict[str, Any], key: str) -> str:
        value = values.get(key, "")
        if not isinstance(value, str) or not value.isprintable():
            self._say((key,), "must be a command on one line, in quotes")
            return ""
        import shlex

        try:
            shlex.split(value)
        except ValueError as error:
            self._say((key,), f"cannot be split into words: {str(error).lower()}")
            return ""
        return value.strip()

    def _whole(
        self, table: tuple[str, ...], values: dict[str, Any], key: str, usual: int, least: int, most: int
    ) -> int:
        value = values.get(key, usual)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._say((*table, key), f"must be a whole number from {least} to {most}")
        return usual

    def _table(self, values: dict[str, Any], key: str) -> dict[str, Any]:
        value = values.get(key, {})
        if isinstance(value, dict):
            return value
        self._say((key,), f"must be a table: [{key}]")
        return {}

    def _unknown(self, table: tuple[str, ...], values: dict[str, Any], known: Collection[str]) -> None:
        for key in values:
            if key not in known:
                self._say((*table, key), "is no setting" + _nearest(key, known))

    def _say(self, place: tuple[str, ...], text: str) -> None:
        name = place[-1] if place[0] == "keys" else ".".join(place)
        problem = SettingsProblem(self._line(place), f"{name}: {text}")
        if problem not in self.problems:
            self.problems.append(problem)

    def _line(self, place: tuple[str, ...]) -> int:
        from app.base.toml_lines import key_lines, line_of

        found = key_lines(self._text)
        if place[0] == "keys" and len(place) == 2 and place not in found:
            place = ("keys", *place[1].split("."))  # written without quotes: tables in tables
        return line_of(found, place)


def _flat(values: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """`"a.b" = x` and `a.b = x` alike: people forget the quotes."""
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = f"{before}{key}"
        found += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, value)]
    return found


def _nearest(name: str, known: Collection[str]) -> str:
    """`; did you mean …?`, or all there is if that is little."""
    from difflib import get_close_matches

    if near := get_close_matches(name, list(known), 1, 0.6):
        return f"; did you mean `{near[0]}`?"
    return f"; there is {', '.join(known)}" if len(known) <= 8 else ""
