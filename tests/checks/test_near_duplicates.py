"""The set: who says nearly the same, found in an index that grows and shrinks by a record at a time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.near_duplicates import Light, SetIndex, likeness

WORDS = [
    f"{a}{b}"
    for a in ("mel", "tor", "sin", "pla", "ver", "qua")
    for b in ("do", "ra", "mi", "nu", "se", "ka")
]


def text(seed: int, words: int) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


def light(name: str, seed: int = 0, **fields: str) -> Light:
    made = {
        "topic": "t",
        "user": text(seed, 40),
        "think": text(seed + 1, 200),
        "block": f"fn f() {{ {text(seed + 2, 100)} }}",
        "path": "a.rs",
    }
    return Light(name, **(made | fields))


def changed(said: str, places: int) -> str:
    words = said.split()
    step = len(words) // places
    return " ".join("other" if at % step == step - 1 else word for at, word in enumerate(words))


@pytest.mark.parametrize("field", ["user", "think"])
def test_a_changed_copy_is_found_and_a_different_text_is_not(field: str) -> None:
    one = light("one")
    index = SetIndex([one, *(light(f"n{number}", 10 * number + 10) for number in range(50))])
    said = one._asdict()[field]
    near = index.view(light("new", 5000, **{field: changed(said, 4)})).near(field, 70, 95)  # type: ignore[arg-type]
    assert near is not None and (near.record, near.same) == ("one", False)
    assert near.share >= 70
    assert index.view(light("new", 7000)).near(field, 70, 95) is None  # type: ignore[arg-type]


def test_capitals_marks_and_white_space_make_no_other_text() -> None:
    index = SetIndex([light("one", user="Wait longer, then stop.")])
    near = index.view(light("new", 500, user="wait  longer\nTHEN stop")).near("user", 70, 95)
    assert near is not None and near.same and near.share == 100


def test_a_record_is_never_near_itself_and_its_own_change_replaces_it() -> None:
    index = SetIndex([light("one")])
    assert index.view(light("one")).near("user", 70, 95) is None
    index.add(light("one", 900))
    assert len(index) == 1
    assert index.view(light("new")).near("user", 70, 95) is None
    near = index.view(light("new", 900)).near("user", 70, 95)
    assert near is not None and near.record == "one"


def test_the_same_code_and_nearly_the_same() -> None:
    one = light("one")
    index = SetIndex([one])
    same = index.view(light("new", 500, block=one.block)).near("block", 70, 95)
    assert same is not None and same.same
    longer = one.block[:-1] + " nu se }"
    near = index.view(light("new", 500, block=longer)).near("block", 70, 95)
    assert near is not None and not near.same and 70 <= near.share <= 100
    assert index.view(light("new", 500)).near("block", 70, 95) is None
    assert index.view(light("new", 500, block="")).near("block", 70, 95) is None


@pytest.mark.parametrize("length", [9, 12, 30])
@pytest.mark.parametrize("at", [0, 57, 180])
def test_a_row_of_words_is_found_wherever_it_stands(length: int, at: int) -> None:
    other = light("other").think.split()
    row = other[20 : 20 + length]
    own = text(4000, 190).split()
    index = SetIndex([light("other")])
    run = index.view(light("new", 800, think=" ".join([*own[:at], *row, *own[at:]]))).shared_run(length)
    assert run is not None and run.record == "other"
    assert run.first <= at < run.first + run.words and run.words >= length


def test_openings_count_within_a_topic() -> None:
    index = SetIndex(
        light(str(n), n * 10, user=f"We need the wait {text(n, 9)}", topic="ta"[n % 2]) for n in range(6)
    )
    assert index.view(light("new", 99, user="we need the wait to grow")).openings("user", 4) == 3
    assert index.view(light("0", 99, user="We need the wait to grow")).openings("user", 4) == 2
    assert index.view(light("new", 99, user="we need a wait to grow")).openings("user", 4) == 0
    assert index.view(light("new", 99, user="we need")).openings("user", 4) == 0
    assert index.view(light("new", 99, user="we")).openings("user", 1) == 0


def test_files_are_counted_with_this_record() -> None:
    index = SetIndex([light("one"), light("two", 10, path="b.rs"), light("three", 20, topic="other")])
    assert index.view(light("new", 30)).from_file() == ("a.rs", 2, 3)
    assert index.view(light("one", 30)).from_file() == ("a.rs", 1, 2)
    assert index.view(light("two", 30, path="a.rs")).from_file() == ("a.rs", 2, 2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans(), st.integers(0, 5)), max_size=20), st.data())
def test_an_index_that_changed_is_one_made_anew(
    steps: list[tuple[str, bool, int]], data: st.DataObject
) -> None:
    index = SetIndex()
    held: dict[str, Light] = {}
    for name, stays, seed in steps:
        if stays:
            held[name] = light(name, seed)
            index.add(held[name])
        else:
            held.pop(name, None)
            index.remove(name)
    new = SetIndex(held[name] for name in sorted(held))
    own = light(data.draw(st.sampled_from("abe")), data.draw(st.integers(0, 5)))
    for field in ("user", "think", "block"):
        assert index.view(own).near(field, 70, 95) == new.view(own).near(field, 70, 95)
    assert index.view(own).shared_run(12) == new.view(own).shared_run(12)
    assert index.view(own).openings("user", 4) == new.view(own).openings("user", 4)
    assert index.view(own).from_file() == new.view(own).from_file()
    assert index.files("t") == new.files("t") and len(index) == len(held)


SAID = (
    "Operators cannot tell which tenant fills the queue. Show the oldest pending delivery of every tenant, refreshed "
    "twice a minute, without slowing down consumers."
)
OTHERWISE = (
    "Nobody who operates this can see what tenant is filling our queue. Each tenant's oldest delivery that is pending "
    "should be shown and refreshed every thirty seconds; consuming must not become slower."
)
SUBJECT = (
    "A consumer that crashes holds its deliveries until a timeout. Give them back to the queue at once where the "
    "connection was closed, and count how often that happens for a tenant."
)


def test_the_same_in_other_words_is_found_and_the_same_subject_is_not() -> None:
    index = SetIndex(
        [light("one", user=SAID), light("two", user=SUBJECT), *(light(f"n{n}", n) for n in range(9))]
    )
    view = index.view(light("new", 500, user=OTHERWISE))
    assert view.near("user", 70, 95) is None
    near = view.paraphrase("user", 45)
    assert near is not None and near.record == "one" and 45 <= near.share < 95
    assert index.view(light("two", 600, user=SUBJECT)).paraphrase("user", 45) is None


def test_a_short_text_is_alike_by_its_subject_alone_and_says_nothing() -> None:
    index = SetIndex([light("one", user="Show the oldest pending delivery of every tenant.")])
    assert (
        index.view(light("new", 5, user="The oldest pending delivery of tenants is shown.")).paraphrase(
            "user", 45
        )
        is None
    )


def test_what_left_the_index_is_no_paraphrase() -> None:
    index = SetIndex([light("one", user=SAID)])
    index.remove("one")
    assert index.view(light("new", 500, user=OTHERWISE)).paraphrase("user", 45) is None


@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_of_both_alike_and_between_0_and_1(one: str, other: str) -> None:
    assert likeness(one, other) == pytest.approx(likeness(other, one))
    assert 0 <= likeness(one, other) <= 1 + 1e-9
