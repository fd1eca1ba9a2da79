"""Gathers a project's figures: what the ledgers tell at once, and what texts, checks and code tell when asked.

Everything here reads the disk: worker threads and the command line only. An `Overview` may be asked again and again;
a text is read once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from app.base.cancelling import never
from app.base.pacing import paced, uncollected
from app.checks.near_duplicates import Light
from app.checks.running import LEFT_OUT, Audit
from app.errors import BackspanError
from app.progress.agreement import AgreementReport
from app.progress.coverage.tracker import CoverageTracker
from app.progress.stats.agreement_data import agreement
from app.progress.stats.ledgers import Gathered, LedgerStats, ledger_stats
from app.progress.stats.quality import (
    Cluster,
    CoverageStats,
    FindingStats,
    clusters,
    coverage_stats,
    finding_stats,
)
from app.progress.stats.text_reading import texts
from app.progress.stats.texts import Measure, TextRow, TextStats, text_stats
from app.project.project import Project
from app.project.topic_files import TopicFiles
from app.project.topics.spec import Spec
from app.records.check_codes import LIMITS
from app.records.events import Closing
from app.records.finding import Finding
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.records.history.viewpoint import Viewer, viewpoint
from app.store.follower import Follower

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""
Records = Sequence[RecordState]


@dataclass(frozen=True)
class TopicStats:
    """All that is known of one topic; what was not asked for, or cannot be known here, is None."""

    topic: str
    title: str
    """As the spec has it: nothing in it is safe to draw."""
    practice: bool
    ledger: LedgerStats
    texts: TextStats | None = None
    coverage: CoverageStats | None = None
    findings: FindingStats | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "topic": self.topic,
            "title": self.title,
            "practice": self.practice,
            **self.ledger.as_json(),
            "texts": self.texts and self.texts.as_json(),
            "coverage": self.coverage and self.coverage.as_json(),
            "findings": self.findings and self.findings.as_json(),
        }


def _quiet(what: str, done: int, total: int) -> None:
    """Say nothing."""


class Overview:
    """The figures of a project's topics. One thread at a time."""

    def __init__(
        self,
        project: Project,
        specs: Mapping[str, Spec],
        now: datetime | None = None,
        viewers: Mapping[str, Viewer] | None = None,
    ) -> None:
        """`now`: what waiting is counted to; each day begins where its zone says.

        `viewers`: by topic, who looks (`viewers_of`). No figure counts a verdict that this person may not see; of a
        topic without a viewer all count.
        """
        self._project = project
        self._viewers = viewers or {}
        self._specs = specs
        self._now = now
        self._zone = now.tzinfo if now else None
        self._rows: dict[tuple[str, str], TextRow] = {}
        """By topic and revision."""
        self._views: dict[str, tuple[Records, Records]] = {}
        """By topic, what was asked about last, and what of it may be seen: made once for all figures."""

    def set_now(self, now: datetime) -> None:
        """What waiting is counted to from here on; the zone that days begin in stays."""
        self._now = now.astimezone(self._zone or UTC)

    def seen(self, topic: str, records: Records) -> Records:
        """A topic's records without the verdicts that the viewer may not see."""
        viewer = self._viewers.get(topic)
        if viewer is None or not viewer.blind:
            return records
        known = self._views.get(topic)
        if known is None or known[0] is not records:
            known = self._views[topic] = records, [viewpoint(state, viewer) for state in paced(records)]
        return known[1]

    def topic(self, topic: str, records: Records, closing: Closing | None = None) -> TopicStats:
        """What the ledger tells of a topic: at once, at any size. `closing`: its word that there is no more code."""
        spec = self._specs[topic]
        target = (spec.target.min, spec.target.max)
        with uncollected(len(records)):
            closed = f"{closing.by}: {closing.reason}" if closing is not None else ""
            found = ledger_stats(topic, self.seen(topic, records), target, self._now, closed)
        return TopicStats(topic, spec.title, spec.practice, found)

    def together(self, ledgers: Mapping[str, Records]) -> LedgerStats:
        """The same of several topics as if they were one; their targets are added up."""
        gathered = Gathered(self._now)
        for topic, records in ledgers.items():
            with uncollected(len(records)):
                gathered.take(self.seen(topic, records))
        targets = [self._specs[topic].target for topic in ledgers]
        wanted = (sum(target.min for target in targets), sum(target.max for target in targets))
        return gathered.told(tuple(ledgers), wanted)

    def with_texts(
        self,
        known: TopicStats,
        records: Records,
        progress: Progress = _quiet,
        cancelled: Callable[[], bool] = never,
    ) -> TopicStats:
        """The same with what the texts tell; only those not read before are read.

        Raises `StoreError`, and `Cancelled` where `cancelled` says so.
        """
        topic, spec = known.topic, self._specs[known.topic]
        summaries = {
            event.id: event
            for state in records
            for event in state.events.values()
            if isinstance(event, Summary)
        }
        self._read(topic, summaries, progress, cancelled)
        rows = [row for name in summaries if (row := self._rows.get((topic, name))) is not None]
        found = text_stats(topic, rows, _current(self.seen(topic, records)), spec.crates, self._zone)
        return replace(known, texts=found)

    def _read(
        self,
        topic: str,
        summaries: Mapping[str, Summary],
        progress: Progress,
        cancelled: Callable[[], bool],
    ) -> None:
        spec = self._specs[topic]
        opening = spec.checks.limits.get("opening_words", int(LIMITS["opening_words"].default))
        measure = Measure(spec.crates, opening)
        missing = [name for name in summaries if (topic, name) not in self._rows]
        for told in texts(
            self._project.store,
            topic,
            missing,
            lambda done, total: progress("reading texts", done, total),
            cancelled,
        ):
            summary = summaries[told.revision]
            said = (told.user, told.think, told.block)
            self._rows[topic, told.revision] = measure.row(
                summary.record, summary.id, summary.by, summary.at, said, told.effort
            )

    def with_coverage(
        self,
        known: TopicStats,
        follower: Follower,
        progress: Progress = _quiet,
        cancelled: Callable[[], bool] = never,
    ) -> TopicStats:
        """The same with how much of the code is in records. Raises `BackspanError`: the repository is not here."""
        viewer = self._viewers.get(known.topic)
        tally = CoverageTracker(
            TopicFiles(self._project, known.topic), follower, viewer.me if viewer else None
        )
        found = tally.refresh(
            on_file=lambda done, total: progress("reading code", done, total), cancelled=cancelled
        )
        return replace(known, coverage=coverage_stats(found))

    def texts_together(self, ledgers: Mapping[str, Records]) -> TextStats:
        """What the texts of these topics tell as if they were one, as far as `with_texts` has read them."""
        rows: list[TextRow] = []
        current: set[str] = set()
        crates: dict[str, None] = {}
        for topic, records in ledgers.items():
            current |= _current(self.seen(topic, records))
            crates |= dict.fromkeys(self._specs[topic].crates)
            rows += [
                row
                for state in records
                for name in state.events
                if (row := self._rows.get((topic, name))) is not None
            ]
        return text_stats("", rows, current, crates, self._zone)

    def agreement(self, ledgers: Mapping[str, Records]) -> AgreementReport:
        """How far people agree, as far as the viewer may see; up to about a second for 100,000 records."""
        return agreement({topic: self.seen(topic, records) for topic, records in ledgers.items()})

    def findings(
        self,
        ledgers: Mapping[str, Records],
        topics: Collection[str],
        tell: Callable[[str], None],
        progress: Progress = _quiet,
    ) -> dict[str, FindingStats]:
        """What the checks say of these topics' records, by topic; milliseconds a record. `ledgers`: all there are.

        `tell` is told, one line each, what could not be looked at. To stop it, raise an exception from `progress`.
        """
        seen = {topic: self.seen(topic, records) for topic, records in ledgers.items()}
        audit = Audit(self._project, dict(self._specs), seen, tell, progress)
        judged: dict[str, list[tuple[str, tuple[Finding, ...]]]] = {topic: [] for topic in topics}
        for one in audit.run(audit.pick(topics)):
            judged[one.topic].append((one.revision.record, one.findings))
        return {topic: finding_stats(topic, found) for topic, found in judged.items()}

    def clusters(
        self,
        ledgers: Mapping[str, Records],
        progress: Progress = _quiet,
        cancelled: Callable[[], bool] = never,
    ) -> tuple[Cluster, ...]:
        """Records that say nearly the same, within and across these topics; about a millisecond a record.

        Raises `StoreError`, and `Cancelled` where `cancelled` says so.
        """
        found: list[Light] = []
        for topic, records in ledgers.items():
            for told in texts(
                self._project.store,
                topic,
                _current(self.seen(topic, records)),
                lambda done, total: progress("reading texts", done, total),
                cancelled,
            ):
                found.append(Light(told.record, topic, told.user, told.think, told.block, told.path))
        found.sort(key=lambda light: (light.record, light.topic))

        def step(done: int, total: int) -> None:
            progress("comparing", done, total)

        return clusters(found, progress=step, cancelled=cancelled)


def _current(records: Iterable[RecordState]) -> set[str]:
    """The ids of what records say now, those left out that nothing is trained on."""
    return {
        state.revision.id for state in records if state.status not in LEFT_OUT and state.revision is not None
    }


def problem_of(error: BackspanError) -> str:
    """Why a figure is missing, in one line."""
    return error.what.split("\n")[0]
