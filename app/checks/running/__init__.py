"""A whole project's records before every check: what is looked at, what the checks are told, and what they said."""

from __future__ import annotations

from app.checks.running.audit import Audit, AuditTarget, Judged, judge, light
from app.checks.running.code import Code, Library
from app.checks.running.context import spec_context, with_code
from app.checks.running.live import Live
from app.checks.running.other_records import LEFT_OUT, OtherRecords
from app.checks.running.since import Since

__all__ = [
    "LEFT_OUT",
    "Audit",
    "AuditTarget",
    "Code",
    "Judged",
    "Library",
    "Live",
    "OtherRecords",
    "Since",
    "judge",
    "light",
    "spec_context",
    "with_code",
]
