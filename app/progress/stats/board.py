"""All figures of a project, gathered step by step: what is known at once first, what is costly last.

Reads the disk: worker threads only, and one at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.base.cancelling import Cancelled, never
from app.base.moments import LOCAL
from app.base.text import printable
from app.errors import BackspanError
from app.progress.agreement import AgreementReport, Counts
from app.progress.stats.ledgers import LedgerStats
from app.progress.stats.overview import Overview, Progress, TopicStats, problem_of
from app.progress.stats.quality import (
    Cluster,
    CoverageStats,
    FindingStats,
    coverage_together,
    findings_together,
)
from app.progress.stats.viewers import blind_topics, viewers_of
from app.project.project import Project
from app.project.topics.spec import Spec
from app.records.history.ledger import RecordState
from app.store.follower import Follower, Stage

WHOLE = ""
"""The name under which all topics together are told."""
_STOPPED = "gathering figures was stopped"
_Records = Mapping[str, tuple[RecordState, ...]]
"""By topic."""


@dataclass(frozen=True)
class Board:
    """What is known so far. Never changes: the next step gives another one."""

    topics: Mapping[str, TopicStats] = field(default_factory=dict)
    """By name: first those that are trained on, then those for practice; and all of the former as one under `WHOLE`,
    where there are several."""
    broken: Mapping[str, str] = field(default_factory=dict)
    """By topic: why it cannot be told of. Safe to draw, one line."""
    clusters: tuple[Cluster, ...] | None = None
    """Within and across all topics that are trained on, and within each for practice; None until they are known."""
    reports: Mapping[str, AgreementReport] = field(default_factory=dict)
    """How far people agree: under `WHOLE` over all topics that are trained on, or those for practice if there are no
    others; else over one topic for practice. Empty until it is known."""
    blind: frozenset[str] = frozenset()
    """Topics whose verdicts are counted as far as the person who looks may see them."""
    uncovered: Mapping[str, str] = field(default_factory=dict)
    """By topic: why its items are not counted."""
    remarks: tuple[str, ...] = ()
    """What could not be read or checked, each once, safe to draw."""
    stale: bool = False
    """Whether findings and clusters are of an earlier state of the journals."""

    def judged(self, topic: str) -> Counts | None:
        """What was judged in a topic, in plain numbers; None until it is known."""
        for report in (self.reports.get(topic), self.reports.get(WHOLE)):
            if report is not None and topic in report.topics:
                return report.topics[topic]
        return None


class Gathering:
    """Gathers a project's figures as one person may see them; kept, it reads only what is new the next time."""

    def __init__(self, project: Project, me: str, now: Callable[[], datetime] | None = None) -> None:
        """Nothing is read before the first step. `now`: the time with its zone."""
        self._project = project
        self._me = me
        self._now = now or (lambda: datetime.now(LOCAL))
        self._specs: dict[str, Spec] = {}
        self._followers: dict[str, Follower] = {}
        self._overview: Overview | None = None
        self._board = Board()
        self._whole: LedgerStats | None = None
        """Of all topics together."""

    def steps(
        self, progress: Progress, cancelled: Callable[[], bool] = never, costly: bool = True
    ) -> Iterator[Board]:
        """What is known after each step. Without `costly`, findings and clusters stay as they were.

        A topic that cannot be read is told in `Board.broken`, and hides no other. Raises `SpecError` where the specs
        cannot be listed, `StoreError` where texts cannot be read, and `Cancelled` where `cancelled` says so; every
        call begins anew.
        """
        records = self._read(progress, cancelled)
        before, overview = self._board, self._ready()
        told = {
            topic: overview.topic(topic, mine, self._followers[topic].ledger.skips.closing)
            for topic, mine in records.items()
        }
        for topic, one in told.items():  # what is known stays in sight until it is known anew
            old = before.topics.get(topic)
            if old is not None:
                told[topic] = replace(one, texts=old.texts, coverage=old.coverage, findings=old.findings)
        counted = self._counted(records)
        self._whole = overview.together(counted) if len(counted) > 1 else None
        stale = not costly and before.clusters is not None
        self._board = replace(before, topics=told, blind=blind_topics(self._specs), stale=stale)
        yield self._with_whole(records)
        yield self._agree(records)
        for topic, mine in records.items():
            self._tell(overview.with_texts(self._board.topics[topic], mine, progress, cancelled))
        yield self._with_whole(records)
        for topic in records:
            self._cover(topic, progress, cancelled)
        yield self._with_whole(records)
        if costly:
            yield from self._costly(records, progress, cancelled)

    def _ready(self) -> Overview:
        assert self._overview is not None
        return self._overview

    # -- journals

    def _read(self, progress: Progress, cancelled: Callable[[], bool]) -> dict[str, tuple[RecordState, ...]]:
        specs, bad = self._project.specs()
        broken = {topic: printable(problem_of(error), 300) for topic, error in bad.items()}
        if self._overview is None or specs != self._specs:
            self._overview = Overview(self._project, specs, self._now(), viewers_of(specs, self._me))
            self._specs = specs
            self._followers = {
                topic: Follower(self._project.store, topic, spec.reviews) for topic, spec in specs.items()
            }
            self._board = Board()
        self._overview.set_now(self._now())
        remarks: list[str] = []
        records: dict[str, tuple[RecordState, ...]] = {}
        for topic in sorted(specs, key=lambda name: (specs[name].practice, name)):

            def part(stage: Stage, topic: str = topic) -> None:
                progress(f"reading {topic}", stage.done, stage.total)
                if cancelled():
                    raise Cancelled(_STOPPED)

            try:
                change = self._followers[topic].refresh(part)
            except Cancelled:
                raise
            except BackspanError as error:
                broken[topic] = printable(problem_of(error), 300)
                continue
            if change.damaged:
                lines = ", ".join(str(one.line) for one in change.damaged[:5])
                remarks.append(f"{topic}: {len(change.damaged)} damaged lines are left out (line {lines})")
            records[topic] = self._followers[topic].ledger.records
        self._board = replace(self._board, broken=broken, remarks=tuple(remarks))
        return records

    def _counted(self, records: _Records) -> dict[str, tuple[RecordState, ...]]:
        """Those that figures of the whole are made of."""
        real = {topic: mine for topic, mine in records.items() if not self._specs[topic].practice}
        return real or dict(records)

    # -- steps

    def _tell(self, one: TopicStats) -> None:
        self._board = replace(self._board, topics={**self._board.topics, one.topic: one})

    def _agree(self, records: _Records) -> Board:
        overview, counted = self._ready(), self._counted(records)
        reports = {WHOLE: overview.agreement(counted)}
        for topic, mine in records.items():
            if topic not in counted:
                reports[topic] = overview.agreement({topic: mine})
        self._board = replace(self._board, reports=reports)
        return self._board

    def _with_whole(self, records: _Records) -> Board:
        counted = self._counted(records)
        if self._whole is not None:
            overview, topics = self._ready(), self._board.topics
            parts = [topics[topic] for topic in counted]
            covered: list[CoverageStats] = [one.coverage for one in parts if one.coverage is not None]
            found: list[FindingStats] = [one.findings for one in parts if one.findings is not None]
            whole = TopicStats(
                WHOLE,
                "All topics",
                False,
                self._whole,
                overview.texts_together(counted) if all(one.texts for one in parts) else None,
                coverage_together(covered) if covered else None,
                findings_together(found) if len(found) == len(parts) else None,
            )
            self._board = replace(self._board, topics={WHOLE: whole, **_without_whole(topics)})
        return self._board

    def _cover(self, topic: str, progress: Progress, cancelled: Callable[[], bool]) -> None:
        uncovered = {name: why for name, why in self._board.uncovered.items() if name != topic}
        try:
            found = self._ready().with_coverage(
                self._board.topics[topic], self._followers[topic], progress, cancelled
            )
        except BackspanError as error:
            if cancelled():
                raise
            uncovered[topic] = printable(problem_of(error), 300)
        else:
            self._tell(found)
        self._board = replace(self._board, uncovered=uncovered)

    def _costly(
        self,
        records: _Records,
        progress: Progress,
        cancelled: Callable[[], bool],
    ) -> Iterator[Board]:
        overview = self._ready()
        counted = self._counted(records)
        apart = [{topic: mine} for topic, mine in records.items() if topic not in counted]
        found = [
            cluster
            for group in (counted, *apart)
            for cluster in overview.clusters(group, progress, cancelled)
        ]
        self._board = replace(self._board, clusters=tuple(found))
        yield self._board

        def step(what: str, done: int, total: int) -> None:
            progress(what, done, total)
            if cancelled():
                raise Cancelled(_STOPPED)

        remarks: dict[str, None] = dict.fromkeys(self._board.remarks)
        said = overview.findings(
            records, tuple(records), lambda text: remarks.update({printable(text, 300): None}), step
        )
        for topic in records:
            self._tell(replace(self._board.topics[topic], findings=said[topic]))
        self._board = replace(self._board, remarks=tuple(remarks))
        yield self._with_whole(records)


def _without_whole(topics: Mapping[str, TopicStats]) -> dict[str, TopicStats]:
    return {name: one for name, one in topics.items() if name != WHOLE}
