"""Traits by the spec's own word lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.checks import Context, check_record, traits_met
from app.checks.registry import SAMPLE
from app.checks.running.context import spec_context
from app.errors import SpecError
from app.project.bundled import specs_dir
from app.project.topics.spec import load_spec, load_specs

SPEC = """\
title = "Retries"
repository.url = "https://example.org/larkspur.git"
sources = ["src/retry.rs"]
system = "You retry."
output = "retry.jsonl"
target = { min = 1, max = 2 }
traits = ["Bounded waits", "Fair queues"]
"""
WORDS = {"Bounded waits": ("cap*", "give up", "ack", "MAX_DELAY")}


@pytest.mark.parametrize(
    ("think", "met"),
    [
        ("It is capped.", True),
        ("Caps are cheap, Cap too", True),
        ("we give\nup, or give-up, or `give_up`", True),
        ("`send_ack` answers", True),
        ("`max_delay` bounds it", True),
        ("the recap says nothing", False),
        ("back to the start, acking", False),
        ("Bounded waits, and waits that are bounded", False),
        ("", False),
    ],
)
def test_any_word_of_the_list_treats_a_trait_and_nothing_else_does(think: str, met: bool) -> None:
    assert traits_met(think, ["Bounded waits"], WORDS) == {"Bounded waits": met}


def test_a_trait_without_a_list_keeps_to_its_own_words() -> None:
    assert traits_met("Queues that are fair", ["Bounded waits", "Fair queues"], WORDS) == {
        "Bounded waits": False,
        "Fair queues": True,
    }


def test_the_check_goes_by_the_same_lists() -> None:
    traits = ("A herd",)
    assert [one.code for one in check_record(SAMPLE, Context(traits=("Jitter",)))] == ["BS303"]
    words = {"A herd": ("overflow*",)}
    assert check_record(SAMPLE, Context(traits=traits, trait_words=words)) == ()


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        (
            'trait_words."Bounded wait" = ["cap*"]',
            "'Bounded wait' is none of the traits; did you mean 'Bounded waits'?",
        ),
        ('trait_words."Fair queues" = []', "no word is given for 'Fair queues'"),
        ('trait_words."Fair queues" = ["*"]', "'*' is no word"),
        ('trait_words."Fair queues" = "fair"', "must be a list of texts"),
        ('trait_word."Fair queues" = ["fair"]', "did you mean trait_words?"),
        ('vocabulary = "quen"', "there is no vocabulary 'quen'; did you mean qwen?"),
        ("vocabulary = 3", "must be text in quotes"),
        ("limits.tokens_max = -1", "must be between 0 and 10,000,000"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_nearest(tmp_path: Path, checks: str, said: str) -> None:
    path = tmp_path / "retry.toml"
    path.write_text(f"{SPEC}[checks]\n{checks}\n", encoding="utf-8")
    with pytest.raises(SpecError) as raised:
        load_spec(path)
    assert said in raised.value.what
    assert "retry.toml:" in raised.value.what


def test_a_spec_tells_the_checks_its_words_and_its_vocabulary(tmp_path: Path) -> None:
    path = tmp_path / "retry.toml"
    text = 'checks.trait_words."Fair queues" = ["fair*"]\nchecks.vocabulary = "deepseek"\n'
    path.write_text(SPEC + text, encoding="utf-8")
    context = spec_context(load_spec(path), None)
    assert (context.trait_words, context.vocabulary) == ({"Fair queues": ("fair*",)}, "deepseek")


def test_the_shipped_specs_have_words_for_every_trait_and_their_examples_treat_some() -> None:
    for name, spec in load_specs(specs_dir())[0].items():
        assert set(spec.checks.trait_words) == set(spec.traits), name
        for example in spec.reasoning_examples:
            assert any(traits_met(example, spec.traits, spec.checks.trait_words).values()), example
        idle = "The name says what it is, and its type follows from the field that holds it."
        assert not any(traits_met(idle, spec.traits, spec.checks.trait_words).values()), name
