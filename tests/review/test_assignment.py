"""Who is asked to review which record."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.project.topics.spec import Assign, ReviewRules
from app.review.assignment import assigned
from tests.store.events import record_id

SOME: tuple[Assign, ...] = ("round-robin", "share")
RECORDS = [record_id(number) for number in range(2000)]
names = st.lists(
    st.sampled_from(["Ada", "Bob", "Cy", "Dee", "Eva", "Fay", "Gus", "Hal"]), min_size=1, unique=True
)
rules_for_some: st.SearchStrategy[Assign] = st.sampled_from(["round-robin", "file", "share"])
records = st.integers(0, 2**28).map(record_id)


def rules(assign: Assign, *people: str, overlap: int = 0, own: bool = False) -> ReviewRules:
    return ReviewRules(assign=assign, reviewers=people, overlap=overlap, own=own)


def people(record: str, rule: ReviewRules, reviews: int = 1, path: str = "src/a.rs") -> frozenset[str]:
    found = assigned(record, path, rule, reviews)
    assert found is not None
    return found


def test_all_is_for_everybody_whoever_is_named() -> None:
    assert assigned(RECORDS[0], "src/a.rs", ReviewRules(), 1) is None
    assert assigned(RECORDS[0], "src/a.rs", rules("all", "Ada", overlap=50), 1) is None


@given(rules_for_some, names, records, st.text(max_size=9), st.integers(1, 10), st.integers(0, 100))
def test_every_record_has_as_many_people_as_it_needs_and_no_strangers(
    assign: Assign, reviewers: list[str], record: str, path: str, reviews: int, overlap: int
) -> None:
    found = people(record, rules(assign, *reviewers, overlap=overlap), reviews, path)
    assert found <= set(reviewers)
    assert len(found) in (min(reviews, len(reviewers)), len(reviewers))


@pytest.mark.parametrize("assign", ["round-robin", "share"])
@pytest.mark.parametrize("reviews", [1, 2])
def test_records_are_dealt_evenly(assign: Assign, reviews: int) -> None:
    rule = rules(assign, "Ada", "Bob", "Cy", "Dee")
    load = Counter(name for record in RECORDS for name in people(record, rule, reviews))
    fair = len(RECORDS) * reviews / 4
    assert set(load) == set(rule.reviewers)
    assert all(abs(count - fair) < fair * 0.15 for count in load.values()), load


def test_a_random_share_brings_everybody_together_and_turns_only_neighbours() -> None:
    def pairs(assign: Assign) -> set[frozenset[str]]:
        rule = rules(assign, "Ada", "Bob", "Cy", "Dee")
        return {people(record, rule, 2) for record in RECORDS}

    every = {frozenset(pair) for pair in combinations(("Ada", "Bob", "Cy", "Dee"), 2)}
    assert pairs("share") == every
    assert pairs("round-robin") == every - {frozenset({"Ada", "Cy"}), frozenset({"Bob", "Dee"})}


@given(names.filter(lambda found: len(found) > 1), records, st.integers(1, 3))
def test_one_name_more_moves_only_what_goes_to_it(reviewers: list[str], record: str, reviews: int) -> None:
    new = reviewers[-1]
    before = people(record, rules("share", *reviewers[:-1]), reviews)
    after = people(record, rules("share", *reviewers), reviews)
    assert after - before <= {new}
    assert new in after or after == before


@given(rules_for_some.filter(lambda rule: rule != "round-robin"), names, records)
def test_the_order_of_the_list_means_nothing_to_a_draw(
    assign: Assign, reviewers: list[str], record: str
) -> None:
    turned = list(reversed(reviewers))
    assert people(record, rules(assign, *reviewers), 2) == people(record, rules(assign, *turned), 2)


def test_the_records_of_one_file_go_to_the_same_people_and_files_to_different_ones() -> None:
    rule = rules("file", "Ada", "Bob", "Cy")
    by_file = {
        path: {people(record, rule, 2, path) for record in RECORDS[:20]}
        for path in (f"src/{number}.rs" for number in range(30))
    }
    assert all(len(found) == 1 for found in by_file.values())
    assert len({frozenset(found) for found in by_file.values()}) == 3


def test_the_overlap_goes_to_all_and_grows_with_its_share() -> None:
    def shared(overlap: int) -> set[str]:
        rule = rules("share", "Ada", "Bob", "Cy", overlap=overlap)
        return {record for record in RECORDS if len(people(record, rule)) == 3}

    tenth, half = shared(10), shared(50)
    assert shared(0) == set()
    assert tenth < half
    assert 0.07 < len(tenth) / len(RECORDS) < 0.13
    assert shared(100) == set(RECORDS)


@given(rules_for_some, names, records, st.data())
def test_whoever_wrote_it_is_passed_over_unless_people_judge_their_own(
    assign: Assign, reviewers: list[str], record: str, data: st.DataObject
) -> None:
    author = data.draw(st.sampled_from(reviewers))
    found = assigned(record, "src/a.rs", rules(assign, *reviewers), 1, authors=(author,))
    assert found is None if reviewers == [author] else found and author not in found
    own = rules(assign, *reviewers, own=True)
    assert assigned(record, "src/a.rs", own, 1, authors=(author,)) == people(record, own)


def test_the_draw_is_the_same_on_every_machine() -> None:
    """A change of the hash would deal all records of running projects anew."""
    three = ("Ada", "Bob", "Cy")
    dealt = {
        rule: "".join(min(people(record, rules(rule, *three)))[0] for record in RECORDS[:8]) for rule in SOME
    }
    assert dealt == {"round-robin": "ABCAACCA", "share": "BBACACCB"}
