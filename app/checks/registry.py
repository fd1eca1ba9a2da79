"""The one table of checks: each is a function that yields hits, under a code, with its reason and its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.base.text import did_you_mean, nearest
from app.checks.findings import Context, Family, Hit, Texts
from app.checks.reading import Reading
from app.errors import UsageError
from app.records.check_codes import CODES, FIXED, LIMITS
from app.records.finding import Finding, Severity

Check = Callable[[Reading, Context], Iterable[Hit]]
"""Never raises, whatever the texts hold; quick enough to run at every key."""

SAMPLE = Texts(
    user=(
        "Receivers that were down for a minute get every missed message in the same second. Waits between attempts "
        "must grow, and no message may sleep for more than five minutes."
    ),
    think=(
        "A fixed wait keeps the herd together, so the wait has to grow with `attempt`. Doubling is simple, but it "
        "would let a message sleep for days; that is why `MAX_DELAY` bounds it. I take `checked_pow` because the "
        "attempt comes from a queue and may be any number: on overflow the bound is the right answer anyway."
    ),
    block=(
        "const MAX_DELAY: u64 = 300;\n\n"
        "/// Seconds before the next attempt.\n"
        "fn pause(attempt: u32) -> u64 {\n"
        "    let grown = 2u64.checked_pow(attempt);\n"
        "    grown.unwrap_or(MAX_DELAY).min(MAX_DELAY)\n"
        "}"
    ),
)
"""A record of which nothing is to be said: what an example does not give is taken from here."""


@dataclass(frozen=True, slots=True)
class Example:
    """A record to show and to test a check with."""

    user: str | None = None
    think: str | None = None
    block: str | None = None
    context: Mapping[str, object] = field(default_factory=dict)
    """Fields of `Context`; for the set's checks also `records`, texts of other records."""
    note: str = ""
    """What of it is not in the texts, for the docs."""

    @property
    def texts(self) -> Texts:
        """The whole record."""
        return Texts(
            SAMPLE.user if self.user is None else self.user,
            SAMPLE.think if self.think is None else self.think,
            SAMPLE.block if self.block is None else self.block,
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """What a code stands for, wherever it is shown or documented."""

    code: str
    family: Family
    severity: Severity
    """Unless a spec sets another."""
    title: str
    """Three or four words."""
    why: str
    """Why it matters, a sentence or two."""
    remedy: str
    """What the person can do next."""
    good: Example
    bad: Example
    run: Check
    limits: tuple[str, ...] = ()
    """Names of the numbers it goes by."""

    @property
    def fixed(self) -> bool:
        """Whether neither a spec nor a reason can let it pass."""
        return self.code in FIXED


REGISTRY: dict[str, Rule] = {}
"""Every rule by its code, filled as the families are imported."""
RULES: dict[str, Rule] = {}
"""What a record must be to be saved and exported, by code; filled by `app.checks` once every family is known."""


def check(
    *,
    code: str,
    family: Family,
    severity: Severity,
    title: str,
    why: str,
    remedy: str,
    bad: Example,
    good: Example | None = None,
    limits: tuple[str, ...] = (),
) -> Callable[[Check], Check]:
    """Register a function as the check of a code."""
    if code in REGISTRY or code not in CODES or any(name not in LIMITS for name in limits):
        raise ValueError(
            f"{code} is registered already, or app.records.check_codes does not know it or its limits"
        )

    def register(run: Check) -> Check:
        REGISTRY[code] = Rule(code, family, severity, title, why, remedy, good or Example(), bad, run, limits)
        return run

    return register


def rule(code: str) -> Rule:
    """The rule of a code. Raises `UsageError` with the nearest code."""
    found = REGISTRY.get(code.upper())
    if found is None:
        near = nearest(code.upper(), CODES)
        raise UsageError(f"there is no check {code!a}", did_you_mean(near, "see docs/checks.md"))
    return found


def limit(context: Context, name: str) -> float:
    """A number that checks go by: the spec's, or else its default."""
    found = context.limits.get(name)
    return LIMITS[name].default if found is None else found


def run_rules(
    rules: Iterable[Rule], texts: Texts, context: Context, waivers: Mapping[str, str] | None = None
) -> tuple[Finding, ...]:
    """What the rules have to say: errors first, then by field, place and code; waived ones last. Never raises.

    `waivers` are codes with the reason for which their findings stand. A fixed code is never waived.
    """
    reading = Reading.of(texts)
    given = waivers or {}
    found = [finding for one in rules for finding in _of_rule(one, reading, context, given)]
    return tuple(sorted(found, key=_order))


def _of_rule(one: Rule, reading: Reading, context: Context, waivers: Mapping[str, str]) -> Iterator[Finding]:
    grade = one.severity if one.fixed else context.severities.get(one.code, one.severity)
    severity = _SEVERITY.get(grade)
    if severity is None:  # "off"
        return
    waived = "" if one.fixed else waivers.get(one.code, "").strip()
    own = not one.fixed and one.code not in context.severities
    for hit in one.run(reading, context):
        grade = hit.severity if own and hit.severity else severity
        yield Finding(one.code, grade, hit.field, hit.start, hit.end, hit.message, one.remedy, waived)


_SEVERITY: dict[str, Severity] = {"error": "error", "warning": "warning", "hint": "hint"}
_GRADES = tuple(_SEVERITY)
_FIELDS = ("record", "user", "think", "block")


def _order(finding: Finding) -> tuple[bool, int, int, int, str]:
    start = -1 if finding.start is None else finding.start
    grade = _GRADES.index(finding.severity)
    return (bool(finding.waived), grade, _FIELDS.index(finding.field), start, finding.code)
