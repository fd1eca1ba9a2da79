"""Who looks at a topic's figures: in a blind topic no figure may count a verdict that this person may not see yet."""

from __future__ import annotations

from collections.abc import Mapping

from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.history.viewpoint import Viewer


def viewers_of(specs: Mapping[str, Spec], me: str) -> dict[str, Viewer]:
    """By topic: this person, and what the topic's spec lets them see."""
    return {topic: viewer_of(spec, me) for topic, spec in specs.items()}


def blind_topics(specs: Mapping[str, Spec]) -> frozenset[str]:
    """Topics whose figures depend on who looks."""
    return frozenset(topic for topic, spec in specs.items() if spec.review.blind)
