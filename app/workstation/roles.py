"""What a screen may be to the app besides a screen. The app asks here, and needs to import none of those screens."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

from textual.app import App


@runtime_checkable
class JournalReader(Protocol):
    """A screen that shows what a journal says."""

    def journal_changed(self) -> None:
        """The journal changed on disk, whoever did it: look again. The interface's thread only."""


@runtime_checkable
class OpenTopic(Protocol):
    """A screen on which a topic is open. It watches that topic's journal itself."""

    @property
    def waiting(self) -> int:
        """How many records were asked to be saved and are not yet."""

    def leave(self) -> bool:
        """Keep the draft and the place; whether the draft is safe once this returns."""


@runtime_checkable
class DraftHolder(Protocol):
    """A screen in which a text is written that is not saved yet."""

    def keep_draft(self) -> bool:
        """Write what stands in the editors to disk, now; whether it is there once this returns."""


def tell_readers(app: App[Any]) -> None:
    """Let every open screen that reads a journal look again. The interface's thread only."""
    for screen in app.screen_stack:
        if isinstance(screen, JournalReader):
            screen.journal_changed()
