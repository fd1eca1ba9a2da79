"""A project's topics as the first screen needs them: names, titles and targets, read without pydantic.

`app.project.topics.spec` reads the same files in full and strictly; nothing here is a promise that a spec can be used.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from app.base.text import printable
from app.base.toml_lines import DEEPEST, TooDeepError, fault, loads
from app.errors import SpecError

TOPIC = re.compile(r"[a-z0-9_][a-z0-9_-]{0,99}")
"""What a topic may be called: it names files and is typed in a shell, so nothing that needs quoting."""

MAX_SPEC_BYTES = 1_000_000
"""A spec is a page or two; anything past this is another file under a spec's name."""


class TopicTitle(NamedTuple):
    """One line of the topic list."""

    topic: str
    """The spec's file name without `.toml`."""
    title: str
    """As the spec says, made safe to show; the topic's name if the spec says none."""
    minimum: int
    """Records to aim for at least; 0 if the spec does not say."""
    maximum: int
    """Records to aim for at most; 0 if the spec does not say."""
    practice: bool
    """Whether it is for practice: nothing of it is trained on."""
    problem: str
    """Why the file cannot even be read, for people; else empty. A full check may find more."""


def spec_files(folder: Path) -> list[Path]:
    """The spec files of a folder, by name. Raises `SpecError` if the folder cannot be listed."""
    try:
        found = [
            path for path in folder.iterdir() if path.suffix == ".toml" and not path.name.startswith(".")
        ]
    except OSError as error:
        raise SpecError(
            f"cannot list the specs in {printable(str(folder))}: {error.strerror}",
            "run backspan inside a project, or make one with `backspan init`",
        ) from None
    return sorted(found)


def topic_name(path: Path) -> str:
    """The topic a spec file is for. Raises `SpecError` if the file's name cannot name a topic."""
    if path.suffix != ".toml" or not TOPIC.fullmatch(path.stem):
        raise SpecError(
            f"{printable(str(path))}: {printable(path.name)!r} cannot name a topic",
            "rename the file: small letters, digits, _ and -, then .toml (such as retry_logic.toml)",
        )
    return path.stem


def read_text(path: Path, wanted: str = "a .toml file in specs/") -> str:
    """A small file's text, without a byte order mark. Raises `SpecError` if it is no readable UTF-8 file."""
    shown = printable(str(path))
    try:
        if not path.is_file():
            kind = "is not a file" if path.exists() else "does not exist"
            raise SpecError(f"{shown} {kind}", f"give the path of {wanted}")
        with path.open("rb") as stream:
            data = stream.read(MAX_SPEC_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (
            error.strerror if isinstance(error, OSError) and error.strerror else "its name cannot be used"
        )
        raise SpecError(f"{shown} cannot be read: {reason}", "check the file and who may read it") from None
    if len(data) > MAX_SPEC_BYTES:
        raise SpecError(
            f"{shown} is larger than {MAX_SPEC_BYTES:,} bytes", "a spec is short: check what file this is"
        )
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SpecError(
            f"{shown}:{line}: byte 0x{data[error.start]:02x} (byte {error.start} of the file) is not UTF-8",
            "save the file as UTF-8 (an editor on Windows may have saved it as Windows-1252 or UTF-16)",
        ) from None


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """The tables of a spec's text; `path` is for messages. Raises `SpecError` with line and column."""
    shown = printable(str(path))
    try:
        return loads(text)
    except tomllib.TOMLDecodeError as error:
        problem, line, column = fault(error)
        problem = printable(problem)
        if line:
            where = f"{shown}:{line}:{column}"
        else:
            where = f"{shown}:{text.count(chr(10), 0, len(text.rstrip())) + 1}"
            problem += ", at the end of the file"
        raise SpecError(f"{where}: not valid TOML: {problem}", "correct that line") from None
    except TooDeepError as error:
        raise SpecError(
            f"{shown}:{error.line}: nested too deeply: more than {DEEPEST} tables or lists stand in each other",
            "simplify it",
        ) from None
    except (RecursionError, ValueError):
        raise SpecError(
            f"{shown}: holds values nested too deeply or numbers too long", "simplify it"
        ) from None


def spec_titles(folder: Path) -> list[TopicTitle]:
    """What the topic list shows at once, by name; a file that cannot be read keeps its line, with the reason.

    Raises `SpecError` only if the folder itself cannot be listed.
    """
    return [_title(path) for path in spec_files(folder)]


def _title(path: Path) -> TopicTitle:
    topic = printable(path.stem)
    try:
        topic_name(path)
        fields = parse_toml(path, read_text(path))
    except SpecError as error:
        return TopicTitle(topic, topic, 0, 0, False, error.what)
    title, target = fields.get("title"), fields.get("target")
    ends = target if isinstance(target, dict) else {}
    return TopicTitle(
        topic,
        printable(title, 80) if isinstance(title, str) and title.strip() else topic,
        _count(ends.get("min")),
        _count(ends.get("max")),
        fields.get("practice") is True,
        "",
    )


def _count(value: object) -> int:
    return value if type(value) is int and value > 0 else 0
