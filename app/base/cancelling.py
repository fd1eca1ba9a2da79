"""Work that can be stopped: what asks whether it is still wanted, and what is raised when it is not."""

from __future__ import annotations

from app.errors import SourceError


class Cancelled(SourceError):  # noqa: N818 - the person's own wish
    """The person stopped long work. Nothing of it was kept."""


class CancelledError(Exception):
    """The answer is not wanted any more."""


def never() -> bool:
    """The default answer to "is this still wanted?": nobody cancels."""
    return False
