"""What a record shares with benchmark files: as facts for the checks, and as what `BS801` says of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.base.text import printable
from app.checks import REGISTRY, Context, Finding, Texts
from app.checks.findings import NOTHING, BenchmarkRun
from app.checks.registry import run_rules
from app.checks.running.benchmark_overlap import BenchmarkOverlap
from app.records.finding import Field

MOST = 5
"""Runs of one field at most; one is enough to act."""
_FIELDS: tuple[Field, ...] = ("user", "think", "block")


def shared_runs(overlap: BenchmarkOverlap, texts: Texts) -> Iterator[BenchmarkRun]:
    """The runs of words that the files have too, for `Context.overlaps`."""
    for field in _FIELDS:
        for number, run in enumerate(overlap.shared(getattr(texts, field))):
            if number == MOST:
                break
            yield BenchmarkRun(field, run.start, run.end, run.words, f"{printable(run.file)}:{run.line}")


def contamination(
    overlap: BenchmarkOverlap,
    texts: Texts,
    severities: Mapping[str, str] = NOTHING,
    waivers: Mapping[str, str] | None = None,
) -> tuple[Finding, ...]:
    """What `BS801` says, by the severities of a spec; waivers are codes with their reasons."""
    context = Context(overlaps=tuple(shared_runs(overlap, texts)), severities=severities)
    return run_rules([REGISTRY["BS801"]], texts, context, waivers)
