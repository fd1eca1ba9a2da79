"""Who looks at a topic's records, and what its spec lets them see: the one place that makes a viewer."""

from __future__ import annotations

from app.project.topics.spec import Spec
from app.records.history.viewpoint import Viewer


def viewer_of(spec: Spec, me: str | None) -> Viewer:
    """Who looks at a topic's records, and what its spec lets them see: None is one who may see all.

    An empty name is somebody who has judged nothing.
    """
    rules = spec.review
    return Viewer(me or "", rules.blind and me is not None, rules.own, rules.minimum_seconds)
