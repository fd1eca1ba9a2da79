"""The family of errors that are meant for people: each says what happened, where, and what to do next."""

from __future__ import annotations


class BackspanError(Exception):
    """An error with an answer. Shown as it is, never as a traceback.

    `what` is one sentence that names the thing and the place; `remedy` is what the person can do next.
    """

    exit_code = 1
    """The command line's exit status when this error ends a command."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        """What happened and where, one sentence."""
        self.remedy = remedy
        """What to do next; may be empty where nothing can be done."""

    def __str__(self) -> str:
        return f"{self.what}\n  → {self.remedy}" if self.remedy else self.what


class UsageError(BackspanError):
    """The person asked for something that cannot be meant so (an unknown topic, item or record)."""

    exit_code = 2


class ProjectError(BackspanError):
    """The project folder, or a file in it, is missing or wrong."""

    exit_code = 3


class SpecError(ProjectError):
    """A topic's spec cannot be used."""


class SettingsError(BackspanError):
    """The user's own settings file cannot be used."""

    exit_code = 3


class SourceError(BackspanError):
    """A repository, commit or source file cannot be read, or cannot be annotated."""

    exit_code = 4


class StoreError(BackspanError):
    """A record could not be made durable, or a journal could not be read."""

    exit_code = 5


class InvalidRecordError(BackspanError):
    """A record does not pass its checks, so it is not saved or exported."""

    exit_code = 6
