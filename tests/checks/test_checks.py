"""The checks that run while one types."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checks import (
    Context,
    Finding,
    Texts,
    check_record,
    crates_met,
    errors,
    run_checks,
    traits_met,
    worst,
)
from app.checks.registry import RULES
from app.records.chatml import line, parse_line

GOOD = Texts("Write a pause.", "It waits, because tokio wants it.", "fn pause() {}")
ANY = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("</think>[INST]|\x00\r\u202e \n")), max_size=60
)


def found(
    user: str | None = None, think: str | None = None, block: str | None = None, **context: Any
) -> list[Finding]:
    texts = Texts(
        GOOD.user if user is None else user,
        GOOD.think if think is None else think,
        GOOD.block if block is None else block,
    )
    return list(run_checks(texts, Context(**context)))


def test_a_good_record_has_nothing_to_be_said_of() -> None:
    assert found(crates=("tokio",), roles=("import", "main")) == []


@pytest.mark.parametrize(
    ("texts", "code", "field", "place"),
    [
        ({"user": " \n"}, "BS101", "user", None),
        ({"think": ""}, "BS102", "think", None),
        ({"block": ""}, "BS103", "block", None),
        ({"user": "a <think> b"}, "BS110", "user", (2, 9)),
        ({"think": "é </think>"}, "BS110", "think", (2, 10)),
        ({"block": 'const END: &str = "</think>";'}, "BS111", "block", (19, 27)),
        ({"user": "say <|im_end|>"}, "BS112", "user", (4, 14)),
        ({"think": "[/INST]"}, "BS112", "think", (0, 7)),
        ({"think": "<s>"}, "BS112", "think", (0, 3)),
        ({"think": "<｜end▁of▁sentence｜>"}, "BS112", "think", (0, 19)),
        ({"block": 'f("[INST]")'}, "BS113", "block", (3, 9)),
        ({"user": "a\0"}, "BS120", "user", (1, 2)),
        ({"think": "🦀\ud83e"}, "BS121", "think", (1, 2)),
        ({"block": "\x1b[31m fn"}, "BS122", "block", (0, 1)),
        ({"user": "a\rb"}, "BS122", "user", (1, 2)),
        ({"block": "// \u202e abc"}, "BS123", "block", (3, 4)),
    ],
)
def test_each_finding_has_its_code_and_its_place(
    texts: dict[str, str], code: str, field: str, place: tuple[int, int] | None
) -> None:
    [finding] = found(**texts)
    assert (finding.code, finding.field) == (code, field)
    assert (finding.start, finding.end) == (place or (None, None))
    assert finding.severity == RULES[code].severity
    assert finding.remedy == RULES[code].remedy
    assert finding.message.isprintable()


@pytest.mark.parametrize(
    "block", ["fn a() {\r\n\tb()\r\n}\x0cfn c() {}", "a::<S>(x) | y", "Vec<Think>", "// <T>", "x <| y"]
)
def test_ordinary_code_is_let_be(block: str) -> None:
    assert found(block=block) == []


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("a();\r\nb();\nc();\n}", (4, 6)),
        ("a();\r\nb();\r\nc();\nd();\r\n}", (16, 17)),
        ("a();\r\nb();\n}", (10, 11)),
    ],
)
def test_of_mixed_line_ends_the_first_of_the_rarer_kind_is_shown(block: str, place: tuple[int, int]) -> None:
    texts = Texts(GOOD.user, GOOD.think, block)
    [finding] = [one for one in check_record(texts) if one.code == "BS125"]
    assert (finding.field, finding.start, finding.end) == ("block", *place)


def test_test_code_is_refused_unless_the_spec_allows_it() -> None:
    [finding] = found(test_items=("tests::it_waits",))
    assert (finding.code, finding.severity) == ("BS130", "error")
    assert "tests::it_waits" in finding.message
    assert found(test_items=("tests::it_waits",), allow_tests=True) == []


def test_a_block_of_imports_alone_has_no_main_code() -> None:
    assert [finding.code for finding in found(roles=("import",))] == ["BS104"]
    assert found(roles=None) == []


def test_a_required_crate_is_a_warning_once_there_is_a_reasoning() -> None:
    assert [finding.code for finding in found(crates=("tokio", "chrono"))] == ["BS201"]
    assert [finding.code for finding in found(think="", crates=("chrono",))] == ["BS102"]


@pytest.mark.parametrize(
    ("think", "met"),
    [
        ("We use `tower_http` here", True),
        ("Tower-HTTP's layers", True),
        ("tower_http::trace", True),
        ("(tower-http)", True),
        ("tower http", False),
        ("tower_https", False),
        ("my-tower-http", False),
        ("tower-http-extra", False),
        ("", False),
    ],
)
def test_a_crate_is_named_as_a_whole_word(think: str, met: bool) -> None:
    assert crates_met(think, ["tower-http"]) == {"tower-http": met}


@pytest.mark.parametrize(
    ("think", "met"),
    [
        ("Retrying with an exponential backoff; some jitter spreads them.", True),
        ("We back off exponentially, and retries get jittered.", True),
        ("We wait and try again.", False),
        ("", False),
    ],
)
def test_a_trait_is_ticked_by_its_telling_words(think: str, met: bool) -> None:
    trait = "Retry patterns with exponential backoff and jitter"
    assert traits_met(think, [trait]) == {trait: met}


def test_a_trait_without_a_telling_word_is_never_ticked() -> None:
    assert traits_met("the of", ["of the", ""]) == {"of the": False, "": False}


def test_errors_come_first_then_the_order_of_the_record() -> None:
    findings = found(user="", think="x <s>", block="\x01[INST]", crates=("tokio",))
    assert [finding.code for finding in findings] == ["BS101", "BS112", "BS201", "BS122", "BS113"]
    assert [finding.code for finding in errors(findings)] == ["BS101", "BS112"]
    assert worst(findings) == "error"
    assert worst(findings[2:]) == "warning"
    assert worst([]) is None


def test_a_hundred_mistakes_of_one_kind_do_not_hide_the_others() -> None:
    findings = found(user="<s>" * 100 + "\0")
    assert len([finding for finding in findings if finding.code == "BS112"]) == 20
    assert "BS120" in [finding.code for finding in findings]


@given(ANY, ANY, ANY)
def test_no_text_makes_a_check_fail_and_every_place_is_in_its_text(user: str, think: str, block: str) -> None:
    for finding in run_checks(Texts(user, think, block), Context(crates=("tokio",))):
        text = {"user": user, "think": think, "block": block}.get(finding.field, "")
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start < finding.end <= len(text)


@given(ANY, ANY, ANY)
def test_a_record_without_errors_has_a_line_that_reads_back_and_fits_a_file(
    user: str, think: str, block: str
) -> None:
    if not errors(run_checks(Texts(user, think, block))):
        text = line("s", user, think, block)
        assert parse_line(text.encode("utf-8").decode("utf-8")) == ("s", user, think, block)


def test_every_code_is_used_and_explained() -> None:
    assert all(rule.title and rule.remedy.endswith(".") for rule in RULES.values())
    assert list(RULES) == sorted(RULES)


def test_the_checks_need_neither_pydantic_nor_textual() -> None:
    code = "import sys, app.checks; print(sorted({'pydantic', 'textual'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
