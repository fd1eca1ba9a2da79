"""What changed on disk since the last look: the journal, what others are on, and whether anything went missing."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from app.errors import BackspanError
from app.project.project import Project
from app.store.backups.missing import Muster
from app.store.follower import Follower
from app.store.presence.claims import RENEW_EVERY, Claim, Claims


@dataclass(frozen=True, slots=True)
class News:
    """What is new since the last look."""

    journal: bool = False
    """Whether the journal changed, by anybody."""
    others: tuple[Claim, ...] | None = None
    """What others are on now; None where that did not change."""
    meeting: tuple[Claim, ...] = ()
    """Those who are newly on the same item or record."""
    alarm: str | None = None
    """What is missing from the journal, and what to do; empty if nothing is any more; None where that is as it was."""
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
        self._problems: dict[str, str] = {}
        self._alarm = ""
        self._muster = Muster(project.memory, topic)
        self._guard = threading.Lock()

    def look(self, record: str | None, path: str, item: str) -> News | None:
        """What is new; None where nothing is, or another look is under way. The rest is what this person is on."""
        if not self._guard.acquire(blocking=False):
            return None
        try:
            self._hold(record, path, item)
            others, meeting = self._look_at_others(record, path, item)
            remarks = [self._new_problem("claims", self._claims.problem)]
            changed = self._journal_changed()
            alarm: str | None = None
            if changed or not self._muster.begun:
                try:
                    alarm = self._missing()
                except BackspanError as error:
                    remarks.append(self._new_problem("memory", str(error)))
        finally:
            self._guard.release()
        news = News(changed, others, meeting, alarm, tuple(filter(None, remarks)))
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

    def _missing(self) -> str | None:
        """What the journal lacks of what was seen of it; None if that is as it was. Raises `StoreError`."""
        survey = self._project.store.survey(self._topic)
        alarm = self._muster.take(survey, self._stamp[2] if self._stamp else 0)
        said = f"{alarm.what}\n{alarm.remedy}" if alarm is not None else ""
        new = said if said != self._alarm else None
        self._alarm = said
        return new

    def _new_problem(self, of: str, problem: str) -> str:
        new = problem if problem != self._problems.get(of, "") else ""
        self._problems[of] = problem
        return new
