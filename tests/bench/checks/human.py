"""What the request and language checks say of texts that people wrote and that others took for good."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.checks import REGISTRY, Context, Finding, Texts
from app.checks.registry import run_rules
from tests.bench.checks.pairs import Pair

RULES = tuple(rule for code, rule in sorted(REGISTRY.items()) if rule.family in ("request", "language"))


@dataclass(frozen=True, slots=True)
class Said:
    """A pair, and what was said of its text."""

    pair: Pair
    findings: tuple[Finding, ...]

    def has(self, severity: str) -> bool:
        """Whether any finding is of this severity."""
        return any(finding.severity == severity for finding in self.findings)


def look(pairs: Iterable[Pair]) -> list[Said]:
    """Run the two families over each text as a request for its code."""
    return [Said(pair, _found(pair)) for pair in pairs]


def _found(pair: Pair) -> tuple[Finding, ...]:
    context = Context(file_names=pair.names)
    return run_rules(RULES, Texts(pair.text, "", pair.block), context)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some pairs have an error, and how many a warning."""

    name: str
    pairs: int
    errors: int
    warnings: int

    @classmethod
    def of(cls, name: str, said: Sequence[Said]) -> Share:
        """Count."""
        return cls(
            name, len(said), sum(one.has("error") for one in said), sum(one.has("warning") for one in said)
        )


def most_frequent(said: Sequence[Said], most: int = 10) -> list[tuple[str, str, int, str]]:
    """The findings that most texts have: code, severity, number of texts, and an example in its words."""
    texts: Counter[str] = Counter()
    example: dict[str, tuple[str, str]] = {}
    for one in said:
        for finding in {f.code: f for f in reversed(one.findings) if f.severity != "hint"}.values():
            texts[finding.code] += 1
            example.setdefault(finding.code, (finding.severity, finding.message))
    return [(code, example[code][0], count, example[code][1]) for code, count in texts.most_common(most)]
