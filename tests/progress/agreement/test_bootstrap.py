"""Resampling: what is drawn is what should be, the same each time; and intervals say when they say nothing."""

from __future__ import annotations

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.agreement.bootstrap import (
    FEWEST,
    RESAMPLES,
    binomial,
    interval,
    percentile,
    resampled,
    resamples_for,
)


@given(st.integers(0, 10**6), st.integers(0, 10_000), st.floats(0, 1))
def test_a_draw_is_within_its_trials(seed: int, trials: int, chance: float) -> None:
    assert 0 <= binomial(Random(seed), trials, chance) <= trials


@pytest.mark.parametrize(
    ("trials", "chance"),
    [
        pytest.param(12, 0.3, id="few, by gaps"),
        pytest.param(1_000, 0.004, id="rare, by gaps"),
        pytest.param(40, 0.4, id="by rejection"),
        pytest.param(300, 0.9, id="frequent, so of the failures"),
    ],
)
def test_draws_are_binomial(trials: int, chance: float) -> None:
    """Chi-squared against the exact chances, over the values expected often enough; the seed is fixed."""
    draws, rng = 20_000, Random(1)
    seen = Counter(binomial(rng, trials, chance) for _ in range(draws))
    cells = 0
    distance = 0.0
    for k in range(trials + 1):
        logs = math.lgamma(trials + 1) - math.lgamma(k + 1) - math.lgamma(trials - k + 1)
        expected = draws * math.exp(logs + k * math.log(chance) + (trials - k) * math.log1p(-chance))
        if expected >= 20:
            cells += 1
            distance += (seen[k] - expected) ** 2 / expected
    assert cells > 5
    assert distance < cells + 4 * math.sqrt(2 * cells)  # four standard deviations over its mean


@given(st.lists(st.integers(0, 400), max_size=6), st.integers(0, 999))
def test_a_resample_has_as_many_units_and_none_that_was_not_there(times: list[int], seed: int) -> None:
    for drawn in resampled(times, 3, seed):
        assert sum(drawn) == sum(times)
        assert all(got >= 0 and (got == 0 or count) for got, count in zip(drawn, times, strict=True))


def test_a_resample_draws_each_pattern_as_often_as_it_is_there() -> None:
    times = [70, 20, 10]
    drawn = list(resampled(times, 4_000, seed=3))
    for at, count in enumerate(times):
        column = [each[at] for each in drawn]
        mean = sum(column) / len(column)
        variance = sum((got - mean) ** 2 for got in column) / len(column)
        assert mean == pytest.approx(count, rel=0.02)
        assert variance == pytest.approx(count * (1 - count / 100), rel=0.08)


def test_a_seed_settles_the_draws() -> None:
    once, again, other = (list(resampled([9, 4, 7], 50, seed)) for seed in (1, 1, 2))
    assert once == again
    assert once != other


def test_many_patterns_are_resampled_less_often_but_not_seldom() -> None:
    assert resamples_for(20) == RESAMPLES
    assert FEWEST <= resamples_for(1_000) < RESAMPLES
    assert resamples_for(10**9) == FEWEST
    assert resamples_for(20, wanted=50) == 50


def test_percentiles_lie_between_neighbours() -> None:
    assert [percentile([1.0, 2.0, 4.0], share) for share in (0, 0.25, 0.5, 0.75, 1)] == [1, 1.5, 2, 3, 4]
    assert percentile([7.0], 0.3) == 7


def test_an_interval_holds_the_middle_of_the_resamples() -> None:
    found, reason = interval([n / 1_000 for n in range(1_001)])
    assert not reason
    assert found is not None
    assert [found.low, found.high] == pytest.approx([0.025, 0.975])
    assert (found.level, found.resamples, found.undefined) == (0.95, 1_001, 0)


def test_a_few_resamples_without_a_figure_are_left_out_and_counted() -> None:
    found, _ = interval([None] * 5 + [n / 95 for n in range(95)])
    assert found is not None
    assert (found.resamples, found.undefined) == (100, 5)


@pytest.mark.parametrize(
    ("figures", "reason"),
    [
        pytest.param([None] * 6 + [n / 94 for n in range(94)], "not defined in 6 %", id="too many undefined"),
        pytest.param([None] * 3, "not defined in 100 %", id="none defined"),
        pytest.param([], "not defined in 100 %", id="none drawn"),
        pytest.param([1.0] * 100, "does not make it certain", id="all the same"),
        pytest.param([0.5] + [1.0] * 99, "does not make it certain", id="all but one the same"),
    ],
)
def test_where_an_interval_would_mislead_there_is_a_reason_instead(
    figures: list[float | None], reason: str
) -> None:
    found, told = interval(figures)
    assert found is None
    assert reason in told
