"""Fifty rounds of what `make torture` does a thousand times: no kill costs a save, or more than a second of typing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.report import told
from tests.torture.rounds import Chain

ROUNDS = 10
"""On one project: the journal grows, and its earlier lines are looked at again."""


@pytest.mark.parametrize("seed", range(1000, 1050, ROUNDS))
def test_no_end_at_any_instant_costs_a_save_or_more_than_a_second_of_typing(
    tmp_path: Path, seed: int
) -> None:
    results = list(Chain(tmp_path / "chain", longest=1.0).play(range(seed, seed + ROUNDS)))
    assert len(results) == ROUNDS
    assert not "\n".join(told(result) for result in results if not result.good)
    assert sum(result.verdict.acknowledged for result in results) > 0
