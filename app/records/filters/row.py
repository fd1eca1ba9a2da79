"""One record as lists and filters need it. Only data: where it comes from is `app.records.filters.rows`'s affair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

Given = tuple[str, str]
"""Who gave a verdict, and which."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Facts(Struct, frozen=True, gc=False):
    """What the checks and the texts say of one revision; kept by whoever runs the checks."""

    codes: tuple[str, ...] = ()
    """Codes of its findings, sorted, each once; waived ones left out."""
    errors: int = 0
    """Findings that are errors."""
    warnings: int = 0
    crates: tuple[str, ...] = ()
    """Crates that its code brings in or its reasoning names, sorted."""
    pasted: int = 0
    """Characters of both texts that were pasted, per cent of those that were typed or pasted."""
    near: int = 0
    """Other records that say nearly the same."""


NO_FACTS = Facts()
"""Nothing is known of the revision yet."""


class Row(Struct, frozen=True, gc=False):
    """One record, as one person may see it."""

    record: str
    """The record's id."""
    topic: str = ""
    status: str = "submitted"
    """One of `app.records.filters.fields.STATUSES`; anything else is shown plain and found by no filter."""
    revision: str = ""
    """Id of its newest text; empty for a draft that was never saved."""
    by: str = ""
    """Who wrote that."""
    at: datetime = _LONG_AGO
    """When, UTC."""
    title: str = ""
    """Item path of its main code; empty for plain lines."""
    path: str = ""
    """File of its main code."""
    opening: str = ""
    """The first words of the request."""
    texts: tuple[str, ...] = ()
    """Ids of the revisions that make up what it says now: several in a conflict."""
    parents: tuple[str, ...] = ()
    """Ids of its heads: what a next revision would replace."""
    revisions: int = 1
    """How many texts it ever had."""
    reviewers: tuple[Given, ...] = ()
    """The verdicts that count, each person's latest, by name; only those that may be seen."""
    judged: bool = False
    """Whether the person who looks has a verdict on what it says now."""
    stale: bool = False
    """Whether a text that it had before was judged, and what it says now is not, as far as may be seen."""
    returned_to_me: bool = False
    """Whether changes were asked for in a text by the person who looks."""
    mine: bool = False
    """Whether the person who looks wrote what it says now, or a part of it."""
    brief: bool = False
    """Whether a verdict that may be seen was given after less reading than the project wants."""
    facts: Facts = NO_FACTS


TextOf = Callable[[Row], str]
"""Everything a record says now: request, reasoning and code. May touch the disk."""


def opening_text(row: Row) -> str:
    """What of the texts stands in the row itself."""
    return "\n".join((row.opening, row.title, row.path))
