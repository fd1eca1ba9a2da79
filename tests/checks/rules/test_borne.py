"""What a reasoning says of the code, held against the code: right where it is right, and silent where it is denied."""

from __future__ import annotations

from typing import Any

import pytest

from app.checks import Context, Texts, check_record
from app.checks.reading import code_of, listed
from app.checks.registry import SAMPLE
from app.checks.words.denial import denied
from app.checks.words.numbers import constants, literals, said_numbers, shape

BLOCK = (
    "enum Way {\n    Left,\n    Right(u8),\n    Up { by: u8, at: u8 },\n    Down,\n}\n\n"
    "impl Way {\n    fn go(&self, clock: &Clock) -> Option<&Way> {\n"
    "        clock.sleep(Duration::from_secs(60 * 15));\n        self.next(Fault::Late)\n    }\n}"
)
KNOWN = listed("Way go clock Clock sleep next Fault Late Early thread park Right MAX")


def said(
    think: str, user: str = SAMPLE.user, block: str = BLOCK, **context: Any
) -> list[tuple[str, str, str]]:
    """Code, severity and place of what is held against the code."""
    known = Context(known=KNOWN.__contains__, file_names=frozenset({"Way", "park"}), **context)
    codes = ("BS501", "BS507", "BS510", "BS511", "BS512", "BS513", "BS514", "BS515")
    return [
        (one.code, one.severity, think[one.start : one.end])
        for one in check_record(Texts(user, think, block), known)
        if one.code in codes
    ]


# -- numbers


@pytest.mark.parametrize(
    "think",
    [
        "It sleeps for fifteen minutes.",
        "It sleeps for 900 s, or 900,000 ms.",
        "Of the four variants one is enough.",
        "After 20 minutes the request's patience ends.",
        "The five minutes between 20 and fifteen are for the rest.",
        "Not ten minutes, and never twelve hours.",
        "A sleep of seven hours would be too long.",
        "Two tries are enough.",
        "HTTP/1.1 200, RFC 9110 and 2xx are no numbers of ours.",
    ],
)
def test_a_number_that_code_or_request_bears_or_that_is_denied_is_let_be(think: str) -> None:
    assert said(think, user="Nobody may wait for more than twenty minutes.") == []


@pytest.mark.parametrize(
    ("think", "place", "grade"),
    [
        ("It sleeps for ten minutes.", "ten minutes", "warning"),
        ("It sleeps for 950 ms.", "950 ms", "warning"),
        ("It takes 64 kB at once.", "64 kB", "warning"),
        ("It is tried six times.", "six times", "warning"),
        ("A share of 35 % is kept.", "35 %", "warning"),
        ("Twelve rows come at once.", "Twelve rows", "hint"),
        ("The nine kinds differ.", "nine kinds", "hint"),
        ("It ends after 35 days.", "35 days", "warning"),
    ],
)
def test_a_number_that_nothing_bears_is_found_where_it_stands(think: str, place: str, grade: str) -> None:
    assert said(think, user="Nobody may wait.") == [("BS510", grade, place)]


def test_the_constants_of_the_file_bear_numbers_too() -> None:
    think = "It gives up after 25 seconds."
    assert [code for code, _, _ in said(think)] == ["BS510"]
    assert said(think, constants=constants("const GRACE: Duration = Duration::from_secs(25);")) == []


def test_products_are_worked_out_and_numbers_of_code_read() -> None:
    assert set(literals("f(6 * 60 * 60, 0x10, 1_000_u64 * 2)")) >= {21600.0, 16.0, 2000.0, 1000.0}
    assert constants("static A: [u8; 4] = [1; 4];\nlet b = 9;") == {1.0, 4.0}


def test_the_shape_of_code_is_counted() -> None:
    assert {4, 2, 1} <= shape(code_of(BLOCK)) and 9 not in shape(code_of(BLOCK))


def test_spelt_numbers_are_read() -> None:
    values = [one.value for one in said_numbers("twenty-five seconds, 1,500 ms, three days and 2.5 h")]
    assert values == [25.0, 1.5, 259200.0, 9000.0]


# -- names


