"""What was measured, beside its floor and its goal, and how that is told."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median

MS = "ms"
KB = "kB"
MB = "MB"
_SCALE = {MS: 1e3, KB: 1e-3, MB: 1e-6, "": 1.0}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Times are in seconds, sizes in bytes; `unit` says how they are printed."""

    group: str
    """The heading it stands under."""
    measure: str
    ours: float
    floor: float | None = None
    floor_name: str = ""
    unit: str = MS
    goal: float | None = None
    """The largest good ratio to the floor; without a floor, the largest good value. None: for orientation."""

    @property
    def ratio(self) -> float | None:
        """Ours to the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def share(self) -> float | None:
        """How much of the goal is used up: 1 is just met. None without a goal."""
        if self.goal is None:
            return None
        reached = self.ratio if self.floor else self.ours
        if reached is None or math.isnan(reached):
            return None
        if self.goal == 0:
            return math.inf if reached else 0.0
        return reached / self.goal

    def value(self, number: float) -> str:
        """A number in this figure's unit."""
        scaled = number * _SCALE[self.unit]
        digits = 0 if abs(scaled) >= 100 or self.unit == "" else 1 if abs(scaled) >= 10 else 2
        return f"{scaled:,.{digits}f} {self.unit}".rstrip()

    def cells(self) -> tuple[str, str, str, str, str, str]:
        """Measure, ours, floor, ratio, goal and verdict."""
        floor = f"{self.value(self.floor)} {self.floor_name}" if self.floor else self.floor_name
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else ""
        if self.goal is None:
            return self.measure, self.value(self.ours), floor, ratio, "", ""
        goal = f"≤ {self.goal:g}x" if self.floor else f"≤ {self.value(self.goal)}"
        return self.measure, self.value(self.ours), floor, ratio, goal, self.verdict()

    def verdict(self) -> str:
        """Whether the goal is met, or by how much it is missed."""
        share = self.share
        if share is None:
            return "not measured"
        if share <= 1:
            return "met"
        return "missed" if math.isinf(share) else f"{(share - 1) * 100:.0f} % over"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed; NaN for none."""
    known = sorted(value for value in values if not math.isnan(value))
    return known[min(len(known) - 1, math.ceil(share * len(known)) - 1)] if known else math.nan


def middle(values: Iterable[float]) -> float:
    """The median of what was measured; NaN for none."""
    known = [value for value in values if not math.isnan(value)]
    return median(known) if known else math.nan


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of aligned text, under their headings."""
    head = ("", "ours", "floor", "ratio", "goal", "")
    rows = [figure.cells() for figure in figures]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(6)]
    out: list[str] = []
    group = ""
    for figure, row in zip(figures, rows, strict=True):
        if figure.group != group:
            group = figure.group
            out += ["", _line((group, *head[1:]), [max(widths[0], len(group)), *widths[1:]])]
        out.append(_line(row, widths))
    return "\n".join(out).lstrip("\n")


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    put: list[Callable[[str, int], str]] = [str.ljust, str.rjust, str.ljust, str.rjust, str.ljust, str.ljust]
    return "  ".join(place(cell, width) for place, cell, width in zip(put, row, widths, strict=True)).rstrip()


def markdown(figures: Sequence[Figure]) -> str:
    """The figures as tables for the documentation."""
    out: list[str] = []
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            out += [
                "",
                f"### {group}",
                "",
                "| measure | ours | floor | ratio | goal | |",
                "|---|--:|---|--:|---|---|",
            ]
        out.append("| " + " | ".join(figure.cells()) + " |")
    return "\n".join(out).lstrip("\n")


def plain(figures: Sequence[Figure]) -> list[dict[str, object]]:
    """The figures for a JSON file: times in seconds, sizes in bytes."""
    return [
        {
            **asdict(figure),
            "ratio": figure.ratio,
            "verdict": figure.verdict() if figure.goal is not None else "",
        }
        for figure in figures
    ]
