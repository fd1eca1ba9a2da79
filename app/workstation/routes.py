"""Who opens which screen. Screens ask here, and import no screen that stands beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

from textual.app import App

if TYPE_CHECKING:
    from app.project.project import Project
    from app.review.passes import Plan, Section
    from app.settings.person import Settings

Then = Callable[[Any], None]
"""What is called once the opened screen is left, with what it leaves."""


class Workplace(NamedTuple):
    """Who works on which project, and how they like it."""

    project: Project
    settings: Settings
    by: str


class ReviewWish(NamedTuple):
    """A pass over a topic's records, as it is asked for."""

    topic: str
    record: str
    """The record that is shown first."""
    plan: Plan
    only: Collection[str] | None = None
    """The records of the pass; None: all that the plan has."""
    filtered: str = ""
    """The filter that chose them."""
    section: Section | None = None
    """The section of the queue from which it was asked for."""


class Routes(Protocol):
    """Opens screens over the one that asks. The interface's thread only, but for `fetch_queue`."""

    def open_topic(self, at: Workplace, topic: str, record: str | None = None, then: Then = ...) -> None:
        """Open a topic to annotate, with a record in hand or where one was."""

    def open_records(self, at: Workplace, topic: str, then: Then = ...) -> None:
        """List a topic's records; `then` is given the one chosen, or None."""

    def open_review(self, at: Workplace, wish: ReviewWish, then: Then = ...) -> None:
        """Open a pass over records."""

    def open_queue(self, topic: str | None, filter: str | None = None, at: Workplace | None = None) -> None:
        """List what is to be reviewed: what a filter leaves, or where one was.

        Without a workplace the settings are read and git is asked anew.
        """

    def open_overview(self, topic: str | None) -> None:
        """Show the project's figures, those of the topic first."""

    def fetch_queue(self) -> None:
        """Have the queue at hand, before anybody waits for it. Worker threads only."""


@runtime_checkable
class _Routed(Protocol):
    routes: Routes


def routes_of(app: App[Any]) -> Routes:
    """The routes of the app that a screen is in."""
    assert isinstance(app, _Routed)
    return app.routes