@pytest.mark.parametrize(
    "think",
    [
        "It goes by `Way::go` and `clock.sleep(…)`, with `Fault::Late`.",
        "It does not use `Fault::Early`.",
        "Rather than `std::thread::park` it sleeps.",
        "`Duration::MAX` is a bound.",
        "An `Option` and a `Vec` are no names of other code.",
        "No `Mutex` is needed.",
    ],
)
def test_names_of_the_code_and_what_is_not_taken_are_let_be(think: str) -> None:
    assert said(think) == []


@pytest.mark.parametrize(
    ("think", "place"),
    [
        ("It answers `Fault::Early`.", "Fault::Early"),
        ("It waits by `std::thread::park`.", "std::thread::park"),
        ("A `Mutex` guards it.", "Mutex"),
        ("A `HashMap` keeps the ways, and nobody looks.", "HashMap"),
    ],
)
def test_names_of_other_code_are_a_hint(think: str, place: str) -> None:
    assert said(think) == [("BS511", "hint", place)]


def test_identifiers_without_backticks_are_looked_up_and_products_are_none() -> None:
    assert said("Way::go does it on GitHub with PostgreSQL and WebSocket, in snake-case.") == []
    assert said("WayFinder::look does it.") == [("BS501", "warning", "WayFinder::look")]
    assert said("It calls look_around first.") == [("BS501", "warning", "look_around")]
    assert said("The WayFinder does it.") == [("BS501", "warning", "WayFinder")]


def test_a_receiver_and_an_owned_result_are_held_against_the_signature() -> None:
    assert said("It takes `&self`, and gives no owned `Way`.") == []
    assert said("It takes `&mut self`.") == [("BS512", "warning", "&mut self")]
    assert said("It gives an owned `String`.") == [("BS512", "warning", "owned `String")]


def test_a_lock_is_borne_by_a_lock_of_its_kind_alone() -> None:
    block = "fn f(m: &Mutex<u8>) {\n    m.lock();\n    g();\n}"
    assert [code for code, _, _ in said("The rwlock lets many in.", block=block)] == ["BS507"]
    assert said("The mutex lets one in.", block=block) == []


# -- crates and what came later


def test_a_crate_that_the_project_has_not_is_found_unless_it_is_denied() -> None:
    have = frozenset({"tokio", "rand_core", "futures-util"})
    assert said("A dashmap keeps them.", packages=have) == [("BS513", "warning", "dashmap")]
    assert said("Not a dashmap; tokio, rand-core and futures_util do.", packages=have) == []
    assert said("A dashmap keeps them.", packages=None) == []


@pytest.mark.parametrize(
    ("think", "place"),
    [
        ("It was asked for in #1234.", "#1234"),
        ("As the ticket 88 says.", "ticket 88"),
        ("It fell by half.", "fell by half"),
        ("Since the deployment nobody called.", "Since the deployment"),
        ("That was merged then.", "was merged"),
        ("In March 2025 it broke.", "In March 2025"),
    ],
)
def test_what_came_later_is_found(think: str, place: str) -> None:
    assert said(think) == [("BS514", "warning", place)]


def test_production_tests_and_may_are_no_history() -> None:
    assert said("In production it may take long; tests repeat it, and May is a name. It fell over.") == []


def test_words_of_the_documentation_are_copied_from_the_limit_on() -> None:
    text = "a wait that grows without a bound puts a message to sleep for good"
    assert said(f"So {text}.", documented=(text,)) == [("BS515", "warning", text)]
    assert said("So a wait that grows without a bound puts it.", documented=(text,)) == []


# -- denial


@pytest.mark.parametrize(
    ("text", "claim", "found"),
    [
        ("There is no lock here.", "lock", True),
        ("Instead of a big lock we count.", "lock", True),
        ("A lock is not needed.", "lock", True),
        ("A lock would be overkill.", "lock", True),
        ("A lock guards it, so that nobody is ever late.", "lock", False),
        ("Nobody waits. A lock guards it.", "lock", False),
        ("It cannot fail, because a lock guards it.", "lock", False),
        ("After a lock no wait grows.", "lock", False),
        (
            "None of the many and various ways in which things may go on for good has one lock.",
            "lock",
            False,
        ),
    ],
)
def test_a_denial_counts_close_to_its_claim_and_in_its_clause(text: str, claim: str, found: bool) -> None:
    start = text.index(claim)
    assert denied(text, start, start + len(claim)) is found
