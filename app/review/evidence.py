"""What takes longer to know of a record: what the checks say, and where its code stands in its files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.base.cancelling import never
from app.checks import Finding, crates_met, errors, traits_met
from app.checks.running import Library, OtherRecords, judge, light
from app.errors import BackspanError, SourceError
from app.project.project import Project
from app.project.topics.spec import Spec
from app.project.topics.viewer import viewer_of
from app.records.chatml import normalise_prose
from app.records.events import Revision
from app.records.history.ledger import RecordState
from app.records.history.viewpoint import Viewer, viewpoint
from app.review.sheet import Sheet
from app.store.follower import Follower


@dataclass(frozen=True, slots=True)
class Studied:
    """What was found out of one text."""

    revision: str
    """Its id."""
    findings: tuple[Finding, ...]
    lines: tuple[int | None, ...]
    """For each span of the block, the 1-based line of its file that it begins on; None where that is not known."""
    crates: Mapping[str, bool]
    """The spec's crates, and whether the reasoning names each."""
    traits: Mapping[str, bool]
    """What the reasoning should treat, and whether it does."""
    remark: str
    """What could not be looked at; may be empty."""


class Examiner:
    """The checks and the repositories, kept open from one record to the next. One thread works here at a time."""

    def __init__(self, project: Project, topic: str, spec: Spec, viewer: Viewer, follower: Follower) -> None:
        """Nothing is read before it is needed. `viewer` is who looks at the topic's own records."""
        self._project = project
        self._topic = topic
        self._spec = spec
        self._viewers = {topic: viewer}
        self._followers = {topic: follower}
        self._practice: frozenset[str] | None = None
        self._others = OtherRecords(project)
        self._remark = ""
        self._lacking: dict[tuple[str, str | None], str] = {}
        """By repository and commit, why its code cannot be read: the library says it once."""
        self._library = Library(project, self._tell)
        self._guard = threading.Lock()
        """Of the repositories, which one thread at a time may ask."""
        self._learning = threading.Lock()
        """Of what is learnt of other records: nobody waits for that to study one."""

    def close(self) -> None:
        """Let go of the files that are held open."""
        with self._learning, self._guard:
            self._others.close()
            self._library.__exit__(None, None, None)

    def learn(self, cancelled: Callable[[], bool] = never) -> bool:
        """Take in what the project's other records say: the first time all of them, which may take long.

        Returns whether anything changed. A journal that cannot be read keeps what was known of it.
        """
        with self._learning:
            records: dict[str, tuple[RecordState, ...]] = {}
            for topic, follower in self._known().items():
                try:
                    follower.refresh()
                except BackspanError:
                    pass  # the doctor tells of it
                viewer = self._viewers.get(topic)
                states = follower.ledger.records
                # A verdict that may not be seen must not tell by what it leaves out of the other records.
                blind = viewer is not None and viewer.blind
                records[topic] = tuple(viewpoint(s, viewer) for s in states) if blind and viewer else states
            return self._others.update(records, cancelled)

    def _known(self) -> dict[str, Follower]:
        if self._practice is None:
            specs, _ = self._project.specs()
            self._practice = frozenset(name for name, spec in specs.items() if spec.practice)
            me = self._viewers[self._topic].me
            for name, spec in specs.items():
                if name not in self._followers and not spec.practice:
                    self._followers[name] = Follower(self._project.store, name, spec.reviews)
                    self._viewers[name] = viewer_of(spec, me)
        return self._followers

    def study(self, sheet: Sheet) -> Studied | None:
        """What is to be said of a sheet's text; None where it has none. Never raises."""
        revision = sheet.revision
        if revision is None:
            return None
        with self._guard:
            self._remark = ""
            findings = self._judge(sheet, revision)
            lines = self._lines(sheet)
            remark = self._why(revision)
        think = revision.think
        return Studied(
            revision.id,
            findings,
            lines,
            crates_met(think, self._spec.crates),
            traits_met(think, self._spec.traits, self._spec.checks.trait_words),
            remark,
        )

    def errors_in(self, sheet: Sheet, user: str, think: str) -> tuple[Finding, ...]:
        """The errors of other texts with the sheet's code. Never raises."""
        assert sheet.revision is not None
        said = {"user": normalise_prose(user), "think": normalise_prose(think)}
        with self._guard:
            return errors(self._judge(sheet, sheet.revision.model_copy(update=said)))

    def _judge(self, sheet: Sheet, revision: Revision) -> tuple[Finding, ...]:
        with self._others.held() as index:
            view = index.view(light(self._topic, revision))
            return judge(self._library, self._spec, revision, view, sheet.behind.effort)

    def file(self, sheet: Sheet, path: str) -> bytes:
        """The bytes of a file that the block has a span of. Raises `BackspanError`, also where it is not here."""
        revision = sheet.revision
        assert revision is not None
        with self._guard:
            self._remark = ""
            code = self._library.of(self._spec, revision.block)
            data = code.data(path) if code is not None else None
        if data is None:
            raise SourceError(
                self._why(revision) or "the record's file is not in its repository on this machine",
                "see 'backspan source add' and 'backspan source map'",
            )
        return data

    def _why(self, revision: Revision) -> str:
        """Why a text's code cannot be read, after it was tried; empty if it can."""
        key = (revision.block.repository, revision.block.commit)
        if self._remark:
            self._lacking[key] = self._remark
        return self._lacking.get(key, "")

    def _lines(self, sheet: Sheet) -> tuple[int | None, ...]:
        revision = sheet.revision
        assert revision is not None
        code = self._library.of(self._spec, revision.block)
        found: list[int | None] = []
        for span in revision.block.spans:
            try:
                data = code.data(span.path) if code is not None else None
            except BackspanError:
                data = None
            known = data is not None and span.start < len(data)
            found.append(data.count(b"\n", 0, span.start) + 1 if known and data is not None else None)
        return tuple(found)

    def _tell(self, remark: str) -> None:
        self._remark = remark
