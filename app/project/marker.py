"""What a project's marker file `backspan.toml` sets. A broken file never stops the workstation: it is told."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from app.base.text import did_you_mean, printable
from app.base.toml_lines import Key, TooDeepError, fault, key_lines, line_of, loads

ATTRIBUTES = "datasets/*.jsonl merge=union text eol=lf"
"""The line of `.gitattributes` by which git merges journals as sets."""
VERSION = 1
"""The version of the project's form that this backspan knows."""
MAX_BYTES = 100_000
"""Anything past this is another file under the marker's name."""
MOST = 100_000


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """What a project has set; every field has a default."""

    version: int = VERSION
    """Of the project's form."""
    keep: int = 20
    """`backups.keep`: routine backups of a journal that stay; 0 makes none."""
    days: int = 60
    """`backups.days`: age after which a backup may go; 0 for no such age."""
    authorship: bool = True
    """`authorship.record`: whether time, typed and pasted characters are counted and kept with a revision."""


class MarkerProblem(NamedTuple):
    """One thing wrong with the file; that one value has its default."""

    line: int
    """1-based."""
    text: str
    """What is wrong there, safe to show, with the key's name and the nearest valid one."""


def read(path: Path) -> tuple[ProjectFile, list[MarkerProblem]]:
    """What can be used of the file, and what is wrong with the rest. No file: defaults. Raises nothing."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return ProjectFile(), []
    except OSError as error:
        return ProjectFile(), [MarkerProblem(1, f"cannot be read: {error.strerror}")]
    if len(data) > MAX_BYTES:
        return ProjectFile(), [MarkerProblem(1, f"is longer than {MAX_BYTES:,} bytes: not a project's file")]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        values = loads(text)
    except UnicodeDecodeError as error:
        return ProjectFile(), [MarkerProblem(data.count(b"\n", 0, error.start) + 1, "is not UTF-8")]
    except tomllib.TOMLDecodeError as error:
        what, line, _ = fault(error)
        line = line or text.rstrip().count("\n") + 1
        return ProjectFile(), [MarkerProblem(line, f"is not TOML: {printable(what)}")]
    except TooDeepError as error:
        return ProjectFile(), [MarkerProblem(error.line, "is nested too deeply")]
    except (RecursionError, ValueError):
        return ProjectFile(), [MarkerProblem(1, "is nested too deeply, or holds too long a number")]
    reader = _Reader(text)
    return reader.project(values), sorted(reader.problems)


def shown(path: Path, problems: Collection[MarkerProblem]) -> list[str]:
    """Each problem as `path:line: text`, safe to show."""
    return [f"{printable(str(path))}:{problem.line}: {problem.text}" for problem in problems]


class _Reader:
    """Takes the values one by one; what cannot be used becomes a problem and keeps its default."""

    def __init__(self, text: str) -> None:
        self.problems: list[MarkerProblem] = []
        self._lines = key_lines(text)

    def project(self, values: Mapping[str, Any]) -> ProjectFile:
        """All of the file."""
        usual = ProjectFile()
        self._unknown((), values, ("version", "backups", "authorship"))
        version = self._whole(("version",), values, usual.version, 1)
        if version > VERSION:
            self._say(
                ("version",), f"is {version}, of a newer backspan; this one knows {VERSION}: update backspan"
            )
        backups = self._table("backups", values, ("keep", "days"))
        keep = self._whole(("backups", "keep"), backups, usual.keep, 0)
        days = self._whole(("backups", "days"), backups, usual.days, 0)
        authorship = self._table("authorship", values, ("record",))
        record = self._switch(("authorship", "record"), authorship, usual.authorship)
        return ProjectFile(version, keep, days, record)

    def _table(self, name: str, values: Mapping[str, Any], known: Collection[str]) -> Mapping[str, Any]:
        table = values.get(name, {})
        if not isinstance(table, dict):
            self._say((name,), f"must be a table: [{name}]")
            return {}
        self._unknown((name,), table, known)
        return table

    def _switch(self, place: Key, table: Mapping[str, Any], usual: bool) -> bool:
        value = table.get(str(place[-1]), usual)
        if type(value) is bool:
            return value
        self._say(place, f"must be true or false; {'true' if usual else 'false'} is used")
        return usual

    def _whole(self, place: Key, table: Mapping[str, Any], usual: int, least: int) -> int:
        value = table.get(str(place[-1]), usual)
        if type(value) is int and least <= value <= MOST:
            return value
        self._say(place, f"must be a whole number from {least} to {MOST:,}; {usual} is used")
        return usual

    def _unknown(self, table: Key, values: Mapping[str, Any], known: Collection[str]) -> None:
        for key in values:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                hint = did_you_mean(near, f"there is {', '.join(known)}")
                self._say((*table, key), f"is no setting; {hint}")

    def _say(self, place: Key, text: str) -> None:
        name = printable(".".join(map(str, place)), 80)
        self.problems.append(MarkerProblem(line_of(self._lines, place), f"{name} {text}"))
