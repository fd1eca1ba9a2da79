"""Every rule of the prompt documents is traced: to the checks that look at it, or to why no machine can."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.checks import REGISTRY
from app.checks.tracing import DOCUMENT, TRACED, Traced
from app.project.bundled import specs_dir
from app.project.topics.spec import Spec, load_specs
from app.records.check_codes import CODES

SPECS = load_specs(specs_dir())[0]
PARTS = tuple(dict.fromkeys(row.part for row in TRACED if row.part != DOCUMENT))
"""The keys of a spec under which something is asked of records."""


def asked_by(spec: Spec) -> Iterator[tuple[str, str]]:
    """What a spec asks of its records, line by line, each with the key it stands under."""
    for part in PARTS:
        value = getattr(spec, part)
        lines = value if isinstance(value, tuple) else (str(value),)
        for line in lines:
            yield part, line


def rows_of(part: str, line: str) -> tuple[Traced, ...]:
    """The rows that trace a line of a spec's key: one, or the table is wrong."""
    return tuple(row for row in TRACED if row.part == part and re.search(row.pattern, line, re.IGNORECASE))


ASKED = [(topic, *line) for topic, spec in SPECS.items() for line in asked_by(spec)]


def test_the_first_topics_and_the_practice_topic_are_looked_at() -> None:
    assert len(SPECS) == 5
    assert {topic for topic, _, _ in ASKED} == set(SPECS)


@pytest.mark.parametrize("topic", SPECS)
def test_each_rule_of_a_spec_is_traced_exactly_once(topic: str) -> None:
    lines = list(asked_by(SPECS[topic]))
    assert [(part, line) for part, line in lines if len(rows_of(part, line)) != 1] == []


def test_no_row_traces_a_rule_that_nobody_gave() -> None:
    used = {id(row) for _, part, line in ASKED for row in rows_of(part, line)}
    assert [row.asked for row in TRACED if row.part != DOCUMENT and id(row) not in used] == []


def test_every_key_that_asks_something_of_a_record_is_traced() -> None:
    """Keys a person reads or the program alone goes by ask nothing that a check could look at."""
    for_the_program = {
        "exclude_items",
        "focus_words",
        "imports",
        "allow_tests",
        "reviews",
        "review",
        "checks",
        "practice",
        "related_items",
        "offer",
    }
    told_elsewhere = {"title", "repository", "guidelines", "prompt", "role"}
    assert set(PARTS) | for_the_program | told_elsewhere == set(Spec.model_fields)


def test_every_row_names_checks_that_exist_or_says_why_there_are_none() -> None:
    for row in TRACED:
        assert row.codes or row.left, row.asked
        assert len(set(row.codes)) == len(row.codes), row.asked
        assert set(row.codes) <= set(CODES) & set(REGISTRY), row.asked


def test_a_rule_that_is_new_to_the_table_is_noticed() -> None:
    assert rows_of("code_rules", "Translate all comments") == ()
    assert rows_of("exclude", "Use the exact code of the source.") == ()
