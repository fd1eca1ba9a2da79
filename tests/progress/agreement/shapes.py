"""Ratings written down as the sources print them."""

from __future__ import annotations

from collections.abc import Sequence

from app.progress.agreement.ratings import Rating


def by_rater(*rows: str) -> list[Rating]:
    """One string a person, one character a unit; a dot where that person gave none."""
    return [
        Rating(f"unit {unit}", f"rater {rater}", label)
        for rater, row in enumerate(rows)
        for unit, label in enumerate(row.replace(" ", ""))
        if label != "."
    ]


def by_unit(rows: Sequence[str]) -> list[Rating]:
    """One string a unit, one character a person; a dot where that person gave none."""
    return [
        Rating(f"unit {unit}", f"rater {rater}", label)
        for unit, row in enumerate(rows)
        for rater, label in enumerate(row)
        if label != "."
    ]


def distribution(rows: Sequence[Sequence[int]]) -> list[Rating]:
    """One row a unit: how many people gave each label."""
    return by_unit(["".join(str(label) * count for label, count in enumerate(row)) for row in rows])


def table(rows: Sequence[Sequence[int]]) -> list[Rating]:
    """Two people's labels against each other: how many units got this label by one and that by the other."""
    return by_unit(
        [f"{a}{b}" for a, row in enumerate(rows) for b, count in enumerate(row) for _ in range(count)]
    )
