"""The figures as tables in Markdown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from tests.bench.closure.score import Score, share
from tests.bench.figures import percentile

SPLITS = {"development": True, "never looked at": False}
"""What each part of the corpus is called, and whether its misses may be read."""
_GOALS = {
    "items": "≥ 15,000 in all",
    "certain: precision": "≥ 99.7 %",
    "certain and likely: recall": "≥ 99.8 %",
    "exact set": "≥ 97 % (development ≥ 98.5 %)",
    "traits by methods alone: precision": "≥ 80 %",
    "traits by methods alone: recall": "≥ 95 %",
    "proposed and not needed": "≤ 0.5 %",
    "p95 of a proposal": "≤ 5 ms",
    "proposals given up after 2 s": "0",
}


def figures(score: Score) -> dict[str, str]:
    """Measures by name, as they are printed."""
    return {
        "items": f"{score.items:,}",
        "needed imports": f"{score.needed:,}",
        "certain: precision": _percent(score.certain_right, score.certain),
        "certain: recall": _percent(score.certain_right, score.needed),
        "certain and likely: precision": _percent(score.proposed_right, score.proposed),
        "certain and likely: recall": _percent(score.proposed_right, score.needed),
        "exact set": _percent(score.exact, score.items),
        "traits by methods alone": f"{score.method:,}",
        "traits by methods alone: precision": _percent(score.method_right, score.method_proposed),
        "traits by methods alone: recall": _percent(score.method_found, score.method),
        "proposed and not needed": _percent(score.proposed - score.proposed_right, score.proposed),
        "items with one not needed": _percent(score.unused_blocks, score.items),
        "p95 of a proposal": _milliseconds(percentile(score.seconds, 0.95)),
        "proposals given up after 2 s": f"{score.too_long:,}",
        "not judged because of `cfg`": f"{score.conditional:,}",
    }


def _milliseconds(seconds: float) -> str:
    return "–" if math.isnan(seconds) else f"{seconds * 1000:.2f} ms"


def _percent(part: int, whole: int) -> str:
    return f"{100 * share(part, whole):.2f} %" if whole else "–"


def totals(split: Mapping[str, Mapping[str, Score]]) -> str:
    """All measures, one column a part of the corpus."""
    columns = {name: figures(_sum(scores)) for name, scores in split.items()}
    lines = [f"| | {' | '.join(columns)} | goal |", "|---|" + "--:|" * len(columns) + "---|"]
    lines.append(f"| crates | {' | '.join(str(len(scores)) for scores in split.values())} | ≥ 60 in all |")
    for measure in figures(Score()):
        values = " | ".join(column[measure] for column in columns.values())
        lines.append(f"| {measure} | {values} | {_GOALS.get(measure, '')} |")
    for measure in ("exact set", "certain and likely: recall"):
        means = " | ".join(_mean(scores, measure) for scores in split.values())
        lines.append(f"| {measure}, mean of crates | {means} | |")
    return "\n".join(lines)


def _mean(scores: Mapping[str, Score], measure: str) -> str:
    """The mean over crates of at least 20 items, so that no large crate decides alone."""
    parts = {"exact set": ("exact", "items"), "certain and likely: recall": ("proposed_right", "needed")}
    part, whole = parts[measure]
    shares = [
        share(getattr(each, part), getattr(each, whole)) for each in scores.values() if each.items >= 20
    ]
    return f"{100 * sum(shares) / len(shares):.2f} %" if shares else "–"


def _sum(scores: Mapping[str, Score]) -> Score:
    found = Score()
    for score in scores.values():
        found.merge(score)
    return found


def by_crate(scores: Mapping[str, Score]) -> str:
    """The main measures, one line a crate."""
    chosen = (
        "items",
        "certain: precision",
        "certain and likely: precision",
        "certain and likely: recall",
        "exact set",
        "traits by methods alone",
        "traits by methods alone: precision",
        "traits by methods alone: recall",
    )
    lines = [f"| crate | {' | '.join(chosen)} |", "|---|" + "--:|" * len(chosen)]
    for key, score in scores.items():
        told = figures(score)
        lines.append(f"| {key} | {' | '.join(told[measure] for measure in chosen)} |")
    return "\n".join(lines)
