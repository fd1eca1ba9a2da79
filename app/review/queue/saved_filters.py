"""A person's saved filters: `filters.json` beside the settings, for all their projects on this machine.

In the settings' folder, because a filter such as `status:returned before:2w` is a person's habit and not a project's.
A file that cannot be read is never written over: it is set aside under another name, and what is in it can be mended.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, get_args

from app.base.folders import config_dir
from app.base.text import printable
from app.errors import SettingsError
from app.review.passes import Order, Section
from app.review.queue.shown import Wish
from app.store.disk.files import write_whole

NAME = "filters.json"
LONGEST_NAME = 60
"""Characters of a filter's name."""
_MAX_BYTES = 1_000_000
_SECTIONS: tuple[str, ...] = get_args(Section)
_ORDERS: tuple[str, ...] = get_args(Order)


class Saved(NamedTuple):
    """What is saved, and what is wrong with the rest."""

    filters: Mapping[str, Wish]
    """By name, in the order they were saved."""
    problem: str = ""
    """Why some or all cannot be read; for people."""


@dataclass(frozen=True, slots=True)
class _Read:
    values: dict[str, Any]
    """As they stand in the file, also those that are not understood: they are kept."""
    problem: str = ""
    broken: bool = False


class SavedFilters:
    """The file. Every method touches the disk: worker threads only."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path if path is not None else config_dir() / NAME

    def load(self) -> Saved:
        """The filters that can be used. Raises nothing."""
        read = self._read()
        found = {name: wish for name, value in read.values.items() if (wish := _wish(value)) is not None}
        odd = len(read.values) - len(found)
        problem = read.problem or (
            f"{odd} of {self.path} cannot be used; they stay in the file" if odd else ""
        )
        return Saved(found, problem)

    def save(self, name: str, wish: Wish) -> str:
        """Save under a name, over what had that name; gives back a remark, or nothing. Raises `SettingsError`."""
        why = refusal(name)
        if why:
            raise SettingsError(f"a filter cannot be saved under that name: {why}", "give another name")
        read = self._read()
        remark = self._set_aside() if read.broken else ""
        values = {**read.values, name.strip(): wish._asdict()}
        self._write(values)
        return remark

    def forget(self, name: str) -> None:
        """Remove one. Raises `SettingsError`."""
        read = self._read()
        if name in read.values:
            self._write({key: value for key, value in read.values.items() if key != name})

    # -- the file

    def _read(self) -> _Read:
        try:
            with self.path.open("rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    return _Read({}, f"{self.path} is no file")
                data = file.read(_MAX_BYTES + 1)
            if len(data) > _MAX_BYTES:
                raise ValueError("it is too long")
            found = json.loads(data)
        except FileNotFoundError:
            return _Read({})
        except OSError as error:
            return _Read({}, f"{self.path} cannot be read: {error.strerror}")
        except (ValueError, RecursionError) as error:
            why = printable(str(error), 200)
            return _Read({}, f"{self.path} cannot be read: {why}; mend it, or save a filter anew", True)
        if not isinstance(found, dict) or not isinstance(found.get("filters"), dict):
            return _Read({}, f"{self.path} holds no saved filters; mend it, or save a filter anew", True)
        return _Read(found["filters"])

    def _set_aside(self) -> str:
        """Put a file that cannot be read beside its place. Raises `SettingsError`."""
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.broken-{number}")).exists():
            number += 1
        try:
            self.path.rename(aside)
        except OSError as error:
            raise self._unsaved(error) from error
        return f"the file of saved filters could not be read and is kept as {aside}"

    def _write(self, values: Mapping[str, Any]) -> None:
        text = json.dumps({"version": 1, "filters": values}, ensure_ascii=True, indent=2)
        try:
            if self.path.is_symlink():
                raise OSError(0, "it is a link")
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, text.encode() + b"\n")
        except OSError as error:
            raise self._unsaved(error) from error

    def _unsaved(self, error: OSError) -> SettingsError:
        return SettingsError(
            f"the filter could not be saved in {self.path}: {error.strerror}",
            "check the folder's permissions and the disk's room",
        )


def refusal(name: str) -> str:
    """Why a filter cannot have a name; empty if it can."""
    name = name.strip()
    if not name:
        return "it is empty"
    if len(name) > LONGEST_NAME:
        return f"it has more than {LONGEST_NAME} characters"
    return "" if name.isprintable() else "it has characters that cannot be shown"


def _wish(value: object) -> Wish | None:
    if not isinstance(value, dict):
        return None
    section, order, text = value.get("section", "all"), value.get("order", "oldest"), value.get("filter", "")
    if section not in _SECTIONS or order not in _ORDERS or not isinstance(text, str):
        return None
    return Wish(section, order, text)
