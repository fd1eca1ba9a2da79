"""What is wrong with a record, and what could be better: one module a family of checks.

A check is a function (texts, context) -> findings, quick enough to run at every key; `run_checks` runs all.
"""

from __future__ import annotations

from app.checks.findings import Context, Finding, Texts, errors, worst
from app.checks.structure import FAMILY as STRUCTURE
from app.checks.topic import FAMILY as TOPIC
from app.checks.topic import crates_met, traits_met

__all__ = ["Context", "Finding", "Texts", "crates_met", "errors", "run_checks", "traits_met", "worst"]

_FAMILIES = (*STRUCTURE, *TOPIC)
_FIELDS = ("record", "user", "think", "block")
_SEVERITIES = ("error", "warning", "hint")


def run_checks(texts: Texts, context: Context | None = None) -> tuple[Finding, ...]:
    """Everything there is to say: errors first, then by field, place and code. Never raises."""
    known = context or Context()
    found = [finding for check in _FAMILIES for finding in check(texts, known)]
    return tuple(sorted(found, key=_order))


def _order(finding: Finding) -> tuple[int, int, int, str]:
    start = -1 if finding.start is None else finding.start
    return (_SEVERITIES.index(finding.severity), _FIELDS.index(finding.field), start, finding.code)
