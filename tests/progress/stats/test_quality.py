"""Findings by code, groups of near-duplicates, and the covered share."""

from __future__ import annotations

import itertools

import pytest

from app.base.cancelling import Cancelled
from app.checks import Finding
from app.checks.near_duplicates import Light
from app.progress.stats.quality import CoverageStats, clusters, finding_stats

USER = (
    "Receivers must see every message of one group in order, and a crash must not block the group for ever."
)
OTHERS = (
    "Wait between two attempts for a time that grows, with an upper bound that an operator can set.",
    "Tell the operator which endpoint keeps failing, once an hour and no more often.",
    "Count bytes of a payload before anything is parsed, so that large ones cost nothing.",
)


def light(number: int, user: str, topic: str = "retry") -> Light:
    think = f"{user} " * 2 + f"It is case {number}: " + " ".join(f"w{number}x{word}" for word in range(30))
    block = " ".join(f"fn f{number}_{line}() {{ g{number}({line}) }}" for line in range(20))
    return Light(f"R{number}", topic, user, think, block)


def found(code: str, waived: str = "") -> Finding:
    return Finding(code, "warning", "user", None, None, "It is wrong.", "Mend it.", waived)


def test_findings_are_counted_by_code_and_by_record() -> None:
    stats = finding_stats(
        "retry",
        [
            ("A", [found("BS601"), found("BS601"), found("BS201")]),
            ("B", [found("BS601")]),
            ("C", [found("BS601", "both are wanted")]),
            ("D", []),
        ],
    )
    assert (stats.records, stats.clean) == (4, 2)
    first, second = stats.codes
    assert (first.code, first.findings, first.records, first.waived) == ("BS601", 3, 2, 1)
    assert (second.code, second.link) == ("BS201", "topic:retry finding:BS201")
    assert first.title == "request nearly as another"


def test_a_record_with_two_texts_is_clean_only_if_both_are() -> None:
    stats = finding_stats("retry", [("A", []), ("A", [found("BS601")])])
    assert (stats.records, stats.clean) == (1, 0)


def test_near_duplicates_are_found_across_topics_and_others_are_not() -> None:
    lights = [light(1, USER), light(2, USER.replace("ever", "good"), "other"), light(3, USER)]
    lights += [light(4 + number, text) for number, text in enumerate(OTHERS)]
    (group,) = clusters(lights)
    assert group.records == ("R1", "R2", "R3")
    assert group.topics == ("other", "retry")
    assert "user" in group.fields
    assert group.share == 100
    assert group.link == "record:R1,R2,R3"


def test_the_order_of_records_means_nothing() -> None:
    lights = [light(1, USER), light(2, USER), light(3, OTHERS[0]), light(4, OTHERS[0])]
    every = {tuple(one.records for one in clusters(order)) for order in itertools.permutations(lights)}
    assert every == {(("R1", "R2"), ("R3", "R4"))}


def test_it_can_be_stopped_and_says_how_far_it_is() -> None:
    far: list[tuple[int, int]] = []
    clusters([light(1, USER), light(2, OTHERS[0])], progress=lambda done, total: far.append((done, total)))
    assert far == [(0, 4), (1, 4), (2, 4), (3, 4)]
    with pytest.raises(Cancelled):
        clusters([light(1, USER)], cancelled=lambda: True)


def test_what_was_left_out_on_purpose_is_not_missing() -> None:
    stats = CoverageStats({"recorded": 3, "open": 1, "skipped": 4, "excluded": 2, "other": 5})
    assert (stats.items, stats.asked, stats.share) == (15, 4, 0.75)
    assert CoverageStats({"excluded": 2}).share == 0.0, "nothing of nothing is nothing"
