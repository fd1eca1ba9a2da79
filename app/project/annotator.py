"""The name that records are signed with: where it is known from, and how it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from app.errors import StoreError, UsageError
from app.repository.repository import default_author, git_author
from app.settings import person


class Signs(NamedTuple):
    """Who signs here."""

    name: str
    """Never empty."""
    guessed: bool
    """Whether neither the settings nor git knows it: it is the login's, or none at all."""


def annotator(folder: Path, settings: person.Settings | None = None) -> str:
    """The settings' name, else git's for `folder`, else the login's; never empty."""
    known = settings or person.read(person.settings_path())[0]
    return person.annotator(known, lambda: default_author(folder))


def signs(folder: Path, settings: person.Settings) -> Signs:
    """The same, and whether it is only guessed. Asks git: for a thread."""
    return Signs(annotator(folder, settings), not (settings.name or git_author(folder)))


def keep_name(name: str) -> None:
    """Write the name into the person's settings, durably; all else in the file stays as it is, comments too.

    Raises `UsageError` where the file cannot be understood, `StoreError` where it cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from app.base.toml_lines import TooDeepError, loads
    from app.store.disk.files import write_whole

    path = person.settings_path().resolve()  # what a link leads to is written, and the link stays
    try:
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        loads(text.replace("\r\n", "\n"))  # refuses what is nested too deeply for anybody
        document = tomlkit.parse(text)
    except (TOMLKitError, TooDeepError, ValueError, RecursionError):
        raise UsageError(
            f"{path} is not TOML", "mend it ('backspan config check' says where), then try again"
        ) from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}", "see who may read it") from error
    document["name"] = name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, document.as_string().encode("utf-8"))
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}", "see who may write there") from error
