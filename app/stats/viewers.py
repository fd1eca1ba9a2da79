"""Who looks at a topic's figures: in a blind topic no figure may count a verdict that this person may not see yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.filters.viewing import Viewer, viewpoint
from app.specs import Spec
from app.store.follow import Change, Follower, Stage
from app.store.ledger import Ledger
from app.store.protocol import Damaged


def viewers_of(specs: Mapping[str, Spec], me: str) -> dict[str, Viewer]:
    """By topic: this person, and what the topic's spec lets them see."""
    return {topic: _viewer(spec, me) for topic, spec in specs.items()}


def _viewer(spec: Spec, me: str) -> Viewer:
    return Viewer(me, spec.review.blind, spec.review.own, spec.review.minimum_seconds)


def blind_topics(specs: Mapping[str, Spec]) -> frozenset[str]:
    """Topics whose figures depend on who looks."""
    return frozenset(topic for topic, spec in specs.items() if spec.review.blind)


class SeenFollower(Follower):
    """Follows a topic as one person may see it."""

    def __init__(self, follower: Follower, viewer: Viewer) -> None:
        """Reads nothing itself: that is left to `follower`."""
        self._whole_follower = follower
        self._viewer = viewer
        self._made: tuple[tuple[object, ...], Ledger] | None = None

    @property
    def ledger(self) -> Ledger:
        """The topic without hidden verdicts: another object whenever the records changed."""
        records = self._whole_follower.ledger.records
        if self._made is None or self._made[0] != records:
            whole = self._whole_follower.ledger
            seen = [event for state in records for event in viewpoint(state, self._viewer).events.values()]
            ledger = Ledger((), whole.reviews)
            ledger.add((*seen, *whole.skips.events))
            self._made = records, ledger
        return self._made[1]

    def refresh(self, on_part: Callable[[Stage], None] | None = None) -> Change:
        """Take in what is new. Raises `StoreError`."""
        return self._whole_follower.refresh(on_part)

    def verify(self, cancelled: Callable[[], bool] | None = None) -> tuple[Damaged, ...]:
        """Validate what was only read lightly. Raises `StoreError`."""
        return self._whole_follower.verify(cancelled)
