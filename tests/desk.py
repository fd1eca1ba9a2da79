"""A topic in hand, with all that acts on it, as the annotate screen wires them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.annotate.composer import Composer
from app.annotate.session import AnnotateSession
from app.base.cancelling import never
from app.progress.coverage.states import TopicCoverage
from app.progress.coverage.tracker import CoverageTracker
from app.project.project import Project
from app.project.topic_files import TopicFiles
from app.store.presence.claims import Claim
from tests.acting import Acting


class Desk(AnnotateSession):
    """The session, the judge and the coverage of one person at one topic."""

    def __init__(self, project: Project, topic: str, by: str) -> None:
        files = TopicFiles(project, topic)
        self.judge = Acting.of(project, topic, files.spec, by)
        super().__init__(Composer(files), self.judge.signer)
        self.tally = CoverageTracker(files, self.judge.signer.follower, by)

    def coverage(self, claims: Sequence[Claim] = (), cancelled: Callable[[], bool] = never) -> TopicCoverage:
        """What of the topic is done now, the draft in hand counted."""
        return self.tally.refresh(None if self.draft.empty else self.draft, claims, cancelled=cancelled)
