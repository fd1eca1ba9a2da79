"""What must hold of any ratings whatever."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.agreement.coefficient import Coefficient
from app.progress.agreement.figures import COEFFICIENTS, verdict_figures
from app.progress.agreement.ratings import VERDICTS, Rating, tally, together

RATINGS = st.dictionaries(
    st.tuples(st.integers(0, 9), st.sampled_from("abcd")), st.sampled_from(VERDICTS), min_size=1
).map(lambda found: [Rating(str(unit), rater, label) for (unit, rater), label in found.items()])
EACH = pytest.mark.parametrize("coefficient", COEFFICIENTS, ids=lambda each: each.name)


def figure(coefficient: Coefficient, ratings: list[Rating]) -> float | None:
    return coefficient.of(tally(ratings, VERDICTS))


@EACH
@given(ratings=RATINGS, order=st.permutations(VERDICTS))
def test_what_labels_are_called_does_not_matter(
    coefficient: Coefficient, ratings: list[Rating], order: list[str]
) -> None:
    called = dict(zip(VERDICTS, order, strict=True))
    other = [rating._replace(label=called[rating.label]) for rating in ratings]
    assert figure(coefficient, other) == pytest.approx(figure(coefficient, ratings), abs=1e-12)


@given(ratings=RATINGS, order=st.permutations("abcd"), shuffler=st.randoms(use_true_random=False))
def test_who_comes_first_does_not_matter(ratings: list[Rating], order: list[str], shuffler: Random) -> None:
    called = dict(zip("abcd", order, strict=True))
    other = [rating._replace(rater=called[rating.rater]) for rating in ratings]
    shuffler.shuffle(other)
    once, again = (
        verdict_figures(tally(each, VERDICTS), minimum=1, resamples=20) for each in (ratings, other)
    )
    assert once == again


@EACH
@given(ratings=RATINGS)
def test_full_agreement_is_one_and_nothing_is_more(coefficient: Coefficient, ratings: list[Rating]) -> None:
    agreed = {rating.unit: rating.label for rating in ratings}
    perfect = figure(coefficient, [rating._replace(label=agreed[rating.unit]) for rating in ratings])
    assert perfect is None or perfect == 1
    found = figure(coefficient, ratings)
    assert found is None or -1 - 1e-12 <= found <= 1


@given(ratings=RATINGS)
def test_full_agreement_over_two_labels_is_told_by_all(ratings: list[Rating]) -> None:
    agreed = {rating.unit: rating.label for rating in ratings}
    perfect = [rating._replace(label=agreed[rating.unit]) for rating in ratings]
    perfect += [Rating(unit, rater, unit) for unit in ("accept", "reject") for rater in "ab"]
    assert [figure(coefficient, perfect) for coefficient in COEFFICIENTS] == [1, 1, 1]


@EACH
@given(ratings=RATINGS)
def test_one_unit_in_two_minds_keeps_every_figure_under_one(
    coefficient: Coefficient, ratings: list[Rating]
) -> None:
    one = tally([*ratings, Rating("new", "a", "accept"), Rating("new", "b", "reject")], VERDICTS)
    found = coefficient.of(one)
    assert found is not None
    assert found < 1


@given(st.lists(RATINGS, min_size=1, max_size=4))
def test_topics_add_up_whatever_their_units_are_called(topics: list[list[Rating]]) -> None:
    apart = together([tally(each, VERDICTS) for each in topics])
    named = [
        rating._replace(unit=f"{at}/{rating.unit}") for at, topic in enumerate(topics) for rating in topic
    ]
    assert apart == tally(named, VERDICTS)


def test_alpha_pays_for_chance_where_raw_does_not() -> None:
    """98 of 100 units accepted by both, two by one only: nobody told a bad one from a good one."""
    ratings = [Rating(str(unit), rater, "accept") for unit in range(98) for rater in "ab"]
    ratings += [Rating("x", "a", "reject"), Rating("x", "b", "accept")]
    ratings += [Rating("y", "a", "accept"), Rating("y", "b", "reject")]
    raw, ac1, alpha = (figure(coefficient, ratings) for coefficient in COEFFICIENTS)
    assert raw == 0.98
    assert ac1 is not None
    assert ac1 > 0.97
    assert alpha is not None
    assert alpha < 0
