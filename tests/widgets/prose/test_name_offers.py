"""Names inside backticks: where one is being typed, and what it may become."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.prose.name_offers import OfferedNames, fit, open_name, rank


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("see `ma", "ma"),
        ("`M", "M"),
        ("a `b` and `_c", "_c"),
        ("`tokio::sp", "sp"),
        ("`self.de", "de"),
        ("`x ma", "ma"),
        ("漢字 `max_2", "max_2"),
        ("`` ` `` and `x", "x"),
        ("a `` b `x", "x"),
        ("a ``` b `x", "x"),
    ],
)
def test_a_name_is_open_behind_an_unclosed_backtick(line: str, name: str) -> None:
    text = f"first `closed`\n{line}\nnext `line`"
    cursor = text.index(line) + len(line)
    assert open_name(text, cursor) == (cursor - len(name), name)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ma",
        "see ma",
        "`max` ma",
        "`",
        "`x ",
        "`tokio::",
        "`self.",
        "`1",
        "`2max",
        "`éa",
        "``ma",
        "`` ` `` ma",
        "```rust",
    ],
)
def test_prose_and_closed_backticks_hold_no_name(line: str) -> None:
    text = f"`open\n{line}"
    assert open_name(text, len(text)) is None


def test_the_middle_of_a_word_is_left_alone() -> None:
    assert open_name("`maxi`", 3) is None
    assert open_name("`max`", 4) == (1, "max")


@pytest.mark.parametrize(
    ("before", "inside"),
    [
        ("```\n", True),
        ("```rust\nlet x;\n", True),
        ("````\n```\n", True),
        ("```\n```rust\n", True),
        ("```\nx\n```\n", False),
        ("````\nx\n`````\n", False),
        ("a ``` b\n", False),
        ("```one` two```\n", False),
        ("    ```\n", False),
    ],
)
def test_fences_hold_code_and_no_names(before: str, inside: bool) -> None:
    text = before + "`ma"
    assert (open_name(text, len(text)) is None) is inside


@given(st.text(alphabet="`a_.:1 é\n", max_size=40), st.integers(0, 40))
def test_what_is_open_is_an_identifier_before_the_cursor(text: str, cursor: int) -> None:
    found = open_name(text, cursor := min(cursor, len(text)))
    if found is None:
        return
    start, name = found
    assert text[start:cursor] == name
    assert re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)
    line = text[text.rfind("\n", 0, cursor) + 1 : start]
    assert any(len(run) == 1 for run in re.findall("`+", line))


@given(st.text(alphabet="`a \n", max_size=40))
def test_only_what_stands_before_the_cursor_opens_a_name(text: str) -> None:
    single = text.rpartition("\n")[2]
    if "``" not in text:
        is_open = single.count("`") % 2 == 1 and single.endswith("a")
        assert (open_name(text, len(text)) is not None) == is_open


def test_names_are_ranked_by_how_they_match() -> None:
    names = ["min_tries", "retry_max", "MAX_DELAY", "max_delay", "Matrix", "max", "imax"]
    assert rank("max", names) == ["max", "max_delay", "MAX_DELAY", "Matrix", "retry_max"]
    assert rank("ma", names) == ["max", "max_delay", "Matrix", "MAX_DELAY", "retry_max"]


def test_parts_of_a_name_are_found_by_their_first_letters() -> None:
    names = ["max_tries", "mount", "RetryConfig", "arc", "Cancel"]
    assert rank("mt", names) == ["mount", "max_tries"]
    assert rank("rc", names) == ["RetryConfig"]
    assert rank("C", names) == ["Cancel", "RetryConfig"]


def test_the_blocks_names_come_before_the_files() -> None:
    assert rank("de", ["delay", "deadline", "de_x"], block=["deadline"]) == ["deadline", "de_x", "delay"]
    known = OfferedNames(block=["deadline"], file=["delay", "de_x", "deadline"])
    assert known.offer("de") == ["deadline", "de_x", "delay"]


def test_a_name_that_is_there_already_is_not_offered_alone() -> None:
    assert rank("max", ["max", "other"]) == []
    assert rank("max", ["max", "maxim"]) == ["max", "maxim"]


@pytest.mark.parametrize("name", ["", "a b", "a`b", "a\nb", "a\x1b[31m", "a\u2028b", "a\u202eb", "a\ud800"])
def test_what_cannot_stand_in_backticks_is_no_name(name: str) -> None:
    assert fit(["good", name, "good"]) == ["good"]


names_of = st.lists(st.text(alphabet="abAB_1é", max_size=6), max_size=12)
prefixes = st.from_regex("[abAB_][abAB_1]{0,3}", fullmatch=True)


@given(prefixes, names_of, names_of, st.integers(0, 9))
def test_only_names_that_exist_are_offered_and_no_more_than_wanted(
    prefix: str, block: list[str], file: list[str], most: int
) -> None:
    offered = OfferedNames(block, file).offer(prefix, most)
    assert offered == rank(prefix, [*block, *file], most, block)
    assert len(offered) == len(set(offered)) <= most
    assert set(offered) <= {*block, *file}
    assert offered != [prefix]
    for name in offered:
        rest = iter(name.lower())
        assert all(letter in rest for letter in prefix.lower())


@given(prefixes, names_of)
def test_every_name_that_begins_so_is_offered(prefix: str, names: list[str]) -> None:
    begins = {name for name in names if name.lower().startswith(prefix.lower())}
    assert begins <= set(rank(prefix, names, 99)) or begins == {prefix}
