"""The name that records are signed with."""

from __future__ import annotations

from pathlib import Path

from app.repository.repository import default_author
from app.settings import person


def annotator(folder: Path, settings: person.Settings | None = None) -> str:
    """The settings' name, else git's for `folder`, else the login's; never empty."""
    known = settings or person.read(person.settings_path())[0]
    return person.annotator(known, lambda: default_author(folder))
