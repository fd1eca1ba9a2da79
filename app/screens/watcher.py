"""What changed on disk since the last look: the journal, what others are on, and whether anything went missing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from app.errors import BackspanError
from app.project import Project
from app.store.follow import Follower
from app.store.presence import RENEW_EVERY, Claim, Claims


@dataclass(frozen=True, slots=True)
class News:
    """What is new since the last look."""

    journal: bool = False
    """Whether the journal changed, by anybody."""
    others: tuple[Claim, ...] | None = None
    """What others are on now; None where that did not change."""
    meeting: tuple[Claim, ...] = ()
    """Those who are newly on the same item or record."""
    alarm: str = ""
    """What is missing, and what to do; told once."""
    remarks: tuple[str, ...] = ()
    """What else there is to say, each once."""


class Watcher:
    """Looks when asked; never twice at once. Worker threads only."""

    def __init__(self, project: Project, topic: str, follower: Follower, claims: Claims) -> None:
        self._project = project
        self._topic = topic
        self._follower = follower
        self._claims = claims
        self._stamp: tuple[int, ...] | None = None
        self._held: tuple[str | None, str, str] = (None, "", "")
        self._renewed = 0.0
        self._others: tuple[Claim, ...] = ()
        self._met: frozenset[tuple[str, str, str]] = frozenset()
        self._problem = ""
        self._guard = threading.Lock()

    def look(self, record: str | None, path: str, item: str) -> News | None:
        """What is new; None where nothing is, or another look is under way. The rest is what this person is on."""
        if not self._guard.acquire(blocking=False):
            return None
        try:
            self._hold(record, path, item)
            others, meeting = self._look_at_others(record, path, item)
            remarks = self._problems()
            changed = self._journal_changed()
        finally:
            self._guard.release()
        news = News(changed, others, meeting, "", remarks)
        return news if news != News() else None

    def _hold(self, record: str | None, path: str, item: str) -> None:
        now = time.monotonic()
        if (record, path, item) != self._held:
            self._held = (record, path, item)
            self._claims.hold(record, path, item)
            self._renewed = now
        elif now - self._renewed >= RENEW_EVERY:
            self._claims.renew()
            self._renewed = now

    def _look_at_others(
        self, record: str | None, path: str, item: str
    ) -> tuple[tuple[Claim, ...] | None, tuple[Claim, ...]]:
        others = self._claims.others()
        same = [c for c in others if c.record == record or (item and (c.path, c.item) == (path, item))]
        met = frozenset((c.by, c.host, c.record) for c in same)
        meeting = tuple(c for c in same if (c.by, c.host, c.record) not in self._met)
        self._met = met
        changed = others != self._others
        self._others = others
        return (others if changed else None), meeting

    def _journal_changed(self) -> bool:
        stamp = self._project.store.stamp(self._topic)
        if stamp == self._stamp:
            return False
        first = self._stamp is None
        self._stamp = stamp
        try:
            self._follower.refresh()
        except BackspanError:
            return not first  # whoever needs it next will say why
        return not first

    def _problems(self) -> tuple[str, ...]:
        problem = self._claims.problem
        new = problem if problem != self._problem else ""
        self._problem = problem
        return (new,) if new else ()
