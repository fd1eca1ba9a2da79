"""Where a person left a pass over a topic, kept in the project's session."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.project.project import Project
from app.review.passes import SECTIONS, Bookmark, Section, bookmark

_SESSION = "reviews"


class Left(NamedTuple):
    """A place in a list."""

    mark: Bookmark
    section: Section
    filter: str
    """As it was typed; empty for none."""


def left_off(project: Project, topic: str) -> Left | None:
    """Where this person was last in a topic; None where that is not known. What is damaged counts as not known."""
    places = project.session().get(_SESSION)
    kept = places.get(topic) if isinstance(places, dict) else None
    mark = bookmark(kept)
    if mark is None or not isinstance(kept, dict):
        return None
    section: Section = next((name for name in SECTIONS if name == kept.get("section")), "review")
    filtered = kept.get("filter")
    return Left(mark, section, filtered if isinstance(filtered, str) else "")


def keep_left(project: Project, topic: str, left: Left) -> None:
    """Remember it over an end of whatever kind. One thread at a time. Raises `BackspanError`."""
    session = project.session()
    places = session.get(_SESSION)
    kept: dict[str, Any] = {**left.mark.as_json(), "section": left.section, "filter": left.filter}
    project.save_session({**session, _SESSION: {**(places if isinstance(places, dict) else {}), topic: kept}})
