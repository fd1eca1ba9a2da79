"""What many rounds came to, as a table; and one round that went wrong, in words."""

from __future__ import annotations

from collections.abc import Sequence

from tests.torture.plan import ENDS
from tests.torture.rounds import Result

_HEADS = (
    "end",
    "rounds",
    "saves",
    "lost",
    "damaged",
    "torn",
    "worst loss s",
    "unclean",
    "tracebacks",
    "confused",
)


def table(results: Sequence[Result]) -> str:
    """One row for each way to end, and one for all."""
    rows = [list(_HEADS)]
    for end in ENDS:
        rows.append(_row(end, [result for result in results if result.plan.end == end]))
    rows.append(_row("all", results))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def _row(name: str, results: Sequence[Result]) -> list[str]:
    verdicts = [result.verdict for result in results]
    figures = (
        len(results),
        sum(verdict.acknowledged for verdict in verdicts),
        sum(len(verdict.lost) for verdict in verdicts),
        sum(len(verdict.damaged) for verdict in verdicts),
        sum(verdict.torn for verdict in verdicts),
        f"{max((verdict.seconds for verdict in verdicts), default=0.0):.2f}",
        sum(bool(result.unclean) for result in results),
        sum(bool(result.uproar) for result in results),
        sum(bool(result.confused) for result in results),
    )
    return [name, *map(str, figures)]


def told(result: Result) -> str:
    """What went wrong in a round, and how to play it again."""
    plan, verdict = result.plan, result.verdict
    lines = [
        f"seed {plan.seed}: {plan.end}, {plan.instant} (exit status {result.status}); "
        f"again: python -m tests.torture --seed {plan.seed} --rounds 1 --jobs 1"
    ]
    for what, said in (
        ("lost", "; ".join(verdict.lost)),
        ("damaged", "; ".join(verdict.damaged)),
        ("the next start", result.unclean),
        ("at the end", result.uproar),
        ("not played", result.confused),
    ):
        if said:
            lines.append(f"  {what}: " + said.strip().replace("\n", "\n    "))
    return "\n".join(lines)
