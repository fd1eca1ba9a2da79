"""Everything the project keeps, looked through: what is wrong, what to do, and what a repair would do.

Looking changes nothing. Each check stands alone: one that fails is a finding and stops no other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from app.base.text import printable
from app.errors import BackspanError
from app.project import marker as projectfile
from app.project.anchors import Origin
from app.project.doctor import journals, topics
from app.project.doctor import surroundings as keeping
from app.project.doctor.findings import (
    SEVERITIES,
    DoctorReport,
    Observation,
    Repair,
    Severity,
    of_error,
    repaired,
)
from app.project.doctor.journals import Ward
from app.project.project import MARKER, Project
from app.project.topics.spec import Spec
from app.store.backups.backups import Backups
from app.store.backups.last_seen import Memory
from app.store.disk.files import failure, is_topic
from app.store.journal.store import SUFFIX

__all__ = [
    "SEVERITIES",
    "DoctorReport",
    "Observation",
    "Repair",
    "Severity",
    "examine",
    "repaired",
    "ward_of",
]

Progress = Callable[[str, int], None]
"""Told the topic and how many bytes of its journal were read."""


def ward_of(project: Project) -> Ward:
    """What the checks of a project share."""
    found, _ = projectfile.read(project.root / MARKER)
    backups = Backups(project.root, project.datasets_dir, found.keep, found.days)
    return Ward(project, backups, Memory(project.root))


def examine(project: Project, only: Sequence[str] = (), progress: Progress = lambda *_: None) -> DoctorReport:
    """Check the project, or of its topics only those named. Raises nothing but for a fault outside the checks."""
    return _Round(ward_of(project), frozenset(only), progress).report()


class _Round:
    """One examination."""

    def __init__(self, ward: Ward, only: Collection[str], progress: Progress) -> None:
        self._ward = ward
        self._only = only
        self._progress = progress
        self._findings: list[Observation] = []
        self._journals = self._events = self._drafts = 0
        self._commits: dict[Origin, set[str]] = {}

    def report(self) -> DoctorReport:
        """Look at everything, once."""
        ward = self._ward
        good, bad = self._specs()
        there = self._kept_journals()
        self._all(MARKER, partial(topics.marker, ward))
        self._all("datasets", partial(keeping.datasets, ward))
        self._all("datasets", partial(journals.strangers, ward, there))
        self._all("specs", partial(topics.specs, ward, bad))
        for topic in self._wanted({*there, *self._remembered()}):
            self._all(topic, partial(self._journal, topic))
        for topic in self._wanted(there):
            if topic not in good and topic not in bad:
                self._findings.append(topics.without_spec(ward, topic))
            self._all(topic, partial(keeping.backups, ward, topic))
        named = {*good, *bad, *there}
        for topic in self._wanted({*named, *keeping.draft_topics(ward)}):
            self._all(topic, partial(self._draft, topic, topic in named))
        chosen = {topic: good[topic] for topic in self._wanted(good)}
        self._all("repositories", partial(topics.repositories, ward, chosen))
        self._all("the map of sources", partial(topics.mapped, ward))
        self._all("the commits of records", partial(topics.commits, ward, self._commits))
        self._all("the commits of records", partial(topics.unanchored, ward, self._commits))
        self._all("what was seen", partial(keeping.memory, ward))
        self._all(".gitattributes", partial(keeping.attributes, ward))
        return DoctorReport(tuple(self._findings), self._journals, self._events, self._drafts)

    def _all(self, where: str, check: Callable[[], Iterable[Observation]]) -> None:
        """One check's findings; if it fails, that is one."""
        try:
            self._findings += check()
        except BackspanError as error:
            self._findings.append(of_error(where, error))
        except OSError as error:
            self._findings.append(of_error(where, failure(error, f"{where} cannot be checked")))
        except Exception as error:  # noqa: BLE001 - a fault in one check must not hide what the others find
            what = f"This could not be checked: {type(error).__name__} ({printable(str(error))})."
            self._findings.append(
                Observation("error", where, what, "That is a fault of backspan's; the other checks went on.")
            )

    def _wanted(self, names: Iterable[str]) -> list[str]:
        return sorted(name for name in set(names) if not self._only or name in self._only)

    def _specs(self) -> tuple[dict[str, Spec], dict[str, BackspanError]]:
        """The specs that can be used and the others; of the latter, those asked for."""
        try:
            good, bad = self._ward.project.specs()
        except BackspanError as error:
            self._findings.append(of_error("specs", error))
            return {}, {}
        return good, {topic: error for topic, error in bad.items() if not self._only or topic in self._only}

    def _kept_journals(self) -> tuple[str, ...]:
        """The topics that have something under a journal's name, whatever it is."""
        try:
            names = [entry.name for entry in os.scandir(self._ward.project.datasets_dir)]
        except OSError:
            return ()  # told by the check of that folder
        topics_ = (name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX))
        return tuple(sorted(topic for topic in topics_ if is_topic(topic)))

    def _remembered(self) -> tuple[str, ...]:
        try:
            return self._ward.memory.topics()
        except BackspanError:
            return ()  # told by the check of the memory

    def _journal(self, topic: str) -> list[Observation]:
        readable, findings = journals.presence(self._ward, topic)
        self._journals += readable
        if not readable:
            return findings
        try:
            found, more = journals.examine(self._ward, topic, partial(self._progress, topic))
        except BackspanError as error:
            return [*findings, of_error(topic, error)]
        self._events += len(found.lines)
        for origin, contents in found.commits.items():
            self._commits.setdefault(origin, set()).update(contents)
        return findings + more

    def _draft(self, topic: str, known: bool) -> list[Observation]:
        count, findings = keeping.drafts(self._ward, topic, known)
        self._drafts += count
        return findings
