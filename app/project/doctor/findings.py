"""What a doctor has to say: findings, what would mend them, and the report of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from app.base.text import printable
from app.errors import BackspanError
from app.store.disk.files import failure

Severity = Literal["error", "warning", "remark"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "remark")
"""The gravest first. Only errors say that something is wrong with what is kept."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What `--repair` does about a finding."""

    says: str
    """What it would do, beginning with a verb."""
    act: Callable[[], str] = field(compare=False, repr=False)
    """Does it and says what was done. Raises `BackspanError` or `OSError`, and has then changed nothing that counts."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing worth telling. All texts are safe to show."""

    severity: Severity
    where: str
    """A file, with `:line` if there is one, from the project's root where it lies in it; or a topic or URL."""
    what: str
    """One sentence."""
    remedy: str = ""
    """What the person can do; may be empty."""
    details: tuple[str, ...] = ()
    """One line each: the lines or records it is about."""
    repair: Repair | None = None
    done: str = ""
    """What the repair did; empty if none was made."""
    failed: str = ""
    """Why the repair could not be made."""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "severity": self.severity,
            "where": self.where,
            "what": self.what,
            "remedy": self.remedy,
            "details": list(self.details),
            "repair": self.repair.says if self.repair else None,
            "repaired": self.done or None,
            "repair_failed": self.failed or None,
        }


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """All that was found, and how much was looked at."""

    findings: tuple[Observation, ...]
    journals: int = 0
    events: int = 0
    """Distinct events of all journals."""
    drafts: int = 0

    @property
    def errors(self) -> int:
        """Findings that say something is wrong, but for those that were repaired."""
        return sum(finding.severity == "error" and not finding.done for finding in self.findings)

    def count(self, severity: Severity) -> int:
        """Findings of a severity, repaired ones too."""
        return sum(finding.severity == severity for finding in self.findings)


def repaired(report: DoctorReport) -> DoctorReport:
    """The report with every repair made that can be; one that fails is told and stops no other."""
    return replace(report, findings=tuple(_mended(finding) for finding in report.findings))


def _mended(finding: Observation) -> Observation:
    if finding.repair is None:
        return finding
    try:
        return replace(finding, done=finding.repair.act())
    except BackspanError as error:
        return replace(finding, failed=printable(error.what, 500))
    except OSError as error:
        return replace(finding, failed=printable(failure(error, finding.repair.says).what, 500))


def near(path: Path, root: Path) -> str:
    """A path for people: from the project's root if it is in it, safe to show."""
    try:
        path = path.relative_to(root)
    except ValueError:
        pass
    return printable(str(path), 1000)


def of_error(where: str, error: BackspanError, severity: Severity = "error") -> Observation:
    """An error for people as a finding."""
    return Observation(severity, where, printable(error.what, 500), printable(error.remedy, 500))
