"""The coefficients against examples that others have published, with the figures they print."""

from __future__ import annotations

import pytest

from app.progress.agreement.ac1 import AC1
from app.progress.agreement.alpha import ALPHA
from app.progress.agreement.ratings import Rating, tally
from app.progress.agreement.raw import RAW
from tests.progress.agreement.shapes import by_rater, by_unit, distribution, table

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), https://repository.upenn.edu/asc_papers/43
MEG_AND_OWEN = by_rater("0100000010", "1110010000")
BEN_AND_GERRY = by_rater("aabbdcccedda", "babbbccceddd")
FOUR_OBSERVERS = by_rater("1233214 12...", "1233224 125.3", ".3332342 251.", "1233244 1251.")
# The article "Krippendorff's alpha" of Wikipedia, "A computational example": three people, fifteen units.
THREE_CODERS = by_rater(".....341211 33.3", "1.2133 43.......", "..2134 4.211 33.4")

# Gwet, Handbook of Inter-Rater Reliability, 4th edition (2014), the data as his R package irrCAC 1.0 ships them;
# the figures are those in its vignette, https://cran.r-project.org/package=irrCAC
ABSTRACTORS = table([[13, 0, 0], [0, 20, 7], [0, 4, 56]])
SIX_PSYCHIATRISTS = distribution(
    [
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
    ]
)
FOUR_RATERS = by_unit(
    ["11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", "..3."]
)
THREE_LABELS = distribution(
    [
        *([3, 0, 1], [2, 1, 1], [2, 1, 1], [2, 0, 2], [3, 1, 0], [3, 1, 0], [0, 4, 0], [0, 3, 1]),
        *([0, 0, 4], [3, 1, 0], [0, 4, 0], [0, 3, 1], [0, 2, 2], [0, 0, 4], [3, 1, 0]),
    ]
)


def to_the_digits_of(printed: str, figure: float | None) -> str:
    return f"{figure:.{len(printed) - 2}f}"


@pytest.mark.parametrize(
    ("ratings", "printed"),
    [
        pytest.param(MEG_AND_OWEN, "0.095", id="binary, two people"),
        pytest.param(BEN_AND_GERRY, "0.692", id="nominal, two people"),
        pytest.param(FOUR_OBSERVERS, "0.743", id="nominal, four people, missing labels"),
        pytest.param(THREE_CODERS, "0.691", id="nominal, three people, mostly missing"),
    ],
)
def test_alpha_is_as_krippendorff_printed_it(ratings: list[Rating], printed: str) -> None:
    assert to_the_digits_of(printed, ALPHA.of(tally(ratings))) == printed


@pytest.mark.parametrize(
    ("ratings", "raw", "ac1", "alpha"),
    [
        pytest.param(ABSTRACTORS, "0.89", "0.8493305", "0.7972585", id="cont3x3abstractors"),
        pytest.param(SIX_PSYCHIATRISTS, "0.5511111", "0.4448007", "0.4204384", id="distrib.6raters"),
        pytest.param(FOUR_RATERS, "0.8181818", "0.77544", "0.74342", id="cac.raw4raters"),
    ],
)
def test_all_three_are_as_gwet_printed_them(ratings: list[Rating], raw: str, ac1: str, alpha: str) -> None:
    one = tally(ratings)
    assert to_the_digits_of(raw, RAW.of(one)) == raw
    assert to_the_digits_of(ac1, AC1.of(one)) == ac1
    assert to_the_digits_of(alpha, ALPHA.of(one)) == alpha


def test_ac1_over_a_distribution_is_as_gwet_printed_it() -> None:
    assert to_the_digits_of("0.3518903", AC1.of(tally(THREE_LABELS))) == "0.3518903"
