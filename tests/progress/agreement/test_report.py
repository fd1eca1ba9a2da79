"""What is said of a project's agreement: figures where they mean something, else counts and a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress.agreement import (
    MINIMUM,
    VERDICTS,
    AgreementReport,
    Figure,
    Given,
    Marked,
    Rating,
    from_reviews,
    report,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


def said(
    revision: str, by: str, verdict: str, minute: int = 0, topic: str = "retry", name: str = "a"
) -> Given:
    return Given(topic, revision, by, verdict, START + timedelta(minutes=minute), name)


def shared(units: int, unlike: int = 0, label: str = "accept", topic: str = "u") -> list[Rating]:
    """So many units that ann and bob judged, of which bob returned the first few."""
    return [
        Rating(f"{topic}{unit}", by, "return" if by == "bob" and unit < unlike else label)
        for unit in range(units)
        for by in ("ann", "bob")
    ]


def figures(found: AgreementReport) -> dict[str, Figure]:
    return {figure.name: figure for figure in (*found.figures, *found.spans)}


def test_the_latest_verdict_of_each_person_counts() -> None:
    reviews = [
        said("r1", "ann", "return", minute=2),
        said("r1", "ann", "accept", minute=1),
        said("r1", "bob", "reject", minute=3),
        said("r2", "ann", "accept", minute=4),
        said("r3", "cy", "accept", topic="queue"),
    ]
    assert from_reviews(reviews) == {
        "queue": (Rating("r3", "cy", "accept"),),
        "retry": (
            Rating("r1", "ann", "return"),
            Rating("r1", "bob", "reject"),
            Rating("r2", "ann", "accept"),
        ),
    }


def test_a_verdict_taken_back_is_none_and_one_given_again_is_one() -> None:
    back = [said("r1", "ann", "accept", minute=1), said("r1", "ann", "clear", minute=2)]
    assert from_reviews(back) == {"retry": ()}
    again = [*back, said("r1", "ann", "reject", minute=3)]
    assert from_reviews(again) == {"retry": (Rating("r1", "ann", "reject"),)}


def test_of_two_verdicts_at_one_moment_the_greater_id_is_the_later() -> None:
    reviews = [said("r1", "ann", "accept", name="b"), said("r1", "ann", "reject", name="a")]
    assert from_reviews(reviews) == {"retry": (Rating("r1", "ann", "accept"),)}


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["r1", "r2"]),
            st.sampled_from(["ann", "bob"]),
            st.sampled_from([*VERDICTS, "clear"]),
            st.integers(0, 3),
            st.sampled_from(["retry", "queue"]),
            st.uuids().map(str),
        )
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_a_journal_does_not_matter(reviews: list[Given], shuffler: Random) -> None:
    once = from_reviews(reviews)
    shuffler.shuffle(reviews)
    assert from_reviews([*reviews, *reviews]) == once


def test_under_the_minimum_there_are_counts_and_a_sentence_but_no_figure() -> None:
    found = report({"retry": shared(MINIMUM - 1, unlike=4)})
    assert (found.counts.units, found.counts.shared, found.counts.alike) == (29, 29, 25)
    for figure in found.figures:
        assert figure.value is None
        assert figure.interval is None
        assert (
            figure.told == "no figure: 29 judged by two or more people, and under 30 a figure says too little"
        )


def test_units_that_one_person_judged_do_not_reach_the_minimum() -> None:
    alone = [Rating(f"alone {unit}", "ann", "accept") for unit in range(500)]
    found = report({"retry": [*shared(5, unlike=1), *alone]})
    assert (found.counts.units, found.counts.shared) == (505, 5)
    assert all(figure.value is None for figure in found.figures)


def test_from_the_minimum_on_there_are_figures_with_intervals() -> None:
    found = figures(report({"retry": shared(MINIMUM, unlike=6)}))
    assert found["raw"].value == 0.8
    for name in ("raw", "ac1"):
        figure = found[name]
        assert figure.value is not None
        assert figure.interval is not None
        assert figure.interval.low < figure.value < figure.interval.high
    assert found["raw"].told.startswith("0.80 [0.6")


def test_a_topic_has_counts_only_and_the_project_is_all_topics() -> None:
    found = report({"b": shared(20, unlike=3, topic="b"), "a": shared(20, unlike=1, topic="a"), "empty": []})
    assert list(found.topics) == ["a", "b", "empty"]
    assert (found.topics["a"].alike, found.topics["b"].alike) == (19, 17)
    assert found.topics["empty"].told == "Nothing has been judged."
    assert (found.counts.shared, found.counts.alike, found.counts.raters) == (40, 36, 2)
    assert figures(found)["raw"].value == 0.9
    assert set(found.topics["a"].as_json()) == {"units", "shared", "alike", "ratings", "raters", "labels"}


def test_where_everybody_said_one_thing_only_raw_agreement_is_a_figure() -> None:
    found = figures(report({"retry": shared(100)}))
    assert found["raw"].value == 1
    assert found["raw"].interval is None
    assert "does not make it certain" in found["raw"].told
    for name in ("ac1", "alpha"):
        assert found[name].value is None
        assert "only one label" in found[name].told


def test_alpha_is_not_defined_where_the_other_labels_stand_alone() -> None:
    """AC1 takes its chances from all units, alpha from those that two people judged."""
    found = figures(report({"retry": [*shared(60), Rating("alone", "ann", "reject")]}))
    assert found["ac1"].value is not None
    assert found["alpha"].value is None
    assert "only one label" in found["alpha"].reason


def test_one_disagreement_is_too_little_for_an_interval_of_alpha() -> None:
    """In every third resample it is missing, and then alpha is not defined."""
    alpha = figures(report({"retry": shared(60, unlike=1)}))["alpha"]
    assert alpha.value is not None
    assert alpha.interval is None
    assert "not defined in 3" in alpha.interval_reason


def test_the_same_reviews_give_the_same_report_and_a_seed_another_interval() -> None:
    ratings = {"retry": shared(50, unlike=9)}
    once, again, other = (report(ratings, resamples=50, seed=seed).figures for seed in (1, 1, 2))
    assert once == again
    assert [figure.value for figure in once] == [figure.value for figure in other]
    assert [figure.interval for figure in once] != [figure.interval for figure in other]


def test_spans_have_figures_from_the_minimum_on() -> None:
    marked = [
        Marked(f"item {n}", by, {"a.rs": [(0, 100 if by == "ann" or n % 3 else 50)]})
        for n in range(MINIMUM)
        for by in ("ann", "bob")
    ]
    found = report({}, marked)
    assert (found.items, found.identical) == (30, 20)
    iou, edges = found.spans
    assert iou.value == pytest.approx((20 + 10 * 0.5) / 30)
    assert edges.value == pytest.approx((20 + 10 / 3) / 30)
    assert iou.interval is not None
    few = report({}, marked[:-2])
    assert (few.items, few.identical) == (29, 19)
    assert [figure.value for figure in few.spans] == [None, None]
    assert "29 annotated by two or more" in few.spans[0].told


def test_a_label_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="'maybe' is not one of accept, return, reject"):
        report({"retry": [Rating("u", "ann", "maybe")]})


def test_two_against_one_have_not_judged_alike() -> None:
    verdicts = {"ann": "accept", "bob": "accept", "cy": "reject"}
    counts = report({"retry": [Rating("u", by, verdict) for by, verdict in verdicts.items()]}).counts
    assert (counts.units, counts.shared, counts.alike, counts.ratings, counts.raters) == (1, 1, 0, 3, 3)
    assert dict(counts.labels) == {"accept": 2, "return": 0, "reject": 1}


def test_next_to_nothing_is_not_told_as_less_than_nothing() -> None:
    assert Figure("alpha", "Krippendorff's alpha", -0.001, "", None, "why").told == "0.00 (why)"


@pytest.mark.parametrize("units", [0, 1, 29, 30, 100])
def test_the_report_is_json(units: int) -> None:
    found = report({"retry": shared(units, unlike=units // 4)}).as_json()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found["figures"]) == ["raw", "ac1", "alpha"]
    assert "seed 2011" in found["method"]


@pytest.mark.parametrize(
    ("ratings", "told"),
    [
        ([Rating("u", "ann", "accept")], "1 revision judged by 1 person; none by two or more."),
        (shared(3, unlike=1), "3 revisions judged by 2 people; 3 by two or more, who agreed on 2."),
    ],
)
def test_counts_are_told_in_a_sentence(ratings: list[Rating], told: str) -> None:
    assert report({"retry": ratings}).counts.told == told
