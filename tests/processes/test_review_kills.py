"""Twenty ends of a reviewer's workstation: none costs a verdict that was told, nor brings one that nobody gave."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.reviews import LINK, Tally, play

LIMIT = 900
"""Seconds after which five rounds are given up: many times what they need."""


@pytest.fixture(autouse=True)
def limit() -> Iterator[None]:
    """Nothing here waits for ever."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"the rounds took over {LIMIT} seconds")

    usual = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, usual)


@pytest.mark.parametrize("seed", range(2000, 2020, LINK))
def test_no_end_of_a_pass_costs_a_verdict_its_place_or_a_text(tmp_path: Path, seed: int) -> None:
    tally = Tally()
    play(tmp_path, range(seed, seed + LINK), tally)
    assert tally.rounds.total() == LINK
    assert tally.acknowledged > 0
    print(tally)
