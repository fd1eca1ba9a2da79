"""Every check by its own examples, and laws that hold for all of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks import REGISTRY, Context, Texts, check_record, errors, worst
from app.checks.findings import BenchmarkRun, SpanFact
from app.checks.registry import SAMPLE, Example, rule
from app.errors import UsageError
from app.records.check_codes import CODES, FIXED, LIMITS
from tests.checks.examples import context_of


def told(example: Example) -> list[str]:
    return [finding.code for finding in check_record(example.texts, context_of(example))]


def test_the_sample_record_has_nothing_to_be_said_of() -> None:
    assert check_record(SAMPLE) == ()


def test_every_code_has_its_check_and_every_limit_its_user() -> None:
    assert sorted(CODES) == sorted(REGISTRY)
    assert set(FIXED) <= set(REGISTRY)
    assert {name for one in REGISTRY.values() for name in one.limits} == set(LIMITS)


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_a_check_speaks_of_its_bad_example_and_not_of_its_good_one(code: str) -> None:
    assert code in told(rule(code).bad)
    assert code not in told(rule(code).good)


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_a_rule_is_told_in_sentences_and_its_messages_are_safe_to_show(code: str) -> None:
    one = rule(code)
    assert one.title and one.why.endswith(".") and one.remedy.endswith(".")
    for finding in check_record(one.bad.texts, context_of(one.bad)):
        assert finding.message.isprintable() and finding.message.endswith(".")


@pytest.mark.parametrize("code", sorted(REGISTRY))
def test_good_examples_are_good_in_every_respect_of_their_family(code: str) -> None:
    family = rule(code).family
    others = [other for other in told(rule(code).good) if rule(other).family == family]
    assert others == []


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    assert rule("bs101").code == "BS101"
    with pytest.raises(UsageError, match="BS4044") as raised:
        rule("BS4044")
    assert "BS404" in raised.value.remedy


def test_a_spec_sets_severities_but_not_of_what_would_lose_the_record() -> None:
    bad = rule("BS407").bad.texts

    def graded(grade: str) -> list[str]:
        found = check_record(bad, Context(severities={"BS407": grade}))
        return [finding.severity for finding in found if finding.code == "BS407"]

    assert [graded(grade) for grade in ("error", "hint", "off")] == [["error"], ["hint"], []]
    [empty] = check_record(rule("BS102").bad.texts, Context(severities={"BS102": "off"}))
    assert empty.severity == "error"


def test_a_benchmark_is_graver_in_texts_than_in_code_unless_the_spec_says_otherwise() -> None:
    run = BenchmarkRun("block", 0, 20, 8, "bench.jsonl:3")
    overlaps = (run, run._replace(field="user"))

    def graded(**severities: str) -> list[tuple[str, str]]:
        found = check_record(SAMPLE, Context(overlaps=overlaps, severities=severities))
        return [(finding.field, finding.severity) for finding in found]

    assert graded() == [("user", "error"), ("block", "warning")]
    assert graded(BS801="hint") == [("user", "hint"), ("block", "hint")]
    assert graded(BS801="off") == []


def test_tokens_are_held_to_no_limit_unless_the_spec_sets_one() -> None:
    assert check_record(SAMPLE, Context(tokens=10**6)) == ()
    [found] = check_record(SAMPLE, Context(tokens=1025, limits={"tokens_max": 1024}))
    assert found.message == "The line has 1,025 tokens; at most 1,024 are asked for."
    assert check_record(SAMPLE, Context(tokens=1024, limits={"tokens_max": 1024})) == ()


def test_of_a_paste_nothing_is_said_where_effort_is_not_recorded() -> None:
    assert check_record(SAMPLE, Context(typed=None, pasted=None)) == ()
    assert check_record(SAMPLE, Context(typed=0, pasted=0, limits={"paste_characters": 1})) == ()
    [found] = check_record(SAMPLE, Context(typed=20, pasted=10**4))
    assert (found.code, "20 typed" in found.message, "(100 % pasted)" in found.message) == (
        "BS140",
        True,
        True,
    )


def test_what_came_faster_than_hands_type_is_told_as_that_beside_what_was_pasted() -> None:
    length = len(SAMPLE.user) + len(SAMPLE.think)
    [found] = check_record(SAMPLE, Context(typed=20, pasted=0, rapid=10**4))
    assert found.code == "BS140" and found.severity == "warning"
    assert found.message == (
        "0 characters were pasted, 10,000 came faster than hands type, and 20 were typed; "
        f"the texts have {length:,} (100 % not typed by hand)."
    )
    assert check_record(SAMPLE, Context(typed=10**4, pasted=0, rapid=0)) == ()


def test_a_waived_finding_keeps_its_reason_comes_last_and_blocks_nothing() -> None:
    bad = rule("BS706").bad.texts
    found = check_record(bad, waivers={"BS706": "it is the name of our form"})
    assert found[-1].waived == "it is the name of our form"
    assert errors(found) == () and worst(found) is None
    assert errors(check_record(bad, waivers={"BS706": "  "})), "a waiver needs a reason"
    assert errors(check_record(rule("BS102").bad.texts, waivers={"BS102": "x"})), (
        "a fixed code is never waived"
    )


PIECES = ["é", "🦀", "ſ", "İ", "fn ", "let ", "r#", "the ", "\ud83e", "\u2028", "`a`", "```\n", "<s>", 'r#"']
TEXT = st.lists(
    st.one_of(
        st.characters(codec=None), st.sampled_from(PIECES), st.sampled_from("`\"'#/*{}[]()<>|\\\n\r .!?:;_-=")
    ),
    max_size=80,
).map("".join)
MARKS = st.sampled_from(
    [
        "",
        "the code above ",
        "lock-free ",
        "seperate ",
        "the the ",
        "https://a.b ",
        "#12 ",
        "src/a.rs ",
        "delve ",
    ]
)


def context(texts: Texts) -> Context:
    """Everything known at once, so that every check has something to read."""
    spans = (
        SpanFact("main", "a::b", "a.rs", 0, 9),
        SpanFact("helper", "impl<T> C<T>", "b.rs", -4, 10**6, False),
    )
    everything: dict[str, Any] = {
        "records": (texts, SAMPLE),
        "crates": ("tokio", "x-y"),
        "crates_used": frozenset({"x_y"}),
        "spans": spans,
        "roles": ("main", "helper"),
        "known": lambda name: len(name) % 2 == 0,
        "file_names": frozenset({"a", "the"}),
        "exclude_items": ("a*", "["),
        "files": frozenset({"a.rs"}),
        "traits": ("Jitter", ""),
        "focus_words": ("é", "Fn", "("),
        "request_examples": ("the the the the", ""),
        "unused_imports": ("", "fn "),
        "missing_imports": ("\0",),
        "stock_phrases": ("a*", "(", ""),
        "target": (0, 0),
        "pasted": 10**6,
        "typed": 7,
        "tokens": 10**6,
        "vocabulary": "\x1b[31m",
        "limits": {"tokens_max": 1},
        "trait_words": {"Jitter": ("*", "a b*", "(", "ſ")},
        "overlaps": (
            BenchmarkRun("user", 0, 3, 8, "a\x1b.jsonl:1"),
            BenchmarkRun("block", 0, 10**6, 8, ""),
            BenchmarkRun("think", -5, 2, 8, "b:2"),
        ),
        "licence": "",
    }
    return context_of(Example(texts.user, texts.think, texts.block, everything))


@settings(max_examples=60, deadline=None)
@given(TEXT, TEXT, TEXT, MARKS, MARKS)
def test_no_text_makes_a_check_fail_and_every_place_is_in_its_text(
    user: str, think: str, block: str, before: str, after: str
) -> None:
    texts = Texts(before + user, think + after, block)
    fields = {"user": texts.user, "think": texts.think, "block": texts.block}
    for finding in check_record(texts, context(texts)):
        assert finding.message.isprintable(), finding.code
        assert (finding.start is None) == (finding.end is None)
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start < finding.end <= len(fields[finding.field]), finding.code


WIDE = "Größe 🦀🇩🇪 ｆｕｌｌ 混合 e\u0301 — "


@pytest.mark.parametrize(
    ("code", "field", "marked"),
    [
        ("BS407", "user", "https://example.org/retry"),
        ("BS408", "user", "#1234"),
        ("BS409", "user", "src/core/retry.rs"),
        ("BS412", "user", "The code above"),
        ("BS506", "think", "As shown in the code above"),
        ("BS507", "think", "lock-free"),
        ("BS501", "think", "sleep_forever"),
        ("BS701", "user", "seperate"),
        ("BS702", "user", "robust and scalable"),
        ("BS704", "user", "the the"),
        ("BS404", "user", "let grown = 2u64.checked_pow(attempt); grown.unwrap_or"),
    ],
)
def test_places_are_characters_also_behind_wide_ones(code: str, field: str, marked: str) -> None:
    bad = rule(code).bad
    wide = Texts(
        *(WIDE + text if name == field else text for name, text in zip(FIELDS, vars_of(bad), strict=True))
    )
    text = dict(zip(FIELDS, (wide.user, wide.think, wide.block), strict=True))[field]
    found = [f for f in check_record(wide, context_of(bad)) if f.code == code]
    assert marked in [text[finding.start : finding.end] for finding in found]


FIELDS = ("user", "think", "block")


def vars_of(example: Example) -> tuple[str, str, str]:
    return example.texts.user, example.texts.think, example.texts.block
