"""What is wrong with a record, and what could be better: one module a family of checks.

A check is a function (reading, context) -> hits under a code of its own, quick enough to run at every key. `run_checks`
runs those that stand between a draft and its journal; `check_record` runs every one.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.checks.findings import Context, Texts, errors, worst
from app.checks.registry import REGISTRY, RULES, Rule, run_rules
from app.checks.rules.topic import crates_met, traits_met
from app.records.finding import Finding

__all__ = [
    "REGISTRY",
    "RULES",
    "Context",
    "Finding",
    "Rule",
    "Texts",
    "check_record",
    "crates_met",
    "errors",
    "run_checks",
    "traits_met",
    "worst",
]

_SAVING = (
    *("BS101", "BS102", "BS103", "BS104", "BS110", "BS111", "BS112", "BS113", "BS120", "BS121", "BS122"),
    *("BS123", "BS130", "BS201"),
)
RULES.update((code, REGISTRY[code]) for code in _SAVING)
_BASIC = tuple(RULES.values())
_EVERY = tuple(REGISTRY[code] for code in sorted(REGISTRY))


def run_checks(texts: Texts, context: Context | None = None) -> tuple[Finding, ...]:
    """What the basic checks say: errors first, then by field, place and code. Never raises."""
    return run_rules(_BASIC, texts, context or Context())


def check_record(
    texts: Texts, context: Context | None = None, waivers: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """What every check says: errors first, then by field, place and code; what was waived last. Never raises.

    `waivers` are codes with the reasons for which their findings stand.
    """
    return run_rules(_EVERY, texts, context or Context(), waivers)
