"""A project's records held against every check: which ones, with what they are told, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from app.base.text import printable
from app.checks import Finding, Texts, check_record
from app.checks.findings import Others
from app.checks.near_duplicates import Light
from app.checks.running.benchmark_overlap import BenchmarkOverlap
from app.checks.running.code import Library
from app.checks.running.contamination import contamination
from app.checks.running.context import spec_context, with_code
from app.checks.running.other_records import LEFT_OUT, OtherRecords, Progress, quiet, states_of
from app.checks.running.since import Since
from app.errors import BackspanError, SourceError, StoreError
from app.project.project import Project
from app.project.topics.spec import Spec
from app.records.events import Effort, Revision, main_span
from app.records.history.ledger import RecordState
from app.records.history.summary import Summary
from app.records.tokens import tokens_of
from app.store.efforts import Efforts

_NONE = Effort()


@dataclass(frozen=True, slots=True)
class AuditTarget:
    """A record to look at."""

    topic: str
    state: RecordState


@dataclass(frozen=True, slots=True)
class Judged:
    """What the checks said of one revision."""

    topic: str
    revision: Revision
    findings: tuple[Finding, ...]
    behind: Effort = _NONE
    """What the revisions that it comes from took."""


@dataclass
class Audit:
    """One run over a project. Each record is read, judged and forgotten, so that memory does not grow with texts."""

    project: Project
    specs: dict[str, Spec]
    ledgers: dict[str, Sequence[RecordState]]
    """Every topic's records: those that are not looked at are still others to those that are."""
    tell: Callable[[str], None]
    """Told, one line each, what could not be looked at."""
    progress: Progress = quiet
    unread: int = 0
    """Records that could not be read."""
    without_code: bool = False
    """Whether nothing is to be compared with its code."""
    uncompared: list[tuple[str, str, str]] = field(default_factory=list)
    """Topic, record, and why what it was taken from could not be compared with it; safe to show."""
    _told: set[str] = field(default_factory=set)

    def pick(
        self, topics: Collection[str], named: Iterable[AuditTarget] = (), since: Since | None = None
    ) -> list[AuditTarget]:
        """The records of the topics that count, and those that are named, whatever their status; sorted."""
        found = {
            (topic, state.record): AuditTarget(topic, state)
            for topic in topics
            for state in self.ledgers[topic]
            if state.status not in LEFT_OUT
        }
        found |= {(one.topic, one.state.record): one for one in named}
        return [
            found[key] for key in sorted(found) if since is None or since.changed(key[0], found[key].state)
        ]

    def run(self, targets: Sequence[AuditTarget], against: Sequence[Path] = ()) -> Iterator[Judged]:
        """Judge the records. Raises `UsageError` for a file of `against` that cannot be read."""
        if not targets:
            return
        others = self._others({target.topic for target in targets})
        overlap = self._overlap(targets, against) if against else None
        with Library(self.project, self.tell, self.without_code) as library:
            efforts = {topic: Efforts(self.project.store, topic) for topic in self.specs}
            for done, target in enumerate(targets):
                self.progress("checking", done, len(targets))
                for revision in self._revisions(target):
                    behind = efforts[target.topic].behind(target.state, revision.parents).effort
                    with others.held() as index:
                        view = index.view(light(target.topic, revision))
                    spec = self.specs[target.topic]
                    found = judge(library, spec, revision, view, behind)
                    if library.missed:
                        self.uncompared.append((target.topic, revision.record, library.missed))
                    if overlap is not None:
                        grades, waived = spec.checks.severities, _waived(revision)
                        found = (*found, *contamination(overlap, _texts(revision), grades, waived))
                    yield Judged(target.topic, revision, found, behind)
            self.progress("checking", len(targets), len(targets))
            for error in library.hold():
                self.tell(f"code that records were taken from may be lost: {error}")

    def _others(self, topics: Collection[str]) -> OtherRecords:
        """All the project's records that count. Those of practice are others only to their own kind."""
        others = OtherRecords(self.project)
        practice = {topic for topic, spec in self.specs.items() if spec.practice}
        try:
            others.update(
                states_of(self.ledgers, topics, practice), progress=self.progress, lost=self._cannot_read
            )
        finally:
            others.close()
        return others

    def _overlap(self, targets: Sequence[AuditTarget], against: Sequence[Path]) -> BenchmarkOverlap:
        overlap = BenchmarkOverlap()
        for done, target in enumerate(targets):
            self.progress("reading", done, len(targets))
            for revision in self._revisions(target):
                for text in (revision.user, revision.think, revision.block.text):
                    overlap.expect(text)
        for path in against:
            overlap.read(path, partial(self._reading, path))
        return overlap

    def _reading(self, path: Path, done: int) -> None:
        size = path.stat().st_size if path.is_file() else 0
        self.progress(f"reading {printable(path.name, 40)}", done, max(size, done))

    def _revisions(self, target: AuditTarget) -> list[Revision]:
        """What the record says now; of a conflict each of its texts."""
        newest: tuple[Summary, ...] = target.state.revisions
        found: list[Revision] = []
        for summary in newest[-1:] if target.state.agreed else newest:
            try:
                event = self.project.store.fetch(target.topic, summary.id)
            except StoreError as error:
                self._cannot_read(target.topic, target.state.record, error)
                continue
            if isinstance(event, Revision):
                found.append(event)
        return found

    def _cannot_read(self, topic: str, record: str, error: StoreError) -> None:
        what = f"{topic}: record {record} cannot be read: {error}"
        if what not in self._told:
            self._told.add(what)
            self.unread += 1
            self.tell(what)


def judge(
    library: Library, spec: Spec, revision: Revision, others: Others | None, behind: Effort = _NONE
) -> tuple[Finding, ...]:
    """What every check says of a revision; without its code, what can be said without it. Never raises.

    `behind`: what the revisions took that it comes from.
    """
    context = spec_context(spec, revision.block, revision.effort.plus(behind), others)
    code = library.of(spec, revision.block)
    if code is not None:
        try:
            context = with_code(context, spec, revision.block, code)
        except BackspanError as error:
            library.lacks(revision.block, error)
    tokens = tokens_of(spec, revision.user, revision.think, revision.block.text)
    found = check_record(_texts(revision), replace(context, tokens=tokens), _waived(revision))
    if code is not None and code.unsearched:
        library.lacks(revision.block, SourceError(f"names were let pass: {code.unsearched}"))
    return found


def _waived(revision: Revision) -> dict[str, str]:
    return {waiver.code: waiver.reason for waiver in revision.waivers}


def light(topic: str, revision: Revision) -> Light:
    """What the set's checks need of a revision."""
    path = main_span(revision.block.spans).path
    return Light(revision.record, topic, revision.user, revision.think, revision.block.text, path)


def _texts(revision: Revision) -> Texts:
    return Texts(revision.user, revision.think, revision.block.text)
