"""A finding: what a check has to say about a record. Rules make findings; panes and lists show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "hint"]
"""An error blocks saving; a warning asks for a second look; a hint may be left alone."""


Field = Literal["user", "think", "block", "record"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check has to say."""

    code: str
    severity: Severity
    field: Field
    start: int | None
    """First character of the field it is about, 0-based; None for all of it."""
    end: int | None
    """One past the last character; None with `start`."""
    message: str
    """What is wrong, one sentence, in which nothing is to be interpreted as markup."""
    remedy: str
    waived: str = ""
    """The reason for which a person let it stand in this record; else empty."""
