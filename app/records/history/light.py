"""Events light: what a list needs of them, without texts."""

from __future__ import annotations

from app.records.events import Comment, Retraction, Review, Revision, TopicEvent
from app.records.history.summary import Summary, summarise

Event = Revision | Review | Retraction | TopicEvent | Comment
"""What a journal holds, whole."""

Entry = Summary | Review | Retraction
"""What a record's history consists of, light: a revision without its texts. The others are small as they are."""

Light = Entry | TopicEvent | Comment
"""What a journal holds, light."""


def light(event: Event) -> Light:
    """The event as surveys have it."""
    return summarise(event) if isinstance(event, Revision) else event
