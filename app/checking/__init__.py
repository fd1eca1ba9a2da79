"""A whole project's records before every check: what is looked at, what the checks are told, and what they said."""

from __future__ import annotations

from app.checking.audit import Audit, Judged, Target, judge, light
from app.checking.changes import Since
from app.checking.code import Code, Library
from app.checking.context import spec_context, with_code
from app.checking.live import Live
from app.checking.others import LEFT_OUT, OtherRecords

__all__ = [
    "LEFT_OUT",
    "Audit",
    "Code",
    "Judged",
    "Library",
    "Live",
    "OtherRecords",
    "Since",
    "Target",
    "judge",
    "light",
    "spec_context",
    "with_code",
]
