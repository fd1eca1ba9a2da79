"""What the calibration showed to be wrong, and must not come back."""

from __future__ import annotations

import pytest

from app.checks import Context, Texts, check_record
from app.checks.registry import SAMPLE
from app.checks.spelling import has_library

needs_words = pytest.mark.skipif(not has_library(), reason="pyspellchecker is not installed")


def said(
    user: str = SAMPLE.user, think: str = SAMPLE.think, context: Context | None = None
) -> list[tuple[str, str]]:
    """The codes of what is said, each with the text it is said of."""
    texts = Texts(user, think, SAMPLE.block)
    fields = {"user": user, "think": think}
    return [
        (found.code, fields.get(found.field, "")[found.start or 0 : found.end])
        for found in check_record(texts, context)
        if found.severity != "hint"
    ]


@needs_words
@pytest.mark.parametrize(
    ("slip", "right"), [("databse", "database"), ("signautres", "signatures"), ("recieves", "receives")]
)
def test_slips_in_words_that_are_common_in_code_alone_are_found(slip: str, right: str) -> None:
    assert said(f"{SAMPLE.user} It keeps {right} too.") == []
    assert said(f"{SAMPLE.user} It keeps {slip} too.") == [("BS701", slip)]


@needs_words
def test_a_slip_at_a_sentences_beginning_is_found_and_a_name_is_let_be() -> None:
    assert said(f"{SAMPLE.user} Seperate waits are fine.") == [("BS701", "Seperate")]
    assert said(f"{SAMPLE.user} Ask Seperate about it.") == []


def test_a_word_twice_is_found_down_to_one_letter_and_not_where_it_is_part_of_another() -> None:
    assert said(f"{SAMPLE.user} Keep a a record of it.") == [("BS704", "a a")]
    assert said(f"{SAMPLE.user} Give try_send/to to the sender, and to to/from the rest.") == []


@pytest.mark.parametrize("lone", ["MAX_DELAY` bounds", "`MAX_DELAY bounds"])
def test_a_lone_backtick_makes_no_names_of_the_prose_behind_it(lone: str) -> None:
    think = SAMPLE.think.replace("`MAX_DELAY` bounds", lone)
    found = said(think=think, context=Context(known={"attempt", "MAX_DELAY", "checked_pow"}.__contains__))
    assert found == [("BS705", "`")]


def test_a_method_of_the_standard_library_may_be_weighed_though_nothing_calls_it() -> None:
    known = {"attempt", "MAX_DELAY", "checked_pow"}.__contains__
    context = Context(known=known)
    assert said(think=f"{SAMPLE.think} `overflowing_pow` would tell the same twice.", context=context) == []
    assert said(think=f"{SAMPLE.think} `overblown_pow` would not.", context=context) == [
        ("BS501", "overblown_pow")
    ]


def test_a_settings_file_and_a_site_are_no_paths_of_code() -> None:
    assert said(f"{SAMPLE.user} Read it from config.toml, as docs.rs says.") == []
    assert said(f"{SAMPLE.user} Put it into retry.rs there.") == [("BS409", "retry.rs")]
    assert said(f"{SAMPLE.user} Put it into app/config.toml there.") == [("BS409", "app/config.toml")]


def test_a_type_in_backticks_is_one_name_and_a_statement_is_not() -> None:
    block = "fn f(x: std::os::unix::net::Socket) -> R {\n    let end = x.rest.next.of.all;\n    g(end)\n}"

    def codes(request: str) -> list[str]:
        found = check_record(Texts(f"{SAMPLE.user} {request}", SAMPLE.think, block))
        return [one.code for one in found if one.field == "user" and one.severity != "hint"]

    assert codes("It takes a `std::os::unix::net::Socket` now.") == []
    assert codes("It takes a std::os::unix::net::Socket now.") == ["BS403"]
    assert codes("It needs `x.rest.next.of.all` now.") == ["BS403"]


@pytest.mark.parametrize("word", ["accessors", "cgroups", "modulo", "pthreads"])
def test_words_of_the_trade_are_no_slips(word: str) -> None:
    assert said(f"{SAMPLE.user} It concerns {word} too.") == []
