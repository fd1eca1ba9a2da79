"""Slips of the pen and stock phrases, and the many words that only look like them."""

from __future__ import annotations

import pytest

from app.checks import spelling
from app.checks.reading import words_of
from app.checks.spelling import meant
from app.checks.word_lists import claims, listed_lines, phrases


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("seperate", "separate"),
        ("recieve", "receive"),
        ("curernt", "current"),
        ("occured", "occurred"),
        ("wheter", "whether"),
    ],
)
def test_a_slip_is_told_with_what_was_meant(slip: str, right: str) -> None:
    assert meant(slip) == right


@pytest.mark.parametrize(
    "word",
    [
        "behaviour",
        "serialisation",
        "cancelled",
        "backoff",
        "jittered",
        "retryable",
        "enqueues",
        "deserializer",
        "unrepresentable",
        "webhooks",
        "tokio",
        "reentrant",
        "coalesced",
        "timeouts",
        "monotonic",
        "throughput",
        "idempotency",
        "rescheduled",
        "misconfigured",
        "centre",
        "parallelised",
    ],
)
def test_a_word_of_the_trade_or_of_british_english_is_none(word: str) -> None:
    assert meant(word) == ""


def test_nothing_is_said_without_the_word_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spelling, "_speller", lambda: None)
    meant.cache_clear()
    assert meant("seperate") == ""
    meant.cache_clear()


def told(text: str, *lines: str) -> list[str]:
    return [match[0] for match in phrases(lines).at(text, words_of(text))]


def test_phrases_are_found_whole_in_any_case_and_over_line_ends() -> None:
    assert told("A Deep\n  dive, no deep diver.", "deep dive") == ["Deep\n  dive"]
    assert told("It delves; delve; undelved", "delve*") == ["delves", "delve"]
    assert told("Let’s dive in", "let's dive in") == ["Let’s dive in"]
    assert told("Sure! I am sure.", "sure!") == ["Sure!"]
    assert told("anything", "", "*", "(") == []


def test_the_longer_of_two_phrases_wins_and_none_overlap() -> None:
    assert told("it is worth noting that", "worth noting that", "it is worth noting") == [
        "it is worth noting"
    ]
    assert told("state of the art", "state of", "state of the art") == ["state of the art"]


@pytest.mark.parametrize("name", ["stock_phrases", "openings", "claims", "rust_words", "rust_names"])
def test_the_lists_are_clean(name: str) -> None:
    lines = listed_lines(name)
    assert lines and len(set(lines)) == len(lines)
    assert name == "rust_names" or all(line == line.lower() for line in lines)


def test_every_claim_says_what_would_bear_it() -> None:
    assert all(first and evidence for first, _, evidence in claims())
